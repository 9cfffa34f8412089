"""The report: the JSON and its schema, the words, and that nothing of a corpus becomes markup."""

from __future__ import annotations

import base64
import csv
import dataclasses
import gzip
import hashlib
import io
import itertools
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, NAMES, diff, tables
from rich.console import Console

from pipeline import records, store
from pipeline.report import (
    figure,
    from_dict,
    from_json,
    repr_html,
    schema,
    tables_beside,
    terminal,
    to_csv,
    to_dict,
    to_json,
    to_markdown,
    words,
    write_report,
)
from pipeline.report.beside import rebuilt
from pipeline.report.reading import anchor, paragraph_spans
from pipeline.report.sources import marked


class Page(HTMLParser):
    """What a browser would make of a page: its elements, ids, and the texts of its scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in self.inside:
            self.open = tag
            self.inside[tag].append("")

    def handle_endtag(self, tag):
        self.open = "" if tag == self.open else self.open

    def handle_data(self, data):
        if self.open:
            self.inside[self.open][-1] += data
        else:
            self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page(folder, found=None, **given_tables):
    written = write_report(found or diff(), folder, **given_tables)
    return Page(written["report.html"].read_text(encoding="utf-8"))


# JSON


def test_report_schema_is_a_schema_and_holds_for_a_diff():
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    validator.check_schema(schema())
    for found in (diff(), diff(tested=False), diff(0), dataclasses.replace(diff(), positions=())):
        validator(schema()).validate(to_dict(found))


@pytest.mark.parametrize(
    ("name", "record"),
    [("side", "Side"), ("theme", "ThemeDiff"), ("share", "Share"), ("estimate", "Estimate"), ("stance", "StanceDiff"),
     ("stance_count", "StanceCount"), ("evidence", "Evidence"), (None, "Diff")],
)  # fmt: skip
def test_report_schema_names_the_fields_of_the_records(name, record):
    part = schema()["$defs"][name] if name else schema()
    assert list(part["properties"]) == [
        field.name
        for field in sorted(
            dataclasses.fields(getattr(records, record)),
            key=lambda field: field.name != "schema_version" if not name else 0,
        )
    ]


def test_report_json_comes_back_the_same(tmp_path):
    path = tmp_path / "diff.json"
    path.write_text(to_json(diff()), encoding="utf-8")
    assert from_json(path) == diff()
    assert to_json(from_json(path)) == to_json(diff())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("themes"), "themes is missing"),
        (lambda d: d.update(schema_version=7), "schema_version must be 1"),
        (lambda d: d["themes"][1].update(verdict="sure"), r"themes\[1\].verdict must be one of appeared"),
        (lambda d: d["themes"][0]["before"].update(share="half"), r"themes\[0\].before.share must be a number"),
        (lambda d: d["before"].update(n_speeches=1.5), "before.n_speeches must be a whole number"),
        (lambda d: d["themes"][0]["evidence"][0].update(start=True), "start must be a whole number"),
        (lambda d: d["themes"][0].update(evidence={}), "evidence must be a list"),
        (lambda d: d.update(extra=1), "extra is no field of a result. Available"),
        (lambda d: d.update(settings=[1]), "settings must be an object"),
    ],
)
def test_report_broken_json_is_one_sentence_that_names_the_place(tmp_path, change, message):
    found = to_dict(diff())
    change(found)
    path = tmp_path / "diff.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        from_json(path)
    assert str(error.value).startswith(str(path)) and "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_report_what_is_no_diff_is_a_value_error(tmp_path, content):
    path = tmp_path / "diff.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(str(path))):
        from_json(path)


def test_report_numbers_that_are_not_finite_are_null():
    found = dataclasses.replace(diff(), settings={"a": float("nan"), "b": [float("inf")]})
    assert json.loads(to_json(found))["settings"] == {"a": None, "b": [None]}
    with pytest.raises(ValueError, match=r"share must be a finite number|share must be a number"):
        plain = to_dict(diff())
        plain["themes"][0]["before"]["share"] = float("nan")
        from_dict(plain)


# Words


def test_report_headline_of_one_text_a_side_speaks_of_the_texts():
    found = diff(tested=False)
    assert words.headline(found).startswith("In these texts, ")
    assert "cannot show what is new" in words.caveat(found)
    for claim in ("grew", "shrank", "appeared", "vanished"):
        assert claim not in words.headline(found)
    assert all("Nothing may be claimed beyond the texts" in words.claim(theme, found) for theme in found.themes)


def test_report_headline_names_only_what_the_verdicts_claim():
    found = diff()
    said = words.headline(found)
    for theme in found.themes:
        assert (theme.label in said) == (theme.verdict in words.CLAIMS)


def test_report_headline_of_nothing_claimed_says_so():
    themes = tuple(dataclasses.replace(theme, verdict="unclear") for theme in diff().themes)
    found = dataclasses.replace(diff(), themes=themes)
    assert "no change of a theme can be claimed" in words.headline(found)
    assert words.caveat(found).startswith("None of the 6 themes changed")


@pytest.mark.parametrize("n", [0, 1, 30])
@pytest.mark.parametrize("tested", [True, False])
def test_report_words_exist_for_every_diff(n, tested):
    found = diff(n, tested=tested)
    assert words.headline(found).endswith(".") and words.caveat(found).endswith(".")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0 %"),
        (0.0004, "<0.1 %"),
        (0.034, "3.4 %"),
        (0.27, "27 %"),
        (1.0, "100 %"),
        (None, "–"),
        (-0.02, "−2.0 %"),
    ],
)
def test_report_percent_has_the_digits_that_data_have(share, said):
    assert words.percent(share) == said


def test_report_order_is_the_same_however_the_themes_come():
    found = diff(30)
    backwards = dataclasses.replace(found, themes=found.themes[::-1])
    assert [theme.id for theme in words.by_change(found.themes)] == [theme.id for theme in words.by_change(backwards.themes)]


# The page


def test_report_page_asks_nobody_and_runs_only_its_own_script(tmp_path):
    found = page(tmp_path, **tables(diff()))
    policy = next(a["content"] for a in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    for kind, scripts in (
        ("style", found.inside["style"]),
        ("script", [s for s, a in zip(found.inside["script"], found.all("script"), strict=True) if not a]),
    ):
        assert len(scripts) == 1
        digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for tag, attributes in found.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")}, (
            tag,
            attributes,
        )
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")


def test_report_page_has_one_search_field_and_ids_that_are_unique(tmp_path):
    found = page(tmp_path, **tables(diff()))
    assert [a["id"] for a in found.all("input") if a.get("type") == "search"] == ["q"]
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [a["href"][1:] for a in found.all("a") if a.get("href", "").startswith("#")]
    assert links and set(links) <= set(ids)


def carried(found, name):
    scripts = zip(found.inside["script"], found.all("script"), strict=True)
    return next((text for text, attributes in scripts if attributes.get("id") == name), "")


def unpacked(text):
    return gzip.decompress(base64.b64decode(text)).decode("utf-8")


def test_report_page_embeds_the_diff_and_its_table(tmp_path):
    found = page(tmp_path)
    assert from_dict(json.loads(carried(found, "diff"))) == diff()
    assert unpacked(carried(found, "table")) == to_csv(diff())


def test_report_page_of_thirty_themes_with_quotations_embeds_everything_compressed(tmp_path):
    large = diff(30, quotations=6)
    found = page(tmp_path, large)
    assert (tmp_path / "report.html").stat().st_size < 150_000
    assert json.loads(carried(found, "diff"))["packed"] == "everything"
    assert unpacked(carried(found, "everything")) == to_json(large)
    assert unpacked(carried(found, "table")) == to_csv(large)


def test_report_page_of_too_much_leads_to_the_file_beside_it(tmp_path):
    noise = itertools.count()
    large = diff(30, quotations=6)
    themes = tuple(
        dataclasses.replace(theme, evidence=tuple(
            dataclasses.replace(item, text=hashlib.sha512(str(next(noise)).encode()).hexdigest() * 3) for item in theme.evidence
        ))
        for theme in large.themes
    )  # fmt: skip
    found = page(tmp_path, dataclasses.replace(large, themes=themes))
    assert (tmp_path / "report.html").stat().st_size < 150_000
    assert not carried(found, "everything")
    rows = list(csv.DictReader(io.StringIO(unpacked(carried(found, "table")))))
    assert [float(row["after_share"]) for row in rows if row["kind"] == "theme"] == [theme.after.share for theme in large.themes]
    assert "diff.json" in {a["href"] for a in found.all("a")}


@pytest.mark.parametrize("with_tables", [False, True])
def test_report_hostile_text_stays_text(tmp_path, with_tables):
    found = diff(3, name=HOSTILE, before=HOSTILE, after="South")
    given_tables = tables(found, name=HOSTILE) if with_tables else {}
    written = write_report(found, tmp_path, **given_tables)
    quiet = write_report(
        diff(3, name="Quiet", before="A", after="South"),
        tmp_path / "quiet",
        **(tables(found, name="Quiet") if with_tables else {}),
    )
    read = Page(written["report.html"].read_text(encoding="utf-8"))
    calm = Page(quiet["report.html"].read_text(encoding="utf-8"))
    assert {tag for tag, _ in read.elements} <= {tag for tag, _ in calm.elements}
    assert len(read.all("script")) == len(calm.all("script"))
    assert "</script><img src=x onerror=alert(1)>" in "".join(read.text)
    assert "{{7*7}}" in "".join(read.text)
    scripts = zip(read.inside["script"], read.all("script"), strict=True)
    embedded = next(json.loads(text) for text, attributes in scripts if attributes.get("id") == "diff")
    assert embedded["before"]["name"] == HOSTILE


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/home/somebody/a.txt", "ftp://a/b"]
)
def test_report_links_lead_only_to_the_web(tmp_path, address):
    given_tables = tables(diff())
    given_tables["speeches"] = given_tables["speeches"].assign(url=address, source=address)
    found = page(tmp_path, **given_tables)
    assert not [a for a in found.all("a") if not a["href"].startswith("#") and a["href"] != "diff.json"]
    assert address not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_report_quotations_lead_to_their_place_in_the_reading_view_and_back(tmp_path):
    found = page(tmp_path, **tables(diff()))
    places = [a["href"] for a in found.all("a") if a.get("class") == "at"]
    assert "#r-before-0_23" in places
    assert {"#t-theme-0", "https://example.org/a"} <= {a["href"] for a in found.all("a")}


def test_report_quotation_shows_the_sentence_around_a_part(tmp_path):
    given_tables = tables(diff())
    quoted = dataclasses.replace(
        diff().themes[0].evidence[0], start=given_tables["segments"]["start"].iloc[1], text="the council agreed"
    )
    quoted = dataclasses.replace(quoted, start=int(quoted.start), end=int(quoted.start) + 18, speech_id="before-0")
    theme = dataclasses.replace(diff().themes[0], evidence=(quoted,))
    page(tmp_path, dataclasses.replace(diff(), themes=(theme,), positions=()), **given_tables)
    assert "<i>He said </i>the council agreed<i>.</i>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_report_large_texts_go_to_a_page_of_their_own_and_come_back(tmp_path):
    given_tables = tables(diff())
    long = given_tables["speeches"].assign(text=given_tables["speeches"]["text"] + "\n\nAnd so on." * 2_000)
    written = write_report(diff(), tmp_path, **{**given_tables, "speeches": long})
    assert set(written) == {"diff.json", "diff.md", "diff.csv", "report.html", "reading.html"}
    assert 'href="reading.html#r-before-0_23"' in written["report.html"].read_text(encoding="utf-8")
    assert 'href="report.html#t-theme-0"' in written["reading.html"].read_text(encoding="utf-8")
    assert "reading.html" not in write_report(diff(), tmp_path, **given_tables)
    assert not (tmp_path / "reading.html").exists()


@pytest.mark.parametrize("quotations", [3, 6])
def test_report_page_of_thirty_themes_with_quotations_is_small(tmp_path, quotations):
    found = write_report(diff(30, quotations=quotations), tmp_path)
    assert found["report.html"].stat().st_size < 150_000
    assert found["report.html"].read_text(encoding="utf-8").count("<blockquote>") >= 50


@pytest.mark.parametrize("length", range(1, 8))
def test_report_full_page_shows_fewer_targets_rather_than_one_without_a_quotation(tmp_path, length):
    found = diff(24, quotations=6)
    taken = next(item for item in found.positions if item.stance and item.stance.before.favour + item.stance.after.favour)

    def longer(items):
        return tuple(
            dataclasses.replace(item, text=item.text * length, end=item.start + len(item.text) * length) for item in items
        )

    found = dataclasses.replace(
        found, themes=tuple(dataclasses.replace(theme, evidence=longer(theme.evidence)) for theme in found.themes)
    )
    quoted = found.themes[0].evidence
    many = tuple(dataclasses.replace(taken, id=f"t{n}", label=f"Target {n}", evidence=quoted) for n in range(40))
    write_report(dataclasses.replace(found, positions=many), tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    shown = re.findall(r'id="p-t\d+.*?</details>', text, re.S)
    assert shown
    assert all("<blockquote>" in target for target in shown)


def test_report_is_the_same_bytes_twice_and_says_no_path(tmp_path):
    for name in ("one", "two"):
        write_report(diff(), tmp_path / name, **tables(diff()))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
        assert str(tmp_path).encode() not in path.read_bytes()


@pytest.mark.parametrize(
    "found",
    [diff(0), diff(1, tested=False), dataclasses.replace(diff(), positions=(), models=(), settings={}, versions={})],
)
def test_report_page_of_little_is_a_page(tmp_path, found):
    assert page(tmp_path, found).all("h1")


@given(st.text(max_size=80), st.text(max_size=12))
def test_report_marking_alters_nothing(text, target):
    assert "".join(part for part, _ in marked(text, target)) == text


@given(st.text(alphabet="a \n\t.", max_size=80))
def test_report_paragraphs_hold_all_that_is_no_space(text):
    assert "".join("".join(text[start:end].split()) for start, end in paragraph_spans(text)) == "".join(text.split())


def test_report_anchors_of_distinct_names_are_distinct():
    names = ["Bus Bill", "bus bill", "bus-bill", "Bus  Bill", "é", "è", "", "a" * 90, "a" * 91]
    assert len({anchor("t", name) for name in names}) == len(names)
    assert all(re.fullmatch(r"t-[a-z0-9-]+", anchor("t", name)) for name in names)


# The other forms


def test_report_csv_has_a_row_for_all_and_runs_no_formula():
    found = diff(3, name="=1+1")
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert [row["kind"] for row in rows] == ["theme"] * 3 + ["position"] * 3
    assert {row["label"] for row in rows} == {"'=1+1"}
    assert float(rows[0]["after_share"]) == found.themes[0].after.share


def test_report_markdown_shows_hostile_text_letter_by_letter():
    told = to_markdown(diff(2, name="<img src=x> [a](b) | `c` #1 @me *d*\n# e"))
    assert "<img" not in told and "[a](b)" not in told and "\n# e" not in told and "@me" not in told
    assert all(
        line.count("|") - line.count("\\|") == 7 for line in told.splitlines() if line.startswith("| ") and "points" in line
    )


@pytest.mark.parametrize("width", [80, 100, 120])
def test_report_terminal_fits_its_width(width):
    console = Console(width=width, file=io.StringIO(), highlight=False)
    console.print(terminal(diff(30, name="[red]A very long name of a theme that nobody would choose[/red]")))
    told = console.file.getvalue()
    assert max(map(len, told.splitlines())) <= width
    assert "[red]" in told


@pytest.mark.parametrize("found", [diff(), diff(0), diff(3, name=HOSTILE), diff(30, tested=False)])
def test_report_figure_is_well_formed(found):
    etree = pytest.importorskip("lxml.etree")
    root = etree.fromstring(figure(found).encode())
    assert root.tag.endswith("svg") and not root.xpath("//*[local-name()='script' or local-name()='img']")
    assert repr_html(found).startswith("<div") and "<img" not in repr_html(found)


def test_report_figure_names_its_themes():
    assert all(name in figure(diff(6)) for name in NAMES[:6])


# A saved result with its tables beside it


def saved(folder):
    given_tables = tables(diff())
    write_report(diff(), folder)
    for name in ("segments", "mentions", "stances"):
        table = records.tables.TABLES[name]
        store.write(records.conform(given_tables[name], table), folder / f"{name}.parquet", table)
    return given_tables


def test_report_of_a_saved_diff_has_the_texts_that_lie_beside_it(tmp_path):
    given_tables = saved(tmp_path)
    beside = tables_beside(tmp_path / "diff.json")
    texts = dict(zip(beside["speeches"]["speech_id"], beside["speeches"]["text"], strict=True))
    for row in given_tables["segments"].to_dict("records"):
        assert texts[row["speech_id"]][row["start"] : row["end"]] == row["text"]
    assert "He said the council agreed" in texts["before-0"], "the sentence around a part stands in the text"
    found = page(tmp_path / "again", **beside)
    assert "#r-before-0_23" in {a["href"] for a in found.all("a") if a.get("class") == "at"}


def test_report_command_says_when_there_are_no_texts(tmp_path, capsys):
    from pipeline.__main__ import main

    saved(tmp_path)
    assert main(["report", str(tmp_path / "diff.json"), "-o", str(tmp_path / "with")]) == 0
    assert capsys.readouterr().err == "" and 'class="at"' in (tmp_path / "with/report.html").read_text(encoding="utf-8")
    (tmp_path / "segments.parquet").unlink()
    assert main(["report", str(tmp_path / "diff.json"), "-o", str(tmp_path / "without")]) == 0
    assert "no segments.parquet beside" in capsys.readouterr().err


def test_report_rebuilt_text_says_where_something_was_left_out(tmp_path):
    rows = [
        {"speech_id": "a", "start": 40, "end": 45, "text": "First", "sentence": None, "paragraph": 1},
        {"speech_id": "a", "start": 47, "end": 53, "text": "second", "sentence": None, "paragraph": 2},
    ]
    text = rebuilt(pd.DataFrame(rows))["text"][0]
    assert text[40:] == "First\n\nsecond" and "…" in text[:40]


# Pages of a PDF


def test_report_quotation_names_the_page_of_a_paged_source(tmp_path):
    given_tables = tables(diff())
    given_tables["speeches"] = given_tables["speeches"].assign(pages="[0, 5, 23, 90]")
    told = " ".join("".join(page(tmp_path, **given_tables).text).split())
    assert ", page 3, characters 23–" in told
    assert ", page " not in "".join(page(tmp_path / "plain", **tables(diff())).text)


def test_report_positions_say_who_where_several_speak(tmp_path):
    found = diff()
    told = "".join(page(tmp_path, found).text)
    several = [item for item in found.positions if words.holders(item)]
    assert bool(several) == ("for: " in told)
    quoted = dataclasses.replace(found.themes[1].evidence[0], stance="against", speaker="Lin Okafor", side="before")
    other = dataclasses.replace(quoted, stance="favour", speaker="Ada Moreau")
    item = dataclasses.replace(found.themes[1], evidence=(quoted, other))
    assert words.holders(item) == {"before": [("for", "Ada Moreau"), ("against", "Lin Okafor")]}


def test_report_headline_tells_of_no_turn_that_rests_on_one_sentence():
    found = diff(tested=False)
    position = found.positions[0]

    def turned(before, after):
        stance = dataclasses.replace(
            position.stance,
            before=dataclasses.replace(position.stance.before, favour=before, against=0),
            after=dataclasses.replace(position.stance.after, favour=0, against=after),
        )
        return dataclasses.replace(found, positions=(dataclasses.replace(position, stance=stance),))

    assert words.stance_headline(turned(1, 3)) == ""
    assert "(North: 2 for; South: 3 against)" in words.stance_headline(turned(2, 3))


@pytest.mark.parametrize(
    ("counts", "told"), [((2, 1, 5), "2 for, 1 against"), ((0, 0, 5), "5 with no position"), ((0, 0, 0), "not mentioned")]
)
def test_report_terminal_counts_mentions_without_a_position_where_nothing_else_is(counts, told):
    assert words.stance_brief(*counts) == told
    found = diff()
    position = next(item for item in found.positions if item.stance)
    before = dataclasses.replace(position.stance.before, **dict(zip(("favour", "against", "none"), counts, strict=True)))
    taken = dataclasses.replace(position, stance=dataclasses.replace(position.stance, before=before))
    console = Console(width=200, file=io.StringIO(), highlight=False)
    console.print(terminal(dataclasses.replace(found, positions=(taken,))))
    assert told in console.file.getvalue()


def test_report_positions_beyond_the_table_are_told_in_a_line(tmp_path):
    found = diff()
    taken = next(item for item in found.positions if item.stance and item.stance.before.favour + item.stance.after.favour)
    many = tuple(dataclasses.replace(taken, id=f"t{n}", label=f"Target <b>{n}", evidence=()) for n in range(120))
    page = write_report(dataclasses.replace(found, positions=many), tmp_path)["report.html"].read_text(encoding="utf-8")
    line = page[page.index("Positions on other targets: ") :].split("</p>")[0]
    assert line.count("Target &lt;b&gt;") == 40
    assert words.sides_taken(taken, found) in line
    assert "other targets with positions in" in page
