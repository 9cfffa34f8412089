"""What the stance network is shown, in order: public rows, crossed rows, our own rows and their variants.

Everything is drawn from one seeded generator, so the same seed shows the same examples in the same order.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

FAVOUR, AGAINST, NONE = 0, 1, 2
CODES = {"favour": FAVOUR, "against": AGAINST, "none": NONE}
PUBLIC = ("perspectrum", "argkp", "newsmtsc")
"""Sets whose licences allow weights learned from them to be shared alike."""

ARGUMENT_GATE = 0.25
"""Weight of the gate's loss on argument sets: there every row takes a position, also where a speech would not."""


SMOOTHING = 0.04
"""Of the labels of both heads, where a coder gave them."""


@dataclass(frozen=True)
class Example:
    """One pair to learn from; ``gate`` and ``polarity`` weigh its two losses.

    ``soft`` holds a teacher's probabilities (a position is taken, it is for the target); they stand in for ``label``.
    """

    text: str
    target: str
    label: int
    gate: float = 1.0
    polarity: float = 1.0
    soft: tuple[float, float] | None = None

    @property
    def aims(self) -> tuple[float, float]:
        """What the two heads should say: a position is taken, it is for the target."""
        return self.soft or (abs((self.label != NONE) - SMOOTHING), abs((self.label == FAVOUR) - SMOOTHING))

    @property
    def weights(self) -> tuple[float, float]:
        """Weights of the two losses: a side is learned only as far as one is taken."""
        taken = self.soft[0] if self.soft else float(self.label != NONE)
        return self.gate, self.polarity * taken


def public(folder: Path) -> dict[str, list[Example]]:
    """The training rows of the public sets in ``folder`` (``stance.NAME.train.jsonl.gz``)."""
    sets = {}
    for name in PUBLIC:
        with gzip.open(folder / f"stance.{name}.train.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        gate = 1.0 if name == "newsmtsc" else ARGUMENT_GATE
        sets[name] = [Example(row["text"], row["target"], CODES[row["label"]], gate) for row in rows]
    return sets


def taught(path: Path) -> list[Example]:
    """Pairs with a teacher's logits, as ``teacher.py`` writes them: a list of text, target, gate, polarity a line."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    chance = [tuple(1 / (1 + math.exp(-logit)) for logit in (gate, polarity)) for _, _, gate, polarity in rows]
    return [Example(text, target, NONE, soft=soft) for (text, target, _, _), soft in zip(rows, chance, strict=True)]


def crossed(rows: list[Example], n: int, draw: random.Random, gate: float = 1.0) -> list[Example]:
    """``n`` rows of no position: a text with a target of another text that shares no content word with its own."""
    of = {row.target: set(re.findall(r"[a-z]{4,}", row.target.lower())) for row in rows}
    seen = Counter(word for words in of.values() for word in words)
    common = {word for word, times in seen.items() if times > 0.1 * len(of)}
    made: list[Example] = []
    while len(made) < n:
        one, other = draw.choice(rows), draw.choice(rows)
        words = of[other.target] - common
        if other.target != one.target and not words & {*re.findall(r"[a-z]{4,}", one.text.lower()), *of[one.target]}:
            made.append(Example(one.text, other.target, NONE, gate))
    return made


def places(text: str, target: str) -> list[tuple[int, int]]:
    """Where ``target`` stands in ``text``, letter case aside, as whole words."""
    return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(target)}(?!\w)", text, re.I)]


def bare(target: str) -> str:
    """The target without its article."""
    return re.sub(r"^(?:the|a|an) ", "", target, flags=re.I)


def plural(phrase: str) -> bool:
    """Whether the phrase looks plural: decides only which names may stand in for which."""
    return bool(re.search(r"[^su]s$", phrase.split(" of ")[0].split(" for ")[0].lower()))


def swapped(block: list[dict], names: dict[bool, list[str]], draw: random.Random) -> list[Example] | None:
    """The pairs of one text with each target replaced by a name from elsewhere, in the text and in the target.

    ``names`` are those to choose from, singular and plural. None where a target is not literally in the text, or targets
    contain each other. It makes the network read the sentence rather than the topic.
    """
    text, spans = block[0]["text"], []
    for row in block:
        found = places(text, bare(row["target"]))
        if not found:
            return None
        spans += [(start, end, row["id"]) for start, end in found]
    spans.sort()
    if any(a[1] > b[0] for a, b in itertools.pairwise(spans)):
        return None
    new: dict[str, str] = {}
    for row in block:
        while (name := draw.choice(names[plural(bare(row["target"]))])) in new.values():
            pass
        new[row["id"]] = name
    for start, end, key in reversed(spans):
        name = new[key]
        if start == 0:
            name = name[0].upper() + name[1:]
        text = text[:start] + name + text[end:]
    return [Example(text, new[row["id"]], CODES[row["label"]]) for row in block]


def own_epoch(rows: list[dict], draw: random.Random, *, swap: float, cross: float) -> list[Example]:
    """One pass over our own training rows: each text as it is or, with probability ``swap``, with other names; and crossed rows.

    Parameters
    ----------
    swap : share of texts whose targets are replaced.
    cross : crossed rows, as a share of the pairs.
    """
    by_text: dict[str, list[dict]] = {}
    for row in rows:
        by_text.setdefault(row["text"], []).append(row)
    names: dict[bool, list[str]] = {False: [], True: []}
    for name in sorted({bare(row["target"]) for row in rows}):
        names[plural(name)].append(name)
    out: list[Example] = []
    for text, block in by_text.items():
        variant = swapped(block, names, draw) if draw.random() < swap else None
        out += variant or [Example(text, row["target"], CODES[row["label"]]) for row in block]
    plain = [Example(row["text"], row["target"], CODES[row["label"]]) for row in rows]
    return out + crossed(plain, int(cross * len(rows)), draw)
