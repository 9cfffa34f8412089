"""Tables of finished work under a seal: what was cut off, damaged or renamed is never believed."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.cache import names
from pipeline.records import Table


def rows_bytes(frame: pd.DataFrame, table: Table | None = None) -> bytes:
    """The rows of a table as bytes to hash: names, types and values of its columns, whatever its index."""
    sink = io.BytesIO()
    arrow = store.to_arrow(frame, table)
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow.combine_chunks())
    return sink.getvalue()


def write(frame: pd.DataFrame, path: Path, table: Table | None, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a table under its seal, atomically."""
    sink = io.BytesIO()
    pq.write_table(store.to_arrow(frame, table, metadata), sink, compression="zstd", compression_level=1)
    content = sink.getvalue()
    store.write_bytes(path, names.sealed(path, content))


def read(path: Path) -> tuple[pd.DataFrame, dict[str, str]] | None:
    """The table at ``path`` and its metadata; None when there is none, or its seal is broken (the file is then taken away)."""
    try:
        whole = path.read_bytes()
        os.utime(path)  # the time of last use, for pruning
    except FileNotFoundError:
        return None
    except OSError:
        whole = b"" if not path.is_file() else path.read_bytes()
    content = names.unsealed(path, whole)
    if content is None:
        path.unlink(missing_ok=True)
        return None
    table = pq.read_table(pa.BufferReader(content))
    said = {name.decode(): value.decode() for name, value in (table.schema.metadata or {}).items()}
    return table.to_pandas(), said
