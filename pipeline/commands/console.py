"""What a command says: results on stdout, faults on stderr, and a bar while one waits."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Diff, Timeline

DONE, CHANGED, WRONG = 0, 1, 2
"""Exit statuses, as git has them."""

QUIET_SECONDS = 2.0
"""A progress bar is for waiting; shorter work shows none."""


def say(sentence: str) -> None:
    """Print a line of the result."""
    print(sentence)


def warn(sentence: str) -> None:
    """Print a line on stderr, under the name of the command."""
    print(f"themeshift: {sentence}", file=sys.stderr)


def fault(line: str) -> None:
    """Print a fault that names its own file, as compilers do, on stderr."""
    print(line, file=sys.stderr)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr for work over ``QUIET_SECONDS``; nothing when that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    began, tasks = time.monotonic(), {}
    with Progress(console=Console(stderr=True), transient=True) as bar:

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks and time.monotonic() - began < QUIET_SECONDS and done >= total:
                return
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def show(renderable: object) -> None:
    """Print for a person: at the width of the terminal, or 100 columns where there is none."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", 100)), highlight=False).print(renderable)


def tell_failed(failed: pd.DataFrame, *, strict: bool) -> None:
    """Name the documents that failed on stderr; a ``ValueError`` when the run is strict."""
    for row in failed.to_dict("records"):
        print(f"themeshift: {row['id']}: {row['error']}", file=sys.stderr)
    if len(failed):
        count = f"{len(failed)} document{'s' if len(failed) > 1 else ''} could not be used"
        if strict:
            raise ValueError(f"{count}, and --strict was asked for.")
        print(f"themeshift: {count}; the others were.", file=sys.stderr)


def tell_row_errors(rows: list[dict]) -> list[dict]:
    """The rows themselves, after a line on stderr that counts those with an error."""
    wrong = [row for row in rows if row.get("error")]
    if wrong:
        print(
            f"themeshift: {len(wrong)} of {len(rows)} rows failed, the first: {wrong[0]['id']}: {wrong[0]['error']}",
            file=sys.stderr,
        )
    return rows


def status(diff: Diff | Timeline, exit_code: bool) -> int:
    """``CHANGED`` when it is asked for and a change is claimed, else ``DONE``."""
    return CHANGED if exit_code and diff.claims() else DONE
