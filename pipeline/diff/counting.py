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

APART = "\x1f"
"""Between the group and the id in the key of a speech: the unit separator of ASCII (numpy drops a NUL at the end of a text)."""

USED = frozenset({"start", "end", "text", "speaker", "mode", "weight", "n_words", "date"})
"""Columns that a comparison reads besides those that it is told of."""


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
    found, values = pd.factorize(rows[column])
    known = pd.Index(names).get_indexer(pd.Index(values))
    place = np.where(found >= 0, known[found], -1) if len(values) else np.full(len(rows), -1)
    named = place >= 0
    segments = rows["segment"].to_numpy()[named].astype(np.int64)
    _, first = np.unique(segments * max(len(names), 1) + place[named], return_index=True)
    table = np.zeros((speeches, len(names)), dtype=np.int64)
    np.add.at(table, (rows["speech"].to_numpy(np.int64)[named][first], place[named][first]), 1)
    return table


def tables_of(
    groups: Sequence[Counted], taken: Sequence[pd.DataFrame], names: Sequence[str], column: str
) -> list[NDArray[np.int64]]:
    """Segments of each name in each speech of each group, shape (speeches, names): of the rows for themes, of the stances
    ``taken`` in each group for targets."""
    if column == "theme":
        return [group.counts("theme", names) for group in groups]
    return [tally(table, "target", names, len(group.speeches)) for group, table in zip(groups, taken, strict=True)]


def count(
    mentions: pd.DataFrame,
    *,
    by: str,
    before: str,
    after: str,
    speech: str,
    theme: str,
    modes: Sequence[str] | None,
    extra: Sequence[str] = (),
) -> tuple[Counted, Counted]:
    """The two sides of a table.

    Parameters
    ----------
    mentions : table of mentions, or any table of one row a segment with the columns ``by``, ``speech`` and ``theme``.
    modes : modes of speech that count, for a table of mentions; None is :data:`pipeline.records.COUNTED_MODES` where the
        speech names its president, and everything that is not furniture where it names none.
    extra : further columns to keep, as a stance coded elsewhere.

    Raises
    ------
    ValueError
        When a column is not there, a side names nothing, or nothing that counts is left on one.
    """
    _needed(mentions, speech, theme, *extra)
    masks = _pair(mentions, by, before, after)
    counts = _counting(mentions, modes)
    found = [
        _side(mentions, mask, counts, by=by, name=name, speech=speech, theme=theme, extra=extra)
        for mask, name in zip(masks, (before, after))
    ]
    return found[0], found[1]


def count_groups(
    mentions: pd.DataFrame,
    *,
    by: str,
    groups: Sequence[str] | None,
    speech: str,
    theme: str,
    modes: Sequence[str] | None,
    extra: Sequence[str] = (),
) -> tuple[Counted, ...]:
    """Every group of a table; the options are those of :func:`count`.

    Parameters
    ----------
    groups : values of ``by``, or lists ``a,b`` and ranges ``2009-2016`` of them, that share none; None is every value there is.

    Raises
    ------
    ValueError
        When a column is not there, a group names nothing or shares a value with another, or nothing that counts is left in one
        that was named.
    """
    _needed(mentions, speech, theme, *extra)
    known = sides.values_of(mentions[[by]].drop_duplicates() if by in mentions.columns else mentions.head(0), by)
    found, values = pd.factorize(mentions[by])
    texts = [sides.text_of(value) for value in values]
    held: dict[str, str] = {}
    counts, made = _counting(mentions, modes), []
    for name in groups or known:
        members = sides.members(known, name, by=by)
        for value in members:
            if held.setdefault(value, name) != name:
                raise ValueError(f"The groups must not share a {by}. Got {held[value]!r} and {name!r}, which share {value}.")
        mask = (found >= 0) & np.isin(texts, members)[found]
        if groups or counts[mask].any():
            made.append(_side(mentions, mask, counts, by=by, name=name, speech=speech, theme=theme, extra=extra))
    return tuple(made)


def _needed(mentions: pd.DataFrame, *columns: str) -> None:
    for column in columns:
        if column not in mentions.columns:
            raise ValueError(f"No column named {column!r}. Available: {', '.join(map(str, mentions.columns))}.")


def _pair(mentions: pd.DataFrame, by: str, before: str, after: str) -> list[NDArray[np.bool_]]:
    """Which rows belong to the two sides, by their distinct values."""
    sides.values_of(mentions.head(0) if by not in mentions.columns else mentions[[by]].drop_duplicates(), by)
    found, values = pd.factorize(mentions[by])
    masks = sides.pair(pd.DataFrame({by: values}), by, before, after)
    return [(found >= 0) & mask.to_numpy(bool)[found] for mask in masks]


def _counting(mentions: pd.DataFrame, modes: Sequence[str] | None) -> NDArray[np.bool_]:
    """Which rows count, whichever side they are on."""
    if not set(OWN) <= set(mentions.columns):
        return np.ones(len(mentions), dtype=bool)
    chosen = set(modes) if modes else set(COUNTED_MODES)
    said = mentions["mode"].isin(chosen).to_numpy(bool)
    prose = (mentions["mode"] != "furniture").to_numpy(bool)
    anyone = prose & (said | (chosen == set(COUNTED_MODES)))  # unless modes were asked for, narration counts too
    if "president" not in mentions.columns:
        return anyone
    president, speaker = _codes(mentions["president"]), _codes(mentions["speaker"])
    named = np.array([name is not None for name in president], dtype=bool)
    own = np.array([one == other for one, other in zip(president, speaker)], dtype=bool)
    counts: NDArray[np.bool_] = np.where(named, prose & own & said, anyone)
    return counts


def _side(
    mentions: pd.DataFrame,
    mask: NDArray[np.bool_],
    counts: NDArray[np.bool_],
    *,
    by: str,
    name: str,
    speech: str,
    theme: str,
    extra: Sequence[str],
) -> Counted:
    whole = mentions[mask]
    rows = whole[counts[mask]]
    if rows.empty:
        raise ValueError(_nothing_left(whole, by, name))
    ids = _texts(rows[speech])
    keys = _texts(rows[by]) + APART + ids
    number, order = pd.factorize(keys, sort=True)
    made = {"speech": number, "theme": _codes(rows[theme]), "speech_id": ids}
    kept = [column for column in rows.columns if column not in made and (column in USED or column in extra)]
    frame = pd.DataFrame({**made, **{column: rows[column].to_numpy() for column in kept}})
    frame["segment"] = _segments(frame)
    keys = [column for column in ("speech", "start", "end") if column in frame.columns]
    frame = frame.sort_values(keys, kind="stable", ignore_index=True)
    return Counted(_describe(name, frame), frame, tuple(map(str, order)))


def _nothing_left(whole: pd.DataFrame, by: str, name: str) -> str:
    presidents = sorted({str(value) for value in whole["president"].dropna()}) if "president" in whole.columns else []
    whose = f"said by {' or '.join(presidents)}" if presidents else "prose in the modes that count"
    return f"The {by} {name!r} must have segments that count. Got {len(whole)} rows, none of them {whose}."


def _texts(column: pd.Series) -> NDArray[np.object_]:
    """A column as text, each distinct value turned once; a missing one is "" ."""
    found, values = pd.factorize(column)
    texts = np.array([*(sides.text_of(value) for value in values), ""], dtype=object)
    return texts[found]


def _codes(column: pd.Series) -> NDArray[np.object_]:
    """Codes of themes as text; null and blank are no theme."""
    found, values = pd.factorize(column)
    codes = np.array([*(sides.text_of(value).strip() or None for value in values), None], dtype=object)
    return codes[found]


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
