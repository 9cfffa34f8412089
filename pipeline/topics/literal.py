"""Phrases found word for word: with inflection, with acronyms as the text itself expands them.

A phrase matches a segment when its words stand there in order, each in any regular inflection. A word that the phrase
writes in capitals ("SEND") matches capitals only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*", re.UNICODE)
"""A word: letters and digits, with inner apostrophes and hyphens."""

ACRONYM = re.compile(r"\(([A-Z][A-Za-z&]{1,9})\)")
"""An acronym where a text introduces it: in brackets, behind what it stands for."""

SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
"""Words an acronym may pass over."""

PLURAL = re.compile(r"['’]?s$|(?<=s)['’]$")

VOWELS = frozenset("aeiouy")


ONE_SYLLABLE = re.compile(r"[^aeiouy]*[aeiouy][^aeiouywx]")
"""A stem that doubles its consonant before an ending (plan, planned); where it did not, a silent e was lost (plane, planed)."""

IRREGULAR = {
    "analyses": "analysis", "children": "child", "crises": "crisis", "criteria": "criterion", "feet": "foot", "gases": "gas",
    "halves": "half", "hypotheses": "hypothesis", "knives": "knife", "men": "man", "mice": "mouse", "oxen": "ox",
    "phenomena": "phenomenon", "shelves": "shelf", "teeth": "tooth", "thieves": "thief", "wives": "wife", "wolves": "wolf",
    "women": "woman",
}  # fmt: skip
"""Plurals that no ending tells, those that are a plural of one word only."""

SINGULAR = frozenset(["lens", "news", "series", "species"])
"""Words on s that are no plurals of what is left without it."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A lower-case word without its ending of plural, possessive, past or participle.

    Two forms of one word have the same stem; the stem itself need not be a word.

    >>> [stem(w) for w in ("policies", "policy", "children's", "funding", "funded", "buses", "taxes", "tax")]
    ['policy', 'policy', 'child', 'fund', 'fund', 'bus', 'tax', 'tax']
    >>> [stem(w) for w in ("plan", "planned", "plane", "planes", "taxing", "news", "new")]
    ['plan', 'plan', 'plane', 'plane', 'tax', 'news', 'new']
    """
    word = word.replace("’", "'")
    if word.endswith(("'s", "s'")):
        word = word[:-2] if word.endswith("'s") else word[:-1]
    word = IRREGULAR.get(word, word)
    if word in SINGULAR:
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes", "zes", "uses")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word[: -len(ending)]
        if word.endswith(ending) and VOWELS & set(base) and (len(base) > 3 or base.endswith("x")):
            if base[-1] == base[-2] and base[-1] not in "lsz":
                return base[:-1]
            return base + "e" if ONE_SYLLABLE.fullmatch(base) else base.removesuffix("e")
    silent = len(word) > 4 and not ONE_SYLLABLE.fullmatch(word[:-1])
    return word.removesuffix("e") if silent else word


def _key(token: str) -> str:
    return stem(token.casefold())


def words(text: str) -> list[str]:
    """The words of ``text`` in order, as they are written.

    >>> words("The SEND Review’s aim: children's well-being.")
    ['The', 'SEND', 'Review’s', 'aim', "children's", 'well-being']
    """
    return WORD.findall(text)


def is_acronym(token: str) -> bool:
    """Two or more capitals, a small s of the plural allowed, as in MP, SEND, EHCPs."""
    core = token[:-1] if token.endswith("s") and len(token) > 2 else token
    return len(core) > 1 and core.isupper() and core.isalpha()


def expansions(texts: Iterable[str]) -> dict[str, str]:
    """Acronyms that the texts introduce themselves, with what they stand for.

    The letters of the acronym must be the initials of the words before the bracket, small words passed over; of several
    expansions the commonest is kept.

    >>> expansions(["The Office for Rail and Road (ORR) met the Bus Users Group (BUG)."])
    {'ORR': 'Office for Rail and Road', 'BUG': 'Bus Users Group'}
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for match in ACRONYM.finditer(text):
            expansion = _expansion(text[max(0, match.start() - 120) : match.start()], match[1])
            if expansion:
                found[match[1].removesuffix("s")][expansion] += 1
    return {acronym: sorted(counts.items(), key=lambda item: (-item[1], item[0]))[0][0] for acronym, counts in found.items()}


def _expansion(before: str, acronym: str) -> str | None:
    """The words before a bracket whose initials make the acronym, small words passed over if that is enough."""
    letters = [letter.lower() for letter in acronym.removesuffix("s") if letter.isalpha()]
    spans = list(WORD.finditer(before))
    for pass_over in (True, False):
        i = len(spans) - 1
        start = None
        for letter in reversed(letters):
            while i >= 0 and spans[i][0].lower() in SMALL and (pass_over or spans[i][0][0].lower() != letter):
                i -= 1
            if i < 0 or spans[i][0][0].lower() != letter:
                start = None
                break
            start = spans[i].start()
            i -= 1
        if start is not None and re.search(r"[.;:()]", before[start:]) is None:
            return before[start:].strip()
    return None


class PhraseMatcher:
    """Finds which of many phrases stand in a segment.

    Parameters
    ----------
    phrases : for each theme its phrases.
    acronyms : acronym to expansion; a phrase that holds one of the two forms matches the other as well.
    """

    def __init__(self, phrases: Sequence[Sequence[str]], acronyms: dict[str, str] | None = None) -> None:
        self.index: dict[str, list[tuple[tuple[str, ...], tuple[str | None, ...], int, str]]] = defaultdict(list)
        for theme, theme_phrases in enumerate(phrases):
            seen: set[tuple[str, ...]] = set()
            for phrase in theme_phrases:
                for variant in _variants(phrase, acronyms or {}):
                    tokens = words(variant)
                    keys = tuple(map(_key, tokens))
                    if keys and keys not in seen:
                        seen.add(keys)
                        cases = tuple(token if is_acronym(token) else None for token in tokens)
                        self.index[keys[0]].append((keys, cases, theme, phrase))

    def find(self, text: str) -> dict[int, list[str]]:
        """Themes whose phrases stand in ``text``, with those phrases, each once.

        >>> PhraseMatcher([["bus service"], ["school"]]).find("New schools need bus services.")
        {1: ['school'], 0: ['bus service']}
        """
        tokens = words(text)
        keys = [_key(token) for token in tokens]
        shouting = text.isupper()
        found: dict[int, list[str]] = {}
        for place, key in enumerate(keys):
            for wanted, cases, theme, phrase in self.index.get(key, ()):
                if tuple(keys[place : place + len(wanted)]) != wanted:
                    continue
                here = tokens[place : place + len(wanted)]
                small = (case and _singular(word) != _singular(case) for case, word in zip(cases, here))
                if not shouting and any(small):
                    continue
                phrases = found.setdefault(theme, [])
                if phrase not in phrases:
                    phrases.append(phrase)
        return found


def _singular(acronym: str) -> str:
    """An acronym without the small s of its plural or possessive."""
    return PLURAL.sub("", acronym)


def _variants(phrase: str, acronyms: dict[str, str]) -> list[str]:
    """The phrase, and the phrase with an acronym for its expansion or the other way round."""
    variants = [phrase]
    for acronym, expansion in acronyms.items():
        if re.search(rf"\b{re.escape(acronym)}\b", phrase):
            variants.append(expansion.join(re.split(rf"\b{re.escape(acronym)}\b", phrase)))
        pattern = rf"\b{re.escape(expansion)}\b"
        if re.search(pattern, phrase, flags=re.IGNORECASE):
            variants.append(acronym.join(re.split(pattern, phrase, flags=re.IGNORECASE)))
    return variants


def literal_matches(texts: Sequence[str], phrases: Sequence[Sequence[str]], acronyms: dict[str, str]) -> NDArray[np.bool_]:
    """Which segment (n) holds a phrase of which theme (k), word for word but for inflection."""
    matcher = PhraseMatcher(phrases, acronyms)
    found = np.zeros((len(texts), len(phrases)), bool)
    for row, text in enumerate(texts):
        found[row, list(matcher.find(text))] = True
    return found
