"""A side of which only counts and a few quotations are known: how parts of it are tallied and put together.

What is told of a part is small whatever the part holds, so a side may be of any size.
:func:`pipeline.diff.comparing.compare_counted` reads such sides as it reads whole ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import sides
from pipeline.diff.counting import Counted, _counting
from pipeline.diff.quoting import MOST, _score
from pipeline.records import Side

SPARE = 3
"""Quotations kept for a theme, times those shown: equal ones in other parts fall out at the end."""

QUOTED = ["speech_id", "start", "end", "text", "speaker", "mode"]
"""Columns of a quotation."""


def countable(mentions: pd.DataFrame, modes: Sequence[str] | None = None) -> NDArray[np.bool_]:
    """Which rows (n,) of a table of segments or mentions a comparison counts, whichever side they are on.

    Parameters
    ----------
    modes : as for :func:`pipeline.diff.compare`.
    """
    return _counting(mentions, modes)


@dataclass(frozen=True)
class Tally:
    """One side of one part: the keys of its speeches, segments of each, segments of each theme (speeches, themes), words,
    speakers, dates, and the best quotations."""

    speeches: list[str]
    totals: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: int
    speakers: set[str]
    dates: set[str]
    quotations: pd.DataFrame


def tally(segments: pd.DataFrame, weights: NDArray[np.float64], themes: Sequence[str], *, by: str) -> Tally:
    """What counts of a part of one side.

    Parameters
    ----------
    segments : the n rows that count.
    weights : (n, k) of the themes whose ids are ``themes``, zero where a segment is not about one.
    by : the grouping variable; speeches of one name in two groups are two speeches.
    """
    named = zip(segments[by], segments["speech_id"], strict=True)
    keys = np.array([f"{sides.text_of(value)}\x00{speech_id}" for value, speech_id in named], object)
    speeches = sorted(set(keys))
    place = _places(speeches, keys)
    about = weights > 0
    counts = np.zeros((len(speeches), len(themes)), np.int64)
    np.add.at(counts, place, about.astype(np.int64))
    row, theme = np.nonzero(about)
    found = (
        segments[QUOTED]
        .iloc[row]
        .assign(theme=np.array(themes, object)[theme], weight=np.round(weights[row, theme], 4), key=keys[row])
    )
    dates = set(segments["date"].dropna().astype(str)) if "date" in segments else set()
    totals = np.bincount(place, minlength=len(speeches)).astype(np.int64)
    words = int(segments["n_words"].sum())
    return Tally(speeches, totals, counts, words, set(segments["speaker"].dropna()), dates, _best(found))


def _best(found: pd.DataFrame) -> pd.DataFrame:
    """The rows that can still become quotations: for each theme the best, from as many speeches as there are."""
    if found.empty:
        return found
    ranked = found.assign(score=_score(found)).sort_values(
        ["theme", "score", "speech_id", "start", "end", "text"], ascending=[True, False, True, True, True, True], kind="stable"
    )
    ranked = ranked.drop_duplicates(["theme", "text"])
    turn = ranked.groupby(["theme", "key"], sort=False).cumcount()
    chosen = ranked.assign(turn=turn).sort_values(["theme", "turn"], kind="stable").groupby("theme", sort=False)
    return chosen.head(SPARE * MOST).drop(columns=["score", "turn"]).reset_index(drop=True)


@dataclass(frozen=True)
class Grouped(Counted):
    """A side of which only the counts are known; its rows are the quotations."""

    known_totals: NDArray[np.int64]
    known_counts: NDArray[np.int64]
    themes: tuple[str, ...]

    def totals(self) -> NDArray[np.int64]:
        return self.known_totals

    def counts(self, column: str, names: Sequence[str]) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.known_counts[:, _places(self.themes, names)]
        return found


def grouped(parts: Iterable[Tally], name: str, themes: Sequence[str]) -> Grouped:
    """All parts of the side called ``name`` as one; the speeches in the order of their keys.

    A speech that is cut between parts is one speech. Quotations may stand in some of the parts only (:func:`thin`).
    """
    tallies = list(parts)
    keys = [key for part in tallies for key in part.speeches]
    speeches = sorted(set(keys))
    place = _places(speeches, keys)
    totals = np.zeros(len(speeches), np.int64)
    counts = np.zeros((len(speeches), len(themes)), np.int64)
    np.add.at(totals, place, np.concatenate([part.totals for part in tallies]))
    np.add.at(counts, place, np.concatenate([part.counts for part in tallies]))
    rows = _best(pd.concat([part.quotations for part in tallies], ignore_index=True))
    rows["speech"] = _places(speeches, rows["key"])
    rows["segment"] = np.arange(len(rows))
    speakers = tuple(sorted(set().union(*(part.speakers for part in tallies))))
    dates = tuple(sorted(set().union(*(part.dates for part in tallies))))
    side = Side(name, len(speeches), int(totals.sum()), sum(part.words for part in tallies), speakers, dates)
    return Grouped(side, rows.drop(columns="key"), tuple(speeches), totals, counts, tuple(themes))


def thin(tallies: list[Tally]) -> None:
    """Keep quotations in the last tally of a growing list only, the best of all so far."""
    if len(tallies) > 1:
        both = pd.concat([tallies[-2].quotations, tallies[-1].quotations], ignore_index=True)
        tallies[-1] = replace(tallies[-1], quotations=_best(both))
        tallies[-2] = replace(tallies[-2], quotations=both.iloc[:0])


def _places(among: Sequence[str], names: Iterable[str]) -> NDArray[np.intp]:
    """Where each name stands in ``among``."""
    return np.asarray(pd.Index(among, dtype=object).get_indexer(pd.Index(names, dtype=object)), np.intp)  # type: ignore
