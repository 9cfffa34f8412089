"""The stages on their own, tables in and tables out: ingest, speakers, tokenise, topics, stance."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pipeline.commands import console, declare, files

if TYPE_CHECKING:
    from pipeline.ingest import Reading
    from pipeline.records import Theme


MANY_FILES = 50_000
"""Files from which opening them takes most of the time of a run, so that whoever reads them twice should be told."""


def add_ingest(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift ingest``."""
    command = declare.command(
        commands,
        "ingest",
        "read any file, folder, glob, table or manifest into a table of speeches",
        "A document that cannot be read becomes a row of id and error, and the run goes on.",
    )
    command.add_argument("sources", metavar="SOURCE", nargs="*")
    command.add_argument(
        "--manifest-init", metavar="FOLDER", help="write a first FOLDER/manifest.toml to edit, and read nothing else"
    )
    declare.source_columns(command)
    command.add_argument("--by", metavar="COL", help="for tables: a column that must be there, as the grouping variable")
    command.add_argument("--strict", action="store_true", help="exit with 2 when a document cannot be read")
    command.add_argument("-o", "--out", metavar="OUT", help="table of speeches")
    command.set_defaults(run=_ingest)


def _ingest(chosen: argparse.Namespace) -> int:
    from pipeline import ingest, store
    from pipeline.records import SPEECHES

    if chosen.manifest_init is not None:
        from pipeline.ingest.beginning import begin

        console.say(f"{begin(chosen.manifest_init)}: written; edit it, then: themeshift validate {chosen.manifest_init}")
        return console.DONE
    if not chosen.sources or chosen.out is None:
        raise ValueError("The command ingest must be given at least one SOURCE, and -o OUT.")
    store.ending(chosen.out)  # before an hour of reading
    with console.progress() as progress:
        reading: Reading = ingest.read(chosen.sources, text=chosen.text, id=chosen.id, by=chosen.by, progress=progress)
    if store.ending(chosen.out) == ".parquet":
        import pandas as pd

        table = reading.speeches
        if len(reading.failed):
            table = pd.concat([table, reading.failed.rename(columns={"id": "speech_id"})], ignore_index=True)
        store.write(table, chosen.out, SPEECHES, metadata={"stage": "ingest"})
    else:
        store.write_rows([*reading.speeches.to_dict("records"), *reading.failed.to_dict("records")], chosen.out)
    if reading.speeches.empty:
        count = len(reading.failed)
        raise ValueError(f"{reading.failed['error'].iloc[0]} None of the documents could be read ({count:,} failed).")
    console.tell_failed(reading.failed, strict=chosen.strict)
    files_read = reading.speeches["source"].nunique()
    if files_read >= MANY_FILES:
        console.warn(f"{files_read:,} files were opened one by one; give {chosen.out} to the next command, not the files again.")
    return console.DONE


def add_speakers(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift speakers``."""
    command = declare.command(
        commands,
        "speakers",
        "who says what: cut speeches into utterances, each with a speaker and a mode",
        "Other people's rows work too: {id, text[, default_speaker, aliases, kind]} -> {id, spans: [...]}.",
    )
    declare.in_out(command, "table of speeches, or rows of id and text", "table of utterances, or rows of id and spans")
    command.set_defaults(run=_speakers)


def _speakers(chosen: argparse.Namespace) -> int:
    from pipeline import speakers, store
    from pipeline.records import UTTERANCES

    if files.is_table(chosen.input, unless="id"):
        utterances = speakers.attribute(files.without_errors(chosen.input))
        store.write(utterances, chosen.out, UTTERANCES, metadata={"stage": "speakers"})
    else:
        store.write_rows(console.tell_row_errors(speakers.attribute_rows(files.rows(chosen.input))), chosen.out)
    return console.DONE


def add_tokenise(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift tokenise``."""
    command = declare.command(commands, "tokenise", "cut utterances into segments, the sentences that are counted")
    declare.in_out(command, "table of utterances, or rows of id and text", "table of segments")
    command.set_defaults(run=_tokenise)


def _tokenise(chosen: argparse.Namespace) -> int:
    from pipeline import store, tokenise
    from pipeline.records import SEGMENTS

    segments = tokenise.segment(files.without_errors(chosen.input))
    store.write(segments, chosen.out, SEGMENTS, metadata={"stage": "tokenise"})
    return console.DONE


def add_topics(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift topics``."""
    command = declare.command(
        commands,
        "topics",
        "code segments for themes, discovered or from a codebook",
        "Other people's rows work too: {id, text[, speech_id, position, section, speaker]} -> {id, themes, theme}.\n"
        "The themes themselves go to OUT.themes.json.",
    )
    declare.in_out(command, "table of segments, or rows of id and text", "table of mentions, or rows of id and themes")
    declare.themes(command)
    command.add_argument("--encoder", metavar="E", help="static (the default) or minilm (extra [minilm])")
    command.add_argument("--edits", metavar="F", help="TOML file that merges, splits and renames themes")
    command.add_argument("--code", metavar="F", help="for rows: a table of id and theme coded by hand; agreement is printed")
    command.set_defaults(run=_topics)


def _topics(chosen: argparse.Namespace) -> int:
    from pipeline import store, topics
    from pipeline.records import MENTIONS

    asked = {
        "codebook": declare.codebook(chosen.codebook),
        "themes": chosen.themes,
        "encoder": chosen.encoder,
        "edits": chosen.edits,
    }
    if files.is_table(chosen.input, unless="id"):
        if chosen.code:
            raise ValueError("The codes of --code must be for rows of id and text. Got a table of segments.")
        mentions, themes = topics.code(files.without_errors(chosen.input), **asked)
        store.write(mentions, chosen.out, MENTIONS, metadata={"stage": "topics"})
    else:
        rows, themes = topics.code_rows(files.rows(chosen.input), **asked)
        store.write_rows(console.tell_row_errors(rows), chosen.out)
        _tell_agreement(rows, themes, chosen.code)
    files.write_themes(themes, chosen.out)
    return console.DONE


def add_stance(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift stance``."""
    command = declare.command(
        commands,
        "stance",
        "tag who is for and against what",
        "Other people's rows work too: {id, text, target} -> {id, label, p_favour, p_against, p_none, cue_start, cue_end}.",
    )
    declare.in_out(command, "table of mentions, or rows of id, text and target", "table of stances, or rows of id and label")
    command.add_argument(
        "--targets", metavar="F", help="names to tag stances on (one a line, or TOML) instead of those found in the text"
    )
    command.set_defaults(run=_stance)


def _stance(chosen: argparse.Namespace) -> int:
    from pipeline import stance, store
    from pipeline.records import STANCES

    if files.is_table(chosen.input, unless="target"):
        pairs = stance.find_targets(files.without_errors(chosen.input), files.read_themes(chosen.input), targets=chosen.targets)
        store.write(stance.tag(pairs), chosen.out, STANCES, metadata={"stage": "stance"})
    else:
        store.write_rows(console.tell_row_errors(stance.tag_rows(files.rows(chosen.input))), chosen.out)
    return console.DONE


def _tell_agreement(rows: list[dict], themes: tuple[Theme, ...], path: str | None) -> None:
    """Print how far the tool and a coder agree, where codes by hand are given; their codes are ids or labels of themes."""
    from pipeline import topics

    if path is None:
        return
    ids = {theme.label: theme.id for theme in themes}
    by_hand = {str(row.get("id")): ids.get(str(row.get("theme")), row.get("theme")) for row in files.rows(path)}
    found = topics.agreement({str(row["id"]): row.get("theme") for row in rows}, by_hand)
    beyond = f"Cohen's kappa {found.kappa}, Krippendorff's alpha {found.alpha}"
    console.say(f"{found.n} segments coded by both: {found.observed:.1%} equal, {beyond}")
