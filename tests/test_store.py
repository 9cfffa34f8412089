from __future__ import annotations

import gzip
import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store
from pipeline.records import SPEECHES

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@pytest.mark.parametrize("name", ["s.parquet", "s.jsonl", "s.jsonl.gz", "s.csv", "s.csv.gz"])
def test_store_read_returns_what_write_was_given(tmp_path, name):
    frame = pd.DataFrame([{"speech_id": "a", "text": "“Ja”, naïve\nline", "year": "2020"}, {"speech_id": "b", "text": "x", "year": None}])
    store.write(frame, tmp_path / name, SPEECHES)
    back = store.read(tmp_path / name, SPEECHES)
    assert back[["speech_id", "text"]].to_dict("records") == frame[["speech_id", "text"]].to_dict("records")
    assert back["year"].tolist()[0] == "2020"
    assert pd.isna(back["year"].tolist()[1])


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_store_round_trip_keeps_every_code_point(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("t") / "s.jsonl"
    store.write_rows([{"id": str(i), "text": text} for i, text in enumerate(texts)], path)
    assert [row["text"] for row in store.read_rows(path)] == texts


def test_store_write_is_byte_identical_on_a_second_run(tmp_path):
    frame = pd.DataFrame([{"speech_id": "a", "text": "x"}])
    for name in ("s.parquet", "s.jsonl.gz", "s.csv.gz"):
        store.write(frame, tmp_path / name, SPEECHES)
        first = (tmp_path / name).read_bytes()
        store.write(frame, tmp_path / name, SPEECHES)
        assert (tmp_path / name).read_bytes() == first


def test_store_parquet_carries_stage_and_declared_types(tmp_path):
    store.write(pd.DataFrame([{"speech_id": "a", "text": "x"}]), tmp_path / "s.parquet", SPEECHES, metadata={"stage": "ingest"})
    schema = pq.read_schema(tmp_path / "s.parquet")
    assert schema.metadata[b"stage"] == b"ingest"
    assert schema.field("text").type == SPEECHES.schema.field("text").type


def test_store_failed_write_leaves_the_good_file_and_nothing_else(tmp_path):
    path = tmp_path / "s.txt"
    store.write_text(path, "good")
    with pytest.raises(RuntimeError), store.replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "good"
    assert [p.name for p in tmp_path.iterdir()] == ["s.txt"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("{]\n", r"s.jsonl:1: the line must be a JSON object"), ('{"a": 1}\n\n[2]\n', r"s.jsonl:3: .* Got list")],
)
def test_store_read_names_the_line_that_is_wrong(tmp_path, content, sentence):
    (tmp_path / "s.jsonl").write_text(content)
    with pytest.raises(ValueError, match=sentence):
        store.read(tmp_path / "s.jsonl")


@pytest.mark.parametrize("name", ["s.parquet", "s.csv", "s.jsonl.gz", "s.csv.gz"])
def test_store_read_refuses_what_is_no_table_in_one_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\xff\xfe not a table" if name != "s.csv" else b"")
    with pytest.raises(ValueError, match=name) as refused:
        store.read(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_store_refuses_an_unknown_ending(tmp_path):
    with pytest.raises(ValueError, match=r"must end in one of .parquet, .jsonl, .csv"):
        store.read(tmp_path / "s.xlsx")


def test_store_missing_values_are_null_in_json(tmp_path):
    store.write(pd.DataFrame({"a": [1.5, float("nan")], "b": pd.array([1, None], dtype="Int64")}), tmp_path / "s.jsonl.gz")
    lines = gzip.decompress((tmp_path / "s.jsonl.gz").read_bytes()).decode().splitlines()
    assert json.loads(lines[1]) == {"a": None, "b": None}


@pytest.mark.parametrize("name", ["s.parquet", "s.jsonl.gz", "s.csv"])
def test_store_columns_are_known_from_the_head(tmp_path, name):
    store.write(pd.DataFrame([{"a": "1", "b": "x"}]), tmp_path / name)
    assert store.columns(tmp_path / name) == ["a", "b"]


def test_store_columns_refuse_what_is_no_table(tmp_path):
    (tmp_path / "s.parquet").write_bytes(b"PAR?")
    with pytest.raises(ValueError, match=r"s.parquet: the file must be a readable parquet table"):
        store.columns(tmp_path / "s.parquet")
