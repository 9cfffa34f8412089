"""Partitions and their results in the cache: what costs what, what is never believed, and what survives a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import partitions, run, store
from pipeline.cache import care, names, tables
from pipeline.records import MENTIONS, SEGMENTS, SPEECHES, conform
from pipeline.steps import segments as segments_step

ROOT = Path(__file__).resolve().parent.parent
THINGS = ("harbour wall", "night bus", "school roof", "river path", "music hall", "seed library", "market clock", "fire station")
CODEBOOK = """
[[theme]]
name = "Transport"
phrases = ["night bus", "river path"]
[[theme]]
name = "Buildings"
phrases = ["school roof", "music hall"]
"""
SENTENCES = "The {} of ward {} must be repaired before winter. We have waited long enough for it."


@pytest.fixture
def speeches() -> pd.DataFrame:
    """Twenty-four short speeches of an invented town, the first half in one year and the second in the next."""
    rows = []
    for number in range(24):
        things = [THINGS[(number * step + step) % len(THINGS)] for step in (1, 3, 5)]
        text = " ".join(SENTENCES.format(thing, number) for thing in things)
        rows.append({"speech_id": f"s{number:02d}", "text": text, "kind": "speech", "year": 2001 + number // 12})
    return conform(pd.DataFrame(rows), SPEECHES)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions of a few hundred code points, so that a small table has many."""
    monkeypatch.setattr(segments_step, "partitions", partial(partitions.partitions, characters=400))


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The speeches of each partition that is really computed."""
    real, calls = segments_step.segments_of, []
    monkeypatch.setattr(segments_step, "segments_of", lambda part: calls.append(part["speech_id"].tolist()) or real(part))
    return calls


@pytest.fixture
def codebook(tmp_path: Path) -> Path:
    path = tmp_path / "codebook.toml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return path


def stored(folder: Path) -> dict[str, bytes]:
    """The files of a cache: their paths and bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.table"))}


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 40))
def test_run_cuts_cover_the_rows_in_order(sizes, size):
    names = [f"n{i}" for i in range(len(sizes))]
    found = list(partitions.cuts(names, sizes, size=size))
    assert [row for first, last in found for row in range(first, last)] == list(range(len(sizes)))
    assert all(sum(sizes[first : last - 1]) < partitions.MOST * size for first, last in found)


def test_run_change_at_the_beginning_moves_few_cuts():
    names, sizes = [f"speech {i}" for i in range(2000)], [100 + i % 7 for i in range(2000)]
    ends = {names[last - 1] for _, last in partitions.cuts(names, sizes, size=1000)}
    others = {last_name for _, last in partitions.cuts(names[1:], sizes[1:], size=1000) for last_name in [names[1:][last - 1]]}
    assert len(ends) > 100
    assert len(ends ^ others) <= 6


def test_run_unchanged_speeches_compute_nothing(speeches, small, computed, tmp_path):
    first, _ = run.utter(speeches, cache=tmp_path)
    assert len(computed) > 4
    computed.clear()
    again, _ = run.utter(speeches, cache=tmp_path)
    assert computed == []
    pd.testing.assert_frame_equal(first, again)


def test_run_one_changed_speech_costs_one_partition(speeches, small, computed, tmp_path):
    run.utter(speeches, cache=tmp_path)
    computed.clear()
    speeches.loc[3, "text"] = speeches.loc[3, "text"].replace("winter", "spring")
    run.utter(speeches, cache=tmp_path)
    assert len(computed) == 1 and "s03" in computed[0]


def test_run_partitions_do_not_change_the_answer(speeches, monkeypatch):
    whole, _ = run.utter(speeches)
    monkeypatch.setattr(segments_step, "partitions", partial(partitions.partitions, characters=1))
    pd.testing.assert_frame_equal(whole, run.utter(speeches)[0])


@pytest.mark.parametrize("change", ["document variable", "default speaker", "program", "Punkt", "library"])
def test_run_whatever_changes_the_answer_is_in_the_key(speeches, monkeypatch, change):
    before = segments_step.digest(speeches)
    if change == "document variable":
        speeches["year"] = 1999
    elif change == "default speaker":
        speeches["default_speaker"] = "Ada North"
    elif change == "program":
        monkeypatch.setattr(names, "program", lambda *_: "another")
    elif change == "Punkt":
        monkeypatch.setattr(segments_step.language, "model_card", lambda name: {"name": name, "version": "", "sha256": "another"})
    else:
        names.program.cache_clear()
        monkeypatch.setattr(names, "_version", lambda name: "another")
    after = segments_step.digest(speeches)
    monkeypatch.undo()
    names.program.cache_clear()
    assert after != before


def test_run_program_is_the_source_of_its_rooms(monkeypatch):
    assert names.program("speakers", "tokenise") == names.program.__wrapped__("tokenise", "speakers")
    assert names.program("speakers") != names.program("tokenise")


@pytest.mark.parametrize("harm", ["cut off", "one bit", "empty", "another partition's", "a folder of text"])
def test_run_damaged_file_is_computed_again_and_never_believed(speeches, small, computed, tmp_path, harm):
    first, _ = run.utter(speeches, cache=tmp_path)
    files = sorted((tmp_path / "segments").glob("*.table"))
    good = files[0].read_bytes()
    changed = {
        "cut off": good[: len(good) // 2],
        "one bit": good[:200] + bytes([good[200] ^ 1]) + good[201:],
        "empty": b"",
        "another partition's": files[1].read_bytes(),
        "a folder of text": b"The results of last year.\n" * 40,
    }
    files[0].write_bytes(changed[harm])
    computed.clear()
    again, _ = run.utter(speeches, cache=tmp_path)
    assert len(computed) == 1
    pd.testing.assert_frame_equal(first, again)
    assert files[0].read_bytes() == good


def test_run_failed_speech_is_a_row_with_its_reason_and_is_not_kept(speeches, small, monkeypatch, tmp_path):
    from pipeline import tokenise

    real = tokenise.segment

    def fragile(utterances):
        if "s05" in set(utterances["speech_id"]):
            raise RuntimeError("an odd sign")
        return real(utterances)

    monkeypatch.setattr(tokenise, "segment", fragile)
    segments, failed = run.utter(speeches, cache=tmp_path)
    assert failed.to_dict("records") == [{"speech_id": "s05", "error": "RuntimeError: an odd sign"}]
    assert set(speeches["speech_id"]) - set(segments["speech_id"]) == {"s05"}
    assert not list(tmp_path.rglob("*.failed"))
    monkeypatch.undo()
    monkeypatch.setattr(segments_step, "partitions", partial(partitions.partitions, characters=400))
    mended, failed = run.utter(speeches, cache=tmp_path)
    assert failed.empty and set(mended["speech_id"]) == set(speeches["speech_id"])


def test_run_walk_codes_once_and_again_when_the_codebook_changes(speeches, small, codebook, monkeypatch, tmp_path):
    from pipeline import topics

    real, calls = topics.code, []
    monkeypatch.setattr(topics, "code", lambda *a, **k: calls.append(1) or real(*a, **k))
    sides = {"by": "year", "before": "2001", "after": "2002"}
    walk = partial(run.walk, speeches, **sides, codebook=codebook, stance=False, cache=tmp_path / "cache")
    first, second = walk(), walk()
    assert len(calls) == 1
    pd.testing.assert_frame_equal(first.mentions, second.mentions)
    assert (first.themes, first.diff) == (second.themes, second.diff)
    codebook.write_text(CODEBOOK.replace("river path", "seed library"), encoding="utf-8")
    walk()
    assert len(calls) == 2


def test_run_stances_are_read_once(speeches, monkeypatch, tmp_path):
    from pipeline.stance import model

    real, read = model.read, []
    monkeypatch.setattr("pipeline.stance.tagging.read", lambda texts, *a, **k: read.extend(texts) or real(texts, *a, **k))
    texts = ["We must keep the night bus.", "The night bus should go."]
    pairs = pd.DataFrame({"text": texts, "target": "night bus", "speech_id": ["a", "b"]})
    pairs = pairs.assign(start=0, end=pairs["text"].str.len(), theme=None, speaker=None, mode="spoken", year=[1, 2])
    first = run.take_stances(pairs, cache=tmp_path)
    assert len(read) == 2
    again = run.take_stances(pairs, cache=tmp_path)
    assert len(read) == 2
    pd.testing.assert_frame_equal(first, again)
    assert run.take_stances(pairs.iloc[:0]).empty


def test_run_tells_its_progress(speeches, small, tmp_path):
    said: list[tuple[str, int, int]] = []
    run.utter(speeches, cache=tmp_path, progress=lambda *step: said.append(step))
    whole = said[-1][2]
    assert said == [("Who says what", done, whole) for done in range(whole + 1)]
    said.clear()
    run.utter(speeches, cache=tmp_path, progress=lambda *step: said.append(step))
    assert said == [("Who says what", whole, whole)]


SCRIPT = """
import sys, time
from functools import partial
from pathlib import Path
from pipeline import partitions, run, store
from pipeline.steps import segments
segments.partitions = partial(partitions.partitions, characters=400)
if sys.argv[4] == "slowly":
    real = segments.segments_of
    segments.segments_of = lambda part: (time.sleep(0.3), real(part))[1]
sides = {"by": "year", "before": "2001", "after": "2002"}
made = run.walk(store.read(sys.argv[1]), **sides, codebook=sys.argv[2], stance=False, cache=Path(sys.argv[3]))
store.write(made.mentions, Path(sys.argv[3]) / "mentions.parquet")
"""


def test_run_killed_in_the_middle_goes_on_to_the_same_bytes(speeches, codebook, tmp_path):
    table = tmp_path / "speeches.parquet"
    store.write(speeches, table, SPEECHES)

    def start(folder: Path, pace: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", SCRIPT, str(table), str(codebook), str(folder), pace], cwd=ROOT)

    killed = start(tmp_path / "killed", "slowly")
    deadline = time.monotonic() + 120
    while len(list((tmp_path / "killed").rglob("*.table"))) < 2:
        assert killed.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    before = stored(tmp_path / "killed")
    assert not (tmp_path / "killed" / "mentions.parquet").exists()
    assert start(tmp_path / "killed", "at once").wait() == 0
    assert start(tmp_path / "clean", "at once").wait() == 0
    after, clean = stored(tmp_path / "killed"), stored(tmp_path / "clean")
    assert 2 <= len(before) < len(after)
    assert after == clean
    assert before.items() <= after.items()
    assert (tmp_path / "killed" / "mentions.parquet").read_bytes() == (tmp_path / "clean" / "mentions.parquet").read_bytes()
    assert len(store.read(tmp_path / "clean" / "mentions.parquet", MENTIONS))


def test_cache_shows_and_prunes_only_its_own_files(speeches, small, tmp_path):
    run.utter(speeches, cache=tmp_path)
    own = sorted((tmp_path / "segments").glob("*.table"))
    (tmp_path / "segments" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "segments" / f".{own[0].name}.abcd").write_bytes(b"half")
    old = time.time() - 10 * 86400
    os.utime(tmp_path / "segments" / f".{own[0].name}.abcd", (old, old))
    os.utime(own[0], (old, old))
    held = care.held(tmp_path)
    assert [(entry.stage, entry.files) for entry in held] == [("segments", len(own))]
    assert held[0].size == sum(path.stat().st_size for path in own)
    assert care.prune(tmp_path, days=5)[0] == 2
    assert not own[0].exists()
    one = own[1].stat().st_size
    care.prune(tmp_path, size=held[0].size - own[1].stat().st_size - one)
    assert 0 < sum(entry.files for entry in care.held(tmp_path)) < len(own) - 1
    care.prune(tmp_path)
    assert care.held(tmp_path) == []
    assert (tmp_path / "segments" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_cache_prunes_what_a_killed_run_left_between_its_passes(tmp_path):
    for name in ("bulk-old", "bulk-new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.npy").write_bytes(b"vectors")
    old = time.time() - 2 * care.SCRATCH_SECONDS
    os.utime(tmp_path / "bulk-old", (old, old))
    assert care.prune(tmp_path) == (1, 7)
    assert [path.name for path in tmp_path.iterdir()] == ["bulk-new"]


def test_cache_table_comes_back_as_it_was(tmp_path):
    row = {"speech_id": "a", "start": 0, "end": 2, "text": "Hé", "position": 0, "paragraph": 0, "section": None, "speaker": None}
    table = conform(pd.DataFrame([{**row, "mode": "spoken", "year": 2001}]), SEGMENTS)
    path = tmp_path / f"{names.key('x')}.table"
    tables.write(table, path, SEGMENTS, metadata={"stage": "segments"})
    found = tables.read(path)
    assert found is not None and found[1] == {"stage": "segments"}
    pd.testing.assert_frame_equal(conform(found[0], SEGMENTS), table)
    assert tables.read(tmp_path / "none.table") is None


def test_cache_command_shows_and_prunes(speeches, small, tmp_path, cli):
    run.utter(speeches, cache=tmp_path)
    status, said, _ = cli("cache", "--cache", tmp_path)
    assert status == 0 and said.split()[0] == "segments" and str(tmp_path) in said
    status, said, _ = cli("cache", "--cache", tmp_path, "--prune", "--unused", 3)
    assert status == 0 and "0 files deleted" in said
    status, said, _ = cli("cache", "--cache", tmp_path, "--prune")
    assert status == 0 and "0 files deleted" not in said and not list(tmp_path.rglob("*.table"))


@pytest.mark.parametrize("wrong", [["--keep", "-1"], ["--unused", "3"]])
def test_cache_command_refuses_what_it_cannot_do(tmp_path, cli, wrong):
    assert cli("cache", "--cache", tmp_path, *wrong)[0] == 2


def test_run_reads_stances_where_they_count_and_nowhere_else(speeches, monkeypatch, tmp_path):
    speeches.loc[0, "text"] = "We must keep the night bus. “The night bus should go,” said Mary Hill. The night bus is red."
    speeches.loc[0, "kind"] = "article"
    speeches["president"] = "Mary Hill"
    speeches["default_speaker"] = speeches["kind"].map({"speech": "Mary Hill"})
    (tmp_path / "targets.txt").write_text("night bus\n", encoding="utf-8")
    made = run.walk(speeches, by="year", before="2001", after="2002", targets=tmp_path / "targets.txt")
    told = made.stances[made.stances["speech_id"] == "s00"]
    assert told["text"].tolist() == ["“The night bus should go,”"]
    assert {"narrated", "quoted"} <= set(made.mentions.loc[made.mentions["speech_id"] == "s00", "mode"])
