"""Amounts against theory: the Bayesian bootstrap's moments, and size bands that keep the total."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from forecast.calibration.amounts import BAND_PRIORS, FEWEST_WINS, Amounts, band_factors, learn_amounts
from forecast.calibration.records import CENSORED, Records, Visits

SEED = 21


def records(amount: np.ndarray, won: np.ndarray, lost: np.ndarray | None = None) -> Records:
    """Return opportunities with amounts and outcomes, closed in their order."""
    count = len(amount)
    lost = ~won if lost is None else lost
    none = np.zeros(0, dtype=np.int64)
    return Records(
        np.arange(count).astype(object), 1_000.0, np.arange(count, dtype=float),
        np.where(won | lost, np.arange(count) + 10.0, np.nan), won, lost, amount, np.full(count, np.nan),
        np.full(count, np.nan), ("only",),
        Visits(none, none, np.zeros(0), np.zeros(0), np.full(0, CENSORED)), 0.0,
    )  # fmt: skip


def learned(amount: np.ndarray, won: np.ndarray, draws: int = 200) -> Amounts:
    """Return what is learned from amounts and outcomes."""
    return learn_amounts(records(amount, won), draws, np.random.default_rng(SEED))


def test_the_mean_varies_as_the_bayesian_bootstrap_says() -> None:
    """Mean 1, variance (population variance / (n + 1)) / mean^2 (Rubin 1981); 20,000 draws, four standard errors."""
    amount = np.random.default_rng(1).lognormal(8, 1, 60)
    factor = learned(amount, np.ones(60, dtype=bool), 20_000).mean_factor
    variance = amount.var() / 61 / amount.mean() ** 2
    assert abs(factor.mean() - 1) < 4 * np.sqrt(variance / 20_000)
    assert factor.var() == pytest.approx(variance, rel=0.06)


def test_drawn_amounts_are_those_of_the_pool_each_as_likely() -> None:
    pool = Amounts(np.array([1.0, 2.0, 5.0]), np.ones(2), np.array([]))
    drawn = pool.draw(30_000, np.random.default_rng(2))
    share = np.array([(drawn == amount).mean() for amount in pool.pool])
    assert share.sum() == 1.0
    assert (np.abs(share - 1 / 3) < 4 * np.sqrt(2 / 9 / 30_000)).all()


def test_the_pool_holds_the_latest_wins_and_all_amounts_where_wins_are_few() -> None:
    rng = np.random.default_rng(3)
    amount = rng.uniform(1, 9, 3_000)
    won = np.ones(3_000, dtype=bool)
    assert np.array_equal(learned(amount, won).pool, np.sort(amount[-2_000:]))
    few = np.arange(60) < FEWEST_WINS - 1
    assert np.array_equal(learned(amount[:60], few).pool, np.sort(amount[:60]))
    enough = np.arange(60) < FEWEST_WINS
    assert np.array_equal(learned(amount[:60], enough).pool, np.sort(amount[:FEWEST_WINS]))


def test_missing_amounts_are_in_no_pool() -> None:
    amount = np.append(np.full(30, np.nan), np.full(30, 7.0))
    assert learned(amount, np.ones(60, dtype=bool)).pool.tolist() == [7.0] * 30
    nothing = learned(np.full(60, np.nan), np.ones(60, dtype=bool))
    assert not nothing.known
    assert (nothing.mean_factor == 1).all()


def test_sizes_are_not_told_apart_where_a_missing_amount_tells_the_outcome() -> None:
    rng = np.random.default_rng(4)
    amount, won = rng.lognormal(8, 1, 400), rng.random(400) < 0.4
    assert len(learned(amount, won).band_edges) == 4
    assert len(learned(np.where(won, amount, np.nan), won).band_edges) == 0
    assert len(learned(amount[:90], won[:90]).band_edges) == 0  # fewer than 20 a band


def test_bands_hold_a_fifth_each_and_missing_amounts_stand_in_the_middle() -> None:
    rng = np.random.default_rng(5)
    amount, won = rng.lognormal(8, 1, 500), rng.random(500) < 0.4
    amounts = learned(amount, won)
    assert np.bincount(amounts.band(amount)).tolist() == [99, 100, 100, 100, 101]
    assert amounts.band(np.array([np.nan])).tolist() == [2]


def test_a_hundred_times_the_amounts_changes_nothing_but_the_scale() -> None:
    rng = np.random.default_rng(6)
    amount, won = np.round(rng.lognormal(8, 1, 500)), rng.random(500) < 0.4
    one, hundred = learned(amount, won), learned(100 * amount, won)
    assert np.array_equal(100 * one.pool, hundred.pool)
    assert np.allclose(one.mean_factor, hundred.mean_factor, rtol=1e-12)
    assert np.array_equal(one.band(amount), hundred.band(100 * amount))


def factors(won: np.ndarray, band: np.ndarray, expected: np.ndarray, draws: int = 4_000) -> np.ndarray:
    """Return the factors of three bands."""
    return band_factors(band, won, expected, 3, (draws, np.random.default_rng(SEED)))


def test_bands_together_win_as_expected_in_every_draw() -> None:
    rng = np.random.default_rng(7)
    band, expected = rng.integers(0, 3, 600), rng.uniform(0, 0.8, 600)
    won = rng.random(600) < expected * np.array([0.5, 1.0, 1.5])[band]
    due = np.bincount(band, expected, minlength=3)
    assert np.allclose(factors(won, band, expected) @ due, due.sum(), rtol=1e-12)


def test_a_band_that_wins_twice_as_fast_is_found_shrunk_toward_all() -> None:
    """(wins + worth) / (expected + worth), averaged over what the prior may be worth, scaled to the total; draws have that mean.

    How likely a worth is, by hand: the negative binomial probability that scipy gives to the wins of all bands.
    """
    band = np.repeat([0, 1, 2], 1_000)
    expected = np.full(3_000, 0.1)
    wins = np.array([50, 100, 200])
    won = np.concatenate([np.arange(1_000) < count for count in wins])
    due = 100 * wins.sum() / 300
    likely = np.array([nbinom.pmf(wins, worth, worth / (worth + due)).prod() for worth in BAND_PRIORS])
    raw = sum(
        part * (wins + worth) / (due + worth)
        for part, worth in zip(likely / likely.sum(), BAND_PRIORS, strict=True)
    )
    truth = raw / raw.mean()
    drawn = factors(won, band, expected)
    assert drawn[0] == pytest.approx(truth)
    assert drawn[1:].mean(axis=0) == pytest.approx(truth, rel=0.02)
    assert drawn[0, 2] / drawn[0, 0] < 4


def test_bands_that_win_alike_are_told_so_and_their_draws_lie_close() -> None:
    """100 wins each: the luck of counting alone would spread the draws by 0.1, a fixed prior worth 25 wins by 0.09."""
    band = np.repeat([0, 1, 2], 1_000)
    won = np.tile(np.arange(1_000) < 100, 3)
    drawn = factors(won, band, np.full(3_000, 0.1))
    assert drawn[1:].std(axis=0).max() < 0.05


def test_without_wins_all_bands_are_alike() -> None:
    drawn = factors(np.zeros(30, dtype=bool), np.arange(30) % 3, np.full(30, 0.01))
    assert drawn[0] == pytest.approx([1.0, 1.0, 1.0])
