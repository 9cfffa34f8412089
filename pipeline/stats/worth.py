"""What a speech is worth: its segments are alike, so a hundred of them count for fewer."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Likelihood

Array = NDArray[np.float64]


def worth(counts: ArrayLike, totals: ArrayLike) -> Array:
    """What each speech is worth in independent segments on each theme, shape (speeches, themes).

    ``n / (1 + (n - 1) rho)`` at the dispersion that the speeches show about one common share, leaning on that of the others.
    """
    x, n = np.asarray(counts, float), np.asarray(totals, float)
    part = Likelihood(x, n)
    fit = part.fit(RHO[:, None])
    weights = posterior(fit.value - 0.5 * np.where(part.zero | part.full, 0.0, np.log(fit.size)))
    rho = np.exp((weights * np.log(RHO[:, None])).sum(axis=0))
    valued: Array = n[:, None] / (1 + (n[:, None] - 1) * rho)
    return valued
