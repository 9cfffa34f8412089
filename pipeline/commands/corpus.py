"""What both ways of ``themeshift diff`` begin and end with: the speeches of a corpus, and the result told."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands import again, console

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Diff, Timeline


def speeches(chosen: argparse.Namespace) -> pd.DataFrame:
    """The speeches of CORPUS, each once; what failed or repeats another is told on stderr.

    Raises ``ValueError`` when documents are there and none could be read, or one failed and ``--strict`` was asked for.
    """
    from pipeline import ingest

    reading = ingest.read([chosen.corpus], text=chosen.text, id=chosen.id)
    if reading.speeches.empty and len(reading.failed):
        raise ValueError(f"{reading.failed['error'].iloc[0]} None of the {len(reading.failed)} documents could be read.")
    console.tell_failed(reading.failed, strict=chosen.strict)
    found, repeated = ingest.once(reading.speeches, chosen.by)
    for sentence in repeated:
        console.warn(f"{sentence}.")
    return found


def outcome(
    result: Diff | Timeline, written: Mapping[str, Path], chosen: argparse.Namespace, files: Sequence[Path]
) -> again.Outcome:
    """Draw the figure that was asked for, show the result and where its report is.

    ``written`` are the files of the report by name, ``files`` those beside it.
    """
    from pipeline.report import terminal, write_figure

    drawn = (Path(chosen.figure),) if chosen.figure else ()
    if chosen.figure:
        write_figure(result, chosen.figure)
    console.show(terminal(result))
    console.say(f"\nThe report: {written['report.html']}")
    return again.Outcome(console.status(result, chosen.exit_code), (*written.values(), *files, *drawn))
