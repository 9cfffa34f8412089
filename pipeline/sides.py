"""Which rows belong to a side of a comparison: a value of the grouping variable, a list of values, or a range."""

from __future__ import annotations

import re
from difflib import get_close_matches

import pandas as pd

RANGE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:-|\.\.)\s*(-?\d+(?:\.\d+)?)\s*$")


_NEVER = """
text turns pages sha256 aliases source start end position paragraph sentence n_words weight cue_start cue_end
"""
NEVER = frozenset(_NEVER.split())
"""Columns of our tables that tell no sides apart: they are not offered."""

MOST_LISTED = 12
"""Values that a message names before it counts the rest."""

NEAREST = 4
"""Values like the one asked for that a message names first."""


def values_of(frame: pd.DataFrame, by: str) -> list[str]:
    """The values of the grouping variable ``by``, as text, sorted.

    Raises ``ValueError`` that lists the columns when there is no such variable, or none has a value.
    """
    if by not in frame.columns:
        raise ValueError(
            f"No grouping variable named {by!r}. Available: {', '.join(sorted(map(str, set(frame.columns) - NEVER)))}."
        )
    found = sorted({text_of(value) for value in frame[by].dropna().unique()})
    if not found:
        raise ValueError(f"The grouping variable {by!r} must have a value. Got none in {len(frame)} rows.")
    return found


def text_of(value: object) -> str:
    """A value of a grouping variable as it is written on the command line: 2022, not 2022.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def members(values: list[str], side: str, *, by: str) -> list[str]:
    """The values that a side names: itself, ``a,b,c``, or the numbers of ``low-high`` (both included).

    >>> members(["2008", "2009", "2012"], "2009-2012", by="year")
    ['2009', '2012']

    Raises ``ValueError`` that lists the values when it names none.
    """
    if side in values:
        return [side]
    found = [value for value in values if value in {part.strip() for part in side.split(",")}]
    ends = RANGE.match(side)
    if not found and ends:
        low, high = sorted(map(float, ends.groups()))
        found = [value for value in values if _number(value) is not None and low <= float(value) <= high]
    if not found:
        near = sorted(get_close_matches(side, values, n=NEAREST, cutoff=0.5)) if len(values) > MOST_LISTED else []
        like = f"Near it: {', '.join(near)}. " if near else ""
        raise ValueError(f"No {by} named {side!r}. {like}Available: {_short(values)}.")
    return found


def rows_of(frame: pd.DataFrame, by: str, side: str) -> pd.Series:
    """Which rows belong to ``side``: booleans on the index of ``frame``. Raises ``ValueError`` as the two above."""
    chosen = set(members(values_of(frame, by), side, by=by))
    return frame[by].map(lambda value: pd.notna(value) and text_of(value) in chosen).astype(bool)


def pair(frame: pd.DataFrame, by: str, before: str, after: str) -> tuple[pd.Series, pd.Series]:
    """Which rows belong to the two sides.

    Raises
    ------
    ValueError
        When a side names nothing, or a value belongs to both without the two being the same side.
    """
    sides = rows_of(frame, by, before), rows_of(frame, by, after)
    if before != after and bool((sides[0] & sides[1]).any()):
        shared = sorted({text_of(value) for value in frame.loc[sides[0] & sides[1], by]})
        raise ValueError(f"The two sides must not share a {by}. Got {before!r} and {after!r}, which share {_short(shared)}.")
    return sides


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _short(values: list[str]) -> str:
    return ", ".join(values[:MOST_LISTED]) + (f" and {len(values) - MOST_LISTED} more" if len(values) > MOST_LISTED else "")
