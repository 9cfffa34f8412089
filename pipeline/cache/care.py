"""The care of the cache: what it holds, and what may go."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

ENDINGS = ("table", "failed", "run")
"""Of the files of a cache: tables, tables that are used once, and runs that were done (:mod:`pipeline.cache.runs`)."""

NAME = re.compile(rf"[0-9a-f]{{32}}\.(?:{'|'.join(ENDINGS)})")
HALF_WRITTEN = re.compile(rf"\.{NAME.pattern}\..+")

ABANDONED_SECONDS = 3600
"""A file still half-written after so long belongs to a run that was killed."""

SCRATCH = "bulk-"
"""How a folder in the cache begins that holds what waits between the passes of :func:`pipeline.bulk.compare`."""

SCRATCH_SECONDS = 86400
"""Such a folder in which nothing was written for so long belongs to a run that was killed: a pass takes hours at the most."""


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
