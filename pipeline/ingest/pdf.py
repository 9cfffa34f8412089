"""PDF: the text layer of each page, its lines put together to paragraphs by their place on the page.

A PDF knows characters and places, no paragraphs. A line begins a new paragraph where the gap above it is wider than the
page's usual one, where it is indented, where the letters change their size, or where the line before ends early on a full
stop. Heads and feet that return from page to page and page numbers are left out, ligatures and hyphens at line ends are
undone. ``pages`` says where in the text each page begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from pipeline.ingest import dates
from pipeline.ingest.content import Content
from pipeline.settings import Limits

WIDE_GAP = 1.35
"""A gap between base lines of this many times the page's median one separates paragraphs: leading varies by less inside one."""
INDENT = 0.8
"""Indentation of a first line, in line heights: typographers give one em or more, ragged scans less."""
SHORT_LINE = 0.75
"""A line that ends on a full stop before this share of the column's width is the last of its paragraph."""
SIZE_STEP = 0.15
"""Relative change of the letters' height that tells a heading from the text below it."""
EDGE = 3
"""Lines at the top and the bottom of a page among which running heads are looked for."""
RETURNS = 3
"""Pages on which an edge line stands at the same height when it is a running head (two in a document of two pages)."""
SAME_HEIGHT = 4
"""Points within which two lines of different pages stand at the same height."""

_UNSEEN = "\r \t\u00a0\ufffe\x00"
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_ODD = re.compile("[\ufb00-\ufb06\x00]")
_NUMBER = re.compile(r"^\W*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?\W*$", re.IGNORECASE)
_ENDS = (".", "!", "?", "”", "’", '"', ":", ";", ")")
_BULLET = re.compile(r"^(?:[•●▪◦‣∙*]|[-–—]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s)")


class Line(NamedTuple):
    """A line of a page: its text, left and right edge, base line and height of letters in points."""

    text: str
    left: float
    right: float
    base: float
    height: float


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The paragraphs of all pages."""
    try:
        import pypdfium2
    except ImportError:
        raise ImportError("PDF needs the library pypdfium2. Install it: pip install 'themeshift[pdf]'") from None
    try:
        document = pypdfium2.PdfDocument(raw)
        count = len(document)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise ValueError(f"The file must be a PDF that opens without a password ({str(error)[:120]}).") from None
    try:
        if count > limits.pages:
            raise ValueError(f"The PDF must have at most {limits.pages:,} pages. Got {count:,}.")
        pages = [_lines(document, number, pypdfium2) for number in range(count)]
        said = document.get_metadata_dict()
    finally:
        document.close()
    text, begins = _text(_without_heads(pages))
    if not text:
        raise ValueError("The PDF must have a text layer. Got only pictures of pages.")
    title = " ".join(said.get("Title", "").split())
    wrong = not title or re.search(r"\.(?:docx?|pdf|indd|pages|odt)$|^Microsoft|^untitled", title, re.IGNORECASE)
    return Content(
        text,
        title=None if wrong else title[:500],
        author=" ".join(said.get("Author", "").split())[:500] or None,
        pages=begins,
        docvars=_made(said.get("CreationDate", "")),
    )


def _made(written: str) -> dict[str, object]:
    """The day on which the file was made (``D:20220503...``): a variable of the document, and not the date of what it says."""
    day = re.match(r"D?:?(\d{4})(\d{2})(\d{2})", written)
    found = dates.said("-".join(day.groups())) if day else None
    return {"created": found} if found else {}


def _lines(document: Any, number: int, pypdfium2: Any) -> list[Line]:
    """The lines of a page in reading order; none for a page that is broken."""
    try:
        page = document[number]
        layer = page.get_textpage()
        content = layer.get_text_range().replace("\x02", "\ufffe")  # pdfium's mark of a hyphen at the end of a line
    except pypdfium2.PdfiumError:
        return []
    lines = []
    start = 0
    plain = not _ODD.search(content)
    box, handle, rect = pypdfium2.raw.FPDFText_GetLooseCharBox, layer.raw, pypdfium2.raw.FS_RECTF()
    for piece in content.split("\n"):
        shown = piece.strip(_UNSEEN)
        text = "" if not shown else " ".join(shown.split()) if plain else _clean(piece)
        if text:
            first = start + piece.index(shown[0])
            line = Line(text, 0.0, 0.0, 0.0, 0.0)
            if box(handle, first, rect):
                left, base, top = rect.left, rect.bottom, rect.top
                if box(handle, first + len(shown) - 1, rect):  # the loose box of any letter is as high as its font
                    height = max(top - base, rect.top - rect.bottom)
                    line = Line(text, left, rect.right, min(base, rect.bottom), height)
            lines.append(line)
        start += len(piece) + 1
    layer.close()
    page.close()
    return lines


def _clean(line: str) -> str:
    """A line with ligatures as letters and single spaces; the mark of a hyphen at its end stays for the joining."""
    line = _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), line.replace("\x00", ""))
    return " ".join(line.split())


def _without_heads(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without the heads and feet that return at one height, and without page numbers at their edges."""

    def key(line: Line) -> tuple[str, int]:
        return re.sub(r"\d+", "#", line.text.lower()), round(line.base / SAME_HEIGHT)

    def outwards(lines: Sequence[Line]) -> tuple[list[int], list[int]]:
        order = sorted(range(len(lines)), key=lambda index: -lines[index].base)
        return order[:EDGE], order[::-1][:EDGE]

    times = Counter(found for lines in pages for found in {key(lines[index]) for edge in outwards(lines) for index in edge})
    least = min(max(2, len(pages)), RETURNS)
    kept = []
    for lines in pages:
        heads: set[int] = set()
        for edge in outwards(lines):
            for index in edge:
                number = len(pages) > 1 and _NUMBER.match(lines[index].text) and lines[index].text != "I"
                if not number and times[key(lines[index])] < least:
                    break
                heads.add(index)
        kept.append([line for index, line in enumerate(lines) if index not in heads])
    return kept


def _text(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The whole text, and the offset at which each page begins."""
    parts: list[str] = []
    length = 0
    begins: list[int] = []
    for lines in pages:
        begins.append(length)
        for number, (new, line) in enumerate(_broken(lines)):
            if not parts:
                gap = ""
            elif number == 0:  # a sentence goes on over the page
                gap = " " if _goes_on(parts[-1], line) else "\n\n"
            else:
                gap = "\n\n" if new else " "
            hyphen = parts[-1][-1:] if parts else ""
            if hyphen == "\ufffe" and gap == " ":
                parts[-1], gap = parts[-1][:-1], ""
                length -= 1
            elif hyphen == "-" and gap == " " and parts[-1][-2:-1].islower() and line[:1].islower():
                gap = ""  # a hyphen that is part of the word, or one that nobody can tell from it
            elif hyphen == "\ufffe" and gap == "\n\n":
                parts[-1] = parts[-1][:-1] + "-"
            if number == 0:
                begins[-1] = length + len(gap)
            parts += [gap, line.lstrip("\ufffe")]
            length += len(gap) + len(parts[-1])
    text = "".join(parts).replace("\ufffe", "-")
    return text, tuple(min(begin, len(text)) for begin in begins) if text else ()


def _goes_on(before: str, line: str) -> bool:
    return (
        not before.endswith(_ENDS) and (line[:1].islower() or before.endswith((",", "\ufffe", "-"))) and not _BULLET.match(line)
    )


def _broken(lines: Sequence[Line]) -> Iterator[tuple[bool, str]]:
    """(begins a paragraph, text) of each line of a page."""
    gaps = [a.base - b.base for a, b in pairwise(lines) if 0 < a.base - b.base < 6 * max(a.height, b.height, 1)]
    usual = median(gaps) if gaps else 0.0
    right = max((line.right for line in lines), default=0.0)
    left = min((line.left for line in lines), default=0.0)
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        yield before is None or _begins(before, line, usual=usual, left=left, right=right), line.text


def _begins(before: Line, line: Line, *, usual: float, left: float, right: float) -> bool:
    """Whether ``line`` begins a paragraph."""
    height = max(before.height, line.height, 1.0)
    gap = before.base - line.base
    if abs(gap) < 0.3 * height and line.height:  # the same line in two pieces
        return False
    if gap < 0:  # a new column
        return not _goes_on(before.text, line.text)
    if usual and gap > WIDE_GAP * usual:
        return True
    if before.height and line.height and abs(before.height - line.height) > SIZE_STEP * height:
        return True
    if _BULLET.match(line.text) and not _goes_on(before.text, "x"):
        return True
    ended = before.text.endswith(_ENDS)
    if line.left - before.left > INDENT * height and ended:
        return True
    return ended and before.right - left < SHORT_LINE * (right - left) and not line.text[:1].islower()
