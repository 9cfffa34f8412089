"""Words by their lists: cue words with their classes, and words about people."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

DOUBLING = "bdgklmnprt"  # consonants that double behind a single vowel: "beg", "begged"


class Cue(NamedTuple):
    """A cue word: its lemma and the classes that it belongs to."""

    lemma: str
    classes: frozenset[str]


def forms(verb: str) -> set[str]:
    """Regular forms of a verb.

    >>> sorted(forms("deny"))
    ['denied', 'denies', 'deny', 'denying']
    """
    if verb.endswith("ee"):
        return {verb, verb + "s", verb + "d", verb + "ing"}
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return {verb, verb + "es", verb + "ed", verb + "ing"}
    regular = {verb, verb + "s", verb + "ed", verb + "ing"}
    if verb[-1] in DOUBLING and verb[-2] in "aeiou" and verb[-3:-2] not in "aeiou":
        regular |= {verb + verb[-1] + "ed", verb + verb[-1] + "ing"}
    return regular


@lru_cache(maxsize=2)
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(files("pipeline.speakers").joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def people(key: str) -> frozenset[str]:
    """A list of ``people.toml``: titles, female_titles, male_titles, institution, male, female, he, she."""
    return frozenset(_file("people.toml")[key].split())


@lru_cache(maxsize=8)
def kind(key: str) -> frozenset[str]:
    """A list of cue words that behave alike: addressed, passive_speaks, light, documents."""
    return frozenset(_file("cues.toml")["kinds"][key].split())


@lru_cache(maxsize=256)
def prepositions(lemma: str) -> frozenset[str]:
    """Prepositions that bring in what a verb is about."""
    return frozenset(_file("cues.toml")["prepositions"].get(lemma, "").split())


@lru_cache(maxsize=1)
def verbs() -> dict[str, Cue]:
    """Cue verbs by their forms in lower case; classes say, manner, think, topic."""
    classes: dict[str, set[str]] = {}
    for name, members in _file("cues.toml")["verbs"].items():
        for lemma in members.split():
            classes.setdefault(lemma, set()).add(name)
    found: dict[str, Cue] = {}
    for lemma, names in classes.items():
        for form in forms(lemma):
            found.setdefault(form, Cue(lemma, frozenset(names)))
    for form, lemma in _file("cues.toml")["irregular"].items():
        if lemma in classes:
            found[form] = Cue(lemma, frozenset(classes[lemma]))
    return found


@lru_cache(maxsize=1)
def nouns() -> dict[str, Cue]:
    """Cue nouns by their forms in lower case; classes say, think."""
    found: dict[str, Cue] = {}
    for name, members in _file("cues.toml")["nouns"].items():
        for lemma in members.split():
            plural = lemma[:-1] + "ies" if lemma.endswith("y") and lemma[-2] not in "aeiou" else lemma + "s"
            for form in (lemma, plural):
                classes = found[form].classes if form in found else frozenset()
                found[form] = Cue(lemma, classes | {name})
    return found


@lru_cache(maxsize=1)
def adjectives() -> frozenset[str]:
    """Adjectives of mind that take a clause."""
    return frozenset(_file("cues.toml")["adjectives"]["think"].split())
