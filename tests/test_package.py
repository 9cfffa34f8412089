"""The wheel: what is in it, how large it is, and that it works outside the repository."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from conftest import LIBRARY, ROOT

MOST_MEGABYTES = 64
"""Of which two thirds are the weights of the stance model and a fifth the table of the encoder."""

NEEDED = {
    "pipeline/py.typed",
    "pipeline/report/diff.schema.json",
    "pipeline/models/punkt/punkt.json",
    "pipeline/models/encoder/table.npz",
    "pipeline/models/encoder/tokenizer.json",
    "pipeline/models/stance/stance.onnx",
    "pipeline/models/codebooks/policy-agendas.toml",
}


def setuptools_serves() -> bool:
    """Whether a wheel can be built here without a network; SPDX licences came with setuptools 77."""
    try:
        return int(version("setuptools").split(".")[0]) >= 77
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the tree."""
    if not setuptools_serves():
        pytest.skip("the wheel is built with setuptools 77 or later, of the extra [dev]")
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "data")
    for name in ("pipeline", "models"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    code = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    built = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=copy, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-2000:]
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_package_holds_models_and_codebooks(names):
    assert names >= NEEDED
    cards = {path.parent.name for path in (ROOT / "models").glob("*/README.md")}
    assert {name.split("/")[2] for name in names if name.startswith("pipeline/models/") and name.endswith("/README.md")} == cards


def test_package_holds_every_module_and_what_lies_beside_it(names):
    """A file beside the modules that is missing here is missing in package_data of setup.cfg."""
    tree = {path for path in (ROOT / "pipeline").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    tree = {path.relative_to(ROOT).as_posix() for path in tree if not path.name.startswith(".")}
    assert not tree - names


def test_package_leaves_out_training_and_tests(names):
    unwanted = [name for name in names if name.startswith("pipeline/models/") and name.endswith((".py", ".gz", ".jsonl"))]
    assert not unwanted
    assert {name.split("/")[0].split("-")[0] for name in names} == {"pipeline", "themeshift"}


def test_package_is_of_a_stated_size(wheel):
    assert wheel.stat().st_size < MOST_MEGABYTES * 1e6


def test_package_metadata_is_complete(wheel):
    archive = zipfile.ZipFile(wheel)
    inside = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    said = message_from_bytes(archive.read(inside))
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert said["Name"] == "themeshift"
    assert said["Version"] == config["metadata"]["version"]
    assert said["Requires-Python"] == ">=3.11"
    assert set(said.get_all("Provides-Extra")) == set(config["options.extras_require"])
    assert said["Description-Content-Type"] == "text/markdown"
    assert said.get_payload().strip()
    entry_points = archive.read(inside.replace("METADATA", "entry_points.txt")).decode()
    assert "themeshift = pipeline.__main__:main" in entry_points
    for component in ("utterances", "themes", "stance"):
        assert f"themeshift/{component} = " in entry_points


def test_package_version_is_said_once():
    import pipeline

    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    assert pipeline.__version__ == config["metadata"]["version"]


def test_package_works_outside_the_repository(wheel, tmp_path):
    """The unpacked wheel alone, in an empty folder: the whole walk with the models that it brings."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    for name, text in LIBRARY.items():
        path = tmp_path / "speeches" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "OMP_NUM_THREADS": "1"}
    code = "import pipeline, pipeline.language as l; print(pipeline.__file__, l.models_folder())"
    where = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True)
    assert all(part.startswith(str(tmp_path / "site")) for part in where.split())
    command = ["diff", "speeches", "--by", "group", "--before", "north", "--after", "south", "-o", "out"]
    arguments = [sys.executable, "-m", "pipeline", *command]
    ran = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out" / "report.html").is_file()
