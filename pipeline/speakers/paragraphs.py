"""Paragraphs of a text: blank-line blocks of hard-wrapped text, lines of any other, offsets never moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

WRAP_WIDTH = 120  # characters; type-writer, e-mail and Project Gutenberg widths (60 to 80) lie well below it
LEAST_WIDTH = 40  # characters: narrower lines are lists, verse or addresses
FULL_SHARE = 0.6  # of the inner lines must be full for the text to count as wrapped: verse and lists stay far below
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c]+")


@dataclass(frozen=True)
class Paragraph:
    """Half-open offsets of a paragraph, without the white space around it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The paragraph's characters in ``text``."""
        return text[self.start : self.end]


def split(text: str) -> list[Paragraph]:
    """Paragraphs of ``text`` in order.

    A line is a paragraph, unless the text is hard-wrapped: then the lines of a block between blank lines are one. A line
    that begins with a small letter goes on the one before.

    >>> [p.of("One.\\n\\n  Two.") for p in split("One.\\n\\n  Two.")]
    ['One.', 'Two.']
    """
    blocks = _blocks(text)
    if not is_wrapped(text, blocks):
        return [line for block in blocks for line in _joined(text, block)]
    return [Paragraph(block[0].start, block[-1].end) for block in blocks]


def is_wrapped(text: str, blocks: list[list[Paragraph]]) -> bool:
    """Whether lines break where the width ends: the first word of the next line would not have fitted on most lines."""
    inner = [(line, following) for block in blocks for line, following in pairwise(block)]
    if not inner:
        return False
    lengths = sorted(line.end - line.start for line, _ in inner)
    width = lengths[round(0.95 * (len(lengths) - 1))]
    if not LEAST_WIDTH <= width <= WRAP_WIDTH:
        return False
    full = sum(line.end - line.start + 1 + len(following.of(text).split(maxsplit=1)[0]) > width for line, following in inner)
    cut = sum(text[line.end - 1] not in ".!?:;”\"'’" for line, _ in inner)
    return full >= FULL_SHARE * len(inner) and cut >= FULL_SHARE * len(inner)


def _joined(text: str, block: list[Paragraph]) -> list[Paragraph]:
    """The lines of a block, those that begin with a small letter joined to the line before."""
    joined: list[Paragraph] = []
    for line in block:
        if joined and text[line.start].islower():
            joined[-1] = Paragraph(joined[-1].start, line.end)
        else:
            joined.append(line)
    return joined


def _blocks(text: str) -> list[list[Paragraph]]:
    """Non-empty lines, grouped by the blank lines between them."""
    blocks: list[list[Paragraph]] = []
    last_end = None
    for match in _LINE.finditer(text):
        content = match.group()
        stripped = content.strip()
        if not stripped:
            continue
        start = match.start() + content.index(stripped[0])
        line = Paragraph(start, start + len(stripped))
        gap = None if last_end is None else text[last_end:start].replace("\r\n", "\n")
        if gap is None or sum(character in "\n\r\u2029\x0c" for character in gap) > 1:
            blocks.append([line])
        else:
            blocks[-1].append(line)
        last_end = line.end
    return blocks
