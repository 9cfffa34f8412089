"""A diff as Markdown that GitHub renders: the answer, tables of themes and positions, and the quotations."""

from __future__ import annotations

import re

from pipeline.records import Diff, Evidence, Share, ThemeDiff
from pipeline.report import words

QUOTED = 2
"""Quotations of each side under a theme; the JSON has all of them."""

POSITIONS = 30
"""Named targets shown, those that moved or on which most was said; GitHub shows no file above 512 kB."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$@])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def escape(text: str) -> str:
    """``text`` as Markdown that shows it letter by letter, on one line."""
    flat = " ".join(text.split())
    shown = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};" if found[0] in "<>&@" else f"\\{found[0]}", flat)
    return _LINE_START.sub(
        lambda found: f"{found[1]}\\{found[2]}" if not found[2][0].isdigit() else f"{found[1]}{found[2][:-1]}\\{found[2][-1]}",
        shown,
    )


def to_markdown(diff: Diff) -> str:
    """The whole diff as one Markdown document."""
    before, after = escape(diff.before.name), escape(diff.after.name)
    parts = [
        f"# {escape(diff.by)}: {before} → {after}",
        f"**{escape(words.headline(diff))}**",
        escape(words.caveat(diff)),
    ]
    if moved := words.stance_headline(diff):
        parts.append(escape(moved))
    parts.append(_sides(diff))
    if diff.themes:
        parts += [
            "## Themes",
            _theme_table(diff),
            "### What was said",
            *[_theme(theme, diff) for theme in words.by_change(diff.themes)],
        ]
    if diff.positions:
        parts += [
            "## Positions",
            _position_table(diff),
            *[_theme(item, diff) for item in words.by_movement(diff.positions)[:POSITIONS] if item.evidence],
        ]
    return "\n\n".join([*parts, _method(diff)]) + "\n"


def _sides(diff: Diff) -> str:
    lines = ["| | rests on | who | when |", "|---|---|---|---|"]
    for side in (diff.before, diff.after):
        who = ", ".join(map(escape, side.speakers)) or "–"
        lines.append(f"| **{escape(side.name)}** | {words.side_line(side)} | {who} | {escape(words.dates(side)) or '–'} |")
    return "\n".join(lines)


def _share(share: Share) -> str:
    spread = words.interval(share.low, share.high)
    return f"{words.percent(share.share)} ({share.n_segments})" + (f"<br>{spread}" if spread else "")


def _said(theme: ThemeDiff, diff: Diff) -> str:
    if theme.verdict != "not_testable":
        sign, name, _ = words.VERDICTS[theme.verdict]
        return f"{sign} {name}"
    sign, name = words.CHANGES[theme.change]
    return f"{sign} {escape(name.format(before=diff.before.name, after=diff.after.name))}"


def _theme_table(diff: Diff) -> str:
    lines = [
        f"| theme | {escape(diff.before.name)} | {escape(diff.after.name)} | difference | q | what may be said |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for theme in words.by_change(diff.themes):
        moved = words.points(theme.difference.value)
        lines.append(
            f"| {escape(theme.label)} | {_share(theme.before)} | {_share(theme.after)} | {moved} "
            f"| {words.probability(theme.difference.q)} | {_said(theme, diff)} |"
        )
    note = "Share of the segments of a side (number of segments), below it the 95 % interval where one can be given."
    return "\n".join(lines) + f"\n\n{note}"


def _position_table(diff: Diff) -> str:
    lines = [f"| position on | {escape(diff.before.name)} | {escape(diff.after.name)} | |", "|---|---|---|---|"]
    for item in words.by_movement(diff.positions)[:POSITIONS]:
        told = ["–", "–", "–"]
        if item.stance:
            told = [words.stance_counts(side.favour, side.against, side.none) for side in (item.stance.before, item.stance.after)]
            told.append(words.STANCE_VERDICTS[item.stance.verdict])
        lines.append(f"| {escape(item.label)} | {' | '.join(told)} |")
    return "\n".join(lines)


def _theme(theme: ThemeDiff, diff: Diff) -> str:
    parts = [f"#### {escape(theme.label)}", escape(words.claim(theme, diff))]
    if theme.stance:
        parts.append(escape(words.stance_told(theme.stance, diff)))
    for side in ("before", "after"):
        parts += [_quotation(item, diff) for item in [item for item in theme.evidence if item.side == side][:QUOTED]]
    return "\n\n".join(parts)


def _quotation(item: Evidence, diff: Diff) -> str:
    side = diff.before.name if item.side == "before" else diff.after.name
    source = [
        escape(side),
        escape(item.speaker or "unknown speaker"),
        words.MODES.get(item.mode, escape(item.mode or "")),
    ]
    if item.stance in ("favour", "against"):
        source.append(f"{words.STANCES[item.stance]} {escape(item.target or 'it')}")
    return f"> {escape(item.text)}\n>\n> — {', '.join(filter(None, source))}; {escape(item.speech_id)}, {item.start}–{item.end}"


def _method(diff: Diff) -> str:
    lines = ["## How", "", "| verdict | meaning |", "|---|---|"]
    lines += [f"| {sign} {name} | {meaning} |" for sign, name, meaning in words.VERDICTS.values()]
    lines += ["", *[f"- {escape(note)}" for note in diff.notes]]
    for title, found in (("Settings", diff.settings), ("Versions", diff.versions)):
        if found:
            lines.append(f"- {title}: " + ", ".join(f"{escape(str(key))} {escape(_text(value))}" for key, value in found.items()))
    for model in diff.models:
        lines.append("- Model: " + ", ".join(f"{escape(str(key))} {escape(_text(value))}" for key, value in model.items()))
    return "\n".join(lines)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "–" if value is None else str(value)
