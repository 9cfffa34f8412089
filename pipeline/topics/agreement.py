"""How far two codings of the same segments agree, beyond chance: the tool and a person, or two persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NONE = "(none)"
"""Stands for no theme: agreeing that there is none is agreement too."""


@dataclass(frozen=True)
class Agreement:
    """Agreement of two coders on ``n`` segments: share of equal codes (0 to 1), Cohen's kappa and Krippendorff's alpha (1 is
    perfect, 0 is chance; None when both gave one and the same code to all), and kappa of each theme against the rest."""

    n: int
    observed: float
    kappa: float | None
    alpha: float | None
    themes: dict[str, float | None]


def agreement(first: Mapping[str, str | None], second: Mapping[str, str | None]) -> Agreement:
    """Compare two codings with one code a segment.

    Parameters
    ----------
    first, second : code (or None) of each segment's id; segments that only one of them coded are left out.

    Raises
    ------
    ValueError
        When no segment was coded by both.

    References
    ----------
    Cohen (1960); Krippendorff (1980); computed by :mod:`nltk.metrics.agreement`.

    >>> agreement({"1": "a", "2": "b", "3": None}, {"1": "a", "2": "b", "3": None}).kappa
    1.0
    """
    shared = sorted(set(first) & set(second))
    if not shared:
        raise ValueError("The two codings must share segments: no id of the one is an id of the other.")
    a, b = [first[i] or NONE for i in shared], [second[i] or NONE for i in shared]
    kappa, alpha = _coefficients(a, b)
    names = sorted({*a, *b} - {NONE})
    themes = {name: _coefficients([str(x == name) for x in a], [str(x == name) for x in b])[0] for name in names}
    return Agreement(len(shared), sum(x == y for x, y in zip(a, b)) / len(shared), kappa, alpha, themes)


def _coefficients(a: Sequence[str], b: Sequence[str]) -> tuple[float | None, float | None]:
    from nltk.metrics.agreement import AnnotationTask

    if len({*a, *b}) < 2:
        return None, None
    rows = [("first", str(i), code) for i, code in enumerate(a)] + [("second", str(i), code) for i, code in enumerate(b)]
    task = AnnotationTask(rows)
    return round(float(task.kappa()), 4), round(float(task.alpha()), 4)
