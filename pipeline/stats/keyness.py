"""Words inside a theme: what is said differently about the same thing, tested at the level of the speech."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.stats.multiple import adjust
from pipeline.stats.shares import compare_shares

Array = NDArray[np.float64]

PRIOR_WORDS = 100.0
"""Weight of the prior in words: the common use of both sides counts as much as a hundred words of each."""


class Keyness(NamedTuple):
    """Arrays of shape (words,). ``log_odds`` above zero: more used after. p and q test the speeches, not the words.

    ``error`` is the standard error of the log-odds if every word were drawn by itself: good to rank by, too small to test by.
    """

    log_odds: Array
    error: Array
    p: Array
    q: Array


def keyness(counts: ArrayLike, totals: ArrayLike, after: ArrayLike, *, prior: float = PRIOR_WORDS) -> Keyness:
    """Log-odds ratio of each word between two groups of speeches, with an informative Dirichlet prior.

    Parameters
    ----------
    counts : how often each speech uses each word within a theme, shape (speeches, words).
    totals : all words of each speech within the theme, shape (speeches,); a speech without any is left out.
    after : which speeches are on the later side.
    prior : weight of the pooled use of words, in words.

    Notes
    -----
    The ratio is that of Monroe, Colaresi and Quinn (2008), Political Analysis 16. Their z score takes every word for an
    independent draw and is not used: p comes from :func:`pipeline.stats.compare_shares`, NaN below two speeches a side.
    """
    x, n, side = np.asarray(counts, float), np.asarray(totals, float), np.asarray(after, bool)
    x, n, side = x[n > 0], n[n > 0], side[n > 0]
    pooled = prior * x.sum(axis=0) / n.sum()
    odds, precision = [], np.zeros(x.shape[1])
    for group in (~side, side):
        words, total = x[group].sum(axis=0) + pooled, n[group].sum() + prior
        others = np.maximum(total - words, 1e-9)  # a theme may consist of one word
        odds.append(np.log(words / others))
        precision += 1 / words + 1 / others
    error = np.sqrt(precision)
    if side.all() or not side.any():
        nothing = np.full(x.shape[1], np.nan)
        return Keyness(odds[1] - odds[0], error, nothing, nothing)
    p = compare_shares(x, n, side).p
    return Keyness(odds[1] - odds[0], error, p, adjust(p))
