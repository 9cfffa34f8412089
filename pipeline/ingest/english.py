"""Is a text English? Attribution, segmentation and models of this house are English; another text would give nonsense quietly."""

from __future__ import annotations

import re

_WORDS = """
the of and to in a is that it for was on are as with be by this have from or had not but at they we you which their has an were
will been if there would who our can i he she his her its what so all do no more when my your us them than these those about into
must should could also because where how
"""
FUNCTION_WORDS = frozenset(_WORDS.split())
"""Closed-class words of English, the commonest of any written or spoken text."""

FEWEST_WORDS = 25
"""Words below which no judgement is made: a slogan may hold no function word at all."""

FEWEST_LETTERS = 10
"""Letters of another script that make a short text foreign; a name or two in it do not."""

LEAST_SHARE = 0.15
"""Function words among the words of a text. English prose has 0.35 to 0.55; texts in other languages of Latin script, which share
a few of the words by chance, stay below 0.13 (measured: docs/benchmarks/ingest.md)."""

SAMPLE = 2_000
"""Code points looked at, from each of the beginning, the middle and the end."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = re.compile(r"[a-z]")


def not_english(text: str) -> str | None:
    """A sentence that says why ``text`` is not English, or None when it is (or is too short to tell).

    >>> not_english("Guten Abend. " * 20)
    "The text must be English. Of its words 0 % are English function words, and at least 15 % should be."
    """
    sample = text if len(text) <= 3 * SAMPLE else f"{text[:SAMPLE]} {text[(len(text) - SAMPLE) // 2 :][:SAMPLE]} {text[-SAMPLE:]}"
    words = _WORD.findall(sample.lower())
    if len(words) < FEWEST_WORDS:
        letters = [character for character in sample.lower() if character.isalpha()]
        foreign = sum(not _ENGLISH.match(character) for character in letters)
        if foreign > max(len(letters) / 2, FEWEST_LETTERS):
            return "The text must be English. Most of its letters are not Latin."
        return None
    share = sum(map(FUNCTION_WORDS.__contains__, words)) / len(words)
    if share >= LEAST_SHARE:
        return None
    said, least = round(100 * share), round(100 * LEAST_SHARE)
    return f"The text must be English. Of its words {said} % are English function words, and at least {least} % should be."
