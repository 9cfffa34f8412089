"""What a reader of one format gives back: the text of one document and what the file says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

OWN = ("title", "date", "published", "kind", "author", "publisher", "url")
"""Fields that a file may say about itself and a manifest may say better."""


class NoDocument(ValueError):  # noqa: N818  it is no error among the files of a folder
    """A file that belongs to a corpus and is none of its documents: a register of persons, say."""


class Turn(TypedDict):
    """A marked turn: half-open offsets in code points of the text, who speaks (or None), and ``spoken`` or ``furniture``."""

    start: int
    end: int
    speaker: str | None
    mode: str


@dataclass(frozen=True)
class Content:
    """The text of a document as it is counted, and what its file says of it.

    Attributes
    ----------
    text : the decoded text; every offset of the house counts its code points.
    title, date, published, kind, author, publisher, url : as the file itself says, else None; dates are ISO 8601.
    turns : marked turns that cover the text without overlap; empty where the format marks none.
    pages : offset in code points at which each page begins; empty where there are no pages.
    people : names of the file's own register of speakers, with their ``aliases`` and ``pronouns``.
    docvars : further variables of the document.
    """

    text: str
    title: str | None = None
    date: str | None = None
    published: str | None = None
    kind: str | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    turns: tuple[Turn, ...] = ()
    pages: tuple[int, ...] = ()
    people: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    docvars: Mapping[str, object] = field(default_factory=dict)
