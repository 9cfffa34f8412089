"""Document variables in a table beside the texts: ``docvars.csv`` or ``metadata.csv`` (.tsv too) in a folder without manifest.

A row belongs to the file that its ``doc_id`` (or ``id``, ``speech_id``, ``file``, ``filename``, ``path``) names, with or
without ending; the other columns are variables of the document. This is how quanteda and readtext users keep theirs.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.ingest import files
from pipeline.ingest.formats import ending, stem
from pipeline.ingest.tables import read_frame
from pipeline.settings import Limits

NAMES = ("docvars.csv", "docvars.tsv", "metadata.csv", "metadata.tsv")
KEYS = ("doc_id", "speech_id", "id", "file", "filename", "path")
NOT_VARIABLES = frozenset(("text", "speech_id", "source", "sha256", "turns", "aliases"))
"""Columns that the reader fills itself."""


def variables(folder: Path, limits: Limits) -> dict[str, dict[str, object]]:
    """Variables by the name that a row gives, with and without ending; empty without such a table.

    Raises
    ------
    ValueError
        When the table cannot be read, names no document, or names one twice.
    """
    found = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if found is None:
        return {}
    try:
        frame = read_frame(files.read_bytes(found, limits), ending(found.name), limits)
    except ValueError as error:
        raise ValueError(f"{found.name}: {error}") from None
    key = next((name for name in KEYS if name in frame.columns), None)
    if key is None:
        raise ValueError(f"{found.name}: No column that names the document. It must be one of {', '.join(KEYS)}.")
    kept = [name for name in frame.columns if name != key and name not in NOT_VARIABLES]
    rows: dict[str, dict[str, object]] = {}
    for number, row in enumerate(frame.to_dict("records"), 2):
        name = str(row[key]).removeprefix("./") if pd.notna(row[key]) else ""
        if not name or name in rows:
            raise ValueError(f"{found.name}:{number}: The column {key!r} must name each document once. Got {name!r}.")
        rows[name] = {column: row[column] if pd.notna(row[column]) else None for column in kept}
    return {**{stem(name): row for name, row in rows.items()}, **rows}
