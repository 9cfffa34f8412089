"""The results of a comparison of two sides, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from html import escape
from typing import Any, Literal

import pandas as pd

StanceLabel = Literal["favour", "against", "none"]
Change = Literal["appeared", "vanished", "more", "less", "same"]
"""What is in these texts; no claim about anything beyond them."""

Verdict = Literal["appeared", "vanished", "grew", "shrank", "stable", "unclear", "not_testable"]
"""What may be claimed of the two sides, given how much speeches of one side differ among themselves."""

CLAIMS: frozenset[str] = frozenset({"appeared", "vanished", "grew", "shrank"})
"""Verdicts that claim a change."""

StanceVerdict = Literal["towards_favour", "towards_against", "stable", "unclear", "not_testable"]


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
    """A quotation that a statement rests on; ``speech.text[start:end] == text``. ``side`` is before, after, or a group's name."""

    speech_id: str
    side: str
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
class WordUse:
    """A word in its context: ``speech.text[start:end] == text``; ``left`` and ``right`` stand beside it in the same segment."""

    speech_id: str
    side: str
    start: int
    end: int
    left: str
    text: str
    right: str


@dataclass(frozen=True)
class KeyWord:
    """How a word is used within a theme on the two sides; only ``verdict`` claims.

    ``log_odds`` of its use after against before, with an informative prior (natural logarithm; above zero: more after). p and q
    test the speeches.
    """

    word: str
    uses_before: int
    uses_after: int
    speeches_before: int
    speeches_after: int
    log_odds: float
    p: float | None
    q: float | None
    verdict: Verdict
    contexts: tuple[WordUse, ...] = ()


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
    words: tuple[KeyWord, ...] = ()


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

    def words(self) -> pd.DataFrame:
        """One row a word of a theme: how often and in how many speeches each side uses it, its log-odds, p, q and verdict."""
        columns = ["theme", "label", *(spec.name for spec in fields(KeyWord) if spec.name != "contexts")]
        rows = [
            (theme.id, theme.label, *(getattr(word, name) for name in columns[2:]))
            for theme in self.themes
            for word in theme.words
        ]
        return pd.DataFrame(rows, columns=columns)

    def claims(self) -> bool:
        """Whether a change of any theme is claimed."""
        return any(theme.verdict in CLAIMS for theme in self.themes)

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
