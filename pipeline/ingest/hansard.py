"""Hansard: the daily XML of parlparse (``<publicwhip>``), and the historic volumes (``<hansard>``, 1803 to 2005).

Each contribution is a turn of its member; headings, divisions and procedure are furniture.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.ingest import dates
from pipeline.ingest.blocks import Pen
from pipeline.ingest.content import Content
from pipeline.ingest.xml import flat, local

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TITLES = "Mr|Mrs|Miss|Ms|Dr|Sir|Lord|Lady|Viscount|Earl|Colonel|Major|Captain|General"
_IN_OFFICE = re.compile(rf"\(((?:{_TITLES})\b[^()]*)\)?", re.IGNORECASE)
"""The person behind an office: THE FIRST LORD OF THE TREASURY (Mr. A. J. BALFOUR, Manchester, E.)."""
_HEADINGS = frozenset(("major-heading", "minor-heading", "oral-heading", "title"))


def content(root: Any) -> Content:
    """The text and turns of a day or a volume."""
    pen = Pen()
    if local(root) == "publicwhip":
        _daily(root, pen)
        first = next((match for e in root if (match := _DAY.search(e.get("id") or ""))), None)
        date = first.group() if first else None
    else:
        _historic(root, pen, None)
        date = next((found for e in root.iter() if local(e) == "date" and (found := dates.iso(e.get("format")))), None)
    headings = map(flat, root.iter(*(f"{{*}}{name}" for name in _HEADINGS)))
    return Content(pen.text, title=next(filter(None, headings), None), date=date, kind="debate", turns=tuple(pen.turns))


def _daily(root: Any, pen: Pen) -> None:
    for element in root:
        name = local(element)
        if name != "speech":
            pen.write(flat(element) if name in _HEADINGS else "", mode="furniture")
            continue
        speaker = None if element.get("nospeaker") == "true" else element.get("speakername")
        mode = "spoken" if speaker else "furniture"
        paragraphs = [child for child in element if local(child)]
        if not paragraphs:
            pen.write(flat(element), mode=mode, speaker=speaker)
        for paragraph in paragraphs:
            aside = (paragraph.get("class") or paragraph.get("pwmotiontext")) == "italic"
            mode_of, who = ("furniture", None) if aside else (mode, speaker)
            pen.write(flat(paragraph), mode=mode_of, speaker=who, tidied=True)


def _historic(element: Any, pen: Pen, speaker: str | None) -> str | None:
    """Write an element's contributions; a paragraph without a member goes on with the one before it in its section."""
    for child in element:
        name = local(child)
        if name == "p":
            member = next((e for e in child.iter() if local(e) == "member"), None)
            if member is not None:
                speaker = _name(member)
                contribution = next((e for e in child.iter() if local(e) == "membercontribution"), None)
                said = flat(contribution) if contribution is not None else flat(child)
                pen.write(said.lstrip(":—- "), mode="spoken", speaker=speaker)
            else:
                pen.write(flat(child), mode="spoken" if speaker else "furniture", speaker=speaker)
        elif name in ("title", "division", "table", "col", "image", "date"):
            pen.write(flat(child) if name == "title" else "", mode="furniture")
            if name == "division":
                speaker = None
        elif name == "section" or name in ("debates", "housecommons", "houselords", "session", "writtenanswers"):
            _historic(child, pen, None)
        elif name:
            speaker = _historic(child, pen, speaker)
    return speaker


def _name(member: Any) -> str | None:
    """The member as printed, without constituency and colon."""
    printed = "".join([member.text or "", *("" if local(child) == "memberconstituency" else flat(child) for child in member)])
    person = _IN_OFFICE.search(printed)
    name = person.group(1) if person else re.sub(r"\s*\([^()]*\)\s*$", "", printed.strip(" :,"))
    return " ".join(word.title() if word.isupper() and len(word) > 2 else word for word in name.strip(" ,:").split()) or None
