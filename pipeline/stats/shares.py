"""Did the share of a theme change? A beta-binomial likelihood ratio whose dispersion leans on all themes.

``p`` is the mean, over what the dispersion may be (:mod:`pipeline.stats.dispersion`), of the chi-square probability of the
likelihood ratio at that dispersion. With a known dispersion it is the usual likelihood ratio test, with an unknown one it has the
heavier tails of a t test. The ratio is divided by how much more the scores of the speeches vary than the beta-binomial expects
(at least 1; each theme leans on the others), so that counts of another shape do not make it too sure (Kent 1982, Biometrika 69).

The interval takes both sides for equally dispersed. Where it excludes zero they need not be, and a theme that is on one side only
has its shape from that side: there its end away from zero reaches at least as far as that of :mod:`pipeline.stats.scores`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2
from scipy.stats import f as f_distribution

from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Fit, Likelihood
from pipeline.stats.limits import SideLimits, apart, limits
from pipeline.stats.multiple import adjust
from pipeline.stats.permutation import permute
from pipeline.stats.scores import score
from pipeline.stats.worth import valued

Array = NDArray[np.float64]

LEAST_SPEECHES = 2
"""Speeches that each side needs for a test: one has no spread of its own."""

LEAST_TO_PERMUTE = 6
"""Speeches a side from which whole speeches are permuted as well: there are 924 divisions."""

MOST_TO_PERMUTE = 1_000
"""Speeches above which nothing is permuted: both tests rest on the same large sums there, and agree."""

CROSS_CHECK = 0.2
"""Where the permutation p is above this, the two tests contradict each other at 5 %, and the larger p is given."""

FACTOR = 2.0
"""Margin of ``stable``: the ratio of the two shares lies within this factor, with two one-sided tests at 5 % (Schuirmann
1987)."""


@dataclass(frozen=True)
class ShareTest:
    """Shares of themes on two sides; every array has shape (themes,), or (2, themes) with before first. NaN: not given.

    Attributes
    ----------
    share, share_low, share_high : segments on the theme over all segments of the side, and its 95 % interval.
    difference, low, high : share after minus share before and its interval; above zero there is more after.
    p : probability of a likelihood ratio at least so large if the two sides had one share; where the interval of the difference
        holds zero, no smaller than .05 (one less the confidence), so that the two never contradict each other.
    q : false discovery rate (Benjamini and Hochberg) at which the theme would be claimed among all tested here.
    permutation : p by permutation of whole speeches, from six a side; a cross-check: where it is above ``CROSS_CHECK``,
        ``p`` is no smaller.
    stable : the ratio of the shares is shown to lie within ``FACTOR``.
    design_effect : variance of a share over that of as many independent segments.
    method : name of the test, for people.
    """

    share: Array
    share_low: Array
    share_high: Array
    difference: Array
    low: Array
    high: Array
    p: Array
    q: Array
    permutation: Array
    stable: NDArray[np.bool_]
    design_effect: Array
    method: str


def compare_shares(counts: ArrayLike, totals: ArrayLike, after: ArrayLike, *, confidence: float = 0.95) -> ShareTest:
    """Compare the shares of themes between two groups of speeches.

    Parameters
    ----------
    counts : segments of each theme in each speech, shape (speeches, themes); a segment may have several themes.
    totals : segments of each speech, shape (speeches,), each at least 1.
    after : which speeches are on the later side, booleans of shape (speeches,).
    confidence : of the intervals.

    Returns
    -------
    The test; p, q and intervals are NaN when a side has fewer than ``LEAST_SPEECHES`` speeches.

    Raises
    ------
    ValueError
        When the shapes do not match, a side is empty, or a speech has more segments on a theme than segments.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    _check(x, n, side)
    order = np.lexsort([*x.T, n])  # sums of floats depend on their order; the answer must not
    x, n, side = x[order], n[order], side[order]
    groups = (~side, side)
    share = np.array([x[group].sum(axis=0) / n[group].sum() for group in groups])
    difference = share[1] - share[0]
    if min(group.sum() for group in groups) < LEAST_SPEECHES:
        return _described(share, difference)
    parts = [Likelihood(x[group], n[group]) for group in groups]
    rho = RHO[:, None]
    both = Likelihood(x, n)
    fits, common = [part.fit(rho) for part in parts], both.fit(rho)
    weights = posterior(_adjusted(fits, parts))
    ratio = np.maximum(2 * (fits[0].value + fits[1].value - common.value), 0)
    one = np.exp((weights * np.log(rho)).sum(axis=0))  # the geometric mean of what the dispersion may be
    slack = _slack(parts, weights, fits)
    p = (weights * chi2.sf(ratio / slack, 1)).sum(axis=0)
    freedom = _freedom(weights, n)
    ends = [limits(part, one, slack * f_distribution.ppf(confidence, 1, freedom)) for part in parts]
    low, high = apart(ends[0], ends[1])
    if ((low > 0) | (high < 0)).any():
        far = score(x, n, side, x, worths=valued(both, common)).limits(confidence)
        low, high = np.where(high < 0, np.minimum(low, far[0]), low), np.where(low > 0, np.maximum(high, far[1]), high)
    permutation = _permutation(x, n, side)
    p = np.where(permutation > CROSS_CHECK, np.maximum(p, permutation), p)
    p = np.where((low <= 0) & (high >= 0), np.maximum(p, 1 - confidence), p)  # no p below .05 beside an interval that holds none
    narrow = [limits(part, one, slack * f_distribution.ppf(2 * confidence - 1, 1, freedom)) for part in parts]
    effect = slack * (n**2 * (1 + (n - 1) * one[:, None])).sum(axis=1) / (n**2).sum()
    return ShareTest(
        share=share,
        share_low=np.minimum([end.low for end in ends], share),
        share_high=np.maximum([end.high for end in ends], share),
        difference=difference,
        low=np.minimum(low, difference),
        high=np.maximum(high, difference),
        p=p,
        q=adjust(p),
        permutation=permutation,
        stable=_within(narrow[0], narrow[1]),
        design_effect=effect,
        method="beta-binomial likelihood ratio, dispersion shared over themes",
    )


def _permutation(x: Array, n: Array, side: NDArray[np.bool_]) -> Array:
    """The cross-check where it has something to say, else NaN."""
    if min(side.sum(), (~side).sum()) < LEAST_TO_PERMUTE or len(n) > MOST_TO_PERMUTE:
        return np.full(x.shape[1], np.nan)
    return permute(x, n, side)


def _check(x: Array, n: Array, side: NDArray[np.bool_]) -> None:
    if x.ndim != 2 or n.shape != (len(x),) or side.shape != (len(x),):
        raise ValueError(
            "The counts must have the shape (speeches, themes), totals and after (speeches,). "
            f"Got {x.shape}, {n.shape}, {side.shape}."
        )
    if side.all() or not side.any():
        raise ValueError("Each side must have a speech. Got none on one of them.")
    if (n < 1).any() or (x > n[:, None]).any():
        raise ValueError("Each speech must have a segment, and no more of them on a theme than it has.")


def _described(share: Array, difference: Array) -> ShareTest:
    """Shares and their difference, and nothing that would need a second speech."""
    two, one = np.full(share.shape, np.nan), np.full(difference.shape, np.nan)
    stable = np.zeros(difference.shape, bool)
    return ShareTest(share, two, two, difference, one, one, one, one, one, stable, one, "description")


def _adjusted(fits: list[Fit], parts: list[Likelihood]) -> Array:
    """Profile likelihood of the dispersion, less what the means took out of it (Cox and Reid 1987, J. R. Stat. Soc. B 49)."""
    total = np.zeros_like(fits[0].value)
    for fit, part in zip(fits, parts):
        total += fit.value - 0.5 * np.where(part.zero | part.full, 0.0, np.log(fit.size))
    return total


def _slack(parts: list[Likelihood], weights: Array, fits: list[Fit]) -> Array:
    """How much more the scores of speeches vary than the model expects, shape (themes,).

    Each theme's own ratio leans on the median of all, the more the fewer speeches it rests on; it is never below that median
    or 1.
    """
    best, theme = weights.argmax(axis=0), np.arange(weights.shape[1])
    scale = (1 - RHO[best]) / RHO[best]
    seen, fourth, expected, speeches = np.zeros((4, len(theme)))
    for part, fit in zip(parts, fits):
        mean, inner = fit.mean[best, theme], ~(part.zero | part.full)
        mean = np.clip(mean, 1e-9, 1 - 1e-9)
        square = np.where(inner, part.scores(mean, scale) ** 2, 0)
        seen += square.sum(axis=0) * len(part.n) / (len(part.n) - 1)
        fourth += (square**2).sum(axis=0)
        speeches += np.where(inner, len(part.n), 0)
        expected += np.where(inner, part.slopes(mean, scale)[1], 0)
    slack, usable = np.ones(len(theme)), (expected > 0) & (seen > 0)
    if not usable.any():
        return slack
    own = seen[usable] / expected[usable]
    noise = own**2 * np.maximum(fourth[usable] * speeches[usable] / seen[usable] ** 2 - 1, 0.5) / speeches[usable]
    centre = float(np.median(own))
    between = max(float(own.var() - noise.mean()), 0.0)
    slack[:] = centre
    slack[usable] = centre + (own - centre) * between / (between + noise)
    leaning: Array = np.maximum(slack, max(centre, 1))
    return leaning


def _freedom(weights: Array, n: Array) -> Array:
    """Degrees of freedom worth what is known of each design effect: 2 over the variance of its logarithm."""
    effect = np.log1p((n.mean() - 1) * RHO)[:, None]
    variance = (weights * effect**2).sum(axis=0) - (weights * effect).sum(axis=0) ** 2
    worth: Array = np.clip(2 / np.maximum(variance, 1e-6), 1, 1e4)
    return worth


def _within(before: SideLimits, after: SideLimits) -> NDArray[np.bool_]:
    """Whether the ratio of two shares is shown to lie within ``FACTOR``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [np.log([end.low, end.mean, end.high]) for end in (before, after)]
        ratio = logs[1][1] - logs[0][1]
        down = np.hypot(logs[1][1] - logs[1][0], logs[0][2] - logs[0][1])
        up = np.hypot(logs[1][2] - logs[1][1], logs[0][1] - logs[0][0])
        shown: NDArray[np.bool_] = (ratio - down > -np.log(FACTOR)) & (ratio + up < np.log(FACTOR))
    return shown
