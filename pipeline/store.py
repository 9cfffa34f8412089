"""Tables at rest: atomic Parquet, JSON Lines and CSV, chosen by the ending of the path, ``.gz`` read and written too.

A file appears whole or not at all: it is written beside its place and renamed.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import Table, conform

ENDINGS = (".parquet", ".jsonl", ".csv")


def ending(path: str | Path) -> str:
    """The format of ``path``: one of ``ENDINGS`` (``.gz`` behind it is looked through).

    Raises ``ValueError`` for any other ending.
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if not suffixes or suffixes[-1] not in ENDINGS:
        raise ValueError(f"The file {str(path)!r} must end in one of {', '.join(ENDINGS)} (.gz may follow).")
    return suffixes[-1]


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well and vanishes otherwise."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` as UTF-8, atomically; line ends are kept as they are."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write ``content`` atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def read(path: str | Path, table: Table | None = None) -> pd.DataFrame:
    """Read a table.

    Parameters
    ----------
    path : file that ends in .parquet, .jsonl or .csv, ``.gz`` allowed behind the last two.
    table : the declared table that it must conform to; None takes any columns.

    Raises
    ------
    ValueError
        When the ending is unknown, a line is not what it should be (named by number), or a column is missing.
    OSError
        When the file cannot be read.
    """
    kind = ending(path)
    try:
        frame = (
            pq.read_table(path).to_pandas()
            if kind == ".parquet"
            else pd.DataFrame(read_rows(path) if kind == ".jsonl" else _read_csv(path))
        )
    except (
        pa.ArrowInvalid,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        gzip.BadGzipFile,
        EOFError,
    ) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: the file must be a readable {kind[1:]} table ({reason}).") from None
    frame = frame.astype(object).where(frame.notna(), None) if frame.empty else frame
    try:
        return frame if table is None else conform(frame, table)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _open(path: str | Path) -> io.TextIOBase:
    opener = gzip.open if str(path).endswith(".gz") else open
    return opener(path, "rt", encoding="utf-8-sig", newline="")


def _read_csv(path: str | Path) -> pd.DataFrame:
    with _open(path) as lines:
        return pd.read_csv(lines, dtype=str, keep_default_na=False, na_values=[""])


def read_rows(path: str | Path) -> list[dict]:
    """The objects of a JSON Lines file, in order; a line that is no object is a ``ValueError`` that names it."""
    return list(_objects(path))


def _objects(path: str | Path) -> Iterator[dict]:
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}:{number}: the line must be a JSON object ({error.msg}).") from None
            if not isinstance(row, dict):
                raise ValueError(f"{path}:{number}: the line must be a JSON object. Got {type(row).__name__}.")
            yield row


def columns(path: str | Path, *, rows: int = 50) -> list[str]:
    """Names of the columns of a table, read from its head only: of JSON Lines the keys of the first ``rows`` objects.

    Raises ``ValueError`` for an unknown ending or a line that is no JSON object, ``OSError`` when the file cannot be read.
    """
    kind = ending(path)
    if kind == ".parquet":
        try:
            return list(pq.read_schema(path).names)
        except pa.ArrowInvalid as error:
            raise ValueError(f"{path}: the file must be a readable parquet table ({error}).") from None
    if kind == ".csv":
        with _open(path) as lines:
            return next(csv.reader(lines), [])
    return list(dict.fromkeys(key for row in itertools.islice(_objects(path), rows) for key in row))


def write(
    frame: pd.DataFrame, path: str | Path, table: Table | None = None, *, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a table atomically, in the format of the path's ending.

    Parameters
    ----------
    frame : the table; conformed to ``table`` first when that is given.
    metadata : short texts (stage, version) for the schema metadata of a Parquet file; other formats have no place for them.
    """
    kind = ending(path)
    frame = frame if table is None else conform(frame, table)
    with replacing(path) as temporary:
        if kind == ".parquet":
            pq.write_table(to_arrow(frame, table, metadata), temporary, compression="zstd")
        elif kind == ".jsonl":
            _write_lines(frame.to_dict("records"), temporary, compress=str(path).endswith(".gz"))
        else:
            content = frame.to_csv(index=False, lineterminator="\n").encode("utf-8")
            temporary.write_bytes(gzip.compress(content, mtime=0) if str(path).endswith(".gz") else content)


def write_rows(rows: list[dict], path: str | Path) -> None:
    """Write nested rows as JSON Lines, atomically."""
    if ending(path) != ".jsonl":
        write(pd.DataFrame([{key: _flat(value) for key, value in row.items()} for row in rows]), path)
        return
    with replacing(path) as temporary:
        _write_lines(rows, temporary, compress=str(path).endswith(".gz"))


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _write_lines(rows: list[dict], path: Path, *, compress: bool) -> None:
    content = "".join(json.dumps({k: _plain(v) for k, v in row.items()}, ensure_ascii=False) + "\n" for row in rows).encode(
        "utf-8"
    )
    path.write_bytes(gzip.compress(content, mtime=0) if compress else content)


def _plain(value: object) -> object:
    """A value as JSON knows it; a missing one is None."""
    if isinstance(value, (list, dict, tuple)):
        return value
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def to_arrow(frame: pd.DataFrame, table: Table | None, metadata: Mapping[str, str] | None = None) -> pa.Table:
    """The Arrow table of ``frame``; columns of ``table`` have their declared types, docvars the inferred ones."""
    names = list(frame.columns)
    declared = {spec.name: spec.type for spec in table.schema} if table else {}
    arrays = [pa.array(frame[name].array, type=declared.get(name), from_pandas=True) for name in names]
    arrow = pa.table(arrays, names=names)
    return arrow.replace_schema_metadata({key: str(value) for key, value in (metadata or {}).items()})
