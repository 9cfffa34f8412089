from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import UTTERANCES
from pipeline.tokenise import segment, sentences

PIECES = st.sampled_from(["Yes.", "No? ", "“Quite,” ", "she said. ", "\n\n", "• item\n", "Mr. Hall ", "… And ", "3.5% of it. ", "\r\n\r\n", "é", " "])


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. Does it? Yes!", ["It works.", "Does it?", "Yes!"]),
        ("Mr. Hall met Dr. Iqbal at No. 12. They talked.", ["Mr. Hall met Dr. Iqbal at No. 12.", "They talked."]),
        ("It cost £2.4bn, i.e. too much. Stop.", ["It cost £2.4bn, i.e. too much.", "Stop."]),
        ("“Is it over?” she asked.", ["“Is it over?” she asked."]),
        ("A heading\n\nA sentence\nwrapped by hand. Another.", ["A heading", "A sentence\nwrapped by hand.", "Another."]),
        ("• one thing\n• two things", ["• one thing", "• two things"]),
        ("we need reform…The plan helps", ["we need reform…", "The plan helps"]),
        ("well… perhaps", ["well… perhaps"]),
        ("He served in the U.S. Senate. Then he left.", ["He served in the U.S. Senate.", "Then he left."]),
        (" \n ... \n\n", []),
    ],
)
def test_tokenise_sentences_of_formal_prose(text, expected):
    assert pieces(text) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_tokenise_segments_are_slices_in_order_without_overlap(text):
    spans = sentences(text)
    assert all(0 <= start < end <= len(text) and text[start:end].strip() == text[start:end] for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    outside = text
    for start, end in reversed(spans):
        outside = outside[:start] + outside[end:]
    assert not any(character.isalnum() for character in outside)


def utterances(*rows: tuple[str, str, str], **docvars: object) -> pd.DataFrame:
    """Utterances of one speech from (text, mode, how), laid end to end."""
    made, offset = [], 0
    for text, mode, how in rows:
        made.append({"speech_id": "s", "start": offset, "end": offset + len(text), "text": text, "speaker": "Ann Lee", "mode": mode, "how": how, "confidence": 1.0, **docvars})
        offset += len(text)
    return pd.DataFrame(made)


def test_tokenise_segments_stay_inside_their_utterance_and_keep_speaker_and_docvars():
    table = segment(utterances(("She said: ", "narrated", ""), ("“We will. ", "quoted", ""), ("Soon.”\n\n", "quoted", ""), ("More.", "narrated", ""), year="2020"))
    whole = "She said: “We will. Soon.”\n\nMore."
    assert [whole[start:end] for start, end in zip(table["start"], table["end"], strict=True)] == table["text"].tolist()
    assert table["mode"].tolist() == ["quoted", "quoted", "narrated"]
    assert table["text"].tolist()[0] == "“We will."
    assert table["paragraph"].tolist() == [0, 0, 1]
    assert table["position"].tolist() == [0, 1, 2]
    assert set(table["year"]) == {"2020"}


def test_tokenise_piece_of_a_sentence_carries_the_whole_of_it():
    table = segment(utterances(("Lee dismissed ", "narrated", ""), ("the plan to close the pier", "reported", ""), (", he said. ", "narrated", ""), ("Yes.", "quoted", "")))
    assert table[["text", "sentence"]].values.tolist() == [
        ["the plan to close the pier", "Lee dismissed the plan to close the pier, he said."],
        ["Yes.", None],
    ]


def test_tokenise_heading_is_the_section_of_what_follows():
    table = segment(utterances(("On buses\n\n", "furniture", "heading"), ("They are late.", "quoted", "")))
    assert table["section"].tolist() == ["On buses", "On buses"]


def test_tokenise_reads_plain_rows_and_names_a_missing_column():
    table = segment(pd.DataFrame([{"id": "x", "text": "One. Two."}, {"id": "y", "text": None}]))
    assert table[["speech_id", "text", "position"]].values.tolist() == [["x", "One.", 0], ["x", "Two.", 1]]
    with pytest.raises(ValueError, match="must have 'speech_id'"):
        segment(pd.DataFrame([{"body": "One."}]))


def test_tokenise_segment_order_of_speeches_is_irrelevant():
    rows = pd.DataFrame([{"id": "x", "text": "One. Two."}, {"id": "y", "text": "Three."}])
    one, other = segment(rows), segment(rows.iloc[::-1])
    assert sorted(map(tuple, one.values.tolist()), key=str) == sorted(map(tuple, other.values.tolist()), key=str)
    assert set(UTTERANCES.schema.names) >= {"speech_id", "start", "end"}
