"""The commands that compare: all groups of a corpus or of a coded table, and the options of the statistics."""

from __future__ import annotations

import csv
import json

import pytest

from pipeline.report import read_result, schema


def write_coded(path, eras: dict[str, list[str]]) -> None:
    """A row a segment: a string a speech, a letter a segment."""
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(["era", "speech_id", "theme", "text"])
        for era, speeches in eras.items():
            for number, speech in enumerate(speeches):
                writer.writerows([era, f"{era}-{number}", code.strip(), f"Segment {at}."] for at, code in enumerate(speech))


ERAS = {
    "2001": ["aaaaaabbbc", "aaaaabbbbc", "aaaaaabbcc"],
    "2002": ["aaaaabbbcc", "aaaaaaabbc", "aaaaaabbbc"],
    "2003": ["abbbbbbbcc", "aabbbbbbbc", "abbbbbbccc"],
    "2004": ["abbbbbbbbc", "aabbbbbbcc", "bbbbbbbbcc"],
}


def test_diff_cli_compare_without_sides_writes_a_timeline(cli, tmp_path):
    write_coded(tmp_path / "coded.csv", ERAS)
    assert cli("compare", tmp_path / "coded.csv", "--by", "era", "-o", tmp_path / "out.json")[0] == 0
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    pytest.importorskip("jsonschema").Draft202012Validator(schema("timeline")).validate(found)
    line = read_result(tmp_path / "out.json")
    assert [side.name for side in line.groups] == ["2001", "2002", "2003", "2004"]
    (b,) = [theme for theme in line.themes if theme.id == "b"]
    assert b.trend_verdict == "grew"
    assert cli("compare", tmp_path / "coded.csv", "--by", "era", "-o", tmp_path / "out.json", "--exit-code")[0] == 1
    many = cli("compare", tmp_path / "coded.csv", "--by", "era", "--order", "2003,2001", "-o", f"{tmp_path}/many/")
    assert many[0] == 0
    assert [side.name for side in read_result(tmp_path / "many" / "coded.timeline.json").groups] == ["2003", "2001"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--before", "2001"), "--before and --after must come together, or neither for all groups. Got no --after."),
        (("--before", "2001", "--after", "2002", "--order", "time"), "--order must come without --before and --after."),
        (("--order", "2001"), "must be time, none, a range as 2010-2020, or two groups or more. Got '2001'."),
        (("--order", "2001,1999"), "No era named '1999'. Available: 2001, 2002"),
        (("--order", "time"), "must have dated speeches. Got none for '2001'."),
        (("--error-rates", "rates.csv"), "--error-rates must come with --before and --after; --hand-codes correct all groups."),
    ],
)
def test_diff_cli_sides_are_both_named_or_neither(cli, tmp_path, arguments, sentence):
    write_coded(tmp_path / "coded.csv", ERAS)
    status, _, said = cli("compare", tmp_path / "coded.csv", "--by", "era", "-o", tmp_path / "out.json", *arguments)
    assert status == 2
    assert sentence in said


TALKS = {
    "2021": "The harbour must stay open all winter. The harbour is what this town lives on. We will dredge the harbour in spring.",
    "2022": "The harbour needs a new crane. Our school needs a new roof. The school will get teachers this year.",
    "2023": "Every child should have a school near home. The school is the heart of the town. We will open a second school.",
}


def test_diff_cli_diff_without_sides_walks_all_groups(cli, tmp_path):
    for year, text in TALKS.items():
        for number in range(2):
            (tmp_path / "talks" / year).mkdir(parents=True, exist_ok=True)
            (tmp_path / "talks" / year / f"talk-{number}.txt").write_text(f"{text} This is speech {number}.\n", encoding="utf-8")
    status, said, _ = cli("diff", tmp_path / "talks", "--by", "group", "-o", tmp_path / "out", "--cache", tmp_path / "cache")
    assert status == 0
    line = read_result(tmp_path / "out" / "timeline.json")
    assert [(side.name, side.n_speeches) for side in line.groups] == [("2021", 2), ("2022", 2), ("2023", 2)]
    assert "3 groups" in said
    assert (tmp_path / "out" / "mentions.parquet").exists()
    assert (tmp_path / "out" / "timeline.csv").read_text(encoding="utf-8").startswith("kind,id,label,before,after")
    quotation = line.themes[0].evidence[0]
    text = (tmp_path / "talks" / f"{quotation.speech_id}.txt").read_text(encoding="utf-8")
    assert text[quotation.start : quotation.end] == quotation.text


def test_diff_cli_compare_takes_clusters_covariates_and_hand_codes(cli, tmp_path):
    path = tmp_path / "coded.csv"
    write_coded(path, ERAS)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for number, row in enumerate(rows):
        row |= {"id": str(number), "kind": "ab"[number // 10 % 2], "session": row["speech_id"][:-1] + "01"[number // 10 % 2]}
    for name, columns in (("coded.csv", list(rows[0])), ("hand.csv", ["id", "theme"])):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as sink:
            writer = csv.DictWriter(sink, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    sides = ("compare", path, "--by", "era", "--before", "2001-2002", "--after", "2003-2004", "-o", tmp_path / "diff.json")
    for options, said in (
        (("--cluster", "session"), "The unit of every test is the session"),
        (("--covariates", "kind,length"), "hold kind, length equal"),
        (("--hand-codes", tmp_path / "hand.csv"), "hand codes of segments (60 in 2001-2002 and 60 in 2003-2004)"),
    ):
        assert cli(*sides, *options)[0] == 0
        found = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
        assert any(said in note for note in found["notes"])
    assert cli(*sides[:4], "-o", tmp_path / "line.json", "--cluster", "session")[0] == 0
    assert "session" in read_result(tmp_path / "line.json").notes[-1]
    assert cli(*sides[:4], "-o", tmp_path / "line.json", "--hand-codes", tmp_path / "hand.csv")[0] == 0
    assert "by hand codes of 120 segments" in read_result(tmp_path / "line.json").notes[-1]
