"""A timeline as a flat table: one row a number, for spreadsheets and R."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict

from pipeline.records import Estimate, Share, StanceLine, Timeline
from pipeline.report.tables import cell

COLUMNS = (
    "kind", "id", "label", "before", "after", "segments", "speeches", "value", "low", "high", "p", "q", "change", "verdict",
)  # fmt: skip
"""``kind`` says what ``value`` is: the ``share`` of the group ``after``; its difference ``against_rest``; the difference
of a ``pair``; the ``trend`` for one unit of time; the difference at a ``changepoint``. Shares from 0 to 1; empty: not known.
``stance`` is the mean stance of a group (-1 to 1), ``stance_against_rest`` and ``stance_trend`` what becomes of it; the rows of a
named target stand behind those of the themes, its id in the column ``id``."""


def timeline_rows(timeline: Timeline) -> list[dict[str, object]]:
    """One dictionary of ``COLUMNS`` for every number of every theme."""
    made: list[dict[str, object]] = []
    for line in (*timeline.themes, *timeline.positions):
        theme = {"id": line.id, "label": line.label}
        for side, share in zip(timeline.groups, line.shares):
            made.append({"kind": "share", **theme, "after": side.name, **_of_share(share)})
        for kind, contrasts in (("against_rest", line.against_rest), ("pair", line.pairs)):
            for one in contrasts:
                said = {"before": one.before, "after": one.after, "change": one.change, "verdict": one.verdict}
                made.append({"kind": kind, **theme, **said, **asdict(one.difference)})
        if line.trend is not None:
            ends = {"before": timeline.groups[0].name, "after": timeline.groups[-1].name}
            made.append({"kind": "trend", **theme, **ends, "verdict": line.trend_verdict, **asdict(line.trend)})
        for point in line.changepoints:
            ends = {"before": point.before, "after": point.after}
            said = {**ends, "verdict": _direction(point.difference)}
            made.append({"kind": "changepoint", **theme, **said, **asdict(point.difference)})
        made += [{**row, **theme} for row in _of_stance(line.stance, timeline)] if line.stance else []
    return [dict.fromkeys(COLUMNS) | row for row in made]


def _of_stance(stance: StanceLine, timeline: Timeline) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for side, one in zip(timeline.groups, stance.groups):
        many = {"segments": one.favour + one.against + one.none, "value": one.mean, "low": one.low, "high": one.high}
        made.append({"kind": "stance", "after": side.name, **many})
    for contrast in stance.against_rest:
        said = {"before": "rest", "after": contrast.after, "verdict": contrast.verdict}
        made.append({"kind": "stance_against_rest", **said, **asdict(contrast.difference)})
    if stance.trend is not None:
        ends = {"before": timeline.groups[0].name, "after": timeline.groups[-1].name}
        made.append({"kind": "stance_trend", **ends, "verdict": stance.trend_verdict, **asdict(stance.trend)})
    return made


def _of_share(share: Share) -> dict[str, object]:
    return {
        "segments": share.n_segments,
        "speeches": share.n_speeches,
        "value": share.share,
        "low": share.low,
        "high": share.high,
    }


def _direction(difference: Estimate) -> str:
    return "grew" if (difference.value or 0) > 0 else "shrank"


def timeline_to_csv(timeline: Timeline) -> str:
    """The table as CSV text. A text cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in timeline_rows(timeline))
    return sink.getvalue()
