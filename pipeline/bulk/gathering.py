"""The tables of many partitions as one Parquet file, of which one partition at a time is held."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store


def gather(parts: Iterable[str | Path], out: str | Path) -> None:
    """Write the Parquet files ``parts`` to ``out``, in order, a row group each; ``out`` appears whole or not at all.

    A column that is empty in one part and not in another has the type that it has in the other.
    """
    paths = [path for path in map(Path, parts) if path.exists()]
    if not paths:
        return
    schema = pa.unify_schemas([pq.read_schema(path).remove_metadata() for path in paths], promote_options="permissive")
    with store.replacing(out) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for path in paths:
            table = pq.read_table(path)
            missing = [field for field in schema if field.name not in table.column_names]
            for field in missing:
                table = table.append_column(field, pa.nulls(len(table), field.type))
            writer.write_table(table.select(schema.names).cast(schema))
