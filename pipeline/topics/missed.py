"""Themes that a codebook misses: discovered ones beside those that a person wrote down.

The segments are grouped as if there were no codebook. A group whose centre resembles no theme of it is a theme of its own.
Whether the codebook covers a single sentence cannot be told from that sentence; of a group it can.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.records import Theme
from pipeline.topics import guided
from pipeline.topics.calibration import calibration, tempered
from pipeline.topics.codebook import Codebook, slug, unique
from pipeline.topics.coded import Coded
from pipeline.topics.context import Order
from pipeline.topics.discover import check_number, discover
from pipeline.topics.literal import literal_matches
from pipeline.topics.membership import SAID, mentioned
from pipeline.topics.names import name_themes
from pipeline.vectors import Vectors, normalise

REACH = 0.4
"""Cosine of a group's centre and the nearest theme of the codebook below which the codebook misses it. Set by eye on hand-coded
headlines and manifestos with a third of the themes of a codebook left out; it serves headlines well and manifestos badly
(docs/benchmarks/topics.md)."""


def code_missed(
    texts: Sequence[str],
    raw: Vectors,
    vectors: Vectors,
    order: Order,
    book: Codebook,
    encoder: Encoder,
    *,
    number: int | str,
    exclude: Collection[str] = (),
    acronyms: dict[str, str],
) -> Coded:
    """Weights of the themes of a codebook, then of those that it misses.

    Parameters
    ----------
    texts, raw, vectors, order : the n segments, their vectors without and with the heading above, their reading order.
    number : how many themes to add, or "auto": all groups that the codebook misses.

    Notes
    -----
    In a group that the codebook misses, its themes stay where a phrase of theirs stands word for word; what they had by
    resemblance goes to the new theme. Elsewhere nothing changes.
    """
    check_number(number, len(texts))
    reading = guided.read(texts, vectors, order, book, encoder, acronyms=acronyms)
    known = guided.code_guided(reading, order, book)
    k = len(known.themes)
    asked = "auto" if number == "auto" else min(k + int(number), len(texts))
    clusters = discover(vectors, order, n_themes=asked, keys=texts)
    near = nearness(reading, clusters.labels, len(clusters.centroids))
    chosen = np.sort(np.argsort(near, kind="stable")[: int(number)]) if number != "auto" else np.flatnonzero(near < REACH)
    if not len(chosen):
        return known
    place = np.full(len(near), -1)
    place[chosen] = np.arange(len(chosen))
    labels = place[clusters.labels]
    centres = normalise(np.stack([raw[labels == theme].sum(axis=0) for theme in range(len(chosen))]))
    typical = clusters.weights.max(axis=1)
    names = name_themes(texts, labels, centres, encoder, typicality=typical, exclude=exclude, acronyms=acronyms, order=order)
    ids = unique([*(theme.id for theme in known.themes), *(slug(name.label) for name in names)])[k:]
    added = tuple(Theme(id, name.label, name.terms) for id, name in zip(ids, names))
    literal = literal_matches(texts, [[name.label] if len(name.label.split()) > 1 else [] for name in names], acronyms)
    own = labels >= 0
    weights = np.where(own[:, None] & ~known.literal, 0.0, known.weights)
    best = np.where(own & ~known.literal.any(axis=1), k + labels, known.best)
    best = np.where(own & known.literal.any(axis=1) & ~weights.any(axis=1), k + labels, best)
    sure = tempered(clusters.weights, order, calibration(encoder))[:, chosen]
    free = np.where(best >= k, best - k, -1)
    more = mentioned(np.where(own[:, None], sure, 0.0), literal, np.asarray(free, np.intp), ~own, said=SAID)
    if book.single:
        weights, more = (np.where((best < k)[:, None], weights, 0.0), np.where((best >= k)[:, None], more, 0.0))
        more[np.arange(k, k + len(chosen))[None, :] != best[:, None]] = 0.0
    return Coded(known.themes + added, np.c_[weights, more], np.asarray(best, np.intp), np.c_[known.literal, literal])


def nearness(reading: guided.Reading, labels: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    """Cosine (k,) of the centre of each group and the theme of the codebook, or the ``other``, that is nearest."""
    rows = normalise(reading.context - reading.guide.centre)
    centres = normalise(np.stack([rows[labels == group].sum(axis=0) for group in range(k)]))
    return np.asarray((centres @ reading.guide.themes.T).max(axis=1), np.float64)
