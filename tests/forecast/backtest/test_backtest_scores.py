"""Scores of a distribution against sums over all pairs, closed forms and what must hold of any right forecast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from forecast.backtest.scores import PINBALLS, fair_crps, pinball, pit, scored

VALUES = st.floats(-1e6, 1e6, allow_nan=False)


@given(draws=st.lists(VALUES, min_size=2, max_size=30), outcome=VALUES)
def test_the_fair_score_is_the_sum_over_all_pairs(draws: list[float], outcome: float) -> None:
    """As it is written down, in m squared steps; floating point leaves 1e-9 of the largest value."""
    x = np.array(draws)
    pairs = np.abs(x[:, None] - x[None, :]).sum() / (2 * len(x) * (len(x) - 1))
    by_hand = np.abs(x - outcome).mean() - pairs
    assert fair_crps(x, outcome) == pytest.approx(by_hand, abs=1e-9 * (1 + np.abs(x).max() + abs(outcome)))


def normal_crps(mean: float, spread: float, outcome: float) -> float:
    """Return the score of a normal distribution (Gneiting & Raftery 2007, eq. 20)."""
    z = (outcome - mean) / spread
    return float(spread * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


@pytest.mark.parametrize("outcome", [-1.0, 3.0, 9.5])
def test_the_score_of_many_normal_draws_is_the_closed_form(outcome: float) -> None:
    """Of 40,000 draws of spread 2 the mean distance has a standard error below 0.01; three of them."""
    draws = np.random.default_rng(1).normal(3.0, 2.0, 40_000)
    assert fair_crps(draws, outcome) == pytest.approx(normal_crps(3.0, 2.0, outcome), abs=0.03)


def test_few_draws_score_as_many_on_average() -> None:
    """Fair: 20,000 pairs of draws have the mean score of the distribution itself, within three standard errors.

    The plain score of two draws is 2 / sqrt(pi) / 4 = 0.28 spreads too high, thirty times the tolerance.
    """
    rng = np.random.default_rng(2)
    scores = np.array([fair_crps(rng.normal(0, 1, 2), 0.7) for _ in range(20_000)])
    error = scores.std() / np.sqrt(len(scores))
    assert error < 0.006
    assert scores.mean() == pytest.approx(normal_crps(0, 1, 0.7), abs=3 * error)


def test_the_pinball_losses_of_all_quantiles_add_up_to_the_score() -> None:
    """Twice their mean over the levels is the score of the distribution (Laio & Tamea 2007), here to a grid of 10,000."""
    levels = (np.arange(10_000) + 0.5) / 10_000
    losses = [pinball(norm.ppf(level, 3.0, 2.0), level, 4.0) for level in levels]
    assert 2 * np.mean(losses) == pytest.approx(normal_crps(3.0, 2.0, 4.0), abs=1e-3)


@pytest.mark.parametrize("level", PINBALLS)
def test_the_quantile_itself_has_the_least_pinball_loss(level: float) -> None:
    outcomes = np.random.default_rng(3).normal(0, 1, 4_000)
    told = np.linspace(-2, 2, 81)
    loss = [np.mean([pinball(q, level, y) for y in outcomes[:1_000]]) for q in told]
    # The quantile of 1,000 outcomes is known to 1.25 / sqrt(1,000) at the middle, 1.7 / sqrt(1,000) at 10%.
    assert told[int(np.argmin(loss))] == pytest.approx(norm.ppf(level), abs=0.2)


def test_the_transform_of_a_right_forecast_is_uniform_also_of_whole_numbers() -> None:
    """2,000 outcomes drawn as the forecast is; Kolmogorov's test at 1%, which half the spread fails."""
    rng = np.random.default_rng(4)
    for spread, right in ((1.0, True), (0.5, False)):
        found = []
        for _ in range(2_000):
            mean = rng.uniform(2, 12)
            draws, outcome = rng.poisson(mean * spread, 400), rng.poisson(mean)
            found.append(pit(draws.astype(float), float(outcome), rng.random()))
        assert (kstest(found, "uniform").pvalue > 0.01) == right


def test_the_transform_lies_between_0_and_1_and_leaves_ties_to_luck() -> None:
    draws = np.array([1.0, 2.0, 2.0, 3.0])
    assert pit(draws, 2.0, 0.0) == 1 / 5
    assert pit(draws, 2.0, 1.0) == 4 / 5
    assert pit(draws, 9.0, 1.0) == 1.0
    assert pit(draws, 0.0, 0.0) == 0.0


def test_all_scores_of_a_distribution_by_hand() -> None:
    """0, 1, ... 100: quantiles are their own percent; the edges of an interval belong to it."""
    found = scored(np.arange(101.0), 90.0, 0.5)
    assert (found.low, found.median, found.high, found.mean) == (10.0, 50.0, 90.0, 50.0)
    assert (found.hit_50, found.hit_80, found.hit_95) == (False, True, True)
    assert found.pinball_10 == pytest.approx(8.0)
    assert found.pinball_50 == pytest.approx(20.0)
    assert found.pinball_90 == pytest.approx(0.0)
    assert found.pit == pytest.approx((90 + 0.5 * 2) / 102)
    assert not scored(np.arange(101.0), 90.5, 0.5).hit_80


def test_one_number_is_scored_by_its_error() -> None:
    found = scored(np.array([7.0]), 4.0, 0.5)
    assert found.crps == 3.0
    assert not found.hit_95
    assert scored(np.array([4.0]), 4.0, 0.5).hit_50
