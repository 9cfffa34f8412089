"""Themes that nobody named yet: Ward's clusters of smoothed segments, deterministic, their number chosen or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.topics.context import Order, centre, smooth
from pipeline.topics.likeness import as_used_here, resembling, sample, stands_alone
from pipeline.topics.membership import partition, settle
from pipeline.topics.rotation import rotated_components
from pipeline.vectors import Vectors, normalise

SMALL = 600
"""Segments up to which Ward's tree makes the start: there it finds groups of three or four that components do not."""

TEMPERATURE, STAY, PRIOR, ROUNDS = 0.1, 0.8, 0.5, 10
"""Of the fit after the start: best normalised mutual information and agreement between runs that leave out one of fifteen
hand-coded manifestos (docs/benchmarks/topics.md); a larger prior empties themes."""

FEWEST, MOST = 1.8, 3.0
"""Bounds of the chosen number of themes, times the binary logarithm of the number of segments: 12 to 20 for 100 segments,
22 to 37 for 5,000, which is what coders of such corpora use (13 to 44 codes in the hand-coded sets of the benchmarks)."""

TREE_DIMENSIONS = 64
"""Principal components that the tree works in: a quarter of the cost of all 256."""


@dataclass(frozen=True)
class Clusters:
    """k themes of n segments, the largest first.

    ``weights`` (n, k) sum to one in each row; ``labels`` (n,) in 0..k-1 is a partition without empty parts; ``centroids`` (k, d)
    of length one; ``merges`` Ward's tree over the centroids as :func:`scipy.cluster.hierarchy.linkage` numbers it.
    """

    weights: NDArray[np.float64]
    labels: NDArray[np.intp]
    centroids: Vectors
    merges: NDArray[np.float64]


def discover(vectors: Vectors, order: Order, *, n_themes: int | str = "auto", keys: Sequence[str] | None = None) -> Clusters:
    """Group segments by theme.

    Parameters
    ----------
    vectors : (n, d) vectors of the segments, length one, not smoothed.
    order : their reading order.
    n_themes : whole number of themes, 1 to n, or "auto".
    keys : (n,) texts of the segments: they decide which ones make the start when there are more than 6000, and what words mean
        here when segments stand alone.

    Raises
    ------
    ValueError
        When ``n_themes`` is neither "auto" nor a whole number from 1 to n.

    References
    ----------
    The start: for small corpora Ward (1963), Hierarchical grouping to optimize an objective function, JASA 58; for others
    rotated principal components, after Rohe and Zeng (2023), Vintage factor analysis with varimax performs statistical inference,
    JRSS B 85 (``rotation``). The components hardly change with a speech more or less, a tree does. The fit is in ``membership``.
    """
    from scipy.cluster.hierarchy import linkage

    n = len(vectors)
    check_number(n_themes, n)
    if n < 2 or n_themes == 1:
        k = min(n, 1)
        middle = normalise(vectors.sum(axis=0, keepdims=True))[:k]
        return Clusters(np.ones((n, k)), np.zeros(n, np.intp), middle, np.zeros((0, 4)))
    smoothed = smooth(vectors, order)
    context = centre(smoothed, order.speech)
    rows = sample(n, keys)
    alone = stands_alone(order)
    if alone:
        context = resembling(context if keys is None else as_used_here(context, keys), rows)
    k = number_of_themes(context) if n_themes == "auto" else int(n_themes)
    if n > SMALL and k <= min(context.shape) // 2:
        labels = rotated_components(context, k, rows)
    else:
        labels = np.full(n, -1, np.intp)
        labels[rows] = cut(linkage(reduce(context[rows]), method="ward"), min(k, len(rows)))
    own = context if alone else centre(normalise(vectors + smoothed), order.speech)
    weights, centroids = settle(own, labels, k, order, temperature=TEMPERATURE, stay=STAY, prior=PRIOR, rounds=ROUNDS)
    labels = partition(weights)
    by_size = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    place = np.empty_like(by_size)
    place[by_size] = np.arange(k)
    merges = linkage(centroids[by_size], method="ward")
    return Clusters(weights[:, by_size], place[labels], centroids[by_size], merges)


def check_number(number: int | str, n: int) -> None:
    """Raise ``ValueError`` unless a number of themes is "auto" or from 1 to the ``n`` segments."""
    if number != "auto" and (isinstance(number, (str, bool)) or not 1 <= int(number) <= max(n, 1)):
        raise ValueError(f'The number of themes must be "auto" or from 1 to the {n} segments. Got {number!r}.')


def reduce(vectors: Vectors, *, dimensions: int = TREE_DIMENSIONS) -> Vectors:
    """The vectors in their first principal components, centred."""
    if min(vectors.shape) <= dimensions:
        return vectors
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1][:, :dimensions], np.float32)


def number_of_themes(vectors: Vectors) -> int:
    """A number of themes, between the bounds: by the tree of a small corpus, else half the components that matter.

    How many components matter is the participation ratio of the variances, (sum v)^2 / sum v^2, a
    smooth function of the corpus: a speech more or less hardly moves it.
    """
    from scipy.cluster.hierarchy import linkage

    n = len(vectors)
    low = max(2, min(round(FEWEST * np.log2(n)), n // 4))
    high = max(low, min(round(MOST * np.log2(n)), n // 3))
    if n > SMALL:
        variances = np.linalg.eigvalsh(np.cov(vectors.T))
        return int(np.clip(round(float(variances.sum() ** 2 / np.square(variances).sum()) / 2), low, high))
    numbers = list(range(low, high + 1, max(1, (high - low) // 8)))
    if n <= numbers[0]:
        return n
    reduced = reduce(vectors)
    tree = linkage(reduced, method="ward")
    return max(numbers, key=lambda number: _silhouette(reduced, cut(tree, number), number))


def cut(tree: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Labels 0 to k-1 of the k parts of a tree, numbered in order of appearance; fewer only where distances tie."""
    from scipy.cluster.hierarchy import fcluster

    parts = fcluster(tree, k, criterion="maxclust")
    _, first, inverse = np.unique(parts, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], np.intp)


def _silhouette(vectors: Vectors, labels: NDArray[np.intp], k: int) -> float:
    """Mean of 1 - distance to the nearest centroid / to the second (simplified silhouette, Hruschka et al. 2004)."""
    centroids = _sums(vectors, labels, k) / np.maximum(np.bincount(labels, minlength=k), 1)[:, None]
    squared = np.square(vectors).sum(1)[:, None] - 2 * vectors @ centroids.T + np.square(centroids).sum(1)
    nearest = np.sqrt(np.maximum(np.partition(squared, 1, axis=1)[:, :2], 0))
    return float(np.mean(1 - nearest[:, 0] / np.maximum(nearest[:, 1], 1e-9)))


def _sums(vectors: Vectors, labels: NDArray[np.intp], k: int) -> Vectors:
    """Sum (k, d) of the vectors of each label."""
    from scipy.sparse import csr_matrix

    n = len(vectors)
    members = csr_matrix((np.ones(n, np.float32), (labels, np.arange(n))), shape=(k, n))
    return np.asarray(members @ vectors, np.float32)
