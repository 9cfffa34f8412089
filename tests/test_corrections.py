"""Corrections that a reader marked in a report, applied to the tables."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from reports import diff, tables

from pipeline import corrections
from pipeline.records import MENTIONS, STANCES, Theme, conform

HERE = {"speech_id": "before-0", "start": 23}


@pytest.fixture
def found():
    made = tables(diff())
    return conform(made["mentions"], MENTIONS), conform(made["stances"], STANCES)


def note(mentions, what, now, **more):
    row = mentions[mentions["speech_id"] == "before-0"].iloc[0]
    return {**HERE, "end": int(row["end"]), "text": row["text"], "what": what, "now": now, **more}


def at_place(table):
    return table[(table["speech_id"] == "before-0") & (table["start"] == 23)]


def test_corrections_change_a_speaker_and_who_holds_the_stance(found):
    mentions, stances, changed = corrections.apply(*found, [note(found[0], "speaker", "Jo Park")])
    assert changed == 1
    assert set(at_place(mentions)["speaker"]) == {"Jo Park"}
    assert set(at_place(stances)["speaker"]) == set(at_place(stances)["holder"]) == {"Jo Park"}
    assert set(at_place(found[0])["speaker"]) == {"Ada Moreau"}


def test_corrections_take_a_theme_away_and_keep_the_segment_counted(found):
    mentions, _, changed = corrections.apply(*found, [note(found[0], "theme", False, theme="theme-0")])
    assert changed == 1 and len(mentions) == len(found[0])
    assert at_place(mentions)["theme"].isna().all()


def test_corrections_add_a_theme_in_the_order_of_the_text(found):
    mentions, _, changed = corrections.apply(*found, [note(found[0], "theme", True, theme="theme-1")])
    assert changed == 1
    assert at_place(mentions)["theme"].tolist() == ["theme-0", "theme-1"]
    assert at_place(mentions)["why"].tolist()[1] == corrections.BY_HAND
    assert mentions["speech_id"].drop_duplicates().tolist() == found[0]["speech_id"].drop_duplicates().tolist()


def test_corrections_there_and_back_is_where_it_began(found):
    rows = [note(found[0], "theme", now, theme="theme-0") for now in (False, True)]
    mentions, _, changed = corrections.apply(*found, rows)
    assert changed == 2
    assert mentions["theme"].tolist() == found[0]["theme"].tolist()


def test_corrections_of_what_is_so_already_change_nothing(found):
    rows = [note(found[0], "theme", True, theme="theme-0"), note(found[0], "speaker", "Ada Moreau")]
    mentions, stances, changed = corrections.apply(*found, rows)
    assert changed == 0
    pd.testing.assert_frame_equal(mentions, found[0])
    pd.testing.assert_frame_equal(stances, found[1])


@pytest.mark.parametrize("target", ["Bus franchise", "Rent register"])
@pytest.mark.parametrize("empty", [False, True])
def test_corrections_set_or_add_a_stance(found, target, empty):
    stances = found[1].iloc[:0] if empty else found[1]
    _, stances, changed = corrections.apply(found[0], stances, [note(found[0], "stance", "against", target=target)])
    row = at_place(stances)[at_place(stances)["target"] == target].iloc[0]
    assert changed == 1
    assert (row["label"], row["p_against"], row["p_favour"], row["holder"]) == ("against", 1.0, 0.0, "Ada Moreau")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 24}, "No segment of 'before-0' from 24"),
        ({"text": "another"}, "it has changed"),
        ({"what": "theme", "theme": "nothing", "now": True}, "No theme named 'nothing'. Available: theme-0"),
    ],
)
def test_corrections_that_do_not_fit_are_refused(found, change, message):
    row = {**note(found[0], "speaker", "Jo Park"), **change}
    with pytest.raises(ValueError, match=message):
        corrections.apply(*found, [row], themes=[Theme("theme-0", "Bus franchise")])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"what": "mood"}, "'what' must be one of speaker, theme, stance"),
        ({"now": 3}, "'now' must be a name or null"),
        ({"start": "1"}, "must be whole numbers"),
        ({"what": "theme", "now": True}, "the field 'theme' must be a text"),
        ({"what": "stance", "target": "x", "now": "for"}, "favour, against, none"),
        ({"text": ...}, "the field 'text' is missing"),
    ],
)
def test_corrections_file_with_a_fault_names_the_line(found, tmp_path, change, message):
    good = note(found[0], "speaker", None)
    bad = {key: value for key, value in {**good, **change}.items() if value is not ...}
    path = tmp_path / "corrections.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (good, bad)), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        corrections.read(path)
    assert f"{path}: correction 2:" in str(error.value)


def test_corrections_file_is_read(found, tmp_path):
    path = tmp_path / "corrections.jsonl"
    path.write_text(json.dumps(note(found[0], "speaker", None)) + "\n", encoding="utf-8")
    mentions, _, changed = corrections.apply(*found, corrections.read(path))
    assert changed == 1 and at_place(mentions)["speaker"].isna().all()
