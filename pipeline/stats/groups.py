"""More than two groups: each against the rest, all pairs, and a trend over ordered groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.means import moderate
from pipeline.stats.multiple import adjust
from pipeline.stats.shares import ShareTest, compare_shares

Array = NDArray[np.float64]


class Contrast(NamedTuple):
    """A comparison of two groups; ``q`` is adjusted over the themes of all contrasts made together, shape (themes,)."""

    before: str
    after: str
    test: ShareTest
    q: Array


def each_against_rest(counts: ArrayLike, totals: ArrayLike, groups: Sequence[str]) -> tuple[Contrast, ...]:
    """Each group (after) against all other speeches (before, named "rest"); shapes as in :func:`compare_shares`."""
    label = np.asarray(groups, dtype=object)
    chosen = [("rest", name, np.ones(len(label), bool), label == name) for name in sorted(set(groups))]
    return _contrasts(counts, totals, chosen)


def all_pairs(counts: ArrayLike, totals: ArrayLike, groups: Sequence[str]) -> tuple[Contrast, ...]:
    """Every two groups, the one that sorts first as before."""
    label = np.asarray(groups, dtype=object)
    chosen = [
        (one, other, (label == one) | (label == other), label == other) for one, other in combinations(sorted(set(groups)), 2)
    ]
    return _contrasts(counts, totals, chosen)


def _contrasts(
    counts: ArrayLike, totals: ArrayLike, chosen: Sequence[tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]]
) -> tuple[Contrast, ...]:
    x, n = np.asarray(counts, float), np.asarray(totals, float)
    tests = [compare_shares(x[rows], n[rows], later[rows]) for _, _, rows, later in chosen]
    if not tests:
        return ()
    q = adjust(np.array([test.p for test in tests]).ravel()).reshape(len(tests), -1)
    return tuple(Contrast(one, other, test, row) for (one, other, _, _), test, row in zip(chosen, tests, q))


class Trend(NamedTuple):
    """Change of a share for one step of time, its interval, p and q; arrays of shape (themes,)."""

    slope: Array
    low: Array
    high: Array
    p: Array
    q: Array


def trend(counts: ArrayLike, totals: ArrayLike, time: ArrayLike, *, confidence: float = 0.95) -> Trend:
    """A straight trend of the shares of speeches over time, with variances that lean on all themes.

    Parameters
    ----------
    counts, totals : as in :func:`compare_shares`.
    time : when each speech was given, in the unit that the slope is wanted for, shape (speeches,).

    Raises
    ------
    ValueError
        When there are fewer than three speeches, or all are of one time.
    """
    x, n, when = np.asarray(counts, float), np.asarray(totals, float), np.asarray(time, float)
    if len(n) < 3 or np.ptp(when) == 0:
        raise ValueError(f"A trend must have three speeches or more, of different times. Got {len(n)}.")
    share, centred = x / n[:, None], when - when.mean()
    slope = centred @ share / (centred**2).sum()
    rest = share - share.mean(axis=0) - centred[:, None] * slope
    freedom = np.full(share.shape[1], len(n) - 2.0)
    variance, worth = moderate((rest**2).sum(axis=0) / freedom, freedom)
    error = np.sqrt(variance / (centred**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t_distribution.sf(np.where(error > 0, np.abs(slope) / error, 0), worth)
    half = t_distribution.ppf(0.5 + confidence / 2, worth) * error
    return Trend(slope, slope - half, slope + half, p, adjust(p))
