"""Every oracle of the forecast catches the defect that is seeded for it."""

from __future__ import annotations

import numpy as np
import pytest

from forecast import bookings as bookings_module
from forecast import winners as winners_module
from forecast.bookings import Bookings
from forecast.calibration import hazards as hazards_module
from forecast.calibration import win_curves as curves_module
from forecast.calibration.creation import Creation
from forecast.calibration.hazards import Hazards, Stays, estimate_hazards
from forecast.calibration.win_curves import WinCurves, win_curves

AMOUNTS = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 4.0, 4.0])
DRAWS, SEED, UNLIKELY = 40_000, 5, 2.7


def gap(fixed, per_day: float = 0.0) -> float:
    """Return how far drawn bookings are from their exact distribution; above 2.7 once in a million."""
    world = fixed.world(AMOUNTS, per_day)
    return fixed.distance(fixed.bookings(world, "amount", DRAWS, SEED), fixed.exact(world, "amount"))


def test_the_exact_distribution_catches_deals_that_win_together(fixed, monkeypatch) -> None:
    """The mean stays right; only the spread is wrong."""
    true_luck = winners_module.whole_luck

    def one_luck(rng, begin, count):
        by_draw = true_luck(rng, begin, count).reshape(-1, len(AMOUNTS))
        return np.repeat(by_draw[:, :1], len(AMOUNTS), axis=1).ravel()

    monkeypatch.setattr(winners_module, "whole_luck", one_luck)
    assert gap(fixed) > 4 * UNLIKELY


def test_the_exact_distribution_catches_creation_in_bursts(fixed, monkeypatch) -> None:
    """Twice as many half of the time and none else: the mean is right."""
    true_draw = Creation.draw

    def bursts(self, begin, end, draws, rng):
        made = true_draw(self, begin, end, draws, rng)
        return 2 * made * (rng.random(len(made)) < 0.5)[:, None]

    assert gap(fixed, 1.5) < UNLIKELY
    monkeypatch.setattr(Creation, "draw", bursts)
    assert gap(fixed, 1.5) > 4 * UNLIKELY


def test_the_exact_distribution_catches_new_deals_that_all_come_at_once(fixed, monkeypatch) -> None:
    """What is created in the last week has the whole period before it: far too much is won."""
    true_chances = bookings_module.new_chances

    def early(calibration, period):
        chance = true_chances(calibration, period)
        return np.broadcast_to(chance.max(axis=1, keepdims=True), chance.shape)

    monkeypatch.setattr(bookings_module, "new_chances", early)
    assert gap(fixed, 1.5) > 4 * UNLIKELY


def rounded_curves(hazards: Hazards, horizon: float) -> WinCurves:
    """Return win curves whose leavings are moved to the nearest step: chances above 0 at once."""
    true = win_curves(hazards, horizon)
    half = np.concatenate((true.fresh[..., 1:], true.fresh[..., -1:]), axis=2)
    return WinCurves(hazards, true.step, (true.fresh + half) / 2)


def test_the_absorbing_chain_catches_half_a_step_too_much(fixed) -> None:
    found = rounded_curves(fixed.hazards(fixed.rates), 60.0).fresh_within(1, np.array([0.0, 3.0]))[0]
    truth = [fixed.chain(fixed.rates, horizon)[1] for horizon in (0.0, 3.0)]
    assert found[0] > 0.005
    assert found[1] - truth[1] > 0.005


def test_the_fundamental_matrix_catches_stages_that_nobody_comes_back_to(fixed, monkeypatch) -> None:
    """Without the way back the chance ever is too low."""
    true_ever = curves_module._ever_by_class

    def onward_only(hazards: Hazards):
        rate = hazards.rate.copy()
        rate[:, 1, :, 0] = 0.0
        return true_ever(Hazards(hazards.edges, rate))

    curves = win_curves(fixed.hazards(fixed.rates), 30.0)
    stage, age = np.array([0]), np.array([0.0])
    truth = curves.ever(stage, age)[0, 0]
    monkeypatch.setattr(curves_module, "_ever_by_class", onward_only)
    assert abs(curves.ever(stage, age)[0, 0] - truth) > 0.01


def test_the_estimator_catches_leavers_who_do_not_count_as_at_risk(monkeypatch) -> None:
    """Exposure cut off at the leaving, in a hazard counted by class: it comes out too high by far."""
    end = np.random.default_rng(4).exponential(2.0, 2_000)
    zero = np.zeros(len(end))
    stays = Stays(zero.astype(np.int64), zero, end, np.where(end % 1 < 0.5, 1, 2))

    def at_day_2() -> float:
        hazards = estimate_hazards(stays, 1, 2, np.random.default_rng(1))
        return float(win_curves(hazards, 30.0).fresh_within(0, np.array([2.0]))[0, 0])

    truth = float(((end <= 2) & (end % 1 < 0.5)).mean())
    assert abs(at_day_2() - truth) < 0.02
    true_exposure = hazards_module._exposure
    monkeypatch.setattr(hazards_module, "_exposure", lambda *args: true_exposure(*args) * 0.75)
    assert at_day_2() - truth > 0.03


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_chance_law_catches_a_target_that_must_be_exceeded(share: float) -> None:
    """The chance is that of draws at or above a target: with whole deals, strictly above is far less."""
    total = np.repeat([3.0, 5.0], [int(100 * share), 100 - int(100 * share)])
    drawn = Bookings(0.0, total, np.zeros(100))
    assert drawn.chance_of(3.0) == 1.0
    assert (total > 3.0).mean() == pytest.approx(1 - share)
    assert drawn.chance_of(3.0 + 1e-9) == pytest.approx(1 - share)
