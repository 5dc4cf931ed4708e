"""Intervals against scipy's own, running moments against the two-pass formulas, power against brute force."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulations.intervals import (
    RunningMoments,
    chance,
    difference,
    estimate,
    mean_interval,
    moments_of,
    needed_to_see,
    plain,
    power_of,
    quantile_interval,
)

SAMPLES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).map(np.array)


@given(SAMPLES)
def test_the_interval_of_a_mean_is_students(values):
    found = estimate(values)
    error = stats.sem(values)
    low, high = (
        stats.t.interval(0.95, values.size - 1, loc=values.mean(), scale=error)
        if error
        else (values.mean(),) * 2
    )
    # One-pass moments lose digits to cancellation: 1e-9 of the values' own size is left.
    room = 1e-9 * max(1.0, np.abs(values).max())
    assert found.mean == pytest.approx(values.mean(), abs=room)
    assert found.low == pytest.approx(low, abs=1e3 * room)
    assert found.high == pytest.approx(high, abs=1e3 * room)


@given(SAMPLES, SAMPLES)
def test_merged_moments_are_the_moments_of_all(first, second):
    merged = moments_of(first[:, None]).merge(moments_of(second[:, None]))
    both = np.concatenate((first, second))
    assert merged.count[0] == both.size
    assert merged.mean[0] == pytest.approx(both.mean(), rel=1e-9, abs=1e-3)
    assert merged.variance(0) == pytest.approx(both.var(ddof=1), rel=1e-6, abs=1e-3)


def test_merging_with_nothing_changes_nothing():
    some = moments_of(np.array([[1.0], [4.0]]))
    nothing = RunningMoments.empty(1)
    for merged in (some.merge(nothing), nothing.merge(some)):
        assert (merged.count[0], merged.mean[0], merged.squares[0]) == (2, 2.5, 4.5)


def test_undefined_values_are_left_out_measure_by_measure():
    moments = moments_of(np.array([[1.0, np.nan], [3.0, 7.0], [np.nan, 9.0]]))
    assert moments.count.tolist() == [2, 2]
    assert moments.mean.tolist() == [2.0, 8.0]


def test_the_interval_of_every_column_is_students():
    rows = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, 1.0]])
    mean, low, high = mean_interval(rows)
    for column in (0, 1):
        one = estimate(rows[:, column])
        assert (mean[column], low[column], high[column]) == pytest.approx((one.mean, one.low, one.high))
    assert np.isnan([mean[2], low[2], high[2]]).all()
    assert np.isnan(mean_interval(rows[:1])[1]).all()


def test_nothing_defined_gives_nothing_and_one_value_no_interval():
    assert math.isnan(estimate(np.array([np.nan])).mean)
    one = estimate(np.array([5.0]))
    assert (one.mean, one.count) == (5.0, 1)
    assert math.isnan(one.low)
    assert one.to_dict() == {"mean": 5.0, "low": None, "high": None}


@pytest.mark.parametrize(
    ("low", "high", "sign"), [(1, 2, 1), (-2, -1, -1), (-1, 1, 0), (math.nan, math.nan, 0)]
)
def test_the_sign_is_told_only_where_the_interval_lies_on_one_side(low, high, sign):
    from simulations.intervals import Estimate

    assert Estimate(0.0, low, high, 9).sign == sign


def test_differences_are_paired():
    luck = np.array([10.0, 20.0, 60.0])
    found = difference(luck + np.array([1.0, 2.0, 3.0]), luck)
    assert found.mean == pytest.approx(2.0)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, 2, loc=2, scale=1 / math.sqrt(3)))
    unpaired = luck.var(ddof=1) + (luck + np.array([1.0, 2.0, 3.0])).var(ddof=1)
    assert found.variance_factor == pytest.approx(unpaired / 1.0)
    assert found.reason == ""


def test_a_difference_of_exactly_nothing_is_called_identical():
    found = difference(np.array([3.0, 5.0]), np.array([3.0, 5.0]))
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
    assert (found.variance_factor, found.reason) == (None, "identical")
    assert found.to_dict()["variance_factor"] is None


def test_a_constant_difference_is_not_called_identical():
    assert difference(np.array([4.0, 6.0]), np.array([3.0, 5.0])).reason == "the difference never varies"


def test_one_pair_gives_no_factor():
    reason = difference(np.array([4.0]), np.array([3.0])).reason
    assert reason == "defined on both sides in fewer than two replications"


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_wilsons(case):
    hits, trials = case
    found = chance(hits, trials)
    oracle = stats.binomtest(hits, trials).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
    assert found.low <= found.mean <= found.high


def test_no_trials_give_no_share():
    assert math.isnan(chance(0, 0).mean)


@pytest.mark.parametrize("size", [20, 60, 200])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_the_interval_of_a_quantile_covers_at_least_what_it_says(size, level):
    """Exact: the bounds are order statistics, and how many values lie below the quantile is binomial."""
    found = quantile_interval(np.arange(size, dtype=float), level)
    lower = -1 if math.isinf(found.low) else int(found.low)
    upper = size if math.isinf(found.high) else int(found.high)
    # The quantile lies between the order statistics `lower` and `upper` if lower < count below <= upper.
    covered = stats.binom.cdf(upper, size, level) - stats.binom.cdf(lower, size, level)
    assert covered >= 0.95
    # Not bought by width: one order statistic less at the upper end would no longer cover, two-sided.
    assert stats.binom.cdf(upper - 1, size, level) - stats.binom.cdf(lower + 1, size, level) < 0.975


def test_power_is_that_of_the_noncentral_t():
    effect, spread, group = 0.7, 1.3, 18
    df, critical = 2 * group - 2, stats.t.ppf(0.975, 2 * group - 2)
    shift = effect / spread * math.sqrt(group / 2)
    oracle = stats.nct.sf(critical, df, shift) + stats.nct.cdf(-critical, df, shift)
    assert power_of(effect, spread, group) == pytest.approx(oracle, abs=1e-9)


@pytest.mark.parametrize(("effect", "spread"), [(1.0, 1.0), (0.5, 1.0), (0.3, 0.7), (3.0, 1.0), (20.0, 1.0)])
def test_the_needed_number_is_the_smallest_that_reaches_80_percent(effect, spread):
    """Textbook values among them: 17 a side for an effect of one standard deviation, 64 for half of one."""
    brute = next(n for n in range(2, 200) if power_of(effect, spread, n) >= 0.8)
    assert needed_to_see(effect, spread) == brute
    assert needed_to_see(-effect, spread) == brute
    assert {1.0: 17, 0.5: 64}.get(effect, brute) == brute


def test_no_number_shows_what_is_not_there():
    assert needed_to_see(0.0, 1.0) is None
    assert needed_to_see(math.nan, 1.0) is None
    assert needed_to_see(1e-6, 1.0) is None
    assert needed_to_see(1.0, 0.0) == 2


def test_only_finite_numbers_reach_json():
    assert [plain(x) for x in (1.5, math.nan, math.inf)] == [1.5, None, None]
