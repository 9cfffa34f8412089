"""Candidates for the name of a theme: which phrases set it apart, and which of them name anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.phrases import Phrase, generality
from pipeline.vectors import Vectors, normalise

SHORTLIST = 10
"""Candidates of a theme that are looked at with the tagger: two more than terms are kept, as tagging is the slow part."""

LENGTH = (0.0, 0.55, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1)
"""A phrase of two or three words says what is meant where a single word does not ("social work agencies" against "agencies")."""

EMPTY = 0.2
"""Factor on a phrase of words that name nothing by themselves ("policy paper"): it is taken where there is nothing else."""

NAMED = 1.3
"""Factor on a proper name of two words or more: names of bills, schemes and bodies are what readers look for."""


def shortlists(
    found: dict[tuple[str, ...], Phrase], labels: NDArray[np.intp], centroids: Vectors, encoder: Encoder
) -> list[list[tuple[Phrase, float]]]:
    """For each of k themes its best candidates with their scores, best first.

    Parameters
    ----------
    found : candidates of the n segments by key.
    labels : (n,) theme of each segment, 0 to k-1, or -1 for none.
    centroids : (k, d) unsmoothed mean vectors of the themes.
    """
    k = len(centroids)
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    least = 1 if len(labels) < 400 else 2 if len(labels) < 2000 else 3
    phrases = [phrase for phrase in found.values() if len(phrase.rows) >= least]
    if not phrases:
        return [[] for _ in range(k)]
    counts = np.zeros((len(phrases), k))
    for row, phrase in enumerate(phrases):
        np.add.at(counts[row], labels[[r for r in phrase.rows if labels[r] >= 0]], 1)
    total = counts.sum(axis=1, keepdims=True)
    inside = counts / np.maximum(sizes, 1)
    outside = (total - counts + 0.5) / (max(int(sizes.sum()), 1) - sizes + 1)
    worth = np.array([_worth(phrase) for phrase in phrases])[:, None]
    keyness = np.log2(1 + counts) * np.log1p(inside / outside) * worth
    result = []
    for theme in range(k):
        best = np.argsort(-keyness[:, theme], kind="stable")[: 4 * SHORTLIST]
        best = best[counts[best, theme] > 0]
        shortlist = [phrases[i] for i in best]
        vectors = normalise(np.asarray(encoder.encode([phrase.text for phrase in shortlist]), np.float32))
        near = vectors @ centroids[theme] if shortlist else []
        scores = {p.key: float(keyness[i, theme] * (0.15 + max(0.0, float(s)))) for p, i, s in zip(shortlist, best, near)}
        inside_count = {p.key: counts[i, theme] for p, i in zip(shortlist, best)}
        kept = [p for p in shortlist if not _swallowed(p, shortlist, inside_count)]
        kept.sort(key=lambda p: (-scores[p.key], p.text))
        result.append([(p, scores[p.key]) for p in kept[:SHORTLIST]])
    return result


def _worth(phrase: Phrase) -> float:
    """How good a phrase is as a name, whatever the theme: longer, a proper name, not of words that could name anything."""
    named = len(phrase.key) > 1 and phrase.text[:1].isupper()
    general = generality(phrase.key)
    return LENGTH[len(phrase.key)] * (NAMED if named else 1.0) * (1 - general / 2 if general < 1 else EMPTY)


def _swallowed(phrase: Phrase, others: Sequence[Phrase], counts: dict[tuple[str, ...], float]) -> bool:
    """Whether a longer candidate stands wherever this one does, nearly."""
    n = len(phrase.key)
    return any(
        len(other.key) > n
        and counts[other.key] >= 0.6 * counts[phrase.key]
        and any(other.key[i : i + n] == phrase.key for i in range(len(other.key) - n + 1))
        for other in others
    )
