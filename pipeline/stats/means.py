"""Did a mean of speeches change? A moderated t test: the variance of each series leans on that of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, polygamma
from scipy.stats import t as t_distribution

from pipeline.stats.multiple import adjust

Array = NDArray[np.float64]
LEAST_SPEECHES = 2
"""Speeches with a value that each side needs: below two there is no spread to judge by."""

LEAST_SERIES = 4
"""Series from which their variances can be said to have a common size."""


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
    mean: Array = np.divide(np.nansum(part, axis=0), number, out=np.full(part.shape[1], np.nan), where=number > 0)
    return mean


def moderate(variance: Array, freedom: Array) -> tuple[Array, Array]:
    """Lean each variance on those of the other series (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3, article 3).

    Parameters
    ----------
    variance, freedom : residual variance and its degrees of freedom, shape (series,); NaN where there is none.

    Returns
    -------
    The leaning variances and their degrees of freedom. With fewer than ``LEAST_SERIES`` series each stands by itself.
    """
    own = np.maximum(freedom, 1.0)
    usable = np.isfinite(variance) & (variance > 0) & (freedom > 0)
    if usable.sum() < LEAST_SERIES:
        return variance, own
    half = freedom[usable] / 2
    logs = np.log(variance[usable]) - digamma(half) + np.log(half)
    spread = float(logs.var(ddof=1) - polygamma(1, half).mean())
    prior = 2 * _trigamma_inverse(spread) if spread > 0 else np.inf
    prior = min(prior, float(freedom[usable].sum()))  # no more than was seen
    centre = float(np.exp(logs.mean() + digamma(prior / 2) - np.log(prior / 2)))
    return (prior * centre + own * variance) / (prior + own), prior + own


def _trigamma_inverse(value: float) -> float:
    """The number whose trigamma is ``value``, by Newton's method on its inverse (as in limma)."""
    found = 0.5 + 1 / value
    for _ in range(30):
        trigamma = float(polygamma(1, found))
        found += trigamma * (1 - trigamma / value) / float(polygamma(2, found))
    return found
