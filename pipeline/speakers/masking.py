"""Text for the parser: quotations that stand as sentences become a word, white space one blank, with the way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.speakers.lexicon import people, verbs
from pipeline.speakers.marks import Quote
from pipeline.speakers.paragraphs import Paragraph

PLACEHOLDER = "Yes"  # parsers know it as a whole utterance: '"Yes," she said' is attached to "said"
REACH = 12  # words behind a question or exclamation in which a verb of saying makes it part of the sentence
_STOP = frozenset(".,:;!?—–-”\"’'…)]")
_SPOKEN_END = frozenset(",.!?…—–-;:")
_PLAIN = str.maketrans("―‒’‘‛“”„", "——'''\"\"\"")
"""Signs that parsers of newswire seldom saw, one for one, so that no offset moves."""
_TITLE = re.compile(rf"\b(?:{'|'.join(sorted(people('titles')))}|[A-Z])\.", re.IGNORECASE)
_GAP = re.compile(r"\s{2,}|[^\S ]")
"""White space that is not a single blank."""
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass
class Masked:
    """A paragraph for the parser.

    ``source[i]`` is the offset in the document of character ``i``; ``masks`` holds (start in ``text``, number of the quote).
    """

    number: int
    text: str = ""
    source: list[int] = field(default_factory=list)
    masks: list[tuple[int, int]] = field(default_factory=list)
    embedded: list[int] = field(default_factory=list)

    def has_frame(self) -> bool:
        """Whether words are left around the masked quotations."""
        return len(self.text) > len(self.masks) * (len(PLACEHOLDER) + 4) and any(map(str.isalpha, self.text))

    def offset(self, position: int) -> int:
        """Offset in the document of a position in ``text``."""
        return self.source[position]


def mask(text: str, number: int, paragraph: Paragraph, quotes: Sequence[tuple[int, Quote]], lead: int = 0) -> Masked:
    """The paragraph with its independent ``quotes`` (numbered) masked and the marks of the embedded ones dropped.

    ``lead`` is the number of characters at its head to leave out: a dateline.
    """
    masked = Masked(number)
    pieces: list[str] = []
    position = paragraph.start + lead
    for index, quote in quotes:
        _copy(text, position, max(quote.start, paragraph.start), pieces, masked.source)
        begin, end = max(quote.start, paragraph.start), min(quote.end, paragraph.end)
        if is_independent(text, quote, paragraph):
            before = " " if masked.source and not pieces[-1].endswith(" ") else ""
            stop = "," if _goes_on(text, quote, paragraph) else "."
            word = f'{before}"{PLACEHOLDER}{stop}"'
            masked.masks.append((len(masked.source) + len(before) + 1, index))
            pieces.append(word)
            masked.source.extend([begin] * len(word))
        else:
            masked.embedded.append(index)
            _copy(text, max(quote.inner_start, begin), min(quote.inner_end, end), pieces, masked.source)
        position = max(position, end)
    _copy(text, position, paragraph.end, pieces, masked.source)
    masked.text = "".join(pieces)
    masked.source.append(paragraph.end)
    return masked


def is_independent(text: str, quote: Quote, paragraph: Paragraph) -> bool:
    """Whether a quotation is an utterance of its own and no part of the sentence around it.

    >>> from pipeline.speakers.marks import find_quotes
    >>> from pipeline.speakers.paragraphs import split
    >>> source = "“Go,” she said, and called it “a mess”."
    >>> [is_independent(source, quote, split(source)[0]) for quote in find_quotes(source, split(source))]
    [True, False]
    """
    before = text[paragraph.start : quote.start].rstrip() if quote.start > paragraph.start else ""
    after = text[quote.end : paragraph.end].lstrip() if quote.end < paragraph.end else ""
    inner = text[quote.inner_start : quote.inner_end].strip().rstrip("'’\"”")
    if not inner:
        return False
    ends = inner[-1] in _SPOKEN_END
    if not before and not after:
        return True
    if not before:
        return ends or after[0] in ",:—–-" or _frame_follows(after)
    if before[-1] == ":" or (before[-1] in "—–" and ends):
        return True
    if before[-1] in _STOP:
        return ends or (not after and inner[0].isupper()) or (after[:1] in (",", ".") and inner[0].isupper() and " " in inner)
    last = WORD.findall(before[-40:])
    cued = bool(last) and last[-1].lower() in verbs()
    return cued and inner[0].isupper() and ends


def _frame_follows(after: str) -> bool:
    """Whether a verb of saying stands among the first words of ``after`` in the same sentence."""
    clause = re.split(r"[.;:!?“\"]\s", _TITLE.sub(" ", after[:160]), maxsplit=1)[0]
    words = WORD.findall(clause)[:REACH]
    return any(word in verbs() and verbs()[word].classes & {"say", "manner"} for word in words)


def _goes_on(text: str, quote: Quote, paragraph: Paragraph) -> bool:
    """Whether the sentence goes on behind the quotation."""
    before = text[paragraph.start : quote.start].rstrip()
    after = text[quote.end : paragraph.end].lstrip() if quote.end < paragraph.end else ""
    inner = text[quote.inner_start : quote.inner_end].rstrip().rstrip("'’\"”")
    if not after or after[0] in '.“"':
        return False
    if after[0].islower() or after[0] in ",;:—–-" or inner.endswith((",", "—", "–", "-")):
        return True
    if inner.endswith(".") or before.endswith((":", ",")):
        return False
    return _frame_follows(after)


def _copy(text: str, start: int, end: int, pieces: list[str], source: list[int]) -> None:
    """Append ``text[start:end]`` with every run of white space as one blank."""
    for gap in _GAP.finditer(text, start, end):
        _append(text, start, gap.start(), pieces, source)
        _blank(gap.start(), pieces, source)
        start = gap.end()
    _append(text, start, end, pieces, source)


def _append(text: str, start: int, end: int, pieces: list[str], source: list[int]) -> None:
    """Append ``text[start:end]``, in which white space is single blanks."""
    if start < end and text[start] == " ":
        _blank(start, pieces, source)
        start += 1
    if start < end:
        pieces.append(text[start:end].translate(_PLAIN))
        source.extend(range(start, end))


def _blank(place: int, pieces: list[str], source: list[int]) -> None:
    """Append a blank for the white space at ``place``, unless there is one or nothing stands before it."""
    if pieces and not pieces[-1].endswith(" "):
        pieces.append(" ")
        source.append(place)
