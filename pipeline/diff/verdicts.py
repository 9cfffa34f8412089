"""From numbers to words: what is in the texts, and what may be claimed of those who gave them."""

from __future__ import annotations

import numpy as np

from pipeline.records import Change, StanceVerdict, TrendVerdict, Verdict

CLAIM_AT = 0.05
"""False discovery rate of the claims: one in twenty claims of change may be false."""

SAME_FACTOR = 2.0
"""Two shares within this factor of each other are `same` in `change`, and may be `stable` in `verdict`."""

STANCE_MARGIN = 0.25
"""Two mean stances (-1 to 1) within this of each other may be called stable: one statement in four from none to a side."""


def rounded(*values: float) -> list[float | None]:
    """Six figures, a p of 1e-12 kept as it is; NaN is None."""
    return [None if np.isnan(value) else float(f"{value:.6g}") + 0.0 for value in values]


def change(before: int, after: int, share_before: float, share_after: float) -> Change:
    """What is in these texts, from the segments and shares of the two sides."""
    if not before or not after:
        return "same" if before == after else "vanished" if before else "appeared"
    if share_after > SAME_FACTOR * share_before:
        return "more"
    return "less" if share_before > SAME_FACTOR * share_after else "same"


def verdict(q: float, difference: float, before: int, after: int, stable: bool) -> Verdict:
    """What may be claimed of a share."""
    if np.isnan(q):
        return "not_testable"
    if q <= CLAIM_AT and difference > 0:
        return "grew" if before else "appeared"
    if q <= CLAIM_AT and difference < 0:
        return "shrank" if after else "vanished"
    return "stable" if stable else "unclear"


def trend_verdict(q: float, slope: float) -> TrendVerdict:
    """What may be claimed of a share over ordered groups."""
    if np.isnan(q):
        return "not_testable"
    if q > CLAIM_AT or slope == 0:
        return "unclear"
    return "grew" if slope > 0 else "shrank"


def stance_verdict(q: float, difference: float, low: float, high: float) -> StanceVerdict:
    """What may be claimed of a mean stance."""
    if np.isnan(q):
        return "not_testable"
    if q <= CLAIM_AT and difference:
        return "towards_favour" if difference > 0 else "towards_against"
    return "stable" if low > -STANCE_MARGIN and high < STANCE_MARGIN else "unclear"
