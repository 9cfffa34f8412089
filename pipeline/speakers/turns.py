"""Sources that mark who speaks: ``NAME:`` transcripts, interviews, interjections, turns supplied by ingest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from pipeline.records import Mode
from pipeline.speakers.lexicon import people
from pipeline.speakers.names import Names, plain
from pipeline.speakers.paragraphs import Paragraph
from pipeline.speakers.spans import Utterance
from pipeline.speakers.stage import directions

FEWEST = 3  # turns that make a transcript: a lone "NOTE:" or two are none
SHARE = 0.3  # of the paragraphs begin with a name in a transcript; the others continue a turn
LONGEST_LABEL = 90  # characters: name, office and constituency fit; a sentence with a colon does not
SURE = 0.99  # the source says so
_NAME_WORD = r"(?:[A-ZÀ-Þ][\w’'.-]*|de|van|von|of|the|and|for)"
_LABEL = re.compile(
    rf"(?P<name>{_NAME_WORD}(?:,? {_NAME_WORD}){{0,7}}(?: ?\([^()\n]{{1,60}}\)){{0,3}}|[QA])"
    r"\s?(?:[\[(][\d:.]+[\])]\s?)?:(?=\s|$)\s*"
)
_AUDIENCE = (
    r"(?P<name>(?:(?:an?|some|several|the) )?(?:"
    r"hon(?:ourable)?\.? (?:members?|senators?|gentlem[ae]n)"
    r"|audience(?: members?)?|members?(?: of the audience)?|voices?(?: from the floor)?"
    r"|speakers? from the floor|crowd|protesters?|hecklers?))"
)
_INTERJECTION = re.compile(rf"[\[(]?{_AUDIENCE}\s?:\s*", re.IGNORECASE)
_PRINTED = re.compile(rf"{_AUDIENCE}\.\s+(?=\W*[A-Z])", re.IGNORECASE)
"""The label of printed addresses, which ends in a full stop: "Audience members. No!"."""
_NO_NAME = re.compile(
    r"(?:notes?|sources?|update|warning|editor|correction|photo|picture|caption|date|time|place|venue|location|subject|re|from|to|cc"
    r"|contact|e?mail|tel|phone|website|web|read|more|related|tags|example|summary|background|contents|abstract|keywords|published)\.?",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?:\s*\([^()]*\))+$")


def labels(text: str, paragraphs: Sequence[Paragraph]) -> dict[int, re.Match[str]]:
    """Speaker labels at the head of paragraphs by paragraph number; empty when the text is no transcript.

    >>> from pipeline.speakers.paragraphs import split
    >>> source = "ANNA LEE: Good evening.\\nTOM REED: Thank you.\\nANNA LEE: Shall we begin?"
    >>> sorted(labels(source, split(source)))
    [0, 1, 2]
    """
    found: dict[int, re.Match[str]] = {}
    for number, paragraph in enumerate(paragraphs):
        match = _INTERJECTION.match(text, paragraph.start, paragraph.end) or _LABEL.match(text, paragraph.start, paragraph.end)
        if match and match.end() - match.start() <= LONGEST_LABEL and not _NO_NAME.fullmatch(match.group("name")):
            found[number] = match
    names = [_short(match.group("name")) for match in found.values()]
    bodies = sum(match.end() < paragraphs[number].end for number, match in found.items())
    returns = len(names) > len(set(names))
    if len(names) < FEWEST or len(names) < SHARE * len(paragraphs) or not returns or bodies < len(names) / 2:
        return {}
    return found


def transcript(
    text: str, paragraphs: Sequence[Paragraph], found: Mapping[int, re.Match[str]], names: Names
) -> tuple[list[Utterance], int]:
    """Utterances of a transcript and the number of the paragraph in which its first turn begins.

    Labels are furniture, what follows is spoken up to the next label, stage directions are furniture.
    """
    first = min(found)
    full = _full_labels([match.group("name") for match in found.values()])
    layers: list[Utterance] = []
    speaker: str | None = None
    where: tuple[int, int] | None = None
    for number in range(first, len(paragraphs)):
        paragraph = paragraphs[number]
        start = paragraph.start
        if number in found:
            label = found[number]
            name = _ASIDE.sub("", label.group("name"))
            where = label.start("name"), label.start("name") + len(name)
            speaker = name_of(name, names, full)
            layers.append(Utterance(label.start(), label.end(), None, None, None, "furniture", "turn-label", SURE))
            start = label.end()
        if where and start < paragraph.end:
            layers.append(Utterance(start, paragraph.end, speaker, *where, "spoken", "turn", SURE))
            layers.extend(stage_layers(text, start, paragraph.end))
    return layers, first


def name_of(label: str, names: Names, full: Mapping[str, str]) -> str:
    """The name behind a label: the registry's, the default speaker for "A" and "THE PRESIDENT", else the fullest label."""
    known = names.registered(label)
    if known:
        return known
    words = plain(label).replace("the ", "").split()
    if names.default and (label == "A" or all(word in people("titles") or word == "chair" for word in words)):
        return names.default
    whole = full.get(words[-1], label)
    spoken = len(plain(whole).split())
    if whole.lower() not in ("the speaker", "the chair"):
        whole = " ".join(whole.split()[-spoken:])
    known = names.registered(whole)
    return known or (_with_capitals(whole) if whole.isupper() and len(whole) > 1 else whole)


def interjections(text: str, paragraphs: Sequence[Paragraph], own: Collection[str] = ()) -> list[Utterance]:
    """Interjections of the audience in a speech, by paragraph or in brackets: spoken by who makes them.

    ``own`` are names of the speaker: where the audience has labels, a paragraph that begins with one of them and a full stop
    ("The President. Thank you.") has a label too.
    """
    layers: list[Utterance] = []
    for paragraph in paragraphs:
        match = _INTERJECTION.match(text, paragraph.start, paragraph.end) or _PRINTED.match(text, paragraph.start, paragraph.end)
        if match:
            name = match.group("name")
            layers.append(Utterance(match.start(), match.end(), None, None, None, "furniture", "turn-label", SURE))
            layers.append(Utterance(match.end(), paragraph.end, name, *match.span("name"), "spoken", "interjection", 0.9))
    if layers and own:
        label = re.compile(rf"(?:The\s+)?(?:{'|'.join(map(re.escape, sorted(own, key=len, reverse=True)))})\.\s+", re.IGNORECASE)
        for paragraph in paragraphs:
            if match := label.match(text, paragraph.start, paragraph.end):
                layers.append(Utterance(match.start(), match.end(), None, None, None, "furniture", "turn-label", SURE))
    return [layer for layer in layers if layer.end > layer.start]


def stage_layers(text: str, start: int, end: int) -> list[Utterance]:
    """Stage directions as furniture."""
    return [Utterance(a, b, None, None, None, "furniture", "stage-direction", SURE) for a, b in directions(text, start, end)]


def supplied(text: str, turns: Sequence[Mapping[str, Any]], names: Names) -> list[Utterance]:
    """Utterances of turns that the source marks: {start, end, speaker, mode}.

    Raises ``ValueError`` when a turn leaves the text, overlaps the one before it, or has another mode than records.Mode.
    """
    layers: list[Utterance] = []
    last = 0
    for turn in sorted(turns, key=_start):
        start, end = _start(turn), int(turn["end"])
        if not last <= start <= end <= len(text):
            raise ValueError(
                f"A turn must lie inside the text of {len(text)} characters and behind the turn before it. "
                f"Got {start}..{end} after {last}."
            )
        mode: Any = turn.get("mode") or "spoken"
        if mode not in get_args(Mode):
            raise ValueError(f"The mode of a turn must be one of {', '.join(get_args(Mode))}. Got {mode!r}.")
        speaker = turn.get("speaker")
        name = names.named(str(speaker)) if speaker else None
        layers.append(Utterance(start, end, name, None, None, mode, "turn", SURE if name or mode == "furniture" else 0.0))
        if mode == "spoken":
            layers.extend(stage_layers(text, start, end))
        last = end
    return layers


def _start(turn: Mapping[str, Any]) -> int:
    return int(turn["start"])


def _short(name: str) -> str:
    """The last word of a label, by which its later turns may be marked."""
    words = plain(_ASIDE.sub("", name)).split(",")[0].split()
    return words[-1] if words else name


def _full_labels(names: Sequence[str]) -> dict[str, str]:
    """The longest label by its last word: "JANE HILL" for "HILL"."""
    full: dict[str, str] = {}
    for name in names:
        name = _ASIDE.sub("", name).split(",")[0]
        words = plain(name).split()
        if words and len(plain(name)) > len(plain(full.get(words[-1], ""))):
            full[words[-1]] = name
    return full


def _with_capitals(name: str) -> str:
    """A name in capitals as one writes names: "JOHN McCOY" and "MARY O'HARA" keep their inner capitals."""
    return re.sub(
        r"[^\W\d_]+(?:['’](?!S\b)[^\W\d_]+)*",
        lambda match: match.group().title() if match.group().isupper() else match.group(),
        name,
    )
