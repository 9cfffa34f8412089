"""Context for segments that stand alone: those that are like them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.topics.context import Order
from pipeline.vectors import Vectors, normalise

LARGEST = 6000
"""Most segments that a tree is made of, a rotation found on, or neighbours chosen from; of more, a sample: cost then grows with
the number of segments and not with its square."""

FEW = 600
"""Segments up to which there are too few for likeness to be more than chance."""

ALONE = 0.7
"""Share of runs among segments above which most segments stand alone, and neighbours in meaning are all the context there is."""

NEAR, ROUNDS = 15, 2
"""Nearest segments that stand in for neighbours where there are none, and how often. On headlines coded by hand, normalised
mutual information of discovered themes is .39 without, .43 with them; 10 or 30 segments, or one round, give .41."""

WORDS = 0.6
"""Weight of what a segment's words mean in this corpus, beside 1 for the segment itself: the best of .3, .6 and 1 on those
headlines. News stories, looked at once afterwards, gain more than headlines do (docs/benchmarks/topics.md)."""

OFTEN = 0.1
"""Share of segments above which a word tells nothing of the one that it stands in."""

ROWS = 1000
"""Segments compared at a time: bounds memory, costs no speed."""

Values = TypeVar("Values", NDArray[np.float32], NDArray[np.float64])


def sample(n: int, keys: Sequence[str] | None) -> NDArray[np.intp]:
    """Rows that stand for all: all, or ``LARGEST`` chosen by a checksum of their texts.

    A text is chosen whatever else is in the corpus, so that a speech more or less moves little.
    """
    if n <= LARGEST:
        return np.arange(n)
    sums = [zlib.crc32(key.encode()) for key in keys] if keys is not None else np.arange(n) * 2654435761 % 2**32
    return np.sort(np.argsort(sums, kind="stable")[:LARGEST])


def stands_alone(order: Order) -> bool:
    """Whether most segments, of many, have no neighbours of one speech, speaker and section."""
    n = len(order.run)
    return many_alone(int(order.run[-1]) + 1 if n else 0, n)


def many_alone(runs: int, n: int) -> bool:
    """The same, by the number of runs that the ``n`` segments make."""
    return n > FEW and runs > ALONE * n


def as_used_here(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    """Each vector with the mean of its words as this corpus uses them: a word means what the segments that hold it are about.

    Parameters
    ----------
    vectors : (n, d), length one, centred.
    texts : the n segments. Where no word stands in two of them, the vectors stay as they are.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigher = TfidfVectorizer(stop_words="english", min_df=2, max_df=OFTEN, sublinear_tf=True, dtype=np.float32)
    try:
        weights = weigher.fit_transform(texts)
    except ValueError:
        return vectors
    words = normalise(weights.T @ vectors)
    together = normalise(vectors + WORDS * normalise(weights @ words))
    return normalise(together - together.mean(axis=0))


def resembling(vectors: Vectors, rows: NDArray[np.intp]) -> Vectors:
    """Each vector with the mean of the nearest others.

    Parameters
    ----------
    vectors : (n, d), length one, centred.
    rows : those that neighbours are chosen from.
    """
    for _ in range(ROUNDS):
        vectors = normalise(vectors + of_nearest(vectors, vectors, rows))
    return vectors


def of_nearest(vectors: Vectors, values: Values, rows: NDArray[np.intp]) -> Values:
    """Mean (n, k) of what the nearest segments have.

    Parameters
    ----------
    vectors : (n, d), length one, centred.
    values : (n, k) of the same segments.
    rows : those that neighbours are chosen from; a segment among them is a neighbour of its own.
    """
    among, theirs, near = vectors[rows], values[rows], min(NEAR, len(rows))
    result = np.empty_like(values)
    for begin in range(0, len(vectors), ROWS):
        part = vectors[begin : begin + ROWS]
        nearest = np.argpartition(-(part @ among.T), near - 1, axis=1)[:, :near]
        result[begin : begin + ROWS] = theirs[nearest].mean(axis=1)
    return result
