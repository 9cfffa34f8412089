"""Blocks of text (paragraphs, headings, turns) joined into one text with a blank line between, and where each of them lies."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.ingest.content import Turn


def tidy(block: str) -> str:
    """A block with single spaces; its line breaks stay, without spaces around them and never two in a row.

    >>> tidy("  One \\n\\n  two.  ")
    'One\\ntwo.'
    """
    if "\n" not in block:
        return " ".join(block.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in block.split("\n"))))


def join(blocks: Iterable[str]) -> str:
    """The blocks that hold text, tidied, with a blank line between."""
    return "\n\n".join(filter(None, map(tidy, blocks)))


class Pen:
    """Writes blocks one after the other and keeps who speaks in each.

    >>> pen = Pen()
    >>> pen.write("The chair opened the meeting.", mode="narrated")
    >>> pen.write("Good evening.", speaker="Ann Lee", mode="spoken")
    >>> pen.text, pen.turns[1]["start"]
    ('The chair opened the meeting.\\n\\nGood evening.', 31)
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.turns: list[Turn] = []

    def write(self, block: str, *, mode: str, speaker: str | None = None, between: str = "\n\n", tidied: bool = False) -> None:
        """Add a block, ``tidied`` already or not; one that holds nothing is left out."""
        block = block if tidied else tidy(block)
        if not block:
            return
        gap = between if self._parts else ""
        start = self._length + len(gap)
        self._parts += [gap, block]
        self._length = start + len(block)
        last = self.turns[-1] if self.turns else None
        if last and last["speaker"] == speaker and last["mode"] == mode:
            last["end"] = self._length
        else:
            self.turns.append({"start": start, "end": self._length, "speaker": speaker, "mode": mode})

    @property
    def text(self) -> str:
        """All blocks."""
        return "".join(self._parts)
