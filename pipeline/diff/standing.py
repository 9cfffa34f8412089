"""Where the stance on a theme or a target stands: on two sides, or over many groups, by the means of speeches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import stats
from pipeline.diff import verdicts
from pipeline.diff.counting import Counted
from pipeline.diff.stances import LABELS, balance, strongest
from pipeline.diff.units import Units
from pipeline.records import Estimate, StanceContrast, StanceCount, StanceDiff, StanceLine

Array = NDArray[np.float64]


class _Taken(NamedTuple):
    """Means of the stances of each speech, shape (speeches, names), and what was counted in each group and name."""

    names: list[str]
    means: Array
    counts: list[list[dict[str, int]]]


def stance_diffs(
    sides: Sequence[Counted], taken: Sequence[pd.DataFrame], names: Sequence[str], column: str, speeches: Units
) -> dict[str, StanceDiff]:
    """Where the stance on each name stood and stands; names on which no side's own stance was tagged are left out.

    Parameters
    ----------
    taken : the stances on the segments of each side (:mod:`pipeline.diff.stances`).
    column : ``theme`` or ``target``, which the names are of.
    speeches : the speeches of both sides, with their clusters and covariates.
    """
    found = _taken(sides, taken, names, column)
    if not found.names:
        return {}
    units = speeches.within_groups()
    test = _compare(speeches.mean_within_groups(found.means), units.group == 1, units.covariates)
    made = {}
    for k, name in enumerate(found.names):
        before, after = (_count(found.counts[side][k], test, side, k) for side in (0, 1))
        low, high = np.clip([test.low[k], test.high[k]], -2, 2)
        estimate = Estimate(*verdicts.rounded(test.difference[k], low, high, test.p[k], test.q[k]))
        made[name] = StanceDiff(before, after, estimate, verdicts.stance_verdict(test.q[k], test.difference[k], low, high))
    return made


def stance_lines(
    groups: Sequence[Counted],
    taken: Sequence[pd.DataFrame],
    names: Sequence[str],
    column: str,
    speeches: Units,
    times: Sequence[float],
    *,
    clustered: bool,
) -> dict[str, StanceLine]:
    """The stance on each name over many groups: each group beside the rest, and the trend of the means of speeches.

    ``times`` says where each group stands, empty where there is no trend to look for; the others are those of
    :func:`stance_diffs`. A q is adjusted over all names and groups, and over the trends of all names.
    """
    found = _taken(groups, taken, names, column)
    if not found.names:
        return {}
    units, means = speeches.within_groups(), speeches.mean_within_groups(found.means)
    tests = [_compare(means, units.group == number, units.covariates) for number in range(len(groups))]
    q = stats.adjust(np.concatenate([test.p for test in tests])).reshape(len(tests), -1)
    trends = _trends(found, speeches, times, clustered=clustered)
    made = {}
    for k, name in enumerate(found.names):
        contrasts = []
        for number, test in enumerate(tests):
            low, high = np.clip([test.low[k], test.high[k]], -2, 2)
            estimate = Estimate(*verdicts.rounded(test.difference[k], low, high, test.p[k], q[number, k]))
            verdict = verdicts.stance_verdict(q[number, k], test.difference[k], low, high)
            contrasts.append(StanceContrast(groups[number].side.name, estimate, verdict))
        counts = tuple(_count(found.counts[number][k], test, 1, k) for number, test in enumerate(tests))
        trend = None if np.isnan(trends[k, 3]) else Estimate(*verdicts.rounded(*trends[k]))
        said = verdicts.stance_verdict(trends[k, 4], trends[k, 0], -np.inf, np.inf)
        made[name] = StanceLine(counts, tuple(contrasts), trend, said)
    return made


def _taken(groups: Sequence[Counted], taken: Sequence[pd.DataFrame], names: Sequence[str], column: str) -> _Taken:
    own = [strongest(table[table["own"].astype(bool) & table[column].notna()], column) for table in taken]
    parts = [dict(tuple(table.groupby(column, sort=False))) for table in own]
    chosen = [name for name in names if any(name in part for part in parts)]
    rows = [
        [balance(part.get(name, table.iloc[:0]), len(group.speeches)) for name in chosen]
        for group, table, part in zip(groups, own, parts)
    ]
    means = [np.column_stack([mean for mean, _, _ in row]) for row in rows if row]
    return _Taken(chosen, np.vstack(means) if means else np.zeros((0, 0)), [[labels for _, _, labels in row] for row in rows])


def _compare(means: Array, later: NDArray[np.bool_], covariates: Array | None) -> stats.MeanTest:
    if covariates is None:
        return stats.compare_means(means, later)
    return stats.adjusted_means(means, later, covariates)


def _count(labels: dict[str, int], test: stats.MeanTest, side: int, k: int) -> StanceCount:
    ends = np.clip([test.mean_low[side, k], test.mean_high[side, k]], -1, 1)
    return StanceCount(*(labels[label] for label in LABELS), *verdicts.rounded(test.mean[side, k], *ends))


def _trends(found: _Taken, speeches: Units, times: Sequence[float], *, clustered: bool) -> Array:
    """Slope, limits, p and q of the trend of each name, shape (names, 5); NaN where there is none."""
    if not times:
        return np.full((len(found.names), 5), np.nan)
    units, means, time = speeches, found.means, np.array(times)[speeches.group]
    if clustered:
        means = speeches.mean_across_groups(means)
        units, time = speeches.across_groups(time)
    line = stats.mean_line(means, time, covariates=units.covariates, least=stats.ordered.LEAST_SPEECHES)
    return np.column_stack([line.slope, *line.limits(), line.p, line.q])
