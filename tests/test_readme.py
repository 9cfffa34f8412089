"""The README is run: its library example, its commands' names and options, its links."""

from __future__ import annotations

import re
import shlex

import pytest
from conftest import ROOT

from pipeline.commands import parser as options

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = re.findall(r"^ {4}\S*themeshift (.+)$", README, flags=re.MULTILINE)
LINKS = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]


def test_readme_has_an_example_of_five_lines_or_so():
    assert EXAMPLES
    assert len(EXAMPLES[0].splitlines()) <= 7


@pytest.mark.parametrize("code", EXAMPLES)
def test_readme_example_runs(code, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("line", COMMANDS)
def test_readme_command_parses(line):
    chosen = options.parser().parse_args(shlex.split(line, comments=True))
    assert chosen.command in line


@pytest.mark.parametrize("link", LINKS)
def test_readme_link_leads_somewhere(link):
    assert (ROOT / link).exists()


def test_readme_first_screen_has_the_two_commands():
    first = "\n".join(README.splitlines()[:14])
    assert re.search(r"^ {4}make +#", first, flags=re.MULTILINE)
    assert re.search(r"^ {4}make test +#", first, flags=re.MULTILINE)


@pytest.mark.parametrize("target", re.findall(r"make (\w+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
def test_readme_make_targets_exist(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE) or target.isupper()
