"""Write docs/reference.md from the docstrings and the command line: ``make docs``."""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

OUT = Path(__file__).resolve().parent / "reference.md"

MODULES = (
    "pipeline.ingest",
    "pipeline.ingest.export",
    "pipeline.speakers",
    "pipeline.tokenise",
    "pipeline.topics",
    "pipeline.encode",
    "pipeline.vectors",
    "pipeline.stance",
    "pipeline.diff",
    "pipeline.stats",
    "pipeline.report",
    "pipeline.run",
    "pipeline.bulk",
    "pipeline.records.tables",
    "pipeline.records.results",
    "pipeline.records.timeline",
    "pipeline.store",
    "pipeline.sides",
    "pipeline.settings",
    "pipeline.executors",
    "pipeline.language",
    "pipeline.lemmas",
    "pipeline.docbin",
    "pipeline.nltk_reader",
    "pipeline.topics.component",
    "pipeline.speakers.component",
    "pipeline.stance.component",
)
"""What other people's code may import, in the order of the walk and then the ground it stands on."""

HEAD = """# Reference

Made from the docstrings by `make docs`; do not edit. The way through it: [library.md](library.md).
"""
ITEMS = ("Parameters", "Attributes", "Returns", "Yields", "Raises")


def page() -> str:
    """The whole reference as Markdown."""
    modules = [(name, importlib.import_module(name)) for name in MODULES]
    contents = [f"- [{name}](#{anchor(name)})" for name, _ in modules]
    parts = [HEAD, "\n".join(["- [Commands](#commands)", *contents]) + "\n", *commands()]
    for name, module in modules:
        parts += [f"## {name}\n", markdown(module.__doc__ or "")]
        parts += constants(module)
        for public, thing in members(module):
            parts += entry(public, thing)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def anchor(heading: str) -> str:
    """The fragment by which GitHub links a heading."""
    return re.sub(r"[^\w-]", "", heading.lower())


def members(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Public functions and classes: those in ``__all__``, else those defined below the module."""
    listed = getattr(module, "__all__", None)
    for name in listed or [name for name in vars(module) if not name.startswith("_")]:
        thing = getattr(module, name)
        own = str(getattr(thing, "__module__", "")).startswith(module.__name__)
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and (listed or own):
            yield name, thing


def constants(module: ModuleType) -> list[str]:
    """Public constants of a module that have a docstring below them, as a list."""
    body = ast.parse(inspect.getsource(module)).body
    parts = []
    for node, below in pairwise(body):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and below.value.value
        if isinstance(target, ast.Name) and not target.id.startswith("_") and isinstance(said, str):
            parts.append(f"- `{target.id}`: {inline(' '.join(said.split()))}")
    return [*parts, ""] if parts else []


def entry(name: str, thing: object) -> list[str]:
    """Heading, signature and docstring of a function, or of a class with its methods."""
    node = definition(thing)
    kind = "class " if inspect.isclass(thing) else ""
    parts = [f"### {kind}{name}\n", f"```python\n{signature(node)}\n```\n", markdown(inspect.getdoc(thing) or "")]
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and (said := ast.get_docstring(method)):
                parts.append(f"- `{signature(method)}`: {inline(' '.join(said.split(chr(10) * 2)[0].split()))}")
        parts.append("")
    return parts


def definition(thing: object) -> ast.FunctionDef | ast.ClassDef:
    """The syntax tree of a function or class."""
    node = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))).body[0]  # type: ignore[arg-type]
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        raise ValueError(f"The thing must be a function or a class. Got {thing!r}.")
    return node


def signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    """How it is called; of a dataclass its fields."""
    if isinstance(node, ast.FunctionDef):
        arguments = [part for part in split_arguments(ast.unparse(node.args)) if part not in ("self", "cls")]
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        return wrapped(f"{node.name}(", arguments, f"){returns}")
    made = next((method for method in node.body if isinstance(method, ast.FunctionDef) and method.name == "__init__"), None)
    if made is not None:
        arguments = [part for part in split_arguments(ast.unparse(made.args)) if part != "self"]
    else:
        arguments = [ast.unparse(field) for field in node.body if isinstance(field, ast.AnnAssign)]
    return wrapped(f"{node.name}(", arguments, ")")


def split_arguments(text: str) -> list[str]:
    """Arguments parted at the commas that stand in no bracket or quotation.

    >>> split_arguments("a: tuple[int, str], *, b='x, y'")
    ['a: tuple[int, str]', '*', "b='x, y'"]
    """
    parts, depth, quote, start = [], 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    return [part for part in [*parts, text[start:].strip()] if part]


def wrapped(head: str, arguments: list[str], tail: str) -> str:
    """One line, or one argument a line when that would be over 120 characters."""
    arguments = [re.sub(r"^(\*{0,2}\w+: .*?[^ =!<>])=(?!=)", r"\1 = ", part) for part in arguments]
    line = head + ", ".join(arguments) + tail
    return line if len(line) <= 120 else head + "\n" + "".join(f"    {part},\n" for part in arguments) + tail


def inline(text: str) -> str:
    """The marks of docstrings as those of Markdown."""
    text = re.sub(r":\w+:`~?\.?([^`<]+)`", r"`\1`", text)
    return text.replace("``", "`")


def markdown(docstring: str) -> str:
    """A numpydoc docstring as Markdown: lists under bold headings, examples and indented blocks fenced."""
    lines = inspect.cleandoc(docstring).split("\n")
    parts: list[str] = []
    section = ""
    place = 0
    while place < len(lines):
        line = lines[place]
        if place + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[place + 1]):
            section = line
            parts += ["", f"**{line}**", ""]
            place += 2
        elif line.startswith((">>>", "    ")) and section not in ITEMS:
            block = [line]
            while place + 1 < len(lines) and (lines[place + 1].strip() or _block_goes_on(lines, place + 1)):
                place += 1
                block.append(lines[place])
            language = "pycon" if line.startswith(">>>") else ""
            parts += ["", f"```{language}", textwrap.dedent("\n".join(block)), "```"]
            place += 1
        elif section in ITEMS and line.strip():
            parts.append(inline(f"- {line}" if not line.startswith(" ") else f"  {line.strip()}"))
            place += 1
        else:
            parts.append(inline(line))
            place += 1
    return "\n".join(parts).strip() + "\n"


def _block_goes_on(lines: list[str], place: int) -> bool:
    """Whether an indented block goes on behind the empty line at ``place``."""
    return place + 1 < len(lines) and lines[place + 1].startswith("    ")


def commands() -> list[str]:
    """The sub-commands with their arguments and help."""
    from pipeline.commands import parser as options

    status = "Exit status: 0 done; 1 only with `--exit-code`, when a change is claimed; 2 wrong usage or unusable input.\n"
    parts = ["## Commands\n", status]
    chosen = next(action for action in options.parser()._actions if isinstance(action, argparse._SubParsersAction))
    for name, command in chosen.choices.items():
        parts += [f"### themeshift {name}\n", (command.description or "") + "\n"]
        for action in command._actions:
            if action.dest == "help":
                continue
            metavar = action.metavar if isinstance(action.metavar, str) else "" if action.nargs == 0 else action.dest.upper()
            called = f"{', '.join(action.option_strings)} {metavar}".strip() if action.option_strings else metavar
            parts.append(f"- `{called}`{': ' if action.help else ''}{action.help or ''}")
        parts.append("")
    return parts


def main() -> int:
    """Write the page; with ``--check`` only say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when docs/reference.md is not what would be written")
    if parser.parse_args().check:
        return int(OUT.read_text(encoding="utf-8") != page())
    OUT.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
