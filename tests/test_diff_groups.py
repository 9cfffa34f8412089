"""Many groups: which there are, their order, what is claimed of each, of their trend, and of steps."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from importlib.resources import files
from itertools import groupby

import numpy as np
import pandas as pd
import pytest

from pipeline import records
from pipeline.diff import follow
from pipeline.diff.ordering import arrange
from pipeline.records import Theme
from pipeline.report.timeline import timeline_to_csv


def coded(groups: dict[object, list[str]]) -> pd.DataFrame:
    """A string a speech, a letter a segment, a space no theme."""
    return pd.DataFrame(
        [
            {
                "era": era,
                "speech_id": f"{era}-{number}",
                "theme": code.strip(),
                "text": f"A sentence of nine words is number {at}.",
            }
            for era, speeches in groups.items()
            for number, speech in enumerate(speeches)
            for at, code in enumerate(speech)
        ]
    )


def eras(step_at: int = 4, many: int = 8, seed: int = 0) -> pd.DataFrame:
    """Three speeches a year; theme ``a`` falls from a half to a tenth and ``b`` rises, the others stay."""
    random = np.random.default_rng(seed)
    speeches = {}
    for year in range(many):
        share = [0.5, 0.1, 0.15, 0.15, 0.1] if year < step_at else [0.1, 0.5, 0.15, 0.15, 0.1]
        speeches[2000 + year] = [
            "".join(random.choice(list("abcd "), 40, p=random.dirichlet(60 * np.array(share)))) for _ in range(3)
        ]
    return coded(speeches)


def test_diff_follow_finds_the_step_the_trend_and_the_groups():
    line = follow(eras(), by="era", themes=[Theme("a", "Apples", ("apple",))])
    assert [side.name for side in line.groups] == [str(year) for year in range(2000, 2008)]
    assert (line.ordered, line.unit, line.times[0]) == (True, "era", 2000.0)
    apples = next(theme for theme in line.themes if theme.id == "a")
    assert (apples.label, apples.trend_verdict) == ("Apples", "shrank")
    (point,) = apples.changepoints
    assert (point.before, point.after) == ("2003", "2004")
    assert point.difference.low < -0.35 < point.difference.high + 0.1
    assert point.difference.q <= 0.05
    assert len(apples.shares) == 8 and len(apples.against_rest) == 8 and len(apples.pairs) == 28
    assert {contrast.before for contrast in apples.against_rest} == {"rest"}
    assert all(contrast.difference.value > 0 for contrast in apples.against_rest[:4])
    assert {contrast.verdict for contrast in apples.against_rest} <= {"grew", "shrank", "unclear"}
    assert {quotation.side for quotation in apples.evidence} == {side.name for side in line.groups}
    still = next(theme for theme in line.themes if theme.id == "c")
    assert (still.trend_verdict, still.changepoints) == ("unclear", ())


def test_diff_follow_adjusts_over_themes_and_groups_together():
    line = follow(eras(), by="era")
    for contrasts in ("against_rest", "pairs"):
        made = [contrast.difference for theme in line.themes for contrast in getattr(theme, contrasts)]
        p, q = np.array([one.p for one in made]), np.array([one.q for one in made])
        order = np.argsort(p)
        known = np.minimum.accumulate((p[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1].clip(max=1)
        np.testing.assert_allclose(q[order], known, rtol=1e-4)


def test_diff_follow_many_groups_are_paired_with_their_neighbours():
    line = follow(eras(many=14), by="era")
    assert [(one.before, one.after) for one in line.themes[0].pairs][:2] == [("2000", "2001"), ("2001", "2002")]
    assert "only neighbouring ones" in line.notes[0]
    loose = follow(eras(many=14), by="era", order="none")
    assert (loose.ordered, loose.themes[0].pairs, loose.themes[0].trend) == (False, (), None)
    assert loose.themes[0].trend_verdict == "not_testable"


def test_diff_follow_one_speech_a_group_has_a_trend_and_no_contrast():
    table = eras(many=10, step_at=5)
    line = follow(table[table["speech_id"].str.endswith("-0")], by="era")
    theme = next(theme for theme in line.themes if theme.id == "a")
    assert {contrast.verdict for contrast in (*theme.against_rest, *theme.pairs)} == {"not_testable"}
    assert theme.trend.p is not None
    assert theme.shares[0].low is None


def test_diff_follow_takes_groups_and_ranges_in_the_order_told():
    line = follow(eras(), by="era", order=["2004-2007", "2000-2003"])
    assert [side.name for side in line.groups] == ["2004-2007", "2000-2003"]
    assert (line.times, line.unit) == ((0.0, 1.0), "step")
    apples = next(theme for theme in line.themes if theme.id == "a")
    assert (apples.pairs[0].verdict, apples.trend) == ("grew", None)  # two groups have no trend
    with pytest.raises(ValueError, match=r"must not share a era. Got '2000-2003' and '2003', which share 2003"):
        follow(eras(), by="era", order=["2000-2003", "2003"])
    with pytest.raises(ValueError, match="No era named '1900'"):
        follow(eras(), by="era", order=["1900", "2003"])


def test_diff_follow_needs_two_groups_and_their_columns():
    with pytest.raises(ValueError, match=r"must have two groups with segments that count. Got 1"):
        follow(coded({"x": ["ab"]}), by="era")
    with pytest.raises(ValueError, match="No grouping variable named 'reign'"):
        follow(eras(), by="reign")
    with pytest.raises(ValueError, match="No column named 'code'"):
        follow(eras(), by="era", theme="code")


def test_diff_follow_takes_every_value_of_a_single_range():
    table = eras().assign(mode="spoken", speaker=None, start=0, end=1)
    table.loc[table["era"] == 2005, "mode"] = "furniture"  # a year with nothing that counts is no group
    line = follow(table, by="era", order=["2003-2006"])
    assert [side.name for side in line.groups] == ["2003", "2004", "2006"]
    assert (line.ordered, line.times, line.settings["order"]) == (True, (2003.0, 2004.0, 2006.0), ["2003-2006"])


def test_diff_follow_order_of_rows_is_irrelevant():
    table = eras(seed=4)
    assert follow(table, by="era") == follow(table.sample(frac=1, random_state=1), by="era")


@pytest.mark.parametrize(
    ("names", "dates", "order", "expected"),
    [
        (["10", "9", "2.5"], [[], [], []], None, (("2.5", "9", "10"), (2.5, 9.0, 10.0), "g")),
        (["b", "a"], [["2020-01-01", "2020-03-01"], ["2020-03-01"]], None, (("b", "a"), (0.0, 1.0), "step")),
        (["b", "a"], [["2020-01-01", "2020-03-02"], ["2020-03-01"]], None, (("a", "b"), (), "")),
        (["b", "a"], [["2020-01-01", "2020-03-02"], ["2020-03-01"]], "time", (("b", "a"), (0.0, 1.0), "step")),
        (["b", "a"], [["2020-01-01"], []], None, (("a", "b"), (), "")),
        (["2", "1"], [[], []], ["2", "1"], (("2", "1"), (0.0, 1.0), "step")),
        (["2", "1"], [[], []], "none", (("1", "2"), (), "")),
    ],
)
def test_diff_order_of_groups(names, dates, order, expected):
    assert tuple(arrange(names, dates, by="g", order=order)) == expected


def test_diff_order_counts_dates_in_years_and_refuses_what_it_does_not_know():
    found = arrange(["2020-07", "2019-07", "2022-01-01"], [[], [], []], by="month", order=None)
    assert (found.names, found.unit) == (("2019-07", "2020-07", "2022-01-01"), "year")
    assert found.times[1] - found.times[0] == pytest.approx(1, abs=0.01)
    with pytest.raises(ValueError, match=r"must have dated speeches. Got none for 'b'"):
        arrange(["a", "b"], [["2020-01-01"], []], by="g", order="time")
    with pytest.raises(ValueError, match=r"must be time, none or a list of groups. Got 'size'"):
        arrange(["a", "b"], [[], []], by="g", order="size")


SCHEMA = json.loads((files("pipeline.report") / "timeline.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("order", [None, "none", ["2000-2003", "2004-2007"]])
def test_diff_timeline_schema_is_a_schema_and_holds_for_what_follow_finds(order):
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(SCHEMA)
    found = json.loads(json.dumps(follow(eras(), by="era", order=order).to_dict()))
    validator(SCHEMA).validate(found)
    found["themes"][0]["trend_verdict"] = "sure"
    assert not validator(SCHEMA).is_valid(found)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("side", "Side"), ("line", "ThemeLine"), ("share", "Share"), ("estimate", "Estimate"), ("contrast", "GroupContrast"),
     ("changepoint", "Changepoint"), ("evidence", "Evidence"), ("stance", "StanceLine"), ("stance_count", "StanceCount"),
     ("stance_contrast", "StanceContrast"), (None, "Timeline")],
)  # fmt: skip
def test_diff_timeline_schema_names_the_fields_of_the_records(name, kind):
    part = SCHEMA["$defs"][name] if name else SCHEMA
    names = [field.name for field in dataclasses.fields(getattr(records, kind))]
    assert [field for field in part["properties"] if name or field != "schema_version"] == [
        field for field in names if name or field != "schema_version"
    ]


def test_diff_timeline_is_a_tidy_table():
    line = follow(eras(), by="era")
    rows = list(csv.DictReader(io.StringIO(timeline_to_csv(line))))
    apples = [row for row in rows if row["id"] == "a"]
    assert [kind for kind, _ in groupby(row["kind"] for row in apples)] == [
        "share",
        "against_rest",
        "pair",
        "trend",
        "changepoint",
    ]
    assert [row["after"] for row in apples if row["kind"] == "share"] == [side.name for side in line.groups]
    assert apples[-1]["verdict"] == "shrank" and float(apples[-1]["value"]) < 0
    assert {row["kind"] for row in rows if row["segments"]} == {"share"}
