"""Discovered themes put right by hand: a small file that merges, splits and renames them, applied at every run.

    [[rename]]
    theme = "bus-services"             # an id, a label, or one of a theme's terms
    label = "Rural buses"

    [[merge]]
    themes = ["rail-fares", "Train tickets"]
    label = "Fares"                    # optional: else the label of the first

    [[split]]
    theme = "Fares"
    label = "Season tickets"           # segments that hold one of the phrases leave for a theme of this name
    phrases = ["season ticket"]

Edits apply in the order merge, split, rename. A theme is found by its terms when a re-run gave it another label.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.records import Theme
from pipeline.topics.codebook import slug, unique
from pipeline.topics.coded import Coded
from pipeline.topics.literal import PhraseMatcher

KEYS = {"merge": ("themes", "label"), "split": ("theme", "label", "phrases"), "rename": ("theme", "label")}


def load(source: str | Path | Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read an edit file.

    Raises
    ------
    ValueError
        When it is no TOML, or a table or key is unknown or missing; the message names the place.
    """
    where = "edits" if isinstance(source, Mapping) else str(source)
    if isinstance(source, Mapping):
        content = dict(source)
    else:
        try:
            content = tomllib.loads(Path(source).read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{source}: the edits must be TOML ({error}).") from None
    for kind, entries in content.items():
        if kind not in KEYS or not isinstance(entries, list):
            raise ValueError(f"{where}: no edit named {kind!r}. Available: {', '.join(f'[[{name}]]' for name in KEYS)}.")
        for number, entry in enumerate(entries, 1):
            needed = [key for key in KEYS[kind] if key != "label" or kind != "merge"]
            wrong = [key for key in entry if key not in KEYS[kind]] + [key for key in needed if key not in entry]
            if wrong:
                got = ", ".join(entry) or "nothing"
                raise ValueError(f"{where}: [[{kind}]] {number} must have {', '.join(needed)}. Got: {got}.")
    return content


def find(themes: Sequence[Theme], name: str) -> int:
    """Number of the theme of that id, label or term, in this order of preference.

    Raises
    ------
    ValueError
        When no theme answers to the name.
    """
    plain = name.casefold()
    for answers in (lambda t: [t.id], lambda t: [t.label], lambda t: t.terms):
        for number, theme in enumerate(themes):
            if plain in {answer.casefold() for answer in answers(theme)}:
                return number
    raise ValueError(f"No theme named {name!r}. Available: {', '.join(theme.label for theme in themes)}.")


def apply(coded: Coded, texts: Sequence[str], edits: Mapping[str, Sequence[Mapping[str, Any]]]) -> Coded:
    """The coding after the edits; the one that is given stays as it was."""
    for entry in edits.get("merge", ()):
        coded = _merge(coded, [find(coded.themes, name) for name in entry["themes"]], entry.get("label"))
    for entry in edits.get("split", ()):
        coded = _split(coded, texts, find(coded.themes, entry["theme"]), entry["label"], entry["phrases"])
    for entry in edits.get("rename", ()):
        number = find(coded.themes, entry["theme"])
        themes = list(coded.themes)
        themes[number] = _labelled(themes, number, entry["label"])
        coded = dataclasses.replace(coded, themes=tuple(themes))
    return coded


def _labelled(themes: Sequence[Theme], number: int, label: str) -> Theme:
    others = [theme.id for i, theme in enumerate(themes) if i != number]
    return dataclasses.replace(themes[number], label=label, id=unique([*others, slug(label)])[-1])


def _merge(coded: Coded, numbers: Sequence[int], label: str | None) -> Coded:
    first, *others = dict.fromkeys(numbers)
    if not others:
        return coded
    weights, literal = coded.weights.copy(), coded.literal.copy()
    weights[:, first] = np.minimum(weights[:, [first, *others]].sum(axis=1), 1)
    literal[:, first] = literal[:, [first, *others]].any(axis=1)
    best = np.where(np.isin(coded.best, others), first, coded.best)
    themes = list(coded.themes)
    terms = dict.fromkeys(term for number in (first, *others) for term in themes[number].terms)
    themes[first] = dataclasses.replace(themes[first], terms=tuple(terms))
    if label:
        themes[first] = _labelled(themes, first, label)
    keep = [number for number in range(len(themes)) if number not in others]
    gone = {themes[number].id for number in others}
    renumber = np.full(len(themes) + 1, -1)
    renumber[keep] = np.arange(len(keep))
    kept = tuple(
        dataclasses.replace(themes[n], parent=themes[first].id if themes[n].parent in gone and n != first else themes[n].parent)
        for n in keep
    )
    return Coded(kept, weights[:, keep], renumber[best], literal[:, keep])


def _split(coded: Coded, texts: Sequence[str], number: int, label: str, phrases: Sequence[str]) -> Coded:
    matcher = PhraseMatcher([phrases])
    leaves = np.array([bool(matcher.find(text)) for text in texts], bool) & (coded.weights[:, number] > 0)
    new = len(coded.themes)
    themes = [*coded.themes, Theme("", label, tuple(phrases), coded.themes[number].id)]
    themes[new] = _labelled(themes, new, label)
    weights = np.c_[coded.weights, np.where(leaves, coded.weights[:, number], 0.0)]
    weights[leaves, number] = 0
    literal = np.c_[coded.literal, leaves]
    literal[leaves, number] = False
    best = np.where(leaves & (coded.best == number), new, coded.best)
    return Coded(tuple(themes), weights, best, literal)
