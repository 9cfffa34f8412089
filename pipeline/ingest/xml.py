"""XML, hardened: any DOCTYPE is refused, no entity is resolved and nothing is fetched; the root element tells the reader."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.ingest.content import Content, NoDocument
from pipeline.settings import Limits

_READERS = {
    "TEI": "tei",
    "teiCorpus": "tei",
    "publicwhip": "hansard",
    "hansard": "hansard",
    "housecommons": "hansard",
    "houselords": "hansard",
}
"""Root elements, and the modules that read what is below them."""

_REGISTERS = frozenset(("listPerson", "listOrg", "taxonomy", "particDesc"))
"""Root elements of the files that stand beside the documents of a TEI corpus."""


def parse(raw: bytes, *, encoding: str | None = None) -> Any:
    """The root element.

    Raises
    ------
    ValueError
        When the XML is broken, nested too deeply, or has a DOCTYPE.
    ImportError
        When lxml is missing.
    """
    try:
        from lxml import etree
    except ImportError:
        raise ImportError("XML needs the library lxml. Install it: pip install 'themeshift[xml]'") from None
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"<\x00!\x00D\x00O\x00C" in raw or b"\x00<\x00!\x00D\x00O\x00C" in raw:
        raise ValueError("The XML must not have a DOCTYPE: entities in it can name other files or unpack without end.")
    try:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
            remove_comments=True, remove_pis=True, encoding=encoding,
        )  # fmt: skip
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "empty"
        raise ValueError(f"The file must be well-formed XML ({reason[:200]}).") from None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("The XML must not have a DOCTYPE: entities in it can name other files or unpack without end.")
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    return _without_namespace(element.tag)


@lru_cache(maxsize=4096)
def _without_namespace(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def flat(element: Any) -> str:
    """All text of an element with single spaces."""
    return " ".join(("".join(element.itertext()) if len(element) else element.text or "").split())


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits, place: Path | None = None) -> Content:
    """A TEI (ParlaMint too) or Hansard document; any other XML is refused by the name of its root.

    ``place`` is where the file lies: a register of persons may stand beside it. ``NoDocument`` is raised for a register itself.
    """
    root = parse(raw, encoding=encoding)
    name = local(root)
    if name in _REGISTERS:
        raise NoDocument(f"The file is a list ({name}) that belongs to a corpus and holds no text of its own.")
    if name not in _READERS:
        if name == "html":
            return import_module("pipeline.ingest.html").read(raw, form="html", encoding=encoding, limits=limits)  # type: ignore[no-any-return]
        raise ValueError(f"The root of the XML must be one of {', '.join(_READERS)}. Got {name[:80]!r}.")
    if _READERS[name] == "hansard":
        from pipeline.ingest import hansard

        return hansard.content(root)
    from pipeline.ingest import registers, tei

    if name == "teiCorpus" and next(root.iter("{*}text"), None) is None:
        raise NoDocument("The file is the root of a corpus and holds no text of its own.")
    return tei.content(root, registers.of_tree(root).joined(registers.near(place, limits)))
