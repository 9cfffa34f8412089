"""A diff in the terminal: the answer, the themes with a small picture of their shares, and the positions."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.records import Diff, ThemeDiff
from pipeline.report import words

BAR = 12
"""Characters of the widest bar; leaves room for names at 80 columns."""

ROWS = 24
"""Themes shown, one screen; the files have all of them."""

BEFORE, AFTER = "dark_orange3", "dodger_blue2"
_SIGN_STYLES = {"appeared": AFTER, "grew": AFTER, "vanished": BEFORE, "shrank": BEFORE}


def terminal(diff: Diff) -> RenderableType:
    """What a person reads after a run, 80 columns or wider.

    Returns
    -------
    A rich renderable; text of the corpus stands in it as plain text, never as markup.
    """
    parts: list[RenderableType] = [
        Text(words.headline(diff), style="bold"),
        Text(words.caveat(diff), style="dim"),
        Text(""),
    ]
    for side, style in ((diff.before, BEFORE), (diff.after, AFTER)):
        line = Text.assemble((f"{side.name:>8}  ", f"bold {style}"), words.side_line(side))
        details = [part for part in (", ".join(side.speakers[:4]), words.dates(side)) if part]
        parts.append(line.append(f" · {' · '.join(details)}" if details else "", style="dim"))
    if diff.themes:
        parts += [Text(""), _themes(diff)]
    if len(diff.themes) > ROWS:
        parts.append(Text(f"… and {len(diff.themes) - ROWS} more themes in the report.", style="dim"))
    told = [item for item in words.by_movement(diff.positions) if item.stance and _takes_side(item)]
    if told:
        parts += [Text(""), _positions(diff, told[:ROWS])]
    return Group(*parts)


def _takes_side(item: ThemeDiff) -> bool:
    stance = item.stance
    return bool(stance and (stance.before.favour + stance.before.against + stance.after.favour + stance.after.against))


def _themes(diff: Diff) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False, expand=False)
    table.add_column("theme", overflow="ellipsis", no_wrap=True, min_width=16, max_width=34, ratio=3)
    table.add_column("", width=BAR, no_wrap=True)
    table.add_column(Text(diff.before.name, style=BEFORE), justify="right", no_wrap=True, overflow="ellipsis", max_width=10)
    table.add_column(Text(diff.after.name, style=AFTER), justify="right", no_wrap=True, overflow="ellipsis", max_width=10)
    table.add_column("q", justify="right", no_wrap=True)
    table.add_column("what may be said", no_wrap=True, overflow="ellipsis")
    shown = words.by_change(diff.themes)[:ROWS]
    widest = max([max(theme.before.share, theme.after.share) for theme in shown] + [1e-9])
    for theme in shown:
        table.add_row(
            Text(theme.label),
            _bars(theme, widest),
            *(Text(words.percent(side.share)) for side in (theme.before, theme.after)),
            Text("" if theme.difference.q is None else words.probability(theme.difference.q)),
            _said(theme, diff),
        )
    if all(theme.difference.q is None for theme in shown):
        table.columns[4].header, table.columns[4].width = "", 1
    return table


def _bars(theme: ThemeDiff, widest: float) -> Text:
    """A dumbbell of characters: a ring before, a disc after, a line between."""
    ends = [min(BAR - 1, round(share / widest * (BAR - 1))) for share in (theme.before.share, theme.after.share)]
    if ends[0] == ends[1]:
        return Text(" " * ends[0]).append("◉", style=AFTER)
    cells = [(" ", "")] * BAR
    for place in range(min(ends), max(ends)):
        cells[place] = ("─", "dim")
    cells[ends[0]], cells[ends[1]] = ("○", BEFORE), ("●", AFTER)
    return Text.assemble(*cells)


def _said(theme: ThemeDiff, diff: Diff) -> Text:
    if theme.verdict != "not_testable":
        sign, name, _ = words.VERDICTS[theme.verdict]
        return Text(f"{sign} {name}", style=_SIGN_STYLES.get(theme.verdict, "dim"))
    sign, name = words.CHANGES[theme.change]
    return Text(f"{sign} {name.format(before=diff.before.name, after=diff.after.name)}")


def _positions(diff: Diff, told: list[ThemeDiff]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    table.add_column("position on", overflow="ellipsis", no_wrap=True, max_width=34)
    table.add_column(Text(diff.before.name, style=BEFORE), overflow="fold")
    table.add_column(Text(diff.after.name, style=AFTER), overflow="fold")
    table.add_column("", no_wrap=True)
    for item in told:
        if item.stance:
            sides = [words.stance_brief(side.favour, side.against, side.none) for side in (item.stance.before, item.stance.after)]
            verdict = item.stance.verdict
            table.add_row(
                Text(item.label),
                *map(Text, sides),
                Text("" if verdict == "not_testable" else words.STANCE_VERDICTS[verdict]),
            )
    return table
