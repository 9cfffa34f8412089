"""The whole walk: partitions of speeches through the stages, cached by content, on one process or many.

Attribution and segmentation look at one speech at a time, so speeches travel in partitions, each a pure function of its rows.
Its result lies in the cache under the hash of program, models and input: an unchanged partition is read, never computed again,
and a walk that was killed goes on where it stopped. Themes and the diff need both sides at once and come after.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import cache as caching
from pipeline import executors, language, sides
from pipeline.encode import Encoder, load
from pipeline.partitions import Progress, computed, cuts, partitions
from pipeline.records import MENTIONS, SEGMENTS, SPEECHES, STANCES, Diff, Theme, Timeline, conform
from pipeline.settings import STAGE_VERSION

PAIRS = 256
"""(segment, target) pairs of a part: two seconds of the stance model."""


@dataclass(frozen=True)
class Walk:
    """Everything that a walk made: the tables, the themes, the diff, and the speeches that failed (speech_id, error).

    ``diff`` is a :class:`pipeline.records.Timeline` where no sides were named.
    """

    speeches: pd.DataFrame
    segments: pd.DataFrame
    mentions: pd.DataFrame
    stances: pd.DataFrame
    themes: tuple[Theme, ...]
    diff: Diff | Timeline
    failed: pd.DataFrame


def digest(part: pd.DataFrame) -> str:
    """Name of the segments of a partition: a hash over the program, the models and the rows themselves."""
    rows = caching.rows_bytes(conform(part, SPEECHES), SPEECHES)
    program = caching.program("speakers", "tokenise")
    models = (language.model_card("punkt")["sha256"], language.pipeline_package())
    return caching.key("segments", STAGE_VERSION, program, *models, rows)


def segments_of(part: pd.DataFrame) -> pd.DataFrame:
    """Attribute and segment one partition; a speech that fails is one row with its reason in the column ``error``."""
    from pipeline.speakers import attribute
    from pipeline.tokenise import segment

    try:
        return segment(attribute(part))
    except Exception as error:  # one bad speech must not cost the partition: find it, and keep the others
        if len(part) == 1:
            return _error(part, f"{type(error).__name__}: {error}")
    return pd.concat([segments_of(part.iloc[[row]].reset_index(drop=True)) for row in range(len(part))], ignore_index=True)


def _error(part: pd.DataFrame, reason: str) -> pd.DataFrame:
    """The row that stands for the segments of a speech that has none."""
    row = pd.DataFrame([{"speech_id": part["speech_id"].iloc[0], "error": reason}])
    return conform(row.reindex(columns=[*SEGMENTS.schema.names, "error"]), SEGMENTS)


def segments_file(part: pd.DataFrame, path: str) -> str:
    """Write the segments of a partition to ``path`` and return it; with a failed speech among them, they are not kept."""
    table = segments_of(part)
    if "error" in table.columns and table["error"].notna().any():
        path = str(Path(path).with_suffix(".failed"))
    caching.write(table, Path(path), SEGMENTS, metadata={"stage": "segments", "version": STAGE_VERSION})
    return path


def utter(
    speeches: pd.DataFrame, *, executor: str = "local", cache: Path | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Speeches to segments, partition by partition.

    Parameters
    ----------
    speeches : table of speeches.
    executor : ``auto``, ``local`` (this process), ``joblib`` (all cores), ``dask`` (workers here) or ``dask://host:port``.
    cache : folder of finished partitions; None keeps nothing.

    Returns
    -------
    The table of segments, and the speeches that failed as rows of ``speech_id`` and ``error``.
    """
    parts = list(partitions(speeches))
    return _utter(parts, [digest(part) for part in parts], executor=executor, cache=cache, progress=progress)


def _utter(
    parts: list[pd.DataFrame], names: list[str], *, executor: str, cache: Path | None, progress: Progress | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    say = partial(progress, "Who says what") if progress else None
    with _folder(cache, "segments") as folder:
        tables: list[pd.DataFrame] = [pd.DataFrame()] * len(parts)
        for number, result in computed(segments_file, parts, names, folder=folder, executor=executor, progress=say):
            tables[number] = _piecewise(parts[number], result, executor) if isinstance(result, executors.Died) else result
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=SEGMENTS.schema.names)
    wrong = table["error"].notna() if "error" in table.columns else pd.Series(False, index=table.index)
    failed = table.loc[wrong, ["speech_id", "error"]] if wrong.any() else pd.DataFrame({"speech_id": [], "error": []})
    return conform(table[~wrong].drop(columns="error", errors="ignore"), SEGMENTS), failed.reset_index(drop=True)


def _piecewise(part: pd.DataFrame, died: executors.Died, executor: str) -> pd.DataFrame:
    """The segments of a partition that killed its worker, speech by speech; the one that does it is a row with the reason."""
    if len(part) == 1:
        return _error(part, died.reason)
    singles = [part.iloc[[row]].reset_index(drop=True) for row in range(len(part))]
    tables = list(singles)
    with tempfile.TemporaryDirectory() as folder:
        names = [digest(single) for single in singles]
        for number, result in computed(segments_file, singles, names, folder=Path(folder), executor=executor):
            tables[number] = _error(singles[number], result.reason) if isinstance(result, executors.Died) else result
    return pd.concat(tables, ignore_index=True)


@contextmanager
def _folder(cache: Path | None, stage: str) -> Iterator[Path]:
    """The folder of a stage in the cache, or one that vanishes."""
    if cache is not None:
        yield cache / stage
    else:
        with tempfile.TemporaryDirectory() as scratch:
            yield Path(scratch)


def mention(
    segments: pd.DataFrame,
    *,
    made_of: Sequence[str],
    codebook: str | Path | None,
    themes: str | int,
    encoder: str | Encoder | None,
    cache: Path | None,
) -> tuple[pd.DataFrame, tuple[Theme, ...]]:
    """Code segments for themes, or read what was coded before.

    Parameters
    ----------
    made_of : keys that the segments have in the cache, in order; with the options they name the result.
    """
    from pipeline.topics import code

    chosen = load(encoder)
    known = getattr(chosen, "sha256", None)
    path = None
    if cache is not None and known is not None:
        book = Path(codebook).read_bytes() if codebook else b""
        program = caching.program("topics", "encode", "minilm", "vectors")
        name = caching.key("mentions", program, str(known), repr(themes), book, *made_of)
        path = cache / "mentions" / f"{name}.table"
        if (found := caching.read(path)) is not None:
            stored = json.loads(found[1]["themes"])
            return conform(found[0], MENTIONS), tuple(Theme(**{**row, "terms": tuple(row["terms"])}) for row in stored)
    mentions, made = code(segments, codebook=codebook, themes=themes, encoder=chosen)
    if path is not None:
        listed = json.dumps([asdict(theme) for theme in made])
        caching.write(mentions, path, MENTIONS, metadata={"stage": "mentions", "themes": listed})
    return mentions, made


def stances_file(pairs: pd.DataFrame, path: str) -> str:
    """Write the stances of some pairs to ``path`` and return it."""
    from pipeline.stance import tag

    caching.write(tag(pairs), Path(path), STANCES, metadata={"stage": "stances"})
    return path


def take_stances(
    pairs: pd.DataFrame, *, executor: str = "local", cache: Path | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """The stances of pairs (:func:`pipeline.stance.find_targets`), in parts that are computed once.

    Raises
    ------
    OSError
        When a worker dies of a part again and again.
    """
    if pairs.empty:
        return _no_stances()
    spans = list(cuts(pairs["text"].astype(str), [1] * len(pairs), size=PAIRS))
    parts = [pairs.iloc[first:last].reset_index(drop=True) for first, last in spans]
    made_of = ("stances", caching.program("stance"), language.model_card("stance")["sha256"])
    names = [caching.key(*made_of, caching.rows_bytes(part)) for part in parts]
    tables: list[pd.DataFrame] = [pd.DataFrame()] * len(parts)
    say = partial(progress, "Stances") if progress else None
    with _folder(cache, "stances") as folder:
        for number, result in computed(stances_file, parts, names, folder=folder, executor=executor, progress=say):
            if isinstance(result, executors.Died):
                raise OSError(f"The stances of {len(parts[number])} segments could not be read: {result.reason}.")
            tables[number] = conform(result, STANCES)
    return pd.concat(tables, ignore_index=True)


def walk(
    speeches: pd.DataFrame,
    *,
    by: str,
    before: str | None = None,
    after: str | None = None,
    order: str | Sequence[str] | None = None,
    codebook: str | Path | None = None,
    themes: str | int = "auto",
    targets: Sequence[str] | str | Path | None = None,
    stance: bool = True,
    modes: Sequence[str] | None = None,
    corrections: str | Path | None = None,
    encoder: str | Encoder | None = None,
    executor: str = "local",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Walk:
    """From speeches to a diff of themes: of two sides, or of all groups where no sides are named.

    Parameters
    ----------
    speeches : table of speeches, as :func:`pipeline.ingest.read_speeches` makes it; only those compared are used.
    by, before, after : the grouping variable and its two sides: a value, a list ``a,b``, or a range ``2009-2016``.
    order : without sides, which groups and in which order (:func:`pipeline.diff.follow`).
    codebook : TOML file of themes to code by; None discovers them.
    themes : how many themes to discover, or ``auto``.
    targets : names to tag stances on, or a file of them; None finds them in the text.
    stance : False leaves the stances out.
    modes : the modes of speech that count; None is what the president says, and all prose where the corpus names no president.
    corrections : file of decisions changed by hand, as the report saves it (:mod:`pipeline.corrections`).
    encoder : name of an encoder, or an object with ``encode``; the work of one without ``sha256`` is not cached.
    executor : see :func:`pipeline.executors.run`.
    cache : folder of what was computed before; None keeps nothing.

    Raises
    ------
    ValueError
        When a side names no speech, one side is named without the other, or nothing that counts is left on one.
    """
    from pipeline.diff import compare, follow
    from pipeline.stance import find_targets

    say = progress or (lambda *_: None)
    chosen = _compared(speeches, by, before, after, order)
    parts = list(partitions(chosen))
    names = [digest(part) for part in parts]
    segments, failed = _utter(parts, names, executor=executor, cache=cache, progress=progress)
    if segments.empty:
        raise ValueError(f"The {len(chosen)} speeches must hold some prose. Got none that could be cut into sentences.")
    counted = segments[segments["mode"] != "furniture"].reset_index(drop=True)
    say("Themes", 0, 1)
    made_of = [*names, "failed", *failed["speech_id"]]
    mentions, found = mention(counted, made_of=made_of, codebook=codebook, themes=themes, encoder=encoder, cache=cache)
    say("Themes", 1, 1)
    stances = None
    if stance:
        wanted = mentions if modes is None else mentions[mentions["mode"].isin(modes)].reset_index(drop=True)
        stances = take_stances(find_targets(wanted, found, targets=targets), executor=executor, cache=cache, progress=progress)
    by_hand: tuple[str, ...] = ()
    if corrections:
        from pipeline import corrections as marked

        known = stances if stances is not None else _no_stances()
        mentions, corrected, n = marked.apply(mentions, known, marked.read(corrections), themes=found)
        stances = corrected if stance else None
        by_hand = (f"{n} decision{'' if n == 1 else 's'} of the tool changed by hand.",)
    diff: Diff | Timeline
    if before is not None and after is not None:
        diff = compare(mentions, by=by, before=before, after=after, stances=stances, themes=found, modes=modes)
    else:
        diff = follow(mentions, by=by, order=order, themes=found, modes=modes)
    options = {
        "codebook": Path(codebook).name if codebook else None,
        "themes": themes,
        "targets": list(targets) if isinstance(targets, (list, tuple)) else (Path(str(targets)).name if targets else None),
        "stance": stance,
        "corrections": Path(corrections).name if corrections else None,
        "encoder": getattr(load(encoder), "name", type(encoder).__name__),
    }
    diff = replace(diff, settings={**diff.settings, **options}, models=models(stance=stance), notes=(*diff.notes, *by_hand))
    return Walk(chosen, segments, mentions, stances if stances is not None else _no_stances(), found, diff, failed)


def _compared(
    speeches: pd.DataFrame, by: str, before: str | None, after: str | None, order: str | Sequence[str] | None
) -> pd.DataFrame:
    """The speeches of the two sides, or of the groups in ``order``, or of all groups."""
    if before is not None and after is not None:
        one, other = sides.pair(speeches, by, before, after)
        return speeches[one | other].reset_index(drop=True)
    if before is not None or after is not None:
        raise ValueError(f"Both sides must be named, or neither. Got {before or after!r} alone.")
    known = sides.values_of(speeches, by)
    named = known if order is None or isinstance(order, str) else order
    wanted = {value for name in named for value in sides.members(known, name, by=by)}
    return speeches[speeches[by].map(lambda value: pd.notna(value) and sides.text_of(value) in wanted)].reset_index(drop=True)


def _no_stances() -> pd.DataFrame:
    return conform(pd.DataFrame(columns=STANCES.schema.names), STANCES)


def models(*, stance: bool) -> tuple[dict, ...]:
    """Name, version and hash of the committed models that a walk rests on."""
    names = ("punkt", "encoder", "stance") if stance else ("punkt", "encoder")
    return tuple(language.model_card(name) for name in names)
