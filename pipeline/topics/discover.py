"""Themes that nobody named yet: Ward's clusters of smoothed segments, deterministic, their number chosen or given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Vectors, normalise

LARGEST_TREE = 3000
"""Segments in Ward's tree: its cost is quadratic, and 3,000 take a second. Of more, an even sample makes the tree."""

ROUNDS = 20
"""Most passes of k-means over all segments after the tree; it settles in ten on corpora of 15,000 segments."""

FEWEST, MOST = 1.8, 3.0
"""Bounds of the chosen number of themes, times the binary logarithm of the number of segments: 12 to 20 for 100 segments,
22 to 37 for 5,000, which is what coders of such corpora use (13 to 44 codes in the hand-coded sets of the benchmarks)."""

TREE_DIMENSIONS = 64
"""Principal components that the tree works in: distances in them rank as in all 256, at a quarter of the cost."""


@dataclass(frozen=True)
class Clusters:
    """A partition of n segments: ``labels`` (n,) in 0..k-1, ``centroids`` (k, d) of length one, the ``merges`` above them.

    ``merges`` are rows (a, b) of Ward's tree over the centroids, numbered as in :func:`scipy.cluster.hierarchy.linkage`.
    """

    labels: NDArray[np.intp]
    centroids: Vectors
    merges: NDArray[np.float64]


def discover(vectors: Vectors, *, n_themes: int | str = "auto") -> Clusters:
    """Group segments by theme.

    Parameters
    ----------
    vectors : (n, d) smoothed vectors of length one.
    n_themes : whole number of themes, 1 to n, or "auto".

    Raises
    ------
    ValueError
        When ``n_themes`` is neither "auto" nor a whole number from 1 to the number of different segments.

    References
    ----------
    Ward (1963), Hierarchical grouping to optimize an objective function, JASA 58. The tree gives the start of k-means.
    """
    from scipy.cluster.hierarchy import cut_tree, linkage

    n = len(vectors)
    if n_themes != "auto" and (isinstance(n_themes, (str, bool)) or not 1 <= int(n_themes) <= max(n, 1)):
        raise ValueError(f'The number of themes must be "auto" or from 1 to the {n} segments. Got {n_themes!r}.')
    if n == 0:
        return Clusters(np.zeros(0, np.intp), np.zeros((0, vectors.shape[1]), np.float32), np.zeros((0, 4)))
    if n == 1 or n_themes == 1:
        return Clusters(np.zeros(n, np.intp), normalise(vectors.mean(axis=0, keepdims=True)), np.zeros((0, 4)))
    sample = vectors[np.unique(np.linspace(0, n - 1, min(n, LARGEST_TREE)).astype(int))]
    low = reduce(sample)
    tree = linkage(low, method="ward")
    k = int(n_themes) if n_themes != "auto" else choose_number(low, tree, n)
    k = min(k, len(sample))
    start = cut_tree(tree, n_clusters=k)[:, 0]
    labels, centroids = settle(vectors, _centroids(sample, start, k))
    labels, centroids = by_size(labels, centroids)
    merges = linkage(centroids, method="ward") if len(centroids) > 1 else np.zeros((0, 4))
    return Clusters(labels, centroids, merges)


def reduce(vectors: Vectors, *, dimensions: int = TREE_DIMENSIONS) -> Vectors:
    """The vectors in their first principal components, centred."""
    if min(vectors.shape) <= dimensions:
        return vectors
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1][:, :dimensions], np.float32)


def choose_number(vectors: Vectors, tree: NDArray[np.float64], n: int) -> int:
    """The number of themes, between the bounds, at which the clusters are most distinct by the simplified silhouette."""
    from scipy.cluster.hierarchy import cut_tree

    low = max(2, min(round(FEWEST * np.log2(n)), n // 4))
    high = max(low, min(round(MOST * np.log2(n)), n // 3))
    numbers = list(range(low, high + 1, max(1, (high - low) // 8)))
    if len(vectors) <= numbers[0]:
        return len(vectors)
    cuts = cut_tree(tree, n_clusters=numbers)
    scores = [_silhouette(vectors, _centroids(vectors, cut, number, unit=False)) for cut, number in zip(cuts.T, numbers)]
    return numbers[int(np.argmax(scores))]


def _silhouette(vectors: Vectors, centroids: Vectors) -> float:
    """Mean of 1 - distance to the nearest centroid / to the second (simplified silhouette, Hruschka et al. 2004)."""
    squared = np.square(vectors).sum(1)[:, None] - 2 * vectors @ centroids.T + np.square(centroids).sum(1)
    nearest = np.sqrt(np.maximum(np.partition(squared, 1, axis=1)[:, :2], 0))
    return float(np.mean(1 - nearest[:, 0] / np.maximum(nearest[:, 1], 1e-9)))


def _centroids(vectors: Vectors, labels: NDArray[np.intp], k: int, *, unit: bool = True) -> Vectors:
    sums = _sums(vectors, labels, k)
    if unit:
        return normalise(sums)
    return np.asarray(sums / np.maximum(np.bincount(labels, minlength=k), 1)[:, None], np.float32)


def _sums(vectors: Vectors, labels: NDArray[np.intp], k: int) -> Vectors:
    """Sum (k, d) of the vectors of each label."""
    from scipy.sparse import csr_matrix

    n = len(vectors)
    members = csr_matrix((np.ones(n, np.float32), (labels, np.arange(n))), shape=(k, n))
    return np.asarray(members @ vectors, np.float32)


def settle(vectors: Vectors, centroids: Vectors) -> tuple[NDArray[np.intp], Vectors]:
    """Spherical k-means from given centroids until nothing moves; a cluster that empties keeps its centroid."""
    labels = np.argmax(vectors @ centroids.T, axis=1)
    for _ in range(ROUNDS):
        sums = _sums(vectors, labels, len(centroids))
        centroids = np.where(np.abs(sums).sum(1, keepdims=True) > 0, normalise(sums), centroids)
        moved = np.argmax(vectors @ centroids.T, axis=1)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels, centroids


def by_size(labels: NDArray[np.intp], centroids: Vectors) -> tuple[NDArray[np.intp], Vectors]:
    """The same clusters numbered from the largest to the smallest."""
    sizes = np.bincount(labels, minlength=len(centroids))
    order = np.argsort(-sizes, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return number[labels], centroids[order]
