"""The graph of make, by dry runs: what is up to date stays, what changed re-runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
TARGETS = "help setup test ingest speakers tokenise topics stance diff report validate lint golden bench clean".split()


def make(*arguments: str, cwd: Path = ROOT) -> str:
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the Makefile with a corpus, a finished set-up and a finished diff, all as empty files."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("setup.cfg", "pyproject.toml", "requirements/model.txt", "pipeline/a.py", "corpus/adcs/a.txt", "corpus/adcs/b.txt",
                 ".venv/.ready", "build/adcs-presidency-2022-2024/diff.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / ".venv/.ready").touch()
    (tmp_path / "build/adcs-presidency-2022-2024/diff.json").touch()
    return tmp_path


def runs_diff(folder: Path, *arguments: str) -> bool:
    return "themeshift diff" in make("-n", *arguments, cwd=folder)


def test_makefile_second_run_does_nothing(house):
    assert not runs_diff(house)


@pytest.mark.parametrize("change", ["edit", "delete", "add"])
def test_makefile_changed_corpus_runs_again(house, change):
    import os
    import time

    later = time.time() + 5
    path = house / "corpus/adcs/b.txt"
    if change == "delete":
        path.unlink()
    elif change == "add":
        (house / "corpus/adcs/c.txt").touch()
    os.utime(house / "corpus/adcs" if change != "edit" else path, (later, later))
    assert runs_diff(house)


def test_makefile_other_sides_are_another_output(house):
    said = make("-n", "AFTER=2023", cwd=house)
    assert "--after 2023" in said and "build/adcs-presidency-2022-2023" in said


@pytest.mark.parametrize("target", TARGETS)
def test_makefile_help_names_every_target(target):
    assert any(line.strip().startswith(target) for line in make("help").splitlines())
