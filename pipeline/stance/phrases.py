"""Which noun phrases of a sentence can be the target of a position, and what kind of phrase each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.stance.closed_words import COUNTRIES, INSTRUMENTS, LINKS, PLACES, PLAIN_MODIFIERS, TITLES, VAGUE_HEADS
from pipeline.stance.runs import MAX_WORDS, barred, capital, noun, owns, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spacy.tokens import Doc, Span

PIPES = ("tok2vec", "transformer", "tagger", "ner")
"""The components that phrases need; the parser would halve the speed."""

INSERTED = re.compile(r"\[[^\[\]]*\]")
"""Words in square brackets are an editor's, not the speaker's."""


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


def phrases(doc: Doc) -> Iterator[Phrase]:
    """Phrases of ``doc`` in order that can be targets: no persons, dates, amounts or places.

    Needs the tags and the entities of ``doc``.
    """
    for first, end in runs(doc):
        found = _phrase(doc, first, end)
        if found is not None:
            yield found


def _phrase(doc: Doc, first: int, end: int) -> Phrase | None:
    for i in range(end - 2, first - 1, -1):
        if doc[i].tag_ == "POS" and i and capital(doc[i - 1]) and not owns(doc, i):  # "Kerry's ferry scheme": the ferry scheme
            first = i + 1
            break
    if 0 < first < end and doc[first - 1].text in ("-", "\u2011", "\u2010") and not doc[first - 1].whitespace_:
        first += 1  # the rest of "well-intentioned"
    elif first + 1 < end and doc[first].tag_ == "HYPH":
        first += 2
    while first < end and (
        doc[first].tag_ in ("POS", "HYPH", "CD")
        or barred(doc[first])
        or (doc[first].lower_ in PLAIN_MODIFIERS and doc[min(first + 1, end - 1)].tag_ != "HYPH")
        or (doc[first].tag_ == "VBG" and not capital(doc[first]))
    ):
        first += 1
    while end > first and (barred(doc[end - 1]) or not noun(doc[end - 1])):
        end -= 1
    if sum(capital(token) for token in doc[first:end]) >= 2:
        while not capital(doc[first]) and doc[first].text[:1].islower():
            first += 1
    if first >= end or end - first > MAX_WORDS:
        return None
    words = doc[first:end]
    head_token = words[-1]
    instrument = capital(words[-1]) and words[-1].lower_ in INSTRUMENTS
    for i, token in enumerate(words):
        if token.lower_ in LINKS and i and not (instrument and token.lower_ == "and"):  # "Ports and Harbours Bill" is a bill
            head_token = words[i - 1]
            break
    head = head_token.lower_
    capitals = sum(capital(token) for token in words)
    acronym = len(words) == 1 and bool(re.fullmatch(r"[A-Z][A-Z&]{1,7}s?", words.text))
    named = acronym or (len(words) > 1 and capitals >= 2 and capital(head_token) and not words.text.isupper())
    if re.search(r"[\"“”@/]|\d{4}", words.text) or any(len(token.text) > 30 for token in words) or not words.text[0].isalnum():
        return None
    if head in VAGUE_HEADS or len(head) < 2 or _person_or_place(doc, first, words, head, acronym):
        return None
    before = doc[first - 1].lower_ if first else ""
    back = before in ("the", "this", "that", "our", "its", "their") and len(words) <= 2 and not capitals and head in INSTRUMENTS
    return Phrase(words.start_char, words.end_char, words.text, head, named, back, sum(map(noun, words)))


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
    return all(token.ent_type_ in PLACES for token in words if capital(token)) and any(capital(token) for token in words)


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
