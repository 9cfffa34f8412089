"""Short names taken for what they refer to: "the White Paper" is the one that the same speech named in full."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import replace

from pipeline.topics.literal import is_acronym, stem
from pipeline.topics.phrases import Phrase

Phrases = dict[tuple[str, ...], Phrase]

_HEADS = """
act agreement bill board charter code commission committee convention council framework fund inquiry initiative pact paper plan
programme program project protocol report review scheme settlement strategy taskforce treaty
"""
HEADS = frozenset(map(stem, _HEADS.split()))
"""What people found, write or pass: it is named in full once and by its last words afterwards. Offices and countries are not
(the Prime Minister is not the Deputy Prime Minister of the sentence before)."""


def resolved(found: Phrases, speech: Sequence[int], place: Sequence[int]) -> Phrases:
    """Candidates with the segments of each short name given to the full name that it refers to.

    Parameters
    ----------
    found : candidates by key; they stay as they are.
    speech, place : (n,) the speech of each of the n segments and its place in reading order.

    Returns
    -------
    candidates without those short names whose segments all went to full ones.

    Notes
    -----
    A short name is the end of a longer name, both capitalised, with one of ``HEADS`` last. It refers to the full name that its
    speech gave last before it, else to the first that its speech gives after it; one of two words or more, else, to the only full
    name in the corpus. Where nothing tells, it stays as it is.

    >>> from pipeline.topics.phrases import candidates
    >>> texts = ["A Ferry White Paper is out.", "We read the White Paper.", "A Rail White Paper is out.", "Why a White Paper?"]
    >>> found = resolved(candidates(texts), [0, 0, 1, 1], range(4))
    >>> {name.text: name.rows for name in found.values() if name.text.endswith("Paper")}
    {'Ferry White Paper': [0, 1], 'Rail White Paper': [2, 3]}
    """
    headed = [phrase for phrase in found.values() if phrase.key[-1] in HEADS]
    names = [phrase for phrase in headed if phrase.text[:1].isupper() and not is_acronym(phrase.text)]
    full: dict[tuple[str, ...], list[Phrase]] = {}
    for phrase in names:
        for begin in range(1, len(phrase.key)):
            full.setdefault(phrase.key[begin:], []).append(phrase)
    gained: dict[tuple[str, ...], list[int]] = {}
    lost: dict[tuple[str, ...], set[int]] = {}
    for short in names:
        longer = [phrase for phrase in full.get(short.key, []) if phrase.key not in full]
        given = sorted((speech[row], place[row], phrase.key) for phrase in longer for row in phrase.rows)
        for row in short.rows:
            home = _referent(given, speech[row], place[row])
            if home is None and len(longer) == 1 and len(short.key) > 1:
                home = longer[0].key
            if home is not None:
                gained.setdefault(home, []).append(row)
                lost.setdefault(short.key, set()).add(row)
    result = {}
    for key, phrase in found.items():
        rows = [row for row in phrase.rows if row not in lost.get(key, ())]
        for row in gained.get(key, ()):
            if row not in rows:
                insort(rows, row)
        if rows:
            result[key] = replace(phrase, rows=rows, referred=frozenset(rows) - frozenset(phrase.rows))
    return result


def _referent(given: Sequence[tuple[int, int, tuple[str, ...]]], speech: int, place: int) -> tuple[str, ...] | None:
    """The full name given last before a place of a speech, else the first after it, of all that are ``given`` in order."""
    at = bisect_right(given, (speech, place, ("\U0010ffff",)))
    if at and given[at - 1][0] == speech:
        return given[at - 1][2]
    return given[at][2] if at < len(given) and given[at][0] == speech else None
