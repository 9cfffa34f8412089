"""The comparison: what counts, what is claimed, what is quoted, and what must never change an answer."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.diff import compare
from pipeline.records import Diff, Theme

CLAIMS = {"appeared", "vanished", "grew", "shrank"}
THEMES = (Theme("t1", "Ferry timetable", ("ferry", "timetable")), Theme("t2", "Harbour wall"))


def mentions(*, president: bool = True) -> pd.DataFrame:
    """Two invented pieces: what Ada Moor and Ben Cole say, are reported to say, and what the writer tells."""
    rows = []
    for year, name, sentences in (
        (
            "2019",
            "Ada Moor",
            [
                ("t1", "quoted", "Ada Moor", "The ferry must run every hour, in winter as well as in summer."),
                ("t1", "quoted", "Ada Moor", "Ferries first."),
                (None, "quoted", "Ada Moor", "I thank you all for coming out on such a wet evening."),
                ("t2", "narrated", None, "The harbour wall fell down in March, the writer remembers."),
                ("t2", "quoted", "Carl Dunn", "Mend the harbour wall, I told her, before another storm comes."),
                (None, "furniture", None, "Read more"),
            ],
        ),
        (
            "2023",
            "Ben Cole",
            [
                ("t2", "reported", "Ben Cole", "that the harbour wall would be rebuilt within two years of the vote"),
                ("t1", "quoted", "Ben Cole", "An hourly ferry is more than this island can pay for just now."),
                (None, "narrated", None, "He paused."),
            ],
        ),
    ):
        position = 0
        for theme, mode, speaker, text in sentences:
            rows.append(
                {
                    "speech_id": f"piece-{year}",
                    "start": position,
                    "end": position + len(text),
                    "text": text,
                    "position": len(rows),
                    "paragraph": 0,
                    "section": None,
                    "speaker": speaker,
                    "mode": mode,
                    "n_words": len(text.split()),
                    "theme": theme,
                    "weight": 0.8,
                    "why": "similar",
                    "presidency": year,
                    "president": name if president else None,
                    "date": f"{year}-05-01",
                }
            )
            position += len(text) + 1
    return pd.DataFrame(rows)


def stances() -> pd.DataFrame:
    table = mentions()
    table = table[table["theme"].notna() & (table["mode"] != "narrated")]
    label = ["favour", "none", "favour", "favour", "against"]
    return pd.DataFrame(
        {
            **{name: table[name] for name in ("speech_id", "start", "end", "text", "theme", "speaker", "mode")},
            "target": ["hourly ferry", "hourly ferry", "harbour wall", "harbour wall", "hourly ferry"],
            "label": label,
            "holder": table["speaker"],
            **{f"p_{name}": [0.8 if name == one else 0.1 for one in label] for name in ("favour", "against", "none")},
        }
    )


def coded(before: list[str], after: list[str]) -> pd.DataFrame:
    """A table coded elsewhere: a string a speech, a letter a segment, a space no theme."""
    rows = [
        {"side": side, "talk": f"{side}{number}", "code": code.strip()}
        for side, speeches in (("old", before), ("new", after))
        for number, speech in enumerate(speeches)
        for code in speech
    ]
    return pd.DataFrame(rows)


def compare_coded(table: pd.DataFrame, before: str = "old", after: str = "new", **options) -> Diff:
    return compare(table, by="side", before=before, after=after, speech="talk", theme="code", **options)


def test_diff_counts_the_president_and_keeps_segments_without_theme():
    diff = compare(mentions(), by="presidency", before="2019", after="2023", themes=THEMES)
    assert (diff.before.n_segments, diff.after.n_segments) == (3, 2)
    assert (diff.before.speakers, diff.before.dates, diff.before.words) == (("Ada Moor",), ("2019-05-01",), 27)
    ferry, wall = sorted(diff.themes, key=lambda theme: theme.id)
    assert (ferry.label, ferry.terms) == ("Ferry timetable", ("ferry", "timetable"))
    assert (ferry.before.n_segments, ferry.before.share, ferry.after.share) == (2, pytest.approx(2 / 3, abs=1e-6), 0.5)
    assert (wall.before.n_segments, wall.change, wall.verdict) == (0, "appeared", "not_testable")
    assert {theme.difference.p for theme in diff.themes} == {None}


def test_diff_modes_choose_what_counts():
    diff = compare(mentions(), by="presidency", before="2019", after="2023", modes=["quoted"])
    assert (diff.before.n_segments, diff.after.n_segments) == (3, 1)


def test_diff_without_presidents_counts_all_that_is_not_furniture():
    for table in (mentions(president=False), mentions().drop(columns="president")):
        diff = compare(table, by="presidency", before="2019", after="2023")
        assert (diff.before.n_segments, diff.after.n_segments) == (5, 3)
        assert "Carl Dunn" in diff.before.speakers


def test_diff_a_segment_of_two_themes_counts_once_in_the_denominator():
    table = mentions()
    second = table[table["theme"] == "t1"].assign(theme="t2")
    diff = compare(pd.concat([table, second]), by="presidency", before="2019", after="2023")
    assert diff.before.n_segments == 3
    assert {theme.id: theme.before.n_segments for theme in diff.themes} == {"t1": 2, "t2": 2}


def test_diff_quotes_the_president_with_offsets_and_the_readable_first():
    diff = compare(mentions(), by="presidency", before="2019", after="2023", stances=stances(), themes=THEMES)
    ferry = next(theme for theme in diff.themes if theme.id == "t1")
    assert [quotation.side for quotation in ferry.evidence] == ["before", "before", "after"]
    assert ferry.evidence[0].text.startswith("The ferry must run")
    assert (ferry.evidence[0].stance, ferry.evidence[0].target, ferry.evidence[0].probability) == ("favour", "hourly ferry", 0.8)
    assert {quotation.speaker for theme in diff.themes for quotation in theme.evidence} == {"Ada Moor", "Ben Cole"}
    for quotation in ferry.evidence:
        assert quotation.end - quotation.start == len(quotation.text)


def test_diff_positions_count_the_stances_of_the_president_alone():
    diff = compare(mentions(), by="presidency", before="2019", after="2023", stances=stances())
    ferry = next(position for position in diff.positions if position.id == "hourly ferry")
    assert (ferry.stance.before.favour, ferry.stance.before.none, ferry.stance.after.against) == (1, 1, 1)
    assert (ferry.stance.difference.value, ferry.stance.verdict) == (-1.5, "not_testable")
    wall = next(position for position in diff.positions if position.id == "harbour wall")
    assert (wall.before.n_segments, wall.after.n_segments) == (0, 1)  # Carl Dunn's is not hers


def test_diff_a_position_of_somebody_else_is_quoted_and_not_counted():
    table = stances()
    table.loc[table["speech_id"] == "piece-2023", "holder"] = "the shipping company"
    diff = compare(mentions(), by="presidency", before="2019", after="2023", stances=table)
    ferry = next(position for position in diff.positions if position.id == "hourly ferry")
    assert ferry.after.n_segments == 1
    assert (ferry.stance.after.favour, ferry.stance.after.against, ferry.stance.after.mean) == (0, 0, None)


def test_diff_a_coded_table_is_counted_whole_and_claims_what_is_clear():
    diff = compare_coded(coded(["aaaabb    "] * 5, ["aabbbbbbb "] * 5))
    found = {theme.id: theme for theme in diff.themes}
    assert found["b"].verdict == "grew"
    assert (found["b"].before.share, found["b"].after.share) == (0.2, 0.7)
    assert found["b"].difference.low > 0
    assert (diff.before.n_speeches, diff.before.n_segments) == (5, 50)


def test_diff_a_stance_column_is_tested_by_speech():
    table = coded(["aaaa"] * 5, ["aaaa"] * 5)
    table["view"] = np.where(table["side"] == "old", "favour", "against")
    table.loc[[0, 3, 7, 30], "view"] = "none"
    (theme,) = compare_coded(table, stance="view").themes
    assert theme.stance.verdict == "towards_against"
    assert theme.stance.before.favour == 17
    with pytest.raises(ValueError, match=r"must hold favour, against or none. Got "):
        compare_coded(table.assign(view="perhaps"), stance="view")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"theme": "nothing"}, "No column named 'nothing'. Available: "),
        ({"speech": "nothing"}, "No column named 'nothing'"),
        ({"by": "nothing"}, "No grouping variable named 'nothing'"),
        ({"before": "1999"}, "No presidency named '1999'. Available: 2019, 2023"),
        ({"modes": ["spoken"]}, "The presidency '2019' must have segments that count. Got 6 rows, none of them said by Ada Moor"),
    ],
)
def test_diff_unusable_input_is_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare(mentions(), **{"by": "presidency", "before": "2019", "after": "2023", **options})


SPEECHES = st.lists(st.text("aaabbc ", min_size=1, max_size=12), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(SPEECHES, SPEECHES)
def test_diff_mirrors(before, after):
    table = coded(before, after)
    one, other = compare_coded(table), compare_coded(table, "new", "old")
    turned = {"appeared": "vanished", "more": "less", "grew": "shrank"}
    turned |= {value: key for key, value in turned.items()}
    back = {theme.id: theme for theme in other.themes}
    for theme in one.themes:
        mirror = back[theme.id]
        assert (theme.before, theme.after) == (mirror.after, mirror.before)
        assert theme.difference.value == -mirror.difference.value
        assert theme.change == turned.get(mirror.change, mirror.change)
        assert theme.verdict == turned.get(mirror.verdict, mirror.verdict)
        if theme.difference.p is not None:
            assert theme.difference.p == pytest.approx(mirror.difference.p, rel=1e-4)
            assert theme.difference.low == pytest.approx(-mirror.difference.high, abs=1e-5)


@settings(max_examples=12, deadline=None)
@given(SPEECHES)
def test_diff_a_side_against_itself_shows_no_change(speeches):
    diff = compare_coded(coded(speeches, speeches), "new", "new")
    for theme in diff.themes:
        assert (theme.difference.value, theme.change) == (0, "same")
        assert theme.verdict not in CLAIMS


@settings(max_examples=10, deadline=None)
@given(SPEECHES, SPEECHES, st.randoms(use_true_random=False))
def test_diff_order_of_rows_and_speeches_is_irrelevant(before, after, random):
    table = coded(before, after)
    order = list(range(len(table)))
    random.shuffle(order)
    one, other = (json.dumps(asdict(compare_coded(part))) for part in (table, table.iloc[order]))
    assert one == other


def test_diff_order_of_mentions_is_irrelevant_to_quotations():
    table = mentions()
    one = compare(table, by="presidency", before="2019", after="2023", stances=stances())
    other = compare(table.iloc[::-1], by="presidency", before="2019", after="2023", stances=stances().iloc[::-1])
    assert one == other


def test_diff_is_a_frame_a_dictionary_and_html():
    diff = compare(mentions(), by="presidency", before="2019", after="2023", stances=stances(), themes=THEMES)
    frame = diff.to_frame()
    assert frame["label"].tolist() == [theme.label for theme in diff.themes]
    assert set(diff.to_frame(positions=True)["id"]) == {"hourly ferry", "harbour wall"}
    assert diff.to_dict()["themes"][0]["before"]["share"] == diff.themes[0].before.share
    assert diff.evidence("Ferry timetable")["speech_id"].tolist() == ["piece-2019", "piece-2019", "piece-2023"]
    with pytest.raises(ValueError, match="No theme named"):
        diff.evidence("buses")
    hostile = replace(diff, themes=(replace(diff.themes[0], label="<script>x</script>"),))
    assert "<script>" not in hostile._repr_html_()


def test_diff_stance_counts_for_a_theme_only_when_its_target_names_it():
    from pipeline.diff.stances import on_their_theme
    from pipeline.records import Theme

    themes = {"ports": Theme("ports", "Ports", ("ports", "harbour bill"))}
    table = pd.DataFrame({"target": ["port", "Harbour Bill", "ferry fares", None], "theme": ["ports"] * 4})
    assert [theme == "ports" for theme in on_their_theme(table, themes)["theme"]] == [True, True, False, True]
