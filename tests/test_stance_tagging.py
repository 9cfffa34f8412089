"""Stances of pairs: labels, probabilities, cues, holders, rows that fail alone."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.language import file_sha256, model_path
from pipeline.records import STANCES
from pipeline.stance import tag, tag_rows
from pipeline.stance.holder import holder
from pipeline.stance.model import meta, read

SENTENCES = (
    ("We will repeal the Harbour Levy in our first week.", "the Harbour Levy", "against"),
    ("The Harbour Levy is the fairest tax this island has ever had, and we shall defend it.", "the Harbour Levy", "favour"),
    (
        "The Harbour Levy was introduced in 1987 and is collected by the port office in two instalments.",
        "the Harbour Levy",
        "none",
    ),
)


@pytest.mark.parametrize(("text", "target", "label"), SENTENCES)
def test_stance_plain_sentences_are_read(text: str, target: str, label: str) -> None:
    assert read([text], [target])[0].label == label


def test_stance_two_targets_of_one_sentence_are_read_apart() -> None:
    text = "We shall scrap the ferry surcharge and bring back the island bus scheme."
    one, other = read([text, text], ["ferry surcharge", "island bus scheme"])
    assert (one.label, other.label) == ("against", "favour")


def test_stance_probabilities_sum_to_one_and_cue_lies_in_the_text() -> None:
    for text, target, _ in SENTENCES:
        reading = read([text], [target])[0]
        assert reading.favour + reading.against + reading.none == pytest.approx(1, abs=2e-4)
        assert reading.cue is not None
        assert text[slice(*reading.cue)].strip() == text[slice(*reading.cue)] != ""


def test_stance_answer_does_not_depend_on_the_company() -> None:
    texts, targets = [text for text, _, _ in SENTENCES], [target for _, target, _ in SENTENCES]
    together = read([*texts, "word " * 90], [*targets, "a very long text"])
    alone = [read([text], [target])[0] for text, target in zip(texts, targets, strict=True)]
    assert together[:3] == alone
    assert read(texts[::-1], targets[::-1]) == alone[::-1]


def test_stance_table_offsets_are_of_the_speech_and_docvars_stay() -> None:
    frame = pd.DataFrame(
        [
            {
                "speech_id": "s",
                "start": 100,
                "end": 100 + len(text),
                "text": text,
                "target": target,
                "speaker": "Ida Moor",
                "mode": "spoken",
            }
            for text, target, _ in SENTENCES
        ]
    ).assign(year=1999)
    stances = tag(frame)
    assert list(stances.columns) == [*STANCES.schema.names, "year"]
    assert stances["label"].tolist() == ["against", "favour", "none"]
    assert stances["holder"].tolist() == ["Ida Moor"] * 3
    assert stances["cue_start"].isna().tolist() == [False, False, True]
    for row in stances.dropna(subset=["cue_start"]).itertuples():
        assert 100 <= row.cue_start < row.cue_end <= row.end


def test_stance_table_does_not_change_its_argument() -> None:
    frame = pd.DataFrame({"text": [SENTENCES[0][0]], "target": ["levy"]})
    before = frame.copy()
    tag(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_stance_empty_table() -> None:
    assert tag(pd.DataFrame({"text": [], "target": []})).empty


@pytest.mark.parametrize("missing", ["text", "target"])
def test_stance_table_without_a_column_is_told(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        tag(pd.DataFrame({"text": ["a"], "target": ["b"]}).drop(columns=missing))


@pytest.mark.parametrize("text", [None, "", " \n", float("nan"), 7])
def test_stance_bad_text_costs_its_row_only(text: object) -> None:
    frame = pd.DataFrame({"text": [text, SENTENCES[0][0]], "target": ["levy", SENTENCES[0][1]]}, dtype=object)
    assert tag(frame)["label"].tolist() == ["none", "against"]


def test_stance_rows_answer_in_order_and_name_what_is_wrong() -> None:
    rows = [
        {"id": "a", "text": SENTENCES[0][0], "target": SENTENCES[0][1]},
        {"id": "b", "text": None, "target": "levy"},
        {"id": "c", "text": "Words."},
        {"id": "d", "text": "", "target": "levy"},
        {"id": "e", "text": "word " * 40_000, "target": "levy " * 500},
    ]
    out = tag_rows(rows)
    assert [row["id"] for row in out] == list("abcde")
    assert out[0]["label"] == "against"
    assert set(out[0]) == {"id", "label", "p_favour", "p_against", "p_none", "cue_start", "cue_end"}
    assert "text" in out[1]["error"] and "target" in out[2]["error"]
    assert out[3]["label"] == "none"
    assert out[4]["label"] in ("favour", "against", "none")


def test_stance_rows_handle_odd_characters() -> None:
    text = "“We will repeal the Harbour\u00a0Levy” – she said… 😀 naïve café"
    row = tag_rows([{"id": 1, "text": text, "target": "Harbour Levy"}])[0]
    assert row["cue_start"] is None or 0 <= row["cue_start"] < row["cue_end"] <= len(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The Institute of Pilots urged ministers to think again.", "The Institute of Pilots"),
        ("Dr Ada Brook, president of the Union, said that the levy had failed.", "Dr Ada Brook"),
        ("According to the Port Board, the plan works.", "the Port Board"),
        ("Many argue that the tax is unfair.", "Many"),
        ("We said so then and we say so now.", "Ida Moor"),
        ("The levy has failed.", "Ida Moor"),
    ],
)
def test_stance_holder_is_the_speaker_or_whom_the_text_names(text: str, named: str) -> None:
    assert holder(text, "Ida Moor", "spoken") == named


def test_stance_holder_of_reported_words_is_their_speaker() -> None:
    assert holder("The Institute urged ministers to think again.", "Ada Brook", "reported") == "Ada Brook"


def test_stance_model_files_are_those_of_the_card() -> None:
    for name in ("sha256", "tokenizer_sha256"):
        file = meta()["file"] if name == "sha256" else meta()["tokenizer"]
        assert file_sha256(model_path("stance", file)) == meta()[name]
    assert model_path("stance", meta()["file"]).stat().st_size <= 50_000_000
