"""``themeshift diff --bulk``: two sides of a corpus that does not fit in memory."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands import again, console, corpus, declare

if TYPE_CHECKING:
    import pandas as pd

MANY_WORDS = 20_000_000
"""From here on the ordinary walk asks for some gigabytes (docs/scaling.md), and the command says that there is --bulk."""

WITHOUT = ("targets", "corrections", "cluster", "covariates", "hand_codes", "error_rates")
"""Options that need what is not kept: stances, or rows of segments."""


def add_option(command: argparse.ArgumentParser) -> None:
    """Declare ``--bulk``."""
    command.add_argument(
        "--bulk",
        action="store_true",
        help="for corpora that do not fit in memory: themes from counts, part by part, without stances and reading view",
    )


def suggest(speeches: pd.DataFrame) -> None:
    """Say that there is --bulk where the speeches are many."""
    words = int(speeches["text"].str.count(" ").sum())
    if words > MANY_WORDS:
        console.warn(f"about {words / 1e6:.0f} million words are held in memory; --bulk compares them part by part.")


def diff(chosen: argparse.Namespace, cache: Path) -> again.Outcome:
    """Compare part by part and write the report and the tables."""
    from pipeline import bulk, store
    from pipeline.report import check_figure, write_report

    wrong = [f"--{name.replace('_', '-')}" for name in WITHOUT if getattr(chosen, name, None)]
    if wrong or not declare.two_sides(chosen):
        raise ValueError(f"--bulk must come with --before and --after, and without {', '.join(wrong or ('--order',))}.")
    if chosen.figure:
        check_figure(chosen.figure)
    with console.progress() as progress:
        found, failed = bulk.compare(
            _source(chosen),
            by=chosen.by,
            before=chosen.before,
            after=chosen.after,
            codebook=declare.codebook(chosen.codebook),
            themes=chosen.themes,
            modes=chosen.modes,
            executor=chosen.executor,
            cache=cache,
            progress=progress,
            out=chosen.out,
        )
    console.tell_failed(failed.rename(columns={"speech_id": "id"}), strict=chosen.strict)
    written = write_report(found, chosen.out)
    folder = Path(chosen.out)
    store.write(found.to_frame(), folder / "diff.parquet")
    return corpus.outcome(
        found, written, chosen, [folder / name for name in ("diff.parquet", "segments.parquet", "mentions.parquet")]
    )


def _source(chosen: argparse.Namespace) -> Callable[[], Iterable[pd.DataFrame]]:
    """Reads a Parquet file some speeches at a time; anything else is read once, as the walk reads it."""
    from pipeline import bulk

    if chosen.corpus.endswith(".parquet"):
        return partial(bulk.read_batches, chosen.corpus, text=chosen.text, id=chosen.id)
    return partial(list, [corpus.speeches(chosen)])
