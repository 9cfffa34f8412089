"""Executors: the same results from all, whatever becomes of a worker."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from pipeline import executors, partitions, run
from pipeline.records import SPEECHES, conform
from pipeline.steps import segments as segments_step

CLUSTER = pytest.param("dask", marks=pytest.mark.cluster)
PARALLEL = ["joblib", CLUSTER]


@pytest.fixture(autouse=True)
def needs_the_extra(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("cluster"):
        pytest.importorskip("distributed", reason="the extra [cluster] is not installed")


def square(number: int) -> int:
    return number * number


def dies_once(number: int, folder: str) -> int:
    """Kill the worker the first time that 3 comes."""
    flag = Path(folder) / "died"
    if number == 3 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_always(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("executor", ["local", "auto", *PARALLEL])
def test_executors_do_every_call_once(executor):
    calls = [(number,) for number in range(9)]
    done = list(executors.run(square, calls, executor=executor))
    assert sorted(done) == [((number,), number * number) for number in range(9)]


@pytest.mark.parametrize("executor", ["local", *PARALLEL])
def test_executors_draw_calls_as_workers_become_free(executor):
    drawn: list[int] = []

    def calls():
        for number in range(40):
            drawn.append(number)
            yield (number,)

    results = executors.run(square, calls(), executor=executor)
    next(results)
    assert len(drawn) <= 1 + executors.WINDOW * executors.cores()
    assert len(list(results)) == 39


@pytest.mark.parametrize("executor", PARALLEL)
def test_executors_survive_a_worker_that_is_killed(executor, tmp_path):
    calls = [(number, str(tmp_path)) for number in range(8)]
    done = list(executors.run(dies_once, calls, executor=executor))
    assert sorted(result for _, result in done) == list(range(8))
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("executor", PARALLEL)
def test_executors_call_that_kills_its_worker_costs_itself(executor):
    done = dict(executors.run(dies_always, [(number,) for number in range(8)], executor=executor))
    assert isinstance(done.pop((3,)), executors.Died)
    assert done == {(number,): number for number in range(8) if number != 3}


@pytest.mark.parametrize("executor", ["cloud", "dask:/h", "Local"])
def test_executors_unknown_one_lists_those_there_are(executor):
    with pytest.raises(ValueError, match=r"must be one of auto, local, joblib, dask or dask://HOST:PORT. Got"):
        list(executors.run(square, [(1,)], executor=executor))


def test_executors_dask_without_the_extra_names_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"themeshift\[cluster\]"):
        list(executors.run(square, [(1,)], executor="dask"))


def poisoned(part: pd.DataFrame, path: str) -> str:
    """The segments of a partition; a speech with the word kills its worker."""
    if part["text"].str.contains("poison").any():
        os.kill(os.getpid(), signal.SIGKILL)
    return segments_step.segments_file(part, path)


@pytest.mark.parametrize("executor", PARALLEL)
def test_executors_speech_that_kills_its_worker_is_an_error_row(executor, monkeypatch, tmp_path):
    texts = [f"The wall of ward {n} is old. It must be mended." for n in range(6)]
    texts[2] += " This is poison."
    speeches = conform(pd.DataFrame({"speech_id": [f"s{n}" for n in range(6)], "text": texts, "kind": "speech"}), SPEECHES)
    monkeypatch.setattr(segments_step, "partitions", partial(partitions.partitions, characters=100))
    monkeypatch.setattr(segments_step, "segments_file", poisoned)
    segments, failed = run.utter(speeches, executor=executor, cache=tmp_path)
    assert failed["speech_id"].tolist() == ["s2"] and "worker died" in failed["error"].iloc[0]
    assert set(segments["speech_id"]) == {"s0", "s1", "s3", "s4", "s5"}


@pytest.mark.parametrize("executor", PARALLEL)
def test_executors_leave_the_same_bytes(executor, tmp_path, monkeypatch):
    texts = [f"“The wall of ward {n} is old,” said Ada North. She will mend it." for n in range(6)]
    speeches = conform(pd.DataFrame({"speech_id": [f"s{n}" for n in range(6)], "text": texts}), SPEECHES)
    monkeypatch.setattr(segments_step, "partitions", partial(partitions.partitions, characters=100))
    for name in ("local", executor):
        run.utter(speeches, executor=name, cache=tmp_path / name)
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.table")} for name in ("local", executor))
    assert len(one) > 1
    assert one == other


def test_executors_auto_looks_at_no_more_calls_than_it_needs_to(monkeypatch):
    monkeypatch.setattr(executors, "cores", lambda: 1)
    drawn: list[int] = []
    calls = ((drawn.append(number) or number,) for number in range(100))
    found = executors.run(square, calls, executor="auto")
    assert next(found) == ((0,), 0)
    assert len(drawn) <= executors.FEW + 1
