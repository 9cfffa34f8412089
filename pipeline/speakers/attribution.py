"""The stage: texts in, utterances out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.records import SPEECHES, UTTERANCES, conform, docvars
from pipeline.speakers.duplicates import find_duplicates
from pipeline.speakers.furniture import find_furniture
from pipeline.speakers.lexicon import adjectives, nouns, verbs
from pipeline.speakers.marks import Quote, find_quotes
from pipeline.speakers.masking import _WORD, mask
from pipeline.speakers.names import Names, registry
from pipeline.speakers.painting import paint
from pipeline.speakers.paragraphs import Paragraph, split
from pipeline.speakers.resolve import Parsed, article_layers, is_conversation
from pipeline.speakers.spans import Claim, Utterance
from pipeline.speakers.turns import directions, labels, supplied_claims, transcript_claims

SPEECH_KINDS = frozenset({"speech", "address", "statement"})
"""Kinds of document that their default speaker speaks from end to end."""

_NO_PARSE = ("attribute_ruler", "lemmatizer", "ner")


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
    kind : of document; a "speech" is spoken by ``default_speaker`` from end to end.
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
    paragraphs = split(text)
    breaks = [paragraph.start for paragraph in paragraphs]
    names = Names(people)
    if turns:
        layers = []
        for claim, speaker in supplied_claims(text, turns):
            name = names.named(speaker) if speaker else None
            layers.append(_layer(claim, name))
        return paint(text, layers, breaks)
    found = labels(text, paragraphs)
    if found:
        names = Names.of(text, people)
        layers = []
        for claim in transcript_claims(text, paragraphs, found, names, default_speaker):
            layers.append(_layer(claim, _turn_speaker(claim, names)))
        return paint(text, layers, breaks)
    if kind in SPEECH_KINDS:
        return paint(text, _speech_layers(text, paragraphs, people, default_speaker or None), breaks)
    return paint(text, _article_layers(text, paragraphs, people, default_speaker or None, kind), breaks)


def _turn_speaker(claim: Claim, names: Names) -> str | None:
    if claim.mention is None or claim.mode == "furniture":
        return None
    name = claim.mention.text
    found = names.named(name.title() if name.isupper() and len(name) > 3 else name)
    return found


def _layer(claim: Claim, speaker: str | None) -> Utterance:
    mention = claim.mention
    return Utterance(
        claim.start,
        claim.end,
        speaker,
        mention.start if mention and speaker else None,
        mention.end if mention and speaker else None,
        claim.mode,
        claim.how,
        claim.confidence if speaker or claim.mode == "furniture" else 0.0,
    )


def _speech_layers(
    text: str, paragraphs: Sequence[Paragraph], people: list[Any], speaker: str | None
) -> list[Utterance]:
    """A speech: everything is its speaker's, but for quoted people, stage directions and interjections."""
    layers = [
        Utterance(p.start, p.end, speaker, None, None, "spoken", "speech", 0.99 if speaker else 0.0) for p in paragraphs
    ]
    quotes = find_quotes(text, paragraphs)
    if quotes:
        names = Names.of(text, people, speaker)
        numbers = {n for q in quotes for n in range(q.first, q.last + 1)}
        parsed = _parse(text, paragraphs, quotes, lambda n: n in numbers)
        quoted = article_layers(text, paragraphs, quotes, parsed, set(), names, None)
        for item in quoted:
            named = item.mode == "quoted" and item.how == "frame" and item.speaker and item.speaker_start is not None
            if (
                named
                and item.speaker != speaker
                and text[item.speaker_start : item.speaker_end].lower() not in ("i", "we")
            ):
                layers.append(item)
    for paragraph in paragraphs:
        for start, end in directions(text, paragraph.start, paragraph.end):
            layers.append(Utterance(start, end, None, None, None, "furniture", "stage-direction", 0.99))
    return layers


def _article_layers(
    text: str, paragraphs: Sequence[Paragraph], people: list[Any], default: str | None, kind: str | None
) -> list[Utterance]:
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
        return number in quoted or _has_cue(paragraphs[number].of(text))

    parsed = _parse(text, paragraphs, quotes, wanted)
    kept = [q for q in quotes]
    layers = article_layers(text, paragraphs, kept, parsed, set(reasons), names, default)
    furniture = [
        Utterance(paragraphs[n].start, paragraphs[n].end, None, None, None, "furniture", reason, 0.9)
        for n, reason in sorted(reasons.items())
    ]
    return layers + furniture


def _has_cue(line: str) -> bool:
    cues, things, minds = verbs(), nouns(), adjectives()
    words = [word.lower() for word in _WORD.findall(line)]
    return any(word in cues or word in things or word in minds or word == "according" for word in words)


def _parse(text: str, paragraphs: Sequence[Paragraph], quotes: Sequence[Quote], wanted: Any) -> list[Parsed]:
    """Parse the paragraphs that are ``wanted``, with their quotations masked."""
    by_paragraph: dict[int, list[tuple[int, Quote]]] = {}
    for index, quote in enumerate(quotes):
        for number in range(quote.first, quote.last + 1):
            by_paragraph.setdefault(number, []).append((index, quote))
    masked = [mask(text, n, paragraph, by_paragraph.get(n, [])) for n, paragraph in enumerate(paragraphs) if wanted(n)]
    masked = [item for item in masked if any(c.isalpha() for c in item.text) and not _only_mask(item)]
    if not masked:
        return []
    from pipeline.language import nlp

    pipeline = nlp()
    with pipeline.select_pipes(disable=[name for name in _NO_PARSE if name in pipeline.pipe_names]):
        docs = list(pipeline.pipe([item.text for item in masked], batch_size=64))
    return [Parsed(item, doc) for item, doc in zip(masked, docs, strict=True)]


def _only_mask(item: Any) -> bool:
    return len(item.masks) == 1 and len(item.text) <= 8


def attribute(speeches: pd.DataFrame) -> pd.DataFrame:
    """Say who says what in a table of speeches.

    Parameters
    ----------
    speeches : table ``records.SPEECHES``, one row a document.

    Returns
    -------
    DataFrame
        Table ``records.UTTERANCES``, the document variables of each speech behind its own columns. A speech whose
        attribution fails is one utterance of nobody's with the reason in ``how``.

    Raises
    ------
    ValueError
        When a column is missing.
    """
    speeches = conform(speeches, SPEECHES)
    carried = ["kind", "date", "title", "source", "president", *docvars(speeches, SPEECHES)]
    records: list[dict[str, Any]] = []
    for row in speeches.to_dict("records"):
        shared = {name: row[name] for name in carried if name in row}
        for item in _safely(row):
            records.append(
                {
                    "speech_id": row["speech_id"],
                    "start": item.start,
                    "end": item.end,
                    "text": row["text"][item.start : item.end],
                    "speaker": item.speaker,
                    "speaker_start": item.speaker_start,
                    "speaker_end": item.speaker_end,
                    "mode": item.mode,
                    "how": item.how,
                    "confidence": item.confidence,
                    **shared,
                }
            )
    columns = [*UTTERANCES.schema.names, *[name for name in carried if name in speeches.columns]]
    return conform(pd.DataFrame(records, columns=columns), UTTERANCES)


def _safely(row: Mapping[str, Any]) -> list[Utterance]:
    """Utterances of a speech; one of nobody's, with the reason, when its attribution fails."""
    text = row["text"] or ""
    try:
        return attribute_text(
            text,
            default_speaker=row.get("default_speaker"),
            aliases=_json(row.get("aliases")),
            kind=row.get("kind"),
            turns=_json(row.get("turns")),
        )
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        return [Utterance(0, len(text), None, None, None, "narrated", f"error: {error}", 0.0)] if text else []


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.strip() else value or None


def attribute_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say who says what in rows of anybody's table; one bad row costs one row.

    Parameters
    ----------
    rows : {id, text[, default_speaker, aliases, kind, turns]}

    Returns
    -------
    list of dict
        {id, spans: [{start, end, speaker, speaker_start, speaker_end, mode, how, confidence}]}, or {id, error}.
    """
    answers: list[dict[str, Any]] = []
    for row in rows:
        try:
            if "text" not in row:
                raise ValueError("The row must have the key 'text'.")
            spans = attribute_text(
                row["text"],
                default_speaker=row.get("default_speaker"),
                aliases=_json(row.get("aliases")),
                kind=row.get("kind"),
                turns=_json(row.get("turns")),
            )
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            answers.append({"id": row.get("id"), "error": str(error)})
            continue
        answers.append({"id": row.get("id"), "spans": [vars(span).copy() for span in spans]})
    return answers
