"""Settings that more than one room reads: the version of what is computed, limits, and where the cache lies."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
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
    file_bytes : size of a file as it lies on the disk, and of a download.
    unpacked_bytes, unpacked_ratio, entries : size, size over packed size, and members of a compressed container.
    pages : pages of a PDF.
    page_characters, nesting : code points of a web page, and how deep its elements are nested.
    rtf_characters : code points of a Rich Text file without its pictures.
    rows, columns, cell_characters : of a table.
    documents : documents of one source.
    manifest_bytes : size of a manifest.
    """

    file_bytes: int = 64 * 1024**2
    unpacked_bytes: int = 100 * 1024**2
    unpacked_ratio: int = 100
    entries: int = 10_000
    pages: int = 5_000
    page_characters: int = 8_000_000
    nesting: int = 200
    rtf_characters: int = 8_000_000
    rows: int = 2_000_000
    columns: int = 2_000
    cell_characters: int = 16_000_000
    documents: int = 2_000_000
    manifest_bytes: int = 16 * 1024**2


_VARIABLES = tuple((spec.name, f"THEMESHIFT_{spec.name.upper()}") for spec in fields(Limits))


def limits() -> Limits:
    """The limits that the environment sets (``THEMESHIFT_FILE_BYTES`` and so on, one whole number each), else the defaults.

    Raises
    ------
    ValueError
        When a variable of the environment is no whole number from 1.
    """
    given: dict[str, int] = {}
    for field_name, name in _VARIABLES:
        value = os.environ.get(name, "").strip().replace("_", "")
        if not value:
            continue
        if not (value.isascii() and value.isdecimal() and len(value) <= 18 and int(value) > 0):
            raise ValueError(f"The environment variable {name} must be a whole number from 1. Got {os.environ[name]!r}.")
        given[field_name] = int(value)
    return Limits(**given)


def cache_folder() -> Path:
    """The default folder of cached partitions: ``themeshift`` under ``XDG_CACHE_HOME`` (else ``~/.cache``)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "themeshift"
