"""Stage directions: what a transcript notes of the room, in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRACKETS = re.compile(r"\[[^\[\]\n]{1,80}\]|\([^()\n]{1,80}\)")
_ROOM = re.compile(
    r"\b(?:applause|laughter|laughs?|laughing|chuckl\w+|cheers?|cheering|cross-?talk|inaudible|unintelligible|interruptions?|interrupts"
    r"|boo(?:s|ing)?|pauses?|music|silence|off[ -]mic\w*|standing ovation|video|clip|recess|hear,? hear|bell|break|gavel)\b",
    re.IGNORECASE,
)
_FEW = 6  # words: a longer bracket with "music" in it is an aside of the speaker


def directions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Half-open offsets of the stage directions in ``text[start:end]``.

    >>> source = "Thank you. [Applause] It is (as music goes, and we all know how it goes) loud. (Laughter.)"
    >>> [source[a:b] for a, b in directions(source, 0, len(source))]
    ['[Applause]', '(Laughter.)']
    """
    for match in _BRACKETS.finditer(text, start, end):
        inner = match.group()[1:-1]
        if len(inner.split()) <= _FEW and _ROOM.search(inner) and (inner[0].isupper() or len(inner.split()) <= 2):
            yield match.span()
