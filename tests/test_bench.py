"""The benchmark of speed: its plan, what it keeps, and the page that it writes; not the speed itself."""

from __future__ import annotations

import json

import bench
import bench_page
import bench_work as steps
import pytest


def row(asked: bench.Asked, cpu: float = 2.0) -> dict:
    return {**asked._asdict(), "words": 1000 * asked.scale, "cpu": cpu, "wall": 1.0, "peak": 400.0 + asked.scale, "load": 1.5}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A benchmark that makes rows up, and the measurements that it was asked to make."""
    made: list[bench.Asked] = []
    monkeypatch.setattr(bench.Bench, "_child", lambda self, asked: made.append(asked) or row(asked))
    monkeypatch.setattr(bench.Bench, "_peer", lambda self, asked: made.append(asked) or row(asked, cpu=9.0))
    return tmp_path / "kept", made


def test_bench_plan_measures_each_once():
    asked = bench.plan(*bench.LONG, peers=True)
    assert len(asked) == len(set(asked))
    assert {one.name for one in asked} == {*steps.STAGES, *steps.WALKS, *steps.COMMANDS, *steps.OURS, *bench.TOOLS}
    assert {one.name for one in bench.plan(*bench.LONG, peers=False)}.isdisjoint(bench.TOOLS)


@pytest.mark.parametrize(
    ("only", "names"),
    [("bulk", {"bulk, 1x", "bulk, 4x"}), ("targets,start", {"targets", "start of the command"}), ("nothing", set())],
)
def test_bench_part_alone(only, names):
    assert {one.title for one in bench.wanted(bench.plan(*bench.SHORT, peers=False), only)} == names


def test_bench_goes_on_where_it_was(kept):
    folder, made = kept
    asked = bench.plan(*bench.SHORT, peers=True)
    for one in asked[:3]:
        bench.Bench(folder, fresh=False, peers=["python"]).of(one)
    again = bench.Bench(folder, fresh=False, peers=["python"])
    for one in asked:
        again.of(one)
    assert made == asked
    bench.Bench(folder, fresh=True, peers=[]).of(asked[0])
    assert made == [*asked, asked[0]]


def test_bench_page_tells_rates_ratios_and_memory():
    asked = bench.plan(*bench.SHORT, peers=True)
    told = bench.page({one: row(one, cpu=8.0 if one.name in bench.TOOLS else 2.0) for one in asked})
    assert "| tokenise | 1,000 | 2.00 | 1.00 | 500 | 1.00 | 401 |" in told
    assert "| walk, 4x | 4,000 | 2.0 | 1.0 | 4,000 | 2,000 | 404 | 1.01 |" in told
    assert "| BERTopic | 8.00 | 125 | 4.0 | 4.0 | 401 |" in told
    assert "| BERTopic, times our themes | 4.00 | >= 50 | no |" in told
    assert "| bulk, its growth from 1x | 1.01 | <= 1.05 | yes |" in told


def test_bench_page_keeps_what_stands_around_the_tables():
    once = bench.between("# Speed\n\nHow.\n", "| a |\n")
    assert once.startswith("# Speed\n\nHow.\n") and bench.between(once, "| a |\n") == once
    again = bench.between(once.replace(bench_page.MARKS[1], bench_page.MARKS[1] + "\n\nWhy."), "| b |\n")
    assert "| a |" not in again and "| b |" in again and "Why." in again


def test_bench_writes_the_page_only_when_nothing_is_missing(kept, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "KEPT", kept[0])
    page = tmp_path / "speed.md"
    monkeypatch.setattr("sys.argv", ["bench.py", "--short", "--only", "tokenise", "-o", str(page)])
    bench.main()
    assert not page.exists() and "bare loop" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["bench.py", "--short", "-o", str(page)])
    bench.main()
    assert "| tokenise |" in page.read_text(encoding="utf-8")


def test_bench_child_measures_what_it_is_given(tmp_path, monkeypatch):
    sentences = tmp_path / "sentences.json"
    sentences.write_text(json.dumps(["The harbour is closed.", "The ferry sails again."] * 200), encoding="utf-8")
    monkeypatch.setenv("GIVEN", str(sentences))
    found = bench.measure(bench.Asked("counts of sentences", 0, 1, 400))
    assert found["words"] == 1600 and found["cpu"] > 0 and found["peak"] > 50
