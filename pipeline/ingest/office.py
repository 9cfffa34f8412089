"""Word (.docx) and OpenDocument (.odt) texts behind a guard against bombs: paragraphs with a blank line between.

Insertions that are still tracked count as text and deletions do not; footnotes, comments and headers of the page are left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from pipeline.ingest import dates, files
from pipeline.ingest.blocks import join
from pipeline.ingest.content import Content
from pipeline.ingest.xml import local, parse
from pipeline.settings import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback"))
_LEFT_OUT = frozenset(("note", "annotation", "tracked-changes", "sequence-decls", "forms", "table-of-content"))


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The paragraphs of the document's body."""
    what = "Word" if form == "docx" else "OpenDocument"
    archive = files.open_zip(io.BytesIO(raw), limits, what=what)
    return _word(raw, archive, limits) if form == "docx" else _open_document(archive, limits)


def _word(raw: bytes, archive: ZipFile, limits: Limits) -> Content:
    try:
        import docx
    except ImportError:
        raise ImportError("DOCX needs the library python-docx. Install it: pip install 'themeshift[docx]'") from None
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            _refuse_doctype(files.read_member(archive, name, limits, what="Word"), name)
    try:
        document = docx.Document(io.BytesIO(raw))
        said = document.core_properties
        title, author, made = said.title, said.author, _created(said)
        body = document.element.body
    except Exception as error:  # python-docx fails in many ways on a broken package, none of which is the user's concern
        raise ValueError(f"The Word file must be whole. Got a broken one ({type(error).__name__}).") from None
    paragraphs = ["".join(_run(element)) for element in _paragraphs(body)]
    author = None if author == "python-docx" else author  # what the library writes where nobody is named
    return Content(join(paragraphs), title=_short(title), author=_short(author), docvars=made)


def _created(said: Any) -> dict[str, object]:
    """The day on which the file was made: a variable of the document, and not the date of what it says."""
    try:
        day = dates.said(said.created)
    except ValueError:  # no date at all
        return {}
    return {"created": day} if day else {}


def _refuse_doctype(member: bytes, name: str) -> None:
    if b"<!DOCTYPE" in member or b"<!ENTITY" in member or b"<\x00!\x00" in member or b"\x00<\x00!" in member:
        raise ValueError(f"The Word file must not have a DOCTYPE. Its member {name[:80]!r} has.")


def _paragraphs(body: Any) -> Iterator[Any]:
    """Paragraphs in order, those of tables and text boxes too, each once."""
    stack = [iter(body)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag not in _DELETED:
            if element.tag == f"{_W}p":
                yield element
            stack.append(iter(element))


def _run(paragraph: Any) -> Iterator[str]:
    """Text of a paragraph: tabs and breaks as such, a paragraph inside a text box left to itself."""
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag == f"{_W}tab":
            yield " "
        elif element.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif element.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif element.tag not in _DELETED and element.tag != f"{_W}p" and element.tag != f"{_W}pPr":
            stack.append(iter(element))


def _open_document(archive: ZipFile, limits: Limits) -> Content:
    root = parse(files.read_member(archive, "content.xml", limits, what="OpenDocument"))
    blocks = []
    body = next((element for element in root.iter() if local(element) == "text" and local(element.getparent()) == "body"), None)
    if body is None:
        raise ValueError("The OpenDocument file must be a text. Got another kind of document.")
    stack = [iter(body)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif local(element) in ("p", "h"):
            blocks.append("".join(_spans(element)))
        elif local(element) not in _LEFT_OUT:
            stack.append(iter(element))
    said: dict[str, str] = {}
    if "meta.xml" in archive.namelist():
        for element in parse(files.read_member(archive, "meta.xml", limits, what="OpenDocument")).iter():
            said.setdefault(local(element), (element.text or "").strip())
    author = said.get("initial-creator") or said.get("creator")
    made = dates.said(said.get("creation-date"))
    docvars = {"created": made} if made else {}
    return Content(join(blocks), title=_short(said.get("title")), author=_short(author), docvars=docvars)


def _spans(element: Any, depth: int = 0) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name in ("s", "tab"):
            yield " "
        elif name == "line-break":
            yield "\n"
        elif name not in _LEFT_OUT and depth < 100:
            yield from _spans(child, depth + 1)
        yield child.tail or ""


def _short(value: str | None) -> str | None:
    return " ".join(value.split())[:500] or None if value else None
