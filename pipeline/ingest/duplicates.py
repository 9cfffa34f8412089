"""Near-duplicates across a corpus: a text that stands (nearly) whole in another one must not be counted twice.

The measure is containment: the share of a text's word shingles that the other one has too (Broder 1997, On the resemblance and
containment of documents). It finds the press release inside the page that reprints it, which a measure of likeness would miss.
"""

from __future__ import annotations

import string
import zlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

SHINGLE = 6
"""Words of a shingle: long enough that two speeches of one person share few by chance."""
CONTAINED = 0.7
"""Containment from which a text repeats another one: an editor's cuts and one changed word in twenty stay above it, and the most
alike of 249 State of the Union addresses (one given to Congress and, shortened, on the radio) have 0.69, the next 0.54."""
FEWEST = 25
"""Shingles below which a text is too short to be called a copy: greetings and slogans repeat in honest talk."""
COMMON = 50
"""Texts above which a shingle is boilerplate of the corpus and says nothing."""
MOST = 20_000_000
"""Shingles kept in memory (160 MB); of a larger corpus every n-th is looked at, chosen by its hash."""

_AROUND = string.punctuation + "‘’‚‛“”„‟–—…«»•·"
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


class _Codes(dict[str, int]):
    """Words to numbers that are the same on every machine and in every order, whatever punctuation stands around a word."""

    def __missing__(self, word: str) -> int:
        code = self[word] = zlib.crc32(word.strip(_AROUND).encode("utf-8", "surrogatepass"))
        return code


def contained(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Which texts stand in which others.

    Parameters
    ----------
    texts : sequence of n texts.

    Returns
    -------
    (the one that repeats, the one that holds it, containment from ``CONTAINED`` to 1), sorted. Of two that hold each other the
    shorter repeats the longer one, and of two equal ones the later the earlier.
    """
    from scipy.sparse import csr_matrix

    codes = _Codes()
    keep = max(1, -(-sum(len(text) // 6 for text in texts) // MOST))
    sets = [_shingles(text, codes, keep) for text in texts]
    sizes = np.array([len(found) for found in sets])
    if len(texts) < 2 or not sizes.sum():
        return []
    columns, values = pd.factorize(np.concatenate(sets))
    counts = np.bincount(columns)
    rows = np.repeat(np.arange(len(texts)), sizes)
    telling = ((counts > 1) & (counts <= COMMON))[columns]
    shape = (len(texts), len(values))
    matrix = csr_matrix((np.ones(int(telling.sum()), dtype=np.int64), (rows[telling], columns[telling])), shape=shape)
    common = np.bincount(rows[(counts > COMMON)[columns]], minlength=len(texts))
    shared = (matrix @ matrix.T).tocoo()
    found = []
    for one, other, number in zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True):
        own = sizes[one] - common[one]
        if one == other or sizes[one] < FEWEST or own < FEWEST / 2 or number < CONTAINED * own:
            continue
        if (-sizes[one], one) > (-sizes[other], other):
            found.append((one, other, round(number / own, 3)))
    return sorted(found)


def _shingles(text: str, codes: _Codes, keep: int) -> np.ndarray:
    """Hashes of the different shingles of a text, every ``keep``-th by its hash; unsigned 64-bit numbers."""
    tokens = text.lower().split()
    words = np.fromiter(map(codes.__getitem__, tokens), dtype=np.uint64, count=len(tokens))
    if len(words) < SHINGLE:
        return np.empty(0, dtype=np.uint64)
    hashes = np.zeros(len(words) - SHINGLE + 1, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ words[place : place + len(hashes)]) * _FACTOR
        hashes ^= hashes >> np.uint64(29)
    return pd.unique(hashes if keep == 1 else hashes[hashes % np.uint64(keep) == 0])


def mark(speeches: pd.DataFrame) -> pd.DataFrame:
    """The speeches, with a column ``duplicate_of`` when some repeat others: the id of the speech that holds them, else None."""
    pairs = contained(speeches["text"].tolist())
    if not pairs:
        return speeches
    holder: dict[int, int] = {}
    for one, other, _ in pairs:
        holder.setdefault(one, other)
    ids = speeches["speech_id"].tolist()
    roots = [ids[_root(holder, row)] if row in holder else None for row in range(len(ids))]
    return speeches.assign(duplicate_of=pd.Series(roots, index=speeches.index, dtype=object))


def _root(holder: dict[int, int], row: int) -> int:
    while row in holder:
        row = holder[row]
    return row


def once(speeches: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """Speeches without those that repeat another one of the same value of ``by``, and a sentence about each that is left out.

    A text that stands on both sides of a comparison stays on both: each has said it.
    """
    if "duplicate_of" not in speeches or by not in speeches:
        return speeches, []
    values = dict(zip(speeches["speech_id"], speeches[by], strict=True))
    out = [
        of is not None and of == of and values.get(of) == values[name]
        for name, of in zip(speeches["speech_id"], speeches["duplicate_of"], strict=True)
    ]
    said = [
        f"{name} repeats {of} and is not counted again"
        for name, of, gone in zip(speeches["speech_id"], speeches["duplicate_of"], out, strict=True)
        if gone
    ]
    return speeches[[not gone for gone in out]].reset_index(drop=True), said
