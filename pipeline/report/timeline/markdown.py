"""A timeline as Markdown that GitHub renders: the answer, the shares of each theme over the groups, and quotations."""

from __future__ import annotations

from pipeline.records import Evidence, ThemeLine, Timeline
from pipeline.report import words as said
from pipeline.report.markdown import escape
from pipeline.report.timeline import words

COLUMNS = 8
"""Groups up to which each has a column of its own; more of them do not fit beside a name."""

BARS = "▁▂▃▄▅▆▇█"

QUOTED = 4
"""Quotations under a theme; the JSON has all of them."""


def bars(line: ThemeLine) -> str:
    """The shares as a row of bars, the highest for the largest share; a space for none."""
    top = max([share.share for share in line.shares] + [1e-9])
    return "".join(BARS[min(7, int(share.share / top * 8))] if share.share else " " for share in line.shares)


def to_markdown(timeline: Timeline) -> str:
    """The whole timeline as one Markdown document."""
    parts = [f"# {escape(timeline.by)}: {escape(words.span(timeline))}", f"**{escape(words.headline(timeline))}**"]
    parts += [escape(sentence) for sentence in (words.second(timeline), words.caveat(timeline)) if sentence]
    parts += [f"{words.rests(timeline)}.", _groups(timeline)]
    if timeline.themes:
        parts += ["## Themes", _table(timeline), "### What was said"]
        parts += [_theme(line, timeline) for line in words.by_change(timeline)]
    if told := words.positions(timeline):
        parts += ["## Named targets", "\n".join(f"- **{escape(label)}**: {escape(said)}" for label, said in told)]
    return "\n\n".join([*parts, _method(timeline)]) + "\n"


def _groups(timeline: Timeline) -> str:
    lines = [f"| {escape(timeline.by)} | rests on | who | when |", "|---|---|---|---|"]
    for side in timeline.groups:
        who = escape(said.listed(list(side.speakers[:4]))) or "–"
        lines.append(f"| **{escape(side.name)}** | {said.side_line(side)} | {who} | {escape(said.dates(side)) or '–'} |")
    return "\n".join(lines)


def _table(timeline: Timeline) -> str:
    wide = len(timeline.groups) <= COLUMNS
    heads = [escape(side.name) for side in timeline.groups] if wide else ["shares", "least", "most"]
    lines = [f"| theme | {' | '.join(heads)} | what may be said |", f"|---|{'--:|' * len(heads)}---|"]
    for line in words.by_change(timeline):
        shares = sorted(share.share for share in line.shares)
        cells = [f"`{bars(line)}`", said.percent(shares[0]), said.percent(shares[-1])]
        if wide:
            out = {one.after: words.AGAINST_REST[one.verdict][0] for one in words.standing_out(line)}
            cells = [
                f"{out[side.name]} {said.percent(share.share)}" if side.name in out else said.percent(share.share)
                for side, share in zip(timeline.groups, line.shares)
            ]
        sign, name, _ = words.KINDS[words.kind(line)]
        lines.append(f"| {escape(line.label)} | {' | '.join(cells)} | {sign} {name} |")
    signs = "▲ ▼: more or less than the rest." if wide else "Bars: one a group, each row by itself."
    return "\n".join(lines) + f"\n\nShare of the segments of a group. {signs}"


def _theme(line: ThemeLine, timeline: Timeline) -> str:
    parts = [f"#### {escape(line.label)}", escape(words.claim(line, timeline))]
    if sentence := words.pairs(line):
        parts.append(escape(sentence))
    return "\n\n".join([*parts, *(_quotation(item) for item in line.evidence[:QUOTED])])


def _quotation(item: Evidence) -> str:
    source = [escape(item.side), escape(item.speaker or "unknown speaker"), said.MODES.get(item.mode, escape(item.mode or ""))]
    return f"> {escape(item.text)}\n>\n> — {', '.join(filter(None, source))}; {escape(item.speech_id)}, {item.start}–{item.end}"


def _method(timeline: Timeline) -> str:
    lines = ["## How", "", "| verdict | meaning |", "|---|---|"]
    lines += [f"| {sign} {name} | {meaning} |" for sign, name, meaning in words.KINDS.values()]
    lines += ["", *[f"- {escape(note)}" for note in timeline.notes]]
    for title, found in (("Settings", timeline.settings), ("Versions", timeline.versions)):
        if found:
            lines.append(f"- {title}: " + ", ".join(f"{escape(str(key))} {escape(_text(value))}" for key, value in found.items()))
    for model in timeline.models:
        lines.append("- Model: " + ", ".join(f"{escape(str(key))} {escape(_text(value))}" for key, value in model.items()))
    return "\n".join(lines)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else "–" if value is None else str(value)
