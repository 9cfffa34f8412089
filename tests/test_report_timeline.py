"""The report of many groups: its words, its page, and its other forms."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from itertools import pairwise

import pytest
from reports import HOSTILE, NAMES, tables, timeline
from rich.console import Console
from test_report import Page, carried, unpacked

from pipeline.report import figure, read_result, repr_html, terminal, to_csv, to_json, to_markdown, write_report
from pipeline.report.timeline import words
from pipeline.report.timeline.plot import HIGH, WIDE, labels, places, plot


def page(folder, found=None, **given_tables):
    written = write_report(found or timeline(), folder, **given_tables)
    return Page(written["report.html"].read_text(encoding="utf-8"))


# Words


def test_timeline_headline_names_only_trends_that_are_claimed():
    found = timeline()
    said = words.headline(found)
    assert said == f"From 2001 to 2005, “{NAMES[0]}” grew; “{NAMES[1]}” shrank."
    assert words.second(found) == f"“{NAMES[2]}” stepped up by 6.0 points between 2002 and 2003."


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (("stepped", "unclear"), "no steady trend can be claimed, but “"),
        (("differs", "unclear"), "2002 gives “"),
        (("unclear",), "no difference of a theme can be claimed"),
    ],
)
def test_timeline_headline_takes_the_strongest_claim_there_is(kinds, said):
    found = timeline()
    kept = tuple(line for line in found.themes if words.kind(line) in kinds)
    assert said in words.headline(dataclasses.replace(found, themes=kept))


def test_timeline_headline_of_what_cannot_be_tested_speaks_of_the_texts():
    found = timeline(tested=False)
    assert words.headline(found).startswith("In these texts, ")
    assert "too few" in words.caveat(found)
    assert all("Nothing may be claimed beyond the texts" in words.claim(line, found) for line in found.themes)


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize(("n", "groups"), [(0, 3), (1, 3), (30, 9), (6, 40)])
def test_timeline_words_exist_for_every_timeline(n, groups, ordered):
    found = timeline(n, groups, ordered=ordered)
    assert words.headline(found).endswith(".") and words.caveat(found).endswith(".")
    assert all(words.claim(line, found).endswith(".") for line in found.themes)


def test_timeline_of_no_order_claims_no_trend(tmp_path):
    found = timeline(ordered=False)
    told = "".join(page(tmp_path, found).text) + to_markdown(found)
    for word in ("grew;", "shrank;", "stepped up", "a step that holds"):
        assert word not in told


# Places


@pytest.mark.parametrize("groups", [3, 9, 40])
def test_timeline_places_are_in_order_and_labels_do_not_meet(groups):
    found = timeline(3, groups)
    where = places(found)
    assert where == sorted(where) and where[0] >= 0 and where[-1] <= WIDE
    shown = labels(found)
    assert shown[0][1] == "2001" and shown[-1][1] == str(2000 + groups)
    assert all(other[0] - one[0] > 4 for one, other in pairwise(shown))


def test_timeline_places_follow_time():
    found = dataclasses.replace(timeline(1, 3), times=(0.0, 9.0, 10.0))
    one, other, last = places(found)
    assert other - one == pytest.approx(9 * (last - other), abs=10)


def test_timeline_plot_holds_every_share_and_marks_steps():
    found = timeline()
    for line in found.themes:
        drawn = plot(line, found)
        assert max(share.share for share in line.shares) <= drawn.top
        assert drawn.run.count("L") == len(found.groups) - 1
        assert (drawn.dots + drawn.more + drawn.less).count("h0") == len(found.groups)
        assert drawn.steps.count(f"V{HIGH}") == len(line.changepoints)
        assert bool(drawn.more) == (words.kind(line) == "differs")


# The page


@pytest.mark.parametrize(("n", "groups"), [(30, 6), (30, 30), (40, 12)])
def test_timeline_page_of_many_themes_is_small(tmp_path, n, groups):
    found = page(tmp_path, timeline(n, groups, quotations=3))
    assert (tmp_path / "report.html").stat().st_size < 150_000
    assert len([a for a in found.all("li") if a.get("class") == "item"]) == n
    assert found.all("blockquote")


def test_timeline_page_carries_its_data(tmp_path):
    found = timeline()
    shown = page(tmp_path, found)
    inside = json.loads(carried(shown, "diff"))
    whole = json.dumps(inside) if "themes" in inside else unpacked(carried(shown, "everything"))
    path = tmp_path / "again.json"
    path.write_text(whole, encoding="utf-8")
    assert read_result(path) == found
    assert unpacked(carried(shown, "table")) == to_csv(found)


def test_timeline_page_has_unique_ids_and_asks_nobody(tmp_path):
    found = page(tmp_path, **tables_of(timeline()))
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in found.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")}
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")


def tables_of(found):
    given = tables(None)
    return {name: table.assign(speech_id=table["speech_id"].str.replace("after", "later")) for name, table in given.items()}


def test_timeline_quotations_lead_to_their_text_and_back(tmp_path):
    found = page(tmp_path, **tables_of(timeline()))
    assert "#r-before-0_23" in {a["href"] for a in found.all("a") if a.get("class") == "at"}
    assert "#t-theme-0" in {a["href"] for a in found.all("a")}


@pytest.mark.parametrize("ordered", [True, False])
def test_timeline_hostile_text_stays_text(tmp_path, ordered):
    hostile = page(tmp_path / "hostile", timeline(3, name=HOSTILE, ordered=ordered))
    calm = page(tmp_path / "calm", timeline(3, ordered=ordered))
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in calm.elements}
    assert len(hostile.all("script")) == len(calm.all("script"))
    assert "</script><img src=x onerror=alert(1)>" in "".join(hostile.text)
    assert "<img" not in to_markdown(timeline(3, name=HOSTILE, ordered=ordered))


@pytest.mark.parametrize("found", [timeline(0), timeline(1, tested=False), timeline(2, 3, ordered=False)])
def test_timeline_page_of_little_is_a_page(tmp_path, found):
    assert page(tmp_path, found).all("h1")


def test_timeline_report_is_the_same_bytes_twice(tmp_path):
    for name in ("one", "two"):
        write_report(timeline(), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


# The other forms


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("groups", [3, 8, 30])
def test_timeline_markdown_tables_are_even(groups, ordered):
    told = to_markdown(timeline(4, groups, ordered=ordered))
    rows = [line for line in told.splitlines() if line.startswith("| ") or line.startswith("|-")]
    widths: dict[int, int] = {}
    for row in rows:
        widths[row.count("|")] = widths.get(row.count("|"), 0) + 1
    assert all(number >= 3 for number in widths.values())
    assert all(name in told for name in NAMES[:4])


@pytest.mark.parametrize("width", [80, 100, 120])
def test_timeline_terminal_fits_its_width(width):
    console = Console(width=width, file=io.StringIO(), highlight=False)
    console.print(terminal(timeline(30, 40, name="[red]A very long name of a theme that nobody would choose[/red]")))
    told = console.file.getvalue()
    assert max(map(len, told.splitlines())) <= width
    assert "[red]" in told


@pytest.mark.parametrize("found", [timeline(), timeline(0), timeline(3, name=HOSTILE), timeline(30, 40), timeline(ordered=False)])
def test_timeline_figure_is_well_formed(found):
    etree = pytest.importorskip("lxml.etree")
    root = etree.fromstring(figure(found).encode())
    assert root.tag.endswith("svg") and not root.xpath("//*[local-name()='script' or local-name()='img']")
    assert "<img" not in repr_html(found)


def test_timeline_csv_runs_no_formula():
    rows = list(csv.DictReader(io.StringIO(to_csv(timeline(2, name="=1+1")))))
    assert {row["label"] for row in rows} == {"'=1+1"}


def test_timeline_report_command_writes_the_page_again(tmp_path):
    from pipeline.__main__ import main

    (tmp_path / "timeline.json").write_text(to_json(timeline()), encoding="utf-8")
    command = ["report", str(tmp_path / "timeline.json"), "--figure", str(tmp_path / "f.svg"), "-o", str(tmp_path / "out")]
    assert main(command) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report.html", "timeline.csv", "timeline.json", "timeline.md",
    ]  # fmt: skip
    assert (tmp_path / "f.svg").read_text(encoding="utf-8") == figure(timeline())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["themes"][0]["shares"].pop(), r"themes\[0\].shares must be 5, one a group. Got 4"),
        (lambda d: d["times"].pop(), "times must be 5, one a group, or none. Got 4"),
        (lambda d: d["themes"][1].update(trend_verdict="stable"), r"themes\[1\].trend_verdict must be one of grew"),
    ],
)
def test_timeline_broken_json_is_one_sentence_that_names_the_place(tmp_path, change, message):
    found = json.loads(to_json(timeline()))
    change(found)
    path = tmp_path / "timeline.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_result(path)
