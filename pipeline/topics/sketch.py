"""A bounded sample of rows that come in batches: the same however they are cut into batches, and in whatever order they come."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE = 20_000
"""Rows that themes of a large corpus are discovered in: hundreds a theme, whatever the size of the corpus, and their vectors
fill 20 MB."""


@dataclass(frozen=True)
class Sketch:
    """Those of the distinct rows seen so far whose checksums are least.

    A row is kept whatever else there is, so that a speech more or less moves little; a row that comes again (an empty segment, a
    "Thank you") is kept once.

    Parameters
    ----------
    size : rows kept at the most.

    References
    ----------
    Beyer, Haas, Reinwald, Sismanis and Gemulla (2007), On synopses for distinct-value estimation under multiset operations,
    SIGMOD: the k least hash values are a uniform sample of the distinct values.

    >>> rows = np.arange(12.0).reshape(6, 2)
    >>> whole, parts = Sketch(3).joined(rows), Sketch(3).joined(rows[4:]).joined(rows[:4]).joined(rows[:2])
    >>> bool((whole.rows == parts.rows).all()), whole.rows.shape
    (True, (3, 2))
    """

    size: int = SAMPLE
    rows: NDArray[Any] = field(default_factory=lambda: np.zeros((0, 0)))
    sums: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def joined(self, rows: NDArray[Any]) -> Sketch:
        """The sketch of what it has seen and of a batch (n, d)."""
        sums = np.fromiter((zlib.crc32(row) for row in np.ascontiguousarray(rows)), np.int64, len(rows))
        if len(self.sums) == self.size:
            least = sums < self.sums[-1]
            rows, sums = rows[least], sums[least]
        if not len(rows):
            return self
        sums, first = np.unique(np.r_[self.sums, sums], return_index=True)
        kept = np.concatenate([self.rows, rows]) if len(self.sums) else rows
        return replace(self, rows=np.asarray(kept[first[: self.size]]), sums=sums[: self.size])
