"""Plain text and Markdown; the front matter of a Markdown file is metadata and no text."""

from __future__ import annotations

import re

from pipeline.ingest import dates
from pipeline.ingest.content import OWN, Content
from pipeline.ingest.decoding import decode
from pipeline.settings import Limits

_FRONT = re.compile(r"\A---[ \t]*\n(?P<lines>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_LINE = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]+(.+?)[ \t]*$", re.MULTILINE)


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The decoded file."""
    text = decode(raw, encoding=encoding)
    front = _FRONT.match(text) if form == "md" else None
    if not front or not _LINE.search(front.group("lines")):
        return Content(text)
    said = {key.lower(): value.strip("\"'") for key, value in _LINE.findall(front.group("lines"))}
    own = {key: said[key] for key in OWN if key in said and key not in ("date", "published")}
    return Content(
        text[front.end() :].lstrip("\n"), date=dates.said(said.get("date")), published=dates.said(said.get("published")), **own
    )
