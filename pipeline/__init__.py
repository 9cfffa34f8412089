"""themeshift: what changed between two presidencies, in their own words.

The stages are plain functions on tables, imported when first used::

    from pipeline import read_speeches, attribute, segment, code, find_targets, tag, compare

The import package is called ``pipeline``, the distribution and the command ``themeshift``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "read_speeches": "pipeline.ingest",
    "attribute": "pipeline.speakers",
    "segment": "pipeline.tokenise",
    "code": "pipeline.topics",
    "find_targets": "pipeline.stance",
    "tag": "pipeline.stance",
    "compare": "pipeline.diff",
    "follow": "pipeline.diff",
    "walk": "pipeline.run",
    "write_report": "pipeline.report",
}
"""Public function -> its module. Nothing is imported before it is asked for, so that ``import pipeline`` stays light."""

__all__ = [
    "__version__",
    "attribute",
    "code",
    "compare",
    "find_targets",
    "follow",
    "read_speeches",
    "segment",
    "tag",
    "walk",
    "write_report",
]

if TYPE_CHECKING:
    from pipeline.diff import compare, follow
    from pipeline.ingest import read_speeches
    from pipeline.report import write_report
    from pipeline.run import walk
    from pipeline.speakers import attribute
    from pipeline.stance import find_targets, tag
    from pipeline.tokenise import segment
    from pipeline.topics import code


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
