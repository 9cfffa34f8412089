"""More than two groups: each against the rest, and pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.adjusted import compare_adjusted
from pipeline.stats.multiple import adjust
from pipeline.stats.shares import ShareTest, compare_shares

Array = NDArray[np.float64]


class Contrast(NamedTuple):
    """A comparison of two groups; ``q`` is adjusted over the themes of all contrasts made together, shape (themes,)."""

    before: str
    after: str
    test: ShareTest
    q: Array


def each_against_rest(
    counts: ArrayLike,
    totals: ArrayLike,
    groups: Sequence[str],
    *,
    order: Sequence[str] | None = None,
    covariates: ArrayLike | None = None,
    rectified: ArrayLike | None = None,
) -> tuple[Contrast, ...]:
    """Each group (after) against all other speeches (before, named "rest"); shapes as in :func:`compare_shares`.

    ``order`` lists the groups that are wanted; None is all of them, sorted. ``covariates`` (speeches, covariates) are held equal;
    ``rectified`` are counts that hand codes corrected.
    """
    label = np.asarray(groups, dtype=object)
    chosen = [("rest", name, np.ones(len(label), bool), label == name) for name in order or sorted(set(groups))]
    return _contrasts(counts, totals, chosen, covariates, rectified)


def all_pairs(
    counts: ArrayLike,
    totals: ArrayLike,
    groups: Sequence[str],
    *,
    order: Sequence[str] | None = None,
    neighbours: bool = False,
    covariates: ArrayLike | None = None,
    rectified: ArrayLike | None = None,
) -> tuple[Contrast, ...]:
    """Every two groups, the one that stands first in ``order`` (None: sorted) as before; or only those that are neighbours."""
    label, names = np.asarray(groups, dtype=object), order or sorted(set(groups))
    pairs = pairwise(names) if neighbours else combinations(names, 2)
    chosen = [(one, other, (label == one) | (label == other), label == other) for one, other in pairs]
    return _contrasts(counts, totals, chosen, covariates, rectified)


def _contrasts(
    counts: ArrayLike,
    totals: ArrayLike,
    chosen: Sequence[tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]],
    covariates: ArrayLike | None,
    rectified: ArrayLike | None,
) -> tuple[Contrast, ...]:
    x, n = np.asarray(counts, float), np.asarray(totals, float)
    held, right = (None if more is None else np.asarray(more, float) for more in (covariates, rectified))
    tests = [
        _test(x[rows], n[rows], later[rows], None if held is None else held[rows], None if right is None else right[rows])
        for _, _, rows, later in chosen
    ]
    if not tests:
        return ()
    q = adjust(np.array([test.p for test in tests]).ravel()).reshape(len(tests), -1)
    return tuple(Contrast(one, other, test, row) for (one, other, _, _), test, row in zip(chosen, tests, q))


def _test(x: Array, n: Array, later: NDArray[np.bool_], held: Array | None, right: Array | None) -> ShareTest:
    """The test of one contrast; where the covariates tell two groups apart by themselves, they are described and not tested."""
    if held is None and right is None:
        return compare_shares(x, n, later)
    try:
        return compare_adjusted(x, n, later, held, rectified=right)
    except ValueError:
        found, nothing = compare_shares(x, n, later), np.full(x.shape[1], np.nan)
        return replace(found, low=nothing, high=nothing, p=nothing, q=nothing, stable=np.zeros(x.shape[1], bool))
