"""The block bootstrap against closed forms: of independent values, of blocks, of hits that never vary."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from forecast.backtest.resampling import HIT_LEVEL, hit_range, resampled_mean


def test_single_values_resample_to_the_standard_error_of_a_mean() -> None:
    """Blocks of one: the range is the mean -+ z s / sqrt(n); 2,000 resamples know its edges to about 4%."""
    values = np.random.default_rng(1).normal(5, 2, 300)
    found = resampled_mean(values, 1, 0.95, seed=3)
    half = norm.ppf(0.975) * values.std() / np.sqrt(300)
    assert found.mean == values.mean()
    assert found.high - found.mean == pytest.approx(half, rel=0.15)
    assert found.mean - found.low == pytest.approx(half, rel=0.15)
    assert found.blocks == 300


@pytest.mark.parametrize("block", [2, 4])
def test_blocks_resample_to_the_variance_of_circular_block_means(block: int) -> None:
    """Of n / b independent blocks, each begun anywhere on the circle: the variance of a block's mean over n / b."""
    steps = np.random.default_rng(2).normal(0, 1, 400)
    values = steps + np.roll(steps, 1) + np.roll(steps, 2)  # neighbours share what they are made of
    circle = np.concatenate((values, values[: block - 1]))
    means = np.convolve(circle, np.ones(block) / block, mode="valid")
    found = resampled_mean(values, block, 0.95, seed=4)
    half = norm.ppf(0.975) * means.std() / np.sqrt(400 / block)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.12)
    assert found.blocks == 400 // block


def test_neighbours_that_agree_leave_more_doubt_in_blocks_than_one_by_one() -> None:
    values = np.repeat(np.random.default_rng(5).normal(0, 1, 40), 4)
    alone, blocks = (resampled_mean(values, length, 0.95, seed=6) for length in (1, 4))
    assert blocks.high - blocks.low > 1.5 * (alone.high - alone.low)


def test_where_one_block_holds_all_there_is_no_range() -> None:
    found = resampled_mean(np.array([1.0, 2.0, 3.0]), 3, 0.95, seed=1)
    assert (found.mean, found.blocks) == (2.0, 1)
    assert np.isnan([found.low, found.high]).all()
    assert not found.holds(2.0)


def test_a_range_holds_its_edges() -> None:
    found = resampled_mean(np.arange(20.0), 2, 0.95, seed=1)
    assert found.holds(found.low)
    assert found.holds(found.high)
    assert not found.holds(found.high + 1e-9)


@pytest.mark.parametrize(("hit", "count", "block"), [(1.0, 18, 2), (0.0, 24, 3)])
def test_hits_that_never_vary_have_the_exact_binomial_range(hit: float, count: int, block: int) -> None:
    """Clopper and Pearson's, of as many trials as there are blocks that share no day."""
    found = hit_range(np.full(count, hit), block, seed=1)
    trials = count // block
    exact = binomtest(int(hit) * trials, trials).proportion_ci(HIT_LEVEL, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_the_same_seed_gives_the_same_range() -> None:
    values = np.random.default_rng(7).random(30)
    assert resampled_mean(values, 3, 0.98, seed=2) == resampled_mean(values, 3, 0.98, seed=2)
