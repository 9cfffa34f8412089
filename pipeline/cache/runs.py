"""Commands that were done: what each read, what it told, and the files that it left, so that none is done twice.

Nothing is believed by name, size or time: every byte that was read and every byte that was left is hashed again. It takes a
third of a second for two million words (``make bench ONLY=unchanged``); neither pandas nor Arrow is imported for it.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.cache import names

ROOM = "runs"
MANIFEST = "manifest.toml"


@dataclass(frozen=True)
class Done:
    """A command that ended well: its exit status, what it told as (``out`` or ``err``, text), and its files by their digests."""

    status: int
    told: tuple[tuple[str, str], ...]
    files: Mapping[str, str]


@dataclass(frozen=True)
class Sources:
    """Files that are read: a digest of their names and bytes, and what the file system says of them (sizes, times)."""

    digest: str
    looks: str


def sources(corpus: str | Path, others: Iterable[str | Path] = ()) -> Sources | None:
    """Everything that reading ``corpus`` (a file, folder, glob or manifest) and the files ``others`` may look at.

    Returns
    -------
    None where that cannot be said: a symbolic link, a manifest that is none, a file that cannot be read.
    """
    try:
        state, looks = hashlib.blake2b(digest_size=16), hashlib.blake2b(digest_size=16)
        for place, root in [*_read(Path(corpus)), *((Path(path), Path(path).parent) for path in others)]:
            state.update(names.key(place.relative_to(root).as_posix(), _digest(place)).encode())
            seen = place.stat()
            looks.update(f"{place}\0{seen.st_size} {seen.st_mtime_ns} {seen.st_ino}\0".encode("utf-8", "surrogateescape"))
    except (OSError, ValueError):  # whoever reads them says what is wrong
        return None
    return Sources(state.hexdigest(), looks.hexdigest())


def _read(corpus: Path) -> Iterator[tuple[Path, Path]]:
    """Files that belong to a corpus, each with the folder that its name is told from."""
    manifest = corpus / MANIFEST if corpus.is_dir() else corpus
    if corpus.is_dir() or (corpus.is_file() and corpus.suffix == ".toml"):
        yield from _below(manifest.parent)
        if manifest.is_file() and (elsewhere := _documents(manifest)):
            yield from _below(elsewhere)
    elif corpus.exists():
        yield corpus, corpus.parent
    else:
        for path in map(Path, sorted(glob.glob(str(corpus), recursive=True))):
            if path.is_file():
                yield path, Path(path.anchor)


def _documents(manifest: Path) -> Path | None:
    """The folder of a manifest's documents where that is another one than its own."""
    told = tomllib.loads(manifest.read_text(encoding="utf-8-sig")).get("corpus", {})
    folder = manifest.parent
    if "package" in told:
        spec = find_spec(told["package"])
        if spec is None or not spec.submodule_search_locations:
            raise ValueError(f"The package {told['package']!r} is not installed.")
        folder = Path(next(iter(spec.submodule_search_locations)))
    found = folder / told.get("folder", ".")
    return None if found == manifest.parent else found


def _below(folder: Path) -> Iterator[tuple[Path, Path]]:
    """All files below a folder, by path. Raises ``ValueError`` for a symbolic link."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(place, name)
            if path.is_symlink():
                raise ValueError(f"{path}: a symbolic link may lead anywhere.")
            if name in files:
                yield path, folder


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def installed() -> str:
    """Whatever else may change an answer: all of this program, and every distribution beside it by its name and version."""
    rooms = sorted({path.name.split(".")[0] for path in names.PACKAGE.iterdir()} - {"models", "__pycache__"})
    folders = [Path(place) for place in sys.path if place]
    found = sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info"))
    return names.key(names.program(*rooms), sys.version, *found)


def left(files: Iterable[str | Path]) -> dict[str, str]:
    """The digest of each file that a command left."""
    return {str(path): _digest(Path(path)) for path in files}


def read(cache: Path, name: str) -> Done | None:
    """The run ``name``, when it is there and sound and every file that it left is as it left it."""
    path = cache / ROOM / f"{name}.run"
    try:
        content = names.unsealed(path, path.read_bytes())
        if content is None:
            path.unlink()
            return None
        told = json.loads(content)
        done = Done(told["status"], tuple((stream, text) for stream, text in told["told"]), told["files"])
        if left(done.files) != done.files:
            return None
        os.utime(path)  # the time of last use, for pruning
    except OSError:
        return None
    return done


def write(cache: Path, name: str, *, status: int, told: Sequence[tuple[str, str]], files: Iterable[str | Path]) -> None:
    """Keep that the run ``name`` was done."""
    from pipeline import store

    path = cache / ROOM / f"{name}.run"
    content = json.dumps({"status": status, "told": list(told), "files": left(files)}, ensure_ascii=False)
    store.write_bytes(path, names.sealed(path, content.encode("utf-8", "surrogatepass")))
