"""Many tests at once: the false discovery rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def adjust(p: ArrayLike) -> NDArray[np.float64]:
    """Benjamini-Hochberg adjusted p values (q), of the same shape; NaN stays NaN and is not counted as a test.

    Claiming everything with q <= .05 keeps the expected share of false claims among the claims at 5 %, for independent or
    positively dependent tests. Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57.

    >>> adjust([0.01, 0.02, 0.9]).round(3).tolist()
    [0.03, 0.03, 0.9]
    """
    values = np.asarray(p, dtype=float)
    q = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    steps = values[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(steps[::-1])[::-1].clip(max=1)
    return q
