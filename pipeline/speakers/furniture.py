"""What stands on a page and is nobody's prose: headings, bylines, captions, navigation, adverts, notes to editors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.speakers.marks import Quote
from pipeline.speakers.paragraphs import Paragraph

HEADING_WORDS = 14  # a longer line without a full stop is a standfirst or a broken sentence, not a heading
PROSE_WORDS = 12  # a paragraph that ends like a sentence and is at least this long is where the prose begins or ends
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,? )?"
_NUMBERS = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_CLOCK = r"(?:[ ,at|-]*\d{1,2}[:.]\d{2}(?: ?[ap]m)?)?"
_DATE = re.compile(
    rf"{_DAY}(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},?(?: \d{{2,4}})?|{_MONTH} \d{{1,2}},?(?: \d{{4}})?|{_NUMBERS}){_CLOCK}\W*$",
    re.I,
)
_CAPTION = re.compile(
    r"\b(?:picture|photo|photograph|image|credit|illustration|video|graphic)s?(?: by| credit)?\s?:"
    r"|^(?:pictured|above|left|right|below)\s?:|\((?:photo|image|picture|ap photo)\b"
    r"|\bgetty images\b|[/|]\s?(?:ap|afp|reuters)\)?\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"by:? [A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,4}(?:,? .{0,40})?$|(?:written|posted|reported|words) by\b", re.IGNORECASE
)
_END = re.compile(r"\W*(?:ends?|end of (?:press )?release|#{2,}|-\s?30\s?-)\W*$", re.IGNORECASE)
_NOTES = re.compile(
    r"\W*(?:notes? (?:to|for) (?:the )?editors?|editors?[’'] notes?|(?:media|press) contacts?|for (?:more|further) information"
    r"|about the author)\b",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"\b(?:subscribe|subscription|membership|sign up|newsletter|free trial|advert(?:isement)?|sponsored)\b"
    r"|[£$€]\s?\d+(?:\.\d\d)? ?(?:/|a|per) ?(?:week|month|year)",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:home|menu|share(?: this.*)?|tweet|print|email|related (?:articles?|stories|content|links?)|read (?:more|next|also).*"
    r"|see also.*|more on this.*|next|previous|back to top|skip to .*|follow us.*|most (?:read|popular)"
    r"|(?:next )?upcoming events?"
    r"|next (?:upcoming )?events?|contact us|comments?|tags?:.*|topics?:.*|filed under.*|copyright.*|©.*|all rights reserved.*"
    r"|recommended.*|click here.*|watch:.*|listen:.*)\W*$",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ]{3,}[A-ZÀ-Þ .’'-]*(?:, ?[A-Z][\w.]*(?: [A-Z][\w.]*)?)?|[A-Z]\w+(?:, [A-Z][\w.]+)?(?= \([A-Z]))"
    r"(?:,? [A-Z][a-z]+\.? \d{1,2})?(?: ?\([\w /.]{2,30}\))? ?(?:[—–]|--?) ?(?=[“\"A-Z])"
)
_BULLET = re.compile(r"^\s*[•●▪◦*·–-]\s+")
_STOPPED = re.compile(r"(?:[.!?…:;,]|--|[—–-])[\s\"”’')\]]*$")
_NAME_LINE = re.compile(r"^(?:[A-Z][\w’'-]+\.?)(?: (?:[A-Z]\.|de|van|von|and|[A-Z][\w’'-]+)){1,5}$")


def find_furniture(text: str, paragraphs: Sequence[Paragraph], quotes: Sequence[Quote]) -> dict[int, str]:
    """Reasons by the numbers of the paragraphs that are furniture.

    The reasons: heading, headline, byline, date, caption, navigation, advert, notes, list.
    """
    lines = [paragraph.of(text) for paragraph in paragraphs]
    quoted = {number for quote in quotes for number in range(quote.first, quote.last + 1)}
    prose = [n for n, line in enumerate(lines) if _is_prose(line)]
    if not prose:
        return {}
    head, tail = prose[0], prose[-1]
    reasons: dict[int, str] = {}
    ended = False
    for number, line in enumerate(lines):
        if _NOTES.match(line) and number > head and len(line.split()) <= 12:
            ended = True
        if ended:
            reasons[number] = "notes"
            continue
        reason = _reason(line)
        if reason:
            reasons[number] = reason
        elif number < head and not _STOPPED.search(line):
            reasons[number] = "byline" if _NAME_LINE.match(line) and number else "headline"
        elif number > tail and not _STOPPED.search(line) and (number not in quoted or len(line.split()) < HEADING_WORDS):
            reasons[number] = "list" if _BULLET.match(line) else "heading"
        elif _is_heading(line, number in quoted) and number + 1 < len(lines):
            reasons[number] = "heading"
    _spread_adverts(lines, reasons, tail)
    return reasons


def dateline_end(line: str) -> int:
    """Length of the dateline that a report begins with ("LEEDS (Wire) — "), 0 without one.

    >>> dateline_end("LEEDS, England (Wire) — It rained."), dateline_end("It rained — again.")
    (24, 0)
    """
    match = _DATELINE.match(line)
    return match.end() if match else 0


def _is_prose(line: str) -> bool:
    return len(line.split()) >= PROSE_WORDS and bool(_STOPPED.search(line)) and not _CAPTION.search(line)


def _reason(line: str) -> str | None:
    """Why a single line is furniture, from its own words."""
    short = len(line.split()) <= HEADING_WORDS
    if _DATE.match(line):
        return "date"
    if _END.match(line):
        return "end"
    if short and _NAVIGATION.match(line):
        return "navigation"
    if _CAPTION.search(line) and len(line.split()) <= 40:
        return "caption"
    if short and _BYLINE.match(line) and not _STOPPED.search(line):
        return "byline"
    if short and _ADVERT.search(line) and not re.search(r"[.!?]$", line):
        return "advert"
    return None


def _is_heading(line: str, quoted: bool) -> bool:
    """A short line without a full stop that begins like a title."""
    words = line.split()
    if len(words) > HEADING_WORDS or _STOPPED.search(line) or _BULLET.match(line):
        return False
    if not any(character.isalpha() for character in line):
        return True
    first = next(character for character in line if character.isalnum())
    if quoted and line[0] in '"“' and line[-1] in '"”':
        return False
    return first.isupper() or first.isdigit()


def _spread_adverts(lines: Sequence[str], reasons: dict[int, str], tail: int) -> None:
    """Headings and lists among adverts behind the prose are adverts too."""
    behind = range(tail + 1, len(lines))
    if any(reasons.get(number) == "advert" for number in behind):
        for number in behind:
            if reasons.get(number) in ("heading", "list"):
                reasons[number] = "advert"
