"""What the stage commands read and write: tables of ours, other people's rows, and the themes beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.records import Theme


def rows(path: str) -> list[dict]:
    """The rows of any table as dictionaries, missing values None."""
    from pipeline import store

    if store.ending(path) == ".jsonl":
        return store.read_rows(path)
    frame = store.read(path).astype(object)
    return [{str(key): value for key, value in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")]


def is_table(path: str, unless: str) -> bool:
    """Whether ``path`` holds a table of ours (``speech_id``, and the column ``unless`` at most beside ``error``, from rows that
    failed) rather than other people's rows."""
    from pipeline import store

    names = store.columns(path)
    return "speech_id" in names and (unless not in names or "error" in names)


def without_errors(path: str) -> pd.DataFrame:
    """A table of ours without the rows that an earlier stage marked as failed."""
    from pipeline import store

    frame = store.read(path)
    return (
        frame[frame["error"].isna()].drop(columns=["error", "id"], errors="ignore").reset_index(drop=True)
        if "error" in frame.columns
        else frame
    )


def stem(path: str) -> str:
    """The name of a table without its endings."""
    name = Path(path).name
    for end in (".gz", ".parquet", ".jsonl", ".csv"):
        name = name.removesuffix(end)
    return name


def write_themes(themes: tuple[Theme, ...], out: str) -> None:
    """Write the themes of a run beside its output, as ``OUT.themes.json``: a list of id, label, terms and parent."""
    from pipeline import store

    listed = [{"id": theme.id, "label": theme.label, "terms": list(theme.terms), "parent": theme.parent} for theme in themes]
    store.write_text(f"{out}.themes.json", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")


def read_themes(path: str) -> tuple[Theme, ...]:
    """The themes that lie beside a table; none when there is no such file."""
    from pipeline.records import Theme

    beside = Path(f"{path}.themes.json")
    rows = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else []
    return tuple(Theme(row["id"], row["label"], tuple(row["terms"]), row.get("parent")) for row in rows)
