"""Out to other tools' formats and back in."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pipeline import ingest, store

COLUMNS = ["speech_id", "text", "group", "date", "party"]


@pytest.fixture
def speeches(library, cli, tmp_path):
    """A table of two speeches with variables, at rest."""
    (library / "docvars.csv").write_text('doc_id,party,date\n2019,"Blue, or so",2019-05-01\n2023,Réd,2023\n', encoding="utf-8")
    path = tmp_path / "Speeches of 2019.parquet"
    assert cli("ingest", library, "-o", path)[0] == 0
    return path


@pytest.mark.parametrize("kind", ["csv", "datapackage"])
def test_ingest_export_of_texts_reads_back_as_it_was(speeches, cli, tmp_path, kind):
    status, said, _ = cli("export", speeches, "--to", kind, "-o", tmp_path / "out")
    assert (status, "2 texts" in said) == (0, True)
    again = ingest.read_speeches([tmp_path / "out/texts.csv"])
    pd.testing.assert_frame_equal(again[COLUMNS], store.read(speeches)[COLUMNS], check_dtype=False)
    if kind == "datapackage":
        package = json.loads((tmp_path / "out/datapackage.json").read_text(encoding="utf-8"))
        (resource,) = package["resources"]
        assert (package["name"], resource["path"]) == ("speeches-of-2019", "texts.csv")
        assert [field["name"] for field in resource["schema"]["fields"]][:2] == ["doc_id", "text"]


@pytest.mark.parametrize("cut", [False, True])
def test_ingest_export_to_convokit_reads_back(speeches, cli, tmp_path, cut):
    table = speeches
    if cut:
        table = tmp_path / "utterances.parquet"
        assert cli("speakers", speeches, "-o", table)[0] == 0
    assert cli("export", table, "--to", "convokit", "-o", tmp_path / "out")[0] == 0
    again, before = ingest.read_speeches([tmp_path / "out"]), store.read(speeches)
    assert again["speech_id"].tolist() == before["speech_id"].tolist()
    assert again["party"].tolist() == before["party"].tolist()
    assert [" ".join(text.split()) for text in again["text"]] == [" ".join(text.split()) for text in before["text"]]
    index = json.loads((tmp_path / "out/index.json").read_text(encoding="utf-8"))
    assert index["conversations-index"]["party"] == ["<class 'str'>"]


def test_ingest_export_of_utterances_names_each_by_its_place(speeches, cli, tmp_path):
    assert cli("speakers", speeches, "-o", tmp_path / "u.jsonl")[0] == 0
    assert cli("export", tmp_path / "u.jsonl", "--to", "csv", "-o", tmp_path / "out")[0] == 0
    texts = pd.read_csv(tmp_path / "out/texts.csv")
    assert texts["doc_id"].is_unique and texts["doc_id"].str.contains(":").all()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b\n1,2\n", "must have the column 'speech_id'. `themeshift ingest` makes one. Got the columns: a, b."),
        ("speech_id,text\n", "must have at least one speech. Got none."),
    ],
)
def test_ingest_export_of_another_table_says_what_it_needs(cli, tmp_path, content, sentence):
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    status, _, said = cli("export", tmp_path / "t.csv", "--to", "csv", "-o", tmp_path / "out")
    assert (status, sentence in said) == (2, True), said
