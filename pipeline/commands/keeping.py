"""The care of a corpus and of the cache: validate, fetch, cache."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.commands import console, declare


def add_validate(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift validate``."""
    command = declare.command(commands, "validate", "check the manifest of a corpus, one line a fault")
    command.add_argument("corpus", metavar="CORPUS")
    command.set_defaults(run=_validate)


def _validate(chosen: argparse.Namespace) -> int:
    from pipeline import ingest

    faults = ingest.validate(chosen.corpus)
    for fault in faults:
        console.fault(fault)
    if not faults:
        console.say(f"{chosen.corpus}: in order")
    return console.WRONG if faults else console.DONE


def add_fetch(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift fetch``."""
    command = declare.command(
        commands,
        "fetch",
        "download the addresses of a manifest into CORPUS/originals",
        "The texts are their owners'; what is fetched stays on this machine. robots.txt is respected.",
    )
    command.add_argument("corpus", metavar="CORPUS")
    command.set_defaults(run=_fetch)


def _fetch(chosen: argparse.Namespace) -> int:
    from pipeline.ingest import fetch

    with console.progress() as progress:
        fetched = fetch.fetch(chosen.corpus, progress=progress)
    for row in fetched:
        (console.fault if row.failed else console.say)(f"{row.speech_id}: {row.outcome}")
    return console.WRONG if any(row.failed for row in fetched) else console.DONE


def add_cache(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift cache``."""
    command = declare.command(
        commands,
        "cache",
        "show what was computed before and is kept, and delete it",
        "Nothing in the cache is needed: what is deleted is computed again. Only files of themeshift are deleted.",
    )
    command.add_argument("--cache", metavar="DIR", help="the folder (default: themeshift under XDG_CACHE_HOME)")
    command.add_argument("--prune", action="store_true", help="delete everything, or what the next two options say")
    command.add_argument("--unused", metavar="DAYS", type=declare.amount, help="with --prune: what was not used for so many days")
    command.add_argument(
        "--keep", metavar="MB", type=declare.amount, help="with --prune: the longest unused, until so many megabytes are left"
    )
    command.set_defaults(run=_cache)


def _cache(chosen: argparse.Namespace) -> int:
    from pipeline.cache import care
    from pipeline.settings import cache_folder

    folder = Path(chosen.cache) if chosen.cache else cache_folder()
    if not chosen.prune and (chosen.unused is not None or chosen.keep is not None):
        raise ValueError("The options --unused and --keep say what --prune deletes. Add --prune.")
    if chosen.prune:
        size = None if chosen.keep is None else int(chosen.keep * 1e6)
        files, freed = care.prune(folder, days=chosen.unused, size=size)
        console.say(f"{folder}: {files} file{'' if files == 1 else 's'} deleted, {freed / 1e6:.1f} MB")
        return console.DONE
    held = care.held(folder)
    for entry in held:
        console.say(f"{entry.stage:10} {entry.files:6} files {entry.size / 1e6:9.1f} MB   used {entry.days:.0f} days ago")
    console.say(f"{folder}: {sum(entry.size for entry in held) / 1e6:.1f} MB")
    return console.DONE
