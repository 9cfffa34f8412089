"""From what a user names (a file, folder, glob, table, archive or manifest) to the documents that are to be read."""

from __future__ import annotations

import glob
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from pipeline.ingest import beside, convokit, files, manifest
from pipeline.ingest.content import Content
from pipeline.ingest.formats import TABLES, by_name, ending, stem
from pipeline.settings import Limits


@dataclass(frozen=True, slots=True)
class Item:
    """One file to be read: its bytes on demand, and what is known of it before it is opened.

    Attributes
    ----------
    id : of the speech; of a table, the name that its numbered rows take.
    name : file name that tells the format.
    source : path as it may be shown: relative, never one of this machine.
    load : gives the bytes.
    corpus, document : the manifest and its entry, where there is one.
    group : sub-folder, where there is one.
    docvars : variables from a table beside the texts.
    content : what a reader of the whole folder has read already.
    place : where the file lies, None inside an archive; never shown.
    """

    id: str
    name: str
    source: str
    load: Callable[[], bytes]
    corpus: manifest.Manifest | None = None
    document: manifest.Document | None = None
    group: str | None = None
    docvars: Mapping[str, object] = field(default_factory=dict)
    content: Content | None = None
    place: Path | None = None

    @property
    def is_table(self) -> bool:
        """Whether it holds many speeches, one a row."""
        return self.content is None and self.document is None and by_name(self.name) in TABLES


def items(sources: Sequence[str | Path], limits: Limits) -> Iterator[Item]:
    """The files behind ``sources``, in order; those of a folder sorted by path.

    Raises
    ------
    ValueError
        When a source leads to no document, or a manifest has a fault.
    FileNotFoundError
        When a source is not there.
    """
    loose: list[Path] = []
    for source in sources:
        path = Path(source)
        if path.is_dir() and not (path / manifest.NAME).is_file():
            yield from _some(_folder(path, limits), path, limits)
        elif path.is_dir() or path.suffix == ".toml":
            yield from of_manifest(manifest.load(path / manifest.NAME if path.is_dir() else path), limits)
        elif path.exists() or not glob.has_magic(str(source)):
            if not path.exists():
                raise FileNotFoundError(2, "No such file or directory", str(source))
            loose.append(path)
        else:
            yield from _some(_distinct(list(_glob(str(source), limits))), path, limits)
    yield from _loose(loose, limits)


def of_manifest(corpus: manifest.Manifest, limits: Limits) -> Iterator[Item]:
    """The documents of a manifest."""
    for document in corpus.documents:
        load = _guarded(corpus, document, limits)
        yield Item(document.id, document.path, document.path, load, corpus, document, place=corpus.root / document.path)


def _guarded(corpus: manifest.Manifest, document: manifest.Document, limits: Limits) -> Callable[[], bytes]:
    def load() -> bytes:
        if files.through_link(corpus.root, document.path):
            raise ValueError("The field 'path' must not pass a symbolic link.")
        path = corpus.root / document.path
        if not path.exists():
            fetch = f" `themeshift fetch {corpus.path.parent}` downloads it." if "url" in document.fields else ""
            raise ValueError(f"The field 'path' must name a file that is there. Got none.{fetch}")
        return files.read_bytes(path, limits)

    return load


def _some(found: Iterator[Item], path: Path, limits: Limits) -> Iterator[Item]:
    number = 0
    for number, item in enumerate(found, 1):
        if number > limits.documents:
            raise ValueError(
                f"{path}: The source must hold at most {limits.documents:,} documents. Got more. Read it in parts, or raise "
                "THEMESHIFT_DOCUMENTS."
            )
        yield item
    if not number:
        raise ValueError(f"{path}: The source must hold at least one document. Got none.")


def _distinct(listed: Sequence[Item]) -> Iterator[Item]:
    """Items of one folder; files that differ only in their ending keep it in their ids."""
    times = Counter(item.id for item in listed)
    for item in listed:
        yield item if times[item.id] == 1 else replace(item, id=item.name)


def _folder(folder: Path, limits: Limits) -> Iterator[Item]:
    """The files of a folder, with their variables from a table beside them; or the conversations of a ConvoKit corpus."""
    if (folder / convokit.NAME).is_file():
        for name, content in convokit.conversations(folder, limits):
            raw = content.text.encode("utf-8", "surrogatepass")
            yield Item(name, name, f"{convokit.NAME}/{name}", lambda raw=raw: raw, content=content)  # type: ignore[misc]
        return
    known = beside.variables(folder, limits)
    for listed in files.walk_folder(folder):
        listed = [(path, relative) for path, relative in listed if not files.is_annotated_twin(path, folder)]
        found = (_file(path, relative, limits) for path, relative in listed if not (known and relative in beside.NAMES))
        for item in _distinct([item for files_of in found for item in files_of]):
            yield _described(item, known) if known else item


def _described(item: Item, known: Mapping[str, Mapping[str, object]]) -> Item:
    """The item with its row of the table beside the texts, where that has one."""
    names = (item.source, item.id, PurePosixPath(item.source).name, PurePosixPath(item.id).name)
    found = next((known[name] for name in names if name in known), None)
    return replace(item, docvars=found) if found else item


def count(sources: Sequence[str | Path]) -> int:
    """About how many files there are behind ``sources``, for a progress bar; what is hidden or left out counts too."""
    number = 0
    for source in sources:
        folder = Path(source)
        if folder.is_dir() and not (folder / manifest.NAME).is_file():
            number += sum(len(names) for _, _, names in os.walk(folder))
        else:
            number += 1
    return number


def _glob(pattern: str, limits: Limits) -> Iterator[Item]:
    """Files that match; named relative to the part of the pattern before its first wildcard."""
    fixed = Path(*_before_magic(Path(pattern).parts))
    for name in sorted(glob.glob(pattern, recursive=True)):
        path = Path(name)
        if path.is_file() and not files.SKIPPED.match(path.name) and not files.is_annotated_twin(path, fixed):
            yield from _file(path, path.relative_to(fixed).as_posix() if fixed.parts else path.as_posix(), limits)


def _before_magic(parts: Sequence[str]) -> Iterator[str]:
    for part in parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def _loose(paths: Sequence[Path], limits: Limits) -> Iterator[Item]:
    """Files named one by one; named relative to the folder that they share."""
    if not paths:
        return
    folder = Path(os.path.commonpath([os.path.abspath(path.parent) for path in paths]))
    found = (_file(path, Path(os.path.abspath(path)).relative_to(folder).as_posix(), limits) for path in paths)
    yield from _distinct([item for files_of in found for item in files_of])


def _file(path: Path, relative: str, limits: Limits) -> Iterator[Item]:
    """The document, table, or members of the archive at ``path``."""
    if ending(relative) == "zip":
        yield from _archive(path, relative, limits)
        return
    yield Item(stem(relative), relative, relative, lambda: _unpacked(path, limits), group=_group(relative), place=path)


def _unpacked(path: Path, limits: Limits) -> bytes:
    raw = files.read_bytes(path, limits)
    return files.gunzip(raw, limits) if raw.startswith(b"\x1f\x8b") else raw


def _group(relative: str) -> str | None:
    """The first sub-folder, or None."""
    first, below, _ = relative.partition("/")
    return first if below else None


def _archive(path: Path, relative: str, limits: Limits) -> Iterator[Item]:
    """The members of a ZIP file, as if it were a folder; a broken one is one document that fails."""
    try:
        archive = files.open_zip(io.BytesIO(_unpacked(path, limits)), limits)
        names = sorted(member.filename for member in archive.infolist() if not member.is_dir())
    except (ValueError, OSError) as error:
        yield Item(stem(relative), relative, relative, _failing(error))
        return
    for name in names:
        source = f"{relative}/{name}"
        if why := files.wrong_path(name):
            yield Item(stem(source), source, source, _failing(ValueError(f"The path of a member {why}.")))
            continue
        if any(files.SKIPPED.match(part) for part in PurePosixPath(name).parts):
            continue
        yield Item(stem(name), name, source, _member(archive, name, limits), group=_group(name))


def _member(archive: object, name: str, limits: Limits) -> Callable[[], bytes]:
    def load() -> bytes:
        raw = files.read_member(archive, name, limits)  # type: ignore[arg-type]
        return files.gunzip(raw, limits) if raw.startswith(b"\x1f\x8b") else raw

    return load


def _failing(error: Exception) -> Callable[[], bytes]:
    def load() -> bytes:
        raise error

    return load
