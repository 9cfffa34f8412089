"""Shares of speeches as a weighted line on one variable, with others held equal and variances that lean on all themes.

Speeches weigh what they are worth in independent segments. The residual variance of each theme, over ``share (1 - share)`` as
rare ones scatter less, leans on the others' (limma: Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3), and the slope is referred to
Student's t with the degrees of freedom of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.means import moderate
from pipeline.stats.multiple import adjust
from pipeline.stats.worth import worth

Array = NDArray[np.float64]

LEAST_FREEDOM = 2
"""Speeches beyond the parameters of a line: with one, a theme's residual variance is a single square."""

HALF = 0.5
"""Segments added to those of a theme where its share stands for its variance: one that no coder found has some too."""


@dataclass(frozen=True)
class Line:
    """Change of a share for one unit of the variable, its standard error, degrees of freedom, p and q; shape (themes,)."""

    slope: Array
    error: Array
    freedom: Array
    p: Array
    q: Array

    def limits(self, confidence: float = 0.95) -> tuple[Array, Array]:
        """The interval of the slope."""
        half = t_distribution.ppf(0.5 + confidence / 2, self.freedom) * self.error
        return self.slope - half, self.slope + half


def without(values: Array, weight: Array, covariates: Array | None) -> Array:
    """What is left of ``values`` (speeches, themes) when a constant and the covariates are taken out, weighted theme by theme."""
    design = np.ones((len(values), 1)) if covariates is None else np.column_stack([np.ones(len(values)), covariates])
    inner = np.einsum("nc,nk,nd->kcd", design, weight, design)
    outer = np.einsum("nc,nk,nk->kc", design, weight, values)
    found = np.linalg.solve(inner, outer[..., None])[..., 0]
    left: Array = values - design @ found.T
    return left


def line(
    counts: ArrayLike,
    totals: ArrayLike,
    variable: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    rectified: ArrayLike | None = None,
) -> Line:
    """The slope of each theme's share on a variable of the speeches.

    Parameters
    ----------
    counts, totals : as in :func:`pipeline.stats.compare_shares`.
    variable : shape (speeches,).
    covariates : what is held equal, shape (speeches, covariates); None is nothing.
    rectified : counts in place of ``counts``, which then only tell what a speech is worth (:func:`pipeline.stats.rectified`).

    Raises
    ------
    ValueError
        As :func:`telling`.
    """
    x, n, when = np.asarray(counts, float), np.asarray(totals, float), np.asarray(variable, float)
    held, y = telling(when, covariates), x if rectified is None else np.asarray(rectified, float)
    order = np.lexsort([*y.T, *x.T, n, *(() if held is None else held.T), when])
    x, y, n, when, held = x[order], y[order], n[order], when[order], None if held is None else held[order]
    weight = worth(x, n)
    wanted, share = without(np.broadcast_to(when[:, None], x.shape), weight, held), without(y / n[:, None], weight, held)
    spread = (weight * wanted**2).sum(axis=0)
    slope = (weight * wanted * share).sum(axis=0) / spread
    freedom = np.full(len(slope), len(n) - 2.0 - (0 if held is None else held.shape[1]))
    common = (x.sum(axis=0) + HALF) / (n.sum() + 1)
    alike = common * (1 - common)
    variance, known = moderate((weight * (share - wanted * slope) ** 2).sum(axis=0) / freedom / alike, freedom)
    error = np.sqrt(variance * alike / spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t_distribution.sf(np.where(error > 0, np.abs(slope) / error, 0), known)
    return Line(slope, error, known, p, adjust(p))


def telling(variable: ArrayLike, covariates: ArrayLike | None) -> Array | None:
    """The covariates less those that are constant or follow from others before them; None when nothing is left.

    Raises
    ------
    ValueError
        When they tell the variable by themselves, or leave fewer than ``LEAST_FREEDOM`` speeches.
    """
    when = np.asarray(variable, float)
    held = np.zeros((len(when), 0)) if covariates is None else np.asarray(covariates, float).reshape(len(when), -1)
    kept = [np.ones(len(when))]
    for column in [*held.T, when]:
        scaled = column / max(float(np.abs(column).max(initial=0)), 1e-300)
        if np.linalg.matrix_rank(np.column_stack([*kept, scaled]), tol=1e-8) > len(kept):
            kept.append(scaled)
        elif column is when and np.ptp(when) > 0:
            raise ValueError("The covariates must not tell by themselves what is compared. Got some that do, in every speech.")
    if len(when) - len(kept) < LEAST_FREEDOM:
        raise ValueError(
            f"A line with {len(kept)} parameters must have {len(kept) + LEAST_FREEDOM} speeches or more. Got {len(when)}."
        )
    left = kept[1:-1]
    return np.column_stack(left) if left else None
