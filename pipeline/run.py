"""The whole walk: partitions of speeches through the stages, cached by content, on one process or many.

Attribution and segmentation look at one speech at a time, so speeches travel in partitions, each a pure function of its rows.
Its result lies in the cache under the hash of version, models and input: an unchanged partition is read, never computed again,
and a walk that was killed goes on where it stopped. Themes and the diff need both sides at once and come after.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa

from pipeline import language, sides, store
from pipeline.records import COUNTED_MODES, SEGMENTS, SPEECHES, Diff, Theme, conform
from pipeline.settings import PARTITION_CHARACTERS, STAGE_VERSION

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and how many there are."""


class Encoder(Protocol):
    """Whatever turns sentences into vectors of shape (n, d)."""

    def encode(self, sentences: list[str]) -> object: ...


@dataclass(frozen=True)
class Walk:
    """Everything that a walk made: the tables, the themes, the diff, and the speeches that failed (speech_id, error)."""

    speeches: pd.DataFrame
    segments: pd.DataFrame
    mentions: pd.DataFrame
    stances: pd.DataFrame
    themes: tuple[Theme, ...]
    diff: Diff
    failed: pd.DataFrame


def partitions(speeches: pd.DataFrame, *, characters: int = PARTITION_CHARACTERS) -> Iterator[pd.DataFrame]:
    """Runs of whole speeches of about ``characters`` code points of text each, in order."""
    sizes = speeches["text"].str.len().fillna(0).astype("int64")
    number = sizes.cumsum().sub(1).clip(lower=0).floordiv(characters)
    for _, part in speeches.groupby(number, sort=True):
        yield part.reset_index(drop=True)


def digest(part: pd.DataFrame) -> str:
    """Name of a partition's result: BLAKE2b over the version, the models and the rows themselves."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, (table := store.to_arrow(conform(part, SPEECHES), SPEECHES)).schema) as writer:
        writer.write_table(table)
    state = hashlib.blake2b(digest_size=16)
    state.update(f"segments {STAGE_VERSION} {language.model_card('punkt')['sha256']} {language.pipeline_package()}".encode())
    state.update(sink.getbuffer())
    return state.hexdigest()


def segments_of(part: pd.DataFrame) -> pd.DataFrame:
    """Attribute and segment one partition; a speech that fails is one row with its reason in the column ``error``."""
    from pipeline.speakers import attribute
    from pipeline.tokenise import segment

    try:
        return segment(attribute(part))
    except Exception as error:  # one bad speech must not cost the partition: find it, and keep the others
        if len(part) == 1:
            reason = f"{type(error).__name__}: {error}"
            return conform(pd.DataFrame([{"speech_id": part["speech_id"].iloc[0], "error": reason}]).reindex(
                columns=[*SEGMENTS.schema.names, "error"]), SEGMENTS)
    return pd.concat([segments_of(part.iloc[[row]].reset_index(drop=True)) for row in range(len(part))], ignore_index=True)


def segments_file(part: pd.DataFrame, path: str) -> str:
    """Compute the segments of a partition into ``path``, and return it."""
    store.write(segments_of(part), path, SEGMENTS, metadata={"stage": "segments", "version": STAGE_VERSION})
    return path


def utter(
    speeches: pd.DataFrame, *, executor: str = "local", cache: Path | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Speeches to segments, partition by partition.

    Parameters
    ----------
    speeches : table of speeches.
    executor : ``local`` (this process), ``joblib`` (all cores), ``dask`` (workers here) or ``dask://host:port``.
    cache : folder of finished partitions; None keeps nothing.

    Returns
    -------
    The table of segments, and the speeches that failed as rows of ``speech_id`` and ``error``.
    """
    import tempfile

    from pipeline import executors

    parts = list(partitions(speeches))
    with tempfile.TemporaryDirectory() as scratch:
        folder = (cache / "segments") if cache else Path(scratch)
        paths = [folder / f"{digest(part)}.parquet" for part in parts]
        missing = [(part, str(path)) for part, path in zip(parts, paths, strict=True) if not path.exists()]
        done = len(parts) - len(missing)
        if progress:
            progress("Who says what", done, len(parts))
        for _ in executors.run(segments_file, missing, executor=executor):
            done += 1
            if progress:
                progress("Who says what", done, len(parts))
        frames = [store.read(path) for path in paths]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=SEGMENTS.schema.names)
    wrong = table["error"].notna() if "error" in table.columns else pd.Series(False, index=table.index)
    failed = table.loc[wrong, ["speech_id", "error"]] if wrong.any() else pd.DataFrame({"speech_id": [], "error": []})
    return conform(table[~wrong].drop(columns="error", errors="ignore"), SEGMENTS), failed.reset_index(drop=True)


def walk(
    speeches: pd.DataFrame,
    *,
    by: str,
    before: str,
    after: str,
    codebook: str | Path | None = None,
    themes: str | int = "auto",
    targets: Sequence[str] | str | Path | None = None,
    stance: bool = True,
    modes: Sequence[str] = COUNTED_MODES,
    encoder: Encoder | None = None,
    executor: str = "local",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Walk:
    """From speeches to a diff of themes.

    Parameters
    ----------
    speeches : table of speeches, as :func:`pipeline.ingest.read_speeches` makes it; only those of the two sides are used.
    by, before, after : the grouping variable and its two sides: a value, a list ``a,b``, or a range ``2009-2016``.
    codebook : TOML file of themes to code by; None discovers them.
    themes : how many themes to discover, or ``auto``.
    targets : names to tag stances on, or a file of them; None finds them in the text.
    stance : False leaves the stances out.
    modes : the modes of speech that count.

    Raises
    ------
    ValueError
        When a side names no speech, or nothing that counts is left on one.
    """
    from pipeline.diff import compare
    from pipeline.stance import find_targets, tag
    from pipeline.topics import code

    say = progress or (lambda *_: None)
    one, other = sides.pair(speeches, by, before, after)
    chosen = speeches[one | other].reset_index(drop=True)
    segments, failed = utter(chosen, executor=executor, cache=cache, progress=progress)
    if segments.empty:
        raise ValueError(f"The {len(chosen)} speeches must hold some prose. Got none that could be cut into sentences.")
    counted = segments[segments["mode"] != "furniture"].reset_index(drop=True)
    say("Themes", 0, 1)
    mentions, found = code(counted, codebook=codebook, themes=themes, encoder=encoder)
    say("Themes", 1, 1)
    stances = None
    if stance:
        say("Stances", 0, 1)
        wanted = mentions[mentions["mode"].isin(modes)].reset_index(drop=True)
        stances = tag(find_targets(wanted, found, targets=targets))
        say("Stances", 1, 1)
    diff = compare(mentions, by=by, before=before, after=after, stances=stances, themes=found, modes=modes)
    options = {
        "codebook": Path(codebook).name if codebook else None,
        "themes": themes,
        "targets": list(targets) if isinstance(targets, (list, tuple)) else (Path(targets).name if targets else None),
        "stance": stance,
        "encoder": type(encoder).__name__ if encoder is not None else "static",
    }
    diff = replace(diff, settings={**diff.settings, **options}, models=models(stance=stance))
    return Walk(chosen, segments, mentions, stances if stances is not None else _no_stances(), found, diff, failed)


def _no_stances() -> pd.DataFrame:
    from pipeline.records import STANCES

    return conform(pd.DataFrame(columns=STANCES.schema.names), STANCES)


def models(*, stance: bool) -> tuple[dict, ...]:
    """Name, version and hash of the committed models that a walk rests on."""
    names = ("punkt", "encoder", "stance") if stance else ("punkt", "encoder")
    return tuple(language.model_card(name) for name in names)
