"""How much the words of a phrase tell by themselves: some could name anything, some name only what something else has."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipeline.topics.literal import stem
from pipeline.topics.phrases import INSIDE, Phrase


@lru_cache(maxsize=1)
def generic_words() -> frozenset[str]:
    """Stems of the words that name no theme by themselves (``generic.txt`` says what they are)."""
    lines = (Path(__file__).parent / "generic.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in line.split())


def relational(phrase: Phrase) -> float:
    """Share (0 to 1) of the times that a phrase stands for something only together with what it belongs to.

    "The cost of", "our destiny" and "its membership" name no theme without the rest: they are relational nouns, which take an
    argument (de Bruin and Scha 1988, The interpretation of relational nouns, ACL 26). One mention is added that is none.

    >>> from pipeline.topics.phrases import candidates
    >>> found = candidates(["Its membership grew.", "The membership of the club fell.", "The club met at noon."])
    >>> [round(relational(found[key]), 2) for key in (("membership",), ("club",))]
    [0.67, 0.0]
    """
    return phrase.relative / (phrase.times + 1)


def generality(key: tuple[str, ...]) -> float:
    """Share (0 to 1) of the words of a phrase, given as stems, that name nothing by themselves.

    A word joined by hyphens is what its last part is.

    >>> generality(("clear", "messag")), generality(("school", "plan")), generality(("vice-chairman",))
    (1.0, 0.5, 1.0)
    """
    content = [word for word in key if word not in INSIDE]
    return sum(word.rpartition("-")[2] in generic_words() for word in content) / max(1, len(content))
