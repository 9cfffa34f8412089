"""What a worker does to one partition in each of the three passes; all of it is small when it comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline import sides, store
from pipeline.cache import tables
from pipeline.diff import grouped
from pipeline.encode import load
from pipeline.records import MENTIONS, SEGMENTS, conform
from pipeline.topics import context, guided, literal, table
from pipeline.topics.calibration import calibration
from pipeline.topics.codebook import Codebook
from pipeline.vectors import Vectors, normalise

ENCODER = "static"
TABLES = ("segments", "mentions")


@dataclass(frozen=True)
class Sums:
    """What partitions know of each other: segments, the runs that they make, the sum of their vectors (d,), and what acronyms
    stand for."""

    segments: int
    runs: int
    vectors: np.ndarray
    acronyms: dict[str, str]


class Asked(NamedTuple):
    """What is compared: the grouping variable, the two sides, the modes that count."""

    by: str
    before: str
    after: str
    modes: tuple[str, ...] | None


def segments(path: str) -> pd.DataFrame:
    """The segments of a partition that are not furniture.

    Raises
    ------
    OSError
        When they are not there, or damaged.
    """
    found = tables.read(Path(path))
    if found is None:
        raise OSError(f"{path}: the segments must be there and sound. Run the command again: they are computed anew.")
    whole = found[0]
    if "error" in whole.columns:
        whole = whole[whole["error"].isna()].drop(columns="error")
    return conform(whole[whole["mode"] != "furniture"].reset_index(drop=True), SEGMENTS)


def _vectors(rows: pd.DataFrame) -> tuple[Vectors, context.Order]:
    """Each segment's vector with its context (n, d), and the reading order."""
    encoder = load(ENCODER)
    order = context.reading_order(rows)
    raw = normalise(np.asarray(encoder.encode(rows["text"].tolist()), np.float32))
    vectors = context.with_headings(raw, rows, encoder)
    return normalise(vectors + context.smooth(vectors, order)), order


def survey(path: str, out: str) -> Sums:
    """First pass: the sums of one partition, and the vectors of its segments into ``out`` for the others."""
    rows = segments(path)
    if rows.empty:
        return Sums(0, 0, np.zeros(1), {})
    vectors, order = _vectors(rows)
    np.save(out, vectors)
    runs = int(order.run[-1]) + 1
    return Sums(len(rows), runs, vectors.sum(axis=0, dtype=np.float64), literal.expansions(rows["text"].tolist()))


def merged(sums: Sequence[Sums]) -> Sums:
    """The sums of all; an acronym stands for what most partitions say, of equals the first in the alphabet."""
    told: dict[str, Counter[str]] = {}
    for part in sums:
        for acronym, expansion in part.acronyms.items():
            told.setdefault(acronym, Counter())[expansion] += 1
    best = {acronym: min(counts, key=lambda name: (-counts[name], name)) for acronym, counts in sorted(told.items())}
    filled = [part.vectors for part in sums if part.segments]
    total, runs = sum(part.segments for part in sums), sum(part.runs for part in sums)
    return Sums(total, runs, np.sum(filled, axis=0) if filled else np.zeros(1), best)


def hear(path: str, vectors: str, book: Codebook, guide: guided.Guide, acronyms: dict[str, str]) -> guided.Told:
    """Second pass: what the segments of one partition tell of the themes; where phrases stand goes beside ``vectors``."""
    rows = segments(path)
    if rows.empty:
        return guided.nothing(guide)
    exact = literal.literal_matches(rows["text"].tolist(), guided.phrases_of(book), acronyms)
    np.save(f"{vectors}.literal.npy", exact)
    found = np.load(vectors)
    weights = guided.said(found, exact, context.reading_order(rows), guide, calibration(load(ENCODER)))
    return guided.told(found, weights, guide)


def tally(
    path: str, vectors: str, book: Codebook, guide: guided.Guide, asked: Asked, keep: bool
) -> tuple[grouped.Tally, grouped.Tally]:
    """Third pass: what counts of one partition on the two sides; its tables (``TABLES``) beside ``vectors``."""
    rows, settings, k = segments(path), calibration(load(ENCODER)), len(book.themes)
    weights = np.zeros((len(rows), k))
    if len(rows):
        exact, order = np.load(f"{vectors}.literal.npy"), context.reading_order(rows)
        found = guided.scores(np.load(vectors), exact, guide, settings)
        coded = guided.settle_codes(found, exact, guided.weigh(found, order, guide, settings), book, settings)
        weights = coded.weights
        if keep:
            for name, kept, kind in zip(TABLES, (rows, table.mentions(rows, coded)), (SEGMENTS, MENTIONS), strict=True):
                store.write(kept, f"{vectors}.{name}.parquet", kind)
    counts = grouped.countable(rows, asked.modes)
    texts = np.array([None if pd.isna(value) else sides.text_of(value) for value in rows[asked.by]], object)
    known = sorted(set(texts) - {None})
    ids = [theme.id for theme in book.themes]
    made = []
    for name in (asked.before, asked.after):
        try:
            wanted = sides.members(known, name, by=asked.by)
        except ValueError:  # this partition has none of that side
            wanted = []
        own = counts & np.isin(texts, wanted)
        made.append(grouped.tally(rows[own], weights[own], ids, by=asked.by))
    return made[0], made[1]
