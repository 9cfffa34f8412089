"""The start of discovered themes: principal components, turned until each is large in few segments, and on one side only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.vectors import Vectors

STEPS = 60, 200
"""Most steps of varimax and of the turn by skewness; bounds on the time, both stop when they have settled."""

SETTLED = 1e-6
"""Relative gain of a step below which a rotation has settled: a convention."""

LOPSIDED = 0.25
"""Power of a component's skewness that its scores are multiplied by. Components that are as large on one side as on the other
are turned at will by a speech more or less; so they get fewer segments. Of 0, .25 and .5 the best mean agreement between runs
that leave out a speech, on hand-coded manifestos and presidents' addresses (docs/benchmarks/topics.md)."""

SMALLEST = 1e-12
"""Least standard deviation that scores are divided by: a component without any variance holds no segment."""


def rotated_components(vectors: Vectors, k: int, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Labels (n,) 0 to k-1: the rotated principal component on which each vector is largest.

    Parameters
    ----------
    vectors : (n, d), n and d above k.
    rows : those on which the rotation is found.

    Notes
    -----
    Varimax alone (for themes, Rohe and Zeng 2023) does not ask on which side a component is large: some of its components join
    two themes, one at each end, and which end counts is chance. From its answer the rotation goes on to a large sum of third
    moments, which themes of one end have (as in Anandkumar et al. 2014, Tensor decompositions for learning latent variable
    models, JMLR 15).
    """
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    scores = np.asarray(centred @ axes[:, ::-1][:, :k], np.float32)
    part = scores[rows]
    rotation = _turn(part, np.eye(k, dtype=np.float32), _fourth, steps=STEPS[0])
    ends = np.where(_third(part @ rotation) < 0, -1, 1).astype(np.float32)
    rotation = _turn(part, rotation * ends, np.square, steps=STEPS[1])
    turned = scores @ rotation
    third = _third(turned)
    turned *= np.where(third < 0, -1, 1)
    spread = np.maximum(turned.std(axis=0), SMALLEST)
    return np.asarray(np.argmax(turned / spread * (np.abs(third) / spread**3) ** LOPSIDED, axis=1), np.intp)


def _turn(
    scores: NDArray[np.float32],
    rotation: NDArray[np.float32],
    gradient: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    *,
    steps: int,
) -> NDArray[np.float32]:
    """The rotation (k, k), from a given one on, that makes the sum of a power of the scores (n, k) largest.

    ``gradient`` is that of the power. Each step takes the rotation nearest to it (Jennrich 2001, Psychometrika 66).
    """
    before = 0.0
    for _ in range(steps):
        left, values, right = np.linalg.svd(scores.T @ gradient(scores @ rotation))
        rotation = left @ right
        if values.sum() < before * (1 + SETTLED):
            break
        before = float(values.sum())
    return rotation


def _fourth(turned: NDArray[np.float32]) -> NDArray[np.float32]:
    squares = np.square(turned)
    return np.asarray(turned * (squares - squares.mean(axis=0)), np.float32)


def _third(turned: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((turned * np.square(turned)).mean(axis=0), np.float32)
