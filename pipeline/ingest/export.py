"""Speeches and utterances for other tools: a ConvoKit corpus, and a Frictionless data package over the tables of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.records import UTTERANCES, docvars

_TYPES = {"i": "integer", "u": "integer", "f": "number", "b": "boolean"}


def to_convokit(utterances: pd.DataFrame, folder: str | Path) -> None:
    """Write utterances as a ConvoKit corpus: one speech is one conversation, furniture left out.

    Parameters
    ----------
    utterances : table ``records.UTTERANCES``, document variables behind its own columns.
    folder : gets ``utterances.jsonl``, ``speakers.json``, ``conversations.json``, ``corpus.json`` and ``index.json``.
    """
    folder = Path(folder)
    kept = utterances[utterances["mode"] != "furniture"]
    variables = docvars(utterances, UTTERANCES)
    rows: list[dict] = []
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    about: dict[str, dict] = {}
    for row in kept.to_dict("records"):
        speech = str(row["speech_id"])
        name = f"{speech}:{row['start']}"
        meta = {"start": row["start"], "end": row["end"], "mode": row["mode"]}
        rows.append({
            "id": name, "conversation_id": first.setdefault(speech, name), "text": row["text"], "meta": meta,
            "speaker": row["speaker"] or "unknown", "reply-to": last.get(speech), "timestamp": None, "vectors": [],
        })  # fmt: skip
        last[speech] = name
        described = {"speech_id": speech, **{key: _plain(row[key]) for key in variables}}
        about.setdefault(first[speech], {"meta": described, "vectors": []})
    speakers: dict[str, dict] = {name: {"meta": {}, "vectors": []} for name in sorted({row["speaker"] for row in rows})}
    index = {
        "utterances-index": {},
        "speakers-index": {},
        "conversations-index": {},
        "overall-index": {},
        "version": 1,
        "vectors": [],
    }
    store.write_rows(rows, folder / "utterances.jsonl")
    for file, content in (("speakers", speakers), ("conversations", about), ("corpus", {}), ("index", index)):
        store.write_text(folder / f"{file}.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def describe(folder: str | Path, *, name: str) -> Path:
    """Write ``datapackage.json`` (Frictionless) over the tables of a folder, and return its path.

    Raises ``ValueError`` when the folder holds no table.
    """
    folder = Path(folder)
    tables = sorted(path for path in folder.iterdir() if path.name.endswith(store.ENDINGS) and not path.name.startswith("."))
    if not tables:
        raise ValueError(f"{folder}: The folder must hold a table ({', '.join(store.ENDINGS)}). Got none.")
    resources = []
    for path in tables:
        frame = store.read(path)
        fields = [{"name": str(column), "type": _TYPES.get(frame[column].dtype.kind, "string")} for column in frame.columns]
        resources.append({"name": path.stem, "path": path.name, "schema": {"fields": fields}})
    package = {"name": name, "profile": "data-package", "resources": resources}
    store.write_text(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    return folder / "datapackage.json"


def _plain(value: object) -> object:
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value
