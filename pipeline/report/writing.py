"""The files of a report, each whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import store
from pipeline.records import Diff, Timeline
from pipeline.report import forms, page, serial, timeline

if TYPE_CHECKING:
    import pandas as pd


def write_report(
    result: Diff | Timeline,
    folder: str | Path,
    *,
    speeches: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    stances: pd.DataFrame | None = None,
) -> dict[str, Path]:
    """Write the files of a report into ``folder``: ``report.html``, and the result as JSON, Markdown and CSV.

    Parameters
    ----------
    result : what changed between two sides (``diff.json``, ``diff.md``, ``diff.csv``) or among many groups (``timeline.json``,
        ``timeline.md``, ``timeline.csv``).
    folder : made when it is not there.
    speeches : table of speeches, for titles, dates and links of the sources.
    segments, mentions, stances : tables of the same walk; with ``speeches`` they give the reading view, each speech as text
        with its speakers, themes and stances. It stands in ``report.html`` when that stays small, else in ``reading.html``.

    Returns
    -------
    File name -> its path.
    """
    folder = Path(folder)
    texts = {"speeches": speeches, "segments": segments, "mentions": mentions, "stances": stances}
    name = "timeline" if isinstance(result, Timeline) else "diff"
    contents = {
        f"{name}.json": serial.to_json(result),
        f"{name}.md": forms.to_markdown(result),
        f"{name}.csv": forms.to_csv(result),
        **(timeline.pages(result, **texts) if isinstance(result, Timeline) else page.pages(result, **texts)),
    }
    for file, content in contents.items():
        store.write_bytes(folder / file, content.encode("utf-8", errors="replace"))
    if "reading.html" not in contents:  # of an earlier, larger report in the same folder
        (folder / "reading.html").unlink(missing_ok=True)
    return {file: folder / file for file in contents}
