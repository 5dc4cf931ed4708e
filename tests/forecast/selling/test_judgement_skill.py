"""How far calls lean and what they may weigh: intervals hold, and only a call that knows more gets a weight."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecast.judgement.bias import bias_draws
from forecast.judgement.blending import NO_BETTER, learn_blend


@pytest.mark.parametrize(("owners", "periods", "differ"), [(8, 4, 0.15), (8, 4, 0.0), (1, 8, 0.0)])
def test_a_bias_lies_in_its_interval_and_nearer_than_a_plain_one(owners, periods, differ) -> None:
    """Around 20%, over 40 teams; with several owners the shrunk biases miss by a fifth less than the plain ones."""
    held, missed, plain = [], [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        bias, owner = 0.2 + differ * rng.normal(size=owners), np.repeat(np.arange(owners), periods)
        called = 1e5 * rng.lognormal(0, 0.5, len(owner))
        luck = 0.4 * np.sqrt(1e5 * called) * rng.normal(size=len(owner))
        came = np.maximum((1 - bias[owner]) * called + luck, 0.0)
        drawn = bias_draws(called, came, owner, owners, (1_000, rng)).owner
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
        held += list((low <= bias) & (bias <= high))
        missed += list((drawn.mean(axis=0) - bias) ** 2)
        plain += list((1 - np.bincount(owner, came) / np.bincount(owner, called) - bias) ** 2)
    assert np.mean(held) >= 0.86  # of 40 to 320, of which the owners of a team share their luck
    if owners > 1:
        assert np.mean(missed) < 0.64 * np.mean(plain)


def history(seed: int, sharp: float, *, copies: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return calls (a tenth too high), statistics that miss by a fifth, and what came, of nine periods.

    ``copies``: the call is the statistics with noise, and knows nothing of its own.
    """
    rng = np.random.default_rng(seed)
    said = 1e6 * np.exp(0.2 * rng.normal(size=9))
    came = said * np.maximum(1 + 0.2 * rng.normal(size=9), 0.1)
    return (said if copies else came) * (1 + sharp * rng.normal(size=9)) / 0.9, said, came


def test_only_a_call_that_knows_more_gets_a_weight() -> None:
    """Over 200 histories: sharp ones nearly always, noise around the statistics hardly ever; neither does harm ahead."""
    weights, gains = {}, {}
    for name, sharp, copies in (("sharp", 0.1, False), ("copy", 0.2, True)):
        found = []
        gain = []
        for seed in range(200):
            called, said, came = history(seed, sharp, copies=copies)
            blend = learn_blend(called[:8], said[:8], came[:8])
            found.append(blend.weight)
            moved = said[8] + blend.weight * ((1 - blend.bias) * called[8] - said[8])
            gain.append((abs(came[8] - said[8]) - abs(came[8] - moved)) / said[8])
        weights[name], gains[name] = np.array(found), np.array(gain)
    assert (weights["sharp"] > 0).mean() > 0.8
    assert (weights["copy"] > 0).mean() < 0.12
    assert gains["sharp"].mean() > 4 * stats.sem(gains["sharp"])
    assert gains["copy"].mean() > -0.01


def test_a_call_without_skill_says_why_it_counts_nothing() -> None:
    called, said, came = history(1, 0.2, copies=True)
    blend = learn_blend(called, said, came)
    assert (blend.weight, blend.reason) == (0.0, NO_BETTER)
    assert learn_blend(called[:5], said[:5], came[:5]).reason.startswith("5 past periods")
