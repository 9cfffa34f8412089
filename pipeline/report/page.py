"""The page ``report.html``: what the template shows, as plain values, and how much of it fits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from pipeline.records import Diff, Evidence, ThemeDiff, Timeline
from pipeline.report import reading, rendering, scales, serial, sources, tables, words
from pipeline.report.serial import Result
from pipeline.report.sources import Sources

if TYPE_CHECKING:
    import pandas as pd

Plan = tuple[int, int, int]
"""Quotations of a side under a theme, under a named target, and how many targets are shown."""

PLANS: tuple[Plan, ...] = (
    (6, 2, 40), (4, 2, 40), (4, 2, 25), (4, 1, 25), (3, 1, 20), (3, 1, 10), (3, 1, 5), (2, 1, 10), (2, 1, 5), (1, 1, 5),
    (1, 1, 2), (1, 0, 0),
)  # fmt: skip
"""The first plan that keeps the page under ``rendering.PAGE_BYTES`` is taken. Targets that moved or on which most was said come
first, none without a quotation; the rest is told in a line, and diff.json has all."""

ENOUGH = 3
"""Quotations of a side below which the texts move to a page of their own rather than that fewer are shown."""

ENOUGH_BESIDE_ALL = 2
"""Quotations of a side below which the page carries only its numbers rather than that fewer are shown: one is an anecdote."""

NAMED = 40
"""Targets without a position that are listed by name, and targets beyond the table whose positions are told in a line."""

Depth = Literal["plain", "packed", "numbers"]
"""What a page carries beside the table as CSV, compressed: everything as JSON, the same compressed, or no more."""

Make = Callable[[Sources, Plan, "list[dict[str, Any]]", Depth], str]
"""Sources, plan, texts and depth of the embedded data -> the page."""


def pages(
    diff: Diff,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The HTML files of a report: name -> content; arguments as of :func:`pipeline.report.write_report`."""

    def make(known: Sources, plan: Plan, read: list[dict[str, Any]], depth: Depth) -> str:
        shown = frame(diff) | view(diff, known=known, plan=plan) | {"read": read, "report": ""}
        shown |= embedded(diff, numbers(diff, plan[2]), depth, tables.to_csv)
        shown["correctable"] = correctable(diff, None) if read else "{}"
        return rendering.render("report.html.j2", shown, rooms=("report", "reading") if read else ("report",))

    given = {"speeches": speeches, "segments": segments, "mentions": mentions, "stances": stances}
    return fitted(make, frame(diff), diff, PLANS, **given)


def fitted(
    make: Make,
    framed: dict[str, Any],
    result: Diff | Timeline,
    plans: Iterable[Plan],
    *,
    speeches: pd.DataFrame | None,
    segments: pd.DataFrame | None,
    mentions: pd.DataFrame | None,
    stances: pd.DataFrame | None,
) -> dict[str, str]:
    """The pages of a result with as much as fits: texts in the page or beside it, all data or numbers, many quotations or few."""
    known, plans = sources.known(speeches, segments), list(plans)
    read: list[dict[str, Any]] = []
    if speeches is not None and segments is not None:
        labels = {theme.id: theme.label for theme in result.themes}
        read = reading.speeches_view(
            quotations(result), labels, known.about, speeches=speeches, segments=segments, mentions=mentions, stances=stances
        )
    there = frozenset(speech["id"] for speech in read)
    enough = [plan for plan in plans if plan[0] >= ENOUGH]
    beside = replace(known, reading="reading.html", read=there) if read else known
    html = ""
    if sum(speech["characters"] for speech in read) < rendering.PAGE_BYTES:
        html = _largest(make, replace(known, reading="", read=there), enough, read, whole=True) if read else ""
    inside = bool(html)
    html = html or _largest(make, beside, [plan for plan in plans if plan[0] >= ENOUGH_BESIDE_ALL], [], whole=True)
    html = html or _largest(make, beside, plans, [], whole=False)
    html = html or make(beside, plans[-1], [], "numbers")
    found = {"report.html": html}
    if read and not inside:
        shown = {**framed, "read": read, "report": "report.html", "correctable": correctable(result, stances)}
        found["reading.html"] = rendering.render("reading.html.j2", shown, rooms=("report", "reading"))
    return found


def _largest(make: Make, known: Sources, plans: list[Plan], read: list[dict[str, Any]], *, whole: bool) -> str:
    """The page of the first plan that fits, with everything embedded or the numbers alone; "" when none does."""

    @cache
    def at(place: int, depth: Depth) -> str:
        return make(known, plans[place], read, depth)

    depth: Depth = "packed" if whole else "numbers"
    place = bisect_left(range(len(plans)), True, key=lambda place: rendering.fits(at(place, depth)))
    if place == len(plans):
        return ""
    plain = at(place, "plain") if whole else ""
    return plain if plain and rendering.fits(plain) else at(place, depth)


def quotations(result: Diff | Timeline) -> list[Evidence]:
    """Every quotation of a result."""
    entries = (*result.themes, *(result.positions if isinstance(result, Diff) else ()))
    return [item for entry in entries for item in entry.evidence]


def embedded(result: Result, numbers: Result, depth: Depth, to_csv: Callable[[Result], str]) -> dict[str, str]:
    """The data that a page carries; ``numbers`` is the result without quotations, as far as the page shows it."""
    packed = {"packed": "everything" if depth == "packed" else "table", "as": "gzip, base64"}
    return {
        "depth": depth,
        "data": rendering.in_script(serial.to_dict(result) if depth == "plain" else packed),
        "everything": rendering.packed(serial.to_json(result)) if depth == "packed" else "",
        "table": rendering.packed(to_csv(numbers if depth == "numbers" else result)),
    }


def numbers(diff: Diff, positions: int) -> Diff:
    """``diff`` without quotations, and with no more positions than the page shows."""
    told = words.by_movement(diff.positions)[:positions]
    return replace(
        diff,
        themes=tuple(replace(theme, evidence=()) for theme in diff.themes),
        positions=tuple(replace(item, evidence=()) for item in told),
    )


def correctable(result: Diff | Timeline, stances: pd.DataFrame | None) -> str:
    """What a reader may choose from when marking a mistake: themes and speakers, as JSON for a script element."""
    sides = (result.before, result.after) if isinstance(result, Diff) else result.groups
    names = {item.speaker for item in quotations(result) if item.speaker} | {name for side in sides for name in side.speakers}
    if stances is not None and "speaker" in stances.columns:
        names |= {name for name in stances["speaker"].dropna().unique() if isinstance(name, str)}
    return rendering.in_script({"themes": [[theme.id, theme.label] for theme in result.themes], "speakers": sorted(names)})


def frame(diff: Diff) -> dict[str, Any]:
    """What every page shows."""
    title = f"{diff.by}: {diff.before.name} → {diff.after.name}"
    return {"title": title, "diff": diff, "words": words, "sides": [_side(diff, "before"), _side(diff, "after")]}


def _side(diff: Diff, name: str) -> dict[str, Any]:
    side = diff.before if name == "before" else diff.after
    who = words.listed([*side.speakers[:4], *([f"{len(side.speakers) - 4} more"] if len(side.speakers) > 4 else [])])
    return {"key": name, "name": side.name, "rests": words.side_line(side), "who": who, "when": words.dates(side)}


def view(diff: Diff, *, known: Sources, plan: Plan) -> dict[str, Any]:
    """Everything that the template of the report shows, but the embedded data."""
    axis = scales.axis(diff.themes)
    most, most_there, shown = plan
    themes = [theme_view(item, diff, known, axis=axis, most=most) for item in words.by_change(diff.themes)]
    told = [item for item in words.by_movement(diff.positions) if words.positions_taken(item)]
    positions = [theme_view(item, diff, known, axis=axis, most=most_there, kind="p") for item in told[:shown]]
    named = [item.label for item in words.by_movement(diff.positions) if not words.positions_taken(item)][:NAMED]
    cited = quotations(diff)
    return {
        "headline": words.headline(diff),
        "caveat": words.caveat(diff),
        "stance_headline": words.stance_headline(diff),
        "axis": axis,
        "themes": themes,
        "kinds": words.kinds(diff),
        "positions": positions,
        "named": named,
        "brief": [f"{item.label} ({words.sides_taken(item, diff)})" for item in told[shown : shown + NAMED]],
        "more_positions": max(0, len(told) - shown - NAMED),
        "testable": not words.describes_only(diff),
        "has_stance": any(theme["arrow"] for theme in themes),
        "said": sorted({(theme["said_key"], theme["said"]) for theme in themes}, key=lambda pair: pair[1]),
        **choices(cited),
        "verdicts": [(key, *meaning) for key, meaning in words.VERDICTS.items()],
        **sources.made(diff),
    }


def choices(cited: list[Evidence]) -> dict[str, list[tuple[str, str]]]:
    """What quotations can be filtered by: (value, words) of speakers, modes and stances that there are."""
    stances, modes = {item.stance for item in cited}, {item.mode for item in cited}
    return {
        "speakers": sorted({(item.speaker, item.speaker) for item in cited if item.speaker}),
        "modes": [(mode, name) for mode, name in words.MODES.items() if mode in modes],
        "stances": [(name, words.STANCES[name]) for name in ("favour", "against") if name in stances],
    }


def theme_view(theme: ThemeDiff, diff: Diff, known: Sources, *, axis: scales.Axis, most: int, kind: str = "t") -> dict[str, Any]:
    """One theme or named target as the template shows it."""
    tested = theme.verdict != "not_testable"
    sign, name = words.VERDICTS[theme.verdict][:2] if tested else words.CHANGES[theme.change]
    shown = {
        side: [sources.quotation_view(item, known) for item in [item for item in theme.evidence if item.side == side][:most]]
        for side in ("before", "after")
    }
    return {
        "anchor": reading.anchor(kind, theme.id),
        "theme": theme,
        "sign": sign,
        "said": name.format(before=diff.before.name, after=diff.after.name),
        "said_key": theme.verdict if tested else theme.change,
        "claim": words.claim(theme, diff),
        "facts": words.facts(theme, diff),
        "stance": theme.stance,
        "stance_told": words.stance_told(theme.stance, diff) if theme.stance and words.positions_taken(theme) else "",
        "who": words.holders(theme) if kind == "p" else {},
        "bell": scales.bell(theme, axis),
        "arrow": scales.arrow(theme.stance) if theme.stance else None,
        "quotations": shown,
        "left_out": len(theme.evidence) - sum(map(len, shown.values())),
    }
