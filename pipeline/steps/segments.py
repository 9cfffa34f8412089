"""Speeches to segments, partition by partition: who says what, in sentences.

Attribution and segmentation look at one speech at a time, so a partition's segments are a pure function of its rows and lie in
the cache under the hash of program, models and rows.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import cache as caching
from pipeline import executors, language
from pipeline.partitions import Progress, computed, folder_of, partitions
from pipeline.records import SEGMENTS, SPEECHES, conform
from pipeline.settings import STAGE_VERSION


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
    parts, names = named(speeches)
    return utter_parts(parts, names, executor=executor, cache=cache, progress=progress)


def named(speeches: pd.DataFrame) -> tuple[list[pd.DataFrame], list[str]]:
    """The partitions of speeches, and the names of their segments in the cache."""
    parts = list(partitions(speeches))
    return parts, [digest(part) for part in parts]


def utter_parts(
    parts: list[pd.DataFrame], names: list[str], *, executor: str, cache: Path | None, progress: Progress | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same for partitions that have their names already."""
    say = partial(progress, "Who says what") if progress else None
    with folder_of("segments", cache) as folder:
        tables: list[pd.DataFrame] = [pd.DataFrame()] * len(parts)
        for number, result in computed(segments_file, parts, names, folder=folder, executor=executor, progress=say):
            tables[number] = piecewise(parts[number], result, executor) if isinstance(result, executors.Died) else result
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=SEGMENTS.schema.names)
    wrong = table["error"].notna() if "error" in table.columns else pd.Series(False, index=table.index)
    failed = table.loc[wrong, ["speech_id", "error"]] if wrong.any() else pd.DataFrame({"speech_id": [], "error": []})
    return conform(table[~wrong].drop(columns="error", errors="ignore"), SEGMENTS), failed.reset_index(drop=True)


def piecewise(part: pd.DataFrame, died: executors.Died, executor: str) -> pd.DataFrame:
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
