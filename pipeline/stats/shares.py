"""Did the share of a theme change? A beta-binomial likelihood ratio of the counts of speeches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln
from scipy.stats import f as f_distribution
from scipy.stats import t as t_distribution

from pipeline.stats.multiple import adjust

Array = NDArray[np.float64]
LEAST_SPEECHES = 2
RHO = np.concatenate([[1e-4], np.geomspace(0.002, 0.8, 28)])


@dataclass(frozen=True)
class ShareTest:
    """Shares of themes on two sides; every array has shape (themes,), or (2, themes) with before first. NaN: not given."""

    share: Array
    share_low: Array
    share_high: Array
    difference: Array
    low: Array
    high: Array
    p: Array
    q: Array
    stable: NDArray[np.bool_]
    method: str


def compare_shares(counts: ArrayLike, totals: ArrayLike, after: ArrayLike) -> ShareTest:
    """Compare the shares of themes between two groups of speeches.

    Parameters
    ----------
    counts : segments of each theme in each speech, shape (speeches, themes).
    totals : segments of each speech, shape (speeches,).
    after : which speeches are on the later side, booleans of shape (speeches,).
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    pooled = np.array([x[~side].sum(axis=0) / n[~side].sum(), x[side].sum(axis=0) / n[side].sum()])
    nothing = np.full(x.shape[1], np.nan)
    difference = pooled[1] - pooled[0]
    if min(side.sum(), (~side).sum()) < LEAST_SPEECHES:
        none = np.full(pooled.shape, np.nan)
        return ShareTest(pooled, none, none, difference, nothing, nothing, nothing, nothing, np.zeros(x.shape[1], bool), "none")
    freedom = len(n) - 2
    apart = [_likelihood(x[s], n[s]) for s in (~side, side)]
    likelihood = apart[0][0] + apart[1][0]
    ratio = 2 * (likelihood.max(axis=0) - _likelihood(x, n)[0].max(axis=0))
    best, theme = likelihood.argmax(axis=0), np.arange(x.shape[1])
    share = np.array([mean[best, theme] for _, mean in apart])
    effective = np.array([(n[s] / (1 + (n[s] - 1) * RHO[best][:, None])).sum(axis=1) for s in (~side, side)])
    t = t_distribution.ppf(0.975, freedom)
    error = np.sqrt(share * (1 - share) / effective)
    half = t * np.sqrt((error**2).sum(axis=0))
    p = f_distribution.sf(np.maximum(ratio, 0), 1, freedom)
    return ShareTest(
        pooled,
        np.clip(share - t * error, 0, 1),
        np.clip(share + t * error, 0, 1),
        difference,
        np.minimum(difference, share[1] - share[0] - half),
        np.maximum(difference, share[1] - share[0] + half),
        p,
        adjust(p),
        np.zeros(x.shape[1], bool),
        "beta-binomial likelihood ratio",
    )


def _likelihood(x: Array, n: Array) -> tuple[Array, Array]:
    rho, x, n = RHO[:, None, None], x[None], n[None, :, None]
    weight = 1 / (1 + (n - 1) * rho)
    mean = np.clip((weight * x).sum(axis=1) / (weight * n).sum(axis=1), 1e-6, 1 - 1e-6)
    a, b = mean[:, None] * (1 - rho) / rho, (1 - mean[:, None]) * (1 - rho) / rho
    return (betaln(x + a, n - x + b) - betaln(a, b)).sum(axis=1), mean
