"""Trends and steps of ordered speeches: against scipy and by hand on small tables, and on simulated ones with a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from pipeline import stats
from pipeline.stats.worth import worth as worth_of


def speeches(shares: np.ndarray, *, segments: int, alpha: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts and totals of one speech a row of ``shares`` (speeches, themes), each with a mixture of its own."""
    random = np.random.default_rng(seed)
    counts = np.array([random.multinomial(segments, random.dirichlet(alpha * share)) for share in shares])
    return counts[:, 1:], np.full(len(shares), segments)


LEVEL = np.array([0.4, *np.linspace(0.03, 0.09, 10)])
LEVEL = LEVEL / LEVEL.sum()


def stepped(before: int, after: int) -> np.ndarray:
    """Shares of speeches where the tenth theme grows sixfold after ``before`` of them."""
    later = LEVEL.copy()
    later[0] -= 0.15
    later[10] += 0.15
    return np.vstack([np.tile(LEVEL, (before, 1)), np.tile(later, (after, 1))])


def test_stats_trend_of_few_themes_is_a_regression():
    time, n = np.arange(8.0), np.full(8, 20.0)
    x = np.array([[1, 5], [2, 4], [4, 6], [3, 5], [6, 4], [7, 5], [6, 6], [9, 4]], float)
    found, known = stats.trend(x, n, time), scipy_stats.linregress(time, x[:, 0] / 20)
    assert found.slope[0] == pytest.approx(known.slope)
    assert found.p[0] == pytest.approx(known.pvalue)
    half = scipy_stats.t.ppf(0.975, 6) * known.stderr
    assert (found.low[0], found.high[0]) == pytest.approx((known.slope - half, known.slope + half))
    with pytest.raises(ValueError, match="different times"):
        stats.trend(x, n, np.ones(8))
    with pytest.raises(ValueError, match="6 speeches or more"):
        stats.trend(x[:5], n[:5], time[:5])


def test_stats_trend_gives_long_speeches_more_weight_but_not_that_of_their_segments():
    x, n = np.array([[2.0], [0], [30], [1], [9], [3], [4], [2]]), np.array([10.0, 10, 400, 12, 90, 15, 40, 9])
    worth = worth_of(x, n)[:, 0]
    assert (worth[2] > worth[0]) and worth[2] / worth[0] < 40
    share, time = x[:, 0] / n, np.arange(8.0)
    known = np.polyfit(time, share, 1, w=np.sqrt(worth))
    assert stats.trend(x, n, time).slope[0] == pytest.approx(known[0])


def test_stats_step_tries_the_orders_of_a_small_table():
    """Seven equal speeches of one theme, the step in the middle as clear as can be: 2 of 35 divisions at that place alone."""
    x, n = np.array([[0.0], [0], [0], [9], [9], [9], [9]]), np.full(7, 10.0)
    found = stats.step(x, n, np.arange(7))
    assert found.place[0] == 3
    assert found.steeper[0]
    # the sums of the only other place (4 | 3) reach the same height when the four nines come first
    assert found.p[0] == pytest.approx(2 / 35, abs=0.02)


def test_stats_step_places_need_three_speeches_on_either_side():
    x, n = np.array([[9.0], [9], [0], [0], [0], [0], [0]]), np.full(7, 10.0)
    assert stats.step(x, n, np.arange(7)).place[0] >= 3
    assert np.isnan(stats.step(x[:5], n[:5], np.arange(5)).p).all()
    together = stats.step(x, n, [0, 0, 1, 1, 1, 1, 1])
    assert np.isnan(together.p).all()
    assert (together.place == -1).all()


def test_stats_step_is_found_where_it_is_and_a_line_is_no_step():
    found = [stats.step(*speeches(stepped(12, 14), segments=80, alpha=60, seed=seed), np.arange(26)) for seed in range(6)]
    assert sum(abs(int(step.place[9]) - 12) <= 1 and stats.adjust(step.p)[9] <= 0.05 and step.steeper[9] for step in found) >= 5
    share = np.linspace(0, 1, 30)[:, None]
    line = (1 - share) * stepped(1, 1)[0] + share * stepped(1, 1)[1]
    straight = [stats.step(*speeches(line, segments=200, alpha=400, seed=seed), np.arange(30)) for seed in range(6)]
    assert sum(bool(step.steeper[9]) for step in straight) <= 2


@pytest.mark.parametrize(("groups", "each", "segments"), [(8, 3, 40), (24, 1, 60)])
def test_stats_nothing_moved_is_seldom_called_a_trend_or_a_step(groups, each, segments):
    low = {"trend": 0, "step": 0}
    claims, tested = {"trend": 0, "step": 0}, 0
    position = np.repeat(np.arange(groups), each)
    for seed in range(30):
        x, n = speeches(np.tile(LEVEL, (len(position), 1)), segments=segments, alpha=40, seed=seed)
        line, step = stats.trend(x, n, position), stats.step(x, n, position)
        tested += x.shape[1]
        for name, p in (("trend", line.p), ("step", step.p)):
            low[name] += int((p < 0.05).sum())
            claims[name] += bool((stats.adjust(p) <= 0.05).any())
    assert max(low.values()) / tested <= 0.085  # 300 themes: .05 and three standard errors, less what correlates
    assert max(claims.values()) <= 6  # binomial(30, .05): more than six once in a thousand


def test_stats_order_of_speeches_and_direction_of_time_change_nothing():
    x, n = speeches(stepped(9, 9), segments=50, alpha=50, seed=3)
    when = np.repeat(np.arange(6.0), 3)
    shuffled = np.random.default_rng(0).permutation(18)
    one, other = stats.trend(x, n, when), stats.trend(x[shuffled], n[shuffled], when[shuffled])
    np.testing.assert_array_equal(one.p, other.p)
    np.testing.assert_allclose(stats.trend(x, n, -when).slope, -one.slope)
    step, again = stats.step(x, n, when), stats.step(x[shuffled], n[shuffled], when[shuffled])
    np.testing.assert_array_equal(step.p, again.p)
    np.testing.assert_array_equal(step.place, again.place)
