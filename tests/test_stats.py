"""The statistics: against scipy on small tables, on simulated speeches with a known truth, and what never changes an answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy import stats as scipy_stats
from scipy.special import digamma, polygamma

from pipeline import stats
from pipeline.stats.likelihood import Likelihood, _digamma_trigamma
from pipeline.stats.means import moderate
from pipeline.stats.measurement import by_error_rates
from pipeline.stats.worth import worth


def speeches(
    side: int, *, segments: int, shares: list[np.ndarray], alpha: float, run: float, seed: int
) -> tuple[np.ndarray, ...]:
    """Counts, totals and side of ``side`` speeches a side; a theme comes in runs of ``run`` segments on average."""
    random = np.random.default_rng(seed)
    counts = []
    for share in shares:
        for _ in range(side):
            own, row, left = random.dirichlet(alpha * share), np.zeros(len(share)), segments
            while left > 0:
                length = min(int(random.geometric(1 / run)), left)
                row[random.choice(len(share), p=own)] += length
                left -= length
            counts.append(row)
    return np.array(counts)[:, 1:], np.full(2 * side, float(segments)), np.repeat([False, True], side)


SHARE = np.array([0.3, *np.linspace(0.02, 0.09, 12)])
SHARE = SHARE / SHARE.sum()


def test_stats_digamma_and_trigamma_agree_with_scipy():
    z = np.geomspace(1e-3, 1e5, 300)
    first, second = _digamma_trigamma(z)
    np.testing.assert_allclose(first, digamma(z), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(second, polygamma(1, z), rtol=1e-7)


@pytest.mark.parametrize("rho", [0.01, 0.1, 0.4])
def test_stats_likelihood_is_that_of_scipys_betabinom(rho):
    x, n = np.array([[0.0, 3], [2, 5], [1, 0], [4, 9]]), np.array([10.0, 12, 8, 20])
    part = Likelihood(x, n)
    fit = part.fit(np.array([[rho]]))
    scale = (1 - rho) / rho
    for k in (0, 1):

        def loss(p, k=k):
            return -scipy_stats.betabinom.logpmf(x[:, k], n, p * scale, (1 - p) * scale).sum()

        best = optimize.minimize_scalar(loss, bounds=(1e-6, 0.999), method="bounded", options={"xatol": 1e-9})
        assert fit.mean[0, k] == pytest.approx(best.x, abs=1e-4)
        without = scipy_stats.betabinom.logpmf(x[:, k], n, 1, 1).sum() - part.value(np.array([0.5, 0.5]), np.array(2.0))[k]
        assert fit.value[0, k] == pytest.approx(-best.fun - without, abs=1e-5)


def test_stats_likelihood_by_sorted_counts_is_the_same():
    random = np.random.default_rng(0)
    n = random.integers(5, 30, 400).astype(float)
    x = random.binomial(n[:, None].astype(int), [[0.05, 0.2, 0.4]]).astype(float)
    fast, slow = Likelihood(x, n), Likelihood(x, n)
    assert fast.above is not None
    slow.above = slow.above_n = None
    one, other = fast.fit(np.array([[0.02], [0.3]])), slow.fit(np.array([[0.02], [0.3]]))
    np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-6)


def test_stats_adjust_agrees_with_scipy_and_leaves_gaps_out():
    p = np.array([0.001, 0.04, 0.2, 0.03, 0.9])
    np.testing.assert_allclose(stats.adjust(p), scipy_stats.false_discovery_control(p))
    found = stats.adjust([0.01, np.nan, 0.04])
    assert np.isnan(found[1])
    np.testing.assert_allclose(found[[0, 2]], scipy_stats.false_discovery_control([0.01, 0.04]))


def test_stats_permute_tries_every_division_of_a_small_table():
    x, n, after = np.array([[1.0], [2], [1], [8], [9], [7]]), np.full(6, 10.0), np.repeat([False, True], 3)
    assert stats.permute(x, n, after)[0] == pytest.approx(2 / 20)
    found = scipy_stats.permutation_test((x[:3, 0], x[3:, 0]), lambda a, b: np.mean(b) - np.mean(a), n_resamples=np.inf)
    assert stats.permute(x, n, after)[0] == pytest.approx(found.pvalue)


def test_stats_means_of_few_series_are_students_t_test():
    values, after = np.array([[0.1], [0.4], [0.2], [0.9], [0.7], [1.0]]), np.repeat([False, True], 3)
    found, known = stats.compare_means(values, after), scipy_stats.ttest_ind(values[3:, 0], values[:3, 0])
    interval = known.confidence_interval()
    assert found.p[0] == pytest.approx(known.pvalue)
    assert (found.low[0], found.high[0]) == pytest.approx((interval.low, interval.high))


def test_stats_moderated_variances_lean_on_each_other():
    variance, freedom = np.array([0.5, 1.0, 1.5, 1.0, 4.0]), np.full(5, 4.0)
    leaning, worth = moderate(variance, freedom)
    assert leaning.max() < 4.0
    assert leaning.min() > 0.5
    assert (worth > 4).all()


def test_stats_means_need_two_speeches_a_side():
    found = stats.compare_means(
        np.array([[0.1, 0.2], [np.nan, 0.4], [0.3, 0.6], [0.5, 0.1]]), np.array([False, False, True, True])
    )
    assert np.isnan(found.p[0])
    assert np.isfinite(found.p[1])


@pytest.mark.parametrize(("side", "segments"), [(4, 100), (12, 40)])
def test_stats_nothing_changed_is_seldom_called_a_change(side, segments):
    small, claims, held, tested = 0, 0, 0, 0
    for seed in range(30):
        test = stats.compare_shares(*speeches(side, segments=segments, shares=[SHARE, SHARE], alpha=120, run=4, seed=seed))
        small, tested = small + int((test.p < 0.05).sum()), tested + len(test.p)
        claims += bool((test.q <= 0.05).any())
        held += int(((test.low <= 0) & (test.high >= 0)).sum())
    assert small / tested <= 0.08
    assert claims <= 6  # binomial(30, .05): more than six once in a thousand
    assert 0.91 <= held / tested <= 1


def test_stats_a_theme_that_vanishes_is_found_with_four_speeches_a_side():
    later = SHARE.copy()
    later[0] += later[[10, 11, 12]].sum()
    later[[10, 11, 12]] = 1e-12
    found = [
        stats.compare_shares(*speeches(4, segments=250, shares=[SHARE, later / later.sum()], alpha=120, run=3, seed=s))
        for s in range(5)
    ]
    assert sum(int((test.q[9:] <= 0.05).sum()) for test in found) >= 9
    assert all((test.difference[9:] < 0).all() for test in found)


def test_stats_equal_shares_of_many_speeches_are_stable():
    test = stats.compare_shares(*speeches(80, segments=60, shares=[SHARE, SHARE], alpha=200, run=2, seed=1))
    assert test.stable.mean() > 0.5
    assert not (test.q <= 0.05).any()


def test_stats_one_speech_a_side_is_described_and_not_tested():
    test = stats.compare_shares([[3, 0], [1, 2]], [10, 10], [False, True])
    assert test.difference.tolist() == pytest.approx([-0.2, 0.2])
    assert np.isnan([test.p, test.q, test.low, test.high]).all()
    assert not test.stable.any()


@pytest.mark.parametrize(
    ("counts", "totals", "after", "sentence"),
    [
        ([[1, 2]], [3, 4], [True, False], "must have the shape"),
        ([[1], [2]], [3, 4], [True, True], "Each side must have a speech"),
        ([[5], [2]], [3, 4], [True, False], "no more of them on a theme"),
    ],
)
def test_stats_unusable_counts_are_refused(counts, totals, after, sentence):
    with pytest.raises(ValueError, match=sentence):
        stats.compare_shares(counts, totals, after)


TABLES = st.integers(0, 10_000).flatmap(
    lambda seed: st.tuples(st.just(seed), st.integers(2, 7), st.integers(2, 7), st.integers(1, 5), st.integers(5, 40))
)


def table(seed: int, before: int, after: int, themes: int, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    n = random.integers(1, most + 1, before + after).astype(float)
    x = random.binomial(n[:, None].astype(int), random.beta(0.5, 3, (before + after, themes))).astype(float)
    return x, n, np.repeat([False, True], [before, after])


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_stats_mirror_and_order(drawn):
    x, n, after = table(*drawn)
    test, mirror = stats.compare_shares(x, n, after), stats.compare_shares(x, n, ~after)
    np.testing.assert_allclose(test.p, mirror.p, rtol=1e-9)
    np.testing.assert_allclose(test.low, -mirror.high, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(test.stable, mirror.stable)
    order = np.random.default_rng(drawn[0]).permutation(len(n))
    shuffled = stats.compare_shares(x[order], n[order], after[order])
    for name in ("p", "q", "low", "high", "share_low", "difference"):
        np.testing.assert_array_equal(getattr(test, name), getattr(shuffled, name))


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_stats_numbers_are_probabilities_and_intervals_hold_their_value(drawn):
    test = stats.compare_shares(*table(*drawn))
    assert ((test.p >= 0) & (test.p <= 1 + 1e-9)).all()
    assert (test.q >= test.p - 1e-12).all()
    assert ((test.low <= test.difference) & (test.difference <= test.high)).all()
    assert ((test.share_low >= 0) & (test.share_high <= 1)).all()


def test_stats_error_rates_undo_what_the_coder_dilutes():
    found = by_error_rates([0.06], [0.02], [0.10], sensitivity=[0.7], specificity=[0.9])
    assert (found.difference[0], found.low[0], found.high[0]) == pytest.approx((0.1, 0.02 / 0.6, 0.1 / 0.6))
    with pytest.raises(ValueError, match="add up to more than 1"):
        by_error_rates([0.1], [0], [0.2], sensitivity=[0.4], specificity=[0.5])


def test_stats_error_rates_that_rest_on_few_segments_widen_the_interval():
    sure = by_error_rates([0.06], [0.02], [0.10], sensitivity=[0.7], specificity=[0.9])
    unsure = by_error_rates([0.06], [0.02], [0.10], sensitivity=[0.7], specificity=[0.9], with_theme=[50], without_theme=[500])
    error = np.sqrt(0.7 * 0.3 / 50 + 0.9 * 0.1 / 500) * 0.06 / 0.6**2
    assert unsure.difference[0] == sure.difference[0]
    assert (unsure.high[0] - unsure.difference[0]) ** 2 == pytest.approx((0.04 / 0.6) ** 2 + (1.96 * error) ** 2)


def test_stats_hand_codes_keep_coverage_when_three_labels_in_ten_are_wrong():
    held, biased = 0, 0
    for seed in range(120):
        random = np.random.default_rng(seed)
        after = np.repeat([False, True], 12)
        real = random.random((24, 60)) < random.beta(20 * (share := np.where(after, 0.4, 0.1)), 20 * (1 - share))[:, None]
        coded = np.where(random.random(real.shape) < 0.3, ~real, real)
        chosen = random.random(real.shape) < 0.2
        gaps = ((real.astype(int) - coded) * chosen).sum(axis=1)[:, None]
        counts, totals = coded.sum(axis=1)[:, None], np.full(24, 60)
        right = stats.rectified(counts, totals, after, chosen.sum(axis=1), gaps)
        found = stats.compare_adjusted(counts, totals, after, rectified=right)
        held += bool(found.low[0] <= 0.3 <= found.high[0])
        plain = stats.compare_shares(counts, totals, after)
        biased += bool(plain.low[0] <= 0.3 <= plain.high[0])
    assert held / 120 >= 0.9  # .95 and two and a half standard errors
    assert biased / 120 < 0.2
    with pytest.raises(ValueError, match="20 or more"):
        stats.rectified(counts, totals, after, np.repeat([0, 1], 12), gaps)


def test_stats_score_is_that_of_the_nearest_shares_which_differ_so_much():
    """Against the definition, with scipy's optimiser for the nearest shares; unequal sides, one theme from nothing."""
    n, after = np.array([20.0, 30, 25, 40, 35, 20, 30]), np.array([False] * 3 + [True] * 4)
    y = np.array([[4.0, -0.5], [7, 0.3], [4, 0.2], [12, 5], [9, 0], [4, 6.5], [9, 2]])
    found = stats.score(np.round(np.clip(y, 0, None)), n, after, y)
    low, high = found.limits(0.9)
    weight = worth(np.round(np.clip(y, 0, None)), n)
    for k in (0, 1):
        seen = [np.average(y[own, k] / n[own], weights=weight[own, k]) for own in (~after, after)]
        size = [weight[own, k].sum() for own in (~after, after)]
        scatter = sum((weight[own, k] * (y[own, k] / n[own] - mean) ** 2).sum() for own, mean in zip((~after, after), seen))
        near = [max(share, 0.5 / n[own].sum()) for share, own in zip(seen, (~after, after))]
        factor = scatter / (2 * near[0] * (1 - near[0]) + 3 * near[1] * (1 - near[1]))  # two themes do not lean on each other
        assert found.slope[k] == pytest.approx(seen[1] - seen[0])

        def error(difference, near=near, size=size, factor=factor):
            def loss(share):
                return size[0] * (share - near[0]) ** 2 + size[1] * (share + difference - near[1]) ** 2

            ends = (max(0, -difference), min(1, 1 - difference))
            share = optimize.minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
            variances = [share * (1 - share) / size[0], (share + difference) * (1 - share - difference) / size[1]]
            return np.sqrt(factor * sum(variances))

        t, shift = scipy_stats.t.ppf(0.95, 5), near[1] - near[0] - found.slope[k]
        for end in (low[k], high[k]):
            assert abs(end - found.slope[k]) == pytest.approx(t * error(end + shift), rel=1e-4)
        assert found.p[k] == pytest.approx(2 * scipy_stats.t.sf(abs(found.slope[k]) / error(0.0), 5), rel=1e-4)
        assert high[1] - found.slope[1] > 1.05 * (found.slope[1] - low[1])  # further away from zero than towards it


def test_stats_corrections_keep_coverage_where_a_theme_appears_among_wrong_labels():
    """Right labels come in runs, wrong ones singly: the side without the theme scatters far less than the other."""
    held, covered = np.zeros(3), 0
    after = np.repeat([False, True], 15)
    for seed in range(40):
        random = np.random.default_rng(seed)
        shares = np.array([[0.3, 0.0, 0.2, 0.2, 0.3], [0.1, 0.2, 0.2, 0.2, 0.3]])[after.astype(int)]
        real = np.array([random.choice(5, 10, p=random.dirichlet(20 * own + 1e-9)).repeat(5) for own in shares])
        coded = np.where(random.random(real.shape) < 0.3, random.permutation(real.ravel()).reshape(real.shape), real)
        chosen, n = random.random(real.shape) < 0.2, np.full(30, 50.0)
        counts = np.stack([(coded == k).sum(axis=1) for k in range(5)], axis=1)
        gaps = np.stack([(((real == k).astype(int) - (coded == k)) * chosen).sum(axis=1) for k in range(5)], axis=1)
        common = np.bincount(real.ravel(), minlength=5) / real.size
        tests = (
            stats.compare_adjusted(counts, n, after, rectified=stats.rectified(counts, n, after, chosen.sum(axis=1), gaps)),
            stats.compare_miscoded(counts, n, after, sensitivity=1 - 0.3 * (1 - common), specificity=1 - 0.3 * common),
            stats.compare_shares(counts, n, after),
        )
        held += [test.low[1] <= 0.2 <= test.high[1] for test in tests]
        covered += np.mean([(test.low <= shares[-1] - shares[0]) & (shares[-1] - shares[0] <= test.high) for test in tests[:2]])
    assert min(held[:2]) / 40 >= 0.85  # .95 and three standard errors
    assert held[2] / 40 < 0.7  # as coded, far below .95
    assert covered / 40 >= 0.93


def test_stats_groups_make_every_contrast_under_one_adjustment():
    x, n, _ = speeches(6, segments=40, shares=[SHARE, SHARE], alpha=120, run=3, seed=2)
    groups = ["a", "b", "c"] * 4
    pairs, rest = stats.all_pairs(x, n, groups), stats.each_against_rest(x, n, groups)
    assert [(one.before, one.after) for one in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [one.after for one in rest] == ["a", "b", "c"]
    every = np.concatenate([one.test.p for one in pairs])
    np.testing.assert_allclose(np.concatenate([one.q for one in pairs]), stats.adjust(every))


def test_stats_keyness_sign_and_unit():
    random = np.random.default_rng(4)
    n = np.full(16, 50.0)
    x = np.column_stack(
        [random.binomial(50, [0.02] * 8 + [0.2] * 8), random.binomial(50, 0.1, 16), random.binomial(50, 0.05, 16)]
    )
    found = stats.keyness(x, n, np.repeat([False, True], 8))
    assert found.log_odds[0] > 1
    assert found.p[0] < 0.001
    assert found.q[1] > 0.05
    assert np.isnan(stats.keyness(x[[0, 15]], n[:2], np.array([False, True])).p).all()
