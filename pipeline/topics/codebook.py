"""Codebooks: themes that a person wrote down, in TOML.

    [codebook]
    single = true                  # a segment has one theme (default: false, it may have several)
    other = ["thank you all"]      # phrases of what is no theme

    [[theme]]
    name = "Buses"
    phrases = ["bus services", "bus fares"]
    parent = "Transport"           # optional: the name of another theme
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.records import Theme

CODEBOOK_KEYS = ("single", "other", "title", "licence")
THEME_KEYS = ("name", "phrases", "parent", "id")


@dataclass(frozen=True)
class CodebookTheme:
    """One theme of a codebook: what people call it and the phrases that speak of it."""

    id: str
    name: str
    phrases: tuple[str, ...]
    parent: str | None = None

    @property
    def theme(self) -> Theme:
        """The theme as a record; its terms are its first phrases."""
        return Theme(self.id, self.name, self.phrases[:10], self.parent)


@dataclass(frozen=True)
class Codebook:
    """Themes in the order of the file; ``other`` are phrases of what is no theme."""

    themes: tuple[CodebookTheme, ...]
    other: tuple[str, ...] = ()
    single: bool = False


def slug(name: str) -> str:
    """A name as an identifier: lower case, hyphens between words.

    >>> slug("Law & Order (England)")
    'law-order-england'
    """
    return "-".join(re.findall(r"\w+", name.casefold())) or "theme"


def unique(ids: list[str]) -> list[str]:
    """The same identifiers with ``-2``, ``-3`` behind the later ones of equals.

    >>> unique(["a", "b", "a"])
    ['a', 'b', 'a-2']
    """
    seen: set[str] = set()
    result = []
    for base in ids:
        name, number = base, 1
        while name in seen:
            number += 1
            name = f"{base}-{number}"
        seen.add(name)
        result.append(name)
    return result


def load(source: str | Path | Codebook) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    source : path of a TOML file, or a codebook, which is handed back.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When it is no TOML, a key is unknown, a name is missing or twice, phrases are missing, or a parent is no theme.
    """
    if isinstance(source, Codebook):
        return source
    try:
        content = tomllib.loads(Path(source).read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{source}: the codebook must be TOML ({error}).") from None
    except UnicodeDecodeError:
        raise ValueError(f"{source}: the codebook must be UTF-8.") from None
    return parse(content, where=str(source))


def parse(content: dict[str, Any], *, where: str = "codebook") -> Codebook:
    """The codebook in a parsed TOML document; ``where`` begins the messages of errors."""
    _known(content, ("codebook", "theme"), where)
    head = content.get("codebook", {})
    entries = content.get("theme", [])
    if not isinstance(head, dict) or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise ValueError(f"{where}: a codebook must have one table [codebook] and a table [[theme]] for each theme.")
    _known(head, CODEBOOK_KEYS, f"{where}: [codebook]")
    if not entries:
        raise ValueError(f"{where}: a codebook must have at least one [[theme]].")
    if not isinstance(head.get("single", False), bool):
        raise ValueError(f"{where}: [codebook] single must be true or false. Got {head['single']!r}.")
    themes = _themes(entries, where)
    return Codebook(themes, _phrases(head.get("other", []), f"{where}: [codebook] other"), head.get("single", False))


def _themes(entries: list[dict[str, Any]], where: str) -> tuple[CodebookTheme, ...]:
    names: list[str] = []
    for number, entry in enumerate(entries, 1):
        place = f"{where}: [[theme]] {number}"
        _known(entry, THEME_KEYS, place)
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"{place}: name must be a text. Got {name!r}.")
        if name in names:
            raise ValueError(f"{place}: the name {name!r} must occur once.")
        names.append(name)
    ids = unique([str(entry.get("id") or slug(name)) for entry, name in zip(entries, names)])
    by_name = dict(zip(names, ids))
    themes = []
    for name, entry in zip(names, entries):
        place = f"{where}: theme {name!r}"
        parent = entry.get("parent")
        if parent is not None and (parent not in by_name or parent == name):
            raise ValueError(f"{place}: the parent must be the name of another theme. Got {parent!r}.")
        phrases = _phrases(entry.get("phrases", []), f"{place}: phrases") or (name,)
        themes.append(CodebookTheme(by_name[name], name, phrases, by_name[parent] if parent else None))
    return tuple(themes)


def _phrases(values: object, place: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise ValueError(f"{place} must be a list of texts. Got {values!r}.")
    return tuple(dict.fromkeys(" ".join(value.split()) for value in values))


def _known(table: dict[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{place}: no key named {key!r}. Available: {', '.join(keys)}.{hint}")
