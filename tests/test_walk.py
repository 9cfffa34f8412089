"""The whole walk: on the shipped digests (golden), on a small folder, and on the real documents where they are."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SHARED_CORPUS

from pipeline import run, store
from pipeline.ingest import read_speeches
from pipeline.records import MENTIONS, SEGMENTS, STANCES, UTTERANCES
from pipeline.steps import segments as segments_step

OUTPUTS = {"diff.json", "diff.md", "diff.csv", "report.html", "segments.parquet", "mentions.parquet", "stances.parquet"}
CLAIMS = {"appeared", "vanished", "grew", "shrank", "stable"}


@pytest.fixture(scope="module")
def adcs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``themeshift diff corpus/adcs`` fills."""
    from pipeline.__main__ import main

    folder = tmp_path_factory.mktemp("adcs")
    corpus = str(ROOT / "corpus" / "adcs")
    assert main(["diff", corpus, "--by", "presidency", "--before", "2022", "--after", "2024", "-o", str(folder)]) == 0
    return folder


def test_walk_writes_every_output_and_nothing_half_written(adcs):
    assert {path.name for path in adcs.iterdir()} >= OUTPUTS
    assert not [path for path in adcs.iterdir() if path.name.startswith(".")]


def test_walk_same_input_gives_the_same_bytes(adcs, tmp_path, cli):
    corpus = ROOT / "corpus" / "adcs"
    status, _, _ = cli("diff", corpus, "--by", "presidency", "--before", "2022", "--after", "2024", "-o", tmp_path, "--cache", tmp_path / "cache")
    assert status == 0
    for name in sorted(OUTPUTS):
        assert (tmp_path / name).read_bytes() == (adcs / name).read_bytes(), name


def test_walk_outputs_name_no_path_of_this_machine(adcs):
    for name in ("diff.json", "diff.md", "diff.csv", "report.html"):
        text = (adcs / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text and str(Path.home()) + "/" not in text


def test_walk_every_quotation_is_a_slice_of_its_speech(adcs):
    texts = read_speeches([ROOT / "corpus" / "adcs"]).set_index("speech_id")["text"]
    for name, table in (("segments", SEGMENTS), ("mentions", MENTIONS), ("stances", STANCES)):
        frame = store.read(adcs / f"{name}.parquet", table)
        assert len(frame)
        for row in frame[["speech_id", "start", "end", "text"]].itertuples(index=False):
            assert texts[row.speech_id][row.start : row.end] == row.text
    diff = json.loads((adcs / "diff.json").read_text(encoding="utf-8"))
    quotations = [quotation for theme in (*diff["themes"], *diff["positions"]) for quotation in theme["evidence"]]
    assert quotations
    for quotation in quotations:
        assert texts[quotation["speech_id"]][quotation["start"] : quotation["end"]] == quotation["text"]


def test_walk_counts_only_the_president_and_never_furniture(adcs):
    diff = json.loads((adcs / "diff.json").read_text(encoding="utf-8"))
    presidents = {"before": "Steve Crocker", "after": "Andy Smith"}
    for theme in (*diff["themes"], *diff["positions"]):
        for quotation in theme["evidence"]:
            assert quotation["speaker"] == presidents[quotation["side"]]
            assert quotation["mode"] in {"spoken", "quoted", "reported"}
            assert "themeshift" not in quotation["text"]


def test_walk_one_speech_a_side_claims_nothing(adcs):
    diff = json.loads((adcs / "diff.json").read_text(encoding="utf-8"))
    assert diff["before"]["n_speeches"] == diff["after"]["n_speeches"] == 1
    assert not {theme["verdict"] for theme in diff["themes"]} & CLAIMS
    assert {theme["change"] for theme in diff["themes"]} <= {"appeared", "vanished", "more", "less", "same"}


def test_walk_side_against_itself_shows_no_change(tmp_path, cli):
    status, _, _ = cli("diff", ROOT / "corpus/adcs", "--by", "presidency", "--before", "2024", "--after", "2024", "-o", tmp_path)
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    assert status == 0
    assert {theme["change"] for theme in diff["themes"]} == {"same"}
    assert {theme["difference"]["value"] for theme in diff["themes"]} == {0.0}


def test_walk_folder_without_manifest_groups_by_sub_folder(library, tmp_path, cli):
    status, said, _ = cli("diff", library, "--by", "group", "--before", "north", "--after", "south", "-o", tmp_path / "out")
    assert status == 0
    assert "report.html" in said
    diff = json.loads((tmp_path / "out/diff.json").read_text(encoding="utf-8"))
    assert (diff["before"]["name"], diff["after"]["name"]) == ("north", "south")
    assert diff["themes"]


def test_walk_stages_one_by_one_agree_with_the_whole(adcs, tmp_path, cli):
    """Three ways to one answer: the functions, the commands in a row, and `diff`."""
    corpus, sheets = ROOT / "corpus/adcs", {n: tmp_path / f"{n}.parquet" for n in ("speeches", "utterances", "segments", "mentions", "stances")}
    for step in (
        ("ingest", corpus, "-o", sheets["speeches"]),
        ("speakers", sheets["speeches"], "-o", sheets["utterances"]),
        ("tokenise", sheets["utterances"], "-o", sheets["segments"]),
        ("topics", sheets["segments"], "-o", sheets["mentions"]),
        ("stance", sheets["mentions"], "-o", sheets["stances"]),
    ):
        assert cli(*step)[0] == 0, step
    utterances = store.read(sheets["utterances"], UTTERANCES)
    for speech_id, text in read_speeches([corpus]).set_index("speech_id")["text"].items():
        assert "".join(utterances.loc[utterances["speech_id"] == speech_id, "text"]) == text
    whole = store.read(adcs / "mentions.parquet", MENTIONS)
    one_by_one = store.read(sheets["mentions"], MENTIONS)
    pd.testing.assert_frame_equal(whole, one_by_one)
    counted, all_read = (store.read(folder, STANCES) for folder in (adcs / "stances.parquet", sheets["stances"]))
    both = counted.merge(all_read, on=["speech_id", "start", "end", "target"], suffixes=("", "_alone"))
    assert 0 < len(both) == len(counted) < len(all_read)  # `diff` reads them only where they count
    assert (both["label"] == both["label_alone"]).all()


def test_walk_speech_that_fails_costs_one_speech(monkeypatch, library, tmp_path):
    from pipeline import speakers

    real = speakers.attribute

    def fragile(speeches):
        if speeches["text"].str.contains("poison").any():
            raise RuntimeError("an odd quotation mark")
        return real(speeches)

    monkeypatch.setattr(speakers, "attribute", fragile)
    (library / "north" / "2020.txt").write_text("This is poison. Nobody can read it.", encoding="utf-8")
    segments, failed = run.utter(read_speeches([library]))
    assert failed.to_dict("records") == [{"speech_id": "north/2020", "error": "RuntimeError: an odd quotation mark"}]
    assert set(segments["speech_id"]) == {"north/2019", "south/2023"}


def test_walk_second_run_reads_the_cache_and_one_edit_costs_one_partition(library, tmp_path, monkeypatch):
    monkeypatch.setattr(segments_step, "partitions", partial(segments_step.partitions, characters=10))
    speeches, calls = read_speeches([library]), []
    first, _ = run.utter(speeches, cache=tmp_path)
    monkeypatch.setattr(segments_step, "segments_of", lambda part: calls.append(part["speech_id"].tolist()) or first.iloc[:0])
    again, _ = run.utter(speeches, cache=tmp_path)
    pd.testing.assert_frame_equal(first, again)
    assert calls == []
    speeches.loc[0, "text"] += " One more sentence."
    run.utter(speeches, cache=tmp_path)
    assert calls == [[speeches.loc[0, "speech_id"]]]


@pytest.mark.skipif(not SHARED_CORPUS.is_dir(), reason="the two real documents are not beside this checkout; they may not be shipped")
def test_walk_on_the_real_documents(tmp_path, cli):
    status, _, said = cli("diff", SHARED_CORPUS, "--by", "presidency", "--before", "2022", "--after", "2024", "-o", tmp_path)
    assert status == 0, said
    diff = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    presidents = {"before": "Steve Crocker", "after": "Andy Smith"}
    evidence = [quotation for theme in (*diff["themes"], *diff["positions"]) for quotation in theme["evidence"]]
    assert evidence
    assert all(quotation["speaker"] == presidents[quotation["side"]] for quotation in evidence)
    furniture = ("Subscribe", "Picture:", "Notes to editors", "Next Upcoming Event", "Archive of")
    assert not [quotation for quotation in evidence if any(mark in quotation["text"] for mark in furniture)]
    assert not {theme["verdict"] for theme in diff["themes"]} & CLAIMS


def test_walk_takes_decisions_corrected_by_hand_and_says_so(library, tmp_path, cli):
    arguments = ("diff", library, "--by", "group", "--before", "north", "--after", "south", "--no-stance")
    assert cli(*arguments, "-o", tmp_path / "first")[0] == 0
    mentions = store.read(tmp_path / "first/mentions.parquet", MENTIONS)
    row = mentions[mentions["theme"].notna()].iloc[0]
    correction = {"speech_id": row["speech_id"], "start": int(row["start"]), "end": int(row["end"]), "text": row["text"],
                  "what": "theme", "theme": row["theme"], "now": False}
    (tmp_path / "corrections.jsonl").write_text(json.dumps(correction) + "\n", encoding="utf-8")
    status, _, said = cli(*arguments, "--corrections", tmp_path / "corrections.jsonl", "--figure", tmp_path / "f.svg", "-o", tmp_path / "second")
    assert status == 0, said
    diff = json.loads((tmp_path / "second/diff.json").read_text(encoding="utf-8"))
    assert diff["notes"][-1].startswith("1 decision of the tool changed by hand")
    assert (tmp_path / "f.svg").read_text(encoding="utf-8").startswith("<svg")
