"""What concerns a corpus as a whole: texts that repeat others, a first manifest, and variables in a table beside the texts."""

from __future__ import annotations

import pytest
from documents import PARAGRAPHS, SAMPLES, TEXT

from pipeline import ingest
from pipeline.ingest.beginning import begin
from pipeline.ingest.duplicates import contained, once

WORDS = [f"word{number}" for number in range(400)]
LONG = " ".join(WORDS)
OTHER = " ".join(f"thing{number}" for number in range(400))


@pytest.mark.parametrize(
    ("copy", "repeats"),
    [
        (LONG, True),
        (" ".join(WORDS[:200]), True),
        (LONG.upper().replace(" ", "\n"), True),
        (" ".join(["“" + word + "”" if n % 50 == 0 else word for n, word in enumerate(WORDS)]), True),
        (" ".join(WORDS[:100]) + " " + OTHER, False),
        (OTHER, False),
        (" ".join(WORDS[:20]), False),
    ],
)
def test_ingest_duplicate_is_a_text_that_stands_in_another(copy, repeats):
    found = contained([f"{LONG} and more.", copy])
    assert [(one, other) for one, other, _ in found] == ([(1, 0)] if repeats else [])


def test_ingest_duplicates_do_not_depend_on_the_order():
    texts = {"a": LONG, "b": " ".join(WORDS[:300]), "c": OTHER, "d": f"{OTHER} and more"}
    for names in ("abcd", "dcba", "cadb"):
        found = contained([texts[name] for name in names])
        assert {(names[one], names[other]) for one, other, _ in found} == {("b", "a"), ("c", "d")}


def test_ingest_marks_duplicates_and_counts_them_once_a_side(tmp_path):
    text = " ".join([*PARAGRAPHS, *reversed(PARAGRAPHS)])
    for name in ("north/a", "north/b", "south/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "north/d.txt").write_text("Something else is said here.", encoding="utf-8")
    speeches = ingest.read_speeches([tmp_path])
    assert dict(zip(speeches["speech_id"], speeches["duplicate_of"], strict=True)) == {
        "north/a": None,
        "north/b": "north/a",
        "north/d": None,
        "south/c": "north/a",
    }
    kept, said = once(speeches, "group")
    assert kept["speech_id"].tolist() == ["north/a", "north/d", "south/c"]
    assert said == ["north/b repeats north/a and is not counted again"]


def test_ingest_corpus_without_duplicates_has_no_such_column(library):
    speeches = ingest.read_speeches([library])
    assert "duplicate_of" not in speeches
    assert once(speeches, "group")[1] == []


def test_ingest_first_manifest_is_in_order_and_reads_the_same_texts(tmp_path, cli):
    for name, content in (("2022/a.html", SAMPLES["html"]), ("2022/b.md", SAMPLES["md"]), ("2024/c.docx", SAMPLES["docx"])):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    before = ingest.read_speeches([tmp_path])
    status, said, _ = cli("ingest", "--manifest-init", tmp_path)
    assert (status, "edit it" in said) == (0, True)
    assert ingest.validate(tmp_path) == []
    after = ingest.read_speeches([tmp_path])
    assert after["text"].tolist() == before["text"].tolist()
    assert after["presidency"].tolist() == ["2022", "2022", "2024"]
    assert after["title"].tolist() == ["The harbour wall"] * 3
    assert after["date"].tolist() == [None, "2022-05-03", None]
    with pytest.raises(ValueError, match="must not have a manifest yet"):
        begin(tmp_path)


def test_ingest_first_manifest_survives_odd_names(tmp_path):
    (tmp_path / 'a "b" é.txt').write_text(TEXT, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\x00")
    begin(tmp_path)
    (fault,) = ingest.validate(tmp_path)
    assert "bad.txt" in fault
    assert ingest.read([tmp_path]).speeches["speech_id"].tolist() == ['a "b" é']


def test_ingest_command_needs_a_source_and_a_place(cli):
    status, _, said = cli("ingest", "x.txt")
    assert (status, "must be given at least one SOURCE, and -o OUT" in said) == (2, True)


@pytest.mark.parametrize("table", ["docvars.csv", "metadata.tsv"])
def test_ingest_variables_beside_the_texts_belong_to_them(library, table):
    rows = [
        ["filename", "party", "date", "title"],
        ["north/2019.txt", "Blue", "2019-05-01", ""],
        ["2023", "Red", "2023", "A title"],
    ]
    (library / table).write_text(
        "\n".join(("," if table.endswith("csv") else "\t").join(row) for row in rows) + "\n", encoding="utf-8"
    )
    speeches = ingest.read_speeches([library])
    assert speeches["speech_id"].tolist() == ["north/2019", "south/2023"]
    assert speeches["party"].tolist() == ["Blue", "Red"]
    assert speeches["date"].tolist() == ["2019-05-01", "2023"]
    assert speeches["title"].tolist() == [None, "A title"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("party\nBlue\n", "No column that names the document"),
        ("id,party\n2019,Blue\n2019,Red\n", "docvars.csv:3: The column 'id'"),
    ],
)
def test_ingest_variables_that_belong_to_nobody_say_so(library, content, sentence):
    (library / "docvars.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        ingest.read([library])


def test_ingest_convokit_conversation_is_a_document_with_turns(tmp_path):
    import json

    rows = [
        {"id": "1", "conversation_id": "c1", "speaker": "s1", "text": "The wall is old.", "timestamp": None},
        {"id": "2", "conversation_id": "c1", "speaker": "s2", "text": "It is not.", "timestamp": None},
        {"id": "3", "conversation_id": "c2", "speaker": "s2", "text": "Good evening.", "timestamp": None},
    ]
    (tmp_path / "utterances.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "speakers.json").write_text('{"s1": {"meta": {"name": "Ann Lee"}}}', encoding="utf-8")
    (tmp_path / "conversations.json").write_text('{"c1": {"meta": {"date": "2022-05-03", "year": 2022}}}', encoding="utf-8")
    speeches = ingest.read_speeches([tmp_path])
    assert speeches["speech_id"].tolist() == ["c1", "c2"]
    assert speeches["date"].tolist() == ["2022-05-03", None]
    text, turns = speeches["text"][0], json.loads(speeches["turns"][0])
    assert [(turn["speaker"], text[turn["start"] : turn["end"]]) for turn in turns] == [
        ("Ann Lee", "The wall is old."),
        ("s2", "It is not."),
    ]


def test_ingest_export_to_convokit_reads_back(tmp_path):
    import pandas as pd

    from pipeline.ingest.export import to_convokit
    from pipeline.records import UTTERANCES, conform

    spans = [
        ("s1", 0, 3, "One", "Ann Lee", "spoken"),
        ("s1", 3, 5, "\n\n", None, "furniture"),
        ("s1", 5, 8, "Two", None, "narrated"),
    ]
    rows = [
        {
            "speech_id": s,
            "start": a,
            "end": b,
            "text": t,
            "speaker": who,
            "mode": mode,
            "how": "x",
            "confidence": 1.0,
            "year": 2022,
        }
        for s, a, b, t, who, mode in spans
    ]
    to_convokit(conform(pd.DataFrame(rows), UTTERANCES), tmp_path)
    (speech,) = ingest.read_speeches([tmp_path]).to_dict("records")
    assert (speech["text"], speech["year"]) == ("One\n\nTwo", 2022)
    assert '"Ann Lee"' in speech["turns"] and '"unknown"' in speech["turns"]


def test_ingest_export_describes_the_tables_of_a_folder(tmp_path):
    import json

    import pandas as pd

    from pipeline.ingest.export import describe

    with pytest.raises(ValueError, match="must hold a table"):
        describe(tmp_path, name="x")
    pd.DataFrame({"speech_id": ["a"], "n": [1]}).to_parquet(tmp_path / "t.parquet")
    (resource,) = json.loads(describe(tmp_path, name="x").read_text(encoding="utf-8"))["resources"]
    assert resource == {
        "name": "t",
        "path": "t.parquet",
        "schema": {"fields": [{"name": "speech_id", "type": "string"}, {"name": "n", "type": "integer"}]},
    }
