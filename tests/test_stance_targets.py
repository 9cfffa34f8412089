"""Targets: what a stance can be about, one name each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.records import Theme
from pipeline.stance import find_targets, read_targets
from pipeline.stance.naming import initials, key_of
from pipeline.stance.phrases import per_text


def segments(*texts: str, speech: str = "one", **columns: object) -> pd.DataFrame:
    """Segments one after the other in one speech."""
    rows, at = [], 0
    for text in texts:
        rows.append({"speech_id": speech, "start": at, "end": at + len(text), "text": text, "speaker": None, "mode": "spoken"})
        at += len(text) + 1
    return pd.DataFrame(rows).assign(**columns)


def found(frame: pd.DataFrame, **options: object) -> dict[str, list[str]]:
    """Targets of each text."""
    pairs = find_targets(frame, **options)
    return {text: pairs.loc[pairs["text"] == text, "target"].tolist() for text in frame["text"]}


def test_stance_targets_names_are_found_and_persons_and_dates_are_not() -> None:
    text = "On Tuesday Mr Aldous Finch told us that the Coastal Railways Bill would cost the Harbour Pilots Board nine million."
    assert found(segments(text))[text] == ["Coastal Railways Bill", "Harbour Pilots Board"]


def test_stance_targets_acronym_and_name_are_one() -> None:
    one = "The Rural Postal Agency (RPA) closed nine counters."
    other = "We shall abolish the RPA before the winter."
    assert found(segments(one, other))[other] == ["Rural Postal Agency"]


def test_stance_targets_acronym_is_resolved_across_speeches() -> None:
    one = segments("We founded the Rural Postal Agency with pride.", speech="before")
    other = segments("The RPA has had its day.", speech="after")
    assert set(find_targets(pd.concat([one, other], ignore_index=True))["target"]) == {"Rural Postal Agency"}


def test_stance_targets_the_bill_points_back_to_the_bill_that_was_named() -> None:
    one, other = "The Coastal Railways Bill was published in May.", "I shall vote against the bill."
    assert found(segments(one, other))[other] == ["Coastal Railways Bill"]


def test_stance_targets_short_name_meets_the_full_one() -> None:
    one, other = "The Harbours White Paper came out in March.", "This White Paper is a triumph."
    assert found(segments(one, other))[other] == ["Harbours White Paper"]
    one, other = "We read the Ports and Harbours White Paper in March.", "Much in the White Paper is a triumph."
    assert found(segments(one, other))[other] == ["Ports and Harbours White Paper"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Ports and Harbours White Paper came out in March.", ["Ports and Harbours White Paper"]),
        ("We welcome the Mines and Quarries Bill and its aims.", ["Mines and Quarries Bill"]),
        ("We welcome the Mines Bill and Quarries Bill alike.", ["Mines Bill", "Quarries Bill"]),
    ],
)
def test_stance_targets_names_joined_before_a_bill_are_one_title(text: str, expected: list[str]) -> None:
    assert found(segments(text))[text] == expected


def test_stance_targets_title_with_a_verb_is_not_cut_at_it() -> None:
    text = "We welcomed the Safer Harbours Built on Trust policy paper last spring."
    assert found(segments(text))[text] == ["Safer Harbours Built on Trust policy paper"]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("We cannot underestimate the impact dental nurses have on patients.", ["impact", "dental nurses", "patients"]),
        ("They are charging town councils steep fees for surveyors.", ["town councils", "steep fees", "surveyors"]),
        ("We need short, medium and long-term repairs.", ["long-term repairs"]),
        ("The school nurses have won.", ["school nurses"]),
    ],
)
def test_stance_targets_phrases_that_stand_side_by_side_are_not_one(text: str, phrases: list[str]) -> None:
    assert [phrase.text for phrase in per_text([text])[0]] == phrases


def test_stance_targets_phrase_needs_two_segments_in_a_large_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = segments("We will not pay for cattle grids.", "All cattle grids are a menace.", "The stone bridges are old.")
    one, other, third = frame["text"]
    assert found(frame) == {one: ["cattle grids"], other: ["cattle grids"], third: ["stone bridges"]}
    monkeypatch.setattr("pipeline.stance.naming.FEW_SEGMENTS", 3)
    assert found(frame) == {one: ["cattle grids"], other: ["cattle grids"], third: []}


def test_stance_targets_theme_label_counts_where_the_text_names_it() -> None:
    frame = segments("Every one of the buses was late.", "They were late again.", theme="buses", weight=1.0)
    assert list(found(frame, themes=[Theme("buses", "buses")]).values()) == [["buses"], []]


def test_stance_targets_go_to_the_theme_that_bears_their_name() -> None:
    themes = [Theme("bill", "Mines Bill"), Theme("paper", "Harbours White Paper"), Theme("tax", "Carbon Tax")]
    frame = segments("The Mines Bill and the Harbours White Paper came out in March.", theme="paper", weight=2.0)
    pairs = find_targets(pd.concat([frame, frame.assign(theme="bill", weight=1.0)], ignore_index=True), themes)
    assert dict(zip(pairs["target"], pairs["theme"], strict=True)) == {"Mines Bill": "bill", "Harbours White Paper": "paper"}
    pairs = find_targets(frame, themes)  # the segment is not coded for the bill
    assert set(pairs["theme"]) == {"paper"}


def test_stance_targets_given_by_the_user() -> None:
    text, other = "The toll is wrong, and so are the toll roads.", "Nothing else happened."
    assert found(segments(text, other), targets=["toll road"]) == {text: ["toll road"], other: []}


def test_stance_targets_given_as_toml_with_aliases(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text('[[target]]\nname = "Coastal Railways Bill"\naliases = ["railways bill", "CRB"]\n', encoding="utf-8")
    text, other = "The CRB is dead.", "A crb is no crab."
    assert found(segments(text, other), targets=path) == {text: ["Coastal Railways Bill"], other: []}


def test_stance_targets_given_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "targets.txt"
    path.write_text("# ours\ntoll road\n\nferry fares\n", encoding="utf-8")
    assert [target.name for target in read_targets(path)] == ["toll road", "ferry fares"]


@pytest.mark.parametrize(
    "content", ["[[target]]\n", "[[target]]\nname = 3\n", "x = 1\n", "[[target\n", '[[target]]\nname = "a"\naliases = "b"\n']
)
def test_stance_targets_bad_toml_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"targets\.toml"):
        read_targets(path)


def test_stance_targets_read_a_segment_of_two_themes_once_and_keep_docvars() -> None:
    frame = pd.concat(
        [
            segments("The Harbour Levy is wrong.", theme="a", weight=0.2),
            segments("The Harbour Levy is wrong.", theme="b", weight=0.9),
        ]
    )
    pairs = find_targets(frame.assign(presidency="first"))
    assert pairs[["target", "theme", "presidency"]].to_numpy().tolist() == [["Harbour Levy", "b", "first"]]


def test_stance_targets_order_of_speeches_is_irrelevant() -> None:
    one = segments("The Coastal Railways Bill came first.", "I like the bill.", speech="x")
    other = segments("The Ferry Fares Bill came later.", "I loathe the bill.", speech="y")
    forth = find_targets(pd.concat([one, other], ignore_index=True))
    back = find_targets(pd.concat([other, one], ignore_index=True))
    keys = ["speech_id", "start", "target"]
    assert forth.sort_values(keys)[keys].to_numpy().tolist() == back.sort_values(keys)[keys].to_numpy().tolist()


@pytest.mark.parametrize("text", [None, "", "  ", float("nan")])
def test_stance_targets_missing_text_costs_its_row_only(text: object) -> None:
    frame = segments("The Harbour Levy is wrong.", "gone")
    frame["text"] = frame["text"].astype(object)
    frame.loc[1, "text"] = text
    assert find_targets(frame)["target"].tolist() == ["Harbour Levy"]


def test_stance_targets_empty_table() -> None:
    assert find_targets(segments("x").iloc[:0]).empty


@pytest.mark.parametrize(
    ("one", "other"), [("the Toll Roads", "toll road"), ("Low-Pay Rules", "low pay rule"), ("subsidies", "subsidy")]
)
def test_stance_targets_spellings_share_a_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_stance_targets_initials_with_and_without_small_words() -> None:
    assert initials("Department for Ferries") == {"DF", "DFF"}
