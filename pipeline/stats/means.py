"""Did a mean of speeches change? A moderated t test: the variance of each series leans on that of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.multiple import adjust

Array = NDArray[np.float64]
LEAST_SPEECHES = 2
"""Speeches with a value that each side needs: below two there is no spread to judge by."""


@dataclass(frozen=True)
class MeanTest:
    """Means of speeches on two sides; every array has shape (series,), or (2, series) with before first. NaN: not given."""

    mean: Array
    mean_low: Array
    mean_high: Array
    difference: Array
    low: Array
    high: Array
    p: Array
    q: Array
    freedom: Array


def compare_means(values: ArrayLike, after: ArrayLike, *, confidence: float = 0.95) -> MeanTest:
    """Compare means of speeches between two groups, one series a theme or target.

    Parameters
    ----------
    values : value of each speech in each series, shape (speeches, series); NaN where a speech has none.
    after : which speeches are on the later side, booleans of shape (speeches,).
    """
    y, side = np.asarray(values, float), np.asarray(after, bool)
    parts = [y[~side], y[side]]
    number = np.array([np.isfinite(part).sum(axis=0) for part in parts])
    mean = np.array([_mean(part) for part in parts])
    squares = sum(np.nansum((part - _mean(part)) ** 2, axis=0) for part in parts)
    freedom = number.sum(axis=0) - 2.0
    testable = (number >= LEAST_SPEECHES).all(axis=0)
    variance = np.where(testable, squares / np.maximum(freedom, 1), np.nan)
    moderated, total = moderate(variance, freedom)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(moderated / number)
        apart = np.sqrt((moderated / number).sum(axis=0))
        difference = mean[1] - mean[0]
        statistic = np.where(apart > 0, np.abs(difference) / apart, np.where(difference == 0, 0, np.inf))
    t = t_distribution.ppf(0.5 + confidence / 2, total)
    p = np.where(testable, 2 * t_distribution.sf(statistic, total), np.nan)
    half = np.where(testable, t * apart, np.nan)
    return MeanTest(
        mean, mean - t * error, mean + t * error, difference, difference - half, difference + half, p, adjust(p), total
    )


def _mean(part: Array) -> Array:
    number = np.isfinite(part).sum(axis=0)
    return np.divide(np.nansum(part, axis=0), number, out=np.full(part.shape[1], np.nan), where=number > 0)


def moderate(variance: Array, freedom: Array) -> tuple[Array, Array]:
    """Lean each variance on the others; first version: as they are."""
    return variance, np.maximum(freedom, 1)
