"""Remembered lemmas: those of spaCy's own components, token for token, also where a word depends on its neighbour."""

from __future__ import annotations

import pytest
from conftest import LIBRARY
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.attrs import LEMMA, MORPH, ORTH, POS, TAG

from pipeline import language, lemmas

TEXTS = [
    "We're gonna build it, y'all. She ain't left; let's go. C'm on, I gotta see the boats' keels.",
    "He left the left bank. Found a club: they found none. It has been better, worst of all.",
    "The harbours were dredged.\n\n  Twice, 3.5% deeper than in the U.S.",
    "",
    " ",
    *LIBRARY.values(),
]
SAID = [ORTH, TAG, POS, MORPH, LEMMA]


def own(texts: list[str]) -> list:
    """What spaCy's own components say, without the parser."""
    return [doc.to_array(SAID).tolist() for doc in language.nlp().pipe(texts, disable=list(lemmas.UNUSED))]


def test_lemmas_are_those_of_spacy_the_first_time_and_again():
    expected = own(TEXTS)
    for _ in range(2):
        assert [doc.to_array(SAID).tolist() for doc in lemmas.lemmatised(TEXTS)] == expected


WORDS = st.sampled_from(["ai", "n't", "gonna", "gotta", "let's", "c'm on", "y'all", "all", "left", "saw", "Saw", "better", "is", "there", ".", "\n"])


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_lemmas_of_any_words_are_those_of_spacy(text):
    assert [doc.to_array(SAID).tolist() for doc in lemmas.lemmatised([text])] == own([text])


def test_lemmas_ask_once_for_a_tagged_word(monkeypatch):
    memory = lemmas.Memory(language.nlp())
    asked: list[tuple[int, int]] = []
    real = memory._ask
    monkeypatch.setattr(memory, "_ask", lambda pairs: asked.extend(pairs) or real(pairs))
    tagged = list(language.nlp().pipe(["The plan is the plan."] * 2, disable=[*lemmas.UNUSED, *lemmas.MEMOISED]))
    for doc in tagged:
        memory(doc)
    assert len(asked) == len(set(asked)) and 4 <= len(asked) <= 5


@pytest.mark.parametrize(("text", "depends"), [("I'm gonna go", True), ("All went on", False), ("Let's go", True)])
def test_lemmas_of_words_that_depend_on_each_other_are_not_remembered(text, depends, monkeypatch):
    asked: list[str] = []
    memory = lemmas.Memory(language.nlp())
    (doc,) = language.nlp().pipe([text], disable=[*lemmas.UNUSED, *lemmas.MEMOISED])
    memory(doc)
    monkeypatch.setattr(memory, "rules", [lambda doc: asked.append(doc.text) or doc])
    memory(doc)
    assert (asked == [text]) is depends
