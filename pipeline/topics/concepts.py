"""What a short text names again: themes of corpora too small for statistics.

In a hundred sentences a cluster has four members and no distribution to speak of, but whoever writes about a matter names it
more than once, in the same words, on both sides of a comparison. Noun phrases that recur, grouped by what they share,
make the first themes; what they leave uncovered is for the clusters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.encode import Encoder
from pipeline.topics.context import Order, places
from pipeline.topics.literal import is_acronym
from pipeline.topics.nouns import noun_phrases
from pipeline.topics.phrases import Phrase, candidates
from pipeline.topics.references import resolved
from pipeline.topics.telling import generality, relational
from pipeline.vectors import Vectors, normalise

SMALL = 600
"""Segments up to which themes are looked for in recurring phrases: beyond, clusters have 20 members and more."""

COMMON = 0.2
"""Share of segments above which a phrase is the subject of the whole corpus and no theme in it."""

ENOUGH = 6
"""Segments in which a theme may always stand, however few there are."""

ALIKE = 0.6
"""Cosine of two phrases, centred, from which they name one theme."""

TOGETHER = 0.6
"""Share of the rarer phrase's segments that hold the other too, from which they name one theme."""


SHARED = 1.25
"""Factor on what two speeches name: it can be compared."""

HELD = 0.75
"""Share of a concept's segments in another one from which it is an aspect of that, unless it is a name."""


def most_rows(n_texts: int, share: float = COMMON) -> int:
    """Segments that the phrases of one theme may stand in: a share of them, and never fewer than ``ENOUGH``."""
    return max(ENOUGH, int(share * n_texts))


@dataclass(frozen=True)
class Concept:
    """Phrases that name one theme, the leading one first, and the segments that hold any of them."""

    phrases: tuple[Phrase, ...]
    rows: tuple[int, ...]
    score: float


def concepts(
    texts: Sequence[str], order: Order, encoder: Encoder, *, exclude: Collection[str] = (), acronyms: dict[str, str] | None = None
) -> list[Concept]:
    """Groups of recurring noun phrases, the weightiest first.

    Parameters
    ----------
    texts : the segments.
    order : their reading order.
    exclude : names of speakers.
    acronyms : acronym to expansion; the two are one phrase.
    """
    found = resolved(candidates(texts, exclude=exclude), order.speech.tolist(), places(order).tolist())
    recurring = [phrase for phrase in found.values() if 1 < len(phrase.rows) <= most_rows(len(texts))]
    recurring = [phrase for phrase in recurring if not _inside_longer(phrase, recurring) and not _broad(phrase, len(texts))]
    nouns = noun_phrases(texts, recurring)
    weights = {phrase.key: _weight(phrase) for phrase in recurring}
    kept = [phrase for phrase in recurring if phrase.key in nouns and weights[phrase.key] > 0]
    kept.sort(key=lambda phrase: (-weights[phrase.key], phrase.text))
    if not kept:
        return []
    vectors = normalise(np.asarray(encoder.encode([phrase.text for phrase in kept]), np.float32))
    vectors = normalise(vectors - vectors.mean(axis=0))
    groups: list[list[int]] = []
    for i in range(len(kept)):
        fits = [_fit(i, group, kept, vectors, len(texts), acronyms or {}) for group in groups]
        if max(fits, default=0.0) > 0:
            groups[int(np.argmax(fits))].append(i)
        else:
            groups.append([i])
    result = []
    for group in groups:
        members = sorted((kept[i] for i in group), key=lambda phrase: -_leading(phrase, weights[phrase.key]))
        rows = sorted({row for phrase in members for row in phrase.rows})
        score = max(weights[phrase.key] for phrase in members) * float(np.log2(1 + len(rows))) * (0.5 + _clumps(rows, order))
        score *= SHARED if len(set(order.speech[rows])) > 1 else 1.0
        result.append(Concept(tuple(members), tuple(rows), score))
    return sorted(result, key=lambda concept: (-concept.score, concept.phrases[0].text))


def _fit(
    number: int, group: Sequence[int], phrases: Sequence[Phrase], vectors: Vectors, n_texts: int, acronyms: dict[str, str]
) -> float:
    """How well a phrase names what a group names, 0 for not at all; a group never grows into the subject of the whole corpus."""
    rows = {row for i in group for row in phrases[i].rows}
    if len(rows | set(phrases[number].rows)) > most_rows(n_texts):
        return 0.0
    if any(_short_for(phrases[number], phrases[i], acronyms) for i in group):
        return 3.0
    return min(_same(phrases[number], phrases[i], float(vectors[number] @ vectors[i])) for i in group)


def _clumps(rows: Sequence[int], order: Order) -> float:
    """Share (0 to 1) of the segments that have another of them within three places of the same speech."""
    place = places(order)
    near = 0
    for row in rows:
        near += any(
            other != row and order.speech[other] == order.speech[row] and abs(place[other] - place[row]) <= 3 for other in rows
        )
    return near / len(rows)


def _leading(phrase: Phrase, weight: float) -> float:
    """How well a phrase stands for its group: a long name says most."""
    return weight * (1 + len(phrase.key) / 2 if phrase.text[:1].isupper() else 1.0 if len(phrase.key) == 1 else 1.3)


def leading(found: Sequence[Concept], most: int) -> list[Concept]:
    """The first concepts, at most ``most``, without those that another one holds already."""
    chosen: list[Concept] = []
    for concept in found:
        rows = set(concept.rows)
        home = next((i for i, other in enumerate(chosen) if _aspect(concept, other)), None)
        if home is not None and not _named(concept):
            other = chosen[home]
            chosen[home] = Concept(other.phrases + concept.phrases, tuple(sorted(rows | set(other.rows))), other.score)
        elif len(chosen) < most:
            chosen.append(concept)
    return chosen


def _aspect(concept: Concept, other: Concept) -> bool:
    """Whether a concept stands in the segments of another one and shares a word with it."""
    words, others = ({word for phrase in c.phrases for word in phrase.key} for c in (concept, other))
    return bool(words & others) and len(set(concept.rows) & set(other.rows)) >= HELD * len(concept.rows)


def _named(concept: Concept) -> bool:
    return len(concept.phrases[0].key) > 1 and concept.phrases[0].text[:1].isupper()


def _broad(phrase: Phrase, n_texts: int) -> bool:
    """Whether a single everyday word stands in more than a tenth of the segments."""
    single = len(phrase.key) == 1 and phrase.text.islower()
    return single and len(phrase.rows) > most_rows(n_texts, COMMON / 2)


def _inside_longer(phrase: Phrase, others: Sequence[Phrase]) -> bool:
    """Whether the phrase stands almost only inside one longer recurring phrase."""
    n = len(phrase.key)
    rows = set(phrase.rows)
    return any(
        len(other.key) > n
        and len(rows & set(other.rows)) >= 0.75 * len(rows)
        and any(other.key[i : i + n] == phrase.key for i in range(len(other.key) - n + 1))
        for other in others
    )


def _weight(phrase: Phrase) -> float:
    """How much a phrase looks like the name of a theme: longer or a proper name, not made of everyday words, often said."""
    text = phrase.text
    proper = is_acronym(text) or text[:1].isupper()
    common = generality(phrase.key)
    if common == 1 and not (proper and len(phrase.key) > 1):
        return 0.0
    length = 1 - relational(phrase) if len(phrase.key) == 1 else 1.6 if len(phrase.key) < 4 else 1.4
    return length * (1.25 if proper else 1.0) * (1 - common / 2) * float(np.log2(1 + len(phrase.rows)))


def _short_for(first: Phrase, second: Phrase, acronyms: dict[str, str]) -> bool:
    """Whether one phrase is the acronym of the other, or its end; of names ``references`` has said already."""
    if written_out(first.text, acronyms) == written_out(second.text, acronyms):
        return True
    short, long = sorted((first.key, second.key), key=len)
    names = first.text[:1].isupper() and second.text[:1].isupper()
    return not names and 1 < len(short) < len(long) and long[-len(short) :] == short


def written_out(text: str, acronyms: dict[str, str]) -> str:
    """A phrase with its acronyms expanded, in lower case."""
    return " ".join(acronyms.get(word, word) for word in text.split()).casefold()


def _same(first: Phrase, second: Phrase, cosine: float) -> float:
    """How sure two phrases name one theme: one is part of the other and stands in the same segments, or they mean the same."""
    if first.text[:1].isupper() and second.text[:1].isupper() and min(len(first.key), len(second.key)) > 1:
        return 0.0
    shared = len(set(first.rows) & set(second.rows)) / min(len(first.rows), len(second.rows))
    if shared >= TOGETHER and set(first.key) & set(second.key):
        return 1 + shared + max(cosine, 0)
    return cosine if cosine >= ALIKE else 0.0
