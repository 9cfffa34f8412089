"""The page ``report.html`` of many groups: what its template shows, as plain values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.records import Evidence, ThemeLine, Timeline
from pipeline.report import page, reading, rendering, sources
from pipeline.report import words as said
from pipeline.report.page import Depth, Plan
from pipeline.report.sources import Sources
from pipeline.report.timeline import tables, words
from pipeline.report.timeline.plot import WIDE, labels, places, plot

if TYPE_CHECKING:
    import pandas as pd

PLANS: tuple[Plan, ...] = (
    (16, 0, 99), (12, 0, 40), (8, 0, 40), (6, 0, 12), (4, 0, 12), (3, 0, 8), (2, 0, 8), (2, 0, 4), (1, 0, 0)
)  # fmt: skip
"""Quotations of a theme, nothing (targets have no timeline), and rows of its table of groups; the first that fits is taken.
Groups that stand out come first in both, then the first, the last and the largest."""


def pages(
    timeline: Timeline,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The HTML files of a report: name -> content; arguments as of :func:`pipeline.report.write_report`."""
    themes, positions = (
        tuple(replace(line, evidence=(), pairs=()) for line in lines) for lines in (timeline.themes, timeline.positions)
    )
    numbers = replace(timeline, themes=themes, positions=positions)

    def make(known: Sources, plan: Plan, read: list[dict[str, Any]], depth: Depth) -> str:
        shown = frame(timeline) | view(timeline, known=known, plan=plan) | {"read": read, "report": ""}
        shown |= page.embedded(timeline, numbers, depth, tables.timeline_to_csv)
        shown["correctable"] = page.correctable(timeline, None) if read else "{}"
        rooms = ["report", "timeline", *(["reading"] if read else [])]
        return rendering.render("timeline.html.j2", shown, rooms=rooms, scripts=[room for room in rooms if room != "timeline"])

    given = {"speeches": speeches, "segments": segments, "mentions": mentions, "stances": stances}
    return page.fitted(make, frame(timeline), timeline, PLANS, **given)


def frame(timeline: Timeline) -> dict[str, Any]:
    """What every page shows."""
    title = f"{timeline.by}: {words.span(timeline).removeprefix('From ').removeprefix('Among the ')}"
    return {"title": title, "timeline": timeline, "words": said}


def view(timeline: Timeline, *, known: Sources, plan: Plan) -> dict[str, Any]:
    """Everything that the template shows, but the embedded data."""
    cited = page.quotations(timeline)
    out = {one.after for line in timeline.themes for one in words.standing_out(line)}
    groups = [{"side": side, "who": said.listed(list(side.speakers[:4])), "when": said.dates(side)} for side in timeline.groups]
    return {
        "headline": words.headline(timeline),
        "second": words.second(timeline),
        "caveat": words.caveat(timeline),
        "rests": words.rests(timeline),
        "groups": groups,
        "outs": [(str(number), side.name) for number, side in enumerate(timeline.groups) if side.name in out],
        "places": [place / WIDE * 100 for place in places(timeline)],
        "labels": labels(timeline),
        "themes": [theme_view(line, timeline, known, most=plan[0], rows=plan[2]) for line in words.by_change(timeline)],
        "kinds": words.kinds(timeline),
        "positions": words.positions(timeline),
        "meanings": [(key, *told) for key, told in words.KINDS.items()],
        **page.choices(cited),
        **sources.made(timeline),
    }


def theme_view(line: ThemeLine, timeline: Timeline, known: Sources, *, most: int, rows: int) -> dict[str, Any]:
    """One theme as the template shows it."""
    order = _order(line, timeline)
    shown = sorted(order[:rows])
    quoted = _chosen(line, timeline, order, most)
    contrasts = {one.after: one for one in line.against_rest}
    table = [(timeline.groups[number], line.shares[number], contrasts.get(timeline.groups[number].name)) for number in shown]
    named = {side.name: str(number) for number, side in enumerate(timeline.groups)}
    key = words.kind(line)
    sides = [side.name for side in timeline.groups if any(item.side == side.name for item in quoted)]
    return {
        "anchor": reading.anchor("t", line.id),
        "theme": line,
        "kind": key,
        "sign": words.KINDS[key][0],
        "said": words.KINDS[key][1],
        "claim": words.claim(line, timeline),
        "pairs": words.pairs(line),
        "plot": plot(line, timeline),
        "first": line.shares[0].share if timeline.ordered else min(share.share for share in line.shares),
        "last": line.shares[-1].share if timeline.ordered else max(share.share for share in line.shares),
        "spread": words.spread(line),
        "out": " ".join(named[one.after] for one in words.standing_out(line)),
        "way": {one.after: "more" if one.verdict in ("grew", "appeared") else "less" for one in words.standing_out(line)},
        "rows": [(side, share, one, words.AGAINST_REST[one.verdict] if one else ("", "")) for side, share, one in table],
        "more_rows": len(timeline.groups) - len(table),
        "quoted": [(name, [sources.quotation_view(item, known) for item in quoted if item.side == name]) for name in sides],
        "left_out": len(line.evidence) - len(quoted),
    }


def _order(line: ThemeLine, timeline: Timeline) -> list[int]:
    """The groups by how much a reader wants to see them: those that stand out, the first and last, then the largest shares."""
    out = {one.after for one in words.standing_out(line)}
    last = len(timeline.groups) - 1
    steps = {name for point in line.changepoints for name in (point.before, point.after)}

    def rank(number: int) -> tuple[bool, bool, bool, float, int]:
        name = timeline.groups[number].name
        return name not in out, name not in steps, number not in (0, last), -line.shares[number].share, number

    return sorted(range(last + 1), key=rank)


def _chosen(line: ThemeLine, timeline: Timeline, order: list[int], most: int) -> list[Evidence]:
    """At most ``most`` quotations, in turn from the groups in ``order``."""
    waiting = [[item for item in line.evidence if item.side == timeline.groups[number].name] for number in order]
    chosen: list[Evidence] = []
    while len(chosen) < most and any(waiting):
        for queue in waiting:
            if queue and len(chosen) < most:
                chosen.append(queue.pop(0))
    return chosen
