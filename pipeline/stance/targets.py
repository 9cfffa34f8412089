"""What stances are about: proposals, schemes, bodies and policies named in the text, one name each across all speeches."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.records import MENTIONS, Theme, docvars
from pipeline.stance.phrases import Phrase, per_text

MOST_PER_SEGMENT = 3
"""Pairs a segment may give: a sentence rarely takes more positions, and each costs a run of the model."""

LEAST_SEGMENTS = 2
"""A phrase that is no name counts as a target from this many segments on; once is a turn of phrase."""

FEW_SEGMENTS = 300
"""In a corpus smaller than this, a handful of press pieces, a proposal is often named once: there once is enough
for nouns set together ("windfall tax"); an adjective and a noun may be any turn of phrase."""

ARTICLE = re.compile(r"^(?:the|a|an|this|that|these|those|our|its|their|his|her|my|your|such)\s+", re.I)
COLUMNS = ["speech_id", "start", "end", "text", "sentence", "target", "theme", "speaker", "mode"]


@dataclass(frozen=True)
class Target:
    """A thing to take a stance on: its canonical name and every other way it is written."""

    name: str
    aliases: tuple[str, ...] = ()


def read_targets(wanted: Sequence[str] | str | Path) -> tuple[Target, ...]:
    """Targets given by the user: a list of names, a text file of one name a line, or TOML ``[[target]] name=, aliases=[...]``.

    Raises
    ------
    ValueError
        When the TOML has another shape or a name is empty.
    OSError
        When the file cannot be read.
    """
    if not isinstance(wanted, (str, Path)):
        return tuple(Target(name.strip()) for name in wanted if name.strip())
    path = Path(wanted)
    content = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() != ".toml":
        return tuple(Target(line.strip()) for line in content.splitlines() if line.strip() and not line.startswith("#"))
    try:
        listed = tomllib.loads(content).get("target", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: the file must be TOML ({error}).") from None
    found = []
    for number, entry in enumerate(listed if isinstance(listed, list) else [listed], 1):
        name = entry.get("name") if isinstance(entry, dict) else None
        aliases = entry.get("aliases", []) if isinstance(entry, dict) else None
        if (
            not isinstance(name, str)
            or not name.strip()
            or not isinstance(aliases, list)
            or not all(isinstance(a, str) for a in aliases)
        ):
            raise ValueError(f"{path}: target {number} must have a name and, if any, aliases as a list of texts. Got {entry!r}.")
        found.append(Target(name.strip(), tuple(aliases)))
    if not found:
        raise ValueError(f"{path}: the file must hold at least one [[target]] with a name.")
    return tuple(found)


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


def find_targets(
    mentions: pd.DataFrame,
    themes: Iterable[Theme] = (),
    *,
    targets: Sequence[str] | str | Path | None = None,
    most: int = MOST_PER_SEGMENT,
) -> pd.DataFrame:
    """Pairs of a segment and a target in it, for :func:`pipeline.stance.tag`.

    Parameters
    ----------
    mentions : table of mentions (or of segments: any with text). A segment of several themes is read once, under the weightiest.
    themes : the themes of the mentions; the label of a theme is a target where the segment names it.
    targets : names, or a file of them (:func:`read_targets`), instead of those found.
    most : largest number of targets a segment.

    Returns
    -------
    DataFrame with ``speech_id, start, end, text, sentence, target, theme, speaker, mode`` and the document variables.
    """
    segments = _segments(mentions)
    texts = segments["text"].tolist()
    labels = {theme.id: theme.label for theme in themes}
    if targets is not None:
        chosen = _given(texts, read_targets(targets), most)
    else:
        found = list(per_text(texts))
        names = _canonical(found, texts, segments["speaker"].dropna().unique().tolist())
        chosen = _discovered(segments, found, names, labels, most)
    counts = [len(part) for part in chosen]
    pairs = segments.loc[segments.index.repeat(counts)].reset_index(drop=True)
    pairs["target"] = [target for part in chosen for target in part]
    pairs["target"] = pairs["target"].astype(object)
    extra = [name for name in docvars(mentions, MENTIONS) if name not in COLUMNS and name in pairs.columns]
    return pairs[[*COLUMNS, *extra]]


def _segments(mentions: pd.DataFrame) -> pd.DataFrame:
    """One row a segment, with its weightiest theme; a text that is missing or blank has none."""
    table = mentions.copy(deep=False)
    for name in ("speech_id", "start", "end", "sentence", "theme", "speaker", "mode", "weight"):
        if name not in table.columns:
            table[name] = range(len(table)) if name == "start" else None
    usable = pd.Series([isinstance(text, str) and bool(text.strip()) for text in table["text"]], index=table.index, dtype=bool)
    table = table[usable.to_numpy()]
    weight = pd.to_numeric(table["weight"]).fillna(0)
    table = table.assign(_weight=-weight, _place=range(len(table))).sort_values(["_weight", "_place"], kind="stable")
    table = table.drop_duplicates(["speech_id", "start", "end"]).sort_values("_place", kind="stable")
    return table.drop(columns=["_weight", "_place", "weight"]).reset_index(drop=True)


def _pattern(target: Target) -> re.Pattern[str]:
    """Where a given target is named: name and aliases as whole words, singular or plural, acronyms in capitals only."""
    ways = []
    for name in (target.name, *target.aliases):
        bare = ARTICLE.sub("", name.strip())
        escaped = re.sub(r"(?:\\ |\s)+", r"\\s+", re.escape(bare)).replace("'", "['’]")
        ways.append(f"(?-i:{escaped})" if bare.isupper() else f"{escaped}(?:s|es)?")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.I)


def _given(texts: Sequence[str], wanted: Sequence[Target], most: int) -> list[list[str]]:
    patterns = [(target.name, _pattern(target)) for target in wanted]
    out = []
    for text in texts:
        hits = sorted((match.start(), name) for name, pattern in patterns if (match := pattern.search(text)))
        out.append([name for _, name in hits][:most])
    return out


def _canonical(found: Sequence[tuple[Phrase, ...]], texts: Sequence[str], speakers: Sequence[str]) -> dict[str, str]:
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
        core = re.split(r" (?:of|for|on|to|in|against|and) ", key, maxsplit=1)[0]
        if core != key:
            longer[core].append(key)
        words = core.split()
        for i in range(1, len(words) - 1):
            longer[" ".join(words[i:])].append(key)
    for key in names:
        if len(key.split()) > 1 and len(longer.get(key, [])) == 1:
            merged[key] = longer[key][0]


def _discovered(
    segments: pd.DataFrame, found: Sequence[tuple[Phrase, ...]], names: dict[str, str], labels: dict[str, str], most: int
) -> list[list[str]]:
    """Targets of each segment: names first, then phrases; "the bill" is the last name in the speech with that head."""
    heads: dict[str, set[str]] = defaultdict(set)
    for part in found:
        for phrase in part:
            if phrase.named and key_of(phrase.text) in names and " " in phrase.text:
                heads[phrase.head].add(names[key_of(phrase.text)])
    out: list[list[str]] = []
    last: dict[str, str] = {}
    speech: object = None
    for speech_id, theme, text, part in zip(segments["speech_id"], segments["theme"], segments["text"], found, strict=True):
        if speech_id != speech:
            speech, last = speech_id, {}
        ranked: list[tuple[int, int, str]] = []
        for phrase in part:
            name = names.get(key_of(phrase.text))
            if name is not None:
                ranked.append((0 if phrase.named else 1, phrase.start, name))
                if phrase.named:
                    last[phrase.head] = name
            elif phrase.back and phrase.head in heads:
                only = next(iter(heads[phrase.head])) if len(heads[phrase.head]) == 1 else None
                back = last.get(phrase.head, only)
                if back is not None:
                    ranked.append((0, phrase.start, back))
        chosen = list(dict.fromkeys(name for *_, name in sorted(ranked)))[:most]
        label = labels.get(theme) if isinstance(theme, str) else None
        if label and len(chosen) < most and _pattern(Target(label)).search(text):
            name = names.get(key_of(label), label)
            chosen += [name] if name not in chosen else []
        out.append(chosen)
    return out
