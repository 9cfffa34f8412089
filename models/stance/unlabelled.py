"""Pairs for the teacher to answer: texts with phrases of their own and with targets coded elsewhere.

    python models/stance/unlabelled.py SENTENCES --public DIR -o PAIRS

SENTENCES is a text file with a sentence a line, free to use (ours: 16,000 of State of the Union addresses 1934-2024, public
domain); DIR holds the public sets. The texts are these sentences, those of our own training rows and some of the public
arguments. PAIRS gets a JSON list ``[text, target]`` a line: pairs that nobody coded, and no target of the development or test
split.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402
import mix  # noqa: E402

from pipeline import language  # noqa: E402

SHORT, LONG = range(4, 60), 9
"""Characters of a noun phrase that may be a target; words of one with what hangs on it."""

PHRASES, OF_ADDRESSES, OF_ARGUMENTS = 3, 2, 1
"""Phrases of a text; of a coded sentence of an address, most of whose phrases are coded; of a public argument."""

ARGUMENTS, CLAIMS = 5000, 7000
"""Public arguments that give phrases; those that meet a claim or motion made elsewhere."""

COMMON = 60
"""A word that stands in more targets than this joins nothing."""


def phrases(doc: object, most: int, draw: random.Random) -> list[str]:
    """Noun phrases of a parsed text and, for three texts in five, one with what hangs on it."""
    nouns = [chunk for chunk in doc.noun_chunks if chunk.root.pos_ in ("NOUN", "PROPN")]  # type: ignore[attr-defined]
    spans = [(list(chunk.root.subtree), len(chunk)) for chunk in nouns]
    long = [
        doc[words[0].i : words[-1].i + 1].text  # type: ignore[index]
        for words, own in spans
        if own < words[-1].i - words[0].i + 1 <= LONG
    ]
    short = list(dict.fromkeys(c.text for c in nouns if len(c.text) in SHORT and not any(word.like_num for word in c)))
    draw.shuffle(short)
    return list(dict.fromkeys(short[:most] + ([draw.choice(long)] if long and draw.random() < 0.6 else [])))


def content(text: str) -> list[str]:
    """Words of five letters or more, in order."""
    return sorted(set(re.findall(r"[a-z]{5,}", text.lower())))


def met(texts: Iterable[str], targets: Iterable[str], least: int, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Each text with one target that shares a word with it; ``least`` is the number of targets a word must stand in."""
    about: dict[str, list[str]] = defaultdict(list)
    for target in sorted(set(targets)):
        for word in content(target):
            about[word].append(target)
    for text in texts:
        words = [word for word in content(text) if least <= len(about.get(word, ())) <= COMMON]
        if words:
            yield text, draw.choice(about[draw.choice(words)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--public", required=True, type=Path, metavar="DIR")
    parser.add_argument("-o", "--out", required=True, type=Path)
    parser.add_argument("--seed", type=int, default=9)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    rows = build_data.rows()
    train = [row for row in rows if row["split"] == "train"]
    coded: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        coded[row["text"]].add(row["target"].lower())
    lines = arguments.sentences.read_text(encoding="utf-8").splitlines()
    sentences = [text for text in dict.fromkeys(line.strip() for line in lines) if text and text not in coded]
    addresses = sorted({row["text"] for row in train if row["field"].startswith("addresses")})
    written = sorted({row["text"] for row in train} - set(addresses))
    public = [row for name in ("perspectrum", "argkp") for row in mix.public(arguments.public)[name]]
    argued = draw.sample(sorted({row.text for row in public}), ARGUMENTS)
    nlp = language.nlp()
    pairs: list[tuple[str, str]] = []
    for texts, most in ((sentences + written, PHRASES), (addresses, OF_ADDRESSES), (argued, OF_ARGUMENTS)):
        pairs += [(doc.text, phrase) for doc in nlp.pipe(texts) for phrase in phrases(doc, most, draw)]
    pairs += met(sentences + written + addresses, (row["target"] for row in train), 3, draw)
    claims = [row.text for row in draw.sample(public, CLAIMS)]
    pairs += met(claims, (row.target for row in public), 2, draw)
    for row in public:
        coded[row.text].add(row.target.lower())
    held = [set(group.split()) for group in sorted({row["group"] for row in rows if not row["seen"]})]
    keys = {target: set(build_data.key_of(target).split()) for _, target in pairs}
    barred = {target for target, key in keys.items() if any(words <= key for words in held)}
    pairs = [
        (text, target) for text, target in dict.fromkeys(pairs) if target not in barred and target.lower() not in coded[text]
    ]
    draw.shuffle(pairs)
    arguments.out.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs), encoding="utf-8")
    print(len(pairs))


if __name__ == "__main__":
    main()
