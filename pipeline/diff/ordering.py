"""The order of groups: as told, by their numbers or dates, or by the dates of their speeches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

YEAR = 365.2425
"""Days of a Gregorian year."""


class Order(NamedTuple):
    """The groups in order, where each stands in time (empty: they have none), and the unit of that time."""

    names: tuple[str, ...]
    times: tuple[float, ...] = ()
    unit: str = ""


def arrange(names: Sequence[str], dates: Sequence[Sequence[str]], *, by: str, order: str | Sequence[str] | None) -> Order:
    """Put groups in order.

    Parameters
    ----------
    names : the groups.
    dates : dates of the speeches of each group, ISO 8601.
    by : the grouping variable, for the unit.
    order : the groups in the order that is meant; ``time`` for the order of their dates though they overlap; ``none`` for none.
        None takes numbers and dates as they are, and other groups by the dates of their speeches where these do not overlap.

    Returns
    -------
    The order; numbers stand where they say, dates in years, all others one step apart. Groups without an order are sorted.

    Raises
    ------
    ValueError
        When they are to be ordered in time and one has no date.
    """
    if isinstance(order, str) and order not in ("time", "none"):
        raise ValueError(f"The order must be time, none or a list of groups. Got {order!r}.")
    if order == "none":
        return Order(tuple(sorted(names)))
    told = order is not None and order != "time"
    for values, unit in (([_number(name) for name in names], by), ([_years(name) for name in names], "year")):
        known = [value for value in values if value is not None]
        if len(known) == len(values) and order != "time" and len(set(known)) == len(known):
            by_time = sorted(zip(known, names))
            if not told or [name for _, name in by_time] == list(names):
                return Order(tuple(name for _, name in by_time), tuple(value for value, _ in by_time), unit)
    if told:
        return _steps(names)
    spans = [sorted(days) for days in dates]
    if not all(spans):
        if order == "time":
            raise ValueError(f"Groups ordered in time must have dated speeches. Got none for {names[spans.index([])]!r}.")
        return Order(tuple(sorted(names)))
    ranked = sorted(zip(spans, names), key=lambda pair: (pair[0][(len(pair[0]) - 1) // 2], pair[0][0], pair[0][-1], pair[1]))
    if order is None and any(one[-1] > other[0] for (one, _), (other, _) in pairwise(ranked)):
        return Order(tuple(sorted(names)))
    return _steps([name for _, name in ranked])


def _steps(names: Sequence[str]) -> Order:
    return Order(tuple(names), tuple(np.arange(len(names), dtype=float).tolist()), "step")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _years(text: str) -> float | None:
    """A date, or a year and month, in years."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01").toordinal() / YEAR
    except ValueError:
        return None
