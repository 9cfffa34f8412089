"""Talk without frames: in a conversation of two, turns alternate, and who is addressed by name answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RUN_GAP = 2  # paragraphs from one turn to the next in the same conversation: one of action may stand between
_VOCATIVE = re.compile(
    r"(?:^|[,.!?—–-]\s*)(?:(?:oh|ah|well|yes|no|now|but|and|why|my|dear|good|poor|old|come)[\s,]+)*"
    r"((?:(?:Mr|Mrs|Miss|Ms|Dr|Sir|Lady|Lord|Captain|Colonel|Doctor|Aunt|Uncle)\.?\s)?[A-ZÀ-Þ][\w’'-]+)(?=\s?[,.!?—–-]|\s*$)"
)


@dataclass
class Turn:
    """A paragraph of dialogue: its number, its quoted words, who says them if known, and whether that was read off a frame."""

    number: int
    words: str
    speaker: str | None
    quotes: list[int] = field(default_factory=list)
    """Numbers of the quotes that wait for a speaker."""


def fill(turns: Sequence[Turn], known: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """Speakers of the turns without one, as {position in ``turns``: (name, rule)}.

    Parameters
    ----------
    turns : in order.
    known : full name by each short form in lower case that a speaker of the text may be addressed by.
    """
    names = [turn.speaker for turn in turns]
    addressed = [addressee(turn.words, known) for turn in turns]
    found: dict[int, tuple[str, str]] = {}

    def joined(i: int, j: int) -> bool:
        low, high = min(i, j), max(i, j)
        return low >= 0 and high < len(turns) and all(turns[k + 1].number - turns[k].number <= RUN_GAP for k in range(low, high))

    def settle(i: int, name: str | None, rule: str) -> None:
        if name and names[i] is None and name != addressed[i]:
            names[i] = name
            found[i] = name, rule

    order = range(len(turns))
    for i in order:
        if names[i] is None and joined(i - 1, i) and addressed[i - 1] and addressed[i - 1] != names[i - 1]:
            settle(i, addressed[i - 1], "addressed")
    for step in (2, -2):
        for i in order if step > 0 else reversed(order):
            other = i - step // 2
            if names[i] is None and joined(i - step, i) and names[i - step] != names[other]:
                settle(i, names[i - step], "alternating")
    return found


def addressee(words: str, known: Mapping[str, str]) -> str | None:
    """The known person whom quoted words address by name."""
    for match in _VOCATIVE.finditer(words):
        name = match.group(1).lower().replace(".", "")
        if name in known:
            return known[name]
    return None


def short_forms(names: Sequence[str]) -> dict[str, str]:
    """Full name by the forms that people are addressed by: whole, first and last; forms of two people are left out."""
    bearers: dict[str, set[str]] = {}
    for name in names:
        words = name.lower().replace(".", "").split()
        if words and name[0].isupper():
            for form in {" ".join(words), words[0], words[-1]}:
                bearers.setdefault(form, set()).add(name)
    return {form: next(iter(whole)) for form, whole in bearers.items() if len(whole) == 1}
