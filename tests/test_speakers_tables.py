"""The speakers stage over tables and rows, its invariants, and its spaCy component."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import speakers
from pipeline.records import SPEECHES, UTTERANCES, conform

TEXT = "“We won,” said Mary Hill. She added that the town was safe.\n\nThe mayor left."
PIECES = [
    "“",
    "”",
    '"',
    "'",
    "‘",
    "’",
    "\n",
    "\n\n",
    " ",
    ". ",
    ", ",
    "—",
    "Mary Hill said",
    "go",
    "It is late",
    ":",
    "[Applause]",
    "A:",
    "É",
]


@pytest.fixture
def speeches():
    frame = pd.DataFrame({"speech_id": ["a", "b", "c"], "text": [TEXT, "", "We go home."], "year": [1, 2, 3]})
    frame["kind"] = ["article", None, "speech"]
    frame["default_speaker"] = ["", None, "Tom Reed"]
    frame["aliases"] = [json.dumps({"Mary Hill": ["Hill"]}), None, None]
    return conform(frame, SPEECHES)


def covers(text, spans):
    """Whether the spans cover the text from end to end without overlap."""
    edges = [0, *[span.end for span in spans]]
    return [span.start for span in spans] == edges[:-1] and edges[-1] == len(text)


def test_speakers_table_conforms_covers_and_carries_docvars(speeches):
    before = speeches.copy()
    table = speakers.attribute(speeches)
    assert list(table.columns[: len(UTTERANCES.schema.names)]) == UTTERANCES.schema.names
    pd.testing.assert_frame_equal(speeches, before)
    for speech_id, rows in table.groupby("speech_id", sort=False):
        text = speeches.set_index("speech_id").loc[speech_id, "text"]
        assert "".join(rows["text"]) == text
        assert [text[start:end] for start, end in zip(rows["start"], rows["end"], strict=True)] == rows["text"].tolist()
    assert table["year"].tolist() == [1] * (len(table) - 1) + [3]
    assert table["speaker"].iloc[-1] == "Tom Reed" and table["mode"].iloc[-1] == "spoken"


def test_speakers_table_of_nothing_is_an_empty_table():
    empty = conform(pd.DataFrame({"speech_id": [], "text": []}), SPEECHES)
    assert len(speakers.attribute(empty)) == 0


def test_speakers_table_turns_of_the_source_are_the_truth():
    text = "Hello “you”. Good morning."
    turns = [{"start": 0, "end": 12, "speaker": "Ann Lee"}, {"start": 13, "end": 26, "speaker": "Hill", "mode": "spoken"}]
    frame = pd.DataFrame(
        {"speech_id": ["a"], "text": [text], "turns": [json.dumps(turns)], "aliases": ['{"Mary Hill": ["Hill"]}']}
    )
    table = speakers.attribute(frame)
    assert table["speaker"].tolist() == ["Ann Lee", "Mary Hill"] and table["how"].tolist() == ["turn", "turn"]


def test_speakers_table_one_failing_speech_says_why_and_costs_no_other(speeches):
    speeches["turns"] = ['[{"start": 5, "end": 999}]', None, None]
    table = speakers.attribute(speeches)
    first = table[table["speech_id"] == "a"]
    assert len(first) == 1 and first["how"].iloc[0].startswith("error: A turn must lie inside the text")
    assert "spoken" in table["mode"].tolist()


def test_speakers_rows_answer_in_order_and_one_bad_row_costs_one_row():
    rows = [
        {"id": "1", "text": TEXT},
        {"id": "2", "text": 7},
        {"id": "3"},
        {"id": "4", "text": ""},
        {"id": "5", "text": TEXT, "aliases": {"Mary Hill": "Hill"}},
        {"id": "6", "text": "Good evening.", "kind": "speech", "default_speaker": "Tom Reed"},
    ]
    answers = speakers.attribute_rows(rows)
    assert [answer["id"] for answer in answers] == ["1", "2", "3", "4", "5", "6"]
    assert [bool(answer.get("error")) for answer in answers] == [False, True, True, False, True, False]
    assert set(answers[0]["spans"][0]) == {"start", "end", "speaker", "speaker_start", "speaker_end", "mode", "how", "confidence"}
    assert answers[5]["spans"][0]["speaker"] == "Tom Reed"
    json.dumps(answers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"turns": [{"start": 0, "end": 99}]}, "A turn must lie inside the text"),
        ({"turns": [{"start": 0, "end": 5}, {"start": 3, "end": 8}]}, "behind the turn before it"),
        ({"turns": [{"start": 0, "end": 5, "mode": "sung"}]}, "The mode of a turn must be one of"),
        ({"aliases": {"Mary Hill": 3}}, "The aliases of 'Mary Hill' must be a list of names. Got 3."),
        ({"aliases": ["Mary Hill"]}, "The aliases must be a mapping"),
    ],
)
def test_speakers_wrong_options_are_told(options, message):
    with pytest.raises(ValueError, match=message):
        speakers.attribute_text("Good evening.", **options)


def test_speakers_confidence_is_a_share_and_nobody_has_no_confidence():
    for span in speakers.attribute_text(TEXT + "\n\n“Who knows?”"):
        assert 0 <= span.confidence <= 1
        if span.mode in ("quoted", "reported", "spoken") and span.speaker is None:
            assert span.confidence == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from([None, "article", "speech"]))
def test_speakers_property_utterances_cover_any_text(text, kind):
    spans = speakers.attribute_text(text, kind=kind, default_speaker="Tom Reed")
    assert covers(text, spans)
    assert all(span.speaker_start is None or 0 <= span.speaker_start < span.speaker_end <= len(text) for span in spans)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_speakers_property_no_text_is_too_odd(text):
    assert covers(text, speakers.attribute_text(text))


def test_speakers_property_order_of_speeches_is_irrelevant(speeches):
    there = speakers.attribute(speeches)
    back = speakers.attribute(speeches.iloc[::-1].reset_index(drop=True))
    back = back.sort_values(["speech_id", "start"], ignore_index=True)
    pd.testing.assert_frame_equal(there.sort_values(["speech_id", "start"], ignore_index=True), back)


def test_speakers_component_agrees_with_the_function():
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("themeshift/utterances", config={"aliases": {"Mary Hill": ["Hill"]}})
    doc = nlp(TEXT)
    expected = [(u.mode, u.speaker or "") for u in speakers.attribute_text(TEXT, aliases={"Mary Hill": ["Hill"]})]
    assert [(span.label_, span.id_) for span in doc.spans["utterances"]] == expected
    assert sum(len(span) for span in doc.spans["utterances"]) == len(doc)
