"""The beta-binomial likelihood of counts of speeches, for many themes and many dispersions at once.

A speech of ``n`` segments has ``x`` on a theme. Its own share varies about that of its side with the intra-speech correlation
``rho``: variance ``n p (1 - p) (1 + (n - 1) rho)``. Griffiths (1973), Biometrics 29.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Array = NDArray[np.float64]

TINY = 1e-9
"""A share that stands for none at all, where a logarithm is needed."""

STEPS = 4
"""Newton steps for the mean from the weighted share, which is close: more change no p value in its third figure."""


@dataclass(frozen=True)
class Fit:
    """Maximum of the likelihood in the mean at each dispersion; arrays of shape (dispersions, themes).

    ``size`` is the effective number of independent segments.
    """

    value: Array
    mean: Array
    size: Array


class Likelihood:
    """Log-likelihood of counts ``x`` (speeches, themes) of ``n`` (speeches,) segments, without the binomial coefficients.

    Sums over speeches are sums over their sorted counts where that is cheaper: ``log(a)(a + 1)...(a + x - 1)`` for all speeches
    needs only how many of them have a count above each number.
    """

    def __init__(self, x: Array, n: Array) -> None:
        self.x, self.n = x, n
        self.zero = x.sum(axis=0) == 0
        self.full = (n[:, None] - x).sum(axis=0) == 0
        longest = int(n.max(initial=0))
        self.above: tuple[Array, Array] | None = None
        if longest * 12 < len(n) * 100:
            self.above = _above(x, longest), _above(n[:, None] - x, longest)
        self.above_n = _above(n[:, None], longest)[:, 0] if longest * 12 < len(n) * 100 else None

    def fit(self, rho: Array) -> Fit:
        """The best mean of each theme at each dispersion: ``rho`` of shape (dispersions, 1) or (dispersions, themes)."""
        scale = (1 - rho) / rho
        weight = 1 / (1 + (self.n[None] - 1) * rho[:, :1]) if rho.shape[1] == 1 else None
        if weight is not None:
            size = (weight @ self.n)[:, None]
            mean = (weight @ self.x) / size
        else:
            weights = 1 / (1 + (self.n[None, :, None] - 1) * rho[:, None])
            size = (weights * self.n[None, :, None]).sum(axis=1)
            mean = (weights * self.x[None]).sum(axis=1) / size
        mean = np.clip(mean, TINY, 1 - TINY)
        edge = self.zero | self.full
        logit = np.log(mean / (1 - mean))
        for _ in range(STEPS):
            first, second = self.slopes(mean, scale)
            step = np.clip(first / np.maximum(second, 0.25 * mean * (1 - mean) * size), -1, 1)
            logit = np.where(edge, logit, np.clip(logit + step, -20, 20))
            mean = 1 / (1 + np.exp(-logit))
        mean = np.where(self.zero, 0, np.where(self.full, 1, mean))
        return Fit(self.value(mean, scale), mean, np.broadcast_to(size, mean.shape))

    def value(self, mean: Array, scale: Array) -> Array:
        """Log-likelihood at ``mean`` (..., themes) and ``scale`` = (1 - rho) / rho, broadcast against it."""
        mean = np.clip(mean, TINY * 1e-3, 1 - TINY * 1e-3)
        a, b = mean * scale, (1 - mean) * scale
        if self.above is not None and self.above_n is not None:
            steps = np.arange(len(self.above_n))
            total = (self.above_n * np.log(scale[..., None] + steps)).sum(axis=-1)
            found: Array = _rising(a, self.above[0]) + _rising(b, self.above[1]) - total
            return found
        x, n = self.x, self.n[:, None]
        whole = (gammaln(n + scale[..., None, :]) - gammaln(scale[..., None, :])).sum(axis=-2)
        parts = (
            gammaln(x + a[..., None, :]) - gammaln(a[..., None, :]) + gammaln(n - x + b[..., None, :]) - gammaln(b[..., None, :])
        )
        total_parts: Array = parts.sum(axis=-2) - whole
        return total_parts

    def slopes(self, mean: Array, scale: Array) -> tuple[Array, Array]:
        """First and negative second derivative in the logit of the mean."""
        a, b = mean * scale, (1 - mean) * scale
        if self.above is not None:
            (first_a, second_a), (first_b, second_b) = _rising_slopes(a, self.above[0]), _rising_slopes(b, self.above[1])
        else:
            (first_a, second_a), (first_b, second_b) = (
                _gamma_slopes(a[..., None, :], self.x),
                _gamma_slopes(b[..., None, :], self.n[:, None] - self.x),
            )
            first_a, second_a, first_b, second_b = (part.sum(axis=-2) for part in (first_a, second_a, first_b, second_b))
        turn = scale * mean * (1 - mean)
        return turn * (first_a - first_b), turn**2 * (second_a + second_b) - turn * (1 - 2 * mean) * (first_a - first_b)

    def scores(self, mean: Array, scale: Array) -> Array:
        """First derivative of each speech in the logit of the mean, shape (speeches, themes), for one dispersion a theme."""
        first_a, _ = _gamma_slopes(mean * scale, self.x)
        first_b, _ = _gamma_slopes((1 - mean) * scale, self.n[:, None] - self.x)
        turned: Array = scale * mean * (1 - mean) * (first_a - first_b)
        return turned


def _above(counts: Array, longest: int) -> Array:
    """How many speeches have a count above 0, 1, 2 ...: shape (longest + 1, themes), cut after the last that has any."""
    table = np.zeros((longest + 2, counts.shape[1]))
    for k in range(counts.shape[1]):
        table[:, k] = np.bincount(counts[:, k].astype(np.int64), minlength=longest + 2)
    above = len(counts) - np.cumsum(table, axis=0)
    kept: Array = above[: max(int((above > 0).any(axis=1).sum()), 1)]
    return kept


def _rising(a: Array, above: Array) -> Array:
    """Sum over speeches of log a (a + 1) ... (a + x - 1)."""
    total: Array = np.einsum("...kj,jk->...k", np.log(a[..., None] + np.arange(len(above))), above)
    return total


def _rising_slopes(a: Array, above: Array) -> tuple[Array, Array]:
    inverse = 1 / (np.maximum(a, 1e-12)[..., None] + np.arange(len(above)))
    return np.einsum("...kj,jk->...k", inverse, above), np.einsum("...kj,...kj,jk->...k", inverse, inverse, above)


def _gamma_slopes(a: Array, x: Array) -> tuple[Array, Array]:
    """digamma(a + x) - digamma(a), and trigamma(a) - trigamma(a + x)."""
    low, high = _digamma_trigamma(np.maximum(a, 1e-12)), _digamma_trigamma(np.maximum(a, 1e-12) + x)
    return high[0] - low[0], low[1] - high[1]


def _digamma_trigamma(z: Array) -> tuple[Array, Array]:
    """Both at once, to about nine figures: shifted up by six, then the asymptotic series (Abramowitz and Stegun 6.3.18,
    6.4.12)."""
    first, second = np.zeros_like(z), np.zeros_like(z)
    for shift in range(6):
        inverse = 1 / (z + shift)
        first -= inverse
        second += inverse * inverse
    inverse = 1 / (z + 6)
    square = inverse * inverse
    first += -np.log(inverse) - inverse / 2 - square * (1 / 12 - square * (1 / 120 - square / 252))
    second += inverse + square / 2 + inverse * square * (1 / 6 - square * (1 / 30 - square / 42))
    return first, second
