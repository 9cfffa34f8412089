"""What stands around a segment: its neighbours in the same speech, by the same speaker, under the same heading.

Sentences come in order and a speaker stays with a theme for several of them, so the neighbours tell what a short
sentence is about. Nothing is ever carried from one speech, speaker or section into another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.vectors import Vectors, normalise

KERNEL = (0.25, 0.5, 1.0, 0.5, 0.25)
"""Weights of the two segments before, the segment, the two after."""

OTHER_PARAGRAPH = 0.5
"""Factor on a neighbour that stands in another paragraph: a paragraph break is a weak change of subject."""

HEADING = 0.5
"""Weight of the heading above a segment, beside 1 for the segment itself."""


@dataclass(frozen=True)
class Order:
    """Reading order of ``n`` segments.

    ``rank`` (n,) are row numbers in reading order; ``run`` (n,) tells, in that order, which run of one speech, speaker and
    section a segment belongs to, as integers that never decrease; ``paragraph`` (n,) likewise tells its paragraph. ``speech``
    (n,) numbers the speech of each row, in the order of the table.
    """

    rank: NDArray[np.intp]
    run: NDArray[np.intp]
    paragraph: NDArray[np.intp]
    speech: NDArray[np.intp]


def places(order: Order) -> NDArray[np.intp]:
    """Place (n,) of each segment in reading order."""
    place = np.empty(len(order.rank), np.intp)
    place[order.rank] = np.arange(len(order.rank))
    return place


def reading_order(segments: pd.DataFrame) -> Order:
    """Order rows by speech and position and mark the runs that share a context.

    A speaker's words under one heading make one run even where another voice cuts in.

    Parameters
    ----------
    segments : rows with any of the columns ``speech_id``, ``position``, ``speaker``, ``section``, ``paragraph``, in any order.
        A row without ``speech_id`` stands alone.
    """
    n = len(segments)
    own = np.arange(n).astype(str)
    speech = _column(segments, "speech_id")
    alone = speech == ""
    keys = pd.DataFrame({
        "speech": np.where(alone, np.char.add("\0", own), speech),
        "speaker": _column(segments, "speaker"),
        "section": _section(segments),
        "paragraph": _column(segments, "paragraph"),
    })
    position = pd.to_numeric(segments["position"], errors="coerce").to_numpy(float) if "position" in segments else np.zeros(n)
    position = np.where(np.isnan(position), np.inf, position)
    order = np.lexsort((np.arange(n), position, keys["speaker"], keys["section"], keys["speech"]))
    run = _changes(keys[["speech", "section", "speaker"]].iloc[order])
    paragraph = _changes(keys[["speech", "section", "speaker", "paragraph"]].iloc[order])
    return Order(order, run, paragraph, np.asarray(pd.factorize(keys["speech"], sort=True)[0], np.intp))


def _column(segments: pd.DataFrame, name: str) -> NDArray[np.str_]:
    if name not in segments:
        return np.full(len(segments), "", dtype="<U1")
    return segments[name].astype(object).where(segments[name].notna(), "").astype(str).to_numpy(dtype=str)


def _section(segments: pd.DataFrame) -> NDArray[np.str_]:
    return _column(segments, "section")


def _changes(keys: pd.DataFrame) -> NDArray[np.intp]:
    if not len(keys):
        return np.zeros(0, np.intp)
    changed = (keys != keys.shift()).any(axis=1).to_numpy()
    return np.asarray(np.cumsum(changed) - 1, np.intp)


def smooth(vectors: Vectors, order: Order, *, kernel: tuple[float, ...] = KERNEL) -> Vectors:
    """Each vector with its neighbours, weighted and normalised.

    Parameters
    ----------
    vectors : (n, d), a row for each segment in the order of the table.
    order : the reading order of the same segments.
    kernel : odd number of weights, the middle one for the segment itself.

    Returns
    -------
    (n, d), rows as in ``vectors``.
    """
    ordered = vectors[order.rank]
    result = ordered * kernel[len(kernel) // 2]
    for distance in range(1, len(kernel) // 2 + 1):
        if distance >= len(ordered):
            break
        together = order.run[distance:] == order.run[:-distance]
        near = order.paragraph[distance:] == order.paragraph[:-distance]
        weight = together * np.where(near, 1.0, OTHER_PARAGRAPH)
        weight = (weight * kernel[len(kernel) // 2 + distance])[:, None].astype(np.float32)
        result[distance:] += weight * ordered[:-distance]
        result[:-distance] += weight * ordered[distance:]
    smoothed = np.empty_like(vectors)
    smoothed[order.rank] = result
    return normalise(smoothed)


def with_headings(vectors: Vectors, segments: pd.DataFrame, encoder: Encoder, *, weight: float = HEADING) -> Vectors:
    """Vectors with that of the heading above each segment added; a segment without heading keeps its own."""
    headings = _section(segments)
    names = sorted(set(headings) - {""})
    if not names:
        return vectors
    encoded = normalise(np.asarray(encoder.encode(names), np.float32)) * np.float32(weight)
    place = {name: row for row, name in enumerate(names)}
    rows = np.array([place.get(heading, -1) for heading in headings])
    result = vectors.copy()
    result[rows >= 0] += encoded[rows[rows >= 0]]
    return normalise(result)


OWN_MANNER = 0.5
"""How much of a long speech's mean is taken from its segments: half of it is the speaker's manner and the occasion, half the
choice of themes. Chosen on hand-coded manifestos; without it, clusters follow the speech and not the theme."""

OWN_MANNER_PRIOR = 20
"""Segments at which a speech's mean is trusted by half."""


def centre(vectors: Vectors, speech: NDArray[np.intp]) -> Vectors:
    """Vectors without what all segments share, and without part of what the segments of one speech share.

    Parameters
    ----------
    vectors : (n, d), length one.
    speech : (n,) number of each row's speech, from 0.
    """
    from scipy.sparse import csr_matrix

    n, k = len(vectors), int(speech.max(initial=-1)) + 1
    members = csr_matrix((np.ones(n, np.float32), (speech, np.arange(n))), shape=(k, n))
    sizes = np.maximum(np.bincount(speech, minlength=k), 1)[:, None]
    middle = vectors.mean(axis=0)
    shift = OWN_MANNER * sizes / (sizes + OWN_MANNER_PRIOR) * ((members @ vectors) / sizes - middle)
    return normalise(vectors - middle - shift[speech])
