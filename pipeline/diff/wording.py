"""What is said differently about the same theme: words of its segments, tested by speech, with their contexts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import stats
from pipeline.diff import verdicts
from pipeline.diff.counting import Counted
from pipeline.records import KeyWord, WordUse

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""Letters, with apostrophes and hyphens inside."""

LEAST_USES = 4
"""Uses of a word within a theme: below it, even use by one side alone is no surprise."""

MOST_TRIED = 150
"""Words of a theme that are looked at, the most used: rarer ones could not be told from chance among so many."""

MOST_SHOWN = 12
"""Words of a theme that are kept: a line or two to read."""

MOST_CONTEXTS = 4
"""Contexts of a word, from as many speeches as there are."""

AROUND = 48
"""Characters of context on each side, at most, within the segment."""


@dataclass(frozen=True)
class _Theme:
    """Uses of the words tried, shape (speeches, words), all words of each speech in the theme, and which speeches are later."""

    words: list[str]
    counts: NDArray[np.int64]
    totals: NDArray[np.int64]
    after: NDArray[np.bool_]


def words(sides: Sequence[Counted], names: Sequence[str]) -> dict[str, tuple[KeyWord, ...]]:
    """The words of each theme whose use differs most between two sides.

    Parameters
    ----------
    sides : the two sides; nothing is found where their rows have no ``text``.
    names : ids of the themes.

    Returns
    -------
    For each theme up to ``MOST_SHOWN`` words: those claimed first, then by their log-odds over its standard error, which ranks
    them and claims nothing. q is adjusted over all words of all themes. With one speech on a side all are ``not_testable``.
    """
    if any("text" not in side.rows.columns for side in sides):
        return {}
    rows = [side.rows[side.rows["theme"].notna() & side.rows["text"].map(lambda text: isinstance(text, str))] for side in sides]
    made = {name: _counted(sides, [table[table["theme"] == name] for table in rows]) for name in names}
    made = {name: theme for name, theme in made.items() if theme.words}
    found = {name: stats.keyness(theme.counts, theme.totals, theme.after) for name, theme in made.items()}
    if not found:
        return {}
    q = stats.adjust(np.concatenate([test.p for test in found.values()]))
    done, kept = 0, {}
    for name, test in found.items():
        own = q[done : done + len(test.p)]
        done += len(test.p)
        kept[name] = _best(made[name], test, own, [table[table["theme"] == name] for table in rows])
    return kept


def _counted(sides: Sequence[Counted], rows: Sequence[pd.DataFrame]) -> _Theme:
    speech, used = [], []
    for first, table in zip((0, len(sides[0].speeches)), rows):
        once = table.drop_duplicates("segment")
        for number, text in zip(once["speech"], once["text"]):
            found = [word.casefold() for word in WORD.findall(text)]
            used += found
            speech += [first + int(number)] * len(found)
    many = sum(len(side.speeches) for side in sides)
    after = np.arange(many) >= len(sides[0].speeches)
    codes, vocabulary = pd.factorize(np.array(used, dtype=object), sort=True)
    uses = np.bincount(codes, minlength=len(vocabulary)) if len(codes) else np.zeros(0, np.int64)
    tried = np.flatnonzero(uses >= LEAST_USES)
    tried = np.sort(tried[np.argsort(-uses[tried], kind="stable")][:MOST_TRIED])
    where = np.full(len(vocabulary), -1)
    where[tried] = np.arange(len(tried))
    at = np.array(speech, dtype=np.int64)
    counts = np.zeros((many, len(tried)), np.int64)
    kept = where[codes] >= 0 if len(codes) else np.zeros(0, bool)
    np.add.at(counts, (at[kept], where[codes[kept]]), 1)
    totals = np.bincount(at, minlength=many).astype(np.int64)
    return _Theme([str(vocabulary[number]) for number in tried], counts, totals, after)


def _best(theme: _Theme, test: stats.Keyness, q: NDArray[np.float64], rows: Sequence[pd.DataFrame]) -> tuple[KeyWord, ...]:
    sums = [theme.counts[side].sum(axis=0) for side in (~theme.after, theme.after)]
    speeches = [(theme.counts[side] > 0).sum(axis=0) for side in (~theme.after, theme.after)]
    segments = [_segments(table) for table in rows]
    claimed = np.nan_to_num(q, nan=1.0) <= verdicts.CLAIM_AT
    order = np.lexsort([np.arange(len(q)), -np.abs(test.log_odds) / test.error, ~claimed])[:MOST_SHOWN]
    return tuple(
        KeyWord(
            word=theme.words[k],
            uses_before=int(sums[0][k]),
            uses_after=int(sums[1][k]),
            speeches_before=int(speeches[0][k]),
            speeches_after=int(speeches[1][k]),
            log_odds=verdicts.rounded(test.log_odds[k])[0] or 0.0,
            p=verdicts.rounded(test.p[k])[0],
            q=verdicts.rounded(q[k])[0],
            verdict=verdicts.verdict(q[k], test.log_odds[k], int(sums[0][k]), int(sums[1][k]), False),
            contexts=tuple(
                use for own, side in zip(segments, ("before", "after")) for use in _contexts(own, theme.words[k], side)
            ),
        )
        for k in order
    )


@dataclass(frozen=True)
class _Segment:
    """A segment of a theme, once, however many rows it has, with its text in small letters to look words up in."""

    speech_id: str
    start: int
    text: str
    folded: str


def _segments(rows: pd.DataFrame) -> list[_Segment]:
    """The segments of a theme on one side, those with the same text once."""
    once = rows.drop_duplicates("segment").drop_duplicates("text")
    starts = once["start"] if "start" in once.columns else [None] * len(once)
    return [
        _Segment(str(speech), int(start) if pd.notna(start) else 0, text, text.casefold())
        for speech, start, text in zip(once["speech_id"], starts, once["text"], strict=True)
    ]


def _contexts(segments: Sequence[_Segment], word: str, side: str) -> list[WordUse]:
    """The first uses of a word in each of some speeches, ``start`` and ``end`` its offsets in the speech."""
    made: list[WordUse] = []
    for segment in segments:
        if word not in segment.folded or any(use.speech_id == segment.speech_id for use in made):
            continue
        hit = next((hit for hit in WORD.finditer(segment.text) if hit[0].casefold() == word), None)
        if hit is None:
            continue
        text, (start, end) = segment.text, hit.span()
        left, right = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        made.append(WordUse(segment.speech_id, side, segment.start + start, segment.start + end, left, text[start:end], right))
        if len(made) == MOST_CONTEXTS:
            break
    return made
