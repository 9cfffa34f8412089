"""What a reader marked as wrong in a report, applied to the tables before they are compared.

A corrections file is JSON Lines, one mistake a line: where (``speech_id``, ``start``, ``end``, and the ``text`` that stands
there), ``what`` is wrong, and what it is ``now``::

    {"speech_id": "a", "start": 10, "end": 42, "text": "…", "what": "speaker", "now": "Ada Moreau"}
    {"speech_id": "a", "start": 10, "end": 42, "text": "…", "what": "theme", "theme": "buses", "now": false}
    {"speech_id": "a", "start": 10, "end": 42, "text": "…", "what": "stance", "target": "Bus Bill", "now": "against"}
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.records import MENTIONS, STANCES, Theme, conform

KINDS = ("speaker", "theme", "stance")
LABELS = ("favour", "against", "none")
BY_HAND = "hand"
"""The ``why`` of a mention that a reader added."""


def read(path: str | Path) -> list[dict]:
    """The corrections of a file.

    Raises
    ------
    ValueError
        When a line is no correction; the sentence names file and line.
    """
    rows = store.read_rows(path)
    for number, row in enumerate(rows, 1):
        if fault := _fault(row):
            raise ValueError(f"{path}: correction {number}: {fault}")
    return rows


def _fault(row: dict) -> str:
    missing = [name for name in ("speech_id", "start", "end", "text", "what", "now") if name not in row]
    if missing:
        return f"the field {missing[0]!r} is missing."
    if row["what"] not in KINDS:
        return f"'what' must be one of {', '.join(KINDS)}. Got {row['what']!r}."
    if not all(isinstance(row[name], int) and not isinstance(row[name], bool) for name in ("start", "end")):
        return "'start' and 'end' must be whole numbers."
    named, now = {"theme": "theme", "stance": "target"}.get(row["what"]), row["now"]
    if named and not (isinstance(row.get(named), str) and row[named]):
        return f"the field {named!r} must be a text."
    if row["what"] == "speaker" and not (now is None or isinstance(now, str)):
        return f"'now' must be a name or null. Got {now!r}."
    if row["what"] == "theme" and not isinstance(now, bool):
        return f"'now' must be true or false. Got {now!r}."
    if row["what"] == "stance" and now not in LABELS:
        return f"'now' must be one of {', '.join(LABELS)}. Got {now!r}."
    return ""


def apply(
    mentions: pd.DataFrame, stances: pd.DataFrame, corrections: Sequence[dict], *, themes: Sequence[Theme] = ()
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Apply ``corrections`` in order; the tables given stay as they are.

    Parameters
    ----------
    mentions, stances : tables of the walk that the corrections were made on, or of a later one over the same texts.
    corrections : rows of :func:`read`.
    themes : the themes that there are; a correction may name only these when they are given.

    Returns
    -------
    The corrected mentions and stances, and how many corrections changed something.

    Raises
    ------
    ValueError
        When a correction names a place that is not in the tables, holds another text there, or a theme that does not exist.
    """
    mentions, stances = mentions.reset_index(drop=True), stances.reset_index(drop=True)
    known = {theme.id for theme in themes}
    changed = 0
    for row in corrections:
        here = _at(mentions, row)
        if not here.any():
            raise ValueError(
                f"No segment of {row['speech_id']!r} from {row['start']} to {row['end']}: the texts have changed."
            )
        if mentions.loc[here, "text"].iloc[0] != row["text"]:
            raise ValueError(
                f"The text of {row['speech_id']!r} from {row['start']} must be {row['text'][:60]!r}: it has changed."
            )
        if row["what"] == "theme" and known and row["theme"] not in known:
            raise ValueError(f"No theme named {row['theme']!r}. Available: {', '.join(sorted(known))}.")
        before = mentions, stances
        if row["what"] == "speaker":
            mentions, stances = _speaker(mentions, row), _holder(stances, row)
        elif row["what"] == "theme":
            mentions = _theme(mentions, here, row)
        else:
            stances = _stance(stances, mentions[here].iloc[0], row)
        changed += not (mentions.equals(before[0]) and stances.equals(before[1]))
    return conform(mentions, MENTIONS), conform(stances, STANCES), changed


def _at(table: pd.DataFrame, row: dict) -> pd.Series:
    here: pd.Series = (
        (table["speech_id"] == row["speech_id"]) & (table["start"] == row["start"]) & (table["end"] == row["end"])
    )
    return here


def _speaker(mentions: pd.DataFrame, row: dict) -> pd.DataFrame:
    return mentions.assign(speaker=mentions["speaker"].mask(_at(mentions, row), row["now"]))


def _holder(stances: pd.DataFrame, row: dict) -> pd.DataFrame:
    """The speaker of a stance, and its holder where that was the speaker."""
    here = _at(stances, row)
    same = here & (stances["holder"] == stances["speaker"])
    return stances.assign(
        speaker=stances["speaker"].mask(here, row["now"]), holder=stances["holder"].mask(same, row["now"])
    )


def _theme(mentions: pd.DataFrame, here: pd.Series, row: dict) -> pd.DataFrame:
    """Add a mention, or take it away; a segment without a theme keeps one row with none, so that it stays counted."""
    of_it = here & (mentions["theme"] == row["theme"])
    if row["now"] == bool(of_it.any()):
        return mentions
    first = mentions[here].iloc[[0]]
    if row["now"]:
        added = first.assign(theme=row["theme"], weight=1.0, why=BY_HAND)
        kept = mentions[~(here & mentions["theme"].isna())]
        return _in_order(pd.concat([kept, added], ignore_index=True))
    kept = mentions[~of_it]
    if not _at(kept, row).any():
        kept = pd.concat([kept, first.assign(theme=None, weight=0.0, why=None)], ignore_index=True)
    return _in_order(kept)


def _in_order(mentions: pd.DataFrame) -> pd.DataFrame:
    order = {speech: number for number, speech in enumerate(dict.fromkeys(mentions["speech_id"]))}
    place = mentions["speech_id"].map(order)
    return (
        mentions.assign(_place=place)
        .sort_values(["_place", "start", "end"], kind="stable")
        .drop(columns="_place")
        .reset_index(drop=True)
    )


def _stance(stances: pd.DataFrame, segment: pd.Series, row: dict) -> pd.DataFrame:
    """A stance with certainty: changed where the target was tagged, else added for the segment's speaker."""
    certain = {"label": row["now"], **{f"p_{label}": float(label == row["now"]) for label in LABELS}}
    here = _at(stances, row) & (stances["target"] == row["target"])
    if here.any():
        return stances.assign(**{name: stances[name].mask(here, value) for name, value in certain.items()})
    shared = {name: segment[name] for name in stances.columns if name in segment.index}
    added = {
        **dict.fromkeys(stances.columns),
        **shared,
        **certain,
        "target": row["target"],
        "holder": segment["speaker"],
    }
    if len(stances) == 0:
        return pd.DataFrame([added], columns=stances.columns)
    return pd.concat(
        [stances, pd.DataFrame([added], columns=stances.columns).astype(stances.dtypes.to_dict(), errors="ignore")],
        ignore_index=True,
    )
