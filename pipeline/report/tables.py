"""A diff as a flat table: one row a theme or named target, for spreadsheets and R."""

from __future__ import annotations

import csv
import io

from pipeline.records import Diff, StanceDiff, ThemeDiff

COLUMNS = (
    "kind", "id", "label", "change", "verdict",
    "before_segments", "before_speeches", "before_share", "before_low", "before_high",
    "after_segments", "after_speeches", "after_share", "after_low", "after_high",
    "difference", "difference_low", "difference_high", "p", "q",
    "before_favour", "before_against", "before_none", "before_stance",
    "after_favour", "after_against", "after_none", "after_stance",
    "stance_difference", "stance_low", "stance_high", "stance_p", "stance_q", "stance_verdict",
    "terms",
)  # fmt: skip
"""Shares from 0 to 1; stances from -1 (against) to 1 (favour); empty where nothing is known."""


def to_rows(diff: Diff) -> list[dict[str, object]]:
    """One dictionary of ``COLUMNS`` for every theme, then for every named target."""
    return [_row("theme", theme) for theme in diff.themes] + [_row("position", item) for item in diff.positions]


def _row(kind: str, theme: ThemeDiff) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {"kind": kind, "id": theme.id, "label": theme.label, "change": theme.change, "verdict": theme.verdict}
    for side, share in (("before", theme.before), ("after", theme.after)):
        row |= {f"{side}_segments": share.n_segments, f"{side}_speeches": share.n_speeches}
        row |= {f"{side}_share": share.share, f"{side}_low": share.low, f"{side}_high": share.high}
    moved = theme.difference
    row |= {
        "difference": moved.value,
        "difference_low": moved.low,
        "difference_high": moved.high,
        "p": moved.p,
        "q": moved.q,
    }
    row["terms"] = "; ".join(theme.terms)
    return row | (_stance(theme.stance) if theme.stance else {})


def _stance(stance: StanceDiff) -> dict[str, object]:
    row: dict[str, object] = {"stance_verdict": stance.verdict}
    for side, counted in (("before", stance.before), ("after", stance.after)):
        row |= {f"{side}_favour": counted.favour, f"{side}_against": counted.against, f"{side}_none": counted.none}
        row[f"{side}_stance"] = counted.mean
    moved = stance.difference
    row |= {"stance_difference": moved.value, "stance_low": moved.low, "stance_high": moved.high}
    return row | {"stance_p": moved.p, "stance_q": moved.q}


def to_csv(diff: Diff) -> str:
    """The table as CSV text. A text cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in to_rows(diff))
    return sink.getvalue()


def cell(value: object) -> object:
    """A cell of a CSV file: six decimals, nothing for None, and no formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else round(value, 6) if isinstance(value, float) else value
