"""Which reader reads a file: by what it begins with where that is unmistakable, else by its ending."""

from __future__ import annotations

import io
import re
import zipfile
from importlib import import_module
from pathlib import Path, PurePosixPath

from pipeline import settings
from pipeline.ingest.content import Content
from pipeline.settings import Limits

FORMATS = ("txt", "md", "html", "pdf", "docx", "odt", "rtf", "srt", "vtt", "xml", "eml")
"""Formats of one document; a manifest's ``format`` is one of them."""

TABLES = ("csv", "tsv", "jsonl", "parquet")
"""Formats of many documents, one a row."""

ENDINGS = {
    "txt": "txt",
    "text": "txt",
    "md": "md",
    "markdown": "md",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "pdf": "pdf",
    "docx": "docx",
    "odt": "odt",
    "rtf": "rtf",
    "srt": "srt",
    "vtt": "vtt",
    "xml": "xml",
    "tei": "xml",
    "eml": "eml",
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
}
_READERS = {
    "txt": "plain", "md": "plain", "html": "html", "pdf": "pdf", "docx": "office", "odt": "office", "xml": "xml",
    "srt": "captions", "vtt": "captions", "eml": "mail", "rtf": "rtf",
}  # fmt: skip

_REFUSED = {
    "doc": "The Word format before 2007 is not read. Save the document as .docx, .odt or .txt.",
}

_OPEN_TAG = re.compile(rb"<(?!!|\?)(?:[\w.-]+:)?([\w.-]+)")


def ending(name: str) -> str:
    """The last ending of a name in lower case without dot, ``.gz`` looked through; empty without one."""
    parts = name.rpartition("/")[2].lower().lstrip(".").split(".")
    if len(parts) > 1 and parts[-1] == "gz":
        parts.pop()
    return parts[-1] if len(parts) > 1 else ""


def stem(name: str) -> str:
    """``name`` without the endings of its format and packing; digits behind a dot are part of the name.

    >>> stem("north/speech.2019.txt.gz"), stem("speech.2019")
    ('north/speech.2019', 'speech.2019')
    """
    bare = name[:-3] if name.lower().endswith(".gz") else name
    end = ending(bare)
    return bare[: -len(end) - 1] if end in ENDINGS or (end.isalnum() and not end.isdigit() and len(end) <= 5) else bare


def by_name(name: str) -> str | None:
    """The format that the ending of ``name`` stands for; a name without ending is text; None for an ending that is unknown."""
    end = ending(name)
    return ENDINGS.get(end, "txt" if not end else None)


def sniff(raw: bytes) -> str | None:
    """The format that the first bytes are sure to be of, or None."""
    head = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"WEBVTT"):
        return "vtt"
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(raw)
    lowered = head.lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "html"
    if lowered.startswith(b"<?xml"):
        root = _OPEN_TAG.search(lowered)
        return "html" if root and root.group(1) == b"html" else "xml"
    return None


def _sniff_zip(raw: bytes) -> str | None:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(raw)).namelist())
    except Exception:  # the reader of the format says what is wrong with it
        return None
    if "word/document.xml" in names:
        return "docx"
    return "odt" if "content.xml" in names else None


def read_content(
    raw: bytes,
    name: str,
    *,
    form: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
    place: Path | None = None,
) -> Content:
    """Read one document.

    Parameters
    ----------
    raw : the unpacked bytes of the file.
    name : of the file; its ending tells the format where the content does not.
    form : the format, when it is known; None finds it.
    encoding : of the text, when it is known; None finds it.
    limits : what is accepted.
    place : where the file lies; beside a TEI document the names of its speakers may stand.

    Raises
    ------
    ValueError
        When the format is unknown or the file is not what it should be.
    ImportError
        When a library is missing; the sentence names the extra.
    """
    form = form or sniff(raw) or by_name(name)
    if form in _REFUSED or ending(name) in _REFUSED:
        raise ValueError(_REFUSED[form if form in _REFUSED else ending(name)])
    if form is None or form in TABLES:
        raise ValueError(
            f"The file must end in one of .{', .'.join(ENDINGS)} (.gz may follow). Got {PurePosixPath(name).name!r}."
        )
    reader = import_module(f"pipeline.ingest.{_READERS[form]}")
    try:
        more = {"place": place} if form == "xml" else {}
        content: Content = reader.read(raw, form=form, encoding=encoding, limits=limits or settings.limits(), **more)
    except (ValueError, OSError, ImportError):
        raise
    except Exception as error:  # a library that fails on one odd file must not end a run
        raise ValueError(f"The file must be a whole {form} file. Its reader failed ({type(error).__name__}).") from error
    return content
