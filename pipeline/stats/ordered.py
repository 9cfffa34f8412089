"""Ordered speeches: does a share follow time, and does it step from one level to another?

Both tests stand on one residual a speech and theme: its share less the common one, weighted by what the speech is worth given how
alike its segments are. The trend is a weighted line whose variance leans on all themes. A step is the largest of all places'
standardised sums, and its probability the share of random orders of whole speeches in which the largest is no smaller: that pays
for having looked everywhere (Hothorn and Zeileis 2008, Biometrics 64: maximally selected statistics; Strasser and Weber 1999).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Likelihood
from pipeline.stats.means import moderate
from pipeline.stats.multiple import adjust

Array = NDArray[np.float64]

LEAST_SPEECHES = 6
"""Speeches that a trend or a step needs: five allow 120 orders, too few for a claim among twenty themes."""

LEAST_BESIDE = 3
"""Speeches on either side of a step: two that resemble each other are no level."""

DRAWS = 999
"""Random orders; where they leave a theme below ``LOOK_CLOSER``, ``MORE_DRAWS`` tell it apart among many themes."""

MORE_DRAWS = 9_999
LOOK_CLOSER = 0.02

CHUNK = 4_000_000
"""Numbers held at once while orders are drawn: 32 MB."""


class Trend(NamedTuple):
    """Change of a share for one step of time, its interval, p and q; arrays of shape (themes,)."""

    slope: Array
    low: Array
    high: Array
    p: Array
    q: Array


class Step(NamedTuple):
    """The likeliest step of each theme; arrays of shape (themes,). ``place`` is the first position after it (-1: none possible).

    ``steeper`` says whether a step there describes the speeches better than a straight line.
    """

    place: NDArray[np.int64]
    p: Array
    steeper: NDArray[np.bool_]


def worth(counts: ArrayLike, totals: ArrayLike) -> Array:
    """What each speech is worth in independent segments on each theme, shape (speeches, themes).

    ``n / (1 + (n - 1) rho)`` at the dispersion that the speeches show about one common share, leaning on that of the others.
    """
    x, n = np.asarray(counts, float), np.asarray(totals, float)
    part = Likelihood(x, n)
    fit = part.fit(RHO[:, None])
    weights = posterior(fit.value - 0.5 * np.where(part.zero | part.full, 0.0, np.log(fit.size)))
    rho = np.exp((weights * np.log(RHO[:, None])).sum(axis=0))
    valued: Array = n[:, None] / (1 + (n[:, None] - 1) * rho)
    return valued


def trend(counts: ArrayLike, totals: ArrayLike, time: ArrayLike, *, confidence: float = 0.95) -> Trend:
    """A straight trend of the shares of speeches over time, with variances that lean on all themes.

    Parameters
    ----------
    counts, totals : as in :func:`pipeline.stats.compare_shares`.
    time : when each speech was given, in the unit that the slope is wanted for, shape (speeches,).

    Raises
    ------
    ValueError
        When there are fewer than ``LEAST_SPEECHES`` speeches, or all are of one time.
    """
    x, n, when = _sorted(counts, totals, time)
    if len(n) < LEAST_SPEECHES or np.ptp(when) == 0:
        raise ValueError(f"A trend must have {LEAST_SPEECHES} speeches or more, of different times. Got {len(n)}.")
    weight = worth(x, n)
    share, whole = x / n[:, None], weight.sum(axis=0)
    centred = when[:, None] - (weight * when[:, None]).sum(axis=0) / whole
    about = share - (weight * share).sum(axis=0) / whole
    spread = (weight * centred**2).sum(axis=0)
    slope = (weight * centred * about).sum(axis=0) / spread
    rest = (weight * (about - centred * slope) ** 2).sum(axis=0)
    freedom = np.full(len(slope), len(n) - 2.0)
    variance, known = moderate(rest / freedom, freedom)
    error = np.sqrt(variance / spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t_distribution.sf(np.where(error > 0, np.abs(slope) / error, 0), known)
    half = t_distribution.ppf(0.5 + confidence / 2, known) * error
    return Trend(slope, slope - half, slope + half, p, adjust(p))


def step(counts: ArrayLike, totals: ArrayLike, position: ArrayLike, *, random_state: int = 0) -> Step:
    """Where each share steps from one level to another, if it does.

    Parameters
    ----------
    counts, totals : as in :func:`pipeline.stats.compare_shares`.
    position : place of each speech in the order, whole numbers, shape (speeches,); speeches of one place stay together.

    Returns
    -------
    The likeliest step; p is NaN where there are fewer than ``LEAST_SPEECHES`` speeches or no place has ``LEAST_BESIDE`` of them
    on either side.
    """
    x, n, where = _sorted(counts, totals, position)
    _, start = np.unique(where, return_index=True)
    cuts = start[(start >= LEAST_BESIDE) & (len(n) - start >= LEAST_BESIDE)]
    if len(n) < LEAST_SPEECHES or not len(cuts):
        nothing = np.full(x.shape[1], np.nan)
        return Step(np.full(x.shape[1], -1), nothing, np.zeros(x.shape[1], bool))
    weight, share = worth(x, n), x / n[:, None]
    rest = weight * (share - (weight * share).sum(axis=0) / weight.sum(axis=0))
    total = np.maximum((rest**2).sum(axis=0), 1e-300)
    many = len(n)
    scale = np.sqrt(cuts * (many - cuts) / (many * (many - 1)))[:, None] * np.sqrt(total)
    sums = np.abs(rest[::-1].cumsum(axis=0)[::-1][cuts]) / scale
    best = sums.argmax(axis=0)
    highest = sums.max(axis=0)
    p = _chance(rest, cuts, scale, highest, DRAWS, random_state)
    closer = p < LOOK_CLOSER
    if closer.any():
        p[closer] = _chance(rest[:, closer], cuts, scale[:, closer], highest[closer], MORE_DRAWS, random_state)
    when = where - where.mean()
    line = np.abs(when @ rest) / np.sqrt((when**2).sum() / (many - 1) * total)
    return Step(where[cuts[best]].astype(np.int64), p, highest > line)


def _chance(rest: Array, cuts: NDArray[np.int64], scale: Array, highest: Array, draws: int, random_state: int) -> Array:
    """Share of random orders of the speeches whose largest standardised sum is no smaller, the order seen among them."""
    random, at_least = np.random.default_rng(random_state), np.ones(rest.shape[1])
    size = max(1, min(draws, CHUNK // max(rest.size, 1)))
    for first in range(0, draws, size):
        orders = random.random((min(size, draws - first), len(rest))).argsort(axis=1)
        blocks = np.add.reduceat(rest[orders], np.r_[0, cuts], axis=1)[:, 1:]
        sums = np.abs(blocks[:, ::-1].cumsum(axis=1)[:, ::-1]) / scale
        at_least += (sums.max(axis=1) >= highest * (1 - 1e-9)).sum(axis=0)
    chance: Array = at_least / (draws + 1)
    return chance


def _sorted(counts: ArrayLike, totals: ArrayLike, time: ArrayLike) -> tuple[Array, Array, Array]:
    """The speeches by time and then by their numbers, so that their order in a table changes nothing."""
    x, n, when = np.asarray(counts, float), np.asarray(totals, float), np.asarray(time, float)
    order = np.lexsort([*x.T, n, when])
    return x[order], n[order], when[order]
