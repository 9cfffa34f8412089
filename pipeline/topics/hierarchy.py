"""Themes above themes: a small theme stands under a larger one that is close in meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Theme
from pipeline.vectors import Vectors

CLOSE = 0.35
"""Least cosine of two centred centroids at which one may stand under the other. Chosen by eye on the themes of manifestos; not
measured against human codes."""


def parents(centroids: Vectors, sizes: NDArray[np.intp]) -> list[int | None]:
    """The theme that each of k themes stands under: the nearest of the larger ones, where it is near enough.

    Parameters
    ----------
    centroids : (k, d), centred, length one.
    sizes : (k,) segments of each theme.

    Returns
    -------
    k numbers of themes, None for a theme at the top. A parent has no parent itself: there are two levels.

    >>> parents(np.array([[1.0, 0.0], [0.9, 0.436], [0.0, 1.0]], np.float32), np.array([9, 5, 3]))
    [None, 0, None]
    """
    cosines = centroids @ centroids.T
    order = np.argsort(-np.asarray(sizes), kind="stable")
    above: list[int | None] = [None] * len(centroids)
    tops: list[int] = []
    for theme in order:
        nearest = max(tops, key=lambda top: float(cosines[theme, top]), default=None)
        if nearest is not None and cosines[theme, nearest] >= CLOSE:
            above[theme] = int(nearest)
        else:
            tops.append(int(theme))
    return above


def with_parents(themes: Sequence[Theme], above: Sequence[int | None]) -> tuple[Theme, ...]:
    """The themes with the ids of their parents."""
    return tuple(
        dataclasses.replace(theme, parent=None if parent is None else themes[parent].id) for theme, parent in zip(themes, above)
    )
