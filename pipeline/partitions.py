"""Work in parts: where a long table is cut, and how a part's result is taken from the cache or made by an executor.

The cuts depend on what stands at them and not on what stands before, so that a change in one row moves no other cut
for long (content-defined chunking, Muthitacharoen et al. 2001): one changed speech costs one partition.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from pipeline import executors
from pipeline.cache import tables
from pipeline.settings import PARTITION_CHARACTERS

LEAST, MOST = 0.25, 2.0
"""Bounds of the size of a part, times the size asked for."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and how many there are."""


def cuts(names: Iterable[str], sizes: Iterable[int], *, size: int) -> Iterator[tuple[int, int]]:
    """Half-open runs of rows of about ``size`` in all, cut behind rows that the checksum of their name marks.

    Parameters
    ----------
    names, sizes : of the rows, in order; a row larger than the part asked for is a part of its own or ends one.

    >>> list(cuts("abc", [9, 9, 9], size=3))
    [(0, 1), (1, 2), (2, 3)]
    """
    first = row = filled = 0
    for row, (name, own) in enumerate(zip(names, sizes, strict=True), 1):
        filled += own
        marked = zlib.crc32(name.encode("utf-8", "replace")) / 2**32 < own / size
        if filled >= MOST * size or (marked and filled >= LEAST * size):
            yield first, row
            first, filled = row, 0
    if first < row:
        yield first, row


def partitions(speeches: pd.DataFrame, *, characters: int = PARTITION_CHARACTERS) -> Iterator[pd.DataFrame]:
    """Runs of whole speeches of about ``characters`` code points of text each, in order."""
    sizes = [len(text) if isinstance(text, str) else 0 for text in speeches["text"]]
    for first, last in cuts(speeches["speech_id"].astype(str), sizes, size=characters):
        yield speeches.iloc[first:last].reset_index(drop=True)


def computed(
    function: Callable[[pd.DataFrame, str], str],
    parts: Sequence[pd.DataFrame],
    names: Sequence[str],
    *,
    folder: Path,
    executor: str,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, pd.DataFrame | executors.Died]]:
    """The result of each part, in any order: read from ``folder`` where it lies there sound, else made.

    Parameters
    ----------
    function : ``function(part, path)`` writes the result of a part with :func:`pipeline.cache.tables.write` and returns the
        path: the one that it was given, or that with the ending ``.failed`` for a result that is to be used once and not kept.
    names : the cache key of each part.

    Yields
    ------
    Number of a part and its table, or :class:`pipeline.executors.Died` where it killed its worker.
    """
    missing: list[tuple[pd.DataFrame, str]] = []
    numbers: dict[str, list[int]] = {}
    done = 0
    for number, (part, name) in enumerate(zip(parts, names, strict=True)):
        path = folder / f"{name}.table"
        if str(path) in numbers:
            numbers[str(path)].append(number)
        elif (found := tables.read(path)) is not None:
            done += 1
            yield number, found[0]
        else:
            missing.append((part, str(path)))
            numbers[str(path)] = [number]
    if progress:
        progress(done, len(parts))
    for (_, asked), written in executors.run(function, missing, executor=executor):
        done += len(numbers[asked])
        if progress:
            progress(done, len(parts))
        result = written if isinstance(written, executors.Died) else _taken(Path(written))
        for number in numbers[asked]:
            yield number, result


def _taken(path: Path) -> pd.DataFrame:
    found = tables.read(path)
    if found is None:
        raise OSError(f"{path}: the result of a partition must be there and sound; is the disk full, or shared by all workers?")
    if path.suffix == ".failed":
        path.unlink(missing_ok=True)
    return found[0]


@contextmanager
def folder_of(stage: str, cache: Path | None) -> Iterator[Path]:
    """The folder of a stage in the cache, or one that vanishes."""
    if cache is not None:
        yield cache / stage
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch)
