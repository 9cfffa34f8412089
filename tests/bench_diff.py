"""How often methods call noise a change, and how much of what changed they find: the tables of docs/benchmarks/diff.md.

    python tests/bench_diff.py tables FOLDER [--wrong 0.3] [--least 0] [--most N]    coded tables with a known truth
    python tests/bench_diff.py groups [--tables 200]                      timelines in which nothing moves, or one theme steps
    python tests/bench_diff.py clusters [--tables 200]                    speakers with shares of their own, and no change
    python tests/bench_diff.py covariates [--tables 200]                  kinds of documents mixed differently on the two sides

FOLDER holds tables/NAME.csv (presidency, speech_id, theme: one row a segment) and truth.jsonl (name, kind, segments, speeches, factor,
themes: name -> before, after, changed), as the generator that the benchmark page names writes them. The others are simulated here.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm
from scipy.stats import t as t_distribution

from pipeline import stats

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
"""p, low, high of the difference of shares, each of shape (themes,)."""

BOOTSTRAPS = 999
HAND = 0.2
"""Share of the segments that is coded by hand where labels are wrong."""


def sums(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sides = (~after, after)
    return np.array([x[side].sum(axis=0) for side in sides]), np.array([[n[side].sum()] for side in sides])


def ours(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> Arrays:
    test = stats.compare_shares(x, n, after)
    return test.p, test.low, test.high


def chi_square(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> Arrays:
    """Every segment an independent observation."""
    many, whole = sums(x, n, after)
    share, common = many / whole, many.sum(axis=0) / whole.sum()
    difference, variance = share[1] - share[0], common * (1 - common) * (1 / whole).sum()
    statistic = np.divide(difference**2, variance, out=np.zeros_like(difference), where=variance > 0)
    half = norm.ppf(0.975) * np.sqrt((share * (1 - share) / whole).sum(axis=0))
    return chi2.sf(statistic, 1), difference - half, difference + half


def log_odds(prior: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray, np.ndarray, np.ndarray], Arrays]:
    """z of the log-odds ratio with a Dirichlet prior (Monroe, Colaresi and Quinn 2008), every segment a draw; no interval."""

    def test(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> Arrays:
        many, whole = sums(x, n, after)
        alpha = prior(many.sum(axis=0))
        seen, rest = many + alpha, whole + alpha.sum() - many - alpha
        z = (np.log(seen[1] / rest[1]) - np.log(seen[0] / rest[0])) / np.sqrt((1 / seen).sum(axis=0))
        nothing = np.full(len(z), np.nan)
        return 2 * norm.sf(np.abs(z)), nothing, nothing

    return test


def welch(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> Arrays:
    """Student's t of the shares of speeches, with Welch's degrees of freedom."""
    sides = [(x / n[:, None])[side] for side in (~after, after)]
    if min(map(len, sides)) < 2:
        return (np.full(x.shape[1], np.nan),) * 3
    difference = sides[1].mean(axis=0) - sides[0].mean(axis=0)
    variances = np.array([side.var(axis=0, ddof=1) / len(side) for side in sides])
    error = np.sqrt(np.maximum(variances.sum(axis=0), 1e-12))
    parts = sum(variance**2 / (len(side) - 1) for variance, side in zip(variances, sides))
    freedom = np.maximum(error**4 / np.maximum(parts, 1e-30), 1)
    half = t_distribution.ppf(0.975, freedom) * error
    return 2 * t_distribution.sf(np.abs(difference) / error, freedom), difference - half, difference + half


def bootstrap(x: np.ndarray, n: np.ndarray, after: np.ndarray) -> Arrays:
    """Whole speeches drawn with replacement within each side; percentiles of the difference."""
    if min(after.sum(), (~after).sum()) < 2:
        return (np.full(x.shape[1], np.nan),) * 3
    random, shares = np.random.default_rng(0), []
    for side in (~after, after):
        own, size = x[side], n[side]
        drawn = random.multinomial(len(size), np.full(len(size), 1 / len(size)), BOOTSTRAPS)
        shares.append(drawn @ own / (drawn @ size)[:, None])
    difference = shares[1] - shares[0]
    below = ((difference <= 0).sum(axis=0) + 1) / (BOOTSTRAPS + 1)
    above = ((difference >= 0).sum(axis=0) + 1) / (BOOTSTRAPS + 1)
    low, high = np.quantile(difference, [0.025, 0.975], axis=0)
    return np.minimum(2 * np.minimum(below, above), 1), low, high


METHODS = {
    "themeshift": ours,
    "chi-square on segments": chi_square,
    "Fightin' Words (prior: both sides)": log_odds(lambda whole: np.maximum(whole, 0.01)),
    "log-odds, flat prior .01 (Scattertext's p)": log_odds(lambda whole: np.full(len(whole), 0.01)),
    "bootstrap of speeches": bootstrap,
    "Welch on shares of speeches": welch,
}


def counted(table: pd.DataFrame, names: list[str], column: str = "theme") -> tuple[np.ndarray, ...]:
    """Counts (speeches, themes), totals and side of a table."""
    keys = pd.MultiIndex.from_frame(table[["presidency", "speech_id"]])
    speech, order = pd.factorize(keys, sort=True)
    theme = pd.Index(names).get_indexer(pd.Index(table[column]))
    x = np.zeros((len(order), len(names)))
    np.add.at(x, (speech[theme >= 0], theme[theme >= 0]), 1)
    return x, np.bincount(speech).astype(float), np.array([side == "after" for side, _ in order]), speech


def judged(found: Arrays, truth: pd.DataFrame) -> dict[str, float]:
    """Scores of one table: NaN where one does not apply."""
    p, low, high = found
    true, changed = (truth["after"] - truth["before"]).to_numpy(float), truth["changed"].to_numpy(bool)
    q = stats.adjust(p)
    middle = np.where(np.isnan(low), true, (low + high) / 2)  # without an interval the direction is given for free
    right = changed & (np.sign(middle) == np.sign(true))
    claimed, held = q <= 0.05, (low <= true) & (true <= high)
    return {
        "p < .05": float(np.mean(p[~changed] < 0.05)) if (~changed).any() else np.nan,
        "any false": float((claimed & ~right).any()),
        "recall": float(np.mean((claimed & right)[changed])) if changed.any() else np.nan,
        "coverage": float(np.mean(held)) if not np.isnan(low).all() else np.nan,
    }


def tables(chosen: argparse.Namespace) -> None:
    rows, seen = [], Counter[tuple]()
    for line in (Path(chosen.folder) / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if (told["speeches"] or 99) < max(chosen.least, 2):
            continue
        seen[told["kind"], told["segments"], told["speeches"], told["factor"]] += 1
        if seen[told["kind"], told["segments"], told["speeches"], told["factor"]] > chosen.most:
            continue
        table = pd.read_csv(Path(chosen.folder) / "tables" / f"{told['name']}.csv")
        truth = pd.DataFrame(told["themes"]).T
        cell = {
            "cell": "dealt" if told["kind"] == "dealt" else f"{told['segments']}x{told['speeches']}",
            "change": told["factor"],
        }
        for name, found in (wrong(table, truth, chosen.wrong) if chosen.wrong else right(table, truth)).items():
            rows.append(cell | {"method": name} | judged(found, truth))
    show(pd.DataFrame(rows), ["cell", "change", "method"])


def right(table: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Arrays]:
    x, n, after, _ = counted(table, list(truth.index))
    return {name: test(x, n, after) for name, test in METHODS.items()}


def wrong(table: pd.DataFrame, truth: pd.DataFrame, share: float) -> dict[str, Arrays]:
    """The same table with labels replaced by those of random segments: as coded, by hand codes, and by the known error rates."""
    random, names = np.random.default_rng(len(table)), list(truth.index)
    drawn = table["theme"].sample(len(table), replace=True, random_state=1).to_numpy()
    table = table.assign(coded=np.where(random.random(len(table)) < share, drawn, table["theme"]))
    x, n, after, speech = counted(table, names, "coded")
    by_hand, found = random.random(len(table)) < HAND, {"as coded": ours(x, n, after)}
    gaps = [np.zeros_like(x) for _ in range(2)]
    for sign, column in enumerate(("coded", "theme")):
        theme = pd.Index(names).get_indexer(pd.Index(table[column]))
        rows = by_hand & (theme >= 0)
        np.add.at(gaps[sign], (speech[rows], theme[rows]), 1)
    corrected = stats.rectified(x, n, after, np.bincount(speech[by_hand], minlength=len(n)), gaps[1] - gaps[0])
    test = stats.compare_adjusted(x, n, after, rectified=corrected)
    found["hand codes of a fifth"] = test.p, test.low, test.high
    common = np.array([(drawn == name).mean() for name in names])
    hit, right_out = 1 - share * (1 - common), 1 - share * common
    rates = stats.compare_miscoded(x, n, after, sensitivity=hit, specificity=right_out)
    return found | {"known error rates": (rates.p, rates.low, rates.high)}


LEVEL = np.array([0.35, *np.linspace(0.02, 0.06, 16)])
LEVEL = LEVEL / LEVEL.sum()


def spoken(random: np.random.Generator, share: np.ndarray, length: int, *, alpha: float = 128, run: float = 3) -> np.ndarray:
    """Segments of each theme in one speech: runs of themes, drawn from a mixture of its own."""
    own, counts = random.dirichlet(alpha * share + 1e-9), np.zeros(len(share))
    while length > 0:
        size = min(int(random.geometric(1 / run)), length)
        counts[random.choice(len(share), p=own)] += size
        length -= size
    return counts[1:]


GROUPS = ((8, 2, (50,)), (20, 1, (60,)), (12, 6, (30,)), (30, 3, (20, 60, 150)), (60, 1, (40, 80)))
"""Groups, speeches of each, and segments of a speech, one of these at random."""


def groups(chosen: argparse.Namespace) -> None:
    rows = []
    for many, each, lengths in GROUPS:
        for number in range(chosen.tables):
            random = np.random.default_rng([5, many, each, number])
            for factor in (1, 4):
                size = random.choice(lengths, many * each)
                later, place = LEVEL.copy(), np.repeat(np.arange(many), each)
                later[8], later[0] = LEVEL[8] * factor, LEVEL[0] - LEVEL[8] * (factor - 1)
                x = np.array([spoken(random, later if at >= many // 2 else LEVEL, n) for at, n in zip(place, size)])
                line, step = stats.trend(x, size, place), stats.step(x, size, place)
                still = np.arange(x.shape[1]) != (7 if factor > 1 else -1)
                for name, p, sure in (("trend", line.p, True), ("step", step.p, step.steeper)):
                    claimed = (stats.adjust(p) <= 0.05) & sure
                    row = {
                        "groups x speeches": f"{many}x{each}",
                        "segments": "/".join(map(str, lengths)),
                        "change": factor,
                        "test": name,
                    }
                    near = abs(int(step.place[7]) - many // 2) <= max(1, many // 10) or name == "trend"
                    rows.append(row | {
                        "p < .05": float((p[still] < 0.05).mean()), "any false": float((claimed & still).any()),
                        "recall": float(claimed[7]) if factor > 1 else np.nan,
                        "at its place": float(near) if factor > 1 and claimed[7] and name == "step" else np.nan,
                        "coverage": float(((line.low <= 0) & (line.high >= 0))[still].mean()) if name == "trend" else np.nan,
                    })  # fmt: skip
    show(pd.DataFrame(rows), ["groups x speeches", "segments", "change", "test"])


def clusters(chosen: argparse.Namespace) -> None:
    rows = []
    for speakers, each in ((4, 5), (8, 4), (20, 3)):
        for number in range(chosen.tables):
            random = np.random.default_rng([6, speakers, number])
            shares = [random.dirichlet(30 * LEVEL) for _ in range(2 * speakers)]
            x = np.array([[spoken(random, share, 50) for _ in range(each)] for share in shares])
            n, after = np.full((2 * speakers, each), 50.0), np.repeat([False, True], speakers)
            units = (
                ("speech", x.reshape(-1, x.shape[2]), n.ravel(), np.repeat(after, each)),
                ("cluster", x.sum(1), n.sum(1), after),
            )
            for unit, counts, totals, side in units:
                p, low, high = ours(counts, totals, side)
                row = {"speakers x speeches": f"{speakers}x{each}", "unit": unit, "p < .05": float((p < 0.05).mean())}
                claims = float((stats.adjust(p) <= 0.05).any())
                rows.append(row | {"any false": claims, "coverage": float(((low <= 0) & (high >= 0)).mean())})
    show(pd.DataFrame(rows), ["speakers x speeches", "unit"])


def covariates(chosen: argparse.Namespace) -> None:
    rows = []
    other = LEVEL[[0, *range(len(LEVEL) - 1, 0, -1)]]
    for each in (6, 12, 30):
        for number in range(chosen.tables):
            random = np.random.default_rng([7, each, number])
            after = np.repeat([False, True], each)
            kind = random.random(2 * each) < np.where(after, 0.7, 0.3)
            size = random.choice([30, 60, 120], 2 * each)
            x = np.array([spoken(random, other if one else LEVEL, n, alpha=60) for one, n in zip(kind, size)])
            if len({*kind[after]}) == len({*kind[~after]}) == 1:  # each side of one kind: nothing could be told
                continue
            held = stats.compare_adjusted(x, size, after, kind.astype(float))
            for name, (p, low, high) in (("none", ours(x, size, after)), ("kind", (held.p, held.low, held.high))):
                row = {"speeches a side": each, "held equal": name, "p < .05": float((p < 0.05).mean())}
                claims = float((stats.adjust(p) <= 0.05).any())
                rows.append(row | {"any false": claims, "coverage": float(((low <= 0) & (high >= 0)).mean())})
    show(pd.DataFrame(rows), ["speeches a side", "held equal"])


def show(rows: pd.DataFrame, by: list[str]) -> None:
    """Means over the tables of each cell, as Markdown."""
    means = rows.groupby(by, sort=False).mean(numeric_only=True)
    means.insert(0, "tables", rows.groupby(by, sort=False).size())
    print("| " + " | ".join([*by, *means.columns]) + " |")
    print("|" + "---|" * (len(by) + len(means.columns)))
    for key, row in means.iterrows():
        cells = [f"{value:.3f}".lstrip("0") if value < 1 else f"{value:.2f}" for value in row.iloc[1:]]
        print(
            "| " + " | ".join([*map(str, key), str(int(row.iloc[0])), *("-" if cell == "nan" else cell for cell in cells)]) + " |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("tables")
    command.add_argument("folder")
    command.add_argument("--wrong", type=float, default=0.0, help="share of labels replaced")
    command.add_argument("--least", type=int, default=0, help="speeches a side")
    command.add_argument("--most", type=int, default=1_000_000, help="tables of each cell")
    command.set_defaults(run=tables)
    for run in (groups, clusters, covariates):
        command = commands.add_parser(run.__name__)
        command.add_argument("--tables", type=int, default=200)
        command.set_defaults(run=run)
    chosen = parser.parse_args()
    chosen.run(chosen)


if __name__ == "__main__":
    main()
