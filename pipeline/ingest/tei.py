"""TEI: transcribed speech (``<u who>``, as in ParlaMint), drama and interviews (``<sp>``), and plain paragraphs.

The text is rebuilt from its blocks with a blank line between; marked speakers become turns, notes and stage directions furniture.
Annotated ParlaMint (``<s>`` of ``<w>`` and ``<pc>``) is joined by its ``join`` attributes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.ingest import dates
from pipeline.ingest.blocks import Pen
from pipeline.ingest.content import Content
from pipeline.ingest.registers import Register
from pipeline.ingest.xml import flat, local

_ASIDE = frozenset(("note", "kinesic", "vocal", "incident", "stage", "desc", "fw", "gap", "pb", "figure"))
_BLOCK = frozenset(("p", "l", "ab", "item", "seg"))


def content(root: Any, register: Register) -> Content:
    """The text and turns of a TEI document, with the names (and, as the variable ``parties``, the parties) of a register."""
    people = dict(register.people)
    pen = Pen()
    for body in _texts(root):
        _write(body, pen, people, speaker=None, mode="narrated")
    spoken = any(turn["mode"] == "spoken" for turn in pen.turns)
    title, date, publisher = _header(root)
    return Content(
        pen.text,
        title=title,
        date=date,
        publisher=publisher,
        kind="debate" if spoken else None,
        turns=tuple(pen.turns) if spoken else (),
        docvars=_parties(root, register, date),
    )


def _parties(root: Any, register: Register, date: str | None) -> dict[str, object]:
    """The party of each speaker on the day, by name, as JSON; nothing where the register names none."""
    ids = dict.fromkeys(_id(element.get("who")) for element in root.iter("{*}u", "{*}sp"))
    found = {register.people.get(one, one): party for one in ids if (party := register.party(one, date))}
    return {"parties": json.dumps(found, ensure_ascii=False)} if found else {}


def _texts(root: Any) -> Iterator[Any]:
    """The outermost ``<text>`` elements."""
    for element in root.iter():
        if local(element) == "text" and not any(local(above) == "text" for above in element.iterancestors()):
            yield element


def _header(root: Any) -> tuple[str | None, str | None, str | None]:
    """Title, date of the source or setting, and publisher."""
    header = next((child for child in root.iter() if local(child) == "teiHeader"), None)
    if header is None:
        return None, None, None
    titles = [e for e in header.iter() if local(e) == "title" and local(e.getparent()) == "titleStmt"]
    main = next((e for e in titles if e.get("type") in (None, "main")), titles[0] if titles else None)
    places = (("setting", "settingDesc"), ("sourceDesc", "bibl", "biblFull", "biblStruct"), ("publicationStmt",))
    found: list[str] = []
    for above in places:
        for element in header.iter():
            if local(element) == "date" and any(local(a) in above for a in element.iterancestors()):
                date = dates.iso(element.get("when") or element.get("from") or flat(element))
                found += [date] if date else []
    publisher = next((flat(e) for e in header.iter() if local(e) == "publisher"), None)
    return (flat(main) or None) if main is not None else None, found[0] if found else None, publisher or None


def _write(element: Any, pen: Pen, people: dict[str, str], *, speaker: str | None, mode: str) -> None:
    """Write an element's blocks, with the speaker that it is inside of."""
    for child in element:
        name = local(child)
        if name == "u":
            who = _who(child.get("who"), people)
            _loose(child, pen, people, speaker=who, mode="spoken")
        elif name == "sp":
            label = next((c for c in child if local(c) == "speaker"), None)
            who = _who(child.get("who"), people) or (flat(label).rstrip(".:") if label is not None else None) or None
            _write(child, pen, people, speaker=who, mode="spoken")
        elif name in ("head", "speaker") or name in _ASIDE:
            pen.write(flat(child), mode="furniture")
        elif name in _BLOCK or name == "s":
            _loose(child, pen, people, speaker=speaker, mode=mode)
        elif name:
            _write(child, pen, people, speaker=speaker, mode=mode)


def _loose(element: Any, pen: Pen, people: dict[str, str], *, speaker: str | None, mode: str) -> None:
    """Write a block that may hold text of its own, blocks, and asides."""
    if not len(element):
        pen.write(" ".join((element.text or "").split()), mode=mode, speaker=speaker, tidied=True)
        return
    kept: list[str] = [_even(element.text)] if element.text and not element.text.isspace() else []
    for child in element:
        name = local(child)
        if name in _ASIDE:
            pen.write("".join(kept), mode=mode, speaker=speaker)
            kept = []
            pen.write(flat(child), mode="furniture")
        elif name in _BLOCK:
            if kept:
                pen.write("".join(kept), mode=mode, speaker=speaker)
                kept = []
            _loose(child, pen, people, speaker=speaker, mode=mode)
        else:
            kept.append("\n" if name == "lb" else _inline(child))
        if child.tail and (kept or not child.tail.isspace()):
            kept.append(_even(child.tail))
    if kept:
        pen.write("".join(kept), mode=mode, speaker=speaker)


def _inline(element: Any) -> str:
    """Text of an element inside a block: tokens with their spaces, lines as lines."""
    name = local(element)
    if name in _ASIDE or not name:
        return ""
    if name in ("w", "pc") and not len(element):
        return (element.text or "") + ("" if element.get("join") in ("right", "both") else " ")
    tokens = name == "s" or any(local(child) in ("w", "pc") for child in element)
    parts = [] if tokens else [_even(element.text)]
    for child in element:
        parts.append("\n" if local(child) == "lb" else _inline(child))
        if not tokens:
            parts.append(_even(child.tail))
    if name == "w" and tokens:  # a word of several tokens carries its own written form
        return (element.text or "".join(parts)).strip() + ("" if element.get("join") == "right" else " ")
    return "".join(parts) or (element.text or "")


def _even(text: str | None) -> str:
    """Text with its white space as XML means it: one space."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if words and text[-1].isspace() else ''}"


def _who(reference: str | None, people: dict[str, str]) -> str | None:
    """The name behind ``#id``; an id that the file does not explain stands for itself."""
    identifier = _id(reference)
    return people.get(identifier, identifier) or None


def _id(reference: str | None) -> str:
    """The id of the first of the references."""
    return reference.split()[0].rpartition("#")[2] if reference and not reference.isspace() else ""
