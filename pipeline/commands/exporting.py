"""``themeshift export``: speeches or utterances for other tools."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.commands import console, declare, files

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("convokit", "csv", "datapackage")


def add_export(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift export``."""
    command = declare.command(
        commands,
        "export",
        "write speeches or utterances for other tools",
        "IN is a table of speeches or of utterances. convokit: each speech a conversation, each utterance with its speaker\n"
        "(speeches are cut into utterances first). csv: texts.csv with doc_id, text and the document variables, as quanteda\n"
        "and readtext read it. datapackage: the same with datapackage.json (Frictionless), which names types and columns.",
    )
    command.add_argument("input", metavar="IN", help="table of speeches or utterances (.parquet, .jsonl, .csv)")
    command.add_argument("--to", required=True, choices=KINDS, help="what is written")
    command.add_argument("-o", "--out", metavar="DIR", required=True, help="folder that gets the files")
    command.set_defaults(run=_export)


def _export(chosen: argparse.Namespace) -> int:
    from pathlib import Path

    from pipeline import store
    from pipeline.ingest import export

    folder = Path(chosen.out)
    table = _table(chosen.input)
    name = files.stem(chosen.input)
    if chosen.to == "convokit":
        export.to_convokit(_utterances(table), folder)
        console.say(f"{folder}: a ConvoKit corpus of {table['speech_id'].nunique():,} conversations")
        return console.DONE
    texts = export.to_texts(table)
    store.write(texts, folder / "texts.csv")
    if chosen.to == "datapackage":
        export.describe(folder, name=name, only=("texts.csv",))
    console.say(f"{folder}: {len(texts):,} texts")
    return console.DONE


def _table(path: str) -> pd.DataFrame:
    """The rows of a table of speeches or utterances that did not fail."""
    table = files.without_errors(path)
    missing = [name for name in ("speech_id", "text") if name not in table.columns]
    if missing:
        raise ValueError(
            f"{path}: A table of speeches or utterances must have the column {missing[0]!r}. `themeshift ingest` makes one. "
            f"Got the columns: {', '.join(map(str, table.columns)) or 'none'}."
        )
    if table.empty:
        raise ValueError(f"{path}: The table must have at least one speech. Got none.")
    return table


def _utterances(table: pd.DataFrame) -> pd.DataFrame:
    """The table itself when it is one of utterances, else the speeches cut into them."""
    from pipeline import speakers
    from pipeline.records import SPEECHES, UTTERANCES, conform

    needed = {"start", "end", "mode", "speaker"}
    return conform(table, UTTERANCES) if needed <= set(table.columns) else speakers.attribute(conform(table, SPEECHES))
