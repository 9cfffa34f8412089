"""The walk in three passes over the partitions, each by the workers of an executor."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline import executors, run
from pipeline.bulk import gathering, passes, reading, sampling
from pipeline.cache import care, tables
from pipeline.diff import comparing, grouped
from pipeline.encode import load
from pipeline.partitions import Progress
from pipeline.records import SEGMENTS, Diff
from pipeline.steps.segments import digest, piecewise, segments_file
from pipeline.topics import codebook as codebooks
from pipeline.topics import guided, likeness

ALONE = "Most segments stand alone; unlike the walk in memory, this one did not read them with those that are like them."
"""Said where the themes of the two walks may differ: likeness needs all segments at once."""


def compare(
    speeches: reading.Source,
    *,
    by: str,
    before: str,
    after: str,
    codebook: str | Path | None = None,
    themes: str | int | None = None,
    modes: Sequence[str] | None = None,
    executor: str = "local",
    cache: Path | None = None,
    progress: Progress | None = None,
    out: str | Path | None = None,
) -> tuple[Diff, pd.DataFrame]:
    """What changed between two sides of a corpus of any size.

    Parameters
    ----------
    speeches : a function that begins to read the speeches, as tables of some of them (``partial(read_batches, path)``).
    by, before, after, modes, executor, cache, progress : as for :func:`pipeline.run.walk`.
    codebook : TOML file of themes to code by; None discovers them in a sample (:mod:`pipeline.bulk.sampling`).
    themes : without a codebook, how many themes to discover; None is ``auto``.
    out : folder for ``segments.parquet`` and ``mentions.parquet``; None writes none.

    Returns
    -------
    The diff, and the speeches that failed as rows of ``speech_id`` and ``error``.

    Raises
    ------
    ValueError
        When a side names no speech, nothing that counts is left on one, or themes are asked for beside a codebook.
    """
    if codebook and themes is not None:
        raise ValueError(f"Themes beside those of a codebook must be left to the walk in memory. Got {themes!r}.")
    say: Callable[[int, int], None] = partial(progress, "Themes") if progress else lambda *_: None
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)  # what waits between passes must lie where all workers see it
    with tempfile.TemporaryDirectory(dir=cache, prefix=care.SCRATCH) as scratch:
        folder = (cache or Path(scratch)) / "segments"
        paths, failed = _segments(reading.chosen(speeches, by, before, after), folder, executor, progress)
        parts = [Part(path, f"{scratch}/{number}.npy") for number, path in enumerate(paths)]
        sums = passes.merged([found for _, found in _each(passes.survey, parts, executor)])
        say(1, 3)
        book = codebooks.load(codebook) if codebook else sampling.discovered(paths, sums.segments, themes=themes or "auto")
        guide = _guide(parts, book, sums, executor)
        say(2, 3)
        asked = passes.Asked(by, before, after, None if modes is None else tuple(modes))
        both = _tallies(parts, (book, guide, asked, out is not None), executor)
        say(3, 3)
        if out is not None:
            for name in passes.TABLES:
                gathering.gather([f"{part.vectors}.{name}.parquet" for part in parts], Path(out) / f"{name}.parquet")
        for path in paths:
            if path.endswith(".failed"):  # what holds an error is tried again in the next run
                Path(path).unlink(missing_ok=True)
    diff = _compared(both, asked, book)
    options: dict[str, object] = {"codebook": Path(codebook).name if codebook else None}
    options |= {"themes": themes if codebook else themes or "auto"}
    options |= {"targets": None, "stance": False, "corrections": None, "encoder": passes.ENCODER}
    notes = []
    if not codebook and sums.segments > sampling.SAMPLE:
        notes.append(f"Themes were discovered in a sample of about {sampling.SAMPLE:,} of the {sums.segments:,} segments.")
    if likeness.many_alone(sums.runs, sums.segments):
        notes.append(ALONE)
    return replace(
        diff,
        settings={**diff.settings, **options},
        models=run.models(stance=False),
        notes=(*diff.notes, *notes),
    ), failed


class Part(NamedTuple):
    """Where a partition's segments lie, and where its vectors wait between the passes, what else is made of it beside them."""

    segments: str
    vectors: str


def _guide(parts: Sequence[Part], book: codebooks.Codebook, sums: passes.Sums, executor: str) -> guided.Guide:
    """The themes of a codebook after all segments had their say: the second pass."""
    phrases = guided.phrases_of(book)
    guide = guided.begin(guided.described(phrases, load(passes.ENCODER)), sums.vectors, sums.segments)
    calls = [(*part, book, guide, sums.acronyms) for part in parts]
    heard = [found for _, found in _each(passes.hear, calls, executor)]
    told = guided.Told(np.sum([part.weights for part in heard], axis=0), np.sum([part.vectors for part in heard], axis=0))
    return guided.learn(guide, told)


def _tallies(parts: Sequence[Part], options: tuple, executor: str) -> tuple[list[grouped.Tally], list[grouped.Tally]]:
    """What counts on the two sides, partition by partition: the third pass."""
    both: tuple[list[grouped.Tally], list[grouped.Tally]] = ([], [])
    for _, tallies in _each(passes.tally, [(*part, *options) for part in parts], executor):
        for own, found in zip(both, tallies, strict=True):
            own.append(found)
            grouped.thin(own)
    return both


def _compared(both: tuple[list[grouped.Tally], list[grouped.Tally]], asked: passes.Asked, book: codebooks.Codebook) -> Diff:
    """The diff of the two sides. Raises ``ValueError`` when nothing that counts is left on one."""
    ids = [theme.id for theme in book.themes]
    sides = (asked.before, asked.after)
    counted = [grouped.grouped(own, name, ids) for own, name in zip(both, sides, strict=True)]
    for side in counted:
        if not side.side.n_segments:
            raise ValueError(f"The {asked.by} {side.side.name!r} must have segments that count. Got none.")
    known = [theme.theme for theme in book.themes]
    return comparing.compare_counted((counted[0], counted[1]), by=asked.by, themes=known, modes=asked.modes)


def _each(function: Callable[..., Any], calls: Sequence[tuple], executor: str) -> Iterator[tuple[tuple, Any]]:
    """Every call's result, in the order of the calls whatever the executor, so that sums are the same to the last bit."""
    place = {call[0]: number for number, call in enumerate(calls)}
    waiting: dict[int, tuple[tuple, Any]] = {}
    wanted = 0
    for call, result in executors.run(function, calls, executor=executor):
        if isinstance(result, executors.Died):
            raise OSError(f"{call[0]}: the partition could not be coded: {result.reason}.")
        waiting[place[call[0]]] = (call, result)
        while wanted in waiting:
            yield waiting.pop(wanted)
            wanted += 1


def _segments(
    speeches: Iterable[pd.DataFrame], folder: Path, executor: str, progress: Progress | None
) -> tuple[list[str], pd.DataFrame]:
    """Paths of the segments of all partitions in order, and the speeches that failed."""
    paths: list[str] = []
    wrong: list[pd.DataFrame] = []

    def missing() -> Iterator[tuple[pd.DataFrame, str]]:
        for part in reading.across(speeches):
            paths.append(str(folder / f"{digest(part)}.table"))
            if tables.read(Path(paths[-1])) is None:
                yield part, paths[-1]

    failed: dict[str, str] = {}
    for done, ((part, path), written) in enumerate(executors.run(segments_file, missing(), executor=executor), 1):
        if isinstance(written, executors.Died):
            table, written = piecewise(part, written, executor), str(Path(path).with_suffix(".failed"))
            tables.write(table, Path(written), SEGMENTS)
        if written != path:
            table = pd.DataFrame() if (found := tables.read(Path(written))) is None else found[0]
            wrong.append(table.loc[table["error"].notna(), ["speech_id", "error"]])
            failed[path] = written
        if progress:
            progress("Who says what", done, len(paths))
    none = pd.DataFrame({"speech_id": [], "error": []}, dtype=object)
    return [failed.get(path, path) for path in paths], pd.concat([none, *wrong], ignore_index=True)
