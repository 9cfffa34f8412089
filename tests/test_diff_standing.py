"""Stances: their means with covariates held equal, over many groups and along an order, and hand codes along one."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from pipeline import stats
from pipeline.diff import compare, follow
from pipeline.records import Timeline
from pipeline.report import read_result, schema, to_json, to_markdown
from pipeline.report.timeline import timeline_to_csv, words


def turned(*, years: int = 6, each: int = 3, seed: int = 0) -> pd.DataFrame:
    """Speeches on a harbour, which is favoured more every year, and a school, on which nothing moves."""
    random = np.random.default_rng(seed)
    rows = []
    for year in range(years):
        for number in range(each):
            for theme, lean in (("harbour", -0.8 + 1.6 * year / (years - 1)), ("school", 0.1)):
                own = np.clip(lean + random.normal(0, 0.15), -1, 1)
                taken = random.choice(["favour", "against"], 12, p=[(1 + own) / 2, (1 - own) / 2])
                rows += [
                    {
                        "year": 2000 + year,
                        "speech_id": f"{year}-{number}",
                        "theme": theme,
                        "position": one,
                        "kind": "ab"[number % 2],
                    }
                    for one in taken
                ]
    return pd.DataFrame(rows)


def test_stats_mean_line_is_a_regression_of_the_speeches_that_have_a_value():
    random = np.random.default_rng(1)
    when, held = np.arange(12.0), random.normal(size=12)
    values = np.column_stack([0.1 * when + random.normal(size=12), random.normal(size=12)])
    values[3, 0] = np.nan
    known = scipy_stats.linregress(when[np.arange(12) != 3], values[np.arange(12) != 3, 0])
    found = stats.mean_line(values, when)  # two series do not lean on each other
    assert (found.slope[0], found.error[0], found.p[0]) == pytest.approx((known.slope, known.stderr, known.pvalue))
    design = np.column_stack([np.ones(12), when, held])
    best, rest, *_ = np.linalg.lstsq(design, values[:, 1], rcond=None)
    line = stats.mean_line(values, when, covariates=held[:, None])
    error = np.sqrt(rest[0] / 9 * np.linalg.inv(design.T @ design)[1, 1])
    assert (line.slope[1], line.error[1], line.freedom[1]) == pytest.approx((best[1], error, 9))
    assert np.isnan(stats.mean_line(values, when, least=12).p).tolist() == [True, False]
    assert np.isnan(stats.mean_line(values, when, covariates=when[:, None] * 2).p).all()


def test_stats_adjusted_means_take_out_what_the_covariate_does():
    random = np.random.default_rng(2)
    after, kind = np.repeat([False, True], 20), np.r_[np.repeat([0.0, 1], [15, 5]), np.repeat([0.0, 1], [5, 15])]
    values = (0.6 * kind + random.normal(0, 0.1, 40))[:, None]
    plain, held = stats.compare_means(values, after), stats.adjusted_means(values, after, kind[:, None])
    assert plain.p[0] < 0.01 < held.p[0]
    assert held.low[0] < 0 < held.high[0]
    np.testing.assert_array_equal(plain.mean, held.mean)


def test_stats_mean_line_of_what_nothing_moves_is_seldom_claimed():
    random, low, claims = np.random.default_rng(3), 0, 0
    for _ in range(100):
        values = random.normal(size=(16, 8)) * random.uniform(0.2, 0.6, 8)
        values[random.random(values.shape) < 0.2] = np.nan
        found = stats.mean_line(values, np.repeat(np.arange(8), 2))
        low, claims = low + (found.p < 0.05).sum(), claims + bool((found.q <= 0.05).any())
    assert low / 800 <= 0.073  # .05 and three standard errors
    assert claims <= 11  # binomial(100, .05): more than eleven once in two hundred


@pytest.fixture(scope="module")
def line() -> Timeline:
    return follow(turned(), by="year", stance="position")


def test_diff_follow_tells_the_trend_of_a_stance_and_who_stands_apart(line):
    harbour, school = (next(one for one in line.themes if one.id == name).stance for name in ("harbour", "school"))
    assert harbour.trend_verdict == "towards_favour"
    assert harbour.trend.low < 1.6 / 5 < harbour.trend.high
    assert school.trend_verdict == "unclear"
    assert [one.favour + one.against for one in harbour.groups] == [36] * 6
    beside = [one.difference.value for one in harbour.against_rest]
    assert beside[0] < 0 < beside[-1]
    assert not {"towards_favour", "towards_against"} & {one.verdict for one in school.against_rest}


def test_diff_follow_without_an_order_tells_which_group_stands_apart():
    line = follow(turned(years=2, each=6), by="year", stance="position", order="none")
    harbour = next(one for one in line.themes if one.id == "harbour")
    assert (harbour.stance.trend, harbour.stance.trend_verdict) == (None, "not_testable")
    assert [one.verdict for one in harbour.stance.against_rest] == ["towards_against", "towards_favour"]
    assert "2001: more in favour than the rest. 2000: more against than the rest." in words.stance(harbour, line)


def test_diff_covariates_hold_for_stances():
    table = turned(years=2, each=12, seed=4)
    later = table["year"] == 2001
    number = table["speech_id"].str.split("-").str[1].astype(int)
    table["kind"] = np.where(number < np.where(later, 9, 3), "letter", "talk")
    table["position"] = np.where(table["kind"] == "letter", "favour", np.where(np.arange(len(table)) % 2, "favour", "against"))
    sides = {"by": "year", "before": "2000", "after": "2001", "stance": "position"}
    plain = compare(table, **sides).themes[0].stance
    held = compare(table, covariates=["kind"], **sides).themes[0].stance
    assert plain.verdict == "towards_favour"
    assert held.verdict != "towards_favour"
    assert held.before == plain.before


def test_diff_timeline_of_stances_reads_back_and_is_told(line, tmp_path):
    (tmp_path / "timeline.json").write_text(to_json(line), encoding="utf-8")
    assert read_result(tmp_path / "timeline.json") == line
    pytest.importorskip("jsonschema").Draft202012Validator(schema("timeline")).validate(json.loads(to_json(line)))
    harbour = next(one for one in line.themes if one.id == "harbour")
    assert "Along the order: moved towards favour (+0.3" in words.claim(harbour, line)
    rows = list(csv.DictReader(io.StringIO(timeline_to_csv(line))))
    assert [row["verdict"] for row in rows if row["kind"] == "stance_trend" and row["id"] == "harbour"] == ["towards_favour"]
    assert len([row for row in rows if row["kind"] == "stance"]) == 12
    assert "Along the order: moved towards favour" in to_markdown(line)


def test_diff_hand_codes_correct_a_trend():
    random = np.random.default_rng(5)
    rows = []
    for year in range(6):
        for number in range(3):
            real = np.where(random.random(60) < 0.1 + 0.1 * year, "a", random.choice(["b", "c"], 60))
            seen = np.where(random.random(60) < 0.4, random.choice(["a", "b", "c"], 60), real)
            rows += [
                {"year": 2000 + year, "speech_id": f"{year}-{number}", "position": at, "theme": one, "hand": other}
                for at, (one, other) in enumerate(zip(seen, real))
            ]
    table = pd.DataFrame(rows)
    hand = table.sample(frac=0.3, random_state=0)[["speech_id", "position", "hand"]].rename(columns={"hand": "theme"})
    plain, right = follow(table.drop(columns="hand"), by="year"), follow(table.drop(columns="hand"), by="year", hand_codes=hand)
    slopes = [next(one for one in line.themes if one.id == "a").trend for line in (plain, right)]
    assert slopes[0].high < 0.1
    assert slopes[1].low < 0.1 < slopes[1].high
    assert right.settings["errors"] == "hand codes"
    assert f"by hand codes of {len(hand)} segments that are taken for a random sample of the whole table" in right.notes[-1]
    with pytest.raises(ValueError, match="20 or more"):
        follow(table, by="year", hand_codes=hand.head(15))
