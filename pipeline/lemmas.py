"""Tags, parts of speech and lemmas as spaCy gives them, without looking the same word up again for every token.

spaCy's ``attribute_ruler`` and ``lemmatizer`` read a token's tag and form and, for eight patterns ("gon na", "ai n't"), its
neighbour. So what they say of a (tag, form) is asked once and remembered; a text in which one of those patterns may match goes
through spaCy's own components. The answer is the same, token for token (``tests/bench_lemmas.py`` compares the two).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from pipeline import language

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MEMOISED = ("attribute_ruler", "lemmatizer")
UNUSED = ("parser", "ner")
NEUTRAL = (",", ",")
"""Form and tag of the token put between two that are asked together: it stands in none of the patterns of two."""

BATCH = 64
"""Texts that the tagger reads at a time; larger ones gain nothing on a processor."""


def lemmatised(texts: Iterable[str], *, batch_size: int = BATCH) -> Iterator[Doc]:
    """Documents with ``tag``, ``pos``, ``morph`` and ``lemma`` of every token, in the order of the texts.

    Parameters
    ----------
    texts : of any length; a paragraph or a sentence each is fastest.

    Notes
    -----
    Neither parsed nor searched for names: rules of spaCy's ``attribute_ruler`` that ask for a dependency do not apply, as in
    spaCy's own pipeline without its parser.
    """
    nlp, memo = language.nlp(), memory()
    absent = [name for name in (*MEMOISED, *UNUSED) if name in nlp.pipe_names]
    for doc in nlp.pipe(texts, batch_size=batch_size, disable=absent):
        yield memo(doc)


@lru_cache(maxsize=1)
def memory() -> Memory:
    """The memory of this process, over the pipeline of :func:`pipeline.language.nlp`."""
    return Memory(language.nlp())


class Memory:
    """What ``attribute_ruler`` and ``lemmatizer`` of ``nlp`` say of tagged tokens; call it with a tagged ``Doc``."""

    def __init__(self, nlp: Language) -> None:
        from spacy.matcher import Matcher

        self.nlp = nlp
        self.rules = [nlp.get_pipe(name) for name in MEMOISED]
        self.rows: dict[tuple[int, int], int] = {}
        """Row of each (tag, form) in the two tables below."""
        self.said = np.zeros((0, 3), np.uint64)
        """``pos``, ``morph`` and ``lemma``."""
        self.involved = np.zeros(0, bool)
        """Whether the form stands in a pattern of several tokens."""
        self.matcher = Matcher(nlp.vocab)
        for number, pattern in enumerate(_of_several(nlp)):
            for place, token in enumerate(pattern):  # each token as a pattern of one
                self.matcher.add(f"{number} {place}", [[token]])

    def __call__(self, doc: Doc) -> Doc:
        """Set ``pos``, ``morph`` and ``lemma`` of every token of ``doc``."""
        from spacy.attrs import LEMMA, MORPH, ORTH, POS, TAG

        pairs = list(zip(doc.to_array(TAG).tolist(), doc.to_array(ORTH).tolist(), strict=True))
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self.rows]
        if new:
            self._ask(new)
        rows = np.fromiter(map(self.rows.__getitem__, pairs), np.intp, len(pairs))
        involved = self.involved[rows]
        if (involved[:-1] & involved[1:]).any():  # two neighbours that may make a pattern
            for rule in self.rules:
                doc = rule(doc)
        elif pairs:
            doc.from_array([POS, MORPH, LEMMA], self.said[rows])  # type: ignore[arg-type]
        return doc

    def _ask(self, pairs: list[tuple[int, int]]) -> None:
        """Let spaCy's own components say what they say of (tag, form) pairs, none beside another."""
        from spacy.attrs import LEMMA, MORPH, POS
        from spacy.tokens import Doc

        strings = self.nlp.vocab.strings
        parted = chain.from_iterable(((strings[form], strings[tag]), NEUTRAL) for tag, form in pairs)
        words, tags = zip(*parted, strict=True)
        doc = Doc(self.nlp.vocab, words=list(words), tags=list(tags))
        found = {start for _, start, _ in self.matcher(doc)}
        for rule in self.rules:
            doc = rule(doc)
        self.rows.update(zip(pairs, range(len(self.said), len(self.said) + len(pairs)), strict=True))
        self.said = np.concatenate([self.said, doc.to_array([POS, MORPH, LEMMA])[::2]])
        self.involved = np.concatenate([self.involved, [2 * number in found for number in range(len(pairs))]])


def _of_several(nlp: Language) -> Iterator[list[dict]]:
    """The forms in patterns of several tokens, without their tags (a form is asked for whatever its tag); those that need a
    dependency match nothing where there is no parser."""
    for rule in nlp.get_pipe("attribute_ruler").patterns:  # type: ignore[attr-defined]
        for pattern in rule["patterns"]:
            if len(pattern) > 1 and not any("DEP" in token for token in pattern):
                yield [{"LOWER": token["LOWER"]} if "LOWER" in token else {} for token in pattern]
