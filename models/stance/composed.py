"""Sentences composed by a small grammar: the network learns what a verb does to its object, and which clause holds which target.

They are no data set: they are drawn anew for each pass and are in no split. The names come from the training targets only.
"""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path

from mix import AGAINST, FAVOUR, NONE, Example

WORDS: dict[str, list[str]] = tomllib.loads((Path(__file__).resolve().parent / "composed.toml").read_text(encoding="utf-8"))
FLIP = {FAVOUR: AGAINST, AGAINST: FAVOUR, NONE: NONE}


def clause(name: str, draw: random.Random) -> tuple[str, int]:
    """One clause about ``name`` and its label."""
    kind = draw.random()
    side = draw.choice((FAVOUR, AGAINST))
    verb = draw.choice(WORDS["keep"] if side == FAVOUR else WORDS["stop"])
    about = draw.choice(("{}", "the {}")).format(name) if not name[0].isupper() else f"the {name}"
    if kind < 0.30:
        return f"{draw.choice(WORDS['willing'])} {verb} {about}", side
    if kind < 0.42:
        return f"{draw.choice(WORDS['unwilling'])} {verb} {about}", FLIP[side]
    if kind < 0.54:
        return f"{draw.choice(WORDS['reported']).format(who=draw.choice(WORDS['people']))} {verb} {about}", side
    if kind < 0.62:
        return f"{draw.choice(WORDS['others'])} {verb} {about}", NONE
    if kind < 0.72:
        return f"{draw.choice(WORDS['planned'])} {draw.choice(WORDS['tell'])} {about}", NONE
    words = draw.choice((WORDS["good"], WORDS["bad"], WORDS["plain"], WORDS["plain"]))
    return f"{about} {draw.choice(words)}", FAVOUR if words is WORDS["good"] else AGAINST if words is WORDS["bad"] else NONE


def compound(name: str, draw: random.Random) -> list[tuple[str, str, int]]:
    """A sentence about "a ban on X" or "the extension of X": text, target, label of the compound and of X."""
    less = draw.random() < 0.6
    phrase = f"{draw.choice(WORDS['less'] if less else WORDS['more'])} {'the ' if name[0].isupper() else ''}{name}"
    side = draw.choice((FAVOUR, AGAINST))
    verb = draw.choice(
        ("back", "vote for", "welcome", "press for", "defend")
        if side == FAVOUR
        else ("oppose", "vote against", "resist", "regret")
    )
    text = (
        f"{draw.choice(WORDS['willing'][:4] + WORDS['reported'][:3]).format(who=draw.choice(WORDS['people']))} {verb} {phrase}."
    )
    text = text[0].upper() + text[1:]
    return [(text, phrase, side), (text, name, FLIP[side] if less else side)]


def simple(target: str) -> str:
    """The target as the grammar can use it, or "" where it is no plain noun phrase."""
    name = re.sub(r"^(?:the|a|an|this|that|these|those|our|his|her|their|its|my) ", "", target.strip(), flags=re.I)
    frame = re.match(r"(?:\w+ing\b|more |less |a |an )|.* (?:who|that|which|from|by|on|at) ", name)
    return "" if frame or len(name.split()) > 5 or not name else name


def composed(targets: list[str], n: int, draw: random.Random) -> list[Example]:
    """About ``n`` composed pairs: single clauses, two clauses on two targets, compounds."""
    names = sorted({simple(target) for target in targets} - {""})
    out: list[Example] = []
    while len(out) < n:
        one, other = draw.sample(names, 2)
        kind = draw.random()
        if kind < 0.2:
            out += [Example(text, target, label) for text, target, label in compound(one, draw)]
            continue
        first, label = clause(one, draw)
        text, pairs = first[0].upper() + first[1:], [(one, label)]
        if kind > 0.45:
            join = draw.choice(WORDS["joins"])
            second, label = clause(other, draw)
            second = (
                second
                if join != ". " and not second.startswith(("I ", *WORDS["people"])) and second[1:2].islower()
                else second[0].upper() + second[1:]
            )
            text += join + (second if join == ". " else second[0].lower() + second[1:] if not second.startswith("I ") else second)
            pairs.append((other, label))
        out += [Example(f"{text}.", draw.choice((name, f"the {name}")), label) for name, label in pairs]
    return out
