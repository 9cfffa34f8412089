"""Speeches to segments, partition by partition: who says what, in sentences.

Attribution and segmentation look at one speech at a time, so a partition's segments are a pure function of its rows and lie in
the cache under the hash of program, models and rows.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import executors, language
from pipeline.cache import names, tables
from pipeline.partitions import Progress, computed, folder_of, partitions
from pipeline.records import SEGMENTS, SPEECHES, conform
from pipeline.settings import STAGE_VERSION


def digest(part: pd.DataFrame) -> str:
    """Name of the segments of a partition: a hash over the program, the models and the rows themselves."""
    rows = tables.rows_bytes(conform(part, SPEECHES), SPEECHES)
    program = names.program("speakers", "tokenise")
    models = (language.model_card("punkt")["sha256"], language.pipeline_package())
    return names.key("segments", STAGE_VERSION, program, *models, rows)


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
    tables.write(table, Path(path), SEGMENTS, metadata={"stage": "segments", "version": STAGE_VERSION})
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
    parts, keys = named(speeches)
    return utter_parts(parts, keys, executor=executor, cache=cache, progress=progress)


def named(speeches: pd.DataFrame) -> tuple[list[pd.DataFrame], list[str]]:
    """The partitions of speeches, and the names of their segments in the cache."""
    parts = list(partitions(speeches))
    return parts, [digest(part) for part in parts]


def utter_parts(
    parts: list[pd.DataFrame], keys: list[str], *, executor: str, cache: Path | None, progress: Progress | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same for partitions that have their names already."""
    say = partial(progress, "Who says what") if progress else None
    with folder_of("segments", cache) as folder:
        made: list[pd.DataFrame] = [pd.DataFrame()] * len(parts)
        for number, result in computed(segments_file, parts, keys, folder=folder, executor=executor, progress=say):
            made[number] = piecewise(parts[number], result, executor) if isinstance(result, executors.Died) else result
    table = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=SEGMENTS.schema.names)
    wrong = table["error"].notna() if "error" in table.columns else pd.Series(False, index=table.index)
    failed = table.loc[wrong, ["speech_id", "error"]] if wrong.any() else pd.DataFrame({"speech_id": [], "error": []})
    return conform(table[~wrong].drop(columns="error", errors="ignore"), SEGMENTS), failed.reset_index(drop=True)


def piecewise(part: pd.DataFrame, died: executors.Died, executor: str) -> pd.DataFrame:
    """The segments of a partition that killed its worker, speech by speech; the one that does it is a row with the reason."""
    if len(part) == 1:
        return _error(part, died.reason)
    singles = [part.iloc[[row]].reset_index(drop=True) for row in range(len(part))]
    made = list(singles)
    with tempfile.TemporaryDirectory() as folder:
        keys = [digest(single) for single in singles]
        for number, result in computed(segments_file, singles, keys, folder=Path(folder), executor=executor):
            made[number] = _error(singles[number], result.reason) if isinstance(result, executors.Died) else result
    return pd.concat(made, ignore_index=True)
