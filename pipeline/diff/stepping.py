"""The steps of a theme's share that hold: the likeliest first, then those inside the stretches that it leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline import stats
from pipeline.diff import verdicts
from pipeline.diff.units import Units
from pipeline.records import Changepoint, Estimate

DEEPEST = 4
"""Times that stretches are looked into again: sixteen stretches are more eras than a reader can hold."""

Found = list[dict[int, tuple[float, float]]]
"""For each theme the p and q of a step by the number of the group that it stands before."""


def steps(speeches: Units, order: Sequence[str], *, clustered: bool) -> list[tuple[Changepoint, ...]]:
    """The changepoints of each theme.

    A step holds when its false discovery rate is ``CLAIM_AT`` or less among all themes, and when it describes the speeches better
    than a straight line does. Inside the stretches before and after it, the tests of all stretches looked into at that depth
    are a family of their own (hierarchical false discovery rate: Yekutieli 2008, J. Am. Stat. Assoc. 103).

    Parameters
    ----------
    speeches : the speeches of all groups.
    order : names of the groups, in order.
    clustered : whether the unit is the cluster, which then stands in the middle of its groups.
    """
    units = speeches.across_groups(speeches.group.astype(float))[0] if clustered else speeches
    themes = range(units.counts.shape[1])
    found: Found = [{} for _ in themes]
    stretches = [(0, len(order), list(themes))]
    for _ in range(DEEPEST):
        tried = [_tried(units, *stretch) for stretch in stretches]
        q, done = stats.adjust(np.concatenate([test.p for test in tried])), 0
        cut: dict[tuple[int, int], list[int]] = {}
        for (first, last, chosen), test in zip(stretches, tried):
            for k, at, own, adjusted, steeper in zip(chosen, test.place, test.p, q[done:], test.steeper):
                if adjusted <= verdicts.CLAIM_AT and steeper:
                    found[k][int(at)] = (float(own), float(adjusted))
                    cut.setdefault((first, int(at)), []).append(k)
                    cut.setdefault((int(at), last), []).append(k)
            done += len(chosen)
        stretches = [(first, last, chosen) for (first, last), chosen in sorted(cut.items()) if last - first > 1]
        if not stretches:
            break
    return [_described(units, k, order, found[k]) for k in themes]


def _tried(units: Units, first: int, last: int, chosen: list[int]) -> stats.Step:
    """The likeliest step of some themes among the groups from ``first`` to before ``last``."""
    rows = (units.group >= first) & (units.group < last)
    held, right = (None if more is None else more[rows] for more in (units.covariates, units.rectified))
    whole = stats.step(units.counts[rows], units.totals[rows], units.group[rows], covariates=held, rectified=right)
    return stats.Step(whole.place[chosen], whole.p[chosen], whole.steeper[chosen])


def _described(units: Units, theme: int, order: Sequence[str], found: dict[int, tuple[float, float]]) -> tuple[Changepoint, ...]:
    """The steps of one theme in order, each with the difference of the levels that it stands between."""
    ends = [0, *sorted(found), len(order)]
    made = []
    for before, at, after in zip(ends, ends[1:], ends[2:]):
        rows = (units.group >= before) & (units.group < after)
        test = _compare(units, theme, rows, at)
        p, q = found[at]
        estimate = Estimate(*verdicts.rounded(test.difference[0], test.low[0], test.high[0], p, q))
        made.append(Changepoint(order[at - 1], order[at], estimate))
    return tuple(made)


def _compare(units: Units, theme: int, rows: NDArray[np.bool_], at: int) -> stats.ShareTest:
    """The levels of one theme among ``rows``, before and from the group ``at``."""
    counts, totals, later = units.counts[rows][:, [theme]], units.totals[rows], units.group[rows] >= at
    if units.rectified is None:
        return stats.compare_shares(counts, totals, later)
    return stats.compare_adjusted(counts, totals, later, rectified=units.rectified[rows][:, [theme]])
