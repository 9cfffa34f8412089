"""Stances of pairs: a table of (segment, target) in, the table of stances out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.records import STANCES, conform
from pipeline.stance.holder import holder
from pipeline.stance.model import LABELS, Reading, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NOTHING = Reading(0.0, 0.0, 1.0, None)
"""Of a pair whose text or target is missing or blank: no position."""


def _readings(texts: Sequence[object], targets: Sequence[object], progress: Callable[[int], None] | None) -> list[Reading]:
    usable = [
        isinstance(text, str) and text.strip() and isinstance(target, str) and target.strip()
        for text, target in zip(texts, targets, strict=True)
    ]
    some = [i for i, good in enumerate(usable) if good]
    found = iter(read([str(texts[i]) for i in some], [str(targets[i]).strip() for i in some], progress=progress))
    return [next(found) if good else NOTHING for good in usable]


def tag(pairs: pd.DataFrame, *, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
    """The stance of each segment on its target.

    Parameters
    ----------
    pairs : columns ``text`` and ``target``; further those of :func:`pipeline.stance.find_targets`. Where ``sentence`` holds the
        whole sentence around a clause, the model reads that. A text that is missing or blank costs its own row only: its label is
        none.
    progress : called with the number of distinct pairs done.

    Returns
    -------
    Table of stances, one row a pair in order, document variables behind. ``cue_start`` and ``cue_end`` are in code points of the
    speech, null where there is no position; ``holder`` is whose position it is.

    Raises
    ------
    ValueError
        When the column ``text`` or ``target`` is missing.
    """
    for name in ("text", "target"):
        if name not in pairs.columns:
            raise ValueError(
                f"A table of pairs must have the column {name!r}. Got the columns: {', '.join(map(str, pairs.columns))}."
            )
    table = pairs.reset_index(drop=True)
    defaults: dict[str, int | None] = {
        "speech_id": None,
        "start": 0,
        "sentence": None,
        "theme": None,
        "speaker": None,
        "mode": None,
    }
    for name, value in defaults.items():
        if name not in table.columns:
            table[name] = value
    table["start"] = pd.to_numeric(table["start"]).fillna(0).astype("int64")
    if "end" not in table.columns:
        table["end"] = [
            start + (len(text) if isinstance(text, str) else 0) for start, text in zip(table["start"], table["text"], strict=True)
        ]
    texts, lead = zip(*map(_in_sentence, table["text"], table["sentence"]), strict=True) if len(table) else ((), ())
    found = _readings(texts, table["target"].tolist(), progress)
    table["label"] = [reading.label for reading in found]
    for i, label in enumerate(LABELS):
        table[f"p_{label}"] = [(reading.favour, reading.against, reading.none)[i] for reading in found]
    table["holder"] = [
        holder(text, speaker if isinstance(speaker, str) else None, mode) if isinstance(text, str) else None
        for text, speaker, mode in zip(table["text"], table["speaker"], table["mode"], strict=True)
    ]
    cues = [reading.cue if reading.label != "none" else None for reading in found]
    for i, name in enumerate(("cue_start", "cue_end")):
        table[name] = pd.array(
            [
                None if cue is None else start - before + cue[i]
                for cue, start, before in zip(cues, table["start"], lead, strict=True)
            ],
            dtype="Int64",
        )
    return conform(table.drop(columns="sentence"), STANCES)


def _in_sentence(text: object, sentence: object) -> tuple[object, int]:
    """What the model reads for a segment, and how many code points of it stand before the segment."""
    if isinstance(text, str) and isinstance(sentence, str) and text in sentence:
        return sentence, sentence.index(text)
    return text, 0


def tag_rows(rows: Sequence[Mapping[str, object]]) -> list[dict]:
    """The stances of rows ``{id, text, target}``: ``{id, label, p_favour, p_against, p_none, cue_start, cue_end}``.

    Cue offsets are in code points of the row's text, None where there is no position. A row whose text or target is missing or
    no text is ``{id, error}``; a blank one has the label none.
    """
    texts, targets = [row.get("text") for row in rows], [row.get("target") for row in rows]
    out: list[dict] = []
    for row, text, target, reading in zip(rows, texts, targets, _readings(texts, targets, None), strict=True):
        wrong = next((name for name, value in (("text", text), ("target", target)) if not isinstance(value, str)), None)
        if wrong is not None:
            out.append({"id": row.get("id"), "error": f"The {wrong} must be a text. Got {row.get(wrong)!r}."[:200]})
            continue
        cue = reading.cue if reading.label != "none" and reading.cue is not None else (None, None)
        out.append(
            {
                "id": row.get("id"), "label": reading.label, "p_favour": reading.favour, "p_against": reading.against,
                "p_none": reading.none, "cue_start": cue[0], "cue_end": cue[1],
            }
        )  # fmt: skip
    return out
