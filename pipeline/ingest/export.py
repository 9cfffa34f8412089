"""Speeches and utterances for other tools: a ConvoKit corpus, and a Frictionless data package over the tables of a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
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
        "utterances-index": {"start": ["<class 'int'>"], "end": ["<class 'int'>"], "mode": ["<class 'str'>"]},
        "speakers-index": {},
        "conversations-index": _types(entry["meta"] for entry in about.values()),
        "overall-index": {},
        "version": 1,
        "vectors": [],
    }
    store.write_rows(rows, folder / "utterances.jsonl")
    for file, content in (("speakers", speakers), ("conversations", about), ("corpus", {}), ("index", index)):
        store.write_text(folder / f"{file}.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def to_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The speeches or utterances as quanteda and readtext have them: ``doc_id`` and ``text`` first, variables behind.

    Parameters
    ----------
    table : of speeches, or of utterances (``doc_id`` is then the speech and the offset of its start).

    Returns
    -------
    One row a text; columns that hold nothing are left out.
    """
    parts = "start" in table.columns and bool(table["speech_id"].duplicated().any())
    names = [f"{speech}:{start}" for speech, start in zip(table["speech_id"], table["start"], strict=True)] if parts else None
    kept = table if parts else table.drop(columns=["speech_id"])
    kept = kept.drop(columns=["text"]).dropna(axis="columns", how="all")
    texts = pd.DataFrame({"doc_id": names if parts else table["speech_id"], "text": table["text"]}, index=table.index)
    return pd.concat([texts, kept], axis="columns")


def describe(folder: str | Path, *, name: str, only: Sequence[str] | None = None) -> Path:
    """Write ``datapackage.json`` (Frictionless) over the tables of a folder, and return its path.

    Parameters
    ----------
    folder : with tables at rest.
    name : of the package.
    only : names of the tables that belong to it; None takes all of the folder.

    Raises ``ValueError`` when the folder holds no table.
    """
    folder = Path(folder)
    tables = sorted(path for path in folder.iterdir() if path.name.endswith(store.ENDINGS) and not path.name.startswith("."))
    tables = [path for path in tables if only is None or path.name in only]
    if not tables:
        raise ValueError(f"{folder}: The folder must hold a table ({', '.join(store.ENDINGS)}). Got none.")
    resources = []
    for path in tables:
        frame = store.read(path)
        fields = [{"name": str(column), "type": _TYPES.get(frame[column].dtype.kind, "string")} for column in frame.columns]
        resources.append({"name": _package_name(path.name.partition(".")[0]), "path": path.name, "schema": {"fields": fields}})
    package = {"name": _package_name(name), "profile": "data-package", "resources": resources}
    store.write_text(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    return folder / "datapackage.json"


def _types(metas: Iterable[Mapping[str, object]]) -> dict[str, list[str]]:
    """Names of the types of each field, as ConvoKit keeps them in its index."""
    found: dict[str, set[str]] = {}
    for meta in metas:
        for key, value in meta.items():
            found.setdefault(key, set()).add(str(type(value)))
    return {key: sorted(kinds) for key, kinds in found.items()}


def _package_name(name: str) -> str:
    """A name as the standard wants it: lower case, figures, hyphens, dots."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "texts"


def _plain(value: object) -> object:
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value
