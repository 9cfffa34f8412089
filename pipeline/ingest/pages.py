"""On which page of its source a quotation stands: from the offsets at which the pages of a speech begin."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence

Pages = str | Sequence[int] | None


def page_of(pages: Pages, start: int) -> int | None:
    """The page, counted from 1, on which a place of the text as ingested stands; None where the source has no pages.

    Parameters
    ----------
    pages : the column ``pages`` of the table of speeches: offsets in code points, JSON or a sequence.
    start : offset in code points of the text.

    Raises
    ------
    ValueError
        When ``pages`` is no list of whole numbers, or ``start`` is negative.

    >>> page_of("[0, 120, 260]", 119), page_of("[0, 120, 260]", 120), page_of(None, 5)
    (1, 2, None)
    """
    begins = _begins(pages)
    if start < 0:
        raise ValueError(f"The offset of a place must be a whole number from 0. Got {start}.")
    return max(bisect_right(begins, start), 1) if begins else None


def pages_of(pages: Pages, start: int, end: int) -> tuple[int, int] | None:
    """The first and the last page of a span, half-open as all spans are; None where the source has no pages.

    >>> pages_of([0, 120, 260], 100, 130)
    (1, 2)
    """
    first, last = page_of(pages, start), page_of(pages, max(end - 1, start))
    return None if first is None or last is None else (first, last)


def span_of(pages: Pages, number: int, length: int) -> tuple[int, int]:
    """The half-open offsets of a page in a text of ``length`` code points.

    Raises ``ValueError`` when there is no such page.

    >>> span_of([0, 120, 260], 3, 300)
    (260, 300)
    """
    begins = _begins(pages)
    if not 1 <= number <= len(begins):
        raise ValueError(f"The page must be a number from 1 to {len(begins)}. Got {number}.")
    return begins[number - 1], (*begins[1:], length)[number - 1]


def _begins(pages: Pages) -> list[int]:
    if pages is None or pages != pages:  # a missing cell of a table
        return []
    try:
        found = json.loads(pages) if isinstance(pages, str) else list(pages)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(begin, int) for begin in found):
        raise ValueError(f"The pages of a speech must be a list of offsets. Got {str(pages)[:80]!r}.")
    return found
