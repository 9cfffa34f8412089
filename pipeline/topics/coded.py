"""The answer of the coders, before it becomes a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Theme


@dataclass(frozen=True)
class Coded:
    """k themes in n segments: ``weights`` (n, k) 0 to 1, zero where a segment is not about a theme; ``best`` (n,) the single
    best theme or -1; ``literal`` (n, k) whether a phrase of the theme stands there word for word."""

    themes: tuple[Theme, ...]
    weights: NDArray[np.float64]
    best: NDArray[np.intp]
    literal: NDArray[np.bool_]
