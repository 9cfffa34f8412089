"""Captions: SubRip and WebVTT cues joined into sentences; the voices of WebVTT (``<v Name>``) are turns.

A caption is broken where the screen ends, so cues go on in one paragraph until somebody else speaks or nobody does for a while.
"""

from __future__ import annotations

import html
import re

from pipeline.ingest.blocks import Pen
from pipeline.ingest.content import Content
from pipeline.ingest.decoding import decode
from pipeline.settings import Limits

PAUSE = 3.0
"""Seconds without a caption that end a paragraph: longer than a breath, shorter than a change of scene."""

_TIME = re.compile(
    r"^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s+-->\s+(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})(?:\s.*)?$"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]+)*[ \t]+([^>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]{0,200}>|\{\\[^{}]{0,200}\}")
_NEXT = re.compile(r"^\s*(?:>>+|[-–—])\s*")


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The spoken text of the cues."""
    text = decode(raw, encoding=encoding)
    pen = Pen()
    last_end, last_line, last_voice = None, "", None
    found = False
    for begins, ends, lines in _cues(text):
        found = True
        pause = last_end is not None and begins - last_end > PAUSE
        last_end = ends
        for line in lines:
            voice = _VOICE.search(line)
            if voice:
                last_voice = html.unescape(voice.group(1)).strip()
            elif line is lines[0] and form == "vtt":
                last_voice = None
            said = html.unescape(_TAG.sub("", line)).strip()
            if not said or said == last_line:  # rolling captions show each line twice
                continue
            last_line = said
            turn = _NEXT.match(said)
            block = said[turn.end() :] if turn else said
            new = pause or bool(turn) or bool(pen.turns and pen.turns[-1]["speaker"] != last_voice) or _labelled(block)
            pen.write(block, mode="spoken", speaker=last_voice, between="\n\n" if new else " ")
            pause = False
    if not found:
        raise ValueError("The file must hold captions. Got no line of times such as 00:00:01.000 --> 00:00:03.000.")
    voices = any(turn["speaker"] for turn in pen.turns)
    return Content(pen.text, turns=tuple(pen.turns) if voices else ())


def _labelled(line: str) -> bool:
    """Whether a line begins with the name of its speaker in capitals."""
    return bool(re.match(r"[A-Z][A-Z .'-]{1,40}:", line))


def _cues(text: str) -> list[tuple[float, float, list[str]]]:
    """(begin, end, lines) of each cue, times in seconds; a block without times (note, style, region) is none."""
    cues = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        for number, line in enumerate(lines[:2]):
            if times := _TIME.match(line):
                begins, ends = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])
                cues.append((begins, ends, lines[number + 1 :]))
                break
    return cues


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{thousandths}")
