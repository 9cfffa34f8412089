"""Hostile and broken files: each costs one sentence that names the file and what is allowed."""

from __future__ import annotations

import gzip
import random
import re
import time
from dataclasses import fields

import documents
import fuzz
import pandas as pd
import pytest
from conftest import ROOT
from documents import SAMPLES, TEXT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import ingest, store
from pipeline.settings import Limits

BOMB = '<?xml version="1.0"?><!DOCTYPE TEI [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE TEI [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><p>&a;</p></body></text></TEI>'


def refusal(tmp_path, name, raw, **limits):
    """The one sentence that ``raw`` is refused with."""
    (tmp_path / name).write_bytes(raw)
    reading = ingest.read([tmp_path / name], limits=Limits(**limits))
    assert reading.speeches.empty
    (sentence,) = reading.failed["error"]
    assert name in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("name", "raw", "limits", "sentence"),
    [
        ("a.txt", b"x" * 2000, {"file_bytes": 1000}, "The file must have at most 1000 bytes. Got 2000 bytes."),
        ("a.txt.gz", gzip.compress(b"x" * 10**6), {}, "must unpack to at most 100 MB and 100 times its size. Got more."),
        ("a.txt.gz", gzip.compress(TEXT.encode())[:-9], {}, "The file must be a whole gzip file."),
        (
            "a.zip",
            documents.zipped({f"{n}.txt": "x" for n in range(20)}),
            {"entries": 10},
            "must have at most 10 members. Got 20.",
        ),
        ("a.zip", documents.zipped({"a.txt": b"\0" * 10**6}), {}, "must unpack to at most 100 MB and 100 times its size."),
        (
            "a.docx",
            documents.docx(more={"word/media.bin": b"\0" * 10**6}),
            {},
            "must unpack to at most 100 MB and 100 times its size.",
        ),
        ("a.docx", documents.docx(), {"entries": 2}, "The Word file must have at most 2 members. Got 4."),
        ("a.docx", documents.docx(prolog="<!DOCTYPE a>"), {}, "must not have a DOCTYPE. Its member 'word/document.xml' has."),
        ("a.docx", SAMPLES["docx"][:-50], {}, "must be a whole Word file"),
        ("a.rtf", documents.rtf() * 9, {"rtf_characters": 5000}, "must have at most 5,000 characters without its pictures."),
        ("a.rtf", b"{\\rtf1\\uc x}", {}, "must be whole. Got a broken one (TypeError)."),
        ("a.html", SAMPLES["html"], {"page_characters": 100}, "The page must have at most 100 characters."),
        ("a.html", SAMPLES["html"], {"nesting": 3}, "must be nested at most 3 deep."),
        ("a.odt", documents.zipped({"mimetype": "x"}), {}, "must have a member 'content.xml'"),
        ("a.pdf", documents.pdf([[(72, 700, "Page")]] * 6), {"pages": 5}, "The PDF must have at most 5 pages. Got 6."),
        ("a.pdf", SAMPLES["pdf"][:60], {}, "must be a PDF that opens without a password"),
        ("a.xml", (BOMB + TEI).encode(), {}, "The XML must not have a DOCTYPE"),
        ("a.xml", (OUTSIDE + TEI).encode(), {}, "The XML must not have a DOCTYPE"),
        ("a.xml", (BOMB + TEI).encode("utf-16"), {}, "The XML must not have a DOCTYPE"),
        ("a.xml", b"<TEI><text>", {}, "The file must be well-formed XML"),
        ("a.xml", b"<TEI>" * 500, {}, "The file must be well-formed XML"),
        ("a.xml", b"<rss><p>x</p></rss>", {}, "The root of the XML must be one of TEI"),
        ("a.html", b"<html>" + b"<div>" * 5000 + b"x", {}, "The "),
        ("a.html", b"<html><body></body></html>", {}, "The page must have an article."),
        ("a.txt", b"", {}, "The document must have text. Got none."),
        ("a.txt", b" \n\n ", {}, "The document must have text. Got none."),
        ("a.txt", b"abc\x00def", {}, "Got NUL bytes"),
        ("a.srt", TEXT.encode(), {}, "The file must hold captions."),
        ("a.eml", b"\n\nno headers", {}, "The file must be a message with headers."),
        ("a.png", b"\x89PNG\r\n\x1a\n", {}, "The file must end in one of .txt"),
    ],
)
def test_ingest_refuses_in_one_sentence(tmp_path, name, raw, limits, sentence):
    assert sentence in refusal(tmp_path, name, raw, **limits)


def test_ingest_folder_follows_no_link(tmp_path):
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in/up").symlink_to(tmp_path)
    assert ingest.read_speeches([tmp_path / "in"])["speech_id"].tolist() == ["a"]


def test_ingest_reads_no_device(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.txt")
    assert "must lead to a regular file" in ingest.read([tmp_path]).failed["error"][0]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.jsonl", "a.srt", "a.eml"])
def test_ingest_line_of_five_megabytes_does_no_harm(tmp_path, name):
    began = time.process_time()
    (tmp_path / name).write_bytes(b"the wall and the ferry, " * 220_000)
    try:
        ingest.read([tmp_path / name])
    except ValueError as error:
        assert name in str(error)
    assert time.process_time() - began < 10


def test_ingest_many_small_files_are_read_quickly(tmp_path):
    for number in range(1000):
        (tmp_path / f"{number}.txt").write_text(f"We shall build wall number {number}.", encoding="utf-8")
    began = time.process_time()
    assert len(ingest.read_speeches([tmp_path])) == 1000
    assert time.process_time() - began < 10


@given(form=st.sampled_from(sorted(fuzz.SEEDS)), seed=st.integers(0, 2**32))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True, database=None
)
def test_ingest_mutated_file_is_read_or_refused_by_a_sentence(tmp_path, form, seed):
    (tmp_path / "a.txt").write_bytes(SAMPLES["txt"])
    path = tmp_path / (f"in.{form}" if form != "toml" else "manifest.toml")
    path.write_bytes(fuzz.mutate(fuzz.SEEDS[form], random.Random(seed)))
    assert fuzz.outcome(path) in ("read", "refused")


def test_ingest_reader_that_fails_oddly_costs_one_document(tmp_path, monkeypatch):
    from pipeline.ingest import plain

    def fail(raw, **options):
        raise KeyError("x")

    monkeypatch.setattr(plain, "read", fail)
    assert "The file must be a whole txt file. Its reader failed (KeyError)." in refusal(tmp_path, "a.txt", b"x")


def test_ingest_message_of_an_impossible_day_has_none():
    raw = SAMPLES["eml"].replace(b"03 May 2022", b"99999999999999999999 May 2022")
    assert ingest.read_content(raw, "x.eml").published is None


LISTED = re.compile(r"^\| `THEMESHIFT_(\w+)` \| ([\d,]+) \|", re.MULTILINE)


def test_ingest_every_limit_is_documented_with_its_default():
    page = (ROOT / "docs/input.md").read_text(encoding="utf-8")
    listed = {name.lower(): int(value.replace(",", "")) for name, value in LISTED.findall(page)}
    assert listed == {spec.name: spec.default for spec in fields(Limits)}


HARD = {
    "file_bytes": ("a.txt", b"x" * 2000, 1000),
    "unpacked_bytes": ("a.docx", SAMPLES["docx"], 100),
    "unpacked_ratio": ("a.txt.gz", gzip.compress(b"x" * 100_000), 2),
    "entries": ("a.docx", SAMPLES["docx"], 2),
    "pages": ("a.pdf", documents.pdf([[(72, 700, "Page")]] * 3), 2),
    "page_characters": ("a.html", SAMPLES["html"], 100),
    "nesting": ("a.html", SAMPLES["html"], 3),
    "rtf_characters": ("a.rtf", SAMPLES["rtf"], 100),
    "rows": ("a.csv", SAMPLES["csv"], 1),
    "columns": ("a.csv", SAMPLES["csv"], 2),
    "cell_characters": ("a.csv", SAMPLES["csv"], 10),
    "documents": ("a.txt", SAMPLES["txt"], 1),
    "manifest_bytes": ("manifest.toml", fuzz.SEEDS["toml"], 20),
}


@pytest.mark.parametrize("name", [spec.name for spec in fields(Limits)])
def test_ingest_limit_of_the_environment_holds(tmp_path, monkeypatch, cli, name):
    file, raw, most = HARD[name]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / file).write_bytes(raw)
    (tmp_path / "in" / "b.txt").write_bytes(SAMPLES["txt"])
    monkeypatch.setenv(f"THEMESHIFT_{name.upper()}", str(most))
    _, _, said = cli("ingest", tmp_path / "in", "-o", tmp_path / "out.jsonl")
    assert any(words in said for words in (f"at most {most:,}", f"at most {most} bytes", f"{most} times its size")), said
    assert "Traceback" not in said


@pytest.mark.parametrize("value", ["many", "0", "-5", "1e6", "9" * 30])
def test_ingest_limit_that_is_no_number_names_its_variable(tmp_path, monkeypatch, cli, value):
    (tmp_path / "a.txt").write_bytes(SAMPLES["txt"])
    monkeypatch.setenv("THEMESHIFT_PAGES", value)
    status, _, said = cli("ingest", tmp_path / "a.txt", "-o", tmp_path / "out.jsonl")
    assert (status, f"The environment variable THEMESHIFT_PAGES must be a whole number from 1. Got {value!r}." in said) == (
        2,
        True,
    )


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_ingest_limits_of_tables_hold_in_every_format(tmp_path, form):
    frame = pd.DataFrame(
        {"id": ["a", "b", "c"], "text": ["We shall.", "We shall not.", "We shall see about that."], "year": ["1", "2", "3"]}
    )
    path = tmp_path / f"t.{form}"
    store.write(frame, path)
    for limits, sentence in (({"rows": 2}, "at most 2 rows"), ({"columns": 2}, "at most 2 columns")):
        with pytest.raises(ValueError, match=rf"t\.{form}: The table must have {sentence}\. Got"):
            ingest.read([path], limits=Limits(**limits))
    reading = ingest.read([path], limits=Limits(cell_characters=15))
    assert reading.speeches["speech_id"].tolist() == ["a", "b"]
    assert reading.failed["error"].tolist() == [f"t.{form}: row 3 (c): The text must have at most 15 characters. Got 24."]


WRONG = [
    ("ingest {0}/none.txt -o {0}/o.jsonl", "none.txt: No such file or directory."),
    ("ingest {0}/empty -o {0}/o.jsonl", "empty: The source must hold at least one document. Got none."),
    ("ingest {0}/quay -o {0}/o.txt", "o.txt' must end in one of .parquet, .jsonl, .csv"),
    ("ingest {0}/quay {0}/quay -o {0}/o.jsonl", "Got 'a' twice, in a.txt. Is a source named twice?"),
    (
        "ingest {0}/bad.txt -o {0}/o.jsonl",
        "Got NUL bytes, as binary files (or UTF-16 without a byte-order mark) have them. None of the documents",
    ),
    ("ingest --manifest-init {0}/none", "none: Not a directory."),
    ("validate {0}/bad.txt", "bad.txt: The corpus must be a folder or a manifest (.toml). Got another kind of file."),
    ("validate {0}/none", "none: No such file or directory."),
    ("fetch {0}/quay", "quay: The corpus must have a manifest.toml that gives addresses (`url`). Got a folder without one."),
    ("fetch {0}/none", "none: No such file or directory."),
    ("diff {0}/none --by x --before a --after b", "none: No such file or directory."),
    ("diff {0}/bad.txt --by x --before a --after b", "Got NUL bytes"),
    ("export {0}/quay --to csv -o {0}/x", "must end in one of .parquet, .jsonl, .csv"),
]


@pytest.mark.parametrize(("line", "sentence"), WRONG)
def test_ingest_wrong_use_is_told_in_one_clear_sentence(tmp_path, cli, line, sentence):
    for name in ("empty", "quay"):
        (tmp_path / name).mkdir()
    (tmp_path / "quay/a.txt").write_bytes(SAMPLES["txt"])
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    status, _, said = cli(*line.format(tmp_path).split())
    assert (status, sentence in said) == (2, True), said
    assert said.count("\n") == 1


def test_ingest_half_of_a_letter_becomes_a_mark_of_replacement(tmp_path, cli):
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": "a", "text": "The \\ud83d\\ude00 wall \\ud800 is old.", "who": "x\\udc00"}\n', encoding="utf-8")
    assert cli("ingest", path, "-o", tmp_path / "o.parquet")[0] == 0
    row = store.read(tmp_path / "o.parquet").iloc[0]
    assert (row["text"], row["who"]) == ("The 😀 wall \ufffd is old.", "x\ufffd")
