"""Intervals from the likelihood: where it has fallen too far for a share, and from two shares for their difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.stats.likelihood import Likelihood

Array = NDArray[np.float64]

HALVINGS = 9
"""Halvings of a range of logits at most 32 wide, before a straight line between the last two: limits to about .001 of a logit."""

FAR = 16.0
"""Logit beyond which a share is nothing, or everything."""


@dataclass(frozen=True)
class SideLimits:
    """A share of each theme on one side, by likelihood, with its limits; arrays of shape (themes,)."""

    low: Array
    mean: Array
    high: Array


def limits(part: Likelihood, rho: Array, drop: Array | float) -> SideLimits:
    """Profile likelihood limits of the share at dispersion ``rho``: where twice the log-likelihood has fallen by ``drop``."""
    fit = part.fit(rho[None])
    best, mean, scale = fit.value[0], fit.mean[0], (1 - rho) / rho
    floor = best - np.asarray(drop) / 2
    centre = np.log(np.clip(mean, 1e-7, 1 - 1e-7) / np.clip(1 - mean, 1e-7, 1))
    ends = []
    for far in (-FAR, FAR):
        inner, outer = centre, np.full_like(centre, far)
        above, below = best - floor, _excess(part, outer, scale, floor)
        for _ in range(HALVINGS):
            middle = (inner + outer) / 2
            excess = _excess(part, middle, scale, floor)
            inside = excess >= 0
            inner, above = np.where(inside, middle, inner), np.where(inside, excess, above)
            outer, below = np.where(inside, outer, middle), np.where(inside, below, excess)
        fraction = np.clip(above / np.maximum(above - below, 1e-12), 0, 1)
        ends.append(1 / (1 + np.exp(-(inner + (outer - inner) * fraction))))
    return SideLimits(np.where(part.zero, 0.0, ends[0]), mean, np.where(part.full, 1.0, ends[1]))


def _excess(part: Likelihood, logit: Array, scale: Array, floor: Array) -> Array:
    return part.value(1 / (1 + np.exp(-logit)), scale) - floor


def apart(before: SideLimits, after: SideLimits) -> tuple[Array, Array]:
    """Limits of the difference of two shares, from the limits of each (Newcombe 1998, Stat. Med. 17, method 10)."""
    value = after.mean - before.mean
    low = value - np.hypot(after.mean - after.low, before.high - before.mean)
    high = value + np.hypot(after.high - after.mean, before.mean - before.low)
    return low, high
