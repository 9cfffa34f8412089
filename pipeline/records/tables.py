"""The tables that travel between stages: one Arrow schema each, and what conforms to it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa


@dataclass(frozen=True)
class Table:
    """A kind of table: its name, the Arrow schema of its own columns, and those a reader may leave out."""

    name: str
    schema: pa.Schema
    optional: frozenset[str] = frozenset()


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


SPEECHES = Table(
    "speeches",
    _schema(
        speech_id=pa.string(),
        text=pa.large_string(),
        kind=pa.string(),
        date=pa.string(),
        title=pa.string(),
        source=pa.string(),
        sha256=pa.string(),
        president=pa.string(),
        default_speaker=pa.string(),
        aliases=pa.string(),
        turns=pa.large_string(),
        pages=pa.large_string(),
    ),
    frozenset({"kind", "date", "title", "source", "sha256", "president", "default_speaker", "aliases", "turns", "pages"}),
)
"""One row a document. ``date`` is ISO 8601. ``president`` is the name of whom the presidency belongs to; ``default_speaker``
a name, or "" for never assume; ``aliases`` JSON ``{name: {"aliases": [...], "pronouns": [...]}}`` (a plain list of
aliases is read too); ``turns`` JSON ``[{"start", "end", "speaker", "mode"}]`` where the source marks who speaks; ``pages``
JSON offsets at which the pages of a PDF begin."""

UTTERANCES = Table(
    "utterances",
    _schema(
        speech_id=pa.string(),
        start=pa.int64(),
        end=pa.int64(),
        text=pa.large_string(),
        speaker=pa.string(),
        speaker_start=pa.int64(),
        speaker_end=pa.int64(),
        mode=pa.string(),
        how=pa.string(),
        confidence=pa.float64(),
    ),
    frozenset({"speaker_start", "speaker_end"}),
)
"""One row a span with one speaker; the rows of a speech cover it from 0 to its length without overlap."""

SEGMENTS = Table(
    "segments",
    _schema(
        speech_id=pa.string(),
        start=pa.int64(),
        end=pa.int64(),
        text=pa.string(),
        position=pa.int64(),
        paragraph=pa.int64(),
        section=pa.string(),
        speaker=pa.string(),
        mode=pa.string(),
        n_words=pa.int64(),
        sentence=pa.string(),
    ),
    frozenset({"n_words", "sentence"}),
)
"""One row a counted unit, a sentence inside one utterance. ``position`` and ``paragraph`` count from 0 in a speech;
``section`` is the text of the heading above it or null. Where an utterance begins or ends inside a sentence (a reported
clause, a mixed quotation), ``sentence`` is the whole of it, so that a coder can read the frame; else it is null."""

MENTIONS = Table(
    "mentions",
    pa.schema([*SEGMENTS.schema, pa.field("theme", pa.string()), pa.field("weight", pa.float64()), pa.field("why", pa.string())]),
    SEGMENTS.optional,
)
"""One row a (segment, theme); a segment of no theme has one row with a null theme. ``why`` is literal or similar."""

STANCES = Table(
    "stances",
    _schema(
        speech_id=pa.string(),
        start=pa.int64(),
        end=pa.int64(),
        text=pa.string(),
        target=pa.string(),
        theme=pa.string(),
        label=pa.string(),
        p_favour=pa.float64(),
        p_against=pa.float64(),
        p_none=pa.float64(),
        holder=pa.string(),
        cue_start=pa.int64(),
        cue_end=pa.int64(),
        speaker=pa.string(),
        mode=pa.string(),
    ),
    frozenset({"theme", "cue_start", "cue_end"}),
)
"""One row a (segment, target). ``theme`` is null where the target belongs to none. The cue is where the stance stands,
in code points of the speech."""

TABLES = {table.name: table for table in (SPEECHES, UTTERANCES, SEGMENTS, MENTIONS, STANCES)}


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return ``frame`` with the columns of ``table`` first, in order and of their types, and the docvars behind.

    Raises
    ------
    ValueError
        When a column that ``table`` needs is absent, or holds values of another type.
    """
    missing = [name for name in table.schema.names if name not in frame.columns and name not in table.optional]
    if missing:
        raise ValueError(
            f"A table of {table.name} must have the column {missing[0]!r}. Got the columns: {', '.join(map(str, frame.columns))}."
        )
    columns = {}
    for spec in table.schema:
        values = frame[spec.name] if spec.name in frame.columns else pd.Series([None] * len(frame), index=frame.index)
        columns[spec.name] = _cast(values, spec, table)
    docvars = {name: frame[name] for name in frame.columns if name not in columns}
    return pd.DataFrame({**columns, **docvars}, index=frame.index).reset_index(drop=True)


def _cast(values: pd.Series, spec: pa.Field, table: Table) -> pd.Series:
    """A column as strings or None, nullable whole numbers, or floats."""
    if pa.types.is_string(spec.type) or pa.types.is_large_string(spec.type):
        return values.astype(object).where(values.notna(), None)
    try:
        numbers = pd.to_numeric(values)
    except (TypeError, ValueError):
        raise ValueError(f"The column {spec.name!r} of a table of {table.name} must hold numbers.") from None
    return (
        numbers.astype("Int64")
        if pa.types.is_integer(spec.type) and numbers.isna().any()
        else (numbers.astype("int64") if pa.types.is_integer(spec.type) else numbers.astype("float64"))
    )


def docvars(frame: pd.DataFrame, table: Table) -> list[str]:
    """Names of the columns of ``frame`` that are not ``table``'s own."""
    return [name for name in frame.columns if name not in table.schema.names]
