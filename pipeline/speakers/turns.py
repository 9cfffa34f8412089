"""Sources that mark who speaks: ``NAME:`` transcripts, stage directions, interjections, turns supplied by ingest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.speakers.names import Names
from pipeline.speakers.paragraphs import Paragraph
from pipeline.speakers.spans import Claim, Mention

FEWEST = 3  # turns that make a transcript, of at least two speakers or one who has two: a lone "NOTE:" is none
SHARE = 0.3  # of the paragraphs begin with a name in a transcript; the others continue a turn
_NAME_WORD = r"(?:[A-ZÀ-Þ][\w’'.-]*|de|van|von|of|the|and|for)"
_LABEL = re.compile(
    rf"(?P<name>(?:{_NAME_WORD})(?:,? {_NAME_WORD}){{0,6}}(?: ?\([^()\n]{{1,60}}\))?(?:, [A-Z][\w ’'.&-]{{1,40}})?|Q|A)"
    r"\s?(?:\[[\d:]+\])?\s?:(?=\s|$)\s*"
)
_DIRECTION = re.compile(
    r"\[[^\[\]\n]{1,80}\]|\((?:[A-Za-z ,.’'-]*?)(?:applause|laughter|laughs?|cheers?|cheering|crosstalk|inaudible|interruptions?|booing|pause|music|silence|off[ -]mic)[^()\n]{0,40}\)",
    re.IGNORECASE,
)
_STAGE = re.compile(
    r"applause|laughter|laughs?|chuckl|cheer|crosstalk|inaudible|interrupt|booing|boos|pause|music|silence|mic\b|standing ovation|video|unintelligible|begin|end of|recess|hear, hear|bell|audience",
    re.IGNORECASE,
)
_INTERJECTION = re.compile(
    r"^\(?(?P<name>(?:(?:an?|some|several|the) )?(?:hon(?:ourable)?\.? members?|audience members?|members?|voices?|speakers? from the floor|audience|crowd))\)?\s?:\s*",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    "note notes source sources update warning editor correction photo picture caption date time place venue location subject re from to cc contact email tel phone website web read more related tags example question answer".split()
)


def labels(text: str, paragraphs: Sequence[Paragraph]) -> dict[int, re.Match[str]]:
    """Speaker labels at the head of paragraphs by paragraph number; empty when the text is no transcript.

    >>> from pipeline.speakers.paragraphs import split
    >>> source = "ANNA LEE: Good evening.\\nTOM REED: Thank you.\\nANNA LEE: Shall we begin?"
    >>> sorted(labels(source, split(source)))
    [0, 1, 2]
    """
    found: dict[int, re.Match[str]] = {}
    for number, paragraph in enumerate(paragraphs):
        match = _INTERJECTION.match(text[paragraph.start : paragraph.end]) and _INTERJECTION.match(
            text, paragraph.start, paragraph.end
        )
        match = match or _LABEL.match(text, paragraph.start, paragraph.end)
        if match and match.group("name").lower().rstrip(".") not in _NOT_NAMES and len(match.group("name")) <= 90:
            found[number] = match
    names = [match.group("name") for match in found.values()]
    again = len(names) - len(set(names))
    bodies = sum(match.end() < paragraphs[number].end for number, match in found.items())
    if len(names) < FEWEST or len(names) < SHARE * len(paragraphs) or not again or bodies < len(names) / 2:
        return {}
    return found


def directions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stage directions in ``text[start:end]``: bracketed applause, laughter and the like."""
    for match in _DIRECTION.finditer(text, start, end):
        if _STAGE.search(match.group()):
            yield match.span()


def transcript_claims(
    text: str, paragraphs: Sequence[Paragraph], found: Mapping[int, re.Match[str]], names: Names, default: str | None
) -> list[Claim]:
    """Claims of a transcript: labels are furniture, what follows is spoken, up to the next label."""
    claims: list[Claim] = []
    mention: Mention | None = None
    for number, paragraph in enumerate(paragraphs):
        start = paragraph.start
        if number in found:
            label = found[number]
            name = re.sub(r"\s*\([^()]*\)$", "", label.group("name"))
            mention = Mention(
                label.start("name"), label.start("name") + len(name), name, name, name.split()[-1].lower()
            )
            claims.append(Claim(label.start(), label.end(), "furniture", "turn-label"))
            start = label.end()
        if start < paragraph.end:
            if mention is None:
                claims.append(Claim(start, paragraph.end, "furniture", "before-turns"))
            else:
                claims.append(Claim(start, paragraph.end, "spoken", "turn", mention, 0.99))
        claims.extend(Claim(a, b, "furniture", "stage-direction") for a, b in directions(text, start, paragraph.end))
    return claims


def supplied_claims(text: str, turns: Sequence[Mapping[str, object]]) -> list[tuple[Claim, str | None]]:
    """Claims with the speaker's name from turns that the source marks: {start, end, speaker, mode}.

    Raises ``ValueError`` when a turn leaves the text or overlaps the one before it.
    """
    claims: list[tuple[Claim, str | None]] = []
    last = 0
    for turn in sorted(turns, key=lambda item: int(item["start"])):  # type: ignore[call-overload]
        start, end = int(turn["start"]), int(turn["end"])  # type: ignore[call-overload]
        if not last <= start <= end <= len(text):
            raise ValueError(
                f"A turn must lie inside the text and behind the turn before it. Got {start}..{end} after {last} of {len(text)} characters."
            )
        mode = str(turn.get("mode") or "spoken")
        if mode not in ("spoken", "quoted", "reported", "narrated", "furniture"):
            raise ValueError(
                f"The mode of a turn must be spoken, quoted, reported, narrated or furniture. Got {mode!r}."
            )
        speaker = turn.get("speaker")
        claims.append((Claim(start, end, mode, "turn", None, 0.99), str(speaker) if speaker else None))  # type: ignore[arg-type]
        if mode == "spoken":
            claims.extend((Claim(a, b, "furniture", "stage-direction"), None) for a, b in directions(text, start, end))
        last = end
    return claims
