"""The tables that lie beside a saved result, and the texts rebuilt from them, so that a saved report has its reading view."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.records import MENTIONS, SEGMENTS, SPEECHES, STANCES, docvars

LEFT_OUT = " … "
"""Stands where the tables hold nothing of a text: page furniture."""


def tables_beside(path: str | Path) -> dict[str, pd.DataFrame]:
    """The tables in the folder of a ``diff.json`` or ``timeline.json``, for :func:`pipeline.report.write_report`.

    Parameters
    ----------
    path : the saved result.

    Returns
    -------
    segments, mentions and stances as far as their Parquet files are there, and speeches: from ``speeches.parquet``, or put
    together again from the segments, in which page furniture is left out. Nothing without segments.
    """
    folder = Path(path).parent
    found = {
        table.name: store.read(folder / f"{table.name}.parquet", table)
        for table in (SPEECHES, SEGMENTS, MENTIONS, STANCES)
        if (folder / f"{table.name}.parquet").is_file()
    }
    if "segments" not in found:
        return {}
    return {"speeches": rebuilt(found["segments"]), **found}


def rebuilt(segments: pd.DataFrame) -> pd.DataFrame:
    """Speeches with the text that ``segments`` hold, each segment at its place, and their variables."""
    variables = docvars(segments, SEGMENTS)
    rows = []
    for speech_id, own in segments.groupby("speech_id", sort=False):
        rows.append({"speech_id": speech_id, "text": _text(own), **own.iloc[0][variables].to_dict()})
    return pd.DataFrame(rows, columns=["speech_id", "text", *variables])


def _text(segments: pd.DataFrame) -> str:
    """A text with every segment at its offsets, the sentences around them, and a blank line between paragraphs."""
    letters: list[str | None] = [None] * int(segments["end"].max())
    rows = segments.sort_values("start", kind="stable")[["start", "end", "text", "sentence", "paragraph"]].to_dict("records")
    for row in rows:
        sentence = row["sentence"]
        if isinstance(sentence, str) and sentence.count(row["text"]) == 1:
            _put(letters, row["start"] - sentence.index(row["text"]), sentence)
    for row in rows:
        _put(letters, row["start"], row["text"])
    for one, other in pairwise(rows):
        if one["paragraph"] != other["paragraph"] and other["start"] - one["end"] >= 2:
            free = [place for place in range(one["end"], other["start"]) if letters[place] is None][:2]
            for place in free if len(free) == 2 else []:
                letters[place] = "\n"
    return _filled(letters)


def _put(letters: list[str | None], start: int, text: str) -> None:
    for place, letter in enumerate(text, start):
        if 0 <= place < len(letters):
            letters[place] = letter


def _filled(letters: list[str | None]) -> str:
    """``letters`` with spaces for what is not known, and a sign in the middle of gaps in which something was left out."""
    made, at = list(letters), 0
    while at < len(made):
        end = at
        while end < len(made) and made[end] is None:
            end += 1
        if end - at > 2 * len(LEFT_OUT):
            made[at + 1 : at + 1 + len(LEFT_OUT)] = LEFT_OUT
        at = end + 1
    return "".join(" " if letter is None else letter for letter in made)
