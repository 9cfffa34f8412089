"""Utterances to segments: the sentences that are counted, each inside one utterance.

Sentence boundaries come from the Punkt splitter of ``models/punkt``; on top of it a paragraph, a bullet and an
ellipsis before a capital end a sentence, and a lower-case word never begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from pipeline import language
from pipeline.records import SEGMENTS, UTTERANCES, conform, docvars

PARAGRAPH = re.compile(r"[^\S\n]*\r?\n(?:[^\S\n]*\r?\n)+")
"""A blank line, which is what parts paragraphs in plain text."""

BULLET = re.compile(r"(?m)^[^\S\n]*(?=[•◦▪‣·*–-][^\S\n])")
ELLIPSIS = re.compile(r"(?:…|\.\.\.)[”\"’']?(?=\s*[“\"‘'(\[]?[A-Z])")
WORD = re.compile(r"\w")
WORDS = re.compile(r"\w+(?:[’'-]\w+)*")
FULL_STOP = re.compile(r"[.!?…][”\"’')\]]*$")

LEAST_WORDS = 3
"""A piece of a sentence shorter than this ("that", "and so") says nothing that could be coded; a whole sentence may be as short
as it likes."""

OWN_COLUMNS = frozenset({*UTTERANCES.schema.names, *SEGMENTS.schema.names, "id"})


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of ``text``, without white space around them; a piece without a letter or digit is left
    out.

    >>> sentences("It works. Does it? Yes.")
    [(0, 9), (10, 18), (19, 23)]
    """
    return [span for start, end in _blocks(text) for span in _sentences_of_block(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, and list items inside them."""
    cuts = sorted({0, len(text), *(m.end() for m in PARAGRAPH.finditer(text)), *(m.start() for m in BULLET.finditer(text))})
    yield from pairwise(cuts)


def _sentences_of_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    if not WORD.search(block):
        return
    cuts = [first for first, _ in language.punkt().span_tokenize(block) if first]
    cuts = [cut for cut in cuts if not _starts_small(block, cut)]
    cuts = sorted({0, len(block), *cuts, *(m.end() for m in ELLIPSIS.finditer(block))})
    for first, last in pairwise(cuts):
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
    furniture are kept and marked by their mode; a heading is the ``section`` of what follows it. A piece of a sentence of fewer
    than ``LEAST_WORDS`` words is no unit of its own and left out.

    Raises
    ------
    ValueError
        When a needed column is missing.
    """
    utterances = conform(_as_utterances(utterances), UTTERANCES)
    kept = docvars(utterances, UTTERANCES)
    rows: list[tuple] = []
    origin: list[int] = []
    columns = (utterances[name].tolist() for name in ("speech_id", "start", "end", "text", "speaker", "mode", "how"))
    spans = [_Utterance(*row) for row in zip(*columns, strict=True)]
    position = paragraph = 0
    section: str | None = None
    index = 0
    for number, run in enumerate(_runs(spans)):
        if not number or (index and run[0].speech_id != spans[index - 1].speech_id):
            position, paragraph, section = 0, 0, None
        text = "".join(part.text for part in run)
        offset, breaks = run[0].start, [m.end() for m in PARAGRAPH.finditer(text)]
        whole = sentences(text)
        first = passed = 0
        for part in run:
            start, end = part.start - offset, part.start - offset + len(part.text)
            if part.mode == "furniture" and "heading" in (part.how or ""):
                section = " ".join(part.text.split()) or section
            while first < len(whole) and whole[first][1] <= start:
                first += 1
            for sentence in whole[first:]:
                if sentence[0] >= end:
                    break
                piece = _trimmed(text, max(sentence[0], start), min(sentence[1], end))
                broken = piece != sentence
                if not _counts(text[slice(*piece)], broken=broken, direct=part.mode in ("spoken", "quoted")):
                    continue
                while passed < len(breaks) and breaks[passed] <= piece[0]:
                    passed += 1
                said = text[slice(*piece)]
                rows.append(
                    (
                        part.speech_id,
                        offset + piece[0],
                        offset + piece[1],
                        said,
                        position,
                        paragraph + passed,
                        section,
                        part.speaker,
                        part.mode,
                        len(said.split()),
                        text[slice(*sentence)] if broken else None,
                    )
                )
                origin.append(index)
                position += 1
            index += 1
        paragraph += len(breaks)
    table = pd.DataFrame(rows, columns=SEGMENTS.schema.names)
    carried = utterances[kept].iloc[origin].reset_index(drop=True)
    return conform(pd.concat([table, carried], axis=1), SEGMENTS)


class _Utterance(NamedTuple):
    speech_id: str
    start: int
    end: int
    text: str
    speaker: str | None
    mode: str
    how: str | None


def _runs(spans: list[_Utterance]) -> Iterator[list[_Utterance]]:
    """Utterances of one speech that follow each other without a gap."""
    run: list[_Utterance] = []
    for span in spans:
        if run and (span.speech_id != run[-1].speech_id or span.start != run[-1].start + len(run[-1].text)):
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _counts(piece: str, *, broken: bool, direct: bool) -> bool:
    """Whether a piece is a unit: a whole sentence with a word, a direct one quoted to its end, or a clause of some length."""
    words = len(WORDS.findall(piece))
    return bool(words) and (not broken or words >= LEAST_WORDS or (direct and bool(FULL_STOP.search(piece))))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _as_utterances(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of texts as utterances, one a row; a table of utterances as it is."""
    if "mode" in frame.columns and "start" in frame.columns:
        return frame
    name = "speech_id" if "speech_id" in frame.columns else "id"
    if name not in frame.columns or "text" not in frame.columns:
        columns = ", ".join(map(str, frame.columns))
        raise ValueError(f"The rows must have 'speech_id' (or 'id') and 'text'. Got the columns: {columns}.")
    text = frame["text"].astype(object).where(frame["text"].notna(), "")
    offsets = {"start": 0, "end": text.map(len)}
    plain = {"speech_id": frame[name], **offsets, "text": text, "mode": "spoken", "how": "text", "confidence": 1.0}
    speaker = frame["speaker"] if "speaker" in frame.columns else None
    others = [column for column in frame.columns if column not in OWN_COLUMNS]
    return pd.DataFrame({**plain, "speaker": speaker}).join(frame[others])
