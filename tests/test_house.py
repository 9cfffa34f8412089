"""The layout of the house: who may import whom, what the package contains, and how light it is."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipeline"
STAGES = ("ingest", "speakers", "tokenise", "topics", "stance", "diff", "report")
GROUND = ("records", "modes", "store", "settings", "language", "tok2vec", "sides", "encode", "minilm", "vectors", "stats")
"""What a stage may stand on; none of it may know a stage."""


def room(path: Path) -> str:
    """The module or package directly under pipeline/ that a file belongs to."""
    return path.relative_to(PIPELINE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module] if node.module != "pipeline" else [f"pipeline.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("pipeline.")}
    return found


FILES = [path for path in sorted(PIPELINE.rglob("*.py")) if "models" not in path.parts]


@pytest.mark.parametrize("path", [p for p in FILES if room(p) in STAGES], ids=lambda p: str(p.relative_to(PIPELINE)))
def test_house_stage_imports_no_other_stage(path):
    others = imported_rooms(path) & set(STAGES) - {room(path)}
    assert not others, f"{room(path)} imports the stage {others}; only run, bulk and commands know several"


@pytest.mark.parametrize("path", [p for p in FILES if room(p) in GROUND], ids=lambda p: str(p.relative_to(PIPELINE)))
def test_house_ground_knows_no_stage(path):
    assert not imported_rooms(path) & {*STAGES, "run", "commands", "__main__"}


def test_house_setup_names_every_package_and_nothing_else():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    named = set(config["options"]["packages"].split())
    packages = {".".join(path.parent.relative_to(ROOT).parts) for path in PIPELINE.rglob("__init__.py")}
    assert named == packages | {"pipeline.models"}


def test_house_entry_points_lead_somewhere():
    import importlib

    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    for group in config["options.entry_points"].values():
        for line in filter(None, group.splitlines()):
            module, _, name = line.split("=")[1].strip().partition(":")
            assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("command", ["import pipeline", "import pipeline.commands.parser as p; p.parser()"])
def test_house_import_is_light(command):
    heavy = "{'pandas', 'pyarrow', 'spacy', 'sklearn', 'nltk', 'scipy', 'onnxruntime', 'rich', 'numpy'}"
    code = f"import sys; {command}; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_house_components_import_no_model_runtime():
    """spaCy imports every advertised component whenever any pipeline is made."""
    code = (
        "import sys, pipeline.speakers.component, pipeline.stance.component; "
        "print(sorted({'onnxruntime', 'sklearn', 'pyarrow.parquet'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("meta", sorted((ROOT / "models").glob("*/meta.json")), ids=lambda path: path.parent.name)
def test_house_model_is_the_one_on_its_card(meta):
    import json

    from pipeline.language import file_sha256

    said = json.loads(meta.read_text(encoding="utf-8"))
    assert file_sha256(meta.parent / said["file"]) == said["sha256"]
    assert (meta.parent / "README.md").is_file()
    assert any((meta.parent / name).is_file() for name in ("train.py", "build.py"))
