"""Near-duplicates across a corpus: a text that stands (nearly) whole in another one must not be counted twice.

The measure is containment: the share of a text's word shingles that the other one has too (Broder 1997, On the resemblance and
containment of documents). It finds the press release inside the page that reprints it, which a measure of likeness would miss.
"""

from __future__ import annotations

import itertools
import string
import zlib
from collections.abc import Iterator, Sequence

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
"""Shingles kept in memory (20 bytes each, 0.4 GB); of a larger corpus every n-th is looked at, chosen by its hash."""

BLOCK = 1_000_000
"""Code points whose shingles are hashed together."""

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
    blocks = [_shingles(block, codes, keep) for block in _blocks(texts)]
    ordered = np.sort(np.concatenate([hashes for _, _, hashes in blocks])) if blocks else np.empty(0, dtype=np.uint64)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered
    if len(texts) < 2 or not len(repeated):
        return []
    single = np.zeros(len(texts), dtype=np.int64)
    entries: list[tuple[np.ndarray, np.ndarray]] = []
    for first, places, hashes in blocks:
        at = np.minimum(np.searchsorted(repeated, hashes), len(repeated) - 1)
        known = repeated[at] == hashes
        own = np.bincount(places[~known])
        single[first : first + len(own)] += own
        entries.append((first + places[known], at[known]))
    del blocks
    shape = (len(texts), len(repeated))
    rows, columns = (np.concatenate(part) for part in zip(*entries, strict=True))
    held = csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)
    held.sum_duplicates()  # a shingle counts once a text
    rows, columns, sizes = np.repeat(np.arange(len(texts)), np.diff(held.indptr)), held.indices, single + np.diff(held.indptr)
    counts = np.bincount(columns, minlength=len(repeated))
    telling = ((counts > 1) & (counts <= COMMON))[columns]
    matrix = csr_matrix((np.ones(int(telling.sum()), dtype=np.int32), (rows[telling], columns[telling])), shape=shape)
    common = np.bincount(rows[(counts > COMMON)[columns]], minlength=len(texts))
    own = sizes - common
    able = np.flatnonzero((sizes >= FEWEST) & (own >= FEWEST / 2))  # long enough to be called a copy
    shared = (matrix[able] @ matrix.T).tocoo()
    ones = able[shared.row]
    near = (ones != shared.col) & (shared.data >= CONTAINED * own[ones])
    found = []
    for one, other, number in zip(ones[near].tolist(), shared.col[near].tolist(), shared.data[near].tolist(), strict=True):
        if (-sizes[one], one) > (-sizes[other], other):
            found.append((one, other, round(number / int(own[one]), 3)))
    return sorted(found)


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """(number of the first text, texts) of runs of about ``BLOCK`` code points: many small texts cost one call together."""
    first, length = 0, 0
    for number, text in enumerate(texts, 1):
        length += len(text)
        if length >= BLOCK or number == len(texts):
            yield first, list(texts[first:number])
            first, length = number, 0


def _shingles(block: tuple[int, list[str]], codes: _Codes, keep: int) -> tuple[int, np.ndarray, np.ndarray]:
    """Number of the first text, and of each shingle its text (counted from there) and its hash; every ``keep``-th by its hash."""
    first, texts = block
    tokens = [text.lower().split() for text in texts]
    lengths = np.array([len(found) for found in tokens])
    words = np.fromiter(map(codes.__getitem__, itertools.chain.from_iterable(tokens)), dtype=np.uint64, count=int(lengths.sum()))
    size = max(len(words) - SHINGLE + 1, 0)
    of = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    hashes = np.zeros(size, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ words[place : place + size]) * _FACTOR
        hashes ^= hashes >> np.uint64(29)
    inside = of[:size] == of[len(of) - size :]  # a shingle does not reach into the next text
    if keep > 1:
        inside &= hashes % np.uint64(keep) == 0
    return first, of[:size][inside], hashes[inside]


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
