"""Where things stand in the picture: shares of each theme on an axis, intervals, and the stance as an arrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import StanceCount, StanceDiff, ThemeDiff

STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Distances between the marks of an axis of shares."""


@dataclass(frozen=True)
class Axis:
    """An axis of shares from 0 to ``top``, with marks at round values."""

    top: float
    ticks: tuple[float, ...]

    def at(self, share: float) -> float:
        """Where a share stands, in per cent of the axis."""
        return round(max(0.0, min(1.0, share / self.top)) * 100, 1)


def axis(themes: Sequence[ThemeDiff]) -> Axis:
    """The axis that holds all shares and, as far as they are not far longer than these, the intervals."""
    sides = [share for theme in themes for share in (theme.before, theme.after)]
    shares = max([side.share for side in sides] + [0.01])
    reach = min(max([side.high or 0.0 for side in sides] + [shares]), 1.6 * shares, 1.0)
    step = next((step for step in STEPS if reach / step <= 5), STEPS[-1])
    top = math.ceil(reach / step - 1e-9) * step
    return Axis(round(top, 4), tuple(round(number * step, 4) for number in range(round(top / step) + 1)))


def round_up(reach: float) -> float:
    """The top of an axis without marks that holds ``reach``: the next of a few round numbers."""
    power = 10.0 ** math.floor(math.log10(reach))
    return round(next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= reach * (1 - 1e-9)), 6)


@dataclass(frozen=True)
class Bell:
    """A dumbbell: places of the two shares and their intervals in per cent of the axis (None: no interval)."""

    before: float
    after: float
    before_low: float | None
    before_high: float | None
    after_low: float | None
    after_high: float | None

    @property
    def low(self) -> float:
        return min(self.before, self.after)

    @property
    def high(self) -> float:
        return max(self.before, self.after)


def bell(theme: ThemeDiff, scale: Axis) -> Bell:
    """The dumbbell of ``theme`` on ``scale``."""
    ends = [None if end is None else scale.at(end) for side in (theme.before, theme.after) for end in (side.low, side.high)]
    return Bell(scale.at(theme.before.share), scale.at(theme.after.share), *ends)


@dataclass(frozen=True)
class Arrow:
    """A movement of stance: places from 0 (against) to 100 (favour); None where a side took no position."""

    before: float | None
    after: float | None

    @property
    def moves(self) -> bool:
        """Whether both sides took a position, and not the same."""
        return self.before is not None and self.after is not None and self.before != self.after

    def x(self, side: str) -> float:
        """Where a side stands on a picture 84 wide, with room for the head of the arrow at both ends."""
        place = self.before if side == "before" else self.after
        return 8 + (place or 0.0) * 0.68


def arrow(stance: StanceDiff) -> Arrow | None:
    """The movement of ``stance``, or None when neither side took a position."""
    ends = [leaning(side) for side in (stance.before, stance.after)]
    if ends == [None, None]:
        return None
    return Arrow(*[None if end is None else round((end + 1) * 50, 1) for end in ends])


def leaning(counted: StanceCount) -> float | None:
    """Favour minus against of a side over all who took a position, -1 to 1; None when nobody did."""
    taken = counted.favour + counted.against
    return (counted.favour - counted.against) / taken if taken else None
