"""How much a segment belongs to each theme: a hidden Markov model along each run of segments.

Every run is a chain of its own. The score of a theme in a segment is a cosine over a temperature; from one segment to the
next the theme is kept with a fixed probability. The posterior (forward-backward) is the weight.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.topics.context import Order
from pipeline.vectors import Vectors, normalise

SEVERAL = 0.25
"""Least weight at which a segment also belongs to a second theme: a convention, at most four themes can reach it."""

LEAST = 1e-4
"""Weight of what is kept although its probability rounds to nothing: a weight of zero would say that it is not kept."""

SAID = 0.9
"""Least weight of a discovered theme in a segment that holds its name: a convention, nobody coded discovered themes by hand."""

Scores = NDArray[np.float64]


BLOCK, WARM_UP = 64, 32
"""Long runs are cut into blocks that are worked on side by side. Each begins 32 segments early: what lies before has less than
a thousandth of influence, as a theme is kept with a probability of 0.8."""


def posterior(energies: Scores, order: Order, *, stay: float) -> Scores:
    """Probability (n, k) of each theme given the whole run that a segment stands in (forward-backward).

    Parameters
    ----------
    energies : (n, k) log-likelihoods up to a constant a row, rows as in the table.
    order : reading order of the rows; every run is a chain of its own.
    stay : probability 0 to 1 of keeping the theme from one segment to the next; otherwise all themes are equally likely.
    """
    if not len(energies):
        return np.asarray(energies, np.float64)
    ordered = energies[order.rank]
    likelihood = np.exp(ordered - ordered.max(axis=1, keepdims=True))
    forward = _pass(likelihood, order.run, stay)
    backward = _pass(likelihood[::-1], order.run[::-1], stay)[::-1]
    # Both passes hold the segment's own likelihood: it is counted once.
    joint = forward * backward / np.maximum(likelihood, 1e-300)
    result = np.empty_like(joint)
    result[order.rank] = joint / joint.sum(axis=1, keepdims=True)
    return np.asarray(result, np.float64)


def _pass(likelihood: Scores, run: NDArray[np.intp], stay: float) -> Scores:
    """Filtered distributions along each run, all blocks of all runs a step at a time."""
    changes = np.flatnonzero(np.r_[True, run[1:] != run[:-1]])
    ends = np.r_[changes[1:], len(run)]
    begins = np.concatenate([np.arange(start, end, BLOCK) for start, end in zip(changes, ends)])
    of_run = np.searchsorted(changes, begins, side="right") - 1
    stops = np.minimum(begins + BLOCK, ends[of_run])
    starts = np.maximum(begins - WARM_UP, changes[of_run])
    longest_first = np.argsort(starts - stops, kind="stable")
    starts, begins, stops = starts[longest_first], begins[longest_first], stops[longest_first]
    lengths = stops - starts
    k = likelihood.shape[1]
    filtered = np.empty_like(likelihood)
    state = np.full((len(starts), k), 1 / k)
    for step in range(int(lengths[0])):
        active = int(np.searchsorted(-lengths, -step, side="left"))
        rows = starts[:active] + step
        now = (state[:active] if step == 0 else stay * state[:active] + (1 - stay) / k) * likelihood[rows]
        now /= np.maximum(now.sum(axis=1, keepdims=True), 1e-300)
        state = now
        kept = rows >= begins[:active]
        filtered[rows[kept]] = now[kept]
    return filtered


def commonness(weights: Scores) -> Scores:
    """Logarithm (k,) of the share of each theme, with one segment added to each."""
    sizes = weights.sum(axis=0) + 1
    return np.asarray(np.log(sizes / sizes.sum()), np.float64)


def settle(
    vectors: Vectors,
    labels: NDArray[np.intp],
    k: int,
    order: Order,
    *,
    temperature: float,
    stay: float,
    prior: float,
    rounds: int,
) -> tuple[Scores, Vectors]:
    """Fit k centroids to ordered segments by expectation maximisation, from a given partition.

    Parameters
    ----------
    vectors : (n, d), length one.
    labels : (n,) the partition to start from, 0 to k-1, or -1 for segments that are in no part yet.
    prior : weight of the logarithm of a theme's share.

    Returns
    -------
    weights (n, k) and centroids (k, d) of length one.
    """
    start = np.zeros((len(vectors), k), np.float32)
    start[labels >= 0, labels[labels >= 0]] = 1
    centroids = normalise(start.T @ vectors)
    weights = posterior((vectors @ centroids.T).astype(float) / temperature, order, stay=stay)
    for _ in range(rounds):
        centroids = normalise(weights.T.astype(np.float32) @ vectors)
        energies = (vectors @ centroids.T).astype(float) / temperature + prior * commonness(weights)
        weights = posterior(energies, order, stay=stay)
    return weights, centroids


def partition(weights: Scores) -> NDArray[np.intp]:
    """The theme (n,) of largest weight of each segment, every theme with at least one segment where there are enough."""
    labels = np.asarray(np.argmax(weights, axis=1), np.intp)
    sizes = np.bincount(labels, minlength=weights.shape[1])
    for theme in np.flatnonzero(sizes == 0):
        free = np.flatnonzero(sizes[labels] > 1)
        if len(free):
            row = free[np.argmax(weights[free, theme])]
            sizes[labels[row]] -= 1
            labels[row] = theme
            sizes[theme] += 1
    return labels


def mentioned(
    weights: NDArray[np.float64],
    literal: NDArray[np.bool_],
    best: NDArray[np.intp],
    none: NDArray[np.bool_],
    *,
    single: bool = False,
    said: float = LEAST,
) -> NDArray[np.float64]:
    """Weights of the themes that a segment is said to be about, zero for the others.

    Parameters
    ----------
    weights, literal : (n, k) weights, and whether a phrase of the theme stands in the segment.
    best, none : (n,) the best theme or -1; whether the segment resembles no theme.
    single : keep the best theme only; otherwise others of some weight too, and all whose phrase stands in the segment.
    said : least weight of a theme whose phrase stands in the segment.
    """
    first = np.zeros_like(literal)
    first[np.arange(len(best)), np.maximum(best, 0)] = best >= 0
    if single:
        return np.where(first, np.maximum(weights, LEAST), 0.0)
    kept = ((first | (weights >= SEVERAL)) & ~none[:, None]) | literal
    return np.where(kept, np.maximum(weights, np.where(literal, said, LEAST)), 0.0)
