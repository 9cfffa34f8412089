"""A timeline in the terminal: the answer, and each theme as a row of bars over the groups."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.records import Timeline
from pipeline.report import words as said
from pipeline.report.console import AFTER, BEFORE, ROWS
from pipeline.report.timeline import words
from pipeline.report.timeline.markdown import bars

MOST = 32
"""Bars that stand beside a name at 80 columns."""

STYLES = {"grew": AFTER, "shrank": BEFORE, "stepped": "bold", "differs": "bold"}


def terminal(timeline: Timeline) -> RenderableType:
    """What a person reads after a run, 80 columns or wider; text of the corpus stands in it as plain text, never as markup."""
    parts: list[RenderableType] = [Text(words.headline(timeline), style="bold")]
    if sentence := words.second(timeline):
        parts.append(Text(sentence))
    parts += [Text(words.caveat(timeline), style="dim"), Text(""), Text(f"{words.rests(timeline)}.")]
    if timeline.groups:
        order = " → ".join if timeline.ordered else ", ".join
        names = [side.name for side in timeline.groups]
        parts.append(Text(order(names if len(names) <= 12 else [*names[:3], "…", names[-1]]), style="dim"))
    if timeline.themes:
        parts += [Text(""), _themes(timeline)]
    if len(timeline.themes) > ROWS:
        parts.append(Text(f"… and {len(timeline.themes) - ROWS} more themes in the report.", style="dim"))
    return Group(*parts)


def _themes(timeline: Timeline) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, expand=False)
    table.add_column("theme", overflow="ellipsis", no_wrap=True, min_width=16, max_width=30, ratio=3)
    table.add_column("", no_wrap=True)
    ends = ("first", "last") if timeline.ordered else ("least", "most")
    for end in ends:
        table.add_column(end, justify="right", no_wrap=True)
    table.add_column("what may be said", no_wrap=True, overflow="ellipsis")
    for line in words.by_change(timeline)[:ROWS]:
        shares = [share.share for share in line.shares]
        shown = (shares[0], shares[-1]) if timeline.ordered else (min(shares), max(shares))
        key = words.kind(line)
        sign, name, _ = words.KINDS[key]
        row = bars(line) if len(shares) <= MOST else f"{bars(line)[: MOST - 1]}…"
        told = Text(f"{sign} {name}", style=STYLES.get(key, "dim"))
        table.add_row(Text(line.label), Text(row), *map(said.percent, shown), told)
    return table
