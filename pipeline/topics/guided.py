"""Themes of a codebook without a single labelled segment.

A theme is its phrases and their mean. A segment's score is the cosine between its smoothed vector and the mean, and a soft
maximum of the cosines of the phrases, all centred; literal phrases add to it. The scores of a run of segments, with the odds that
a speaker stays on a theme, make a hidden Markov model. Its first posterior says which segments speak of a theme; they move its
phrases, each by those that are nearest to it, and the mean, the further the fewer phrases there are. The second posterior,
calibrated, is the weight. Where most segments stand alone, the first posteriors of those that are like a segment count too.

What a segment's weight takes from all the others are sums, so that a corpus may be read in parts: ``begin`` needs the sum of the
vectors, ``learn`` the sums that ``told`` makes of each part, ``weigh`` one part at a time. The exception is likeness among
segments that stand alone (``of_likes``): it needs them all, and only ``read`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.calibration import Calibration, calibration, tempered
from pipeline.topics.codebook import Codebook
from pipeline.topics.coded import Coded
from pipeline.topics.context import Order, smooth
from pipeline.topics.likeness import of_nearest, sample, stands_alone
from pipeline.topics.literal import literal_matches
from pipeline.topics.membership import Scores, mentioned, posterior
from pipeline.vectors import Vectors, normalise

CENTRE_PRIOR = 25
"""Segments that the mean of the phrases is worth in the centre of the segments: it steadies corpora of a few sentences."""

PHRASE_WORTH = 200
"""Segments that one phrase is worth against those that it finds in the corpus. Chosen on hand-coded manifestos and
headlines: a codebook of names gains three points of accuracy, one of a dozen phrases each loses none (100 to 200 are alike)."""

SHARPNESS, BY_PHRASE = 0.04, 0.7
"""Temperature of the soft maximum over the phrases of a theme, and its weight beside the mean of the phrases. A theme is wide and
its phrases are narrow: 2.5 in 100 sentences of manifestos more are right than by the mean alone, of headlines 3.9
(docs/benchmarks/topics.md; .035 to .05 and .5 to .85 are alike)."""

FAINT = 1e-3
"""Probability below which it is all one how seldom the likes of a segment speak of a theme: one of them in a thousand."""

ROWS = 4096
"""Segments compared with all phrases at a time: bounds memory, costs no speed."""


@dataclass(frozen=True)
class Phrases:
    """The phrases of k themes: ``vectors`` (m, d), of length one, theme by theme; ``first`` (k,) is where each theme's begin."""

    vectors: Vectors
    first: NDArray[np.intp]

    @property
    def count(self) -> NDArray[np.intp]:
        """How many phrases (k,) each theme has."""
        return np.asarray(np.diff(np.r_[self.first, len(self.vectors)]), np.intp)

    def mean(self) -> Vectors:
        """Mean vector (k, d) of each theme's phrases, of length one."""
        return normalise(np.add.reduceat(self.vectors, self.first, axis=0))


@dataclass(frozen=True)
class Guide:
    """k themes ready to be compared with segments: ``centre`` (d,) is taken from segments, ``themes`` (k, d) and ``phrases`` are
    centred and of length one, ``common`` (k,) is the logarithm of how common each theme is, zeros before ``learn``."""

    centre: Vectors
    themes: Vectors
    phrases: Phrases
    common: Scores


@dataclass(frozen=True)
class Told:
    """What segments tell of m phrases: ``weights`` (m,) how many speak of each, ``vectors`` (m, d) the sum of their vectors."""

    weights: Scores
    vectors: Scores

    def __add__(self, other: Told) -> Told:
        return Told(self.weights + other.weights, self.vectors + other.vectors)


def described(phrases: Sequence[Sequence[str]], encoder: Encoder) -> Phrases:
    """The vectors of each theme's phrases."""
    flat = [phrase for theme in phrases for phrase in theme]
    starts = np.cumsum([0, *(len(theme) for theme in phrases)])[:-1]
    return Phrases(normalise(np.asarray(encoder.encode(flat), np.float32)), np.asarray(starts, np.intp))


def begin(phrases: Phrases, total: NDArray[np.floating], n: int) -> Guide:
    """The themes as their phrases alone describe them.

    Parameters
    ----------
    phrases : see :func:`described`.
    total : (d,) sum of the vectors of the ``n`` segments. What all segments share, and what all themes share, tells nothing.
    """
    means = phrases.mean()
    middle = means.mean(axis=0)
    centre = (total + CENTRE_PRIOR * middle) / (n + CENTRE_PRIOR)
    # Two themes, centred, would be each other's opposite.
    shared = middle if len(means) > 2 else np.zeros_like(middle)
    own = replace(phrases, vectors=normalise(phrases.vectors - shared))
    return Guide(np.asarray(centre, np.float32), normalise(means - shared), own, np.zeros(len(means)))


def scores(vectors: Vectors, literal: NDArray[np.bool_], guide: Guide, settings: Calibration) -> Scores:
    """Scores (n, k): cosines of segments and themes, more where a phrase of the theme stands in the segment.

    Parameters
    ----------
    vectors : (n, d) of the segments with their context.
    literal : (n, k) whether a phrase of the theme stands in the segment.
    """
    found = np.asarray(settings.literal * literal, np.float64)
    for rows, part, near in _compared(vectors, guide):
        theirs = np.add.reduceat(near, guide.phrases.first, axis=1) / guide.phrases.count
        found[rows] += (1 - BY_PHRASE) * (part @ guide.themes.T) + BY_PHRASE * SHARPNESS * np.log(theirs)
    return found


def _compared(vectors: Vectors, guide: Guide) -> Iterator[tuple[slice, Vectors, Vectors]]:
    """Some rows at a time, their centred vectors, and the exponentials (r, m) of their cosines with the phrases."""
    for start in range(0, len(vectors), ROWS):
        rows = slice(start, start + ROWS)
        part = normalise(vectors[rows] - guide.centre)
        yield rows, part, np.exp(part @ guide.phrases.vectors.T / np.float32(SHARPNESS))


def said(vectors: Vectors, literal: NDArray[np.bool_], order: Order, guide: Guide, settings: Calibration) -> Scores:
    """First posterior (n, k): which segments speak of which theme, each run read on its own, all themes alike common."""
    return posterior(scores(vectors, literal, guide, settings) / settings.temperature, order, stay=settings.stay)


def told(vectors: Vectors, weights: Scores, guide: Guide) -> Told:
    """What these segments tell of the phrases; a theme's segment goes to its phrases by their nearness.

    Parameters
    ----------
    weights : (n, k) first posterior of the segments, see :func:`said`.
    """
    result = nothing(guide)
    owner = np.repeat(np.arange(len(guide.themes)), guide.phrases.count)
    for rows, part, near in _compared(vectors, guide):
        each = (weights[rows] / np.add.reduceat(near, guide.phrases.first, axis=1)).astype(np.float32)
        shares = near * each[:, owner]
        result += Told(shares.sum(axis=0, dtype=np.float64), np.asarray(shares.T @ part, np.float64))
    return result


def nothing(guide: Guide) -> Told:
    """What no segments tell."""
    shape = guide.phrases.vectors.shape
    return Told(np.zeros(shape[0]), np.zeros(shape))


def learn(guide: Guide, told: Told) -> Guide:
    """The themes after the corpus had its say: phrases and means moved towards their segments, and how common each theme is."""
    first, count = guide.phrases.first, guide.phrases.count
    weights, vectors = np.add.reduceat(told.weights, first), np.add.reduceat(told.vectors, first, axis=0)
    phrases = replace(guide.phrases, vectors=_moved(guide.phrases.vectors, told.weights, told.vectors, 1))
    counted = weights + 1
    common = np.log(counted / counted.sum())
    return replace(guide, themes=_moved(guide.themes, weights, vectors, count), phrases=phrases, common=common)


def _moved(vectors: Vectors, weights: Scores, found: Scores, phrases: int | NDArray[np.intp]) -> Vectors:
    """Vectors moved towards what they found, the further the more segments there are to a phrase."""
    share = (weights / (weights + PHRASE_WORTH * phrases))[:, None]
    return normalise(np.asarray((1 - share) * vectors + share * normalise(found), np.float32))


def weigh(found: Scores, order: Order, guide: Guide, settings: Calibration, *, likes: Scores | None = None) -> Scores:
    """Weights (n, k) of the themes in segments: the probability that a person who gives each segment one code would give it this
    one, as far as the sets go that it was calibrated on.

    Parameters
    ----------
    found : (n, k) ``scores`` of the segments.
    likes : (n, k) what those that are like each segment speak of, see :func:`of_likes`.
    """
    energies = found / settings.temperature + settings.prior * guide.common
    if likes is None:
        return tempered(posterior(energies, order, stay=settings.stay), order, settings)
    return tempered(posterior(energies + likes, order, stay=settings.stay), order, replace(settings, alone=settings.among))


def of_likes(vectors: Vectors, weights: Scores, guide: Guide, rows: NDArray[np.intp]) -> Scores:
    """Logarithm (n, k) of how much those that are most like each segment speak of each theme.

    Parameters
    ----------
    weights : (n, k) first posterior of all segments, see :func:`said`.
    rows : those among which the likes are looked for.

    Notes
    -----
    The mean over nearest neighbours, as label propagation has it (Zhu and Ghahramani, 2002, CMU-CALD-02-107), in one step.
    """
    likes = of_nearest(normalise(vectors - guide.centre), weights, rows)
    return np.asarray(np.log(likes + FAINT), np.float64)


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
    ``literal`` (n, k), the settings of the encoder, and where segments stand alone, what the likes of each speak of (n, k)."""

    guide: Guide
    context: Vectors
    literal: NDArray[np.bool_]
    settings: Calibration
    likes: Scores | None = None


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
    before = begin(described(phrases, encoder), context.sum(axis=0, dtype=np.float64), len(context))
    weights = said(context, literal, order, before, settings)
    likes = of_likes(context, weights, before, sample(len(texts), texts)) if stands_alone(order) else None
    return Reading(learn(before, told(context, weights, before)), context, literal, settings, likes)


def code_guided(reading: Reading, order: Order, book: Codebook) -> Coded:
    """Weights of the themes of a codebook in the segments that were read with it."""
    found = scores(reading.context, reading.literal, reading.guide, reading.settings)
    weights = weigh(found, order, reading.guide, reading.settings, likes=reading.likes)
    return settle_codes(found, reading.literal, weights, book, reading.settings)
