"""Themes of a codebook without a single labelled segment.

A theme's prototype is the mean of its phrases' vectors. A segment's score is the cosine between its smoothed vector and the
prototype, both centred; literal phrases add to it. The scores of a run of segments, with the odds that a speaker stays on a
theme, make a hidden Markov model, whose posterior is the weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder, Vectors, normalise
from pipeline.topics.context import Order

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Settings that belong to an encoder, found on hand-coded manifestos (docs/benchmarks/topics.md).

    ``temperature`` divides centred cosines before the exponential; ``literal`` is added to the cosine of a theme whose phrase
    stands in the segment; ``stay`` is the probability that the next segment of a run keeps its theme; ``floor`` the centred
    cosine below which a segment without a literal phrase is of no theme.
    """

    temperature: float = 0.06
    literal: float = 0.10
    stay: float = 0.75
    floor: float = 0.15


CALIBRATIONS = {"static": Calibration(), "minilm": Calibration()}

CENTRE_PRIOR = 25
"""Segments that the mean of the phrases is worth in the centre of the segments: it steadies corpora of a few sentences."""


def calibration(encoder: Encoder) -> Calibration:
    """The calibration of a known encoder; of any other, the static encoder's."""
    return CALIBRATIONS.get(getattr(encoder, "name", ""), CALIBRATIONS["static"])


def prototypes(phrases: Sequence[Sequence[str]], encoder: Encoder) -> Vectors:
    """Mean vector (k, d) of each theme's phrases, of length one."""
    flat = [phrase for theme in phrases for phrase in theme]
    vectors = normalise(np.asarray(encoder.encode(flat), np.float32))
    ends = np.cumsum([len(theme) for theme in phrases])
    return normalise(np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])]))


def centred_cosines(vectors: Vectors, prototypes: Vectors) -> Scores:
    """Cosines (n, k) after each side is centred: what all segments share, and what all themes share, tells nothing."""
    middle = prototypes.mean(axis=0) if len(prototypes) > 2 else np.zeros(prototypes.shape[1], np.float32)
    centre = (vectors.sum(axis=0) + CENTRE_PRIOR * prototypes.mean(axis=0)) / (len(vectors) + CENTRE_PRIOR)
    return np.asarray(normalise(vectors - centre) @ normalise(prototypes - middle).T, np.float64)


def posterior(energies: Scores, order: Order, *, stay: float) -> Scores:
    """Probability (n, k) of each theme given the whole run that a segment stands in (forward-backward).

    Parameters
    ----------
    energies : (n, k) log-likelihoods up to a constant a row, rows as in the table.
    order : reading order of the rows; every run is a chain of its own.
    stay : probability 0 to 1 of keeping the theme from one segment to the next; otherwise all themes are equally likely.
    """
    if not len(energies):
        return energies
    ordered = energies[order.rank]
    likelihood = np.exp(ordered - ordered.max(axis=1, keepdims=True))
    forward = _pass(likelihood, order.run, stay)
    backward = _pass(likelihood[::-1], order.run[::-1], stay)[::-1]
    # Both passes hold the segment's own likelihood: it is counted once.
    joint = forward * backward / np.maximum(likelihood, 1e-300)
    result = np.empty_like(joint)
    result[order.rank] = joint / joint.sum(axis=1, keepdims=True)
    return result


def _pass(likelihood: Scores, run: NDArray[np.intp], stay: float) -> Scores:
    """Filtered distributions along each run, all runs a step at a time."""
    starts = np.flatnonzero(np.r_[True, run[1:] != run[:-1]])
    lengths = np.diff(np.r_[starts, len(run)])
    longest_first = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[longest_first], lengths[longest_first]
    k = likelihood.shape[1]
    filtered = np.empty_like(likelihood)
    state = np.full((len(starts), k), 1 / k)
    for step in range(int(lengths[0])):
        active = int(np.searchsorted(-lengths, -step, side="left"))
        rows = starts[:active] + step
        before = state[:active] if step == 0 else stay * state[:active] + (1 - stay) / k
        now = before * likelihood[rows]
        now /= np.maximum(now.sum(axis=1, keepdims=True), 1e-300)
        state = now
        filtered[rows] = now
    return filtered
