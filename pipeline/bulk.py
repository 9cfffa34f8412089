"""The diff of a corpus that does not fit in memory: partition after partition, of which only counts and quotations stay.

The same themes of a codebook as in :func:`pipeline.run.walk`, without stances. What a theme's weight in one speech takes from all
the others is three sums (the mean segment, how common each theme is, the acronyms that the texts explain), so three passes over
the partitions find it: sums, scores, counts. The text of a partition is held while a worker has it and never all of it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline import cache as caching
from pipeline import executors, run, sides
from pipeline.diff import comparing, counting, quoting
from pipeline.encode import load, normalise
from pipeline.partitions import Progress, partitions
from pipeline.records import SEGMENTS, SPEECHES, Diff, Side, conform
from pipeline.topics import codebook as codebooks
from pipeline.topics import context, guided, literal, membership
from pipeline.topics.coded import Coded

ROWS = 256
"""Speeches of a Parquet file that are read at a time."""

SPARE = 3
"""Quotations kept for a theme, times those shown: equal ones in other partitions fall out at the end."""


@dataclass(frozen=True)
class Sums:
    """What partitions know of each other: segments, the sum of their vectors (d,), and what acronyms stand for."""

    segments: int
    vectors: np.ndarray
    acronyms: dict[str, str]


@dataclass(frozen=True)
class Tally:
    """One side of one partition: the keys of its speeches, segments of each, segments of each theme (speeches, themes), words,
    speakers, dates, and the best quotations."""

    speeches: list[str]
    totals: np.ndarray
    counts: np.ndarray
    words: int
    speakers: set[str]
    dates: set[str]
    quotations: pd.DataFrame


def read_batches(path: str | Path, *, rows: int = ROWS) -> Iterator[pd.DataFrame]:
    """The speeches of a Parquet file, a few at a time."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows):
            yield conform(batch.to_pandas(), SPEECHES)


def compare(
    speeches: Callable[[], Iterable[pd.DataFrame]],
    *,
    by: str,
    before: str,
    after: str,
    codebook: str | Path,
    modes: Sequence[str] | None = None,
    executor: str = "local",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Diff, pd.DataFrame]:
    """What changed between two sides of a corpus of any size.

    Parameters
    ----------
    speeches : a function that begins to read the speeches, as tables of some of them (``partial(read_batches, path)``).
    by, before, after, codebook, modes, executor, cache, progress : as for :func:`pipeline.run.walk`.

    Returns
    -------
    The diff, and the speeches that failed as rows of ``speech_id`` and ``error``.

    Raises
    ------
    ValueError
        When a side names no speech, or nothing that counts is left on one.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = (cache or Path(scratch)) / "segments"
        paths, failed = _segments(_chosen(speeches, by, before, after), folder, executor, progress)
        book = codebooks.load(codebook)
        say = progress or (lambda *_: None)
        sums = _merged([result for _, result in _each(survey, [(path,) for path in paths], executor)])
        say("Themes", 1, 3)
        scored: list[tuple] = [(path, book, sums, f"{scratch}/{number}.npz") for number, path in enumerate(paths)]
        common = np.sum([result for _, result in _each(score, scored, executor)], axis=0)
        say("Themes", 2, 3)
        asked = (by, before, after, None if modes is None else list(modes))
        counts: list[tuple] = [(path, book, common, f"{scratch}/{number}.npz", asked) for number, path in enumerate(paths)]
        both: tuple[list[Tally], list[Tally]] = ([], [])
        for _, tallies in _each(tally, counts, executor):
            for own, found in zip(both, tallies, strict=True):
                own.append(found)
                _thin(own)
        say("Themes", 3, 3)
        for path in paths:
            if path.endswith(".failed"):  # what holds an error is tried again in the next run
                Path(path).unlink(missing_ok=True)
    ids = [theme.id for theme in book.themes]
    counted = [_grouped(own, name, ids) for own, name in zip(both, (before, after), strict=True)]
    for side in counted:
        if not side.side.n_segments:
            raise ValueError(f"The {by} {side.side.name!r} must have segments that count. Got none.")
    diff = comparing.compare_counted(
        (counted[0], counted[1]), by=by, themes=[theme.theme for theme in book.themes], modes=modes
    )
    options: dict[str, object] = {"codebook": Path(codebook).name, "themes": "auto", "targets": None, "corrections": None}
    options |= {"stance": False, "encoder": "static"}
    return replace(diff, settings={**diff.settings, **options}, models=run.models(stance=False)), failed


def _each(function: Callable[..., Any], calls: list[tuple], executor: str) -> Iterator[tuple[tuple, Any]]:
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


def _chosen(speeches: Callable[[], Iterable[pd.DataFrame]], by: str, before: str, after: str) -> Iterator[pd.DataFrame]:
    """The speeches of the two sides; a first reading finds the values of the grouping variable."""
    values = sorted({value for table in speeches() for value in (sides.values_of(table, by) if table[by].notna().any() else ())})
    wanted = {*sides.members(values, before, by=by), *sides.members(values, after, by=by)}
    for table in speeches():
        own = table[by].map(lambda value: pd.notna(value) and sides.text_of(value) in wanted).astype(bool)
        if own.any():
            yield table[own].reset_index(drop=True)


def _segments(
    speeches: Iterable[pd.DataFrame], folder: Path, executor: str, progress: Progress | None
) -> tuple[list[str], pd.DataFrame]:
    """Paths of the segments of all partitions in order, and the speeches that failed."""
    paths: list[str] = []
    wrong: list[pd.DataFrame] = []

    def missing() -> Iterator[tuple[pd.DataFrame, str]]:
        for part in _across(speeches):
            paths.append(str(folder / f"{run.digest(part)}.table"))
            if caching.read(Path(paths[-1])) is None:
                yield part, paths[-1]

    failed: dict[str, str] = {}
    for done, ((part, path), written) in enumerate(executors.run(run.segments_file, missing(), executor=executor), 1):
        if isinstance(written, executors.Died):
            table, written = run._piecewise(part, written, executor), str(Path(path).with_suffix(".failed"))
            caching.write(table, Path(written), SEGMENTS)
        if written != path:
            table = pd.DataFrame() if (found := caching.read(Path(written))) is None else found[0]
            wrong.append(table.loc[table["error"].notna(), ["speech_id", "error"]])
            failed[path] = written
        if progress:
            progress("Who says what", done, len(paths))
    none = pd.DataFrame({"speech_id": [], "error": []}, dtype=object)
    return [failed.get(path, path) for path in paths], pd.concat([none, *wrong], ignore_index=True)


def _across(tables: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Partitions of the rows of all tables; the last of a table, still open, goes on in the next."""
    rest: list[pd.DataFrame] = []
    for table in tables:
        *full, last = partitions(pd.concat([*rest, table], ignore_index=True))
        yield from full
        rest = [last]
    yield from rest


def _read(path: str) -> pd.DataFrame:
    """The segments of a partition that are not furniture."""
    found = caching.read(Path(path))
    if found is None:
        raise OSError(f"{path}: the segments must be there and sound. Run the command again: they are computed anew.")
    table = found[0]
    if "error" in table.columns:
        table = table[table["error"].isna()].drop(columns="error")
    return conform(table[table["mode"] != "furniture"].reset_index(drop=True), SEGMENTS)


def _vectors(segments: pd.DataFrame) -> tuple[np.ndarray, context.Order]:
    """Each segment's vector with its context (n, d), and the reading order."""
    encoder = load("static")
    order = context.reading_order(segments)
    raw = normalise(np.asarray(encoder.encode(segments["text"].tolist()), np.float32))
    vectors = context.with_headings(raw, segments, encoder)
    return normalise(vectors + context.smooth(vectors, order)), order


def survey(path: str) -> Sums:
    """First pass: the sums of one partition."""
    segments = _read(path)
    if segments.empty:
        return Sums(0, np.zeros(1), {})
    vectors, _ = _vectors(segments)
    return Sums(len(segments), vectors.sum(axis=0, dtype=np.float64), literal.expansions(segments["text"].tolist()))


def _merged(sums: Sequence[Sums]) -> Sums:
    """The sums of all; an acronym stands for what most partitions say, of equals the first in the alphabet."""
    told: dict[str, Counter[str]] = {}
    for part in sums:
        for acronym, expansion in part.acronyms.items():
            told.setdefault(acronym, Counter())[expansion] += 1
    best = {acronym: min(counts, key=lambda name: (-counts[name], name)) for acronym, counts in sorted(told.items())}
    filled = [part.vectors for part in sums if part.segments]
    return Sums(sum(part.segments for part in sums), np.sum(filled, axis=0) if filled else np.zeros(1), best)


def _phrases(book: codebooks.Codebook) -> list[tuple[str, ...]]:
    return [theme.phrases for theme in book.themes] + ([book.other] if book.other else [])


def score(path: str, book: codebooks.Codebook, sums: Sums, out: str) -> np.ndarray:
    """Second pass: scores and literal matches of one partition into ``out``; the sum (k,) of its first weights."""
    segments = _read(path)
    phrases, encoder = _phrases(book), load("static")
    if segments.empty:
        return np.zeros(len(phrases))
    settings = guided.calibration(encoder)
    vectors, order = _vectors(segments)
    themes = guided.prototypes(phrases, encoder)
    middle = themes.mean(axis=0) if len(themes) > 2 else np.zeros(themes.shape[1], np.float32)
    whole = (sums.vectors + guided.CENTRE_PRIOR * themes.mean(axis=0)) / (sums.segments + guided.CENTRE_PRIOR)
    exact = literal.literal_matches(segments["text"].tolist(), phrases, sums.acronyms)
    cosines = np.asarray(normalise(vectors - whole.astype(np.float32)) @ normalise(themes - middle).T, np.float64)
    cosines += settings.literal * exact
    np.savez(out, cosines=cosines, literal=exact)
    return np.asarray(membership.posterior(cosines / settings.temperature, order, stay=settings.stay).sum(axis=0))


def code(segments: pd.DataFrame, book: codebooks.Codebook, common: np.ndarray, scores: str) -> Coded:
    """The themes of one partition, given how common they are in all."""
    settings, k = guided.calibration(load("static")), len(book.themes)
    with np.load(scores) as stored:
        cosines, exact = stored["cosines"], stored["literal"]
    prior = np.log((common + 1) / (common + 1).sum())
    order = context.reading_order(segments)
    weights = membership.posterior(cosines / settings.temperature + settings.prior * prior, order, stay=settings.stay)
    best = np.argmax(weights, axis=1)
    best[best >= k] = -1
    none = (best < 0) | ((cosines[:, :k].max(axis=1) < settings.floor) & ~exact[:, :k].any(axis=1))
    themes = tuple(theme.theme for theme in book.themes)
    return Coded(themes, membership.mentioned(weights[:, :k], exact[:, :k], best, none, single=book.single), best, exact[:, :k])


def tally(
    path: str, book: codebooks.Codebook, common: np.ndarray, scores: str, options: tuple[str, str, str, list[str]]
) -> tuple[Tally, Tally]:
    """Third pass: what counts of one partition on the two sides."""
    by, before, after, modes = options
    segments = _read(path)
    values = sorted({sides.text_of(value) for value in segments[by].dropna()}) if len(segments) else []
    weights = code(segments, book, common, scores).weights if len(segments) else np.zeros((0, len(book.themes)))
    counts = counting._counting(segments, modes)
    made = []
    for name in (before, after):
        try:
            wanted = set(sides.members(values, name, by=by))
        except ValueError:  # this partition has none of that side
            wanted = set()
        own = counts & np.array([sides.text_of(value) in wanted for value in segments[by]], bool)
        made.append(_tally(segments[own], weights[own], [theme.id for theme in book.themes], by))
    return made[0], made[1]


def _tally(rows: pd.DataFrame, weights: np.ndarray, ids: list[str], by: str) -> Tally:
    named = zip(rows[by], rows["speech_id"], strict=True)
    keys = np.array([f"{sides.text_of(value)}\x00{speech_id}" for value, speech_id in named], object)
    speeches = sorted(set(keys))
    place = pd.Index(speeches).get_indexer(keys) if len(keys) else np.zeros(0, np.intp)
    about = weights > 0
    counts = np.zeros((len(speeches), len(ids)), np.int64)
    np.add.at(counts, place, about.astype(np.int64))
    row, theme = np.nonzero(about)
    kept = ["speech_id", "start", "end", "text", "speaker", "mode"]
    found = rows[kept].iloc[row].assign(
        theme=np.array(ids, object)[theme], weight=np.round(weights[row, theme], 4), key=keys[row]
    )
    return Tally(
        speeches, np.bincount(place, minlength=len(speeches)).astype(np.int64), counts, int(rows["n_words"].sum()),
        set(rows["speaker"].dropna()), set(rows["date"].dropna().astype(str)) if "date" in rows else set(), _best(found),
    )  # fmt: skip


def _best(found: pd.DataFrame) -> pd.DataFrame:
    """The rows that can still become quotations: for each theme the best, from as many speeches as there are."""
    if found.empty:
        return found
    ranked = found.assign(score=quoting._score(found)).sort_values(
        ["theme", "score", "speech_id", "start", "end", "text"], ascending=[True, False, True, True, True, True], kind="stable"
    )
    ranked = ranked.drop_duplicates(["theme", "text"])
    turn = ranked.groupby(["theme", "key"], sort=False).cumcount()
    chosen = ranked.assign(turn=turn).sort_values(["theme", "turn"], kind="stable").groupby("theme", sort=False)
    return chosen.head(SPARE * quoting.MOST).drop(columns=["score", "turn"]).reset_index(drop=True)


def _thin(tallies: list[Tally]) -> None:
    """Keep quotations in the last tally only, the best of all so far."""
    if len(tallies) > 1:
        both = pd.concat([tallies[-2].quotations, tallies[-1].quotations], ignore_index=True)
        empty = both.iloc[:0]
        tallies[-1] = replace(tallies[-1], quotations=_best(both))
        tallies[-2] = replace(tallies[-2], quotations=empty)


@dataclass(frozen=True)
class Grouped(counting.Counted):
    """A side of which only the counts are known; its rows are the quotations."""

    known_totals: np.ndarray
    known_counts: np.ndarray
    themes: tuple[str, ...]

    def totals(self) -> np.ndarray:
        return self.known_totals

    def counts(self, column: str, names: Sequence[str]) -> np.ndarray:
        found: np.ndarray = self.known_counts[:, _places(self.themes, names)]
        return found


def _places(among: Sequence[str], names: Iterable[str]) -> np.ndarray:
    """Where each name stands in ``among``."""
    return np.asarray(pd.Index(among).get_indexer(pd.Index(names, dtype=object)), np.intp)


def _grouped(tallies: Sequence[Tally], name: str, ids: Sequence[str]) -> Grouped:
    """All partitions of a side as one; the speeches in the order of their keys."""
    keys = [key for tally in tallies for key in tally.speeches]
    speeches = sorted(set(keys))
    place = _places(speeches, keys)
    totals = np.zeros(len(speeches), np.int64)
    counts = np.zeros((len(speeches), len(ids)), np.int64)
    np.add.at(totals, place, np.concatenate([tally.totals for tally in tallies]))
    np.add.at(counts, place, np.concatenate([tally.counts for tally in tallies]))
    rows = tallies[-1].quotations.copy()
    rows["speech"] = _places(speeches, rows["key"])
    rows["segment"] = np.arange(len(rows))
    said = {"speakers": tuple(sorted(set().union(*(t.speakers for t in tallies))))}
    dates = tuple(sorted(set().union(*(t.dates for t in tallies))))
    side = Side(name, len(speeches), int(totals.sum()), sum(t.words for t in tallies), said["speakers"], dates)
    return Grouped(side, rows.drop(columns="key"), tuple(speeches), totals, counts, tuple(ids))
