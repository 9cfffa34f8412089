"""The command line: the only place that prints and exits."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import options

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.ingest import Reading
    from pipeline.records import Diff, Theme

DONE, CHANGED, WRONG = 0, 1, 2
QUIET_SECONDS = 2.0
"""A progress bar is for waiting; shorter work shows none."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status; ``SystemExit`` with 2 is argparse's own for wrong usage."""
    chosen = options.parser().parse_args(arguments)
    try:
        return COMMANDS[chosen.command](chosen)
    except (ValueError, OSError, ImportError) as error:
        print(f"themeshift: {_one_line(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("themeshift: interrupted", file=sys.stderr)
        return 130
    return WRONG


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}."
    return " ".join(str(error).split()) or type(error).__name__


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr for work over ``QUIET_SECONDS``; nothing when that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    began, tasks = time.monotonic(), {}
    with Progress(console=Console(stderr=True), transient=True) as bar:

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks and time.monotonic() - began < QUIET_SECONDS and done >= total:
                return
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def _diff(chosen: argparse.Namespace) -> int:
    from pipeline import ingest, run, store
    from pipeline.records import MENTIONS, SEGMENTS, STANCES
    from pipeline.report import terminal, write_report
    from pipeline.settings import cache_folder

    reading = ingest.read([chosen.corpus], text=chosen.text, id=chosen.id)
    if reading.speeches.empty and len(reading.failed):
        raise ValueError(f"{reading.failed['error'].iloc[0]} None of the {len(reading.failed)} documents could be read.")
    _tell_failed(reading.failed, strict=chosen.strict)
    speeches, repeated = ingest.once(reading.speeches, chosen.by)
    for sentence in repeated:
        print(f"themeshift: {sentence}.", file=sys.stderr)
    with _progress() as progress:
        walk = run.walk(
            speeches,
            by=chosen.by,
            before=chosen.before,
            after=chosen.after,
            codebook=_codebook(chosen.codebook),
            themes=chosen.themes,
            targets=chosen.targets,
            stance=not chosen.no_stance,
            modes=chosen.modes,
            corrections=chosen.corrections,
            executor=chosen.executor,
            cache=Path(chosen.cache) if chosen.cache else cache_folder(),
            progress=progress,
        )
    _tell_failed(walk.failed.rename(columns={"speech_id": "id"}), strict=chosen.strict)
    folder = Path(chosen.out)
    for name, frame, table in (
        ("segments", walk.segments[walk.segments["mode"] != "furniture"], SEGMENTS),
        ("mentions", walk.mentions, MENTIONS),
        ("stances", walk.stances, STANCES),
    ):
        store.write(frame, folder / f"{name}.parquet", table)
    written = write_report(
        walk.diff, folder, speeches=walk.speeches, segments=walk.segments, mentions=walk.mentions, stances=walk.stances
    )
    _draw(walk.diff, chosen.figure)
    _show(terminal(walk.diff))
    print(f"\nThe report: {written['report.html']}")
    return _status(walk.diff, chosen.exit_code)


def _codebook(name: str | None) -> str | None:
    """The path of a codebook: as given, or of a shipped one that is named without its ending."""
    from pipeline import language

    shipped = sorted(path.stem for path in language.model_path("codebooks").glob("*.toml")) if name else []
    if name and not Path(name).exists() and name in shipped:
        return str(language.model_path("codebooks", f"{name}.toml"))
    if name and not Path(name).exists():
        raise ValueError(f"No codebook named {name!r}. Available: {', '.join(shipped)}, or the path of a TOML file.")
    return name


def _draw(diff: Diff, path: str | None) -> None:
    """Write the picture of the themes, where one is asked for."""
    from pipeline import store
    from pipeline.report import figure

    if path is not None:
        store.write_text(path, figure(diff))


def _show(renderable: object) -> None:
    """Print for a person: at the width of the terminal, or 100 columns where there is none."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", 100)), highlight=False).print(renderable)


def _status(diff: Diff, exit_code: bool) -> int:
    claims = ("appeared", "vanished", "grew", "shrank")
    return CHANGED if exit_code and any(theme.verdict in claims for theme in diff.themes) else DONE


def _tell_failed(failed: pd.DataFrame, *, strict: bool) -> None:
    """Name the documents that failed on stderr; a ``ValueError`` when the run is strict."""
    for row in failed.to_dict("records"):
        print(f"themeshift: {row['id']}: {row['error']}", file=sys.stderr)
    if len(failed):
        count = f"{len(failed)} document{'s' if len(failed) > 1 else ''} could not be used"
        if strict:
            raise ValueError(f"{count}, and --strict was asked for.")
        print(f"themeshift: {count}; the others were.", file=sys.stderr)


def _ingest(chosen: argparse.Namespace) -> int:
    from pipeline import ingest, store
    from pipeline.records import SPEECHES

    if chosen.manifest_init is not None:
        from pipeline.ingest.beginning import begin

        print(f"{begin(chosen.manifest_init)}: written; edit it, then: themeshift validate {chosen.manifest_init}")
        return DONE
    if not chosen.sources or chosen.out is None:
        raise ValueError("The command ingest must be given at least one SOURCE, and -o OUT.")
    reading: Reading = ingest.read(chosen.sources, text=chosen.text, id=chosen.id, by=chosen.by)
    if store.ending(chosen.out) == ".parquet":
        import pandas as pd

        table = reading.speeches
        if len(reading.failed):
            table = pd.concat([table, reading.failed.rename(columns={"id": "speech_id"})], ignore_index=True)
        store.write(table, chosen.out, SPEECHES, metadata={"stage": "ingest"})
    else:
        store.write_rows([*reading.speeches.to_dict("records"), *reading.failed.to_dict("records")], chosen.out)
    _tell_failed(reading.failed, strict=chosen.strict)
    return WRONG if reading.speeches.empty else DONE


def _rows(path: str) -> list[dict]:
    """The rows of any table as dictionaries, missing values None."""
    from pipeline import store

    if store.ending(path) == ".jsonl":
        return store.read_rows(path)
    frame = store.read(path).astype(object)
    return [{str(key): value for key, value in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")]


def _tables(path: str, unless: str) -> bool:
    """Whether ``path`` holds a table of ours (``speech_id``, and the column ``unless`` at most beside ``error``, from rows that
    failed) rather than other people's rows."""
    from pipeline import store

    names = store.columns(path)
    return "speech_id" in names and (unless not in names or "error" in names)


def _without_errors(path: str) -> pd.DataFrame:
    """A table of ours without the rows that an earlier stage marked as failed."""
    from pipeline import store

    frame = store.read(path)
    return (
        frame[frame["error"].isna()].drop(columns=["error", "id"], errors="ignore").reset_index(drop=True)
        if "error" in frame.columns
        else frame
    )


def _speakers(chosen: argparse.Namespace) -> int:
    from pipeline import speakers, store
    from pipeline.records import UTTERANCES

    if _tables(chosen.input, unless="id"):
        utterances = speakers.attribute(_without_errors(chosen.input))
        store.write(utterances, chosen.out, UTTERANCES, metadata={"stage": "speakers"})
    else:
        store.write_rows(_tell_row_errors(speakers.attribute_rows(_rows(chosen.input))), chosen.out)
    return DONE


def _tell_row_errors(rows: list[dict]) -> list[dict]:
    """The rows themselves, after a line on stderr that counts those with an error."""
    wrong = [row for row in rows if row.get("error")]
    if wrong:
        print(
            f"themeshift: {len(wrong)} of {len(rows)} rows failed, the first: {wrong[0]['id']}: {wrong[0]['error']}",
            file=sys.stderr,
        )
    return rows


def _tokenise(chosen: argparse.Namespace) -> int:
    from pipeline import store, tokenise
    from pipeline.records import SEGMENTS

    segments = tokenise.segment(_without_errors(chosen.input))
    store.write(segments, chosen.out, SEGMENTS, metadata={"stage": "tokenise"})
    return DONE


def _topics(chosen: argparse.Namespace) -> int:
    from pipeline import store, topics
    from pipeline.records import MENTIONS

    asked = {"codebook": _codebook(chosen.codebook), "themes": chosen.themes, "encoder": chosen.encoder, "edits": chosen.edits}
    if _tables(chosen.input, unless="id"):
        if chosen.code:
            raise ValueError("The codes of --code must be for rows of id and text. Got a table of segments.")
        mentions, themes = topics.code(_without_errors(chosen.input), **asked)
        store.write(mentions, chosen.out, MENTIONS, metadata={"stage": "topics"})
    else:
        rows, themes = topics.code_rows(_rows(chosen.input), **asked)
        store.write_rows(_tell_row_errors(rows), chosen.out)
        _tell_agreement(rows, themes, chosen.code)
    _write_themes(themes, chosen.out)
    return DONE


def _tell_agreement(rows: list[dict], themes: tuple[Theme, ...], path: str | None) -> None:
    """Print how far the tool and a coder agree, where codes by hand are given; their codes are ids or labels of themes."""
    from pipeline import topics

    if path is None:
        return
    ids = {theme.label: theme.id for theme in themes}
    by_hand = {str(row.get("id")): ids.get(str(row.get("theme")), row.get("theme")) for row in _rows(path)}
    found = topics.agreement({str(row["id"]): row.get("theme") for row in rows}, by_hand)
    beyond = f"Cohen's kappa {found.kappa}, Krippendorff's alpha {found.alpha}"
    print(f"{found.n} segments coded by both: {found.observed:.1%} equal, {beyond}")


def _write_themes(themes: tuple[Theme, ...], out: str) -> None:
    from pipeline import store

    listed = [{"id": theme.id, "label": theme.label, "terms": list(theme.terms), "parent": theme.parent} for theme in themes]
    store.write_text(f"{out}.themes.json", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")


def _read_themes(path: str) -> tuple[Theme, ...]:
    from pipeline.records import Theme

    beside = Path(f"{path}.themes.json")
    rows = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else []
    return tuple(Theme(row["id"], row["label"], tuple(row["terms"]), row.get("parent")) for row in rows)


def _stance(chosen: argparse.Namespace) -> int:
    from pipeline import stance, store
    from pipeline.records import STANCES

    if _tables(chosen.input, unless="target"):
        pairs = stance.find_targets(_without_errors(chosen.input), _read_themes(chosen.input), targets=chosen.targets)
        store.write(stance.tag(pairs), chosen.out, STANCES, metadata={"stage": "stance"})
    else:
        store.write_rows(_tell_row_errors(stance.tag_rows(_rows(chosen.input))), chosen.out)
    return DONE


def _compare(chosen: argparse.Namespace) -> int:
    from pipeline import store
    from pipeline.diff import compare
    from pipeline.report import to_json

    many = len(chosen.inputs) > 1 or chosen.within is not None or chosen.out.endswith("/") or Path(chosen.out).is_dir()
    changed = DONE
    for path in chosen.inputs:
        table = store.read(path)
        for name, part in _within(table, chosen.within, _stem(path)):
            try:
                diff = compare(
                    part,
                    by=chosen.by,
                    before=chosen.before,
                    after=chosen.after,
                    speech=chosen.speech,
                    theme=chosen.theme,
                    stance=chosen.stance,
                )
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
            store.write_text(Path(chosen.out) / f"{name}.diff.json" if many else chosen.out, to_json(diff))
            changed = max(changed, _status(diff, chosen.exit_code))
    return changed


def _stem(path: str) -> str:
    """The name of a table without its endings."""
    name = Path(path).name
    for end in (".gz", ".parquet", ".jsonl", ".csv"):
        name = name.removesuffix(end)
    return name


def _within(table: pd.DataFrame, column: str | None, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    if column is None:
        yield name, table
        return
    if column not in table.columns:
        raise ValueError(f"No column named {column!r}. Available: {', '.join(map(str, table.columns))}.")
    for value, part in table.groupby(column, sort=True):
        safe = "".join(character if character.isalnum() or character in "-_." else "_" for character in str(value))
        yield f"{name}.{safe}", part.reset_index(drop=True)


def _report(chosen: argparse.Namespace) -> int:
    from pipeline.report import from_json, write_report

    diff = from_json(Path(chosen.diff))
    written = write_report(diff, Path(chosen.out))
    _draw(diff, chosen.figure)
    print(f"The report: {written['report.html']}")
    return DONE


def _validate(chosen: argparse.Namespace) -> int:
    from pipeline import ingest

    faults = ingest.validate(chosen.corpus)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{chosen.corpus}: in order")
    return WRONG if faults else DONE


def _fetch(chosen: argparse.Namespace) -> int:
    from pipeline.ingest import fetch

    with _progress() as progress:
        fetched = fetch.fetch(chosen.corpus, progress=progress)
    for row in fetched:
        print(f"{row.speech_id}: {row.outcome}", file=sys.stderr if row.failed else sys.stdout)
    return WRONG if any(row.failed for row in fetched) else DONE


def _cache(chosen: argparse.Namespace) -> int:
    from pipeline import cache
    from pipeline.settings import cache_folder

    folder = Path(chosen.cache) if chosen.cache else cache_folder()
    if not chosen.prune and (chosen.unused is not None or chosen.keep is not None):
        raise ValueError("The options --unused and --keep say what --prune deletes. Add --prune.")
    if chosen.prune:
        size = None if chosen.keep is None else int(chosen.keep * 1e6)
        files, freed = cache.prune(folder, days=chosen.unused, size=size)
        print(f"{folder}: {files} file{'' if files == 1 else 's'} deleted, {freed / 1e6:.1f} MB")
        return DONE
    held = cache.held(folder)
    for entry in held:
        print(f"{entry.stage:10} {entry.files:6} files {entry.size / 1e6:9.1f} MB   used {entry.days:.0f} days ago")
    print(f"{folder}: {sum(entry.size for entry in held) / 1e6:.1f} MB")
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "diff": _diff,
    "ingest": _ingest,
    "speakers": _speakers,
    "tokenise": _tokenise,
    "topics": _topics,
    "stance": _stance,
    "compare": _compare,
    "report": _report,
    "validate": _validate,
    "fetch": _fetch,
    "cache": _cache,
}


if __name__ == "__main__":
    sys.exit(main())
