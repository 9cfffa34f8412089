"""Candidates for the name of a theme: which phrases set it apart, and which of them name anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.phrases import Phrase
from pipeline.topics.telling import generality, relational
from pipeline.vectors import Vectors, normalise

SHORTLIST = 10
"""Candidates of a theme that are looked at with the tagger: two more than terms are kept, as tagging is the slow part."""

LENGTH = (0.0, 0.45, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1)
"""A phrase of two or three words says what is meant where a single word does not ("social work agencies" against "agencies").
From .4 to .7 for a single word, names lead back to the codes of hand-coded sets equally often (docs/benchmarks/topics.md); at .45
half as many have one word as at .55."""

EMPTY = 0.2
"""Factor on a phrase of words that name nothing by themselves ("policy paper"): it is taken where there is nothing else."""

NAMED = 1.3
"""Factor on a proper name of two words or more: names of bills, schemes and bodies are what readers look for."""


def shortlists(
    found: dict[tuple[str, ...], Phrase],
    labels: NDArray[np.intp],
    centroids: Vectors,
    encoder: Encoder,
    *,
    speech: NDArray[np.intp] | None = None,
    least: int | None = None,
    nested: bool = False,
) -> list[list[Phrase]]:
    """For each of k themes its best candidates, best first.

    Parameters
    ----------
    found : candidates of the n segments by key.
    labels : (n,) theme of each segment, 0 to k-1, or -1 for none.
    centroids : (k, d) unsmoothed mean vectors of the themes.
    speech : (n,) number of the speech of each segment; None takes each for one of its own.
    least : segments that a candidate must stand in; None is 1 to 3, by the number of segments.
    nested : keep a phrase that stands inside a longer one nearly always.
    """
    k = len(centroids)
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    least = least or (1 if len(labels) < 400 else 2 if len(labels) < 2000 else 3)
    phrases = [phrase for phrase in found.values() if len(phrase.rows) >= least]
    if not phrases:
        return [[] for _ in range(k)]
    speech = np.arange(len(labels)) if speech is None else speech
    counts, speeches = _counted(phrases, labels, k, speech)
    total = counts.sum(axis=1, keepdims=True)
    inside = counts / np.maximum(sizes, 1)
    outside = (total - counts + 0.5) / (max(int(sizes.sum()), 1) - sizes + 1)
    worth = np.array([_worth(phrase) for phrase in phrases])[:, None]
    # What one speech says many times is its example; what all say is the theme.
    heard = np.array([len(np.unique(speech[labels == theme])) for theme in range(k)])
    spread = np.sqrt(speeches / np.maximum(np.minimum(counts, heard), 1))
    keyness = np.log2(1 + counts) * np.log1p(inside / outside) * spread * worth
    result = []
    for theme in range(k):
        best = np.argsort(-keyness[:, theme], kind="stable")[: 4 * SHORTLIST]
        best = best[counts[best, theme] > 0]
        shortlist = [phrases[i] for i in best]
        vectors = normalise(np.asarray(encoder.encode([phrase.text for phrase in shortlist]), np.float32))
        near = vectors @ centroids[theme] if shortlist else []
        scores = {p.key: float(keyness[i, theme] * (0.15 + max(0.0, float(s)))) for p, i, s in zip(shortlist, best, near)}
        inside_count = {p.key: counts[i, theme] for p, i in zip(shortlist, best)}
        kept = [p for p in shortlist if nested or not _swallowed(p, shortlist, inside_count)]
        kept.sort(key=lambda p: (-scores[p.key], p.text))
        result.append(kept[:SHORTLIST])
    return result


def _counted(
    phrases: Sequence[Phrase], labels: NDArray[np.intp], k: int, speech: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Segments of each of k themes that hold each of p phrases, and speeches that they are in: (p, k) both."""
    rows = np.array([row for phrase in phrases for row in phrase.rows], np.intp)
    place = np.repeat(np.arange(len(phrases)), [len(phrase.rows) for phrase in phrases])
    known = labels[rows] >= 0
    rows, cells = rows[known], (place * k + labels[rows])[known]
    n_speeches = int(speech.max(initial=0)) + 1
    once = np.unique(cells * n_speeches + speech[rows]) // n_speeches
    shape, size = (len(phrases), k), len(phrases) * k
    segments, speeches = (np.bincount(found, minlength=size).reshape(shape).astype(float) for found in (cells, once))
    return segments, speeches


def _worth(phrase: Phrase) -> float:
    """How good a phrase is as a name, whatever the theme: longer, a proper name, not of words that could name anything."""
    named = len(phrase.key) > 1 and phrase.text[:1].isupper()
    general = generality(phrase.key)
    alone = 1 - relational(phrase) if len(phrase.key) == 1 else 1.0
    return LENGTH[len(phrase.key)] * alone * (NAMED if named else 1.0) * (1 - general / 2 if general < 1 else EMPTY)


def _swallowed(phrase: Phrase, others: Sequence[Phrase], counts: dict[tuple[str, ...], float]) -> bool:
    """Whether a longer candidate stands wherever this one does, nearly."""
    n = len(phrase.key)
    return any(
        len(other.key) > n
        and counts[other.key] >= 0.6 * counts[phrase.key]
        and any(other.key[i : i + n] == phrase.key for i in range(len(other.key) - n + 1))
        for other in others
    )
