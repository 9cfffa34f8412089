"""What a command says: results on stdout, faults on stderr, and a bar while one waits."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Diff, Timeline

DONE, CHANGED, WRONG = 0, 1, 2
"""Exit statuses, as git has them."""

QUIET_SECONDS = 2.0
"""A progress bar is for waiting; shorter work shows none."""


@dataclass
class Heard:
    """What a command told while it was listened to: (``out`` or ``err``, text), and whether a document failed."""

    told: list[tuple[str, str]] = field(default_factory=list)
    failed: bool = False


_listeners: list[Heard] = []


@contextmanager
def listening() -> Iterator[Heard]:
    """Keep what is told inside the block, bars left out."""
    _listeners.append(Heard())
    try:
        yield _listeners[-1]
    finally:
        _listeners.pop()


def tell(text: str, *, stream: str = "out") -> None:
    """Print ``text`` as it is on stdout (``out``) or stderr (``err``)."""
    print(text, end="", file=sys.stderr if stream == "err" else sys.stdout)
    for listener in _listeners:
        listener.told.append((stream, text))


def say(sentence: str) -> None:
    """Print a line of the result."""
    tell(f"{sentence}\n")


def warn(sentence: str) -> None:
    """Print a line on stderr, under the name of the command."""
    tell(f"themeshift: {sentence}\n", stream="err")


def fault(line: str) -> None:
    """Print a fault that names its own file, as compilers do, on stderr."""
    tell(f"{line}\n", stream="err")


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


def manner() -> tuple[object, ...]:
    """What the look of a result depends on beside the result: width, colours, encoding."""
    width = _width() or os.get_terminal_size(sys.stdout.fileno()).columns
    known = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")
    return (width, sys.stdout.isatty(), sys.stdout.encoding, *(os.environ.get(name) for name in known))


def _width() -> int | None:
    """Columns where there is no terminal; None where there is one, which has its own."""
    return None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", 100))


def show(renderable: object) -> None:
    """Print for a person: at the width of the terminal, or 100 columns where there is none."""
    from rich.console import Console

    console = Console(width=_width(), highlight=False)
    with console.capture() as captured:
        console.print(renderable)
    tell(captured.get())


def tell_failed(failed: pd.DataFrame, *, strict: bool) -> None:
    """Name the documents that failed on stderr; a ``ValueError`` when the run is strict."""
    for row in failed.to_dict("records"):
        warn(f"{row['id']}: {row['error']}")
    if len(failed):
        for listener in _listeners:
            listener.failed = True
        count = f"{len(failed)} document{'s' if len(failed) > 1 else ''} could not be used"
        if strict:
            raise ValueError(f"{count}, and --strict was asked for.")
        warn(f"{count}; the others were.")


def tell_row_errors(rows: list[dict]) -> list[dict]:
    """The rows themselves, after a line on stderr that counts those with an error."""
    wrong = [row for row in rows if row.get("error")]
    if wrong:
        warn(f"{len(wrong)} of {len(rows)} rows failed, the first: {wrong[0]['id']}: {wrong[0]['error']}")
    return rows


def status(diff: Diff | Timeline, exit_code: bool) -> int:
    """``CHANGED`` when it is asked for and a change is claimed, else ``DONE``."""
    return CHANGED if exit_code and diff.claims() else DONE
