"""Tables of speeches: CSV, TSV, JSON Lines and Parquet, one row a speech; every other column is a document variable."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import settings
from pipeline.ingest.decoding import decode, utf8
from pipeline.settings import Limits

IDS = ("speech_id", "id", "doc_id")
"""Columns that name the speech, where none is given; the last is what quanteda and readtext write."""

TEXTS = ("text",)

MOST_SAID, MOST_SAID_CHARACTERS = 20, 40
"""Columns, and characters of a name, that a message shows: it is one line whatever the table's head holds."""


def read_table(
    raw: bytes, form: str, *, text: str | None, id: str | None, by: str | None, name: str, limits: Limits | None = None
) -> pd.DataFrame:
    """The rows of a table with the columns ``speech_id`` and ``text`` first, and all others behind as they are.

    Parameters
    ----------
    raw : the unpacked bytes.
    form : csv, tsv, jsonl or parquet.
    text, id : the columns with the text and the name of the speech; None takes the usual ones. Rows without a name are numbered.
    by : a column that must be there.
    name : of the table without its ending; numbered rows are named by it.
    limits : ``rows`` and ``columns`` at most.

    Raises
    ------
    ValueError
        When the file is no such table, a column is missing, or an id is given twice.
    """
    frame = read_frame(raw, form, limits)
    of_text = _column(frame, text, TEXTS, "text")
    of_id = _column(frame, id, IDS, "id", needed=id is not None)
    if by is not None:
        _column(frame, by, (), "by")
    ids = pd.Series([f"{name}-{number}" for number in range(1, len(frame) + 1)]) if of_id is None else frame[of_id]
    ids = pd.Series([_identifier(value, number) for number, value in enumerate(ids, 1)], index=frame.index, dtype=object)
    if ids.duplicated().any():
        first = ids[ids.duplicated()].iloc[0]
        raise ValueError(f"The column {of_id!r} must name each speech once. Got {first!r} in {int((ids == first).sum())} rows.")
    own = {of_text, of_id, "speech_id", "text"}
    rest = {column: frame[column] for column in frame.columns if column not in own}
    return pd.DataFrame({"speech_id": ids, "text": frame[of_text].astype(object), **rest}, index=frame.index)


def read_frame(raw: bytes, form: str, limits: Limits | None = None) -> pd.DataFrame:
    """The table as it is, its columns named by different texts; ``ValueError`` when the file is no such table."""
    limits = limits or settings.limits()
    try:
        frame = _READERS[form](raw, limits)
    except (pa.ArrowException, pd.errors.ParserError, pd.errors.EmptyDataError, OverflowError, RecursionError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"The file must be a readable {form} table ({reason}).") from None
    _at_most("columns", len(frame.columns), limits.columns)
    frame.columns = [str(column) for column in frame.columns]
    if len(set(frame.columns)) < len(frame.columns):
        twice = next(column for column in frame.columns if list(frame.columns).count(column) > 1)
        raise ValueError(f"The columns of a table must have different names. Got {twice!r} twice.")
    return frame


def _told(columns: list[str]) -> str:
    """Names of columns in one line, however many and whatever they hold."""
    names = [" ".join(name.split())[:MOST_SAID_CHARACTERS] for name in columns[:MOST_SAID]]
    more = f" and {len(columns) - MOST_SAID} more" if len(columns) > MOST_SAID else ""
    return ", ".join(names) + more if names else "none"


def _column(frame: pd.DataFrame, asked: str | None, usual: tuple[str, ...], option: str, *, needed: bool = True) -> str | None:
    if asked is None:
        asked = next((name for name in usual if name in frame.columns), None)
        if asked is None and not needed:
            return None
    if asked is None or asked not in frame.columns:
        wanted = asked if asked is not None else usual[0]
        raise ValueError(f"No column named {wanted!r} for --{option}. Available: {_told(list(frame.columns))}.")
    return asked


def _identifier(value: object, number: int) -> str:
    if value is None or value != value or value is pd.NA or not str(value).strip():
        raise ValueError(f"Row {number} must have an id. Got none.")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _at_most(what: str, number: int, most: int) -> None:
    """``ValueError`` when a table has more columns or rows than are accepted."""
    if number > most:
        raise ValueError(f"The table must have at most {most:,} {what}. Got {number:,}.")


def _separated(separator: str, raw: bytes, limits: Limits) -> pd.DataFrame:
    lines = utf8(raw)
    end = lines.find(b"\n")
    _at_most("columns", lines.count(separator.encode(), 0, end if end >= 0 else len(lines)) + 1, limits.columns)
    frame = pd.read_csv(
        io.BytesIO(lines), sep=separator, dtype=object, keep_default_na=False, na_values=[""], engine="c", nrows=limits.rows + 1
    )
    if len(frame) > limits.rows:
        raise ValueError(f"The table must have at most {limits.rows:,} rows. Got more.")
    return frame


def _lines(raw: bytes, limits: Limits) -> pd.DataFrame:
    rows: list[dict] = []
    names: dict[str, None] = {}
    for row in json_rows(decode(raw)):
        names.update(dict.fromkeys(row))
        _at_most("columns", len(names), limits.columns)
        rows.append(row)
        _at_most("rows", len(rows), limits.rows)
    return pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=["text"])


def json_rows(text: str) -> Iterator[dict]:
    """The objects of JSON Lines; a line that is no object is a ``ValueError`` that names it."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError, ValueError) as error:
            raise ValueError(f"Line {number} must be a JSON object ({getattr(error, 'msg', error)}).") from None
        if not isinstance(row, dict):
            raise ValueError(f"Line {number} must be a JSON object. Got {type(row).__name__}.")
        yield _whole(row) if "\\ud" in line or "\\uD" in line else row


def _whole(row: dict) -> dict:
    """The row with a mark of replacement for each half of a letter that stands alone, which no file could hold again."""
    written = json.dumps(row, ensure_ascii=False).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    whole: dict = json.loads(written)
    return whole


def _parquet(raw: bytes, limits: Limits) -> pd.DataFrame:
    file = pq.ParquetFile(io.BytesIO(raw))
    _at_most("columns", len(file.schema_arrow.names), limits.columns)
    _at_most("rows", file.metadata.num_rows, limits.rows)
    frame: pd.DataFrame = file.read().to_pandas()
    return frame


_READERS: dict[str, Callable[[bytes, Limits], pd.DataFrame]] = {
    "csv": lambda raw, limits: _separated(",", raw, limits),
    "tsv": lambda raw, limits: _separated("\t", raw, limits),
    "jsonl": _lines,
    "parquet": _parquet,
}
