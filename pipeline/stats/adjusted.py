"""Two sides compared when their counts are not the whole story: covariates held equal, or errors of the coder put right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.lines import Line, line
from pipeline.stats.measurement import by_error_rates
from pipeline.stats.scores import Score, score
from pipeline.stats.shares import FACTOR, LEAST_SPEECHES, ShareTest, compare_shares

Array = NDArray[np.float64]


def compare_adjusted(
    counts: ArrayLike,
    totals: ArrayLike,
    after: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    rectified: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ShareTest:
    """Compare the shares of two groups of speeches with covariates held equal, or with counts that hand codes corrected.

    The shares and their intervals are those of the coded texts; ``difference``, its interval, p and q are what is left of their
    difference when the covariates are held equal (:func:`pipeline.stats.line`), or the difference of the ``rectified`` counts
    (:func:`pipeline.stats.score`; with covariates, a line through them). ``stable`` needs the 90 % interval of that to keep the
    two shares, placed about their mean, within ``FACTOR`` of each other.

    Raises
    ------
    ValueError
        As :func:`pipeline.stats.line`. With fewer than ``LEAST_SPEECHES`` on a side nothing is tested and nothing raised.
    """
    side = np.asarray(after, bool)
    plain = compare_shares(counts, totals, side, confidence=confidence)
    n, y = np.asarray(totals, float), np.asarray(counts if rectified is None else rectified, float)
    shares = np.array([y[own].sum(axis=0) / n[own].sum() for own in (~side, side)])
    if min(side.sum(), (~side).sum()) < LEAST_SPEECHES:
        return replace(plain, difference=shares[1] - shares[0])
    found: Line | Score
    if covariates is None and rectified is not None:
        found, method = score(counts, totals, side, rectified), "score of corrected counts, moderated t"
    else:
        found = line(counts, totals, side.astype(float), covariates=covariates, rectified=rectified)
        method = "weighted line, moderated t"
    low, high = found.limits(confidence)
    return replace(
        plain,
        difference=found.slope,
        low=low,
        high=high,
        p=found.p,
        q=found.q,
        permutation=np.full(len(found.p), np.nan),
        stable=_within(*found.limits(2 * confidence - 1), shares.mean(axis=0)),
        method=method,
    )


def compare_miscoded(
    counts: ArrayLike,
    totals: ArrayLike,
    after: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    sensitivity: ArrayLike,
    specificity: ArrayLike,
    with_theme: ArrayLike = np.inf,
    without_theme: ArrayLike = np.inf,
) -> ShareTest:
    """Compare the shares of two groups of speeches whose coder has known error rates, the same on both sides.

    Parameters
    ----------
    counts, totals, after, covariates : as in :func:`compare_adjusted`.
    sensitivity, specificity, with_theme, without_theme : as in :func:`pipeline.stats.by_error_rates`.

    Returns
    -------
    The test of the coded counts with its difference and interval put right; p and q stay. Wrong labels are scattered singly and
    right ones come in runs, so the two sides of a change do not vary alike: the end of the interval that lies away from zero
    reaches at least as far as that of :func:`pipeline.stats.score`.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    hit, right = np.asarray(sensitivity, float), np.asarray(specificity, float)
    test = compare_shares(x, n, side) if covariates is None else compare_adjusted(x, n, side, covariates)
    known = {"sensitivity": hit, "specificity": right, "with_theme": with_theme, "without_theme": without_theme}
    found = by_error_rates(test.difference, test.low, test.high, **known)
    low, high, power = found.low, found.high, hit + right - 1
    if covariates is None and min(side.sum(), (~side).sum()) >= LEAST_SPEECHES:
        plain = score(x, n, side, x - (1 - right) * n[:, None])
        wide = by_error_rates(plain.slope, *plain.limits(), **known)
        high = np.where((power < 1) & (found.difference > 0), np.maximum(high, wide.high), high)
        low = np.where((power < 1) & (found.difference < 0), np.minimum(low, wide.low), low)
    middle = (test.share.mean(axis=0) - (1 - right)) / power
    return replace(test, difference=found.difference, low=low, high=high, stable=test.stable & _within(low, high, middle))


def _within(low: Array, high: Array, share: Array) -> NDArray[np.bool_]:
    """Whether differences between ``low`` and ``high`` keep two shares about ``share`` within ``FACTOR`` of each other."""
    margin = 2 * (FACTOR - 1) / (FACTOR + 1) * np.maximum(share, 0)
    within: NDArray[np.bool_] = (low > -margin) & (high < margin) & (margin > 0)
    return within
