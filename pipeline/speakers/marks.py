"""Quotation marks: a state machine over the paragraphs of a text that says where each quotation opens and closes.

Curly, straight and single marks, guillemets, quotations that run over paragraphs (with the mark repeated at the head
of each, or not), nested ones, missing closing marks, and apostrophes that are no marks at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.speakers.paragraphs import Paragraph

Role = Literal["open", "close", "either"]

FAR = 12  # paragraphs that a quotation may run over without a mark at their heads; letters in novels rarely exceed it
DOUBLE = re.compile(r"[“”„‟\"«»＂]|``|''")
SINGLE = re.compile(r"[‘’‛'`](?!['`])")
_ELIDED = re.compile(r"(?:em|tis|twas|twere|til|till|cause|bout|round|nuff|n|cos|er|im|is|ave|ad)\b|\d\ds?\b", re.IGNORECASE)
_CLITIC = re.compile(r"(?:s|t|re|ve|ll|d|m|S|T|RE|VE|LL|D|M)\b")
_BEFORE_OPEN = frozenset("([{—–-/:;,“‘\"'*_")
_AFTER_CLOSE = frozenset(".,;:!?)]}—–-/”’\"'*_…")
_SPOKEN_END = frozenset(".,!?…—–-")


@dataclass(frozen=True)
class Mark:
    """A quotation mark: half-open offsets and what it can do."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True)
class Quote:
    """A quotation with its marks, and the numbers of the paragraphs in which it begins and ends."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    first: int
    last: int
    closed: bool = True
    continues: bool = False
    """Not closed because the next paragraph opens with a mark: the same speaker goes on."""
    single: bool = False


def find_quotes(text: str, paragraphs: Sequence[Paragraph]) -> list[Quote]:
    """Outermost quotations of ``text`` in order; they do not overlap.

    >>> from pipeline.speakers.paragraphs import split
    >>> source = "‘It is,’ she said. ‘The dogs’ home is full.’"
    >>> [source[q.start : q.end] for q in find_quotes(source, split(source))]
    ['‘It is,’', '‘The dogs’ home is full.’']
    """
    double = _Machine(text, paragraphs, single=False).run()
    if not SINGLE.search(text):
        return double
    if _speaks_in_single(text, paragraphs, double):
        single = _Machine(text, paragraphs, single=True).run()
        return sorted([*single, *_outside(double, single)], key=lambda quote: quote.start)
    return sorted([*double, *_outside(list(_single_pairs(text, paragraphs, double)), double)], key=lambda quote: quote.start)


def _speaks_in_single(text: str, paragraphs: Sequence[Paragraph], double: Sequence[Quote]) -> bool:
    """Whether single marks carry the talk: more of them than of the double ones hold whole sentences."""

    def spoken(quotes: Sequence[Quote]) -> int:
        return sum(text[max(quote.inner_end - 1, 0)] in _SPOKEN_END for quote in quotes)

    pairs = [pair for pair in _single_pairs(text, paragraphs, []) if text[pair.start] != "`"]
    if spoken(pairs) < 3:
        return False
    return spoken(_outside(pairs, double)) > spoken(_outside(double, pairs)) or spoken(pairs) > 2 * spoken(double)


def _outside(quotes: Sequence[Quote], others: Sequence[Quote]) -> list[Quote]:
    """The ``quotes`` that overlap none of ``others``; both in order."""
    kept: list[Quote] = []
    ahead = 0
    for quote in quotes:
        while ahead < len(others) and others[ahead].end <= quote.start:
            ahead += 1
        if ahead == len(others) or others[ahead].start >= quote.end:
            kept.append(quote)
    return kept


def _single_pairs(text: str, paragraphs: Sequence[Paragraph], double: Sequence[Quote]) -> Iterator[Quote]:
    """Single-marked quotations that open and close in one paragraph, outside ``double``."""
    ahead = 0
    for number, paragraph in enumerate(paragraphs):
        opened: Mark | None = None
        marks = list(single_marks(text, paragraph))
        for position, mark in enumerate(marks):
            while ahead < len(double) and double[ahead].end <= mark.start:
                ahead += 1
                opened = None
            if ahead < len(double) and double[ahead].start <= mark.start:
                continue
            if mark.role == "open":
                opened = opened or mark
            elif opened and mark.start > opened.end and not _possessive(text, mark, marks[position + 1 :]):
                yield Quote(opened.start, mark.end, opened.end, mark.start, number, number, single=True)
                opened = None


def double_marks(text: str, paragraph: Paragraph) -> Iterator[Mark]:
    """Double marks of a paragraph with their roles."""
    for match in DOUBLE.finditer(text, paragraph.start, paragraph.end):
        sign = match.group()
        if sign in "“„‟«" or sign == "``":
            turned = sign == "“" and match.start() > paragraph.start and text[match.start() - 1] in _SPOKEN_END
            ahead = text[match.end() : min(match.end() + 1, paragraph.end)]
            yield Mark(match.start(), match.end(), "close" if turned and (not ahead or ahead.isspace()) else "open")
        elif sign in "”»":
            turned = sign == "”" and match.start() == paragraph.start and text[match.end() : match.end() + 1].isalnum()
            yield Mark(match.start(), match.end(), "open" if turned else "close")
        else:
            yield Mark(match.start(), match.end(), _straight_role(text, match.start(), match.end(), paragraph))


def single_marks(text: str, paragraph: Paragraph) -> Iterator[Mark]:
    """Single marks of a paragraph that can open or close; apostrophes inside and before words are left out."""
    for match in SINGLE.finditer(text, paragraph.start, paragraph.end):
        start, end = match.span()
        before = text[start - 1] if start > paragraph.start else " "
        after = text[end] if end < paragraph.end else " "
        if before.isalnum() and after.isalnum():
            continue
        sign = match.group()
        at_left = before.isspace() or before in _BEFORE_OPEN
        if sign in "‘‛`" or (sign == "'" and at_left and not after.isspace() and after not in _AFTER_CLOSE):
            if not _ELIDED.match(text, end) and (at_left or sign != "`"):
                yield Mark(start, end, "open")
        elif before.isspace() and _CLITIC.match(text, end):
            continue
        elif before.isspace() and sign == "'" and after.isspace():
            yield Mark(start, end, "either")
        elif not (at_left and after.isalnum()):
            yield Mark(start, end, "close")


def _straight_role(text: str, start: int, end: int, paragraph: Paragraph) -> Role:
    """What a straight mark can do by its neighbours."""
    before = text[start - 1] if start > paragraph.start else " "
    after = text[end] if end < paragraph.end else " "
    if start == paragraph.start:
        return "open"
    if end == paragraph.end:
        return "close"
    opens = (before.isspace() or before in _BEFORE_OPEN) and not after.isspace()
    closes = not before.isspace() and (after.isspace() or after in _AFTER_CLOSE)
    if opens == closes:
        return "either"
    return "open" if opens else "close"


def _possessive(text: str, mark: Mark, later: Sequence[Mark]) -> bool:
    """Whether a closing single mark behind a letter is an apostrophe: a better closing mark follows before any opening."""
    if text[mark.start - 1] in _SPOKEN_END or text[mark.start - 1].isspace():
        return False
    if not re.match(r"\s+[a-z]", text[mark.end : mark.end + 3]):
        return False
    for other in later:
        if other.role == "open":
            return False
        if text[other.start - 1] in _SPOKEN_END or text[mark.start - 1] in "sS":
            return True
    return False


class _Machine:
    """The state machine for one family of marks: is a quotation open, and where did it open?"""

    def __init__(self, text: str, paragraphs: Sequence[Paragraph], *, single: bool) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self.single = single
        self.marks = [list((single_marks if single else double_marks)(text, paragraph)) for paragraph in paragraphs]
        self.quotes: list[Quote] = []
        self.opened: Mark | None = None
        self.opened_in = 0
        self.depth = 0

    def run(self) -> list[Quote]:
        """Quotations in order."""
        for number in range(len(self.paragraphs)):
            for position, mark in enumerate(self.marks[number]):
                self._step(number, position, mark)
            if self.opened:
                self._end_of_paragraph(number)
        return self.quotes

    def _step(self, number: int, position: int, mark: Mark) -> None:
        if not self.opened:
            if mark.role == "open" or (mark.role == "either" and not self._is_inch(mark)):
                self.opened, self.opened_in, self.depth = mark, number, 0
        elif mark.role != "open":
            if self.single and _possessive(self.text, mark, self.marks[number][position + 1 :]):
                return
            if self.depth:
                self.depth -= 1
            else:
                self._close(number, mark.start, mark.end)
        elif self.opened_in < number and position == 0 and mark.start == self.paragraphs[number].start:
            return  # the mark is repeated at the head of a paragraph inside a quotation that is known to run on
        elif self._nests(number, position):
            self.depth += 1
        else:
            end = self.opened.end + len(self.text[self.opened.end : mark.start].rstrip())
            self._close(number, end, end, closed=False)
            self.opened, self.opened_in, self.depth = mark, number, 0

    def _nests(self, number: int, position: int) -> bool:
        """Whether an opening mark inside a quotation has a closing one of its own before the next opening."""
        mine = self.text[self.marks[number][position].start]
        later = self.marks[number][position + 1 :]
        if later and self.opened and mine == "“" != self.text[self.opened.start] and self.text[later[0].start] == "”":
            return True
        return len(later) > 1 and later[0].role != "open" and later[1].role != "open"

    def _is_inch(self, mark: Mark) -> bool:
        return mark.start > 0 and self.text[mark.start - 1].isdigit()

    def _end_of_paragraph(self, number: int) -> None:
        """Close at the end of the paragraph unless a closing mark follows in a later one before any opening mark."""
        if self._runs_on(number):
            return
        end = self.paragraphs[number].end
        following = self.marks[number + 1] if number + 1 < len(self.paragraphs) else []
        again = bool(following) and following[0].start == self.paragraphs[number + 1].start and following[0].role == "open"
        self._close(number, end, end, closed=False, continues=again)

    def _runs_on(self, number: int) -> bool:
        for later in range(number + 1, min(number + 1 + FAR, len(self.paragraphs))):
            if self.marks[later]:
                first = self.marks[later][0]
                sure = first.role == "close" and (not self.single or self.text[first.start - 1] in _SPOKEN_END)
                return sure or (first.role == "either" and not self.single)
        return False

    def _close(self, number: int, inner_end: int, end: int, *, closed: bool = True, continues: bool = False) -> None:
        opened = self.opened
        self.opened = None
        self.depth = 0
        if opened and self.text[opened.end : inner_end].strip():
            quote = Quote(opened.start, end, opened.end, inner_end, self.opened_in, number, closed, continues, self.single)
            self.quotes.append(quote)
