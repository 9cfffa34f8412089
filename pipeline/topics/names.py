"""Labels and terms of themes: the noun phrases that set a theme apart, as the text writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.encode import Encoder
from pipeline.topics.context import Order, places
from pipeline.topics.literal import is_acronym
from pipeline.topics.phrases import Phrase, candidates, display, generality
from pipeline.topics.references import resolved
from pipeline.vectors import Vectors, normalise

SHORTLIST = 10
"""Candidates of a theme that are looked at with the tagger: two more than terms are kept, as tagging is the slow part."""

MEMBERS = 80
"""Segments of a theme that are read for its name: enough for counts, few enough to keep 5,000 segments under three seconds."""

TERMS = 8
"""Terms kept for a theme."""

LENGTH = (0.0, 0.55, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1)
"""A phrase of two or three words says what is meant where a single word does not ("social work agencies" against "agencies")."""


@dataclass(frozen=True)
class Name:
    """What a theme is called: ``label`` for people, ``terms`` its phrases, both as written in the text."""

    label: str
    terms: tuple[str, ...]


EMPTY = 0.2
"""Factor on a phrase of words that name nothing by themselves ("policy paper"): it is taken where there is nothing else."""

NAMED = 1.3
"""Factor on a proper name of two words or more: names of bills, schemes and bodies are what readers look for."""


INNER_TAGS = frozenset(["IN", "CC", "DT", "TO", "CD", "VBN"])
"""Tags, beside those of nouns and adjectives, of the words inside a noun phrase."""


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.intp],
    centroids: Vectors,
    encoder: Encoder,
    *,
    typicality: NDArray[np.float64] | None = None,
    exclude: Collection[str] = (),
    acronyms: dict[str, str] | None = None,
    order: Order | None = None,
) -> list[Name]:
    """Name each of k themes.

    Parameters
    ----------
    texts : the n segments.
    labels : (n,) theme of each segment, 0 to k-1, or -1 for none.
    centroids : (k, d) unsmoothed mean vectors of the themes.
    typicality : (n,) how typical each segment is of its theme; of a large theme, the most typical ``MEMBERS`` are read.
    exclude : names of speakers, which name no theme.
    acronyms : acronym to expansion, from the texts; the two count as one phrase.
    order : reading order of the segments, which tells what short names refer to.

    Returns
    -------
    k names; no two labels are equal.
    """
    k = len(centroids)
    rows = _typical(labels, typicality, k)
    texts, labels = [texts[row] for row in rows], labels[rows]
    found = candidates(texts, exclude=exclude)
    if order is not None:
        found = resolved(found, order.speech[rows].tolist(), places(order)[rows].tolist())
    scored = _shortlists(found, labels, centroids, encoder)
    good = noun_phrases(texts, [phrase for shortlist in scored for phrase, _ in shortlist])
    taken: set[str] = set()
    names: list[Name] = []
    for theme in range(k):
        terms = _distinct([phrase for phrase, _ in scored[theme] if phrase.key in good], acronyms or {})
        label = next((term for term in terms if display(term).casefold() not in taken), None)
        if label is None:
            label = f"{terms[0]} ({theme + 1})" if terms else f"Theme {theme + 1}"
        taken.add(display(label).casefold())
        ordered = [label, *(term for term in terms if term != label)]
        names.append(Name(display(label), tuple(ordered[:TERMS])))
    return names


def _typical(labels: NDArray[np.intp], typicality: NDArray[np.float64] | None, k: int) -> NDArray[np.intp]:
    """Rows of the segments that are read, in order."""
    worth = np.ones(len(labels)) if typicality is None else typicality
    by_theme = [np.flatnonzero(labels == theme) for theme in range(k)]
    return np.sort(np.concatenate([rows[np.argsort(-worth[rows], kind="stable")[:MEMBERS]] for rows in by_theme]))


def _shortlists(
    found: dict[tuple[str, ...], Phrase], labels: NDArray[np.intp], centroids: Vectors, encoder: Encoder
) -> list[list[tuple[Phrase, float]]]:
    """For each theme its best candidates with their scores, best first."""
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


def noun_phrases(texts: Sequence[str], phrases: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the candidates that the tagger sees as noun phrases, and not as somebody's name, in the shortest of their rows."""
    from pipeline.language import nlp

    pipeline = nlp()
    wanted: dict[int, list[Phrase]] = {}
    for phrase in {phrase.key: phrase for phrase in phrases}.values():
        own = [row for row in phrase.rows if row not in phrase.referred]
        wanted.setdefault(min(own, key=lambda row: (len(texts[row]), row)), []).append(phrase)
    rows = sorted(wanted)
    good: set[tuple[str, ...]] = set()
    with pipeline.select_pipes(enable=["tok2vec", "tagger"]):
        docs = list(pipeline.pipe([texts[row] for row in rows], batch_size=64))
    for row, doc in zip(rows, docs):
        nouns = [phrase for phrase in wanted[row] if _stands_as_noun(doc, phrase, set())]
        people: set[int] = set()
        if any(phrase.text[:1].isupper() and not is_acronym(phrase.text) for phrase in nouns):
            # The names of people are looked for only where something capitalised may be one.
            doc = pipeline.get_pipe("ner")(doc)
            people = {token.i for entity in doc.ents if entity.label_ == "PERSON" for token in entity}
        good.update(phrase.key for phrase in nouns if not people or _stands_as_noun(doc, phrase, people))
    single = [p for p in phrases if len(p.key) == 1 and p.key in good and not is_acronym(p.text)]
    return good - _adjectives(single) - _people(texts, [p for p in single if p.text[:1].isupper()])


SEEN = 3
"""Segments in which a capitalised word is looked at: in one alone, the tagger takes a first name for a thing too often."""


def _people(texts: Sequence[str], words: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the single words that name a person in any of the shortest segments that hold them."""
    from pipeline.language import nlp

    pipeline = nlp()
    rows = {word.key: sorted(word.rows, key=lambda row: (len(texts[row]), row))[:SEEN] for word in words}
    wanted = sorted({row for some in rows.values() for row in some})
    with pipeline.select_pipes(enable=["tok2vec", "ner"]):
        docs = dict(zip(wanted, pipeline.pipe([texts[row] for row in wanted], batch_size=64)))
    named = {row: {token.text for e in doc.ents if e.label_ == "PERSON" for token in e} for row, doc in docs.items()}
    return {word.key for word in words if any(word.text in named[row] for row in rows[word.key])}


def _adjectives(words: Sequence[Phrase]) -> set[tuple[str, ...]]:
    """Keys of the single words that are adjectives on their own, whatever they are in a name ("white" of a White Paper)."""
    from pipeline.language import nlp

    pipeline = nlp()
    with pipeline.select_pipes(enable=["tok2vec", "tagger"]):
        docs = pipeline.pipe(f"This is about {word.text.lower()}." for word in words)
        return {word.key for word, doc in zip(words, docs) if doc[3].tag_ == "JJ"}


def _stands_as_noun(doc, phrase: Phrase, people: set[int]) -> bool:  # type: ignore[no-untyped-def]
    from pipeline.topics.literal import stem
    from pipeline.topics.phrases import TOKEN

    n = len(phrase.key)
    matches = list(TOKEN.finditer(doc.text))
    keys = [stem(match[0].casefold()) for match in matches]
    for i in range(len(keys) - n + 1):
        if tuple(keys[i : i + n]) != phrase.key:
            continue
        span = doc.char_span(matches[i].start(), matches[i + n - 1].end(), alignment_mode="expand")
        tags = [token.tag_ for token in span if token.tag_ not in ("POS", "HYPH")]
        if not tags or not tags[-1].startswith("NN") or any(token.i in people for token in span):
            return False
        if n == 1:
            return len(span.text) > 3 or is_acronym(span.text)
        if tags[0] == "VBN" and len(phrase.rows) < 2:
            # "managed teams" is a thing when it is said again; once, it may be half of a verb.
            return False
        inner = all(tag in INNER_TAGS or tag.startswith(("NN", "JJ")) for tag in tags[1:])
        return inner and tags[0].startswith(("NN", "JJ", "VBN"))
    return False


def _distinct(phrases: Sequence[Phrase], acronyms: dict[str, str]) -> list[str]:
    """The phrases' texts, an acronym and its expansion as one term "Expansion (ACRONYM)"."""
    expand = dict(acronyms.items())
    terms: list[str] = []
    seen: set[str] = set()
    for phrase in phrases:
        text = phrase.text
        plain = expand.get(text, text).casefold()
        if plain not in seen:
            seen.add(plain)
            terms.append(text)
    return terms
