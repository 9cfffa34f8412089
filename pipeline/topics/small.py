"""Discovered themes of a small corpus: what it names again, and clusters for the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from pipeline.encode import Encoder
from pipeline.records import Theme
from pipeline.topics import guided
from pipeline.topics.calibration import calibration
from pipeline.topics.codebook import slug, unique
from pipeline.topics.coded import Coded
from pipeline.topics.concepts import COMMON, Concept, concepts, leading, most_rows, written_out
from pipeline.topics.context import Order, smooth
from pipeline.topics.discover import Clusters
from pipeline.topics.literal import literal_matches
from pipeline.topics.membership import SAID, commonness, mentioned, posterior
from pipeline.topics.names import TERMS, Name, name_themes
from pipeline.topics.phrases import display
from pipeline.vectors import Vectors, normalise

NAMED = 0.85
"""Share of the themes that recurring phrases may make; the rest is kept for what is said at length but never named twice."""

COVERED = 0.5
"""Share of a cluster's segments that named themes hold, from which the cluster is no theme of its own."""


def code_small(
    texts: Sequence[str],
    raw: Vectors,
    vectors: Vectors,
    order: Order,
    clusters: Clusters,
    encoder: Encoder,
    *,
    exclude: Collection[str] = (),
    acronyms: dict[str, str] | None = None,
) -> Coded:
    """Weights of themes in the segments of a small corpus.

    Parameters
    ----------
    texts : the n segments.
    raw, vectors : (n, d) their vectors, without and with the heading above.
    clusters : the partition that a large corpus would be given; its number of themes is kept in mind.
    """
    acronyms = acronyms or {}
    k = len(clusters.centroids)
    named = leading(concepts(texts, order, encoder, exclude=exclude, acronyms=acronyms), round(NAMED * k))
    held = np.zeros(len(texts), bool)
    for concept in named:
        if len(concept.rows) <= most_rows(len(texts), COMMON / 2):
            held[list(concept.rows)] = True
    rest = [theme for theme in range(k) if held[clusters.labels == theme].mean() < COVERED]
    centres = normalise(np.stack([raw[clusters.labels == theme].sum(axis=0) for theme in range(k)]))
    cluster_names = name_themes(texts, clusters.labels, centres, encoder, exclude=exclude, acronyms=acronyms, order=order)
    taken = {written_out(phrase.text, acronyms) for concept in named for phrase in concept.phrases}
    cluster_names = [_renamed(name, taken, acronyms) for name in cluster_names]
    names = [_name(concept) for concept in named] + [cluster_names[theme] for theme in rest]
    if not names:
        names, rest = cluster_names, list(range(k))
    ids = unique([slug(name.label) for name in names])
    themes = tuple(Theme(id, name.label, name.terms) for id, name in zip(ids, names))
    phrases = [[p.text for p in concept.phrases] for concept in named] + [_several(cluster_names[theme]) for theme in rest]
    literal = literal_matches(texts, phrases, acronyms)
    for theme, concept in enumerate(named):
        literal[list(concept.rows), theme] = True
    context = normalise(vectors + smooth(vectors, order))
    members = [list(concept.rows) for concept in named] + [np.flatnonzero(clusters.labels == theme).tolist() for theme in rest]
    middles = [context[rows].sum(axis=0) for rows in members]
    settings = calibration(encoder)
    each = guided.Phrases(normalise(np.stack(middles)), np.arange(len(middles)))
    guide = guided.begin(each, context.sum(axis=0, dtype=np.float64), len(context))
    found = guided.scores(context, literal, guide, settings)
    first = posterior(found / settings.temperature, order, stay=settings.stay)
    weights = guided.weigh(found, order, replace(guide, common=commonness(first)), settings)
    best = np.argmax(weights, axis=1)
    none = (found.max(axis=1) < settings.floor) & ~literal.any(axis=1)
    return Coded(themes, mentioned(weights, literal, best, none, said=SAID), np.where(none, -1, best), literal)


def _name(concept: Concept) -> Name:
    return Name(display(concept.phrases[0].text), tuple(phrase.text for phrase in concept.phrases[:TERMS]))


def _renamed(name: Name, taken: Collection[str], acronyms: dict[str, str]) -> Name:
    """A cluster's name without the phrases of named themes, as far as it has others."""
    terms = tuple(term for term in name.terms if written_out(term, acronyms) not in taken)
    free = written_out(name.label, acronyms) not in taken
    if not terms:
        return Name(name.label if free else f"More on {name.label}", ())
    return Name(name.label if free else display(terms[0]), terms)


def _several(name: Name) -> list[str]:
    """The terms of a cluster that are phrases of two words and more: single words have too many senses."""
    return [term for term in name.terms[:4] if len(term.split()) > 1]
