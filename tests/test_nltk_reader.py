"""The corpus reader: a speech is a file, a side is a category."""

from __future__ import annotations

import pytest
from nltk import ConditionalFreqDist
from nltk.corpus.reader import CategorizedPlaintextCorpusReader

from pipeline.ingest import read_speeches
from pipeline.nltk_reader import SpeechReader


@pytest.fixture
def speeches(library):
    return read_speeches([library])


@pytest.fixture
def reader(speeches) -> SpeechReader:
    return SpeechReader(speeches, by="group")


def test_nltk_reader_is_one_of_nltks(reader):
    assert isinstance(reader, CategorizedPlaintextCorpusReader)
    assert reader.categories() == ["north", "south"]
    assert reader.fileids(categories="north") == ["north/2019"]
    assert reader.categories("south/2023") == ["south"]


def test_nltk_reader_gives_the_text_unaltered(reader, speeches):
    assert [reader.raw(name) for name in speeches["speech_id"]] == speeches["text"].tolist()
    assert reader.raw(categories="south") == speeches["text"][1]


def test_nltk_reader_cuts_words_sentences_and_paragraphs(reader):
    assert list(reader.words("south/2023"))[:4] == ["Good", "evening", ".", "Flood"]
    assert len(reader.paras(categories="north")) == 2
    assert sum(len(paragraph) for paragraph in reader.paras()) == len(reader.sents())


def test_nltk_reader_keeps_characters_of_several_bytes(speeches):
    speeches.loc[0, "text"] = "£5 — “ça va”. Ønskes."
    reader = SpeechReader(speeches, by="group")
    assert reader.raw("north/2019") == "£5 — “ça va”. Ønskes."
    assert next(iter(reader.words("north/2019"))) == "£"


def test_nltk_reader_serves_conditional_frequencies(reader):
    counts = ConditionalFreqDist((side, word.lower()) for side in reader.categories() for word in reader.words(categories=side))
    assert counts["north"]["bus"] == 2
    assert counts["south"]["flood"] == 2


def test_nltk_reader_leaves_out_speeches_without_a_side(speeches):
    speeches.loc[0, "group"] = None
    assert SpeechReader(speeches, by="group").fileids() == ["south/2023"]


def test_nltk_reader_takes_nltks_options(speeches):
    from nltk.tokenize import WhitespaceTokenizer

    reader = SpeechReader(speeches, by="group", word_tokenizer=WhitespaceTokenizer())
    assert list(reader.words("south/2023"))[1] == "evening."


def test_nltk_reader_refuses_an_unknown_variable(speeches):
    with pytest.raises(ValueError, match="No grouping variable named 'party'"):
        SpeechReader(speeches, by="party")


def test_nltk_reader_refuses_an_unknown_speech(reader):
    with pytest.raises(OSError, match="No speech named 'nobody'"):
        reader.raw("nobody")
