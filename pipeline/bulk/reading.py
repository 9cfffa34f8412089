"""Speeches a few at a time, and the partitions of a table that is never whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from pipeline import sides
from pipeline.partitions import partitions
from pipeline.records import SPEECHES, conform

Source = Callable[[], Iterable[pd.DataFrame]]
"""Begins to read the speeches, as tables of some of them; called once for each reading."""

ROWS = 256
"""Speeches of a Parquet file that are read at a time."""


def read_batches(path: str | Path, *, rows: int = ROWS, text: str | None = None, id: str | None = None) -> Iterator[pd.DataFrame]:
    """The speeches of a Parquet file, a few at a time; one without text is left out.

    Parameters
    ----------
    text, id : the columns with the text (default ``text``) and the name of the speech (default ``speech_id``).

    Raises
    ------
    ValueError
        When a needed column is missing.
    OSError
        When the file cannot be read.
    """
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows):
            table = batch.to_pandas().rename(columns={text or "text": "text", id or "speech_id": "speech_id"})
            table = conform(table, SPEECHES)
            yield table[table["text"].notna()].reset_index(drop=True)


def chosen(speeches: Source, by: str, before: str, after: str) -> Iterator[pd.DataFrame]:
    """The speeches of the two sides; a first reading finds the values of the grouping variable.

    Raises
    ------
    ValueError
        When there is no such variable, a side names nothing, or the sides share a value.
    """
    values: set[object] = set()
    for table in speeches():
        if by not in table.columns:
            sides.values_of(table, by)  # says which columns there are
        values.update(table[by].dropna().unique())
    known = pd.DataFrame({by: pd.Series(sorted(values, key=sides.text_of), dtype=object)})
    wanted = {sides.text_of(value) for side in sides.pair(known, by, before, after) for value in known.loc[side, by]}
    for table in speeches():
        own = table[by].map(lambda value: pd.notna(value) and sides.text_of(value) in wanted).astype(bool)
        if own.any():
            yield table[own].reset_index(drop=True)


def across(tables: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Partitions of the rows of all tables; the last of a table, still open, goes on in the next."""
    rest: list[pd.DataFrame] = []
    for table in tables:
        *full, last = partitions(pd.concat([*rest, table], ignore_index=True))
        yield from full
        rest = [last]
    yield from rest
