"""How alike the segments of a speech are: each theme's dispersion, leaning on that of the others.

Four speeches a side say little about one theme's dispersion; twenty themes together say much about what dispersions are like.
The logarithms of rho are taken as normal over the themes (empirical Bayes), with mean and spread unknown and averaged over, so
that few themes lead to a wide prior. The idea is that of limma and edgeR: Smyth (2004), Stat. Appl. Genet. Mol. Biol. 3;
McCarthy, Chen and Smyth (2012), Nucleic Acids Res. 40.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RHO = np.concatenate([[1e-4, 4e-4], np.geomspace(0.0015, 0.85, 20)])
"""Grid of the correlation within a speech: real speeches lie between .005 and .3; below .0001 a speech is a simple sample."""

_LOG = np.log(RHO)
_CENTRES = np.log(np.geomspace(3e-4, 0.6, 20))
_SPREADS = np.array([0.1, 0.2, 0.35, 0.6, 0.9, 1.4])
"""Spread of log rho over themes: from alike (a tenth) to unrelated (a factor of four and more)."""


def _priors() -> Array:
    """Prior weights of the grid for each centre and spread, shape (dispersions, centres x spreads)."""
    density = np.exp(-0.5 * ((_LOG[:, None, None] - _CENTRES[:, None]) / _SPREADS) ** 2) * np.gradient(_LOG)[:, None, None]
    table: Array = (density / density.sum(axis=0)).reshape(len(RHO), -1)
    return table


PRIORS = _priors()


def posterior(likelihood: Array) -> Array:
    """Probability of each dispersion of the grid for each theme, given all themes.

    Parameters
    ----------
    likelihood : adjusted profile log-likelihood, shape (dispersions, themes).

    Returns
    -------
    Weights of the same shape that sum to 1 over the dispersions.
    """
    scaled = np.exp(likelihood - likelihood.max(axis=0))
    marginal = scaled.T @ PRIORS  # (themes, priors)
    together = np.log(marginal + 1e-300).sum(axis=0)
    weight = np.exp(together - together.max())
    prior = PRIORS @ (weight / weight.sum() / np.maximum(marginal, 1e-300)).T
    found = scaled * prior
    shared: Array = found / found.sum(axis=0)
    return shared
