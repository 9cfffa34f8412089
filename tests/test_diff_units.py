"""What is above the speech, and what is held equal: counts by cluster, lines with covariates, and what they say of themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from pipeline import stats
from pipeline.diff import compare, follow
from pipeline.stats.worth import worth as worth_of


def talks(*, speakers: int, each: int, spread: float, seed: int, segments: int = 40) -> pd.DataFrame:
    """Two sides without a difference; speakers have shares of their own, ``spread`` of a Dirichlet, speeches follow them."""
    random = np.random.default_rng(seed)
    level = np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    rows = []
    for side in ("old", "new"):
        for speaker in range(speakers):
            own = random.dirichlet(spread * level)
            for number in range(each):
                codes = random.choice(list("abcdef"), segments, p=random.dirichlet(80 * own + 1e-3))
                rows += [
                    {"side": side, "speech_id": f"{side}{speaker}-{number}", "speaker_id": f"{side}{speaker}", "theme": code}
                    for code in codes
                ]
    return pd.DataFrame(rows)


def claims(table: pd.DataFrame, **options) -> int:
    diff = compare(table, by="side", before="old", after="new", **options)
    return sum(theme.verdict in ("grew", "shrank", "appeared", "vanished") for theme in diff.themes)


def test_diff_cluster_counts_as_if_its_speeches_were_one():
    table = talks(speakers=5, each=3, spread=20, seed=0)
    one = compare(table, by="side", before="old", after="new", cluster="speaker_id")
    other = compare(table.assign(speech_id=table["speaker_id"]), by="side", before="old", after="new")
    assert [theme.difference for theme in one.themes] == [theme.difference for theme in other.themes]
    assert one.before.n_speeches == 15
    assert one.notes == (
        "The unit of every test is the speaker_id, not the speech: 5 in old, 5 in new.",
        "No hand codes and no error rates were given: intervals hold the variation between speeches, not errors of the coding.",
    )
    assert one.settings["cluster"] == "speaker_id"


def test_diff_cluster_keeps_what_a_few_speakers_do_from_being_a_change():
    tables = [talks(speakers=4, each=8, spread=12, seed=seed) for seed in range(12)]
    assert sum(claims(table) > 0 for table in tables) >= 6  # speeches of one speaker are not independent
    assert sum(claims(table, cluster="speaker_id") > 0 for table in tables) <= 3  # binomial(12, .05): more once in 500


def test_diff_a_speech_without_cluster_is_its_own_and_two_clusters_are_refused():
    table = talks(speakers=3, each=2, spread=20, seed=1)
    table.loc[table["speech_id"].str.startswith("new0"), "speaker_id"] = None
    found = compare(table, by="side", before="old", after="new", cluster="speaker_id")
    assert "3 in old, 4 in new" in found.notes[0]
    table.loc[0, "speaker_id"] = "somebody"
    with pytest.raises(ValueError, match=r"'speaker_id' must have one value a speech. Got several in 'old0-0'"):
        compare(table, by="side", before="old", after="new", cluster="speaker_id")


def test_diff_cluster_of_a_timeline_stands_in_the_middle_of_its_groups():
    random = np.random.default_rng(2)
    rows = []
    for year in range(2000, 2024):
        leader, share = f"leader{(year - 2000) // 4}", 0.1 + 0.02 * ((year - 2000) // 4) * 4
        rows += [
            {"year": year, "speech_id": f"s{year}", "leader": leader, "theme": "a" if hit else "b"}
            for hit in random.random(50) < share
        ]
    line = follow(pd.DataFrame(rows), by="year", cluster="leader")
    a = next(theme for theme in line.themes if theme.id == "a")
    assert "1 in 2000" in line.notes[-1]
    assert a.trend.value == pytest.approx(0.02, abs=0.008)  # six leaders, four years apart
    assert a.changepoints == ()  # six clusters cannot show a step


def test_stats_line_is_weighted_least_squares_with_covariates():
    random = np.random.default_rng(3)
    n = random.integers(10, 80, 14).astype(float)
    x = random.binomial(n[:, None].astype(int), [[0.2, 0.4]]).astype(float)
    when, held = np.arange(14.0), random.normal(size=(14, 2))
    weight = worth_of(x, n)[:, 0]
    found = stats.line(x, n, when, covariates=held)

    def loss(b):
        return (weight * (x[:, 0] / n - b[0] - b[1] * when - held @ b[2:]) ** 2).sum()

    best = optimize.minimize(loss, np.zeros(4), method="BFGS", tol=1e-14)
    assert found.slope[0] == pytest.approx(best.x[1], abs=1e-6)
    design = np.column_stack([np.ones(14), when, held])
    variance = best.fun / (14 - 4) * np.linalg.inv(design.T @ (weight[:, None] * design))[1, 1]
    assert found.error[0] == pytest.approx(np.sqrt(variance), rel=1e-5)  # two series do not lean on each other
    assert found.freedom[0] == 10


def kinds(seed: int, *, effect: float = 0.0) -> pd.DataFrame:
    """Articles give theme ``a`` six times the share that releases give; the later side has more articles. ``effect`` is real."""
    random = np.random.default_rng(seed)
    rows = []
    for side, articles in (("old", 3), ("new", 13)):
        for number in range(16):
            kind = "article" if number < articles else "release"
            share = (0.6 if kind == "article" else 0.1) + (effect if side == "new" else 0)
            codes = np.where(random.random(40) < random.beta(40 * share, 40 * (1 - share)), "a", random.choice(list("bcde"), 40))
            rows += [{"side": side, "speech_id": f"{side}{number}", "kind": kind, "theme": code} for code in codes]
    return pd.DataFrame(rows)


def test_diff_covariates_take_out_what_the_kind_of_document_does():
    plain = sum(any(theme.verdict == "grew" for theme in compare_kinds(kinds(seed))) for seed in range(6))
    held = [compare_kinds(kinds(seed), covariates=["kind"]) for seed in range(6)]
    assert plain >= 5
    assert sum(any(theme.id == "a" and theme.verdict in ("grew", "shrank") for theme in themes) for themes in held) <= 1
    real = [theme for theme in compare_kinds(kinds(9, effect=0.2), covariates=["kind", "length"]) if theme.id == "a"]
    assert real[0].verdict == "grew"
    assert real[0].difference.low <= 0.2 <= real[0].difference.high
    assert real[0].after.share - real[0].before.share > real[0].difference.value


def compare_kinds(table: pd.DataFrame, **options):
    return compare(table, by="side", before="old", after="new", **options).themes


@pytest.mark.parametrize(
    ("change", "covariates", "sentence"),
    [
        (lambda table: table.assign(kind=table["side"]), ["kind"], "must not tell by themselves what is compared"),
        (lambda table: table.assign(kind=table["speech_id"]), ["kind"], "must be numbers or at most 12 kinds. Got 32"),
        (lambda table: table, ["genre"], "No column named 'genre'"),
        (
            lambda table: table[table["speech_id"].isin(["old1", "old4", "new1", "new14"])],
            ["kind"],
            r"must have 5 speeches or more. Got 4",
        ),
    ],
)
def test_diff_unusable_covariates_are_one_sentence(change, covariates, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare_kinds(change(kinds(0)), covariates=covariates)


def test_diff_speeches_of_two_groups_with_ids_that_run_together_stay_apart():
    rows = [("a", "bc"), ("ab", "c")] * 3
    table = pd.DataFrame([{"side": side, "speech_id": speech, "theme": "x"} for side, speech in rows])
    line = follow(pd.concat([table, table.assign(side="z")]), by="side", order=["a,ab", "z"])
    assert [side.n_speeches for side in line.groups] == [2, 2]
