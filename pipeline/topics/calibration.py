"""Settings that belong to an encoder, and weights that mean what they say.

Neighbours share words and themes, so a posterior along a speech counts the same evidence several times and is surer than it is
right. How much, depends on how long the run is; hand-coded segments tell (``models/encoder/calibrate.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.context import Order


@dataclass(frozen=True)
class Calibration:
    """Settings that belong to an encoder, found on hand-coded manifestos and headlines (docs/benchmarks/topics.md).

    ``temperature`` divides centred cosines before the exponential; ``literal`` is added to the cosine of a theme whose phrase
    stands in the segment; ``stay`` is the probability that the next segment of a run keeps its theme; ``floor`` the centred
    cosine below which a segment without a literal phrase is of no theme; ``prior`` the weight of the logarithm of how common
    each theme is in these segments. ``alone`` and ``along`` are the powers to which posteriors are raised in a segment without
    and with many neighbours, ``fade`` is how fast the one becomes the other. ``among`` stands for ``alone`` where segments that
    stand alone are read with those that are like them.
    """

    temperature: float = 0.10
    literal: float = 0.10
    stay: float = 0.80
    floor: float = 0.15
    prior: float = 0.30
    alone: float = 1.19
    among: float = 0.66
    along: float = 0.36
    fade: float = 1.34


CALIBRATIONS = {
    "static": Calibration(),
    "minilm": Calibration(temperature=0.07, stay=0.7, alone=1.02, among=0.6, along=0.35, fade=1.54),
}


def calibration(encoder: Encoder) -> Calibration:
    """The calibration of a known encoder; of any other, the static encoder's."""
    return CALIBRATIONS.get(getattr(encoder, "name", ""), CALIBRATIONS["static"])


def lengths(order: Order) -> NDArray[np.intp]:
    """Segments (n,) in the run of each segment, in the order of the table."""
    result = np.empty(len(order.rank), np.intp)
    result[order.rank] = np.bincount(order.run)[order.run] if len(order.run) else 0
    return result


def tempered(weights: NDArray[np.float64], order: Order, settings: Calibration) -> NDArray[np.float64]:
    """Posteriors (n, k) as calibrated weights; a row still sums to one and has its largest where it was.

    >>> from pipeline.topics.context import Order
    >>> each = np.arange(1)
    >>> tempered(np.array([[0.9, 0.1]]), Order(each, each, each, each), Calibration(alone=0.5)).round(2).tolist()
    [[0.75, 0.25]]
    """
    power = settings.along + (settings.alone - settings.along) / lengths(order) ** settings.fade
    flat = np.exp(power[:, None] * np.log(np.maximum(weights, 1e-300)))
    return np.asarray(flat / flat.sum(axis=1, keepdims=True), np.float64)
