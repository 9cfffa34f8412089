"""A command asked for what it has done already: told again, not done again; whatever changed is done."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cache import care, names, runs
from pipeline.commands import again

CODEBOOK = """[codebook]
[[theme]]
name = "Harbour"
phrases = ["harbour", "ferry"]
[[theme]]
name = "Schools"
phrases = ["school", "teachers"]
"""
TEXTS = {
    "2001/a.txt": "The harbour is closed. The ferry will not sail again this winter, and nobody knows why.",
    "2001/b.txt": "Our teachers are tired. Every school needs more of them before the year is out.",
    "2003/c.txt": "The ferry sails again. We have opened the harbour and the people of the town are glad.",
    "2003/d.txt": "A new school has opened near the harbour, and the teachers have come back to it.",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path / "texts"


@pytest.fixture
def diff(corpus: Path, cli: Callable, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Runs the command; answers its status, its stdout, and whether the walk was done."""
    from pipeline import run

    walked: list[int] = []
    real = run.walk
    monkeypatch.setattr(run, "walk", lambda *args, **options: walked.append(1) or real(*args, **options))
    place = corpus.parent

    def call(*more: object, source: Path = corpus) -> tuple[int, str, bool]:
        walked.clear()
        options = ("--by", "group", "--before", "2001", "--after", "2003", "--codebook", place / "codebook.toml", "--no-stance")
        status, out, _ = cli("diff", source, *options, "--cache", place / "cache", "-o", place / "out", *more)
        return status, out, bool(walked)

    return call


def test_cli_again_tells_the_same_and_leaves_the_output(diff, corpus):
    status, told, walked = diff()
    assert walked and "The report:" in told
    files = {path: path.read_bytes() for path in (corpus.parent / "out").iterdir()}
    times = {path: path.stat().st_mtime_ns for path in files}
    assert diff() == (status, told, False)
    assert files == {path: path.read_bytes() for path in (corpus.parent / "out").iterdir()}
    assert times == {path: path.stat().st_mtime_ns for path in files}


@pytest.mark.parametrize("change", ["speech", "new speech", "option", "codebook", "output", "program", "seal", "library"])
def test_cli_again_does_whatever_changed(diff, corpus, monkeypatch, change):
    diff()
    place, more = corpus.parent, ()
    if change == "speech":
        with (corpus / "2003" / "c.txt").open("a", encoding="utf-8") as file:
            file.write(" The schools too.")
    elif change == "new speech":
        (corpus / "2003" / "e.txt").write_text("The ferry is late, as everybody on the harbour knows by now.", encoding="utf-8")
    elif change == "option":
        more = ("--modes", "spoken,narrated")
    elif change == "codebook":
        (place / "codebook.toml").write_text(CODEBOOK.replace('"teachers"', '"pupils"'), encoding="utf-8")
    elif change == "output":
        (place / "out" / "diff.md").write_text("mine", encoding="utf-8")
    elif change == "program":
        monkeypatch.setattr(names, "program", lambda *_: "another")
    elif change == "library":
        monkeypatch.setattr(runs, "installed", lambda: "another")
    else:
        (kept,) = (place / "cache" / "runs").iterdir()
        kept.write_bytes(kept.read_bytes()[:-3])
    assert diff(*more)[2]
    assert not diff(*more)[2]
    assert (place / "out" / "diff.md").read_text(encoding="utf-8") != "mine"


def test_cli_again_speech_that_failed_is_tried_again(diff, corpus):
    (corpus / "2003" / "e.pdf").write_bytes(b"no PDF at all")
    assert diff()[2] and diff()[2]


def test_cli_again_source_that_changes_under_way_is_not_taken_for_read(diff, corpus, monkeypatch):
    from pipeline import run

    under_way = run.walk

    def walk(*args: object, **options: object) -> object:
        (corpus / "2003" / "c.txt").write_text(TEXTS["2001/a.txt"], encoding="utf-8")
        return under_way(*args, **options)

    monkeypatch.setattr(run, "walk", walk)
    diff()
    assert not (corpus.parent / "cache" / "runs").exists()


def test_cli_again_exit_status_comes_back(diff):
    assert diff("--exit-code")[0] == diff("--exit-code")[0] == 0


def test_cli_again_needs_no_table_library(diff, corpus):
    diff()
    place = corpus.parent
    options = ["--by", "group", "--before", "2001", "--after", "2003", "--codebook", str(place / "codebook.toml"), "--no-stance"]
    asked = ["diff", str(corpus), *options, "--cache", str(place / "cache"), "-o", str(place / "out")]
    script = f"import sys; from pipeline.__main__ import main; main({asked!r}); print('pandas' in sys.modules)"
    loaded = []
    for _ in range(2):  # the encoding of stdout may be another one than in this process: then the first does it
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        loaded.append(done.stdout.splitlines()[-1])
    assert loaded[-1] == "False"


@pytest.mark.parametrize(("option", "read"), [("targets", True), ("any_other", True), ("figure", False)])
def test_cli_again_any_option_that_names_a_file_is_read(tmp_path, option, read):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    (tmp_path / "b.csv").write_text("one", encoding="utf-8")
    chosen = argparse.Namespace(corpus=str(tmp_path / "a.txt"), codebook=None, **{option: str(tmp_path / "b.csv")})
    before = again._asked(chosen)
    (tmp_path / "b.csv").write_text("two", encoding="utf-8")
    after = again._asked(chosen)
    assert before and after and (before[0] != after[0]) is read


def test_runs_sources_are_the_bytes_and_names(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("one", encoding="utf-8")
    first = runs.sources(tmp_path / "corpus")
    (tmp_path / "corpus").rename(tmp_path / "moved")
    moved = runs.sources(tmp_path / "moved")
    assert first and moved and first.digest == moved.digest
    (tmp_path / "moved" / "a.txt").rename(tmp_path / "moved" / "b.txt")
    renamed = runs.sources(tmp_path / "moved")
    assert renamed and renamed.digest != first.digest
    (tmp_path / "moved" / "b.txt").write_text("two", encoding="utf-8")
    written = runs.sources(tmp_path / "moved")
    assert written and written.digest != renamed.digest and written.looks != renamed.looks


def test_runs_sources_of_a_manifest_are_its_documents_too(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("one", encoding="utf-8")
    (tmp_path / "corpus" / "manifest.toml").write_text('[corpus]\nfolder = "../texts"\n', encoding="utf-8")
    before = runs.sources(tmp_path / "corpus" / "manifest.toml")
    assert before == runs.sources(tmp_path / "corpus")
    (tmp_path / "texts" / "a.txt").write_text("two", encoding="utf-8")
    after = runs.sources(tmp_path / "corpus")
    assert before and after and after.digest != before.digest


def test_runs_sources_of_a_glob_are_the_files_that_match(tmp_path):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    before = runs.sources(tmp_path / "*.txt")
    (tmp_path / "b.md").write_text("other", encoding="utf-8")
    assert before == runs.sources(tmp_path / "*.txt")
    (tmp_path / "b.txt").write_text("two", encoding="utf-8")
    after = runs.sources(tmp_path / "*.txt")
    assert before and after and after.digest != before.digest


@pytest.mark.parametrize("odd", ["link", "manifest", "package", "missing"])
def test_runs_sources_that_cannot_be_told_have_no_name(tmp_path, odd):
    if odd == "link":
        (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere.txt")
    elif odd == "manifest":
        (tmp_path / "manifest.toml").write_text("[corpus", encoding="utf-8")
    elif odd == "package":
        (tmp_path / "manifest.toml").write_text('[corpus]\npackage = "no_such_package"\n', encoding="utf-8")
    assert runs.sources(tmp_path, [tmp_path / "missing.csv"] if odd == "missing" else []) is None


def test_runs_are_shown_and_pruned_with_the_cache(tmp_path):
    (tmp_path / "left.txt").write_text("left", encoding="utf-8")
    name = names.key("run")
    runs.write(tmp_path, name, status=0, told=[("out", "Hé")], files=[tmp_path / "left.txt"])
    done = runs.read(tmp_path, name)
    assert done is not None and done.told == (("out", "Hé"),)
    assert [(held.stage, held.files) for held in care.held(tmp_path)] == [("runs", 1)]
    assert care.prune(tmp_path)[0] == 1
    assert runs.read(tmp_path, name) is None
