"""The spaCy component says what the function says."""

from __future__ import annotations

import pandas as pd
import pytest
import spacy

from pipeline.stance import find_targets, tag
from pipeline.stance.component import SPANS, StanceComponent

TEXT = "We will repeal the Harbour Levy. The Coastal Bus Scheme has served our islands well and must stay."


@pytest.fixture
def doc() -> spacy.tokens.Doc:
    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    return language(TEXT)


def test_stance_component_agrees_with_the_function(doc: spacy.tokens.Doc) -> None:
    rows = [
        {"speech_id": "", "start": s.start_char, "end": s.end_char, "text": s.text, "speaker": None, "mode": None}
        for s in doc.sents
    ]
    stances = tag(find_targets(pd.DataFrame(rows)))
    spans = StanceComponent("stance", none=True)(doc).spans[SPANS]
    assert [(span.label_, span.kb_id_) for span in spans] == list(zip(stances["label"], stances["target"], strict=True))


def test_stance_component_predict_changes_nothing(doc: spacy.tokens.Doc) -> None:
    StanceComponent("stance").predict(doc)
    assert SPANS not in doc.spans


def test_stance_component_keeps_positions_only(doc: spacy.tokens.Doc) -> None:
    spans = StanceComponent("stance", targets=["Coastal Bus Scheme"])(doc).spans[SPANS]
    assert [(span.label_, span.kb_id_) for span in spans] == [("favour", "Coastal Bus Scheme")]


def test_stance_component_reads_a_document_without_sentences() -> None:
    doc = StanceComponent("stance")(spacy.blank("en")("We will repeal the Harbour Levy."))
    assert [span.kb_id_ for span in doc.spans[SPANS]] == ["Harbour Levy"]


def test_stance_component_empty_document() -> None:
    assert len(StanceComponent("stance")(spacy.blank("en")("")).spans[SPANS]) == 0


def test_stance_component_is_advertised() -> None:
    language = spacy.blank("en")
    language.add_pipe("themeshift/stance", config={"targets": ["toll"]})
    assert language.get_pipe_meta("themeshift/stance").assigns == ["doc.spans"]
