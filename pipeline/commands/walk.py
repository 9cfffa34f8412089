"""``themeshift diff``: the whole walk."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.commands import again, bulk, console, corpus, declare


def add_diff(commands: argparse._SubParsersAction) -> None:
    """Declare ``themeshift diff``."""
    command = declare.command(
        commands,
        "diff",
        "what changed between two sides of a corpus, or among all groups: the whole walk",
        "CORPUS is a folder with a manifest.toml, a folder of texts (a sub-folder is the column group), or a table.\n"
        "DIR gets diff.json, diff.md, diff.csv, diff.parquet, words.csv (words inside the themes), report.html and the tables\n"
        "segments, mentions and stances as Parquet.\n"
        "Without --before and --after all groups of G are compared: DIR gets timeline.json, .md and .csv in their place.\n"
        "Asked again for what it has done, with the same bytes to read and in DIR, it tells its result and leaves DIR as it is.",
    )
    command.add_argument("corpus", metavar="CORPUS")
    declare.sides(command)
    declare.inference(command)
    declare.errors(command)
    declare.themes(command)
    command.add_argument(
        "--targets",
        metavar="F",
        help="tag stances on the names in this file (one a line, or TOML), not on those found; without sides only then",
    )
    command.add_argument("--corrections", metavar="F", help="take the decisions of this file, marked in a report, as given")
    command.add_argument("--figure", metavar="F", help="write the picture of the themes, for slides: F.svg or F.png")
    command.add_argument("--no-stance", action="store_true", help="leave the stances out")
    command.add_argument("--modes", metavar="M,M", type=declare.modes, help="what counts (default: spoken,quoted,reported)")
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
    bulk.add_option(command)
    declare.source_columns(command)
    command.add_argument("-o", "--out", metavar="DIR", default="build/diff", help="folder of the results (default: build/diff)")
    command.set_defaults(run=_diff)


def _diff(chosen: argparse.Namespace) -> int:
    return again.once(chosen, bulk.diff if chosen.bulk else _walk)


def _walk(chosen: argparse.Namespace, cache: Path) -> again.Outcome:
    from pipeline import run, store
    from pipeline.records import MENTIONS, SEGMENTS, STANCES, Diff
    from pipeline.report import check_figure, write_report

    two = declare.two_sides(chosen)
    errors = declare.errors_of(chosen, two=two)
    if chosen.figure:
        check_figure(chosen.figure)
    speeches = corpus.speeches(chosen)
    bulk.suggest(speeches)
    with console.progress() as progress:
        walk = run.walk(
            speeches,
            by=chosen.by,
            before=chosen.before,
            after=chosen.after,
            order=chosen.order,
            codebook=declare.codebook(chosen.codebook),
            themes=chosen.themes,
            targets=chosen.targets,
            stance=not chosen.no_stance and (two or chosen.targets is not None),
            modes=chosen.modes,
            cluster=chosen.cluster,
            covariates=chosen.covariates,
            **errors,
            corrections=chosen.corrections,
            executor=chosen.executor,
            cache=cache,
            progress=progress,
        )
    console.tell_failed(walk.failed.rename(columns={"speech_id": "id"}), strict=chosen.strict)
    folder = Path(chosen.out)
    tables = {
        "segments": (walk.segments[walk.segments["mode"] != "furniture"], SEGMENTS),
        "mentions": (walk.mentions, MENTIONS),
        "stances": (walk.stances, STANCES),
    }
    files = [folder / f"{name}.parquet" for name in tables]
    for path, (frame, table) in zip(files, tables.values(), strict=True):
        store.write(frame, path, table)
    written = write_report(
        walk.diff, folder, speeches=walk.speeches, segments=walk.segments, mentions=walk.mentions, stances=walk.stances
    )
    if isinstance(walk.diff, Diff):
        beside = {folder / "diff.parquet": walk.diff.to_frame(), folder / "words.csv": walk.diff.words()}
        for path, frame in beside.items():
            store.write(frame, path)
        files += beside
    return corpus.outcome(walk.diff, written, chosen, files)
