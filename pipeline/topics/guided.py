"""Themes of a codebook without a single labelled segment.

A theme begins as the mean of its phrases' vectors. A segment's score is the cosine between its smoothed vector and the theme,
both centred; literal phrases add to it. The scores of a run of segments, with the odds that a speaker stays on a theme, make a
hidden Markov model. Its first posterior says which segments speak of a theme; they move it, the further the fewer phrases it
was given, and the second posterior, calibrated, is the weight.

What a segment's weight takes from all the others are sums, so that a corpus may be read in parts: ``begin`` needs the sum of the
vectors, ``learn`` the sums that ``told`` makes of each part, ``weigh`` one part at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.calibration import Calibration, calibration, tempered
from pipeline.topics.codebook import Codebook
from pipeline.topics.coded import Coded
from pipeline.topics.context import Order, smooth
from pipeline.topics.literal import literal_matches
from pipeline.topics.membership import Scores, mentioned, posterior
from pipeline.vectors import Vectors, normalise

CENTRE_PRIOR = 25
"""Segments that the mean of the phrases is worth in the centre of the segments: it steadies corpora of a few sentences."""

PHRASE_WORTH = 200
"""Segments that one phrase is worth against those that the theme finds in the corpus. Chosen on hand-coded manifestos and
headlines: a codebook of names gains three points of accuracy, one of a dozen phrases each loses none (100 to 200 are alike)."""


@dataclass(frozen=True)
class Guide:
    """k themes ready to be compared with segments: ``centre`` (d,) is taken from segments, ``themes`` (k, d) are centred and of
    length one, ``common`` (k,) is the logarithm of how common each theme is, zeros before ``learn``."""

    centre: Vectors
    themes: Vectors
    common: Scores


@dataclass(frozen=True)
class Told:
    """What segments tell of k themes: ``weights`` (k,) how many speak of each, ``vectors`` (k, d) the sum of their vectors."""

    weights: Scores
    vectors: Scores

    def __add__(self, other: Told) -> Told:
        return Told(self.weights + other.weights, self.vectors + other.vectors)


def prototypes(phrases: Sequence[Sequence[str]], encoder: Encoder) -> Vectors:
    """Mean vector (k, d) of each theme's phrases, of length one."""
    flat = [phrase for theme in phrases for phrase in theme]
    vectors = normalise(np.asarray(encoder.encode(flat), np.float32))
    ends = np.cumsum([len(theme) for theme in phrases])
    return normalise(np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])]))


def begin(prototypes: Vectors, total: NDArray[np.floating], n: int) -> Guide:
    """The themes as their phrases alone describe them.

    Parameters
    ----------
    prototypes : (k, d), see :func:`prototypes`.
    total : (d,) sum of the vectors of the ``n`` segments. What all segments share, and what all themes share, tells nothing.
    """
    middle = prototypes.mean(axis=0)
    centre = (total + CENTRE_PRIOR * middle) / (n + CENTRE_PRIOR)
    # Two themes, centred, would be each other's opposite.
    themes = normalise(prototypes - (middle if len(prototypes) > 2 else 0))
    return Guide(np.asarray(centre, np.float32), themes, np.zeros(len(prototypes)))


def scores(vectors: Vectors, literal: NDArray[np.bool_], guide: Guide, settings: Calibration) -> Scores:
    """Scores (n, k): cosines of segments and themes, more where a phrase of the theme stands in the segment.

    Parameters
    ----------
    vectors : (n, d) of the segments with their context.
    literal : (n, k) whether a phrase of the theme stands in the segment.
    """
    cosines = np.asarray(normalise(vectors - guide.centre) @ guide.themes.T, np.float64)
    cosines += settings.literal * literal
    return cosines


def told(vectors: Vectors, literal: NDArray[np.bool_], order: Order, guide: Guide, settings: Calibration) -> Told:
    """What these segments tell of the themes, each run read on its own."""
    found = scores(vectors, literal, guide, settings)
    weights = posterior(found / settings.temperature, order, stay=settings.stay)
    return Told(weights.sum(axis=0), np.asarray(weights.T @ normalise(vectors - guide.centre), np.float64))


def learn(guide: Guide, told: Told, n_phrases: Sequence[int]) -> Guide:
    """The themes after the corpus had its say: each moved towards its segments, and how common it is.

    Parameters
    ----------
    n_phrases : (k,) phrases of each theme; each is worth ``PHRASE_WORTH`` segments.
    """
    share = (told.weights / (told.weights + PHRASE_WORTH * np.asarray(n_phrases, float)))[:, None]
    themes = normalise((1 - share) * guide.themes + share * normalise(told.vectors))
    counted = told.weights + 1
    return replace(guide, themes=themes, common=np.log(counted / counted.sum()))


def weigh(found: Scores, order: Order, guide: Guide, settings: Calibration) -> Scores:
    """Weights (n, k) of the themes in segments whose ``scores`` are given: the probability that a person who gives each segment
    one code would give it this one, as far as the sets go that it was calibrated on."""
    energies = found / settings.temperature + settings.prior * guide.common
    return tempered(posterior(energies, order, stay=settings.stay), order, settings)


def phrases_of(book: Codebook) -> list[tuple[str, ...]]:
    """The phrases of each theme of a codebook, and last those of what is no theme."""
    return [theme.phrases for theme in book.themes] + ([book.other] if book.other else [])


def settle_codes(found: Scores, literal: NDArray[np.bool_], weights: Scores, book: Codebook, settings: Calibration) -> Coded:
    """The coding of the codebook's themes by the weights of all: ``other`` is none, and so is what resembles no theme."""
    k = len(book.themes)
    best = np.argmax(weights, axis=1)
    best[best >= k] = -1
    none = (best < 0) | ((found[:, :k].max(axis=1) < settings.floor) & ~literal[:, :k].any(axis=1))
    kept = mentioned(weights[:, :k], literal[:, :k], best, none, single=book.single)
    return Coded(tuple(theme.theme for theme in book.themes), kept, best, literal[:, :k])


@dataclass(frozen=True)
class Reading:
    """A corpus read with a codebook: its ``guide``, the segments' vectors with their ``context`` (n, d), where phrases stand
    ``literal`` (n, k), and the settings of the encoder."""

    guide: Guide
    context: Vectors
    literal: NDArray[np.bool_]
    settings: Calibration


def read(
    texts: Sequence[str], vectors: Vectors, order: Order, book: Codebook, encoder: Encoder, *, acronyms: dict[str, str]
) -> Reading:
    """Find what the themes of a codebook mean in these segments.

    Parameters
    ----------
    texts : the n segments, one at least.
    vectors : (n, d) their vectors, with the heading above.
    """
    phrases, settings = phrases_of(book), calibration(encoder)
    literal = literal_matches(texts, phrases, acronyms)
    context = normalise(vectors + smooth(vectors, order))
    guide = begin(prototypes(phrases, encoder), context.sum(axis=0, dtype=np.float64), len(context))
    guide = learn(guide, told(context, literal, order, guide, settings), [len(theme) for theme in phrases])
    return Reading(guide, context, literal, settings)


def code_guided(reading: Reading, order: Order, book: Codebook) -> Coded:
    """Weights of the themes of a codebook in the segments that were read with it."""
    found = scores(reading.context, reading.literal, reading.guide, reading.settings)
    weights = weigh(found, order, reading.guide, reading.settings)
    return settle_codes(found, reading.literal, weights, book, reading.settings)
