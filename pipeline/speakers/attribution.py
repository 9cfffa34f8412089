"""One text in, its utterances out: which of the readings (turns, transcript, speech, article) a text gets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.speakers.duplicates import find_duplicates
from pipeline.speakers.furniture import dateline_end, find_furniture
from pipeline.speakers.genre import is_spoken
from pipeline.speakers.marks import find_quotes
from pipeline.speakers.names import FIRST, Names, Person, registry
from pipeline.speakers.painting import paint
from pipeline.speakers.paragraphs import Paragraph, split
from pipeline.speakers.parsing import has_cue, parse
from pipeline.speakers.resolve import article_layers, is_conversation
from pipeline.speakers.spans import Utterance
from pipeline.speakers.turns import SURE, interjections, labels, stage_layers, supplied, transcript

SPEECH_KINDS = frozenset({"speech", "address", "statement", "blog", "column", "letter", "message"})
"""Kinds of document that their default speaker says, or writes (a president's message to Congress), from end to end."""

LIKELY = 0.9  # of furniture told by its looks alone


def attribute_text(
    text: str,
    *,
    default_speaker: str | None = None,
    aliases: Mapping[str, object] | None = None,
    kind: str | None = None,
    turns: Sequence[Mapping[str, object]] | None = None,
) -> list[Utterance]:
    """Say who says what in one text.

    Parameters
    ----------
    text : the text, never altered.
    default_speaker : name of who speaks where nothing else says so; "" or None assumes nobody.
    aliases : {name: [alias, ...]} or {name: {"aliases": [...], "pronouns": [...]}} of people known beforehand.
    kind : of document; a "speech" is spoken by ``default_speaker`` from end to end. Without a kind, a text with a default
        speaker that says "I" and "we" in its own voice and hardly quotes is read as a speech.
    turns : {start, end, speaker, mode} where the source marks them; quotation marks are then left alone.

    Returns
    -------
    list of Utterance
        In order, without overlap, covering the text from 0 to its length.

    Raises
    ------
    ValueError
        When a turn leaves the text, or ``aliases`` is not of its shape.

    Examples
    --------
    >>> [(u.mode, u.speaker) for u in attribute_text("“We won,” said Mary Hill.")]
    [('quoted', 'Mary Hill'), ('narrated', None)]
    """
    if not isinstance(text, str):
        raise ValueError(f"The text must be a string. Got {type(text).__name__}.")
    if not text:
        return []
    people = registry(aliases, default_speaker)
    default = default_speaker or None
    paragraphs = split(text)
    breaks = [paragraph.start for paragraph in paragraphs]
    if turns:
        return paint(text, supplied(text, turns, Names(people, default)), breaks)
    found = labels(text, paragraphs)
    if found:
        return paint(text, _transcript_layers(text, paragraphs, found, people, default), breaks)
    if kind in SPEECH_KINDS or (default and not kind and is_spoken(text, find_quotes(text, paragraphs))):
        return paint(text, _speech_layers(text, paragraphs, people, default), breaks)
    return paint(text, _article_layers(text, paragraphs, people, default), breaks)


def _transcript_layers(
    text: str, paragraphs: Sequence[Paragraph], found: Mapping[int, re.Match[str]], people: list[Person], default: str | None
) -> list[Utterance]:
    """A transcript: what stands before its first turn is told, the rest is spoken."""
    layers, first = transcript(text, paragraphs, found, Names.of(text, people, default))
    return (_article_layers(text, paragraphs[:first], people, default) if first else []) + layers


def _speech_layers(text: str, paragraphs: Sequence[Paragraph], people: list[Person], speaker: str | None) -> list[Utterance]:
    """A speech: everything is its speaker's, but for quoted people, stage directions and interjections."""
    confidence = SURE if speaker else 0.0
    layers = [Utterance(p.start, p.end, speaker, None, None, "spoken", "speech", confidence) for p in paragraphs]
    quotes = find_quotes(text, paragraphs)
    if quotes:
        numbers = {n for q in quotes for n in range(q.first, q.last + 1)}
        parsed = parse(text, paragraphs, quotes, numbers.__contains__)
        names = Names.of(text, people, speaker)
        for item in article_layers(text, paragraphs, quotes, parsed, set(), names, None):
            if item.mode == "quoted" and item.how == "frame" and item.speaker != speaker and _is_other(text, item):
                layers.append(item)
    own = {alias for person in people if person.name == speaker for alias in (person.name, *person.aliases)}
    layers += interjections(text, paragraphs, own)
    for paragraph in paragraphs:
        layers += stage_layers(text, paragraph.start, paragraph.end)
    return layers


def _is_other(text: str, item: Utterance) -> bool:
    """Whether the mention of who is quoted is somebody else than the one who speaks."""
    return item.speaker_start is not None and text[item.speaker_start : item.speaker_end].lower() not in FIRST


def _article_layers(text: str, paragraphs: Sequence[Paragraph], people: list[Person], default: str | None) -> list[Utterance]:
    """Anything that is told: furniture, quotations and reports in narration."""
    quotes = find_quotes(text, paragraphs)
    reasons = find_furniture(text, paragraphs, quotes)
    if not is_conversation(text, quotes):
        reasons.update(dict.fromkeys(find_duplicates(text, paragraphs, set(reasons)), "duplicate"))
    names = Names.of(text, people, default)
    quoted = {n for q in quotes for n in range(q.first, q.last + 1)}

    def wanted(number: int) -> bool:
        if number in reasons:
            return False
        return number in quoted or has_cue(paragraphs[number].of(text))

    parsed = parse(text, paragraphs, quotes, wanted)
    layers = article_layers(text, paragraphs, quotes, parsed, set(reasons), names, default)
    furniture = [_furniture(paragraphs[n].start, paragraphs[n].end, reason) for n, reason in sorted(reasons.items())]
    for n, paragraph in enumerate(paragraphs):
        lead = dateline_end(paragraph.of(text))
        if lead and n not in reasons:
            furniture.append(_furniture(paragraph.start, paragraph.start + lead, "dateline"))
    return layers + furniture


def _furniture(start: int, end: int, reason: str) -> Utterance:
    return Utterance(start, end, None, None, None, "furniture", reason, LIKELY)
