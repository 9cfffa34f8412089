"""Tags, parts of speech and lemmas as spaCy gives them, without looking the same word up again for every token.

spaCy's ``attribute_ruler`` and ``lemmatizer`` read a token's tag and form and, for eight patterns ("gon na", "ai n't"), its
neighbour. So what they say of a (tag, form) is asked once and remembered; a text in which one of those patterns may match goes
through spaCy's own components. The answer is the same, token for token (``tests/bench_lemmas.py`` compares the two).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
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
        self.known: dict[tuple[int, int], tuple[int, int, int]] = {}
        self.matcher = Matcher(nlp.vocab)
        """Each token of a pattern of several, as a pattern of one: a token that it does not find is in none of them."""
        self.involved: dict[int, bool] = {}
        for number, pattern in enumerate(_of_several(nlp)):
            for place, token in enumerate(pattern):
                self.matcher.add(f"{number} {place}", [[token]])

    def __call__(self, doc: Doc) -> Doc:
        """Set ``pos``, ``morph`` and ``lemma`` of every token of ``doc``."""
        from spacy.attrs import LEMMA, MORPH, ORTH, POS, TAG

        pairs = [(tag, form) for tag, form in doc.to_array([TAG, ORTH]).tolist()]
        if self._may_depend([form for _, form in pairs]):
            for rule in self.rules:
                doc = rule(doc)
            return doc
        new = list(dict.fromkeys(pair for pair in pairs if pair not in self.known))
        if new:
            self._ask(new)
        if pairs:
            doc.from_array([POS, MORPH, LEMMA], np.array([self.known[pair] for pair in pairs], np.uint64))  # type: ignore[arg-type]
        return doc

    def _may_depend(self, forms: list[int]) -> bool:
        """Whether two neighbours are both in patterns of several tokens."""
        unknown = [form for form in dict.fromkeys(forms) if form not in self.involved]
        if unknown:
            from spacy.tokens import Doc

            alone = Doc(self.nlp.vocab, words=[self.nlp.vocab.strings[form] for form in unknown])
            found = {start for _, start, _ in self.matcher(alone)}
            self.involved.update((form, place in found) for place, form in enumerate(unknown))
        involved = [self.involved[form] for form in forms]
        return any(one and other for one, other in pairwise(involved))

    def _ask(self, pairs: list[tuple[int, int]]) -> None:
        """Let spaCy's own components say what they say of (tag, form) pairs, none beside another."""
        from spacy.attrs import LEMMA, MORPH, POS
        from spacy.tokens import Doc

        strings = self.nlp.vocab.strings
        parted = chain.from_iterable(((strings[form], strings[tag]), NEUTRAL) for tag, form in pairs)
        words, tags = zip(*parted, strict=True)
        doc = Doc(self.nlp.vocab, words=list(words), tags=list(tags))
        for rule in self.rules:
            doc = rule(doc)
        said = doc.to_array([POS, MORPH, LEMMA])[::2].tolist()
        self.known.update((pair, tuple(row)) for pair, row in zip(pairs, said, strict=True))


def _of_several(nlp: Language) -> Iterator[list[dict]]:
    """The forms in patterns of several tokens, without their tags (a form is asked for whatever its tag); those that need a
    dependency match nothing where there is no parser."""
    for rule in nlp.get_pipe("attribute_ruler").patterns:  # type: ignore[attr-defined]
        for pattern in rule["patterns"]:
            if len(pattern) > 1 and not any("DEP" in token for token in pattern):
                yield [{"LOWER": token["LOWER"]} if "LOWER" in token else {} for token in pattern]
