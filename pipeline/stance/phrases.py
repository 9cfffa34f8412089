"""Noun phrases of a sentence that can be the target of a position, from part-of-speech tags and named entities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.stance.closed_words import AMOUNTS, COUNTRIES, INSTRUMENTS, LINKS, PLACES, PLAIN_MODIFIERS, TITLES, VAGUE_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

PIPES = ("tok2vec", "transformer", "tagger", "ner")
"""The components that phrases need; the parser would halve the speed."""

INSERTED = re.compile(r"\[[^\[\]]*\]")
"""Words in square brackets are an editor's, not the speaker's."""

MAX_WORDS = 7


@dataclass(frozen=True)
class Phrase:
    """A candidate: half-open offsets in the sentence, its words without article, its last word, and what kind of phrase it is.

    ``named`` is a proper name or an acronym; ``back`` a phrase like "the bill" that may point back to a name;
    ``nouns`` counts its nouns.
    """

    start: int
    end: int
    text: str
    head: str
    named: bool
    back: bool
    nouns: int


def _noun(token: Token) -> bool:
    return token.tag_ in ("NN", "NNS", "NNP", "NNPS")


def _inner(token: Token) -> bool:
    return (
        token.tag_ in ("JJ", "JJR", "VBN", "POS", "HYPH", "AFX")
        or (token.tag_ == "VBG")
        or (token.tag_ == "CD" and token.text.isdigit())
    )


def _barred(token: Token) -> bool:
    return token.ent_type_ in AMOUNTS


def phrases(doc: Doc) -> Iterator[Phrase]:
    """Noun phrases of ``doc`` in order: adjectives and nouns up to a noun, names over their links; no persons, dates or places.

    Needs the tags and the entities of ``doc``.
    """
    i, n = 0, len(doc)
    while i < n:
        if not (_noun(doc[i]) or _inner(doc[i])):
            i += 1
            continue
        j = i
        while j < n and (_noun(doc[j]) or _inner(doc[j])):
            j += 1
        last = j
        while last > i and not _noun(doc[last - 1]):
            last -= 1
        for first, stop in _parts(doc, i, last):
            found = _phrase(doc, first, stop)
            if found is not None:
                yield found
            i = stop
        if last > i:
            if _joint_acronyms(doc, last):
                end = _run_end(doc, last + 1)
            else:
                end = _run_end(doc, j + 1) if _titled(doc, last, j) else _over_links(doc, i, last)
            found = _phrase(doc, i, end)
            if found is not None:
                yield found
            j = max(j, end)
        i = j


def _parts(doc: Doc, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Phrases that end before the last one of a run of nouns, where the run is more than one phrase.

    That is after a plural before an adjective ("charge | the councils | high fees"), and where a clause without a relative
    word begins ("value the work | planning officers do"): an object, then a plural before a verb.
    """
    for k in range(first + 1, last - 1):
        if doc[k - 1].tag_ == "NNS" and not _capital(doc[k - 1]) and doc[k].tag_ in ("JJ", "JJR") and doc[k + 1].tag_ != "HYPH":
            yield first, k
            first = k
    if (
        first > 1
        and last < len(doc)
        and doc[last].tag_ in ("VBP", "VBD", "VBZ", "MD")
        and doc[last - 1].tag_ == "NNS"
        and not _capital(doc[last - 1])
        and doc[first - 1].tag_ in ("DT", "PRP$")
        and doc[first - 2].tag_.startswith("VB")
    ):
        head = next(k for k in range(first, last) if _noun(doc[k]))
        subject = last - 1
        while subject - 1 > head and doc[subject - 1].tag_ in ("JJ", "HYPH"):
            subject -= 1
        if head < subject:
            yield first, head + 1
            if subject > head + 1:
                yield head + 1, subject


def _capital(token: Token) -> bool:
    return token.text[:1].isupper() and _noun(token)


def _acronym(token: Token) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Z&]+", token.text))


def _joint_acronyms(doc: Doc, last: int) -> bool:
    """Whether two acronyms share the noun behind them ("the HR | and IT strategy"): together they name one thing."""
    return (
        last + 2 < len(doc)
        and _acronym(doc[last - 1])
        and doc[last].lower_ in ("and", "&")
        and _acronym(doc[last + 1])
        and _noun(doc[last + 2])
    )


def _run_end(doc: Doc, first: int) -> int:
    """End of the run of nouns and what stands inside a noun phrase from ``first`` on, on a noun."""
    end = first
    while end < len(doc) and (_noun(doc[end]) or _inner(doc[end])):
        end += 1
    while end > first and not _noun(doc[end - 1]):
        end -= 1
    return end


def _owns(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is the 's inside a name ("Pilots' Board")."""
    return 0 < i < len(doc) - 1 and doc[i].tag_ == "POS" and _capital(doc[i - 1]) and _capital(doc[i + 1])


def _over_links(doc: Doc, first: int, end: int) -> int:
    """End of a name that goes on over a link ("Department | for Work and Pensions"): both sides must be capitalised."""
    while end < len(doc) and end - first < MAX_WORDS and _capital(doc[end - 1]) and doc[end].lower_ in LINKS:
        step = end + 1
        if step < len(doc) and doc[step].lower_ == "the" and doc[end].lower_ == "of":
            step += 1
        stop = step
        while stop < len(doc) and not _barred(doc[stop]) and (_capital(doc[stop]) or _owns(doc, stop)):
            stop += 1
        inside = doc[end - 1].ent_type_ not in ("", "PERSON", *AMOUNTS) and doc[end - 1].ent_type_ == doc[step - 1].ent_type_
        if stop == step or (doc[end].lower_ in ("and", "in", "to", "against", "on") and not inside):
            return end
        end = stop
    return end


def _titled(doc: Doc, last: int, end: int) -> bool:
    """Whether the run of nouns ends in a capitalised verb and a link: a title goes on ("Safer Harbours Built on | Trust")."""
    return (
        last < end < len(doc) - 1
        and all(token.text[:1].isupper() and token.tag_.startswith("VB") for token in doc[last:end])
        and _capital(doc[last - 1])
        and doc[end].lower_ in LINKS
        and _capital(doc[end + 1])
    )


def _phrase(doc: Doc, first: int, end: int) -> Phrase | None:
    for i in range(end - 2, first - 1, -1):
        if doc[i].tag_ == "POS" and i and _capital(doc[i - 1]) and not _owns(doc, i):  # "Kerry's ferry scheme": the ferry scheme
            first = i + 1
            break
    if 0 < first < end and doc[first - 1].text in ("-", "\u2011", "\u2010") and not doc[first - 1].whitespace_:
        first += 1  # the rest of "well-intentioned"
    elif first + 1 < end and doc[first].tag_ == "HYPH":
        first += 2
    while first < end and (
        doc[first].tag_ in ("POS", "HYPH", "CD")
        or _barred(doc[first])
        or (doc[first].lower_ in PLAIN_MODIFIERS and doc[min(first + 1, end - 1)].tag_ != "HYPH")
        or (doc[first].tag_ == "VBG" and not _capital(doc[first]))
    ):
        first += 1
    while end > first and (_barred(doc[end - 1]) or not _noun(doc[end - 1])):
        end -= 1
    if sum(_capital(token) for token in doc[first:end]) >= 2:
        while not _capital(doc[first]) and doc[first].text[:1].islower():
            first += 1
    if first >= end or end - first > MAX_WORDS:
        return None
    words = doc[first:end]
    head_token = words[-1]
    for i, token in enumerate(words):
        if token.lower_ in LINKS and i:
            head_token = words[i - 1]
            break
    head = head_token.lower_
    capitals = sum(_capital(token) for token in words)
    acronym = len(words) == 1 and bool(re.fullmatch(r"[A-Z][A-Z&]{1,7}s?", words.text))
    named = acronym or (len(words) > 1 and capitals >= 2 and _capital(head_token) and not words.text.isupper())
    if re.search(r"[\"“”@/]|\d{4}", words.text) or any(len(token.text) > 30 for token in words) or not words.text[0].isalnum():
        return None
    if head in VAGUE_HEADS or len(head) < 2 or _person_or_place(doc, first, words, head, acronym):
        return None
    before = doc[first - 1].lower_ if first else ""
    back = before in ("the", "this", "that", "our", "its", "their") and len(words) <= 2 and not capitals and head in INSTRUMENTS
    return Phrase(words.start_char, words.end_char, words.text, head, named, back, sum(map(_noun, words)))


def _person_or_place(doc: Doc, first: int, words: Span, head: str, acronym: bool) -> bool:
    """Whether the words are only a person or a place; articles outvote the recogniser, which errs on names it never saw."""
    if head in INSTRUMENTS:
        return False
    if words[0].lower_ in TITLES:
        return True
    article = first > 0 and doc[first - 1].lower_ in ("the", "this", "our")
    if acronym:
        return words.text in COUNTRIES or (words[0].ent_type_ in PLACES and not article)
    if any(token.ent_type_ == "PERSON" for token in words) and not article:
        return True
    return all(token.ent_type_ in PLACES for token in words if _capital(token)) and any(_capital(token) for token in words)


def per_text(texts: Sequence[str]) -> Iterable[tuple[Phrase, ...]]:
    """Phrases of each text, in order; equal texts are read once.

    Raises ``ImportError`` that says what to install when spaCy's English pipeline is missing.
    """
    from pipeline.language import nlp

    language = nlp()
    distinct = list(dict.fromkeys(texts))
    plain = [INSERTED.sub(lambda inserted: " " * len(inserted[0]), text) for text in distinct]
    with language.select_pipes(enable=[name for name in language.pipe_names if name in PIPES]):
        known = {text: tuple(phrases(doc)) for text, doc in zip(distinct, language.pipe(plain, batch_size=256), strict=True)}
    return [known[text] for text in texts]
