"""Which themes a segment is about: themes of a codebook, or themes discovered in the segments themselves."""

from pipeline.topics.codebook import Codebook, CodebookTheme
from pipeline.topics.coding import code, code_rows

__all__ = ["Codebook", "CodebookTheme", "code", "code_rows"]
