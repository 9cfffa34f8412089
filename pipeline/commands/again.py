"""``themeshift diff`` asked for what it has done already: told again, not done again."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands import console, declare

ELSEWHERE = frozenset({"run", "executor", "cache"})
"""Options that change where an answer is computed and not what it is."""

WRITTEN = frozenset({"out", "figure", "cache", "corpus"})
"""Options that name what is written, and the corpus, which is read as a whole. Any other that names a file is read."""


@dataclass(frozen=True)
class Outcome:
    """What a command came to: its exit status, and the files that it wrote."""

    status: int
    files: tuple[Path, ...]


def once(chosen: argparse.Namespace, command: Callable[[argparse.Namespace, Path], Outcome]) -> int:
    """Do a command, or say again what it said when its input, its options, the program and its output are as they were.

    A run in which a document failed is never taken for done: what was missing may be there now.
    """
    from pipeline.cache import runs
    from pipeline.settings import cache_folder

    cache = Path(chosen.cache) if chosen.cache else cache_folder()
    asked = _asked(chosen)
    if asked is None:
        return command(chosen, cache).status
    name, _ = asked
    if (done := runs.read(cache, name)) is not None:
        for stream, text in done.told:
            console.tell(text, stream=stream)
        console.warn(f"nothing has changed since this was done last: {chosen.out} was left as it is.")
        return done.status
    with console.listening() as heard:
        outcome = command(chosen, cache)
    if _asked(chosen) == asked and not heard.failed:
        runs.write(cache, name, status=outcome.status, told=heard.told, files=outcome.files)
    return outcome.status


def _asked(chosen: argparse.Namespace) -> tuple[str, str] | None:
    """The name of the run, and how its sources look on the disk; None where it has no name."""
    from pipeline import language, settings
    from pipeline.cache import names, runs

    named = {name: value for name, value in vars(chosen).items() if name not in WRITTEN and isinstance(value, str)}
    if chosen.codebook:
        named["codebook"] = declare.codebook(chosen.codebook) or ""  # a shipped one has no path
    found = runs.sources(chosen.corpus, [value for _, value in sorted(named.items()) if os.path.isfile(value)])
    if found is None:
        return None
    options = repr(sorted((name, value) for name, value in vars(chosen).items() if name not in ELSEWHERE))
    models = repr([language.model_card(name) for name in ("punkt", "encoder", "stance")])
    manner = repr((console.manner(), settings.limits()))
    return names.key("run", runs.installed(), models, options, manner, found.digest), found.looks
