"""Shares when the coder errs: corrected by hand codes of a sample, or by a table of the coder's errors.

A coder that gives every theme to some wrong segments pulls all shares together, so true changes look smaller than they are. Both
corrections undo that, and the interval pays for what the correction itself does not know.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LEAST_HAND_CODES = 20
"""Segments coded by hand that a sample needs: below it, the correction is noisier than what it corrects."""


class Corrected(NamedTuple):
    """A corrected difference of shares (after minus before) with its interval, arrays of shape (themes,)."""

    difference: Array
    low: Array
    high: Array


def by_error_rates(
    difference: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    sensitivity: ArrayLike,
    specificity: ArrayLike,
    with_theme: ArrayLike = np.inf,
    without_theme: ArrayLike = np.inf,
) -> Corrected:
    """Undo the dilution of a coder whose error rates are known, the same on both sides (Rogan and Gladen 1978).

    Parameters
    ----------
    difference, low, high : difference of the coded shares and its interval, shape (themes,).
    sensitivity : share of the segments on a theme that the coder finds, shape (themes,).
    specificity : share of the others that it leaves out, shape (themes,).
    with_theme, without_theme : how many segments each was measured on; the interval pays for that (delta method).

    Raises
    ------
    ValueError
        When a coder is no better than chance: sensitivity + specificity <= 1.

    Notes
    -----
    The observed difference is the true one times (sensitivity + specificity - 1), so p stays as it is. That the coder
    errs alike on both sides is an assumption; hand codes of both sides (:func:`rectified`) need none.
    """
    found, hit, right = np.asarray(difference, float), np.asarray(sensitivity, float), np.asarray(specificity, float)
    power = hit + right - 1
    if (power <= 0).any():
        raise ValueError(f"The sensitivity and specificity must add up to more than 1. Got {power.min() + 1:.3f}.")
    unsure = 1.96**2 * (hit * (1 - hit) / np.asarray(with_theme, float) + right * (1 - right) / np.asarray(without_theme, float))
    more = (found / power**2) ** 2 * unsure
    value = found / power
    down, up = np.sqrt(((found - low) / power) ** 2 + more), np.sqrt(((high - found) / power) ** 2 + more)
    return Corrected(value, value - down, value + up)


def rectified(counts: ArrayLike, totals: ArrayLike, group: ArrayLike, sampled: ArrayLike, gaps: ArrayLike) -> Array:
    """Counts whose expectation is what people would count, from codes of all segments and hand codes of a random sample.

    Parameters
    ----------
    counts, totals : segments that the coder gives each theme in each speech (speeches, themes), and all of them (speeches,).
    group : the sample that each speech belongs to, as one a side; every segment of its speeches had the same chance to be in it.
    sampled : segments coded by hand in each speech, shape (speeches,).
    gaps : of these, those that people give the theme less those that the coder gives it, shape (speeches, themes).

    Returns
    -------
    ``counts + gaps / (share of these segments that was sampled)``, shape (speeches, themes): single ones may be negative.
    Their variation between speeches holds the coder's error and the luck of the sample, so a test on speeches pays for both.

    Raises
    ------
    ValueError
        When a sample has fewer than ``LEAST_HAND_CODES`` hand codes.

    References
    ----------
    Egami, Hinck, Stewart and Wei (2023), Using imperfect surrogates for downstream inference, NeurIPS 36; Angelopoulos et al.
    (2023), Prediction-powered inference, Science 382.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(group)
    hand, chance = np.asarray(sampled, float), np.ones(len(n))
    for name in np.unique(side):
        own = side == name
        if hand[own].sum() < LEAST_HAND_CODES:
            raise ValueError(
                f"Each sample must have {LEAST_HAND_CODES} or more segments coded by hand. Got {int(hand[own].sum())} in one."
            )
        chance[own] = hand[own].sum() / n[own].sum()
    corrected: Array = x + np.asarray(gaps, float) / chance[:, None]
    return corrected
