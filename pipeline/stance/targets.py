"""What stances are about: proposals, schemes, bodies and policies named in the text, one name each across all speeches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from pipeline.records import MENTIONS, Theme, docvars
from pipeline.stance.naming import canonical, key_of
from pipeline.stance.phrases import Phrase, per_text
from pipeline.stance.wanted import Target, pattern_of, read_targets

MOST_PER_SEGMENT = 3
"""Pairs a segment may give: a sentence rarely takes more positions, and each costs a run of the model."""

COLUMNS = ["speech_id", "start", "end", "text", "sentence", "target", "theme", "speaker", "mode"]


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
    mentions : table of mentions (or of segments: any with text). A segment of several themes is read once.
    themes : the themes of the mentions; the label of a theme is a target where the segment names it.
    targets : names, or a file of them (:func:`read_targets`), instead of those found.
    most : largest number of targets a segment.

    Returns
    -------
    DataFrame with ``speech_id, start, end, text, sentence, target, theme, speaker, mode`` and the document variables.
    ``theme`` is the theme of the segment that bears the target's name, else its weightiest one.
    """
    themes = list(themes)
    segments = _segments(mentions)
    texts = segments["text"].tolist()
    labels = {theme.id: theme.label for theme in themes}
    if targets is not None:
        chosen = _given(texts, read_targets(targets), most)
    else:
        found = list(per_text(texts))
        names = canonical(found, texts, segments["speaker"].dropna().unique().tolist())
        chosen = _discovered(segments, found, names, labels, most)
    counts = [len(part) for part in chosen]
    pairs = segments.loc[segments.index.repeat(counts)].reset_index(drop=True)
    pairs["target"] = [target for part in chosen for target in part]
    pairs["target"] = pairs["target"].astype(object)
    pairs["theme"] = _own_themes(pairs, mentions, themes)
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


def _own_themes(pairs: pd.DataFrame, mentions: pd.DataFrame, themes: Sequence[Theme]) -> list[str | None]:
    """The theme of each pair: the one that bears the target's name, where the segment has it, else the segment's weightiest."""
    keys = ["speech_id", "start", "end", "theme"]
    if not set(keys) <= set(mentions.columns):
        return pairs["theme"].tolist()
    called = {key_of(theme.label): theme.id for theme in themes}
    named = {target: called.get(key_of(target)) for target in pairs["target"].unique()}
    asked = pairs.assign(theme=pairs["target"].map(named))[keys]
    asked = asked[asked["theme"].notna() & (asked["theme"] != pairs["theme"])]
    if asked.empty:
        return pairs["theme"].tolist()
    coded = set(asked.merge(mentions[keys]).itertuples(index=False, name=None))
    return [
        own if (own := named[target]) is not None and (speech, start, end, own) in coded else theme
        for speech, start, end, target, theme in zip(*(pairs[name] for name in (*keys[:3], "target", "theme")), strict=True)
    ]


def _given(texts: Sequence[str], wanted: Sequence[Target], most: int) -> list[list[str]]:
    patterns = [(target.name, pattern_of(target)) for target in wanted]
    out = []
    for text in texts:
        hits = sorted((match.start(), name) for name, pattern in patterns if (match := pattern.search(text)))
        out.append([name for _, name in hits][:most])
    return out


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
        if label and len(chosen) < most and pattern_of(Target(label)).search(text):
            name = names.get(key_of(label), label)
            chosen += [name] if name not in chosen else []
        out.append(chosen)
    return out
