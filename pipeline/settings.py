"""Settings that more than one room reads: the version of what is computed, limits, and where the cache lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

STAGE_VERSION = "1"
"""Raised when a stage computes something else for the same input, so that no cached table of before is taken for it."""

PARTITION_CHARACTERS = 750_000
"""Text of one partition: large enough that start-up is noise beside it, small enough that one changed speech costs little."""


@dataclass(frozen=True)
class Limits:
    """What a reader accepts, so that a hostile or broken file costs one sentence and no memory.

    Attributes
    ----------
    file_bytes : size of a file as it lies on the disk.
    unpacked_bytes, unpacked_ratio, entries : size, size over packed size, and members of a compressed container.
    pages : pages of a PDF.
    """

    file_bytes: int = 64 * 1024**2
    unpacked_bytes: int = 100 * 1024**2
    unpacked_ratio: int = 100
    entries: int = 10_000
    pages: int = 5_000


def cache_folder() -> Path:
    """The default folder of cached partitions: ``themeshift`` under ``XDG_CACHE_HOME`` (else ``~/.cache``)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "themeshift"
