"""Themes of a codebook without a single labelled segment.

A theme's prototype is the mean of its phrases' vectors. A segment's score is the cosine between its smoothed vector and the
prototype, both centred; literal phrases add to it. The scores of a run of segments, with the odds that a speaker stays on a
theme, make a hidden Markov model, whose posterior is the weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.encode import Encoder
from pipeline.topics.membership import Scores
from pipeline.vectors import Vectors, normalise


@dataclass(frozen=True)
class Calibration:
    """Settings that belong to an encoder, found on hand-coded manifestos (docs/benchmarks/topics.md).

    ``temperature`` divides centred cosines before the exponential; ``literal`` is added to the cosine of a theme whose phrase
    stands in the segment; ``stay`` is the probability that the next segment of a run keeps its theme; ``floor`` the centred
    cosine below which a segment without a literal phrase is of no theme; ``prior`` the weight of the logarithm of how common
    each theme is in these segments.
    """

    temperature: float = 0.10
    literal: float = 0.10
    stay: float = 0.80
    floor: float = 0.15
    prior: float = 0.30


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
