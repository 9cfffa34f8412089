"""Cue words by their forms: which lemma and which classes a form in a text belongs to."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

TITLES = frozenset(
    """mr mrs ms miss mx sir dame lord lady baroness baron dr prof professor president vice-president senator sen
    representative rep governor gov secretary minister chancellor councillor cllr mayor judge justice general gen colonel col
    captain capt lieutenant lt sergeant sgt major maj rev reverend father sister brother bishop archbishop pope king queen
    prince princess congressman congresswoman ambassador commissioner director chairman chairwoman chief inspector detective
    officer superintendent constable speaker premier deputy attorney coach uncle aunt monsieur madame count countess duke""".split()
)
"""Words that stand before a surname, without the full stop, in lower case."""

FEMALE_TITLES = frozenset(
    "mrs ms miss dame lady baroness queen princess congresswoman chairwoman sister aunt madame countess".split()
)
MALE_TITLES = frozenset(
    "mr sir lord baron king prince congressman chairman father brother uncle monsieur count duke".split()
)


class Cue(NamedTuple):
    """A cue word: its lemma and the classes that it belongs to."""

    lemma: str
    classes: frozenset[str]


def forms(verb: str) -> set[str]:
    """Regular forms of a verb.

    >>> sorted(forms("deny"))
    ['denied', 'denies', 'deny', 'denying']
    """
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing", verb + "ing"} - (
            {verb[:-1] + "ing"} if verb.endswith("ee") else {verb + "ing"}
        )
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return {verb, verb + "es", verb + "ed", verb + "ing"}
    regular = {verb, verb + "s", verb + "ed", verb + "ing"}
    if verb[-1] in "bdgklmnprt" and verb[-2] in "aeiou" and verb[-3:-2] not in "aeiou":
        regular |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return regular


@lru_cache(maxsize=1)
def _entries() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("pipeline.speakers").joinpath("cues.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def verbs() -> dict[str, Cue]:
    """Cue verbs by their forms in lower case; classes say, manner, think, topic."""
    classes: dict[str, set[str]] = {}
    for name, members in _entries()["verbs"].items():
        for lemma in members.split():
            classes.setdefault(lemma, set()).add(name)
    found: dict[str, Cue] = {}
    for lemma, names in classes.items():
        for form in forms(lemma):
            found.setdefault(form, Cue(lemma, frozenset(names)))
    for form, lemma in _entries()["irregular"].items():
        if lemma in classes:
            found[form] = Cue(lemma, frozenset(classes[lemma]))
    return found


@lru_cache(maxsize=1)
def nouns() -> dict[str, Cue]:
    """Cue nouns by their forms in lower case; classes say, think."""
    found: dict[str, Cue] = {}
    for name, members in _entries()["nouns"].items():
        for lemma in members.split():
            plural = lemma[:-1] + "ies" if lemma.endswith("y") and lemma[-2] not in "aeiou" else lemma + "s"
            for form in (lemma, plural):
                classes = found[form].classes if form in found else frozenset()
                found[form] = Cue(lemma, classes | {name})
    return found


@lru_cache(maxsize=1)
def adjectives() -> frozenset[str]:
    """Adjectives of mind that take a clause."""
    return frozenset(_entries()["adjectives"]["think"].split())
