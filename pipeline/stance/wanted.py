"""Targets that the user names: a list, a file of lines, or TOML with aliases; and where a text names them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.stance.naming import ARTICLE


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


def pattern_of(target: Target) -> re.Pattern[str]:
    """Where a given target is named: name and aliases as whole words, singular or plural, acronyms in capitals only."""
    ways = []
    for name in (target.name, *target.aliases):
        bare = ARTICLE.sub("", name.strip())
        escaped = re.sub(r"(?:\\ |\s)+", r"\\s+", re.escape(bare)).replace("'", "['’]")
        ways.append(f"(?-i:{escaped})" if bare.isupper() else f"{escaped}(?:s|es)?")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.I)
