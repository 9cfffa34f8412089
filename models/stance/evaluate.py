"""Measure the shipped model beside its baselines, on our own held-out targets and on public development sets.

    python models/stance/evaluate.py --public DIR --encoder MINILM [--rows 500] -o docs/benchmarks/stance.md

The calibration plot goes beside the page, as ``stance-calibration.svg``.

DIR holds ``stance.NAME.dev.jsonl.gz``; sets without the label none are answered with favour or against only. Baselines learn from
our training rows and a sample of the public training rows. Needs the project, scikit-learn, vaderSentiment, afinn and
sentence-transformers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402
import mix  # noqa: E402

from pipeline.stance.model import LABELS, read  # noqa: E402

SETS = ("vast", "pstance", "semeval", "newsmtsc", "perspectrum", "argkp")
HEAD = """# Stance

Made by `python models/stance/evaluate.py --public DIR --encoder MINILM -o docs/benchmarks/stance.md` (see the docstring).
Own sets: pairs whose targets training never saw, coded by `models/stance/data/CODEBOOK.md`; "own listed" are the phrases that
the tool itself finds in texts of the test split, as they come. Public sets: development
splits; VAST, P-Stance and SemEval-2016 were never trained on. All figures 0 to 100; in brackets the rows. Sets without
the label none are answered with favour or against only.
"""

BASELINE_ROWS = 4000
"""Training rows of the learned baselines, drawn with seed 0 from ours and the public ones."""

Rows = list[dict]
System = Callable[[Rows], np.ndarray]
"""Rows to probabilities in the order of ``LABELS``, shape (rows, 3)."""


def truth(rows: Rows) -> np.ndarray:
    """Index of each row's label."""
    return np.array([LABELS.index(row["label"]) for row in rows])


def allowed(rows: Rows) -> np.ndarray:
    """Which labels the set has at all."""
    return np.isin(np.arange(3), truth(rows))


def scores(rows: Rows, probabilities: np.ndarray) -> dict[str, float]:
    """Macro-F1, mean F1 of favour and against, accuracy, calibration error over ten bins, and accuracy of the 70 % most
    confident rows; all 0 to 100."""
    gold, (said, sure) = truth(rows), answered(rows, probabilities)
    right = said == gold
    error = sum(abs(said_sure - was_right) * share for said_sure, was_right, share in reliability(sure, right))
    surest = np.argsort(-sure, kind="stable")[: round(0.7 * len(rows))]
    labels = np.flatnonzero(allowed(rows))
    values = (
        f1_score(gold, said, labels=labels, average="macro", zero_division=0),
        f1_score(gold, said, labels=[0, 1], average="macro", zero_division=0),
        right.mean(),
        error,
        right[surest].mean(),
    )
    return dict(zip(("f1", "favg", "accuracy", "ece", "at70"), (100 * float(value) for value in values), strict=True))


def answered(rows: Rows, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest label that the set has, and its probability among those labels."""
    shown = probabilities * allowed(rows)
    shown = shown / np.maximum(shown.sum(1, keepdims=True), 1e-9)
    return shown.argmax(1), shown.max(1)


def reliability(sure: np.ndarray, right: np.ndarray) -> list[tuple[float, float, float]]:
    """Of each tenth of the probability that holds rows: mean probability, share right, share of the rows."""
    bins = np.minimum((sure * 10).astype(int), 9)
    return [(float(sure[bins == b].mean()), float(right[bins == b].mean()), float(np.mean(bins == b))) for b in np.unique(bins)]


def abstention(rows: Rows, probabilities: np.ndarray) -> list[str]:
    """Accuracy of the most confident share of the rows, as a Markdown table."""
    said, sure = answered(rows, probabilities)
    order, right = np.argsort(-sure, kind="stable"), said == truth(rows)
    shares = (100, 90, 80, 70, 60, 50)
    kept = [order[: round(share / 100 * len(rows))] for share in shares]
    return [
        "| answered, own test | " + " | ".join(f"{share} %" for share in shares) + " |",
        "|---" * (len(shares) + 1) + "|",
        "| accuracy | " + " | ".join(f"{100 * right[part].mean():.1f}" for part in kept) + " |",
        "| least probability | " + " | ".join(f"{sure[part[-1]]:.2f}" for part in kept) + " |\n",
    ]


def plot(rows: Rows, probabilities: np.ndarray) -> str:
    """The calibration plot of a set as SVG: what was said against what was right, the area of a point its share of the rows."""
    said, sure = answered(rows, probabilities)
    points = "".join(
        f'<circle cx="{40 + 240 * x:.1f}" cy="{260 - 240 * y:.1f}" r="{2 + 22 * share**0.5:.1f}"/>'
        for x, y, share in reliability(sure, said == truth(rows))
    )
    ticks = "".join(
        f'<text x="{40 + 240 * t:.0f}" y="278" text-anchor="middle">{t:g}</text>'
        f'<text x="34" y="{264 - 240 * t:.0f}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.5, 1)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 310" width="450" font-family="sans-serif" font-size="11">'
        '<title>Calibration of the stance model on its own test split</title><rect width="300" height="310" fill="#fff"/>'
        '<path d="M40 20V260H280M40 260L280 20" fill="none" stroke="#888"/>'
        f'<g fill="#2b6cb0" fill-opacity=".6">{points}</g>{ticks}'
        '<text x="160" y="298" text-anchor="middle">probability of the label given</text>'
        '<text transform="translate(12 140) rotate(-90)" text-anchor="middle">share right</text></svg>\n'
    )


def ours(rows: Rows) -> np.ndarray:
    """The shipped model."""
    found = read([row["text"] for row in rows], [row["target"] for row in rows])
    return np.array([[one.favour, one.against, one.none] for one in found])


def majority(train: Rows) -> System:
    """The commonest label that the set allows."""
    shares = np.bincount(truth(train), minlength=3) / len(train)
    return lambda rows: np.tile(shares, (len(rows), 1))


def lexicon(valence: Callable[[str], float], edge: float) -> System:
    """Positive is favour, negative is against, near zero is none."""

    def answer(rows: Rows) -> np.ndarray:
        values = np.array([valence(row["text"]) for row in rows])
        three = np.select([values > edge, values < -edge], [0, 1], 2)
        shown = np.full((len(rows), 3), 0.05)
        shown[np.arange(len(rows)), three] += 0.9
        shown[:, 0] += 0.01 * (values > 0)
        return shown

    return answer


def tfidf(train: Rows) -> System:
    """Logistic regression on words and pairs of words of the text, and words of the target."""
    text, target = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), TfidfVectorizer()
    seen = hstack([text.fit_transform(row["text"] for row in train), target.fit_transform(row["target"] for row in train)])
    fitted = LogisticRegression(max_iter=300, class_weight="balanced").fit(seen, truth(train))
    return lambda rows: fitted.predict_proba(
        hstack([text.transform(row["text"] for row in rows), target.transform(row["target"] for row in rows)])
    )


def embeddings(train: Rows, folder: str) -> System:
    """Logistic regression on MiniLM vectors of text and target and on their product."""
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(folder, device="cpu")

    def features(rows: Rows) -> np.ndarray:
        text, target = (encoder.encode([row[name] for row in rows], batch_size=64) for name in ("text", "target"))
        return np.hstack([text, target, text * target])

    fitted = LogisticRegression(max_iter=500, C=4.0, class_weight="balanced").fit(features(train), truth(train))
    return lambda rows: fitted.predict_proba(features(rows))


def public(folder: Path, name: str, split: str, most: int) -> Rows:
    """At most ``most`` rows of a public set, drawn with seed 0."""
    with gzip.open(folder / f"stance.{name}.{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return rows if len(rows) <= most else random.Random(0).sample(rows, most)


def both_right(rows: Rows, probabilities: np.ndarray) -> dict[str, float]:
    """Of the ``texts`` with opposed targets, the per cent with every taken side (``sides``) and with every pair (``all``) right.

    ``two`` is the share with both right among the ``two_texts`` in which just two targets have a side. Phrases that a program
    listed are left out.
    """
    right = probabilities.argmax(1) == truth(rows)
    texts: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row, good in zip(rows, right, strict=True):
        if row["tag"] != "list":
            texts[row["text"]].append((row["label"], bool(good)))
    opposed = [part for part in texts.values() if {"favour", "against"} <= {label for label, _ in part}]
    taken = [[good for label, good in part if label != "none"] for part in opposed]
    two = [sides for sides in taken if len(sides) == 2]
    return {
        "texts": len(opposed),
        "sides": 100 * float(np.mean([all(sides) for sides in taken])),
        "all": 100 * float(np.mean([all(good for _, good in part) for part in opposed])),
        "two_texts": len(two),
        "two": 100 * float(np.mean([all(sides) for sides in two])),
    }


def details(rows: Rows, probabilities: np.ndarray) -> list[str]:
    """Recall of each label, accuracy of each tag and each field."""
    gold, right = truth(rows), probabilities.argmax(1) == truth(rows)
    lines = ["| | " + " | ".join(LABELS) + " |", "|---|---|---|---|"]
    lines.append("| recall | " + " | ".join(f"{100 * right[gold == i].mean():.1f}" for i in range(3)) + " |\n")
    for name in ("tag", "field"):
        values = sorted({row[name] for row in rows})
        part = {value: right[[row[name] == value for row in rows]] for value in values}
        lines.append(
            f"By {name} (accuracy, pairs): " + ", ".join(f"{v} {100 * r.mean():.0f} ({len(r)})" for v, r in part.items()) + ".\n"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", required=True, type=Path, metavar="DIR")
    parser.add_argument("--encoder", required=True, metavar="MINILM")
    parser.add_argument("--rows", type=int, default=500, help="at most so many rows of each public set for the baselines")
    parser.add_argument("-o", "--out", required=True, type=Path)
    arguments = parser.parse_args()
    from afinn import Afinn
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    table = build_data.rows()
    own = {split: [row for row in table if row["split"] == split] for split in build_data.SPLITS}
    train = own["train"] + [row for name in mix.PUBLIC for row in public(arguments.public, name, "train", 1500)]
    train = random.Random(0).sample(train, min(len(train), BASELINE_ROWS))
    sets = {f"own {split}": [r for r in own[split] if not r["seen"] and r["tag"] != "list"] for split in ("dev", "test")}
    sets["own listed"] = [r for r in own["test"] if r["tag"] == "list"]
    sets |= {name: public(arguments.public, name, "dev", arguments.rows) for name in SETS}
    vader, afinn = SentimentIntensityAnalyzer(), Afinn()
    systems: dict[str, System] = {
        "majority": majority(train),
        "VADER": lexicon(lambda text: vader.polarity_scores(text)["compound"], 0.05),
        "AFINN lexicon": lexicon(afinn.score, 0.5),
        "TF-IDF, logistic regression": tfidf(train),
        "MiniLM vectors, logistic regression": embeddings(train, arguments.encoder),
        "**themeshift**": ours,
    }
    lines = [
        HEAD,
        "| macro-F1 | " + " | ".join(f"{name} ({len(rows)})" for name, rows in sets.items()) + " |",
        "|---" * (len(sets) + 1) + "|",
    ]
    for name, system in systems.items():
        lines.append(f"| {name} | " + " | ".join(f"{scores(rows, system(rows))['f1']:.1f}" for rows in sets.values()) + " |")
        print(lines[-1], flush=True)
    lines += ["", "The shipped model on all rows of each set:", "", "| set | rows | macro-F1 | F1 of favour and against | accuracy | calibration error | accuracy at 70 % coverage |", "|---|---|---|---|---|---|---|"]  # fmt: skip # noqa: E501
    whole = {name: rows for name, rows in sets.items() if name.startswith("own")}
    whole |= {name: public(arguments.public, name, "dev", 10**9) for name in SETS}
    columns = ("f1", "favg", "accuracy", "ece", "at70")
    for name, rows in whole.items():
        found = scores(rows, ours(rows))
        lines.append(f"| {name} | {len(rows)} | " + " | ".join(f"{found[key]:.1f}" for key in columns) + " |")
        print(lines[-1], flush=True)
    both = both_right(own["test"], ours(own["test"]))
    lines += ["", f"Texts of the own test with just two targets that are taken sides on, opposite ones ({both['two_texts']}): "]
    lines[-1] += f"both right in {both['two']:.1f} %. With two or more ({both['texts']}): every side right in "
    lines[-1] += f"{both['sides']:.1f} %, the neutral targets beside them as well in {both['all']:.1f} %."
    lines.append("")
    clock = time.process_time()
    tested = ours(sets["own test"])
    speed = len(tested) / (time.process_time() - clock)
    lines += [*details(sets["own test"], tested), *abstention(sets["own test"], tested)]
    arguments.out.with_name("stance-calibration.svg").write_text(plot(sets["own test"], tested), encoding="utf-8")
    lines.append("![Calibration on the own test split: probability said against share right](stance-calibration.svg)")
    lines.append(f"\nSpeed: {speed:.0f} pairs of the own test split per CPU-second, one thread.")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
