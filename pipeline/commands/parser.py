"""The parser of the whole command line: every family's commands under one name."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version

from pipeline.commands import comparing, exporting, keeping, stages, walk
from pipeline.commands.declare import EXIT

DESCRIPTION = """What changed between two presidencies, in their own words.

Speech texts go in; a diff of themes comes out: which themes appeared, vanished, grew or shrank, and where the
speaker's stance on a theme or a named proposal moved, every statement with quoted evidence.

  themeshift diff corpus/adcs --by presidency --before 2022 --after 2024 -o build/adcs

The other commands are the stages of that walk, each on its own: tables in, tables out (.parquet, .jsonl, .csv; .gz is read)."""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; ``namespace.run`` is what the chosen command does."""
    top = argparse.ArgumentParser(
        prog="themeshift", description=DESCRIPTION, epilog=EXIT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"themeshift {_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        walk.add_diff,
        stages.add_ingest,
        stages.add_speakers,
        stages.add_tokenise,
        stages.add_topics,
        stages.add_stance,
        comparing.add_compare,
        comparing.add_report,
        exporting.add_export,
        keeping.add_validate,
        keeping.add_fetch,
        keeping.add_cache,
    ):
        add(commands)
    return top


def _version() -> str:
    try:
        return version("themeshift")
    except PackageNotFoundError:
        return "(not installed)"
