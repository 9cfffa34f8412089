"""What the speakers stage hands out: spans of a text with who says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.records import Mode


@dataclass(frozen=True)
class Utterance:
    """A span of a text with one speaker; offsets are half-open, in code points.

    ``speaker`` is the resolved name, None when unknown or nobody's; ``speaker_start`` and ``speaker_end`` enclose the
    mention nearest the words; ``how`` names the rule; ``confidence`` (0 to 1) is the share of right speakers that the
    rule had on development data.
    """

    start: int
    end: int
    speaker: str | None
    speaker_start: int | None
    speaker_end: int | None
    mode: Mode
    how: str
    confidence: float


@dataclass(frozen=True)
class Mention:
    """Words that name a speaker: half-open offsets, their text, and the part of it that is a proper name."""

    start: int
    end: int
    text: str
    name: str | None = None
    head: str = ""
    """The noun that the mention turns on, in lower case: ``senator`` of "the senator from Vermont"."""
    plural: bool = False
    whole: str = ""
    """The mention with what hangs on it: "the senator from Vermont"."""
