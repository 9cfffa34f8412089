"""The quick word vectors: those of spaCy's own model, whatever stands beside a text and whatever was met before."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from conftest import LIBRARY
from spacy.language import Language

from pipeline import language, tok2vec

TEXTS = [
    "We're gonna build it, y'all. She ain't left; let's go.",
    "",
    "One.",
    "The harbours were dredged.\n\n  Twice, 3.5% deeper than in the U.S.",
    "The harbour of the harbour of the harbour. " * 60,
    *LIBRARY.values(),
]
CLOSE = 1e-4
"""Rounding in layers of 288 products, seen at some millionths; vectors are of the size of one."""


@pytest.fixture(scope="module")
def plain() -> Language:
    loaded: Language = importlib.import_module(language.pipeline_package()).load()
    return loaded


def test_tok2vec_vectors_are_those_of_spacy_the_first_time_and_again(plain):
    docs = [plain.make_doc(text) for text in TEXTS]
    model = plain.get_pipe("tok2vec").model
    expected, quick = model.predict(docs), tok2vec.quick(model)
    for _ in range(2):
        for own, other in zip(quick.predict(docs), expected, strict=True):
            assert own.shape == other.shape
            np.testing.assert_allclose(own, other, atol=CLOSE)


@pytest.mark.parametrize("block", [1, 7, 10_000])
def test_tok2vec_text_has_its_vectors_whatever_stands_beside_it(plain, block, monkeypatch):
    monkeypatch.setattr(tok2vec, "BLOCK", block)
    docs = [plain.make_doc(text) for text in TEXTS]
    quick = tok2vec.quick(plain.get_pipe("tok2vec").model)
    together = quick.predict(docs)
    for doc, vectors in zip(docs, together, strict=True):
        if len(doc):
            np.testing.assert_allclose(quick.predict([doc])[0], vectors, atol=CLOSE)


def test_tok2vec_forgets_when_it_has_met_many(plain, monkeypatch):
    monkeypatch.setattr(tok2vec, "REMEMBERED", 3)
    quick = tok2vec.quick(plain.get_pipe("tok2vec").model)
    docs = [plain.make_doc(text) for text in TEXTS]
    for own, other in zip(quick.predict(docs), quick.predict(docs), strict=True):
        np.testing.assert_array_equal(own, other)


def test_tok2vec_tags_and_heads_are_those_of_spacy(plain):
    for own, other in zip(language.nlp().pipe(TEXTS), plain.pipe(TEXTS), strict=True):
        assert [(token.tag_, token.dep_, token.head.i, token.lemma_) for token in own] == [
            (token.tag_, token.dep_, token.head.i, token.lemma_) for token in other
        ]


def test_tok2vec_cannot_be_trained(plain):
    with pytest.raises(ValueError, match="must be spaCy's own"):
        tok2vec.quick(plain.get_pipe("tok2vec").model)([plain.make_doc("One.")], is_train=True)


def test_tok2vec_of_other_layers_is_refused(plain):
    with pytest.raises(ValueError, match="must be a tok2vec"):
        tok2vec.quick(plain.get_pipe("tagger").model)
