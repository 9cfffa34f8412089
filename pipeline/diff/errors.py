"""The coder's errors in a comparison: hand codes of a sample, or a table of error rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import sides, stats
from pipeline.diff.counting import Counted, tally
from pipeline.diff.units import Units
from pipeline.records import Theme

KEYS = (("speech_id", "start", "end"), ("speech_id", "position"), ("id",))
"""Columns that name a segment in both tables; the first of these that both have."""

ALL = "*"
"""The row of a table of error rates that holds for every theme without a row of its own."""

NO_CORRECTION = (
    "No hand codes and no error rates were given: intervals hold the variation between speeches, not errors of the coding."
)


class Coder(NamedTuple):
    """What is known of the coder's errors: hand codes (with ``key`` and ``theme``), or error rates, or nothing."""

    hand: pd.DataFrame | None = None
    key: tuple[str, ...] = ()
    rates: pd.DataFrame | None = None
    themes: tuple[Theme, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The columns of the table that the hand codes need besides that of the speech."""
        return tuple(name for name in self.key if name != "speech_id")

    def names(self, themes: Sequence[pd.Series]) -> list[str]:
        """Every code in columns of themes, and in the hand codes."""
        columns = [*themes, *([] if self.hand is None else [self.hand["theme"]])]
        return sorted({name for column in columns for name in pd.unique(column) if isinstance(name, str)})

    def rectify(self, speeches: Units, groups: Sequence[Counted], names: Sequence[str], *, whole: bool = False) -> Units:
        """The speeches with counts that the hand codes corrected: a sample of each group, or one of the ``whole`` table."""
        if self.hand is None:
            return speeches
        found = [sampled(group, names, self.hand, self.key) for group in groups]
        number, gaps = (np.concatenate(parts) for parts in zip(*found))
        of = np.zeros_like(speeches.group) if whole else speeches.group
        return replace(speeches, rectified=stats.rectified(speeches.counts, speeches.totals, of, number, gaps))

    def compare(self, speeches: Units, names: Sequence[str]) -> stats.ShareTest:
        """The test of two sides, with differences corrected by the error rates."""
        return speeches.compare() if self.rates is None else miscoded(speeches, names, self.rates, self.themes)

    def settings(self) -> dict[str, object]:
        """As it stands in the settings of a result; nothing where nothing is known."""
        return (
            {} if self.hand is None and self.rates is None else {"errors": "hand codes" if self.rates is None else "error rates"}
        )

    def note(self, groups: Sequence[Counted], names: Sequence[str], *, whole: bool = False) -> tuple[str, ...]:
        """A sentence on which correction was made."""
        if self.hand is not None and whole:
            found = sum(int(sampled(one, names, self.hand, self.key)[0].sum()) for one in groups)
            return (
                f"Differences, trends and steps of shares are corrected by hand codes of {found} segments that are taken for a "
                "random sample of the whole table; the shares themselves are as coded.",
            )
        if self.hand is not None:
            many = " and ".join(f"{sampled(one, names, self.hand, self.key)[0].sum()} in {one.side.name}" for one in groups)
            return (
                f"Differences of shares, and what is claimed of them, are corrected by hand codes of segments ({many}) that are "
                "taken for a random sample of each side; the shares themselves are as coded.",
            )
        if self.rates is not None:
            found = sum(bool(row) for row in _rows(self.rates, names, self.themes))
            return (
                f"Differences of shares and their intervals are corrected by error rates of the coder, known for {found} of "
                f"{len(names)} themes and taken to be the same on both sides; the shares themselves are as coded.",
            )
        return (NO_CORRECTION,)


def by_hand(mentions: pd.DataFrame, hand: pd.DataFrame, themes: tuple[Theme, ...]) -> Coder:
    """What hand codes of segments of a table tell. Raises ``ValueError`` when the two share no key, or no code is told."""
    key = keys(mentions, hand)
    return Coder(hand_codes(hand, key, themes), key, None, themes)


def keys(mentions: pd.DataFrame, hand: pd.DataFrame) -> tuple[str, ...]:
    """The columns by which segments of a table and hand codes meet. Raises ``ValueError`` when they share none."""
    for found in KEYS:
        if set(found) <= set(mentions.columns) and set(found) <= set(hand.columns):
            return found
    named = ", or ".join(" and ".join(found) for found in KEYS)
    raise ValueError(f"The hand codes and the table must share the columns {named}. Got {', '.join(map(str, hand.columns))}.")


def hand_codes(hand: pd.DataFrame, key: Sequence[str], themes: Sequence[Theme]) -> pd.DataFrame:
    """Hand codes as columns of ``key`` and ``theme``: the id of a theme where its label was given, None for no theme.

    Raises ``ValueError`` when there is neither a column ``theme`` nor ``code``.
    """
    column = next((name for name in ("theme", "code") if name in hand.columns), None)
    if column is None:
        raise ValueError(f"The hand codes must have a column theme or code. Got {', '.join(map(str, hand.columns))}.")
    ids = {theme.label: theme.id for theme in themes} | {theme.id: theme.id for theme in themes}
    codes = [sides.text_of(value).strip() if pd.notna(value) else "" for value in hand[column]]
    return _keyed(hand, key).assign(theme=np.array([ids.get(code, code) or None for code in codes], dtype=object))


def _keyed(table: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The columns ``key`` as texts and numbers that can be told equal."""
    return pd.DataFrame(
        {
            name: pd.to_numeric(table[name], errors="coerce").to_numpy(float)
            if name in ("start", "end", "position")
            else np.array([sides.text_of(value) for value in table[name]], dtype=object)
            for name in key
        }
    )


def sampled(
    counted: Counted, names: Sequence[str], hand: pd.DataFrame, key: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Segments coded by hand in each speech (speeches,), and hand codes less codes of each theme in them (speeches, themes)."""
    many = len(counted.speeches)
    segments = counted.rows.drop_duplicates("segment")
    told = segments[["segment", "speech"]].reset_index(drop=True).join(_keyed(segments, key))
    both = told.merge(hand, on=list(key), how="inner")
    own = counted.rows[counted.rows["segment"].isin(both["segment"])]
    number = np.bincount(both.drop_duplicates("segment")["speech"].to_numpy(np.int64), minlength=many)
    return number.astype(np.int64), tally(both, "theme", names, many) - tally(own, "theme", names, many)


def miscoded(speeches: Units, names: Sequence[str], rates: pd.DataFrame, themes: Sequence[Theme]) -> stats.ShareTest:
    """The test of two sides with differences and intervals corrected by error rates.

    Parameters
    ----------
    rates : columns ``theme`` (id or label; ``*`` for all others), ``sensitivity`` and ``specificity``, and if known ``n_with``
        and ``n_without``, the segments that each was measured on.

    Raises
    ------
    ValueError
        When a column is missing, or a rate is no share.
    """
    missing = [name for name in ("theme", "sensitivity", "specificity") if name not in rates.columns]
    if missing:
        raise ValueError(f"The error rates must have a column {missing[0]!r}. Got {', '.join(map(str, rates.columns))}.")
    rows = _rows(rates, names, themes)
    with_theme, without_theme = (np.array([_number(row, column, np.inf) for row in rows]) for column in ("n_with", "n_without"))
    hit, right = (np.array([_number(row, column, 1.0) for row in rows]) for column in ("sensitivity", "specificity"))
    if not ((hit >= 0) & (hit <= 1) & (right >= 0) & (right <= 1)).all():
        raise ValueError("The error rates must be shares from 0 to 1. Got one that is not.")
    return stats.compare_miscoded(
        speeches.counts,
        speeches.totals,
        speeches.group == 1,
        speeches.covariates,
        sensitivity=hit,
        specificity=right,
        with_theme=with_theme,
        without_theme=without_theme,
    )


def _rows(rates: pd.DataFrame, names: Sequence[str], themes: Sequence[Theme]) -> list[dict]:
    """The error rates of each theme, by its id or label, or those of all; empty where there are none."""
    labels = {theme.id: theme.label for theme in themes}
    known = {sides.text_of(row["theme"]): row for row in rates.to_dict("records")}
    return [known.get(name, known.get(labels.get(name, name), known.get(ALL, {}))) for name in names]


def _number(row: dict, column: str, missing: float) -> float:
    value = row.get(column)
    return missing if value is None or pd.isna(value) else float(value)
