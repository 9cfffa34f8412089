"""Utterances to segments: the sentences that are counted, each inside one utterance.

Sentence boundaries come from the Punkt splitter of ``models/punkt``; on top of it a paragraph, a bullet and an
ellipsis before a capital end a sentence, and a lower-case word never begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from pipeline import language
from pipeline.records import SEGMENTS, UTTERANCES, conform, docvars

PARAGRAPH = re.compile(r"[^\S\n]*\r?\n(?:[^\S\n]*\r?\n)+")
"""A blank line, which is what parts paragraphs in plain text."""

BULLET = re.compile(r"(?m)^[^\S\n]*(?=[•◦▪‣·*–-][^\S\n])")
ELLIPSIS = re.compile(r"(?:…|\.\.\.)[”\"’']?(?=\s*[“\"‘'(\[]?[A-Z])")
WORD = re.compile(r"\w")

OWN_COLUMNS = frozenset({*UTTERANCES.schema.names, *SEGMENTS.schema.names, "id"})


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of ``text``, without white space around them; a piece without a letter or digit is left out.

    >>> sentences("It works. Does it? Yes.")
    [(0, 9), (10, 18), (19, 23)]
    """
    return [span for start, end in _blocks(text) for span in _sentences_of_block(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, and list items inside them."""
    cuts = sorted({0, len(text), *(m.end() for m in PARAGRAPH.finditer(text)), *(m.start() for m in BULLET.finditer(text))})
    yield from zip(cuts, cuts[1:], strict=False)


def _sentences_of_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    if not WORD.search(block):
        return
    cuts = [first for first, _ in language.punkt().span_tokenize(block) if first]
    cuts = [cut for cut in cuts if not _starts_small(block, cut)]
    cuts = sorted({0, len(block), *cuts, *(m.end() for m in ELLIPSIS.finditer(block))})
    for first, last in zip(cuts, cuts[1:], strict=False):
        piece = block[first:last]
        if WORD.search(piece):
            lead = len(piece) - len(piece.lstrip())
            yield start + first + lead, start + first + len(piece.rstrip())


def _starts_small(block: str, cut: int) -> bool:
    letter = next((character for character in block[cut : cut + 3] if character.isalnum()), "")
    return letter.islower()


def segment(utterances: pd.DataFrame) -> pd.DataFrame:
    """Cut utterances into segments.

    Parameters
    ----------
    utterances : table of utterances; a table with only ``speech_id`` (or ``id``) and ``text`` is read as one spoken
        utterance a row. Document variables travel along.

    Returns
    -------
    Table of segments, in the order of the speeches, ``position`` and ``paragraph`` counted from 0 in each speech. Segments of
    furniture are kept and marked by their mode; a heading is the ``section`` of what follows it.

    Raises
    ------
    ValueError
        When a needed column is missing.
    """
    utterances = conform(_as_utterances(utterances), UTTERANCES)
    kept = docvars(utterances, UTTERANCES)
    rows: dict[str, list] = {name: [] for name in (*SEGMENTS.schema.names, *kept)}
    carried = utterances[kept].to_dict("list")
    speech: str | None = None
    position = paragraph = 0
    section: str | None = None
    columns = [utterances[name].tolist() for name in ("speech_id", "start", "text", "speaker", "mode", "how")]
    for index, (speech_id, offset, text, speaker, mode, how) in enumerate(zip(*columns, strict=True)):
        if speech_id != speech:
            speech, position, paragraph, section = speech_id, 0, 0, None
        text = text or ""
        breaks = [m.end() for m in PARAGRAPH.finditer(text)]
        if mode == "furniture" and "heading" in (how or ""):
            section = " ".join(text.split()) or section
        passed = 0
        for start, end in sentences(text):
            while passed < len(breaks) and breaks[passed] <= start:
                passed += 1
            words = len(text[start:end].split())
            values = (speech_id, offset + start, offset + end, text[start:end], position, paragraph + passed, section, speaker, mode, words)
            for name, value in zip(SEGMENTS.schema.names, values, strict=True):
                rows[name].append(value)
            for name in kept:
                rows[name].append(carried[name][index])
            position += 1
        paragraph += len(breaks)
    return conform(pd.DataFrame(rows), SEGMENTS)


def _as_utterances(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of texts as utterances, one a row; a table of utterances as it is."""
    if "mode" in frame.columns and "start" in frame.columns:
        return frame
    name = "speech_id" if "speech_id" in frame.columns else "id"
    if name not in frame.columns or "text" not in frame.columns:
        raise ValueError(f"The rows must have 'speech_id' (or 'id') and 'text'. Got the columns: {', '.join(map(str, frame.columns))}.")
    text = frame["text"].astype(object).where(frame["text"].notna(), "")
    plain = {"speech_id": frame[name], "start": 0, "end": text.str.len(), "text": text, "mode": "spoken", "how": "text", "confidence": 1.0}
    speaker = frame["speaker"] if "speaker" in frame.columns else None
    others = [column for column in frame.columns if column not in OWN_COLUMNS]
    return pd.DataFrame({**plain, "speaker": speaker}).join(frame[others])
