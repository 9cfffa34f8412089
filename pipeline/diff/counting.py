"""What counts: the rows of a table that belong to a side, and the segments of each theme in each of its speeches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import sides
from pipeline.records import COUNTED_MODES, Side

OWN = ("start", "end", "mode", "speaker")
"""Columns that tell a table of mentions from a table coded elsewhere, of which every row counts."""


@dataclass(frozen=True)
class Counted:
    """The rows that count on one side, with the columns ``speech`` (key of a speech), ``segment`` (key of a segment) and
    ``theme`` (text or None) beside their own, in the order of the speeches."""

    side: Side
    rows: pd.DataFrame
    speeches: tuple[str, ...]

    def totals(self) -> NDArray[np.int64]:
        """Segments of each speech, shape (speeches,)."""
        segments = self.rows.drop_duplicates("segment")
        return np.bincount(segments["speech"].to_numpy(), minlength=len(self.speeches)).astype(np.int64)

    def counts(self, column: str, names: Sequence[str]) -> NDArray[np.int64]:
        """Segments with each of ``names`` in ``column``, shape (speeches, names); a segment counts once for a name."""
        return tally(self.rows, column, names, len(self.speeches))


def tally(rows: pd.DataFrame, column: str, names: Sequence[str], speeches: int) -> NDArray[np.int64]:
    """Distinct segments of each name in each speech, shape (speeches, names)."""
    place = pd.Index(names).get_indexer(rows[column])
    named = rows.loc[place >= 0, ["speech", "segment"]].assign(place=place[place >= 0]).drop_duplicates(["segment", "place"])
    table = np.zeros((speeches, len(names)), dtype=np.int64)
    np.add.at(table, (named["speech"].to_numpy(), named["place"].to_numpy()), 1)
    return table


def count(
    mentions: pd.DataFrame, *, by: str, before: str, after: str, speech: str, theme: str, modes: Sequence[str] | None
) -> tuple[Counted, Counted]:
    """The two sides of a table.

    Parameters
    ----------
    mentions : table of mentions, or any table of one row a segment with the columns ``by``, ``speech`` and ``theme``.
    modes : modes of speech that count, for a table of mentions; None is :data:`pipeline.records.COUNTED_MODES` where the
        speech names its president, and everything that is not furniture where it names none.

    Raises
    ------
    ValueError
        When a column is not there, a side names nothing, or nothing that counts is left on one.
    """
    for column in (speech, theme):
        if column not in mentions.columns:
            raise ValueError(f"No column named {column!r}. Available: {', '.join(map(str, mentions.columns))}.")
    masks = sides.pair(mentions, by, before, after)
    counts = _counting(mentions, modes)
    found = [
        _side(mentions, mask, counts, by=by, name=name, speech=speech, theme=theme) for mask, name in zip(masks, (before, after))
    ]
    return found[0], found[1]


def _counting(mentions: pd.DataFrame, modes: Sequence[str] | None) -> pd.Series:
    """Which rows count, whichever side they are on."""
    if not set(OWN) <= set(mentions.columns):
        return pd.Series(True, index=mentions.index)
    chosen = set(modes) if modes else set(COUNTED_MODES)
    said = mentions["mode"].isin(chosen)
    prose = mentions["mode"] != "furniture"
    if "president" not in mentions.columns:
        return prose & (said | (chosen == set(COUNTED_MODES)))
    president = mentions["president"].map(lambda value: value if isinstance(value, str) and value.strip() else None)
    named = president.notna()
    own = mentions["speaker"].astype(object) == president
    return prose & ((named & own & said) | (~named & (said | (chosen == set(COUNTED_MODES)))))


def _side(mentions: pd.DataFrame, mask: pd.Series, counts: pd.Series, *, by: str, name: str, speech: str, theme: str) -> Counted:
    whole = mentions[mask]
    rows = whole[counts[mask]]
    if rows.empty:
        raise ValueError(_nothing_left(whole, by, name))
    keys = rows[by].map(sides.text_of) + "\x00" + rows[speech].map(_text)
    order = sorted(set(keys))
    made = {
        "speech": pd.Index(order).get_indexer(keys),
        "theme": [_code(value) for value in rows[theme]],
        "speech_id": rows[speech].map(_text).to_numpy(),
    }
    kept = [column for column in rows.columns if column not in made]
    frame = pd.DataFrame({**made, **{column: rows[column].to_numpy() for column in kept}})
    frame["segment"] = _segments(frame)
    frame = frame.sort_values(
        [c for c in ("speech", "start", "end", "theme") if c in frame.columns], kind="stable", ignore_index=True
    )
    return Counted(_describe(name, frame), frame, tuple(order))


def _nothing_left(whole: pd.DataFrame, by: str, name: str) -> str:
    presidents = sorted({str(value) for value in whole["president"].dropna()}) if "president" in whole.columns else []
    whose = f"said by {' or '.join(presidents)}" if presidents else "prose in the modes that count"
    return f"The {by} {name!r} must have segments that count. Got {len(whole)} rows, none of them {whose}."


def _text(value: object) -> str:
    return sides.text_of(value)


def _code(value: object) -> str | None:
    """A theme's code as text; null and blank are no theme."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return sides.text_of(value).strip() or None


def _segments(frame: pd.DataFrame) -> NDArray[np.int64]:
    """A key for each distinct segment: its speech and offsets where there are any, else its row."""
    rows = np.arange(len(frame), dtype=np.int64)
    if not {"start", "end"} <= set(frame.columns):
        return rows
    offsets = frame[["start", "end"]].apply(pd.to_numeric, errors="coerce")
    known = offsets.notna().all(axis=1).to_numpy()
    key = (
        frame.assign(start=offsets["start"], end=offsets["end"])
        .groupby(["speech", "start", "end"], dropna=False, sort=True)
        .ngroup()
    )
    return np.where(known, key.to_numpy(), len(frame) + rows).astype(np.int64)


def _describe(name: str, frame: pd.DataFrame) -> Side:
    segments = frame.drop_duplicates("segment")
    if "n_words" in segments.columns and segments["n_words"].notna().all():
        words = int(pd.to_numeric(segments["n_words"]).sum())
    elif "text" in segments.columns:
        words = sum(len(text.split()) for text in segments["text"] if isinstance(text, str))
    else:
        words = 0
    speakers = _distinct(segments, "speaker")
    return Side(name, int(frame["speech"].nunique()), len(segments), words, speakers, _distinct(segments, "date"))


def _distinct(frame: pd.DataFrame, column: str) -> tuple[str, ...]:
    if column not in frame.columns:
        return ()
    return tuple(sorted({str(value) for value in frame[column].dropna() if str(value).strip()}))
