"""One name a target: spellings, acronyms and short names of a thing meet under the name that people would use."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial

from pipeline.stance.phrases import Phrase

LEAST_SEGMENTS = 2
"""A phrase that is no name counts as a target from this many segments on; once is a turn of phrase."""

FEW_SEGMENTS = 300
"""In a corpus smaller than this, a handful of press pieces, a proposal is often named once: there once is enough
for nouns set together ("windfall tax"); an adjective and a noun may be any turn of phrase."""

ARTICLE = re.compile(r"^(?:the|a|an|this|that|these|those|our|its|their|his|her|my|your|such)\s+", re.I)


def key_of(phrase: str) -> str:
    """The key under which spellings meet: lower case, no article or hyphen, last word in the singular."""
    words = re.sub(r"[-‐–]", " ", ARTICLE.sub("", phrase.strip()).replace("’", "'")).lower().split()
    if words and len(words[-1]) > 3 and not words[-1].endswith(("ss", "us", "is")):
        words[-1] = re.sub(r"ies$", "y", words[-1]) if words[-1].endswith("ies") else re.sub(r"s$", "", words[-1])
    return " ".join(words)


def initials(phrase: str) -> set[str]:
    """Acronyms of a name: the capitals alone, and with its small words ("Department for Education": DE, DFE)."""
    words = re.findall(r"[A-Za-z]+", phrase)
    return {"".join(word[0] for word in words if word[0].isupper()).upper(), "".join(word[0] for word in words).upper()}


def canonical(found: Sequence[tuple[Phrase, ...]], texts: Sequence[str], speakers: Sequence[str]) -> dict[str, str]:
    """Canonical name of each key that is a target: names at once, other phrases of two words from ``LEAST_SEGMENTS`` on."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    segments: Counter[str] = Counter()
    named: Counter[str] = Counter()
    compound: Counter[str] = Counter()
    for part in found:
        for key, phrase in {key_of(phrase.text): phrase for phrase in part}.items():
            spellings[key][ARTICLE.sub("", phrase.text)] += 1
            segments[key] += 1
            named[key] += phrase.named
            compound[key] += phrase.nouns > 1
    people = {word for speaker in speakers for word in key_of(speaker).split()}
    least = LEAST_SEGMENTS if len(texts) >= FEW_SEGMENTS else 1
    kept = {
        key
        for key in spellings
        if key
        and not set(key.split()) <= people
        and (
            named[key] * 2 >= segments[key]
            or (len(key.split()) > 1 and segments[key] >= (least if compound[key] else LEAST_SEGMENTS))
        )
    }
    best = {key: min(spellings[key], key=partial(_rank, spellings[key])) for key in kept}
    merged = {key: key for key in kept}
    _merge_acronyms(merged, best, texts)
    _merge_short(merged, named, segments)
    root = {key: _root(merged, key) for key in kept}
    return {key: best[root[key]] for key in kept}


def _rank(ways: Counter[str], way: str) -> tuple[int, int, str]:
    """The commonest spelling first, then the shortest."""
    return -ways[way], len(way), way


def _root(merged: dict[str, str], key: str) -> str:
    seen = {key}
    while merged[key] != key and merged[key] not in seen:
        key = merged[key]
        seen.add(key)
    return key


def _merge_acronyms(merged: dict[str, str], best: dict[str, str], texts: Sequence[str]) -> None:
    """An acronym goes under the name that its text explains it by, else under the only name with these initials."""
    explained: dict[str, str] = {}
    for text in texts:
        for match in re.finditer(r"((?:[A-Z][\w'’-]+(?: (?:of|for|and|the|on|in))* ){1,8})\(([A-Z][A-Za-z&]{1,7})\)", text):
            explained.setdefault(match[2].upper(), match[1].strip())
    of: dict[str, set[str]] = defaultdict(set)
    for key, name in best.items():
        if " " in name and name[:1].isupper():
            for short in initials(name):
                of[short].add(key)
    for key, name in best.items():
        short = name.upper().removesuffix("S") if name.endswith("s") else name.upper()
        if " " in name or not name[:2].isupper():
            continue
        told = key_of(explained.get(short, ""))
        options = {long for long in of.get(short, set()) if told and long in told} or of.get(short, set())
        if len(options) == 1 and len(short) >= 2:
            merged[key] = next(iter(options))


def _merge_short(merged: dict[str, str], named: Counter[str], segments: Counter[str]) -> None:
    """A shorter name goes under the only longer name that ends or begins with it ("White Paper", "Schools White Paper")."""
    names = [key for key in merged if named[key] * 2 >= segments[key] and merged[key] == key]
    longer: dict[str, list[str]] = defaultdict(list)
    for key in names:
        head = re.split(r" (?:of|for|on|to|in|against) ", key, maxsplit=1)[0]
        joined = head.split(" and ")
        if joined[0] != key:
            longer[joined[0]].append(key)
        for part in {joined[0], joined[-1]}:  # "Roads and Rail White Paper" ends with "White Paper" too
            words = part.split()
            for i in range(1, len(words) - 1):
                longer[" ".join(words[i:])].append(key)
    for key in names:
        if len(key.split()) > 1 and len(longer.get(key, [])) == 1:
            merged[key] = longer[key][0]
