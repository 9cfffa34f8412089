"""The command line as a stranger meets it: help, exit codes, one clear sentence for what is wrong."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

COMMANDS = ("diff", "ingest", "speakers", "tokenise", "topics", "stance", "compare", "report", "validate", "fetch", "cache")


@pytest.mark.parametrize("command", COMMANDS)
def test_cli_every_command_has_help(cli, command):
    status, said, _ = cli(command, "--help")
    assert status == 0
    assert f"usage: themeshift {command}" in said
    assert "exit status" in said


def test_cli_without_a_command_is_wrong_usage(cli):
    status, _, said = cli()
    assert status == 2
    assert "COMMAND" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("diff", "corpus/adcs", "--by", "presidency", "--before", "2022", "--after", "2031"), "No presidency named '2031'. Available: 2022, 2024"),
        (("diff", "corpus/adcs", "--by", "reign", "--before", "2022", "--after", "2024"), "No grouping variable named 'reign'"),
        (("diff", "no/such/corpus", "--by", "a", "--before", "b", "--after", "c"), "no/such/corpus"),
        (("compare", "no.csv", "--by", "a", "--before", "b", "--after", "c", "-o", "x.json"), "no.csv"),
        (("topics", "README.md", "-o", "out.jsonl"), "must end in one of .parquet, .jsonl, .csv"),
        (("report", "no.json", "-o", "out"), "no.json"),
        (
            ("topics", "x.jsonl", "-o", "y.jsonl", "--codebook", "no-such-book"),
            "No codebook named 'no-such-book'. Available: manifesto-project, policy-agendas, policy-agendas-media",
        ),
    ],
)
def test_cli_unusable_input_is_one_line_and_exit_2(cli, monkeypatch, arguments, sentence):
    monkeypatch.chdir(ROOT)
    status, _, said = cli(*arguments)
    assert status == 2
    assert said.count("\n") == 1
    assert sentence in said


@pytest.mark.parametrize("themes", ["0", "many", "-3"])
def test_cli_theme_count_must_be_whole(cli, themes):
    status, _, said = cli("topics", "x.jsonl", "-o", "y.jsonl", f"--themes={themes}")
    assert status == 2
    assert "auto or a whole number from 1" in said


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read_rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_cli_speakers_serves_other_peoples_rows(cli, tmp_path):
    text = "“The pier must stay open,” said Councillor Ann Lee. She called the closure a mistake."
    source = write_rows(tmp_path / "in.jsonl", [{"id": "a", "text": text, "aliases": {"Ann Lee": ["Lee"]}}])
    assert cli("speakers", source, "-o", tmp_path / "out.jsonl")[0] == 0
    (row,) = read_rows(tmp_path / "out.jsonl")
    first = row["spans"][0]
    assert row["id"] == "a"
    assert (text[first["start"] : first["end"]].strip("“”, "), first["mode"], first["speaker"]) == ("The pier must stay open", "quoted", "Ann Lee")
    assert set(first) >= {"start", "end", "speaker", "speaker_start", "speaker_end", "mode", "how", "confidence"}


def test_cli_topics_serves_other_peoples_rows(cli, tmp_path):
    rows = [{"id": str(i), "speech_id": "s", "position": i, "text": text} for i, text in enumerate(
        ["The library needs a roof.", "Librarians deserve better pay.", "The library opens on Sundays.", "Buses are late again.", "The bus fare rose.", "A new bus route opens."])]
    source = write_rows(tmp_path / "in.jsonl", rows)
    assert cli("topics", source, "-o", tmp_path / "out.jsonl", "--themes", "2")[0] == 0
    coded = read_rows(tmp_path / "out.jsonl")
    themes = json.loads((tmp_path / "out.jsonl.themes.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in coded] == [row["id"] for row in rows]
    assert {theme["id"] for theme in themes} >= {row["theme"] for row in coded if row["theme"]}
    assert len(themes) == 2


def test_cli_topics_says_how_far_a_coder_agrees(cli, tmp_path):
    book = tmp_path / "book.toml"
    book.write_text('[[theme]]\nname = "Buses"\nphrases = ["bus", "bus fare"]\n[[theme]]\nname = "Libraries"\nphrases = ["library"]\n', encoding="utf-8")
    source = write_rows(tmp_path / "in.jsonl", [{"id": "a", "text": "The library needs a roof."}, {"id": "b", "text": "The bus fare rose."}])
    codes = write_rows(tmp_path / "codes.jsonl", [{"id": "a", "theme": "Libraries"}, {"id": "b", "theme": "Buses"}])
    status, said, _ = cli("topics", source, "-o", tmp_path / "out.jsonl", "--codebook", book, "--code", codes)
    assert status == 0
    assert "2 segments coded by both: 100.0% equal, Cohen's kappa 1.0" in said


def test_cli_stance_serves_other_peoples_rows(cli, tmp_path):
    source = write_rows(tmp_path / "in.jsonl", [{"id": "a", "text": "We oppose the pier levy.", "target": "the pier levy"}, {"id": "b", "text": "", "target": "x"}])
    assert cli("stance", source, "-o", tmp_path / "out.jsonl")[0] == 0
    first, second = read_rows(tmp_path / "out.jsonl")
    assert first["label"] == "against"
    assert abs(first["p_favour"] + first["p_against"] + first["p_none"] - 1) < 1e-6
    assert second["id"] == "b"


def test_cli_compare_reads_a_table_coded_by_hand(cli, tmp_path):
    lines = ["side,speech,code"]
    for number in range(8):
        codes = ["bus"] * 6 + ["park"] * 14 if number < 4 else ["bus"] * 15 + ["park"] * 4 + [""]
        lines += [f"{'old' if number < 4 else 'new'},{number},{code}" for code in codes]
    (tmp_path / "coded.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ("compare", tmp_path / "coded.csv", "--by", "side", "--before", "old", "--after", "new", "--speech", "speech", "--theme", "code")
    assert cli(*arguments, "-o", tmp_path / "diff.json")[0] == 0
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    bus = next(theme for theme in diff["themes"] if theme["label"] == "bus")
    assert (bus["before"]["n_segments"], bus["after"]["n_segments"]) == (24, 60)
    assert bus["after"]["share"] == pytest.approx(0.75)
    assert bus["verdict"] == "grew"
    assert cli(*arguments, "-o", tmp_path / "diff.json", "--exit-code")[0] == 1


def test_cli_validate_says_a_good_manifest_is_in_order(cli):
    status, said, _ = cli("validate", ROOT / "corpus/adcs")
    assert (status, said.strip().endswith("in order")) == (0, True)


def test_cli_stages_pass_over_a_document_that_could_not_be_read(cli, library, tmp_path):
    (library / "north" / "broken.txt").write_bytes(b"\x00\x01\x02\x00")
    steps = (("ingest", library), ("speakers", tmp_path / "0.jsonl"), ("tokenise", tmp_path / "1.jsonl"), ("topics", tmp_path / "2.jsonl"))
    for number, step in enumerate(steps):
        status, _, said = cli(*step, "-o", tmp_path / f"{number}.jsonl")
        assert status == 0, said
    assert {row["speech_id"] for row in read_rows(tmp_path / "3.jsonl")} == {"north/2019", "south/2023"}
