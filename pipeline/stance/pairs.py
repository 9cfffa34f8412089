"""A (text, target) pair as the numbers that the stance network reads.

The sequence is ``[CLS] target [SEP] text [SEP]``. Token types say what a token is: 0 the target, 1 the text, 2 a token
of the text that names the target. The third type is what lets one sentence hold two targets with opposite stances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

TARGET, TEXT, NAMED = 0, 1, 2
"""Token types."""

MAX_TARGET_TOKENS = 32
"""A named proposal is shorter; what is beyond is cut."""

MAX_TOKENS = 160
"""Longest sequence in tokens, about 120 words: a sentence of a speech has 20 to 60, a reader's comment 130."""

_FUNCTION_WORDS = """
a an the this that these those of on in to for and or with by from at as into over under its his her their our
your my ' s - , . ( ) " & / be is are was were not no it
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Closed-class words and marks: they never name a target on their own."""


@dataclass(frozen=True)
class Pair:
    """One encoded pair: token ids, token types, and per token the half-open offsets in the text ((-1, -1) outside it)."""

    ids: list[int]
    types: list[int]
    offsets: list[tuple[int, int]]


@lru_cache(maxsize=2)
def load_tokenizer(path: Path) -> Tokenizer:
    """The WordPiece tokenizer of a ``tokenizer.json``, without padding or truncation, loaded once a process."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def named(target: Sequence[str], text: Sequence[str]) -> list[bool]:
    """Which tokens of ``text`` name the target: the whole phrase where it occurs, else its content words one by one.

    Parameters
    ----------
    target, text : lower-cased word pieces.

    Returns
    -------
    One flag a token of ``text``.
    """
    phrase = list(target)
    while phrase and phrase[0] in FUNCTION_WORDS:
        phrase = phrase[1:]
    flags, n = [False] * len(text), len(phrase)
    if not n:
        return flags
    for i in range(len(text) - n + 1):
        if text[i] == phrase[0] and list(text[i : i + n]) == phrase:
            flags[i : i + n] = [True] * n
    if any(flags):
        return flags
    content = {piece for piece in phrase if piece not in FUNCTION_WORDS}
    return [piece in content for piece in text]


def encode(tokenizer: Tokenizer, texts: Sequence[str], targets: Sequence[str], *, max_tokens: int = MAX_TOKENS) -> list[Pair]:
    """Encode pairs; a text too long keeps the window around the first token that names the target, else its beginning.

    Parameters
    ----------
    texts, targets : equally many strings.
    max_tokens : length of the longest sequence, special tokens included.
    """
    cls, sep = int(tokenizer.token_to_id("[CLS]") or 0), int(tokenizer.token_to_id("[SEP]") or 0)
    pairs = []
    encoded_targets = tokenizer.encode_batch(list(targets), add_special_tokens=False)
    encoded_texts = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    for about, words in zip(encoded_targets, encoded_texts, strict=True):
        about_ids = about.ids[:MAX_TARGET_TOKENS]
        flags = named(about.tokens[:MAX_TARGET_TOKENS], words.tokens)
        room = max_tokens - len(about_ids) - 3
        first = 0
        if len(words.ids) > room:
            first = min(max(0, (flags.index(True) if any(flags) else 0) - room // 2), len(words.ids) - room)
        kept = slice(first, first + room)
        types = [NAMED if flag else TEXT for flag in flags[kept]]
        n = len(about_ids) + 2
        pairs.append(
            Pair(
                [cls, *about_ids, sep, *words.ids[kept], sep],
                [TARGET] * n + types + [TEXT],
                [(-1, -1)] * n + words.offsets[kept] + [(-1, -1)],
            )
        )
    return pairs


def batch(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, types and mask of pairs, int64 arrays of shape (pairs, longest), padded with zeros."""
    width = max(len(pair.ids) for pair in pairs)
    ids, types, mask = (np.zeros((len(pairs), width), dtype=np.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        n = len(pair.ids)
        ids[row, :n], types[row, :n], mask[row, :n] = pair.ids, pair.types, 1
    return ids, types, mask
