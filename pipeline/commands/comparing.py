"""``themeshift compare`` and ``report``: the statistics without the NLP, and a saved diff as a page."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands import console, declare, files

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Diff, Timeline


def add_compare(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift compare``."""
    command = declare.command(
        commands,
        "compare",
        "compare tables that are already coded, by hand or by another tool",
        "One row a segment. A row without a theme stays in the denominator. With one IN, OUT is the diff.json itself; with\n"
        "several, or with --within, OUT is a folder and gets NAME.diff.json each. Without --before and --after all groups are\n"
        "compared: OUT is then a timeline.json, or gets NAME.timeline.json each.",
    )
    command.add_argument("inputs", metavar="IN", nargs="+")
    declare.sides(command)
    command.add_argument(
        "--speech", metavar="COL", default="speech_id", help="the column that names the speech (default: speech_id)"
    )
    command.add_argument("--theme", metavar="COL", default="theme", help="the column with the code (default: theme)")
    command.add_argument("--stance", metavar="COL", help="a column with favour, against or none")
    declare.inference(command)
    declare.errors(command)
    command.add_argument("--words", action="store_true", help="compare the words of each theme as well (column text)")
    command.add_argument("--within", metavar="COL", help="one comparison for each value of this column")
    command.add_argument("--exit-code", action="store_true", help="exit with 1 when a change is claimed")
    command.add_argument("-o", "--out", metavar="OUT", required=True)
    command.set_defaults(run=_compare)


def _compare(chosen: argparse.Namespace) -> int:
    from pipeline import store
    from pipeline.diff import compare, follow
    from pipeline.report import to_json

    many = len(chosen.inputs) > 1 or chosen.within is not None or chosen.out.endswith("/") or Path(chosen.out).is_dir()
    columns = {"by": chosen.by, "speech": chosen.speech, "theme": chosen.theme}
    two, changed = declare.two_sides(chosen), console.DONE
    unit: dict[str, Any] = {"cluster": chosen.cluster, "covariates": chosen.covariates, "stance": chosen.stance}
    options = {**columns, **unit, **declare.errors_of(chosen, two=two)}
    for path in chosen.inputs:
        table = store.read(path)
        for name, part in _within(table, chosen.within, files.stem(path)):
            found: Diff | Timeline
            try:
                if two:
                    found = compare(part, before=chosen.before, after=chosen.after, words=chosen.words, **options)
                else:
                    found = follow(part, order=chosen.order, **options)
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
            ending = "diff.json" if two else "timeline.json"
            store.write_text(Path(chosen.out) / f"{name}.{ending}" if many else chosen.out, to_json(found))
            changed = max(changed, console.status(found, chosen.exit_code))
    return changed


def add_report(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift report``."""
    command = declare.command(
        commands,
        "report",
        "write the report of a saved diff.json or timeline.json again",
        "Where segments.parquet, mentions.parquet and stances.parquet lie beside it, the report has the texts to read.",
    )
    command.add_argument("result", metavar="diff.json", help="or timeline.json")
    command.add_argument("--figure", metavar="F", help="write the picture of the themes, for slides: F.svg or F.png")
    command.add_argument("-o", "--out", metavar="DIR", required=True)
    command.set_defaults(run=_report)


def _report(chosen: argparse.Namespace) -> int:
    from pipeline.report import check_figure, read_result, tables_beside, write_figure, write_report

    if chosen.figure:
        check_figure(chosen.figure)
    result = read_result(chosen.result)
    beside = tables_beside(chosen.result)
    written = write_report(result, chosen.out, **beside)
    if chosen.figure:
        write_figure(result, chosen.figure)
    if not beside:
        console.warn(f"no segments.parquet beside {chosen.result}: the report has no texts to read.")
    console.say(f"The report: {written['report.html']}")
    return console.DONE


def _within(table: pd.DataFrame, column: str | None, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    if column is None:
        yield name, table
        return
    if column not in table.columns:
        raise ValueError(f"No column named {column!r}. Available: {', '.join(map(str, table.columns))}.")
    for value, part in table.groupby(column, sort=True):
        safe = "".join(character if character.isalnum() or character in "-_." else "_" for character in str(value))
        yield f"{name}.{safe}", part.reset_index(drop=True)
