"""Shares when the coder errs: corrected by a table of its errors, or by hand codes of a sample.

A coder that gives every theme to some wrong segments pulls all shares together, so true changes look smaller than they are. Both
corrections undo that and widen the interval by what the correction itself does not know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

Array = NDArray[np.float64]

LEAST_HAND_CODES = 20
"""Segments coded by hand that each side needs: below it, the correction is noisier than what it corrects."""


@dataclass(frozen=True)
class Corrected:
    """A corrected difference of shares (after minus before) with its interval, arrays of shape (themes,), and what was used."""

    difference: Array
    low: Array
    high: Array
    method: str


def by_error_rates(
    difference: ArrayLike, low: ArrayLike, high: ArrayLike, *, sensitivity: ArrayLike, specificity: ArrayLike
) -> Corrected:
    """Undo the dilution of a coder whose error rates are known, the same on both sides (Rogan and Gladen 1978).

    Parameters
    ----------
    difference, low, high : difference of the coded shares and its interval, shape (themes,).
    sensitivity : share of the segments on a theme that the coder finds, shape (themes,).
    specificity : share of the others that it leaves out, shape (themes,).

    Raises
    ------
    ValueError
        When a coder is no better than chance: sensitivity + specificity <= 1.

    Notes
    -----
    The observed difference is the true one times (sensitivity + specificity - 1), so p stays as it is. That the coder
    errs alike on both sides is an assumption; hand codes of both sides (:func:`by_hand_codes`) need none.
    """
    power = np.asarray(sensitivity, float) + np.asarray(specificity, float) - 1
    if (power <= 0).any():
        raise ValueError(f"The sensitivity and specificity must add up to more than 1. Got {power.min() + 1:.3f}.")
    return Corrected(
        np.asarray(difference, float) / power, np.asarray(low, float) / power, np.asarray(high, float) / power, "error rates"
    )


def by_hand_codes(
    share: ArrayLike,
    error: ArrayLike,
    coded: tuple[ArrayLike, ArrayLike],
    by_hand: tuple[ArrayLike, ArrayLike],
    *,
    confidence: float = 0.95,
) -> Corrected:
    """Add to each side's coded share the mean of (hand code - code) in a random sample of it: prediction-powered inference.

    Parameters
    ----------
    share : coded shares, shape (2, themes), before first.
    error : their standard errors, shape (2, themes), the speech being the unit.
    coded, by_hand : for each side the codes of the coder and of people for the same random segments, 0 or 1, (segments, themes).
    confidence : of the interval.

    Raises
    ------
    ValueError
        When the two codes of a side differ in shape, or there are fewer than ``LEAST_HAND_CODES`` of them.

    References
    ----------
    Angelopoulos et al. (2023), Science 382; Egami et al. (2023), Using imperfect surrogates for downstream inference.
    """
    estimates, variances = [], []
    for side in (0, 1):
        machine, people = np.asarray(coded[side], float), np.asarray(by_hand[side], float)
        if machine.shape != people.shape or len(machine) < LEAST_HAND_CODES:
            raise ValueError(
                f"Each side must have {LEAST_HAND_CODES} or more segments with both codes. "
                f"Got {machine.shape} and {people.shape}."
            )
        gap = people - machine
        estimates.append(np.asarray(share, float)[side] + gap.mean(axis=0))
        variances.append(np.asarray(error, float)[side] ** 2 + gap.var(axis=0, ddof=1) / len(gap))
    difference = estimates[1] - estimates[0]
    half = norm.ppf(0.5 + confidence / 2) * np.sqrt(variances[0] + variances[1])
    return Corrected(difference, difference - half, difference + half, "hand codes")
