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

from pipeline.stats.lines import line, telling, without
from pipeline.stats.worth import worth

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


def trend(
    counts: ArrayLike,
    totals: ArrayLike,
    time: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    rectified: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Trend:
    """A straight trend of the shares of speeches over time, with variances that lean on all themes.

    Parameters
    ----------
    counts, totals : as in :func:`pipeline.stats.compare_shares`.
    time : when each speech was given, in the unit that the slope is wanted for, shape (speeches,).
    covariates : what is held equal, shape (speeches, covariates).
    rectified : counts that hand codes corrected (:func:`pipeline.stats.rectified`), whose trend is wanted in their place.

    Raises
    ------
    ValueError
        When there are fewer than ``LEAST_SPEECHES`` speeches, or all are of one time; and as :func:`pipeline.stats.lines.line`.
    """
    when = np.asarray(time, float)
    if len(when) < LEAST_SPEECHES or np.ptp(when) == 0:
        raise ValueError(f"A trend must have {LEAST_SPEECHES} speeches or more, of different times. Got {len(when)}.")
    found = line(counts, totals, when, covariates=covariates, rectified=rectified)
    return Trend(found.slope, *found.limits(confidence), found.p, found.q)


def step(
    counts: ArrayLike,
    totals: ArrayLike,
    position: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    rectified: ArrayLike | None = None,
    random_state: int = 0,
) -> Step:
    """Where each share steps from one level to another, if it does.

    Parameters
    ----------
    counts, totals : as in :func:`pipeline.stats.compare_shares`.
    position : place of each speech in the order, whole numbers, shape (speeches,); speeches of one place stay together.
    covariates : what is held equal, shape (speeches, covariates); what they leave of the shares is put in random orders.
    rectified : as in :func:`trend`.

    Returns
    -------
    The likeliest step; p is NaN where there are fewer than ``LEAST_SPEECHES`` speeches, no place has ``LEAST_BESIDE`` of them on
    either side, or the covariates leave too little to be told apart.
    """
    x, n, where = np.asarray(counts, float), np.asarray(totals, float), np.asarray(position, float)
    nothing = Step(np.full(x.shape[1], -1), np.full(x.shape[1], np.nan), np.zeros(x.shape[1], bool))
    try:
        held = None if covariates is None else telling(where, covariates)
    except ValueError:
        return nothing
    y = x if rectified is None else np.asarray(rectified, float)
    order = np.lexsort(
        [*y.T, *x.T, n, *(() if held is None else held.T), where]
    )  # so that their order in a table changes nothing
    x, y, n, where, held = x[order], y[order], n[order], where[order], None if held is None else held[order]
    _, start = np.unique(where, return_index=True)
    cuts = start[(start >= LEAST_BESIDE) & (len(n) - start >= LEAST_BESIDE)]
    if len(n) < LEAST_SPEECHES or not len(cuts):
        return nothing
    weight = worth(x, n)
    rest = weight * without(y / n[:, None], weight, held)
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
