"""Permutation of whole speeches: a cross-check that assumes nothing but that speeches may be exchanged."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

DRAWS = 999
"""Random divisions when there are too many to try all: enough to tell p = .05 from .07."""


def permute(counts: ArrayLike, totals: ArrayLike, after: ArrayLike, *, draws: int = DRAWS, random_state: int = 0) -> Array:
    """Probability of a difference of shares at least so large when the speeches are divided at random; shape (themes,).

    Parameters
    ----------
    counts : segments of each theme in each speech, shape (speeches, themes).
    totals : segments of each speech, shape (speeches,).
    after : which speeches are on the later side.
    draws : number of divisions tried when there are more than that; the observed one is counted besides.

    Returns
    -------
    Two-sided p values. The order of the speeches and which side is later make no difference.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    order = np.lexsort([*x.T, n])
    x, n, side = x[order], n[order], side[order]
    smaller = side if side.sum() <= (~side).sum() else ~side
    groups = _divisions(len(n), int(smaller.sum()), draws, random_state)
    observed = np.abs(_differences(x, n, smaller[None].astype(float)))[0]
    chance = np.abs(_differences(x, n, groups))
    at_least = (chance >= observed * (1 - 1e-9) - 1e-15).sum(axis=0)
    all_tried = comb(len(n), int(smaller.sum())) == len(groups)
    p: Array = at_least / len(groups) if all_tried else (at_least + 1) / (len(groups) + 1)
    return p


def _divisions(speeches: int, size: int, draws: int, random_state: int) -> Array:
    """Memberships of a group of ``size``, shape (divisions, speeches): all of them, or ``draws`` at random."""
    if comb(speeches, size) <= draws:
        table = np.zeros((comb(speeches, size), speeches))
        for row, chosen in enumerate(combinations(range(speeches), size)):
            table[row, list(chosen)] = 1
        return table
    random = np.random.default_rng(random_state).random((draws, speeches))
    return (random.argsort(axis=1) < size).astype(float)


def _differences(x: Array, n: Array, groups: Array) -> Array:
    inside, size = groups @ x, (groups @ n)[:, None]
    difference: Array = inside / size - (x.sum(axis=0) - inside) / (n.sum() - size)
    return difference
