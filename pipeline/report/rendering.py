"""Pages from templates: one file that asks nobody for anything, with its data inside."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pipeline.report import words

if TYPE_CHECKING:
    import jinja2

PAGE_BYTES = 148_000
"""What one page may weigh, so that it goes by mail and opens at once."""

_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end or change a script element, written so that JSON means the same."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters that HTML forbids; they are shown as the replacement character."""


def fits(html: str) -> bool:
    """Whether a page is small enough."""
    return len(html.encode("utf-8", errors="replace")) <= PAGE_BYTES


def render(template: str, shown: Mapping[str, Any], *, rooms: Sequence[str], scripts: Sequence[str] | None = None) -> str:
    """The page of a template; ``rooms`` name its styles and scripts (``scripts`` where these are fewer), which are allowed by
    their hashes; nothing else may run or load."""
    style = "\n".join(_minified(_asset(f"{room}.css")) for room in rooms)
    script = "\n".join(_minified(_asset(f"{room}.js")) for room in (rooms if scripts is None else scripts))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    html = environment().get_template(template).render(**shown, style=style, script=script, policy=policy)
    return _CONTROLS.sub("\ufffd", html)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates of the package; everything they are given is escaped."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["percent"] = words.percent
    made.filters["points"] = words.points
    made.filters["probability"] = words.probability
    made.filters["whole"] = lambda number: f"{number:,}"
    made.filters["px"] = lambda number: f"{number:.1f}".removesuffix(".0")
    return made


@lru_cache(maxsize=16)
def _asset(name: str) -> str:
    return (files("pipeline.report") / "templates" / name).read_text(encoding="utf-8")


def _minified(source: str) -> str:
    """A style sheet or script without line starts and lines of comment; what a page carries need not be read there."""
    return re.sub(r"\n\s*(?://.*)?", "\n", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def in_script(value: object) -> str:
    """``value`` as JSON that may stand inside a script element."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: _UNSAFE[found[0]], plain)


def packed(text: str) -> str:
    """``text`` compressed, as base64 that may stand inside a script element; the same bytes for the same text."""
    return base64.b64encode(gzip.compress(text.encode("utf-8", errors="replace"), 9, mtime=0)).decode()
