"""Candidate phrases of a text: runs of words between stop words and punctuation, counted by stem, shown as written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.topics.literal import is_acronym, stem

LONGEST = 7
"""Words in the longest candidate: names of bills and schemes seldom have more."""

CHUNK = re.compile(r"[^\w\s'’\-&]+|\s-\s|(?<=\w)['’](?=\s)")
"""Where a phrase cannot go on: punctuation other than apostrophe, hyphen and ampersand."""

TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|&", re.UNICODE)

INSIDE = frozenset(["of", "for", "and", "the", "in", "on", "to", "&", "by", "with"])
"""Small words that may stand inside a capitalised name ("Secretary of State for Health")."""

OWNERS = frozenset(["my", "our", "your", "his", "her", "its", "their", "whose"])
"""Whose a thing is, when it is not named."""

CONTRACTED = re.compile(r"['’](?:s|t|re|ve|ll|d|m)$", re.IGNORECASE)


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """English function words: spaCy's list and its contracted forms, titles, and adverbs of time that a tagger calls nouns."""
    from spacy.lang.en.stop_words import STOP_WORDS

    more = ["i", "im", "ive", "mr", "mrs", "ms", "dr", "sir", "madam", "yes", "ok", "today", "tonight", "tomorrow", "yesterday"]
    return frozenset(STOP_WORDS) | frozenset(more)


@dataclass
class Phrase:
    """A candidate: its stems, how it is written and in which rows it stands; in those of ``referred`` only by a short name.

    ``times`` is how often it stands there, ``relative`` how often as somebody's, or of something ("its membership", "the cost
    of"), ``called`` how often it begins a sentence and is cut off from the rest ("Anna, stand up"); ``cased`` is whether it ever
    stands within a sentence, which shows how it is written.
    """

    key: tuple[str, ...]
    rows: list[int] = field(default_factory=list)
    forms: dict[str, int] = field(default_factory=dict)
    referred: frozenset[int] = frozenset()
    times: int = 0
    relative: int = 0
    called: int = 0
    cased: bool = False

    @property
    def text(self) -> str:
        """The commonest form; of equals the first in the alphabet."""
        return min(self.forms.items(), key=lambda item: (-item[1], item[0]))[0]


@lru_cache(maxsize=100_000)
def is_stop(token: str) -> bool:
    """Whether a word is a function word, a contraction of one, or a number.

    >>> [is_stop(w) for w in ("the", "won't", "school's", "2024")]
    [True, True, False, True]
    """
    low = token.casefold().replace("’", "'")
    return low in stop_words() or (CONTRACTED.sub("", low) in stop_words()) or low.endswith("n't") or any(map(str.isdigit, low))


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word is whatever stands around it: ``key`` its stem, ``inside`` whether it may stand within a capitalised name,
    ``owner`` whether it says whose the next word is."""

    stop: bool
    inside: bool
    owner: bool
    proper: bool
    low: str
    key: str


@lru_cache(maxsize=100_000)
def _word(token: str) -> _Word:
    low = token.lower()
    owner = low in OWNERS or low.endswith(("'s", "’s"))
    return _Word(is_stop(token), low in INSIDE, owner, token[0].isupper(), low, stem(token.casefold()))


def spans(text: str) -> Iterator[tuple[bool, bool, bool, list[str], tuple[str, ...]]]:
    """Candidate phrases of ``text``: whether it begins the text, is cut off from the rest there, is somebody's or of something,
    its words, their stems."""
    chunks = CHUNK.split(text)
    for number, chunk in enumerate(chunks):
        tokens = TOKEN.findall(chunk)
        known = [_word(token) for token in tokens]
        keys = tuple(word.key for word in known)
        for i, word in enumerate(known):
            if word.stop or len(tokens[i]) < 2:
                continue
            if word.proper and _within_name(known, i - 1, i) and not is_acronym(tokens[i]):
                continue
            inner = lower = False
            for j in range(i, min(i + LONGEST, len(tokens))):
                last = known[j]
                if last.stop:
                    # "Schools and the Army" are two names.
                    two = last.low == "the" and known[j - 1].low == "and"
                    if not (last.inside and word.proper) or lower or two:
                        break
                    inner = True
                    continue
                lower = lower or not last.proper
                if inner and lower:
                    break
                if last.proper and _within_name(known, j, j + 1) and not is_acronym(tokens[j]):
                    continue
                relative = (i > 0 and known[i - 1].owner) or (j + 1 < len(tokens) and known[j + 1].low == "of")
                first = number == 0 and i == 0
                yield first, first and j + 1 == len(tokens) and len(chunks) > 1, relative, tokens[i : j + 1], keys[i : j + 1]


def _within_name(words: Sequence[_Word], left: int, right: int) -> bool:
    """Whether a phrase that ends between these neighbours is the fragment of a name: "Homes" in "Homes for Ukraine"."""
    while left >= 0 and words[left].stop and words[left].inside:
        left -= 1
    while right < len(words) and words[right].stop and words[right].inside:
        right += 1
    between = left >= 0 and right < len(words) and not words[left].stop and not words[right].stop
    return between and words[left].proper and words[right].proper


def candidates(texts: Sequence[str], *, exclude: Collection[str] = ()) -> dict[tuple[str, ...], Phrase]:
    """All candidate phrases of ``texts``.

    Parameters
    ----------
    exclude : names whose words may not stand, capitalised, in a candidate (the speakers').
    """
    names = {word for name in exclude for word in TOKEN.findall(name) if len(word) > 2}
    found: dict[tuple[str, ...], Phrase] = {}
    later: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for row, text in enumerate(texts):
        for first, called, relative, tokens, key in spans(text):
            if names and any(token in names or CONTRACTED.sub("", token) in names for token in tokens):
                continue
            phrase = found.get(key)
            if phrase is None:
                phrase = found[key] = Phrase(key)
            if not phrase.rows or phrase.rows[-1] != row:
                phrase.rows.append(row)
            phrase.times += 1
            phrase.relative += relative
            phrase.called += called
            form, forms = (_without_capital(tokens), phrase.forms) if first else (" ".join(tokens), later[key])
            forms[form] = forms.get(form, 0) + 1
    for key, forms in later.items():
        # What stands within a sentence shows the proper case; what begins one does not.
        found[key].forms, found[key].cased = forms, True
    return found


def _without_capital(tokens: list[str]) -> str:
    """The words without the capital of the sentence's beginning, unless the phrase looks like a name."""
    head, rest = tokens[0], tokens[1:]
    named = any(token[0].isupper() for token in rest) or is_acronym(head) or not head[1:].islower()
    return " ".join(tokens if named else [head[0].lower() + head[1:], *rest])


def display(text: str) -> str:
    """A phrase as a label: its first letter a capital, the rest as written.

    >>> display("bus services"), display("iPad schemes")
    ('Bus services', 'iPad schemes')
    """
    text = CONTRACTED.sub("", text) if text.endswith(("'s", "’s")) else text
    first = text.split(" ")[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]
