"""How much a figure depends on the seed: exported runs side by side, each calibrated on the development rows.

    python models/stance/seeds.py --public DIR RUN/seed1 RUN/seed2 RUN/seed3 models/stance

Each folder holds ``stance.onnx`` and ``tokenizer.json`` (``export.py``). Prints a Markdown table of macro-F1; needs the project
and scikit-learn.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402
import calibrate  # noqa: E402
from evaluate import SETS, both_right, public, scores  # noqa: E402


def probabilities(logits: np.ndarray, gate: list[float], polarity: list[float]) -> np.ndarray:
    """Favour, against, none of raw logits, shape (rows, 3)."""
    taken = 1 / (1 + np.exp(-(gate[0] * logits[:, 0] + gate[1])))
    side = 1 / (1 + np.exp(-(polarity[0] * logits[:, 1] + polarity[1])))
    return np.stack([taken * side, taken * (1 - side), 1 - taken], 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", required=True, type=Path, metavar="DIR")
    parser.add_argument("--rows", type=int, default=1000, help="at most so many rows of each public set")
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    table = [row for row in build_data.rows() if row["tag"] != "list"]
    dev, test = ([row for row in table if row["split"] == split] for split in ("dev", "test"))
    sets = {name: public(arguments.public, name, "dev", arguments.rows) for name in SETS}
    print("| weights | own dev | own test | both sides | " + " | ".join(SETS) + " |")
    print("|---" * (len(SETS) + 4) + "|")
    for folder in arguments.folders:
        known = calibrate.logits(folder, dev)
        label = np.array([row["label"] for row in dev])
        taken = label != "none"
        fitted = calibrate.platt(known[:, 0], taken), calibrate.platt(known[taken, 1], label[taken] == "favour")
        cells = []
        for rows, logits in ((dev, known), (test, calibrate.logits(folder, test))):
            found = probabilities(logits, *fitted)
            unseen = np.array([not row["seen"] for row in rows])
            cells.append(f"{scores([row for row in rows if not row['seen']], found[unseen])['f1']:.1f}")
        cells.append(f"{both_right(test, found)['two']:.0f}")
        for rows in sets.values():
            found = probabilities(calibrate.logits(folder, rows), *fitted)
            cells.append(f"{scores(rows, found)['f1']:.1f}")
        print(f"| {folder.name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
