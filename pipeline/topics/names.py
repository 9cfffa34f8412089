"""Labels and terms of themes: the noun phrases that set a theme apart, as the text writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.context import Order, places
from pipeline.topics.nouns import noun_phrases
from pipeline.topics.phrases import Phrase, candidates, display
from pipeline.topics.references import resolved
from pipeline.topics.shortlist import shortlists
from pipeline.topics.telling import generality
from pipeline.vectors import Vectors

MEMBERS = 80
"""Segments of a theme that are read for its name: enough for counts, few enough to keep 5,000 segments under three seconds."""

TERMS = 8
"""Terms kept for a theme."""


@dataclass(frozen=True)
class Name:
    """What a theme is called: ``label`` for people, ``terms`` its phrases, both as written in the text."""

    label: str
    terms: tuple[str, ...]


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.intp],
    centroids: Vectors,
    encoder: Encoder,
    *,
    typicality: NDArray[np.float64] | None = None,
    exclude: Collection[str] = (),
    acronyms: dict[str, str] | None = None,
    order: Order | None = None,
) -> list[Name]:
    """Name each of k themes.

    Parameters
    ----------
    texts : the n segments.
    labels : (n,) theme of each segment, 0 to k-1, or -1 for none.
    centroids : (k, d) unsmoothed mean vectors of the themes.
    typicality : (n,) how typical each segment is of its theme; of a large theme, the most typical ``MEMBERS`` are read.
    exclude : names of speakers, which name no theme.
    acronyms : acronym to expansion, from the texts; the two count as one phrase.
    order : reading order of the segments, which tells what short names refer to.

    Returns
    -------
    k names; no two labels are equal.
    """
    k = len(centroids)
    rows = _typical(labels, typicality, k)
    texts, labels = [texts[row] for row in rows], labels[rows]
    found = candidates(texts, exclude=exclude)
    speech = None
    if order is not None:
        speech = order.speech[rows]
        found = resolved(found, speech.tolist(), places(order)[rows].tolist())
    short = shortlists(found, labels, centroids, encoder, speech=speech)
    good = noun_phrases(texts, [phrase for phrases in short for phrase in phrases])
    bare = {theme for theme in range(k) if not any(p.key in good and generality(p.key) < 1 for p in short[theme])}
    if bare:
        # Nothing that names anything stands in several of their segments: a phrase of one of them must do, or part of one.
        own = {key: phrase for key, phrase in found.items() if any(labels[row] in bare for row in phrase.rows)}
        rare = shortlists(own, labels, centroids, encoder, speech=speech, least=1, nested=True)
        good |= noun_phrases(texts, [phrase for theme in bare for phrase in rare[theme]])
        short = [rare[theme] if theme in bare else phrases for theme, phrases in enumerate(short)]
    taken: set[str] = set()
    names: list[Name] = []
    for theme in range(k):
        ranked = sorted((phrase for phrase in short[theme] if phrase.key in good), key=lambda phrase: generality(phrase.key) == 1)
        terms = _distinct(ranked, acronyms or {})
        label = next((term for term in terms if display(term).casefold() not in taken), None)
        if label is None:
            label = f"{terms[0]} ({theme + 1})" if terms else f"Theme {theme + 1}"
        taken.add(display(label).casefold())
        ordered = [label, *(term for term in terms if term != label)]
        names.append(Name(display(label), tuple(ordered[:TERMS])))
    return names


def _typical(labels: NDArray[np.intp], typicality: NDArray[np.float64] | None, k: int) -> NDArray[np.intp]:
    """Rows of the segments that are read, in order."""
    worth = np.ones(len(labels)) if typicality is None else typicality
    by_theme = [np.flatnonzero(labels == theme) for theme in range(k)]
    return np.sort(np.concatenate([rows[np.argsort(-worth[rows], kind="stable")[:MEMBERS]] for rows in by_theme]))


def _distinct(phrases: Sequence[Phrase], acronyms: dict[str, str]) -> list[str]:
    """The phrases' texts; of an acronym and its expansion the first."""
    terms: list[str] = []
    seen: set[str] = set()
    for phrase in phrases:
        text = phrase.text
        plain = acronyms.get(text, text).casefold()
        if plain not in seen:
            seen.add(plain)
            terms.append(text)
    return terms
