"""Where the shares of a theme stand in its picture: a line or dots over the groups, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import ThemeLine, Timeline
from pipeline.report import scales
from pipeline.report.timeline import words

WIDE, HIGH = 1000, 200
"""Units of a picture, which is stretched over the place that it gets; whole units are finer than a pixel."""

EDGE = 20
"""Units left free at both ends, for the dots of the first and last group."""

NAME = 16
"""Characters of a group's name under a picture; the table has the whole."""

CHARACTER = 1.5
"""Room of a character of such a name, in per cent of the picture on a page 1,000 pixels wide."""


@dataclass(frozen=True)
class Plot:
    """A theme's picture as paths of SVG: ``band`` the intervals, ``run`` the line, ``dots`` of three kinds, ``steps`` upright."""

    band: str
    run: str
    dots: str
    more: str
    less: str
    steps: str
    top: float


def places(timeline: Timeline, wide: int = WIDE, edge: int = EDGE) -> list[int]:
    """Where each group stands from left to right: in proportion to its time, else evenly."""
    n = len(timeline.groups)
    times: Sequence[float] = timeline.times if timeline.times and timeline.times[-1] > timeline.times[0] else range(n)
    first, length = times[0] if n else 0.0, (times[-1] - times[0]) if n > 1 else 1.0
    room = wide - 2 * edge
    return [round(edge + room * (time - first) / length) if n > 1 else wide // 2 for time in times]


def labels(timeline: Timeline, character: float = CHARACTER) -> list[tuple[float, str]]:
    """Names of groups that fit below a picture, with their places in per cent of the width: the first, the last, and between them
    those that run into none shown before."""
    named = [
        (place / WIDE * 100, side.name if len(side.name) <= NAME else side.name[: NAME - 1].rstrip() + "…")
        for place, side in zip(places(timeline), timeline.groups)
    ]
    if len(named) < 2:
        return named
    shown, end = [named[0]], named[0][0] + len(named[0][1]) * character
    last = named[-1][0] - len(named[-1][1]) * character
    for place, name in named[1:-1]:
        half = (len(name) / 2 + 1) * character
        if place - half >= end and place + half <= last:
            shown.append((place, name))
            end = place + half
    return [*shown, named[-1]]


def plot(line: ThemeLine, timeline: Timeline, *, wide: int = WIDE, high: int = HIGH, edge: int = EDGE) -> Plot:
    """The picture of a theme on an axis of its own, from 0 to ``top``."""
    where = places(timeline, wide, edge)
    shares = max([share.share for share in line.shares] + [0.005])
    reach = min(max([share.high or 0.0 for share in line.shares] + [shares]), 1.6 * shares, 1.0)
    top = scales.round_up(reach)

    def y(share: float) -> int:
        return round(high * (1 - min(1.0, share / top)))

    dots = [f"M{x} {y(share.share)}h0" for x, share in zip(where, line.shares)]
    out = {one.after: one.verdict in ("grew", "appeared") for one in words.standing_out(line)}
    named = list(zip(dots, [side.name for side in timeline.groups]))
    at = {side.name: x for x, side in zip(where, timeline.groups)}
    known = [(x, y(s.low), y(s.high)) for x, s in zip(where, line.shares) if s.low is not None and s.high is not None]
    if timeline.ordered and len(known) > 1:
        ends = [f"{x} {upper}" for x, _, upper in known] + [f"{x} {lower}" for x, lower, _ in reversed(known)]
        band = f"M{'L'.join(ends)}Z"
    else:
        band = "".join(f"M{x} {lower}V{upper}" for x, lower, upper in known)
    return Plot(
        band,
        "M" + "L".join(f"{x} {y(share.share)}" for x, share in zip(where, line.shares)) if timeline.ordered else "",
        "".join(dot for dot, name in named if name not in out),
        "".join(dot for dot, name in named if out.get(name) is True),
        "".join(dot for dot, name in named if out.get(name) is False),
        "".join(f"M{(at[point.before] + at[point.after]) // 2} 0V{high}" for point in line.changepoints),
        top,
    )
