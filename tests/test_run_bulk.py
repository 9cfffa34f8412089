"""A corpus that is never held as a whole: the same diff as the walk, from counts."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from test_run import CODEBOOK, SENTENCES, THINGS

from pipeline import bulk, partitions, run, store
from pipeline.records import SPEECHES, conform


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """Speeches of three years in a Parquet file, and a codebook."""
    folder = tmp_path_factory.mktemp("bulk")
    rows = []
    for number in range(36):
        text = " ".join(SENTENCES.format(THINGS[(number * step + number // 12) % len(THINGS)], number) for step in (1, 3, 5, 6))
        rows.append({"speech_id": f"s{number:02d}", "text": text, "kind": "speech", "year": 2001 + number // 12})
    store.write(conform(pd.DataFrame(rows), SPEECHES), folder / "speeches.parquet", SPEECHES)
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def walked(folder):
    speeches = store.read(folder / "speeches.parquet", SPEECHES)
    return run.walk(speeches, by="year", before="2001", after="2003", codebook=folder / "codebook.toml", stance=False)


@pytest.mark.parametrize("characters", [300, 100_000])
def test_run_bulk_diff_is_the_diff_of_the_walk(folder, walked, characters, monkeypatch):
    monkeypatch.setattr(bulk, "partitions", partial(partitions.partitions, characters=characters))
    source = partial(bulk.read_batches, folder / "speeches.parquet", rows=5)
    diff, failed = bulk.compare(source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml")
    assert failed.empty
    assert (diff.before, diff.after, diff.settings, diff.models) == (
        walked.diff.before, walked.diff.after, walked.diff.settings, walked.diff.models,
    )  # fmt: skip
    assert diff.themes == walked.diff.themes


def test_run_bulk_reads_what_is_in_the_cache(folder, monkeypatch, tmp_path):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    sides = {"by": "year", "before": "2001", "after": "2003"}
    compare = partial(bulk.compare, source, **sides, codebook=folder / "codebook.toml", cache=tmp_path)
    first = compare()[0]
    monkeypatch.setattr(run, "segments_of", lambda part: pytest.fail("it was computed again"))
    assert compare()[0] == first


def test_run_bulk_failed_speech_is_named_and_the_others_are_counted(folder, monkeypatch):
    from pipeline import tokenise

    real = tokenise.segment

    def fragile(utterances):
        if "s05" in set(utterances["speech_id"]):
            raise RuntimeError("an odd sign")
        return real(utterances)

    monkeypatch.setattr(tokenise, "segment", fragile)
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    diff, failed = bulk.compare(source, by="year", before="2001", after="2003", codebook=folder / "codebook.toml")
    assert failed.to_dict("records") == [{"speech_id": "s05", "error": "RuntimeError: an odd sign"}]
    assert (diff.before.n_speeches, diff.after.n_speeches) == (11, 12)


def test_run_bulk_side_without_speeches_is_an_error(folder):
    source = partial(bulk.read_batches, folder / "speeches.parquet")
    with pytest.raises(ValueError, match=r"No year named '1900'. Available: 2001, 2002, 2003"):
        bulk.compare(source, by="year", before="1900", after="2003", codebook=folder / "codebook.toml")
