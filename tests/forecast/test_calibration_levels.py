"""Levels and creation: overdispersion is found again, and what is drawn ahead is never too sure."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.calibration.creation import Creation, learn_creation
from forecast.calibration.levels import Levels, learn_levels
from forecast.calibration.records import CENSORED, Records, Visits
from forecast.calibration.weeks import MOST_WEEKS, weeks_before
from forecast.calibration.workdays import Clock

MONDAY = 20_458.0  # days since 1970-01-01: 2026-01-05
NONE = np.array([], dtype=np.int64)


def negative_binomial(mean: float, variance: float, weeks: int, seed: int) -> np.ndarray:
    """Return counts that are Poisson given a gamma factor of mean 1 and the variance, anew each week."""
    rng = np.random.default_rng(seed)
    factor = rng.gamma(1 / variance, variance, weeks) if variance else np.ones(weeks)
    return rng.poisson(mean * factor).astype(float)


def week_variance(levels: Levels) -> float:
    """Return the posterior mean of the variance of the week noise."""
    return float(levels.weight @ levels.week_variance)


@pytest.mark.parametrize("variance", [0.0, 0.2, 1.2])
def test_the_noise_of_weeks_is_found_again(variance: float) -> None:
    """From 150 weeks of 20: a variance known to about sqrt(2 / 150) of itself, on a grid of factors of 2.5."""
    counts = negative_binomial(20.0, variance, 150, seed=3)
    levels = learn_levels(counts, np.full(150, 20.0))
    found = week_variance(levels) + float(levels.weight @ levels.level_variance) / 3
    assert 0.5 * variance - 0.01 < found < 1.8 * variance + 0.03
    assert levels.weight.sum() == pytest.approx(1.0)


def test_a_level_that_lasts_is_told_from_noise_that_does_not() -> None:
    """A level that doubles for good moves the mean; a single week twice as high hardly does."""
    quiet = negative_binomial(20.0, 0.0, 100, seed=4)
    lasting, once = quiet.copy(), quiet.copy()
    lasting[80:] = negative_binomial(40.0, 0.0, 20, seed=5)
    once[-1] = 40.0
    expected = np.full(100, 20.0)
    moved, stayed = (
        float(levels.weight @ levels.mean)
        for levels in (learn_levels(lasting, expected), learn_levels(once, expected))
    )
    assert 1.8 < moved < 2.2
    assert 0.95 < stayed < 1.4


def test_a_quarter_ahead_is_covered_as_often_as_it_says() -> None:
    """Sums of the next 8 weeks of 80 generated histories, half of them with a drifting level.

    The 80% interval holds the truth in 70 to 95%: a binomial standard error is 4.5 points.
    """
    held, rng = [], np.random.default_rng(6)
    for history in range(80):
        rho, spread = (0.95, 0.3) if history % 2 else (0.6, 0.0)
        x = np.empty(78)
        x[0] = rng.normal(0, spread)
        for week in range(1, 78):
            x[week] = rho * x[week - 1] + spread * np.sqrt(1 - rho**2) * rng.normal()
        counts = rng.poisson(10 * np.exp(x - spread**2 / 2) * rng.gamma(10, 0.1, 78)).astype(float)
        levels = learn_levels(counts[:70], np.full(70, 10.0))
        ahead = rng.poisson(10 * levels.draw(800, 8, rng)).sum(axis=1)
        low, high = np.quantile(ahead, (0.1, 0.9))
        held.append(low <= counts[70:].sum() <= high)
    assert 0.7 <= np.mean(held) <= 0.95


def test_no_history_leaves_a_level_of_one_and_much_doubt() -> None:
    levels = learn_levels(np.zeros(0), np.zeros(0))
    paths = levels.draw(4_000, 6, np.random.default_rng(7))
    assert levels.centre == 1.0
    assert paths.mean() == pytest.approx(1.0, abs=0.12)  # four standard errors of a spread near 2
    assert paths.std() > 0.5


def test_weeks_of_nothing_bring_the_level_down_but_never_to_nothing() -> None:
    levels = learn_levels(np.zeros(52), np.full(52, 3.0))
    paths = levels.draw(2_000, 4, np.random.default_rng(8))
    assert 0 < paths.mean() < 0.1
    assert (paths >= 0).all()


def test_weeks_in_which_nothing_was_expected_teach_nothing() -> None:
    counts, expected = negative_binomial(8.0, 0.1, 40, seed=9), np.full(40, 8.0)
    padded = learn_levels(np.append(np.zeros(10), counts), np.append(np.zeros(10), expected))
    assert np.array_equal(padded.weight, learn_levels(counts, expected).weight)


def creation(counts: np.ndarray, per_day: float) -> Creation:
    """Return the creation that weekly counts teach, on a clock of one a day."""
    levels = learn_levels(counts, np.full(len(counts), 7 * per_day))
    return Creation(Clock(0, np.arange(10.0)), per_day, levels, np.ones(1), counts)


@pytest.mark.parametrize("variance", [0.0, 0.3])
def test_draws_of_creation_vary_at_least_as_a_poisson_number(variance: float) -> None:
    """Variance over mean of weekly draws is 1 or more; 20,000 draws know it to about 1.5%."""
    counts = negative_binomial(14.0, variance, 100, seed=10)
    drawn = creation(counts, 2.0).draw(0.0, 28.0, 20_000, np.random.default_rng(1))
    ratio = drawn.var(axis=0) / drawn.mean(axis=0)
    assert (ratio > 0.97).all()
    assert (ratio > 2.5).all() == bool(variance)
    whole = drawn.sum(axis=1)
    assert whole.var() / whole.mean() > ratio.mean() - 0.05  # weeks share their level


def test_a_short_last_week_brings_its_share() -> None:
    """Ten days are a week and three sevenths of one; means of 20,000 draws within four standard errors."""
    made = creation(negative_binomial(14.0, 0.0, 100, seed=11), 2.0)
    drawn = made.draw(0.0, 10.0, 20_000, np.random.default_rng(2))
    assert drawn.shape == (20_000, 2)
    mean = drawn.mean(axis=0)
    error = np.sqrt(2 * drawn.var(axis=0) / 20_000)
    assert abs(mean[1] - mean[0] * 3 / 7) < 4 * error.max()


def records(created: np.ndarray, moment: float) -> Records:
    """Return opportunities that nothing but the creation is known of, in one stage."""
    count = len(created)
    visits = Visits(
        np.arange(count), np.zeros(count, dtype=np.int64), created, np.full(count, moment),
        np.full(count, CENSORED),
    )  # fmt: skip
    blank, no = np.full(count, np.nan), np.zeros(count, dtype=bool)
    return Records(
        created.astype(object), moment, created, blank, no, no, blank, blank, blank, ("only",), visits,
        float(created.min()) if count else moment,
    )  # fmt: skip


def test_creation_is_learned_from_whole_weeks_before_the_moment() -> None:
    """Weeks end at the moment, so that the last is never cut short; the pace counts them only."""
    created = MONDAY + np.arange(0, 68, 0.5)
    learned = learn_creation(records(created, MONDAY + 68.0), MONDAY + 100, NONE)
    assert learned.counts.tolist() == [14.0] * 9
    assert learned.per_clock_day == pytest.approx(2.0)
    assert learned.entry.tolist() == [1.0]


def test_weeks_are_whole_and_at_most_three_years() -> None:
    assert weeks_before(100.0, 80.0).tolist() == [86.0, 93.0, 100.0]
    assert len(weeks_before(10_000.0, 0.0)) == MOST_WEEKS + 1
    assert weeks_before(100.0, 96.0).tolist() == [100.0]


def test_creation_without_a_whole_week_of_history_still_answers() -> None:
    learned = learn_creation(records(MONDAY + np.array([0.0, 1.0]), MONDAY + 3), MONDAY + 30, NONE)
    drawn = learned.draw(MONDAY + 3, MONDAY + 17, 500, np.random.default_rng(3))
    assert drawn.shape == (500, 2)
    assert np.isfinite(drawn).all()


def test_beforehand_every_variance_is_as_likely_as_any_other_and_none_too() -> None:
    """Seven values each; no drift goes with one persistence and any drift with five, which must not count against it."""
    levels = learn_levels(np.zeros(0), np.zeros(0))
    for values in (levels.level_variance, levels.week_variance):
        shares = [levels.weight[values == value].sum() for value in np.unique(values)]
        assert shares == pytest.approx([1 / 7] * 7)


def test_the_long_run_mean_is_as_unsure_as_the_mean_of_weeks_that_hang_together() -> None:
    """By hand from all pairs of weeks: rho to the power of their distance; it never exceeds the drift's own variance."""
    weeks = 30
    levels = learn_levels(np.full(weeks, 1e6), np.full(weeks, 1e6))  # so many that counting adds nothing
    for at in range(0, len(levels.weight), 37):
        rho, spread, noise = (
            part[at] for part in (levels.persistence, levels.level_variance, levels.week_variance)
        )
        apart = np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks)))
        by_hand = spread * (rho**apart).mean() + noise / weeks
        # Half a week's worth of prior stands beside the 30 weeks.
        assert levels.centre_variance[at] == pytest.approx(min(by_hand, 0.5), rel=0.03, abs=1e-6)
        assert levels.centre_variance[at] <= spread + noise + 1e-6


def test_what_is_drawn_elsewhere_is_not_drawn_again() -> None:
    """100 wins leave a relative variance of 1/100 to counting luck; less what the expectation's draws carry, never below 0."""
    counts, expected = np.full(50, 2.0), np.full(50, 2.0)
    plain, half, all_of_it = (learn_levels(counts, expected, carried=part) for part in (0.0, 0.005, 1.0))
    still = (plain.level_variance == 0) & (plain.week_variance == 0)
    found = [float(levels.centre_variance[still][0]) for levels in (plain, half, all_of_it)]
    assert found == pytest.approx([1 / 101, 1 / 101 - 0.005, 0.0], abs=1e-4)
