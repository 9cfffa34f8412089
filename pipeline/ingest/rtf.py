"""Rich Text (.rtf): paragraphs as striprtf finds them; title, author and day from the group of document information.

Pictures and embedded objects are cut out first: they are most of such a file and no text. Links keep their words only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pipeline.ingest import dates
from pipeline.ingest.blocks import join
from pipeline.ingest.content import Content
from pipeline.settings import Limits

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}\s?){64,}")
"""Bytes of a picture or object, written as figures: no word is that long."""
_INFO = re.compile(r"\{\\info\b")
_FIELD = re.compile(r"\{\\(title|author)\b ?((?:[^{}\\]|\\.){0,500})\}")
_DAY = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_LARGEST_INFO = 20_000
"""Code points of the document information: a few fields."""


def read(raw: bytes, *, form: str, encoding: str | None, limits: Limits) -> Content:
    """The paragraphs of the document."""
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError:
        raise ImportError("RTF needs the library striprtf. Install it: pip install 'themeshift[rtf]'") from None
    source = _HEX.sub("", raw.decode("latin-1"))
    if len(source) > limits.rtf_characters:
        raise ValueError(
            f"The Rich Text must have at most {limits.rtf_characters:,} characters without its pictures. Got {len(source):,}."
        )
    if not source.lstrip().startswith("{\\rtf"):
        raise ValueError("The file must be Rich Text that begins with {\\rtf. Got something else.")
    # Under this name the instructions of a field are left out as well, and the library looks for no address in them.
    source = source.replace("\\fldinst", "\\datafield")

    def plain(part: str) -> str:
        try:
            return _whole(rtf_to_text(part, encoding=encoding or "cp1252", errors="replace"))
        except (LookupError, ValueError, IndexError, OverflowError, TypeError) as error:
            raise ValueError(f"The Rich Text file must be whole. Got a broken one ({type(error).__name__}).") from None

    text = join(plain(source).replace("|", " ").split("\n"))
    return Content(text, **_said(source, plain))


def _whole(text: str) -> str:
    """Text whose letters beyond the 16 bits of Rich Text are one code point again, and not the two halves that are written."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\x00", "")


def _said(source: str, plain: Callable[[str], str]) -> dict[str, Any]:
    """Title, author and day of making from ``{\\info ...}``."""
    begins = _INFO.search(source, 0, 200_000)
    if not begins:
        return {}
    info = source[begins.start() : begins.start() + _LARGEST_INFO]
    page = re.search(r"\\ansicpg\d{1,5}", source[:1000])
    head = "{\\rtf1\\ansi" + (page.group() if page else "")
    said: dict[str, Any] = {}
    for name, inner in _FIELD.findall(info):
        value = " ".join(plain(f"{head} {inner}}}").split())
        if value and name not in said:
            said[name] = value
    made = _DAY.search(info)
    day = dates.said("{}-{:0>2}-{:0>2}".format(*made.groups())) if made else None
    return said | ({"docvars": {"created": day}} if day else {})
