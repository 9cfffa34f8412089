"""Means of speeches along a variable: the trend of a stance, or its difference between two sides with others held equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.lines import Line, telling
from pipeline.stats.means import MeanTest, compare_means, moderate
from pipeline.stats.multiple import adjust

Array = NDArray[np.float64]


def mean_line(values: ArrayLike, variable: ArrayLike, *, covariates: ArrayLike | None = None, least: int = 0) -> Line:
    """The slope of each series of values on a variable of the speeches, by least squares with moderated t.

    Parameters
    ----------
    values : value of each speech in each series, shape (speeches, series); NaN where a speech has none.
    variable : shape (speeches,).
    covariates : what is held equal, shape (speeches, covariates); None is nothing.
    least : speeches with a value that a series needs.

    Returns
    -------
    The lines; all is NaN for a series whose speeches are too few or of one value of the variable, or where the covariates tell it
    by themselves.
    """
    y, when = np.asarray(values, float), np.asarray(variable, float)
    held = None if covariates is None else np.asarray(covariates, float)
    slope, spread, variance, freedom = np.full((4, y.shape[1]), np.nan)
    for k, series in enumerate(y.T):
        rows = np.isfinite(series)
        if rows.sum() < max(least, 1) or np.ptp(when[rows]) == 0:
            continue
        try:
            kept = telling(when[rows], None if held is None else held[rows])
        except ValueError:
            continue
        design = np.ones((int(rows.sum()), 1)) if kept is None else np.column_stack([np.ones(int(rows.sum())), kept])
        wanted, left = (part - design @ np.linalg.lstsq(design, part, rcond=None)[0] for part in (when[rows], series[rows]))
        spread[k] = (wanted**2).sum()
        slope[k] = (wanted * left).sum() / spread[k]
        freedom[k] = len(wanted) - design.shape[1] - 1
        variance[k] = ((left - slope[k] * wanted) ** 2).sum() / freedom[k]
    tested = np.isfinite(variance)
    leaning, known = moderate(variance, np.where(tested, freedom, 0))
    error = np.sqrt(leaning / spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, np.abs(slope) / error, np.where(slope == 0, 0, np.inf))
    p = np.where(tested, 2 * t_distribution.sf(statistic, known), np.nan)
    return Line(slope, error, known, p, adjust(p))


def adjusted_means(values: ArrayLike, after: ArrayLike, covariates: ArrayLike, *, confidence: float = 0.95) -> MeanTest:
    """Compare means of speeches between two groups with covariates held equal; the means themselves are as they are.

    ``values`` and ``after`` are those of :func:`pipeline.stats.compare_means`, ``covariates`` of shape (speeches, covariates). A
    series in which they tell the groups apart, or of too few speeches, is not tested: its numbers are NaN.
    """
    plain = compare_means(values, after, confidence=confidence)
    found = mean_line(values, np.asarray(after, float), covariates=covariates)
    tested = np.isfinite(plain.p)
    p = np.where(tested, found.p, np.nan)
    low, high = (np.where(tested, end, np.nan) for end in found.limits(confidence))
    return replace(
        plain, difference=np.where(tested, found.slope, np.nan), low=low, high=high, p=p, q=adjust(p), freedom=found.freedom
    )
