"""Two sides of corrected counts: a score test whose variance follows the share, leaning on that of all themes.

Corrected counts (:mod:`pipeline.stats.measurement`) are no counts any more: some are negative. What is left is a mean and a
variance in proportion to ``share (1 - share)``, whose factor is taken from the speeches and leans on the other themes' (Smyth
2004, Stat. Appl. Genet. Mol. Biol. 3). The interval holds the differences that the test does not contradict, the variance being
that of the two shares nearest to what was seen which differ by so much (Mee 1984, Biometrics 40; least squares in place of
likelihood). An interval of one variance for all differences reaches too short a way from zero: a theme that grew from nothing has
its scatter on one side only, and a share that came out low came out with little of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.means import moderate
from pipeline.stats.multiple import adjust
from pipeline.stats.worth import worth

Array = NDArray[np.float64]

HALF = 0.5
"""Segments that a side has of every theme at the least, for the variance: of none at all nothing could be told."""

HALVINGS = 30
"""Halvings of the range of a difference: limits to a billionth."""


@dataclass(frozen=True)
class Score:
    """The difference ``slope`` of two shares, after less before, its degrees of freedom, p and q; arrays of shape (themes,).

    ``near`` are the two shares, kept between 0 and 1, and ``size`` the independent segments that the sides are worth, shape
    (2, themes); ``factor`` is the variance of the shares over that of as many independent segments.
    """

    slope: Array
    freedom: Array
    p: Array
    q: Array
    near: Array
    size: Array
    factor: Array

    def limits(self, confidence: float = 0.95) -> tuple[Array, Array]:
        """The interval of the difference: all that the scores do not contradict."""
        t, middle = t_distribution.ppf(0.5 + confidence / 2, self.freedom), self.near[1] - self.near[0]
        ends = []
        for far in (-1.0, 1.0):
            inner, outer = middle, np.full_like(middle, far)
            for _ in range(HALVINGS):
                tried = (inner + outer) / 2
                inside = np.abs(tried - middle) <= t * self.error(tried)
                inner, outer = np.where(inside, tried, inner), np.where(inside, outer, tried)
            ends.append(self.slope + inner - middle)
        return ends[0], ends[1]

    def error(self, difference: Array) -> Array:
        """Standard error of the difference if ``difference`` (themes,) were the true one."""
        before, after = self.size
        share = (before * self.near[0] + after * (self.near[1] - difference)) / (before + after)
        share = np.clip(share, np.maximum(0, -difference), np.minimum(1, 1 - difference))
        later = share + difference
        error: Array = np.sqrt(np.maximum(self.factor * (share * (1 - share) / before + later * (1 - later) / after), 0))
        return error


def score(
    counts: ArrayLike, totals: ArrayLike, after: ArrayLike, corrected: ArrayLike, *, worths: ArrayLike | None = None
) -> Score:
    """Compare the shares of corrected counts between two groups of speeches.

    Parameters
    ----------
    counts, totals, after : as in :func:`pipeline.stats.compare_shares`.
    corrected : what stands for ``counts``, shape (speeches, themes), of any sign.
    worths : what each speech is worth in independent segments, shape (speeches, themes); None finds it from the counts.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    y = np.asarray(corrected, float)
    order = np.lexsort([*y.T, *x.T, n])  # sums of floats depend on their order; the answer must not
    x, y, n, side = x[order], y[order], n[order], side[order]
    weight, groups = worth(x, n) if worths is None else np.asarray(worths, float)[order], (~side, side)
    size = np.array([weight[own].sum(axis=0) for own in groups])
    share = np.array([(weight[own] * y[own] / n[own, None]).sum(axis=0) for own in groups]) / size
    scatter = sum((weight[own] * (y[own] / n[own, None] - mean) ** 2).sum(axis=0) for own, mean in zip(groups, share))
    least = np.array([[HALF / n[own].sum()] for own in groups])
    near = np.clip(share, least, 1 - least)
    speeches = np.array([[own.sum()] for own in groups])
    spread = ((speeches - 1) * near * (1 - near)).sum(axis=0) / max(len(n) - 2, 1)
    freedom = np.full(x.shape[1], len(n) - 2.0)
    factor, known = moderate(scatter / np.maximum(freedom, 1) / spread, freedom)
    difference, nothing = share[1] - share[0], np.full(x.shape[1], np.nan)
    error = Score(difference, known, nothing, nothing, near, size, factor).error(np.zeros(x.shape[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t_distribution.sf(np.where(error > 0, np.abs(difference) / error, np.where(difference == 0, 0, np.inf)), known)
    return Score(difference, known, p, adjust(p), near, size, factor)
