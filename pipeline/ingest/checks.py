"""What is wrong with the content of a manifest: each fault with its line and its field."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pipeline.ingest import dates, files
from pipeline.ingest.formats import FORMATS
from pipeline.records import TABLES

SCHEMA = 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_date(value: object) -> bool:
    return dates.iso(value) is not None


_Check = tuple[Callable[[object], bool], str]
TEXT: _Check = (_is_text, "a text that is not empty")
TEXTS: _Check = (_is_texts, "a list of texts")
DATE: _Check = (_is_date, 'a date such as 2022-07-01, or a text such as "2022-07"')
FIELDS: dict[str, dict[str, _Check]] = {
    "corpus": {
        "schema": (lambda value: value == SCHEMA and value is not True, f"{SCHEMA}, the schema that this version reads"),
        "name": TEXT,
        "title": TEXT,
        "licence": TEXT,
        "folder": TEXT,
        "package": (lambda value: isinstance(value, str) and value.isidentifier(), "the name of a Python package"),
    },
    "speaker": {"id": TEXT, "name": TEXT, "aliases": TEXTS, "pronouns": TEXTS},
    "presidency": {"id": TEXT, "speaker": TEXT, "office": TEXT, "from": DATE, "to": DATE},
    "document": {
        "id": TEXT,
        "path": TEXT,
        "title": TEXT,
        "kind": TEXT,
        "presidency": TEXT,
        "publisher": TEXT,
        "author": TEXT,
        "licence": TEXT,
        "sha256": (
            lambda value: isinstance(value, str) and bool(re.fullmatch(r"[0-9a-fA-F]{64}", value)),
            "64 hexadecimal digits",
        ),
        "date": DATE,
        "published": DATE,
        "retrieved": DATE,
        "default_speaker": (lambda value: isinstance(value, str), 'the id of a speaker, or "" for never assume'),
        "url": (
            lambda value: isinstance(value, str) and bool(re.match(r"https?://[^\s/]+", value)),
            "an address that begins with http:// or https://",
        ),
        "format": (lambda value: value in FORMATS, "one of " + ", ".join(FORMATS)),
        "encoding": TEXT,
        "language": TEXT,
        "docvars": (lambda value: isinstance(value, dict), "a table"),
    },
}
OURS = frozenset(name for table in TABLES.values() for name in table.schema.names) | {"presidency", "error"}
"""Columns that no variable under ``[document.docvars]`` may be named like."""

REQUIRED = {"corpus": ("schema", "name"), "speaker": ("id", "name"), "presidency": ("id",), "document": ("id", "path")}


class Lines:
    """On which line each table and key of a TOML text stands."""

    def __init__(self, text: str) -> None:
        self.found: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, prefix = "", ""
        for number, line in enumerate(text.split("\n"), 1):
            if header := re.match(r"\s*\[(\[?)\s*([\w-]+)\s*(?:\.\s*([\w.-]+))?\s*\]", line):
                table, prefix = header.group(2), f"{header.group(3)}." if header.group(3) else ""
                if header.group(1) or table not in counts:
                    counts[table] = counts.get(table, -1) + 1
                self.found.setdefault((table, counts[table], prefix.rstrip(".")), number)
            elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]", line):
                self.found.setdefault((table, counts.get(table, 0), prefix + key.group(1)), number)

    def of(self, table: str, index: int = 0, key: str = "") -> int:
        """The line of a key, else of its table, else 1."""
        return self.found.get((table, index, key)) or self.found.get((table, index, "")) or self.found.get(("", 0, table)) or 1


def faults(content: dict, path: Path, lines: Lines) -> Iterator[str]:
    """Every fault of a parsed manifest, one sentence each that names ``path``, the line and the field."""
    for table in content:
        if table not in FIELDS:
            yield f"{path}:{lines.of(table)}: {_unknown('table', table, FIELDS)}"
    if "corpus" not in content:
        yield f"{path}:1: The manifest must have a table [corpus] with schema = {SCHEMA}."
    entries: dict[str, list[dict]] = {}
    for table in FIELDS:
        value = content.get(table, [])
        whole = (
            isinstance(value, dict) if table == "corpus" else isinstance(value, list) and all(isinstance(v, dict) for v in value)
        )
        if value and not whole:
            yield f"{path}:{lines.of(table)}: The table must be written as {'[corpus]' if table == 'corpus' else f'[[{table}]]'}."
            continue
        entries[table] = [value] if isinstance(value, dict) else value
        for index, entry in enumerate(entries[table]):
            yield from (f"{path}:{lines.of(table, index, key)}: {said}" for key, said in _entry_faults(table, index, entry))
    if "document" in entries and not entries["document"]:
        yield f"{path}:1: The manifest must list a [[document]]. Got none."
    yield from _reference_faults(entries, path, lines)


def _entry_faults(table: str, index: int, entry: dict) -> Iterator[tuple[str, str]]:
    """(key, sentence) for what is wrong with one table by itself."""
    name = _name(table, index, entry)
    for key in REQUIRED[table]:
        if key not in entry:
            yield "", f"{name} must have the field {key!r}."
    for key, value in entry.items():
        if key not in FIELDS[table]:
            yield key, f"{name}: {_unknown('field', key, FIELDS[table])}"
        elif not FIELDS[table][key][0](value):
            yield key, f"{name}: The field {key!r} must be {FIELDS[table][key][1]}. Got {_shown(value)}."
    for key in ("path",) if table == "document" else ("folder",) if table == "corpus" else ():
        if isinstance(entry.get(key), str) and (why := files.wrong_path(entry[key])):
            yield key, f"{name}: The field {key!r} {why}. Got {_shown(entry[key])}."
    begins, ends = dates.iso(entry.get("from")), dates.iso(entry.get("to"))
    if table == "presidency" and begins and ends and dates.span(ends)[1] < dates.span(begins)[0]:
        yield "to", f"{name}: The field 'to' must not be before 'from'. Got {ends} and {begins}."
    docvars = entry.get("docvars") if table == "document" else None
    for key, value in docvars.items() if isinstance(docvars, dict) else ():
        what = f"{name}: The variable {key!r} of [document.docvars]"
        if key in OURS:
            yield f"docvars.{key}", f"{what} must not be named like a column of ours."
        elif not isinstance(value, (str, int, float, bool, datetime.date)):
            yield f"docvars.{key}", f"{what} must be a text, number, date, true or false. Got {_shown(value)}."


def _reference_faults(entries: dict[str, list[dict]], path: Path, lines: Lines) -> Iterator[str]:
    """What is wrong between tables: ids given twice, and ids that nothing has."""
    known: dict[str, dict[str, int]] = {}
    for table in ("speaker", "presidency", "document"):
        known[table] = {}
        for index, entry in enumerate(entries.get(table, [])):
            identifier = entry.get("id")
            if isinstance(identifier, str) and identifier in known[table]:
                first = lines.of(table, known[table][identifier], "id")
                here = f"{path}:{lines.of(table, index, 'id')}"
                yield f"{here}: The field 'id' of a {table} must be given once. Got {identifier!r}, as on line {first}."
            elif isinstance(identifier, str):
                known[table][identifier] = index
    for table, key, of in (
        ("presidency", "speaker", "speaker"),
        ("document", "default_speaker", "speaker"),
        ("document", "presidency", "presidency"),
    ):
        for index, entry in enumerate(entries.get(table, [])):
            value = entry.get(key)
            if isinstance(value, str) and value and value not in known[of]:
                here = f"{path}:{lines.of(table, index, key)}: {_name(table, index, entry)}"
                yield f"{here}: The field {key!r} must be the id of a {of}. {_unknown(of, value, known[of])}"


def _name(table: str, index: int, entry: dict) -> str:
    if table == "corpus":
        return "[corpus]"
    return f"{table} {entry['id']!r}" if _is_text(entry.get("id")) else f"{table} number {index + 1}"


def _unknown(kind: str, name: str, known: Mapping[str, object]) -> str:
    """``No field named 'pth'. Did you mean 'path'?``"""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    if near:
        return f"No {kind} named {_shown(name)}. Did you mean {near[0]!r}?"
    listed = list(known)
    more = f" and {len(listed) - 30} more" if len(listed) > 30 else ""
    return f"No {kind} named {_shown(name)}. Available: {', '.join(listed[:30]) or 'none'}{more}."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
