"""The nouns of the house: the five tables that travel between stages, and the results of a comparison.

A table is a :class:`pandas.DataFrame` that conforms to a declared :class:`Table`; document variables of the corpus
(``presidency``, ``party``, ``year`` ...) travel behind its own columns. A result is a frozen dataclass.
Offsets are half-open, in Unicode code points of the decoded source, and hold ``text == speech.text[start:end]``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from html import escape
from typing import Any, Literal

import pandas as pd
import pyarrow as pa

from pipeline.modes import COUNTED_MODES as COUNTED_MODES
from pipeline.modes import MODES as MODES
from pipeline.modes import Mode as Mode

StanceLabel = Literal["favour", "against", "none"]
Change = Literal["appeared", "vanished", "more", "less", "same"]
"""What is in these texts; no claim about anything beyond them."""

Verdict = Literal["appeared", "vanished", "grew", "shrank", "stable", "unclear", "not_testable"]
"""What may be claimed of the two sides, given how much speeches of one side differ among themselves."""

StanceVerdict = Literal["towards_favour", "towards_against", "stable", "unclear", "not_testable"]


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


@dataclass(frozen=True)
class Theme:
    """A theme: ``id`` is its stable key in tables, ``label`` a noun phrase for people, ``terms`` its distinctive phrases."""

    id: str
    label: str
    terms: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval and, where a test was made, p and the false-discovery-rate adjusted q; None: not given."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None


@dataclass(frozen=True)
class Share:
    """How much of one side is about a theme: segments, speeches with any, the share of its segments (0 to 1) and interval."""

    n_segments: int
    n_speeches: int
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Evidence:
    """A quotation that a statement rests on; ``speech.text[start:end] == text``."""

    speech_id: str
    side: Literal["before", "after"]
    start: int
    end: int
    text: str
    speaker: str | None
    mode: str
    target: str | None = None
    stance: str | None = None
    probability: float | None = None


@dataclass(frozen=True)
class StanceCount:
    """Stances of one side on a theme or target: segments in favour, against and with none, and the mean of favour minus
    against over its speeches (-1 to 1; None without any)."""

    favour: int
    against: int
    none: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class StanceDiff:
    """Where the stance stood and stands; ``difference`` is after minus before on the scale -1 to 1."""

    before: StanceCount
    after: StanceCount
    difference: Estimate
    verdict: StanceVerdict


@dataclass(frozen=True)
class ThemeDiff:
    """A theme (or a named target) on the two sides; only ``verdict`` claims."""

    id: str
    label: str
    terms: tuple[str, ...]
    before: Share
    after: Share
    difference: Estimate
    change: Change
    verdict: Verdict
    stance: StanceDiff | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its value of the grouping variable, and how much text it rests on."""

    name: str
    n_speeches: int
    n_segments: int
    words: int
    speakers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diff:
    """The whole answer: what changed between two sides, theme by theme and target by target."""

    by: str
    before: Side
    after: Side
    themes: tuple[ThemeDiff, ...]
    positions: tuple[ThemeDiff, ...] = ()
    settings: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    models: tuple[dict, ...] = ()
    notes: tuple[str, ...] = ()
    schema_version: int = 1

    def to_dict(self) -> dict[str, Any]:
        """The whole answer as plain dictionaries and lists, as in ``diff.json``."""
        return asdict(self)

    def to_frame(self, *, positions: bool = False) -> pd.DataFrame:
        """One row a theme (or a named target): counts and shares of both sides, the difference, p, q, change and verdict."""
        return pd.DataFrame([_row(theme) for theme in (self.positions if positions else self.themes)], columns=list(_COLUMNS))

    def evidence(self, theme: str) -> pd.DataFrame:
        """The quotations of a theme or a named target, by its id or label.

        Raises
        ------
        ValueError
            When there is no such theme or target.
        """
        columns = [spec.name for spec in fields(Evidence)]
        for entry in (*self.themes, *self.positions):
            if theme in (entry.id, entry.label):
                return pd.DataFrame([asdict(quotation) for quotation in entry.evidence], columns=columns)
        known = ", ".join(entry.label for entry in self.themes[:12])
        raise ValueError(f"No theme named {theme!r}. Available: {known}{' ...' if len(self.themes) > 12 else ''}.")

    def _repr_html_(self) -> str:
        """A table for notebooks; all text is escaped."""
        shown = self.to_frame().drop(columns=["id", "p", "speeches_before", "speeches_after"])
        title = f"{self.before.name} ({self.before.n_speeches} speeches) and {self.after.name} ({self.after.n_speeches} speeches)"
        return f"<p>{escape(title)}</p>{shown.to_html(index=False, float_format='{:.3f}'.format, na_rep='')}"


_COLUMNS = (
    "id",
    "label",
    "n_before",
    "n_after",
    "speeches_before",
    "speeches_after",
    "share_before",
    "share_after",
    "difference",
    "low",
    "high",
    "p",
    "q",
    "change",
    "verdict",
    "stance_before",
    "stance_after",
    "stance_verdict",
)


def _row(theme: ThemeDiff) -> tuple[object, ...]:
    """The values of ``_COLUMNS``."""
    one, other, gap, stance = theme.before, theme.after, theme.difference, theme.stance
    return (
        theme.id,
        theme.label,
        one.n_segments,
        other.n_segments,
        one.n_speeches,
        other.n_speeches,
        one.share,
        other.share,
        gap.value,
        gap.low,
        gap.high,
        gap.p,
        gap.q,
        theme.change,
        theme.verdict,
        stance.before.mean if stance else None,
        stance.after.mean if stance else None,
        stance.verdict if stance else None,
    )
