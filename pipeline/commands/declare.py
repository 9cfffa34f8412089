"""Options that several commands share, and how a command is declared."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

EXIT = """exit status: 0 done; 1 only with --exit-code, when a change is claimed; 2 wrong usage or unusable input."""


def command(commands: argparse._SubParsersAction, name: str, line: str, text: str = "") -> argparse.ArgumentParser:
    """Declare a sub-command: its name, what it does in a line, and more below."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=line,
        description=f"{line[0].upper()}{line[1:]}.\n\n{text}".rstrip(),
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made


def in_out(command: argparse.ArgumentParser, reads: str, writes: str) -> None:
    """Declare the input and ``-o OUT`` of a stage."""
    command.add_argument("input", metavar="IN", help=reads)
    command.add_argument("-o", "--out", metavar="OUT", required=True, help=writes)


def sides(command: argparse.ArgumentParser) -> None:
    """Declare the grouping variable and what of it is compared."""
    command.add_argument(
        "--by", metavar="G", required=True, help="the variable that tells the sides apart, for example presidency"
    )
    command.add_argument("--before", metavar="A", help="the earlier side: a value of G, a list A,B or a range 2009-2016")
    command.add_argument("--after", metavar="B", help="the later side, likewise; with neither, all groups are compared")
    command.add_argument(
        "--order",
        metavar="G,G",
        type=order,
        help="without sides: the groups wanted, in their order, or those of a range 2010-2020; time (by the dates of their "
        "speeches) or none "
        "(default: numbers and dates are ordered, and groups that do not overlap in time)",
    )


def inference(command: argparse.ArgumentParser) -> None:
    """Declare the unit of the tests and what they hold equal."""
    command.add_argument(
        "--cluster", metavar="COL", help="test by this column (a speaker, a session), several speeches each, not by the speech"
    )
    command.add_argument(
        "--covariates",
        metavar="COL,COL",
        type=names,
        default=(),
        help="hold these equal in differences of shares and stances: columns of one value a speech, numbers or kinds; "
        "length needs none",
    )


def errors(command: argparse.ArgumentParser) -> None:
    """Declare what may be known of the coder's errors."""
    known = command.add_mutually_exclusive_group()
    known.add_argument(
        "--hand-codes",
        metavar="F",
        help="correct the shares by this table of codes by hand, of a random sample of each side (without sides: of the whole)",
    )
    known.add_argument(
        "--error-rates", metavar="F", help="correct the shares by this table of the coder's sensitivity and specificity by theme"
    )


def errors_of(chosen: argparse.Namespace, *, two: bool) -> dict[str, Any]:
    """The tables of what is known of the coder's errors. Raises ``ValueError`` when no sides are compared."""
    from pipeline import store

    told = {"hand_codes": chosen.hand_codes, "error_rates": chosen.error_rates}
    if chosen.error_rates is not None and not two:
        raise ValueError("--error-rates must come with --before and --after; --hand-codes correct all groups.")
    return {name: store.read(path) for name, path in told.items() if path is not None}


def names(text: str) -> tuple[str, ...]:
    """Names of columns, apart by commas. Raises ``ArgumentTypeError`` for none, or one twice."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found or len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"must be names of columns, each once. Got {text!r}.")
    return found


def order(text: str) -> str | list[str]:
    """The order of groups: ``time``, ``none``, their names, or one range. Raises ``ArgumentTypeError`` for fewer than two."""
    from pipeline.sides import RANGE

    if text in ("time", "none"):
        return text
    names = [part.strip() for part in text.split(",") if part.strip()]
    if len(names) < 2 and not (names and RANGE.match(names[0])):
        raise argparse.ArgumentTypeError(f"must be time, none, a range as 2010-2020, or two groups or more. Got {text!r}.")
    return names


def two_sides(chosen: argparse.Namespace) -> bool:
    """Whether two sides are compared, not all groups. Raises ``ValueError`` when it cannot be told."""
    if (chosen.before is None) != (chosen.after is None):
        missing = "--after" if chosen.after is None else "--before"
        raise ValueError(f"--before and --after must come together, or neither for all groups. Got no {missing}.")
    if chosen.before is not None and chosen.order is not None:
        raise ValueError(f"--order must come without --before and --after. Got {chosen.before!r} and {chosen.after!r}.")
    return chosen.before is not None


def source_columns(command: argparse.ArgumentParser) -> None:
    """Declare which columns of a table hold text and name."""
    command.add_argument("--text", metavar="COL", help="for tables: the column with the text (default: text)")
    command.add_argument("--id", metavar="COL", help="for tables: the column that names the speech (default: speech_id or id)")


def themes(command: argparse.ArgumentParser) -> None:
    """Declare the codebook and the number of themes."""
    command.add_argument("--codebook", metavar="F", help="code by this TOML file of themes, or a shipped one (policy-agendas)")
    command.add_argument(
        "--themes",
        metavar="K|auto",
        type=_theme_count,
        help="how many themes to discover (default: auto); with --codebook: how many to add of what it misses (default: none)",
    )


def _theme_count(text: str) -> str | int:
    if text == "auto":
        return text
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be auto or a whole number from 1. Got {text!r}.")


def modes(text: str) -> tuple[str, ...]:
    """Modes of speech, apart by commas. Raises ``ArgumentTypeError`` for one that there is not."""
    from pipeline.modes import MODES

    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [mode for mode in chosen if mode not in MODES or mode == "furniture"]
    if wrong or not chosen:
        raise argparse.ArgumentTypeError(f"must be of spoken, quoted, reported, narrated. Got {text!r}.")
    return chosen


def amount(text: str) -> float:
    """A number from 0. Raises ``ArgumentTypeError`` for anything else."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number from 0. Got {text!r}.")
    return number


def codebook(name: str | None) -> str | None:
    """The path of a codebook: as given, or of a shipped one that is named without its ending."""
    from pipeline import language

    shipped = sorted(path.stem for path in language.model_path("codebooks").glob("*.toml")) if name else []
    if name and not Path(name).exists() and name in shipped:
        return str(language.model_path("codebooks", f"{name}.toml"))
    if name and not Path(name).exists():
        raise ValueError(f"No codebook named {name!r}. Available: {', '.join(shipped)}, or the path of a TOML file.")
    return name
