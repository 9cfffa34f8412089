"""Find the settings of an encoder: what its cosines mean, on segments coded by hand.

    python models/encoder/calibrate.py FOLDER [--encoder minilm] [--search]

FOLDER holds ``topics.uk_manifestos_cmp.jsonl.gz`` and ``topics.cap_nytimes.jsonl.gz`` (rows of id, text, label; the manifestos
with speech_id and position). Codebooks: ``models/codebooks``. Manifestos are read whole and cut into runs of 1 to 40 segments, as
overconfidence grows with the length of the run; three in five fit the settings (with every other headline), the others make the
table of reliability. Segments that stand alone are read twice: all together, where those that are like them count, and in parts
too small for that. Fitted by maximum likelihood of the codes; deterministic; three minutes on one core. ``--search`` prints
accuracy and macro-F1 by temperature and by the odds of staying, and the floor that leaves as many segments without theme as the
static encoder's does. The settings go by hand into ``pipeline/topics/calibration.py``.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from sklearn.metrics import f1_score

from pipeline.encode import Encoder, load
from pipeline.topics import calibration, codebook, guided
from pipeline.topics.context import Order, reading_order
from pipeline.topics.likeness import FEW
from pipeline.topics.literal import expansions
from pipeline.topics.membership import posterior

BOOKS = Path(__file__).resolve().parents[1] / "codebooks"
LENGTHS = (1, 2, 3, 5, 10, 40, 100_000)
"""Segments of a run; the last is a whole manifesto."""

SHOWN = ("each alone", "each alone, few", "runs of 1", "runs of 1, few", "runs of 3", "whole")
"""Cases whose reliability is printed."""

BINS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)


def plain(label: str) -> str:
    return "".join(character for character in label.casefold() if character.isalnum())


def read(folder: Path, name: str) -> pd.DataFrame:
    with gzip.open(folder / f"topics.{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = pd.DataFrame([json.loads(line) for line in lines])
    known = ("text", "label", "speech_id", "position") if "position" in rows else ("text", "label")
    return rows[list(known)]


class Case(NamedTuple):
    """Weights (n, k) before they are tempered, the reading order, the codes (n,) of people, -1 where the codebook has none, and
    whether the likes of a segment counted."""

    weights: np.ndarray
    order: Order
    gold: np.ndarray
    likes: bool


def posteriors(
    rows: pd.DataFrame, raw: np.ndarray, book: codebook.Codebook, encoder: Encoder, settings: calibration.Calibration
) -> tuple[np.ndarray, Order, np.ndarray]:
    """Weights (n, k) before they are tempered, as the stage computes them, the order, and the scores (n, k)."""
    order = reading_order(rows)
    reading = guided.read(rows["text"].tolist(), raw, order, book, encoder, acronyms=expansions(rows["text"]))
    found = guided.scores(reading.context, reading.literal, reading.guide, settings)
    energies = found / settings.temperature + settings.prior * reading.guide.common
    if reading.likes is not None:
        energies += reading.likes
    return posterior(energies, order, stay=settings.stay), order, found


def apart(
    rows: pd.DataFrame, raw: np.ndarray, book: codebook.Codebook, encoder: Encoder, settings: calibration.Calibration
) -> tuple[np.ndarray, Order]:
    """Weights (n, k) and order of rows that stand alone, read in parts that are too small for likeness."""
    parts = []
    for begin in range(0, len(rows), FEW):
        some = slice(begin, begin + FEW)
        parts.append(posteriors(rows[some].reset_index(drop=True), raw[some], book, encoder, settings)[0])
    each = np.arange(len(rows))
    return np.concatenate(parts), Order(each, each, each, each)


def fitted(cases: list[Case], start: calibration.Calibration) -> calibration.Calibration:
    """The settings of greatest likelihood, every case of equal weight."""
    logs = [np.log(np.maximum(case.weights, 1e-300)) for case in cases]
    lengths = [calibration.lengths(case.order) for case in cases]

    def loss(values: np.ndarray) -> float:
        alone, along, fade, among = values
        total = 0.0
        for log, length, (_, _, gold, likes) in zip(logs, lengths, cases):
            known = gold >= 0
            power = along + ((among if likes else alone) - along) / length[known] ** fade
            flat = log[known] * power[:, None]
            flat -= flat.max(axis=1, keepdims=True)
            flat = np.exp(flat)
            right = flat[np.arange(len(flat)), gold[known]] / flat.sum(axis=1)
            total -= float(np.log(right).mean())
        return total

    # Powell's steps need no derivative; half a hundredth is finer than the two digits that are kept.
    best = minimize(
        loss, [1.0, 0.35, 1.3, 0.7], bounds=[(0.1, 3), (0.05, 1), (0.3, 3), (0.1, 3)], method="Powell", options={"xtol": 5e-3}
    )
    alone, along, fade, among = (round(float(value), 2) for value in best.x)
    return replace(start, alone=alone, along=along, fade=fade, among=among)


def reliability(said: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error: mean distance of what is said and what is right, over ten bins of equal width."""
    bins = np.clip((said * 10).astype(int), 0, 9)
    return float(sum((bins == b).mean() * abs(said[bins == b].mean() - right[bins == b].mean()) for b in np.unique(bins)))


def table(name: str, weights: np.ndarray, gold: np.ndarray) -> None:
    """Print, for ranges of the weight of the best theme, how many segments there are and how many are coded so by people."""
    said, right = weights.max(axis=1), weights.argmax(axis=1) == gold
    print(f"{name}: mean weight {said.mean():.3f}, coded so {right.mean():.3f}, error {reliability(said, right):.3f}")
    for low, high in pairwise(BINS):
        inside = (said >= low) & (said < high)
        if inside.sum() >= 20:
            print(f"  | {low:.1f}-{high:.1f} | {inside.sum()} | {said[inside].mean():.2f} | {right[inside].mean():.2f} |")


def search(rows: pd.DataFrame, raw: np.ndarray, book: codebook.Codebook, encoder: Encoder, gold: np.ndarray) -> None:
    """Print how right settings around the encoder's are, and the floor that leaves as many without theme as the static one's."""
    start = calibration.calibration(encoder)
    for temperature in (0.07, 0.1, 0.14):
        for stay in (0.7, 0.8, 0.9):
            settings = replace(start, temperature=temperature, stay=stay)
            weights, _, _ = posteriors(rows, raw, book, encoder, settings)
            answer = weights.argmax(axis=1)
            f1 = f1_score(gold, answer, labels=sorted(set(gold)), average="macro", zero_division=0)
            print(f"temperature {temperature} stay {stay}: accuracy {np.mean(gold == answer):.4f}, macro-F1 {f1:.4f}")
    static = load("static")
    known = calibration.calibration(static)
    _, _, found = posteriors(rows, static.encode(rows["text"].tolist()), book, static, known)
    share = float((found.max(axis=1) < known.floor).mean())
    _, _, found = posteriors(rows, raw, book, encoder, start)
    print(f"floor: {np.quantile(found.max(axis=1), share):.3f} leaves {share:.4f} without theme")


def cases(
    rows: pd.DataFrame, raw: np.ndarray, book: codebook.Codebook, encoder: Encoder, gold: np.ndarray
) -> Iterator[tuple[bool, str, Case]]:
    """Whether it is held back, its name, and the case, for runs of every length."""
    settings = calibration.calibration(encoder)
    if "speech_id" not in rows:
        weights, _, _ = posteriors(rows, raw, book, encoder, settings)
        few, _ = apart(rows, raw, book, encoder, settings)
        for first, held in ((0, True), (1, False)):
            each = np.arange(len(rows))[first::2] // 2
            order = Order(each, each, each, each)
            yield held, "each alone", Case(weights[first::2], order, gold[first::2], True)
            yield held, "each alone, few", Case(few[first::2], order, gold[first::2], False)
        return
    place = rows.groupby("speech_id").cumcount()
    number = pd.factorize(rows["speech_id"], sort=True)[0]
    for length in LENGTHS:
        cut = rows.assign(speech_id=rows["speech_id"] + "/" + (place // length).astype(str))
        for held in (False, True):
            own = (number % 5 > 2) == held
            part = cut[own].reset_index(drop=True)
            weights, order, _ = posteriors(part, raw[own], book, encoder, settings)
            yield held, f"runs of {length}" if length < LENGTHS[-1] else "whole", Case(weights, order, gold[own], length == 1)
            if length == 1:
                yield held, "runs of 1, few", Case(*apart(part, raw[own], book, encoder, settings), gold[own], False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder", default="static")
    parser.add_argument("--search", action="store_true", help="print what temperature and staying do")
    parser.add_argument("--vectors", type=Path, help="folder of SET.npy, vectors of the texts that were computed before")
    arguments = parser.parse_args()
    encoder = load(arguments.encoder)
    fit: list[Case] = []
    kept: list[tuple[str, Case]] = []
    for name, book_name in (("cap_nytimes", "policy-agendas"), ("uk_manifestos_cmp", "manifesto-project")):
        book = codebook.load(BOOKS / f"{book_name}.toml")
        ids = {plain(theme.name): number for number, theme in enumerate(book.themes)}
        rows = read(arguments.folder, name)
        raw = encoder.encode(rows["text"].tolist()) if arguments.vectors is None else np.load(arguments.vectors / f"{name}.npy")
        gold = np.array([ids.get(plain(label), -1) for label in rows["label"]])
        if arguments.search:
            print(name)
            search(rows, raw, book, encoder, gold)
        for held, how, case in cases(rows, raw, book, encoder, gold):
            if not held:
                fit.append(case)
            elif how in SHOWN:
                kept.append((f"{name}, {how}", case))
    settings = fitted(fit, calibration.calibration(encoder))
    print({name: getattr(settings, name) for name in ("alone", "along", "fade", "among")})
    for name, (weights, order, gold, likes) in kept:
        table(f"before: {name}", weights, gold)
        chosen = replace(settings, alone=settings.among) if likes else settings
        table(f"after: {name}", calibration.tempered(weights, order, chosen), gold)


if __name__ == "__main__":
    main()
