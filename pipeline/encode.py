"""Sentences as vectors: the committed static table by default, MiniLM as an extra, or any object with ``encode``.

Vectors are float32, of length one, one row a text; a text without a known token has the zero vector. Cosines of one
encoder may not be compared with those of another: thresholds are calibrated for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from pipeline.language import model_path
from pipeline.vectors import Vectors, normalise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["ENCODERS", "Encoder", "StaticEncoder", "Vectors", "load", "normalise"]

BATCH = 4096
"""Texts tokenised at a time: bounds memory at a few megabytes and costs no speed."""

REMEMBERED = 200_000
"""Words whose tokens are remembered, some 40 MB: a million sentences of English speeches hold fewer different ones."""


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
        self._known: dict[str, list[int]] = {}

    def __getstate__(self) -> dict[str, object]:
        """The encoder without the words that it came across: a pickle does not tell what was read."""
        return {**self.__dict__, "_known": {}}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, d) of ``texts``; equal texts have equal vectors, whatever stands around them."""
        parts = [self._encode(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.table.shape[1]), np.float32)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        from scipy.sparse import csr_matrix

        ids = self.tokens(texts)
        ends = np.cumsum([0, *map(len, ids)])
        tokens = np.fromiter(chain.from_iterable(ids), np.int32, ends[-1])
        counts = csr_matrix((np.ones(len(tokens), np.float32), tokens, ends), shape=(len(ids), len(self.table)))
        return normalise(counts @ self.table)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, the same as the tokenizer's, several times faster.

        No token reaches across a space, and words come again: only those that were never met are tokenised, all at once.
        """
        rows = [text.split(" ") for text in texts]
        if len(self._known) > REMEMBERED:
            self._known = {}
        known = self._known
        new = [word for word in dict.fromkeys(chain.from_iterable(rows)) if word not in known]
        begins = np.cumsum([0, *(len(word) + 1 for word in new)])
        found = self.tokenizer.encode(" ".join(new), add_special_tokens=False)
        owners = np.searchsorted(begins, [begin for begin, _ in found.offsets], side="right") - 1
        met: list[list[int]] = [[] for _ in new]
        for owner, token in zip(owners.tolist(), found.ids, strict=True):
            met[owner].append(token)
        known.update(zip(new, met, strict=True))
        return [list(chain.from_iterable(map(known.__getitem__, row))) for row in rows]


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
