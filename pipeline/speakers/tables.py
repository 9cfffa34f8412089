"""The stage over tables: speeches to utterances, and anybody's rows to spans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.records import SPEECHES, UTTERANCES, conform, docvars
from pipeline.speakers.attribution import attribute_text
from pipeline.speakers.genre import is_spoken
from pipeline.speakers.marks import find_quotes
from pipeline.speakers.paragraphs import split
from pipeline.speakers.spans import Utterance

FAILURES = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What one odd text may raise; it costs that text and nothing else."""


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
        for item in _safely({str(key): value for key, value in row.items()}):
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
            kind=row.get("kind") or _kind(text),
            turns=_json(row.get("turns")),
        )
    except FAILURES as error:
        return [Utterance(0, len(text), None, None, None, "narrated", f"error: {error}", 0.0)] if text else []


def _kind(text: str) -> str | None:
    """The kind of a row of a table of speeches that declares none: a speech where it reads as one."""
    return "speech" if is_spoken(text, find_quotes(text, split(text))) else None


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
        except FAILURES as error:
            answers.append({"id": row.get("id"), "error": str(error)})
            continue
        answers.append({"id": row.get("id"), "spans": [vars(span).copy() for span in spans]})
    return answers
