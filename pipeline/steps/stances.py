"""Pairs of segment and target to stances, in parts that are read once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import executors, language
from pipeline.cache import names, tables
from pipeline.partitions import Progress, computed, cuts, folder_of
from pipeline.records import STANCES, conform

PAIRS = 256
"""(segment, target) pairs of a part: two seconds of the stance model."""


def stances_file(pairs: pd.DataFrame, path: str) -> str:
    """Write the stances of some pairs to ``path`` and return it."""
    from pipeline.stance import tag

    tables.write(tag(pairs), Path(path), STANCES, metadata={"stage": "stances"})
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
        return no_stances()
    spans = list(cuts(pairs["text"].astype(str), [1] * len(pairs), size=PAIRS))
    parts = [pairs.iloc[first:last].reset_index(drop=True) for first, last in spans]
    made_of = ("stances", names.program("stance"), language.model_card("stance")["sha256"])
    keys = [names.key(*made_of, tables.rows_bytes(part)) for part in parts]
    found: list[pd.DataFrame] = [pd.DataFrame()] * len(parts)
    say = partial(progress, "Stances") if progress else None
    with folder_of("stances", cache) as folder:
        for number, result in computed(stances_file, parts, keys, folder=folder, executor=executor, progress=say):
            if isinstance(result, executors.Died):
                raise OSError(f"The stances of {len(parts[number])} segments could not be read: {result.reason}.")
            found[number] = conform(result, STANCES)
    return pd.concat(found, ignore_index=True)


def no_stances() -> pd.DataFrame:
    """A table of stances without a row."""
    return conform(pd.DataFrame(columns=STANCES.schema.names), STANCES)
