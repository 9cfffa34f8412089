"""ConvoKit corpora: a folder of ``utterances.jsonl`` with ``speakers.json`` and ``conversations.json``.

One conversation is one document. Each utterance is a turn of its speaker; the ``meta`` of a conversation are document variables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.ingest import dates, files
from pipeline.ingest.blocks import Pen
from pipeline.ingest.content import Content
from pipeline.ingest.decoding import decode
from pipeline.ingest.tables import json_rows
from pipeline.settings import Limits

NAME = "utterances.jsonl"
_NAMES = ("name", "full_name", "speaker_name")


def conversations(folder: Path, limits: Limits) -> Iterator[tuple[str, Content]]:
    """(id, content) of each conversation, in the order of its first utterance.

    Raises
    ------
    ValueError
        When a file is not what ConvoKit writes, named with its line.
    """
    speakers = _json(folder / "speakers.json", limits)
    about = _json(folder / "conversations.json", limits)
    pens: dict[str, Pen] = {}
    first: dict[str, str | None] = {}
    try:
        rows = list(json_rows(decode(files.read_bytes(folder / NAME, limits))))
    except ValueError as error:
        raise ValueError(f"{NAME}: {error}") from None
    for number, row in enumerate(rows, 1):
        name = row.get("conversation_id", row.get("root"))
        if name is None or not isinstance(row.get("text"), str):
            raise ValueError(f"{NAME}: utterance {number} must have the fields 'conversation_id' (or 'root') and 'text'.")
        speaker = row.get("speaker", row.get("user"))
        pen = pens.setdefault(str(name), Pen())
        pen.write(row["text"], mode="spoken", speaker=_name(speaker, speakers) if speaker is not None else None)
        first.setdefault(str(name), dates.iso(row.get("timestamp")))
    for name, pen in pens.items():
        meta = _meta(about.get(name))
        date = next((found for key in ("date", "Date") if (found := dates.iso(meta.get(key)))), None) or first[name]
        title = next((str(meta[key]) for key in ("title", "Title") if meta.get(key)), None)
        docvars = {key: _plain(value) for key, value in meta.items() if key.lower() not in ("date", "title")}
        docvars.pop("speech_id", None)
        content = Content(pen.text, title=title, date=date, kind="debate", turns=tuple(pen.turns), docvars=docvars)
        yield str(meta.get("speech_id") or name), content


def _json(path: Path, limits: Limits) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(decode(files.read_bytes(path, limits)))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name}: The file must be JSON ({error}).") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: The file must be a JSON object. Got {type(content).__name__}.")
    return content


def _meta(entry: object) -> dict[str, Any]:
    meta = entry.get("meta", entry) if isinstance(entry, dict) else {}
    return dict(meta) if isinstance(meta, dict) else {}


def _name(speaker: object, speakers: Mapping[str, Any]) -> str:
    """The speaker's name where the register has one, else the id."""
    identifier = str(speaker.get("id", "")) if isinstance(speaker, dict) else str(speaker)
    meta = _meta(speakers.get(identifier))
    return next((str(meta[key]) for key in _NAMES if meta.get(key)), identifier)


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
