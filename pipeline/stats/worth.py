"""What a speech is worth: its segments are alike, so a hundred of them count for fewer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Fit, Likelihood

Array = NDArray[np.float64]


def worth(counts: ArrayLike, totals: ArrayLike) -> Array:
    """What each speech is worth in independent segments on each theme, shape (speeches, themes).

    ``n / (1 + (n - 1) rho)`` at the dispersion that the speeches show about one common share, leaning on that of the others.
    """
    part = Likelihood(np.asarray(counts, float), np.asarray(totals, float))
    return valued(part, part.fit(RHO[:, None]))


def valued(part: Likelihood, fit: Fit) -> Array:
    """The same from a likelihood and its fit at every dispersion of :data:`pipeline.stats.dispersion.RHO`."""
    weights = posterior(fit.value - 0.5 * np.where(part.zero | part.full, 0.0, np.log(fit.size)))
    rho = np.exp((weights * np.log(RHO[:, None])).sum(axis=0))
    found: Array = part.n[:, None] / (1 + (part.n[:, None] - 1) * rho)
    return found
