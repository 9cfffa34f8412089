"""The reading view: each speech as text, who speaks in colour, themes and stances in the margin, so that each decision can be
checked where it was made."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.records import Evidence
from pipeline.report import words

if TYPE_CHECKING:
    import pandas as pd

READING_CHARACTERS = 1_500_000
"""Text of one reading view: above some megabytes a browser opens it slowly. The speeches quoted most come first."""

COLOURS = 6
"""Colours of speakers that can be told apart; later speakers share the last one, and the margin names everybody."""

_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def anchor(kind: str, name: str) -> str:
    """An id for HTML and addresses, the same for the same name and distinct for distinct ones."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    if plain and plain == name.lower():
        return f"{kind}-{plain}"
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=3).hexdigest()
    return f"{kind}-{plain}-{digest}" if plain else f"{kind}-{digest}"


def place(speech_id: str, start: int) -> str:
    """The id of the segment that begins at ``start`` of a speech."""
    return f"{anchor('r', speech_id)}_{start}"


def speeches_view(
    quotations: Iterable[Evidence],
    labels: Mapping[str, str],
    about: Mapping[str, Mapping[str, str]],
    *,
    speeches: pd.DataFrame,
    segments: pd.DataFrame,
    mentions: pd.DataFrame | None,
    stances: pd.DataFrame | None,
) -> list[dict[str, Any]]:
    """The speeches that are quoted, those quoted most first until ``READING_CHARACTERS``, in the order of the table.

    ``labels`` name the themes by id, ``about`` is what is known of each source. Each speech is a dictionary of its anchor,
    source and ``paragraphs``; a paragraph holds ``parts`` (runs of text with segment, speaker colour and mode) and ``notes``
    for the margin.
    """
    cited = Counter(item.speech_id for item in quotations)
    texts = {str(row["speech_id"]): row["text"] for row in speeches[["speech_id", "text"]].to_dict("records")}
    chosen, room = set(), READING_CHARACTERS
    for speech_id, _ in sorted(cited.items(), key=lambda pair: (-pair[1], pair[0])):
        if speech_id in texts and len(texts[speech_id]) <= room:
            chosen.add(speech_id)
            room -= len(texts[speech_id])
    rows = {key: _by_speech(table, chosen) for key, table in (("s", segments), ("m", mentions), ("t", stances))}
    colours = _colours(segments, chosen)
    return [
        {
            "anchor": anchor("r", speech_id),
            "id": speech_id,
            "characters": len(texts[speech_id]),
            "source": about.get(speech_id, {}),
            "paragraphs": list(_paragraphs(speech_id, texts[speech_id], rows, labels, colours)),
            "speakers": _legend(rows["s"].get(speech_id, []), colours),
        }
        for speech_id in texts
        if speech_id in chosen
    ]


def _by_speech(table: pd.DataFrame | None, chosen: set[str]) -> dict[str, list[dict]]:
    if table is None or table.empty:
        return {}
    known = ["speech_id", "start", "end", "speaker", "mode", "theme", "why", "weight", "target", "label", "p_favour"]
    columns = [name for name in [*known, "p_against", "p_none"] if name in table.columns]
    rows = table.loc[table["speech_id"].astype(str).isin(chosen), columns].sort_values(["start", "end"], kind="stable")
    found: dict[str, list[dict]] = {}
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        found.setdefault(str(row["speech_id"]), []).append(row)
    return found


def _colours(segments: pd.DataFrame, chosen: set[str]) -> dict[str, int]:
    """Speaker -> colour from 1, who speaks most first."""
    said = segments.loc[segments["speech_id"].astype(str).isin(chosen) & segments["speaker"].notna(), "speaker"]
    order = sorted(said.value_counts().items(), key=lambda pair: (-pair[1], pair[0]))
    return {str(name): min(number, COLOURS) for number, (name, _) in enumerate(order, 1)}


def _legend(rows: list[dict], colours: Mapping[str, int]) -> list[tuple[str, int]]:
    names = {row["speaker"] for row in rows if row["speaker"] and row["mode"] != "furniture"}
    return sorted(((name, colours[name]) for name in names), key=lambda pair: (pair[1], pair[0]))


def paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans of ``text`` between blank lines, without white space around them."""
    at = 0
    for found in [*_BLANK.finditer(text), None]:
        start, end = at, found.start() if found else len(text)
        at = found.end() if found else end
        part = text[start:end]
        start += len(part) - len(part.lstrip())
        end -= len(part) - len(part.rstrip())
        if start < end:
            yield start, end


def _paragraphs(
    speech_id: str,
    text: str,
    rows: Mapping[str, dict[str, list[dict]]],
    labels: Mapping[str, str],
    colours: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    segments = [row for row in rows["s"].get(speech_id, []) if 0 <= row["start"] < row["end"] <= len(text)]
    themes, stances = (_by_place(rows[key].get(speech_id, [])) for key in ("m", "t"))
    spans, number, last = list(paragraph_spans(text)), 0, (None, "")
    at = 0
    for start, end in spans:
        parts: list[dict[str, Any]] = []
        notes: list[dict[str, Any]] = []
        here = start
        while at < len(segments) and segments[at]["start"] < end:
            row = segments[at]
            at += 1
            begin, stop = max(row["start"], here), min(row["end"], end)
            if begin >= stop:
                continue
            if begin > here:
                parts.append({"text": text[here:begin], "plain": True})
            key = (row["start"], row["end"])
            said = _notes(themes.get(key, []), stances.get(key, []), labels)
            voice = (row["speaker"], row["mode"])
            if voice != last and row["mode"] != "furniture":
                notes.append({"voice": _voice(*voice), "colour": colours.get(row["speaker"], 0)})
                last = voice
            if said:
                number += 1
                if notes and notes[-1].get("said") == said:  # a run of sentences on the same theme is one line
                    notes[-1]["last"] = number
                else:
                    notes.append({"number": number, "last": number, "said": said})
            parts.append(
                {
                    "text": text[begin:stop],
                    "plain": False,
                    "id": place(speech_id, row["start"]),
                    "end": row["end"],
                    "mode": row["mode"],
                    "colour": colours.get(row["speaker"], 0),
                    "number": number if said else None,
                }
            )
            here = stop
        if here < end:
            parts.append({"text": text[here:end], "plain": True})
        yield {"parts": parts, "notes": notes}


def _voice(speaker: str | None, mode: str) -> str:
    """Who speaks how; words of the writer need no name."""
    how = words.MODES.get(mode, mode)
    return how if mode == "narrated" and not speaker else f"{speaker or 'nobody known'}, {how}"


def _by_place(rows: list[dict]) -> dict[tuple[int, int], list[dict]]:
    found: dict[tuple[int, int], list[dict]] = {}
    for row in rows:
        found.setdefault((row["start"], row["end"]), []).append(row)
    return found


def _notes(themes: list[dict], stances: list[dict], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the margin says of one segment: its themes, then the positions taken in it."""
    said: list[dict[str, Any]] = [
        {"kind": "theme", "label": labels[row["theme"]], "anchor": anchor("t", row["theme"])}
        for row in themes
        if row.get("theme") in labels
    ]
    said += [
        {"kind": "stance", "label": row["label"], "target": row["target"], "probability": row.get(f"p_{row['label']}")}
        for row in stances
        if row["label"] in ("favour", "against")
    ]
    return said


def sentences(segments: pd.DataFrame | None) -> dict[tuple[str, int, int], str]:
    """The whole sentence of each segment that is only a part of one: (speech, start, end) -> sentence."""
    if segments is None or "sentence" not in segments.columns:
        return {}
    rows = segments[segments["sentence"].notna()]
    return {
        (str(row["speech_id"]), int(row["start"]), int(row["end"])): row["sentence"]
        for row in rows[["speech_id", "start", "end", "sentence"]].to_dict("records")
    }


def framed(text: str, sentence: str | None) -> tuple[str, str]:
    """What stands before and behind ``text`` in its sentence; two empty texts when it is not found exactly once."""
    if not sentence or sentence.count(text) != 1:
        return "", ""
    before, _, behind = sentence.partition(text)
    return before, behind
