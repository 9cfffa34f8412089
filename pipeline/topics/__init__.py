"""Which themes a segment is about: themes of a codebook, or themes discovered in the segments themselves."""

from typing import Any

from pipeline.topics.agreement import Agreement, agreement
from pipeline.topics.codebook import Codebook, CodebookTheme
from pipeline.topics.coding import code, code_rows

__all__ = ["Agreement", "Codebook", "CodebookTheme", "SentenceVectorizer", "ThemeModel", "agreement", "code", "code_rows"]


def __getattr__(name: str) -> Any:
    """The estimators, imported on first use: scikit-learn takes a second that coding does not need."""
    if name in ("SentenceVectorizer", "ThemeModel"):
        from pipeline.topics import estimators

        return getattr(estimators, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
