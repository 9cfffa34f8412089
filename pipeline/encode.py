"""Sentences as vectors: the committed static table by default, MiniLM as an extra, or any object with ``encode``.

Vectors are float32, of length one, one row a text; a text without a known token has the zero vector. Cosines of one
encoder may not be compared with those of another: thresholds are calibrated for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from pipeline.language import model_path
from pipeline.vectors import Vectors, normalise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["ENCODERS", "Encoder", "StaticEncoder", "Vectors", "load", "normalise"]

BATCH = 4096
"""Texts tokenised at a time: bounds memory at a few megabytes and costs no speed."""


@runtime_checkable
class Encoder(Protocol):
    """What every stage asks of an encoder."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, d) of ``texts``."""
        ...


class StaticEncoder:
    """Mean of one vector a token: a table distilled from all-MiniLM-L6-v2 (see ``models/encoder/README.md``).

    Parameters
    ----------
    name : folder under ``models/`` with ``table.npz`` (int8 ``table`` (vocabulary, d), float32 ``scale`` of each row),
        ``tokenizer.json`` and ``meta.json``.

    Raises
    ------
    FileNotFoundError
        When the model is not installed.
    """

    def __init__(self, name: str = "encoder") -> None:
        from tokenizers import Tokenizer

        with np.load(model_path(name, "table.npz")) as stored:
            self.table: Vectors = stored["table"] * stored["scale"][:, None]
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(model_path(name, "tokenizer.json")))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.name = "static"
        self.sha256: str = json.loads(model_path(name, "meta.json").read_text(encoding="utf-8"))["sha256"]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, d) of ``texts``; equal texts have equal vectors, whatever stands around them."""
        parts = [self._encode(list(texts[i : i + BATCH])) for i in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.table.shape[1]), np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        from scipy.sparse import csr_matrix

        ids = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        ends = np.cumsum([0, *map(len, ids)])
        tokens = np.fromiter((token for row in ids for token in row), np.int32, ends[-1])
        counts = csr_matrix((np.ones(len(tokens), np.float32), tokens, ends), shape=(len(ids), len(self.table)))
        return normalise(counts @ self.table)


def _minilm() -> Encoder:
    from pipeline.minilm import MiniLMEncoder

    return MiniLMEncoder()


ENCODERS: dict[str, Callable[[], Encoder]] = {"static": StaticEncoder, "minilm": _minilm}


@lru_cache(maxsize=2)
def _load(name: str) -> Encoder:
    return ENCODERS[name]()


def load(name: str | Encoder | None = "static") -> Encoder:
    """The encoder called ``name``, loaded once a process; an object with ``encode`` is handed back as it is.

    Raises
    ------
    ValueError
        When there is no encoder of that name.
    ImportError
        When the extra that it needs is not installed; the message names it.

    >>> load("static").encode(["The buses are late again."]).shape
    (1, 256)
    """
    if name is None:
        name = "static"
    if not isinstance(name, str):
        if not isinstance(name, Encoder):
            raise ValueError(f"The encoder must be a name or an object with a method encode. Got {name!r}.")
        return name
    if name not in ENCODERS:
        raise ValueError(f"No encoder named {name!r}. Available: {', '.join(ENCODERS)}.")
    return _load(name)
