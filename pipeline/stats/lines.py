"""Shares of speeches as a weighted line on one variable, with others held equal and variances that lean on all themes.

Speeches weigh what they are worth in independent segments; the residual variance of each theme leans on the others' (limma:
Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3), and the slope is referred to Student's t with the degrees of freedom of both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as t_distribution

from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Likelihood
from pipeline.stats.means import moderate
from pipeline.stats.multiple import adjust
from pipeline.stats.shares import FACTOR, LEAST_SPEECHES, ShareTest, compare_shares

Array = NDArray[np.float64]

LEAST_FREEDOM = 2
"""Speeches beyond the parameters of a line: with one, a theme's residual variance is a single square."""


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
    variance, known = moderate((weight * (share - wanted * slope) ** 2).sum(axis=0) / freedom, freedom)
    error = np.sqrt(variance / spread)
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


def compare_adjusted(
    counts: ArrayLike,
    totals: ArrayLike,
    after: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    rectified: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ShareTest:
    """Compare the shares of two groups of speeches with covariates held equal, or with counts that hand codes corrected.

    The shares and their intervals are those of the coded texts; ``difference``, its interval, p and q are what is left of their
    difference when the covariates are held equal, or the difference of the ``rectified`` counts. ``stable`` needs the 90 %
    interval of that to keep the two shares, placed about their mean, within ``FACTOR`` of each other.

    Raises
    ------
    ValueError
        As :func:`line`. With fewer than ``LEAST_SPEECHES`` on a side nothing is tested and nothing raised.
    """
    side = np.asarray(after, bool)
    plain = compare_shares(counts, totals, side, confidence=confidence)
    n, y = np.asarray(totals, float), np.asarray(counts if rectified is None else rectified, float)
    shares = np.array([y[own].sum(axis=0) / n[own].sum() for own in (~side, side)])
    if min(side.sum(), (~side).sum()) < LEAST_SPEECHES:
        return replace(plain, difference=shares[1] - shares[0])
    found = line(counts, totals, side.astype(float), covariates=covariates, rectified=rectified)
    low, high = found.limits(confidence)
    margin = 2 * (FACTOR - 1) / (FACTOR + 1) * np.maximum(shares.mean(axis=0), 0)
    narrow = found.limits(2 * confidence - 1)
    return replace(
        plain,
        difference=found.slope,
        low=low,
        high=high,
        p=found.p,
        q=found.q,
        permutation=np.full(len(found.p), np.nan),
        stable=(narrow[0] > -margin) & (narrow[1] < margin) & (margin > 0),
        method="weighted line, moderated t",
    )
