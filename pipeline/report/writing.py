"""The files of a report, each whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.records import Diff
from pipeline.report import markdown, page, serial, tables

if TYPE_CHECKING:
    import pandas as pd


def write_report(
    diff: Diff,
    folder: str | Path,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, Path]:
    """Write ``diff.json``, ``diff.md``, ``diff.csv`` and ``report.html`` into ``folder``.

    Parameters
    ----------
    diff : what changed.
    folder : made when it is not there.
    speeches : table of speeches, for titles, dates and links of the sources.
    segments, mentions, stances : tables of the same walk; with ``speeches`` they give the reading view, each speech as text
        with its speakers, themes and stances. It stands in ``report.html`` when that stays small, else in ``reading.html``.

    Returns
    -------
    File name -> its path.
    """
    folder = Path(folder)
    pages = page.pages(diff, speeches=speeches, segments=segments, mentions=mentions, stances=stances)
    contents = {
        "diff.json": serial.to_json(diff),
        "diff.md": markdown.to_markdown(diff),
        "diff.csv": tables.to_csv(diff),
        **pages,
    }
    for name, content in contents.items():
        store.write_bytes(folder / name, content.encode("utf-8", errors="replace"))
    if "reading.html" not in contents:  # of an earlier, larger report in the same folder
        (folder / "reading.html").unlink(missing_ok=True)
    return {name: folder / name for name in contents}
