"""Dates as ISO 8601, whole or only as exact as they are known: 2022-07-01, 2022-07, 2022."""

from __future__ import annotations

import calendar
import datetime
import re

_ISO = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[T ]\d{2}:?\d{2}.*)?$")


def iso(value: object) -> str | None:
    """``value`` as an ISO 8601 date, or None when it is none; times of day are dropped.

    >>> iso("2022-07-01T09:30:00Z"), iso("2022-07"), iso("July"), iso("2022-02-30")
    ('2022-07-01', '2022-07', None, None)
    """
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    match = _ISO.match(str(value).strip()) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        datetime.date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join(part for part in match.groups() if part)


EARLIEST, LATEST = 1500, 2100
"""Years of any document; a file that says 0001 or 9999 says what its program wrote by default."""


def said(value: object) -> str | None:
    """The ISO date that a file declares of itself; None when it is none or lies beyond ``EARLIEST`` or ``LATEST``.

    >>> said("2022-05-03T10:00:00Z"), said("0001-01-01"), said("9999-12-31")
    ('2022-05-03', None, None)
    """
    found = iso(value)
    return found if found and EARLIEST <= int(found[:4]) <= LATEST else None


def span(date: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that an ISO date of any exactness may mean.

    >>> span("2022-02")
    (datetime.date(2022, 2, 1), datetime.date(2022, 2, 28))
    """
    parts = [int(part) for part in date.split("-")]
    year, month, day = (*parts, None, None)[:3]
    first = datetime.date(year or 1, month or 1, day or 1)
    last_month = month or 12
    return first, datetime.date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
