"""Fit the calibration of the two heads on our own development rows and write ``meta.json`` with the checksums.

    python models/stance/calibrate.py [--folder models/stance] [--made "seeds 1, 2"]

Each head gets a scale and a shift (Platt 1999), fitted by logistic regression on its logit, on the pairs whose targets
training never saw and on the phrases that the tool itself finds in the same texts, most of which no side is taken on. Both
scales are then damped by one factor, for the product of two calibrated heads is too sure: the one of ``DAMPED`` with the
least expected calibration error (Guo et al. 2017) on the same pairs. Needs the project and scikit-learn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402

from pipeline.stance.pairs import batch, encode, load_tokenizer  # noqa: E402

VERSION = "5"

DAMPED = (1.0, 0.95, 0.9, 0.85, 0.8)
"""Factors that are tried on both scales."""

BINS = 10
"""Of the likeliest label's probability, equally wide."""


def logits(folder: Path, rows: list[dict]) -> np.ndarray:
    """Raw logits of gate and polarity, shape (rows, 2), a pair at a time as in use."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "stance.onnx"), options)
    found = np.zeros((len(rows), 2))
    pairs = encode(load_tokenizer(folder / "tokenizer.json"), [row["text"] for row in rows], [row["target"] for row in rows])
    for i, pair in enumerate(pairs):
        ids, types, mask = batch([pair])
        found[i] = session.run(["logits"], {"ids": ids, "types": types, "mask": mask})[0][0]
    return found


def platt(logit: np.ndarray, truth: np.ndarray) -> list[float]:
    """Scale and shift of a logit that make its sigmoid the probability of ``truth``."""
    fitted = LogisticRegression(C=10.0).fit(logit[:, None], truth)
    return [round(float(fitted.coef_[0, 0]), 4), round(float(fitted.intercept_[0]), 4)]


def error(logit: np.ndarray, label: np.ndarray, gate: list[float], polarity: list[float]) -> float:
    """Expected calibration error of the likeliest of the three labels, 0 to 1."""
    taken, side = (1 / (1 + np.exp(-(a * logit[:, i] + b))) for i, (a, b) in enumerate((gate, polarity)))
    chances = np.stack([taken * side, taken * (1 - side), 1 - taken], axis=1)
    right = np.array(["favour", "against", "none"])[chances.argmax(axis=1)] == label
    sure = chances.max(axis=1)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(sum(abs(np.sum(right[bins == one]) - np.sum(sure[bins == one])) for one in range(BINS)) / len(label))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=HERE)
    parser.add_argument("--made", default="", help="what the weights are a mean of")
    arguments = parser.parse_args()
    rows = [row for row in build_data.rows() if row["split"] == "dev" and (not row["seen"] or row["tag"] == "list")]
    found = logits(arguments.folder, rows)
    label = np.array([row["label"] for row in rows])
    taken = label != "none"
    heads = [platt(found[:, 0], taken), platt(found[taken, 1], label[taken] == "favour")]
    tried = [[[round(scale * factor, 4), shift] for scale, shift in heads] for factor in DAMPED]
    gate, polarity = min(tried, key=lambda pair: error(found, label, *pair))
    meta = {
        "name": "stance",
        "version": VERSION,
        "file": "stance.onnx",
        "sha256": hashlib.sha256((arguments.folder / "stance.onnx").read_bytes()).hexdigest(),
        "tokenizer": "tokenizer.json",
        "tokenizer_sha256": hashlib.sha256((arguments.folder / "tokenizer.json").read_bytes()).hexdigest(),
        "licence": "CC-BY-SA-4.0",
        "made": arguments.made,
        "calibration": {
            "gate": gate,
            "polarity": polarity,
            "rows": len(rows),
        },
    }
    (arguments.folder / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(meta["calibration"]))


if __name__ == "__main__":
    main()
