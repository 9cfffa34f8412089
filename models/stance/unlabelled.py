"""Pairs for the teacher to answer: sentences nobody coded, each with phrases of its own and with a target coded elsewhere.

    python models/stance/unlabelled.py SENTENCES -o PAIRS

SENTENCES is a text file with a sentence a line, free to use (ours: 9,000 of State of the Union addresses 1934-2024, public
domain). PAIRS gets a JSON list ``[text, target]`` a line. No target of the development or test split is in it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402

from pipeline import language  # noqa: E402

SHORT, LONG = range(4, 60), 9
"""Characters of a noun phrase that may be a target; words of one with what hangs on it."""

COMMON = 60
"""A word that stands in more targets than this joins nothing."""


def phrases(doc: object, draw: random.Random) -> list[str]:
    """Two noun phrases of a parsed sentence and, for every other sentence, one with what hangs on it."""
    nouns = [chunk for chunk in doc.noun_chunks if chunk.root.pos_ in ("NOUN", "PROPN")]  # type: ignore[attr-defined]
    spans = [(list(chunk.root.subtree), len(chunk)) for chunk in nouns]
    long = [
        doc[words[0].i : words[-1].i + 1].text  # type: ignore[index]
        for words, own in spans
        if own < words[-1].i - words[0].i + 1 <= LONG
    ]
    short = list(dict.fromkeys(c.text for c in nouns if len(c.text) in SHORT and not any(word.like_num for word in c)))
    draw.shuffle(short)
    return list(dict.fromkeys(short[:2] + ([draw.choice(long)] if long and draw.random() < 0.5 else [])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("-o", "--out", required=True, type=Path)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    rows = build_data.rows()
    coded = {row["text"] for row in rows}
    held = [set(group.split()) for group in sorted({row["group"] for row in rows if not row["seen"]})]
    sentences = [line.strip() for line in arguments.sentences.read_text(encoding="utf-8").splitlines() if line.strip()]
    sentences = [sentence for sentence in dict.fromkeys(sentences) if sentence not in coded]
    nlp = language.nlp()
    pairs = [(doc.text, phrase) for doc in nlp.pipe(sentences) for phrase in phrases(doc, draw)]
    train = [row for row in rows if row["split"] == "train"]
    about: dict[str, list[str]] = defaultdict(list)
    for target in sorted({row["target"] for row in train}):
        for word in set(re.findall(r"[a-z]{5,}", target.lower())):
            about[word].append(target)
    own = sorted({row["text"] for row in train})
    for text in sentences[: len(sentences) // 2] + draw.sample(own, min(len(own), len(sentences) // 2)):
        words = [word for word in sorted(set(re.findall(r"[a-z]{5,}", text.lower()))) if 3 <= len(about[word]) <= COMMON]
        if words:
            pairs.append((text, draw.choice(about[draw.choice(words)])))
    pairs = [
        (text, target) for text, target in pairs if not any(words <= set(build_data.key_of(target).split()) for words in held)
    ]
    draw.shuffle(pairs)
    arguments.out.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs), encoding="utf-8")
    print(len(pairs))


if __name__ == "__main__":
    main()
