"""Bring a teacher's logits to what coders said of the same pairs: the teacher sees a position where they see none.

    python models/stance/mend.py RUN/taught.jsonl -o RUN/mended.jsonl

Each head gets a scale and a shift (Platt 1999), fitted by logistic regression on the pairs of ``data/listed.txt`` that the
teacher answered. The pairs of the file that nobody coded are written with the new logits. Prints both fits. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402
from calibrate import platt  # noqa: E402

Answers = dict[tuple[str, str], tuple[float, float]]
"""Text and target to the logits of gate and polarity."""


def read(path: Path) -> Answers:
    """A file that ``teacher.py`` wrote."""
    with path.open(encoding="utf-8") as lines:
        return {(text, target): (gate, polarity) for text, target, gate, polarity in map(json.loads, lines)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("taught", type=Path)
    parser.add_argument("-o", "--out", required=True, type=Path)
    arguments = parser.parse_args()
    answers = read(arguments.taught)
    blocks = build_data.blocks(HERE / "data" / "listed.txt")
    coded = {(text, target): label for _, text, pairs in blocks for label, target, _, _ in pairs}
    both = [pair for pair in coded if pair in answers]
    if not both:
        parser.error(f"{arguments.taught} must answer some pairs of data/listed.txt, to be held against the coders. It has none.")
    logit, label = np.array([answers[pair] for pair in both]), np.array([coded[pair] for pair in both])
    taken = label != "0"
    gate, polarity = platt(logit[:, 0], taken), platt(logit[taken, 1], label[taken] == "+")
    rest = [pair for pair in answers if pair not in coded]
    with arguments.out.open("w", encoding="utf-8") as out:
        for pair in rest:
            mended = [
                round(scale * value + shift, 3) for value, (scale, shift) in zip(answers[pair], (gate, polarity), strict=True)
            ]
            out.write(json.dumps([*pair, *mended], ensure_ascii=False) + "\n")
    print(f"{len(both)} coded pairs; gate {gate}, polarity {polarity}; {len(rest)} pairs written")


if __name__ == "__main__":
    main()
