"""Ingest: any file, folder, glob, table, archive or manifest into the table of speeches, one small module a format.

What is read is never executed, and nothing is fetched except by :mod:`pipeline.ingest.fetch`.
"""

from __future__ import annotations

from pipeline.ingest.content import Content, Turn
from pipeline.ingest.duplicates import once
from pipeline.ingest.formats import FORMATS, read_content
from pipeline.ingest.pages import page_of, pages_of, span_of
from pipeline.ingest.reading import Reading, read, read_speeches, validate

__all__ = [
    "FORMATS",
    "Content",
    "Reading",
    "Turn",
    "once",
    "page_of",
    "pages_of",
    "read",
    "read_content",
    "read_speeches",
    "span_of",
    "validate",
]
