"""What a target asks for, which deals it hangs on and in which month wins fall: against closed forms.

In a world without doubt wins of new opportunities are a Poisson process, so that the required creation is a quantile of
a gamma distribution; the coverage of equal deals is negative binomial; constant hazards give the lag of wins and their
months.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from forecast.bookings import Period, draw_bookings, new_wins, open_winners
from forecast.calibration.creation import Creation
from forecast.calibration.win_curves import win_curves
from forecast.risks import FEWEST_DRAWS, hinges
from forecast.rollups.months import month_of_new, month_sums
from forecast.targets.coverage import required_coverage
from forecast.targets.creation import OVER, TOO_LATE, required_creation
from forecast.targets.last_useful import last_useful
from forecast.targets.quantiles import quantile_with_interval

DRAWS, SEED = 20_000, 5
NOTHING = np.zeros(0)
#: Standard errors that are allowed: once in two million cases.
SURE = 5.0


def drawn(fixed, amounts: np.ndarray, unit: str, per_day: float = 1.0):
    """Return an outlook of a world without doubt, and its bookings."""
    view = fixed.view(fixed.world(amounts, per_day), DRAWS, SEED)
    return view, draw_bookings(view, unit)


def wins_of_one_a_week(fixed) -> float:
    """Return the mean number of wins in the period of one opportunity created a week."""
    return fixed.new_wins(fixed.world(NOTHING, 1.0)) / 7


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("target", [1, 4, 12])
def test_required_creation_is_where_the_last_win_needed_comes(fixed, target: int, confidence: float) -> None:
    """Nothing is open: n wins of a Poisson process of rate x come by then with the chance of a gamma distribution."""
    view, bookings = drawn(fixed, NOTHING, "deals")
    found = required_creation(view, "deals", bookings, float(target), confidence)
    truth = stats.gamma(target).ppf(confidence) / wins_of_one_a_week(fixed)
    density = stats.gamma(target).pdf(stats.gamma(target).ppf(confidence)) * wins_of_one_a_week(fixed)
    error = math.sqrt(confidence * (1 - confidence) / DRAWS) / density
    assert abs(found.per_week - truth) < SURE * error + 0.002 * truth  # the win curve's own steps
    assert found.low < found.per_week < found.high
    assert (found.high - found.low) == pytest.approx(2 * 1.96 * error, rel=0.4)
    assert found.amount is None


def test_at_the_required_creation_the_chance_is_the_confidence(fixed) -> None:
    """The other way round: a world that creates so much, with open deals and amounts, reaches the target so often."""
    amounts = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0])
    view, bookings = drawn(fixed, amounts, "amount")
    found = required_creation(view, "amount", bookings, 25.0, 0.7)
    again = fixed.bookings(fixed.world(amounts, found.per_week / 7), "amount", DRAWS, SEED + 1)
    noise = math.sqrt(2 * 0.7 * 0.3 / DRAWS)
    assert abs(again.chance_of(25.0) - 0.7) < SURE * noise
    assert found.present == pytest.approx(7.0, rel=0.01)
    assert found.amount == pytest.approx(found.per_week * 3.0)


def test_where_open_deals_are_enough_nothing_is_required(fixed) -> None:
    view, bookings = drawn(fixed, np.full(40, 2.0), "amount")
    target = float(np.quantile(bookings.open, 0.05))
    assert required_creation(view, "amount", bookings, target, 0.8).per_week == 0.0


def test_what_can_no_longer_be_reached_is_said(fixed) -> None:
    """A period that is over, and creation that wins nothing in it."""
    world = fixed.world(NOTHING, 1.0)
    past = fixed.view(world, 500, SEED, Period(fixed.now - 9, fixed.now))
    assert required_creation(past, "deals", draw_bookings(past, "deals"), 1.0, 0.8).reason == OVER
    stages = world.curves.hazards.rate.copy()
    stages[..., 2] = 0.0  # nothing is ever won
    hazards = replace(world.curves.hazards, rate=stages)
    barren = replace(world, curves=win_curves(hazards, 60.0))
    view = fixed.view(barren, 500, SEED)
    found = required_creation(view, "deals", draw_bookings(view, "deals"), 1.0, 0.8)
    assert (found.per_week, found.reason) == (None, TOO_LATE)
    assert found.present > 0
    assert last_useful(barren, fixed.period.end).day is None


@pytest.mark.parametrize(("share", "chance"), [(0.1, "day"), (0.5, "half")])
def test_the_last_useful_day_is_a_quantile_of_the_days_to_a_win(fixed, share: float, chance: str) -> None:
    """One stage, left at a constant rate: a share s of those that are won ever are won within -ln(1 - s) / rate days."""
    rates = np.array([[0.0, 0.05, 0.02]])
    world = fixed.world(NOTHING, 1.0)
    hazards = fixed.hazards(rates)
    creation = Creation(world.creation.clock, 1.0, world.creation.levels, np.array([1.0]), np.zeros(0))
    single = replace(world, curves=win_curves(hazards, 60.0), creation=creation)
    end = fixed.now + 60
    found = last_useful(single, end)
    lag = -math.log(1 - share) / 0.07
    day = (getattr(found, chance) - found.day.fromordinal(719_163)).days  # 1970-01-01
    assert day == math.floor(end - lag)
    assert found.low == found.day == found.high
    assert not found.passed
    assert last_useful(single, fixed.now + 1).passed


@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_the_coverage_of_equal_deals_is_negative_binomial(fixed, confidence: float) -> None:
    """How many deals must be gone through for k wins: k plus a negative binomial number of misses."""
    view, _ = drawn(fixed, np.full(12, 10.0), "amount", 0.0)
    records = replace(view.calibration.records, expected_close=np.full(12, fixed.now + 1))
    stage = np.zeros(12, dtype=np.int64)
    alike = replace(view.calibration, records=records, stage=stage)
    view = fixed.view(alike, DRAWS, SEED)
    chance = float(view.chances.in_period[0, 0])
    found = required_coverage(view, "amount", draw_bookings(view, "amount"), 50.0, confidence)
    misses = stats.nbinom(5, chance)
    slack = SURE * math.sqrt(confidence * (1 - confidence) / DRAWS)
    low, high = (misses.ppf(min(confidence + sign * slack, 1.0)) for sign in (-1, 1))
    assert 10 * (5 + low) / 50 <= found.ratio <= 10 * (5 + high) / 50
    assert found.with_new == found.ratio


def test_at_the_coverage_that_there_is_the_chance_is_that_of_open_deals(fixed) -> None:
    """So the required coverage exceeds the coverage exactly where open deals alone are not enough."""
    amounts = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 4.0, 4.0])
    world = fixed.world(amounts)
    known = replace(world.records, expected_close=np.full(len(amounts), fixed.now + 1))
    view = fixed.view(replace(world, records=known), DRAWS, SEED)
    bookings, target = draw_bookings(view, "amount"), 30.0
    coverage = amounts.sum() / target
    chance = bookings.chance_of(target)
    noise = SURE * math.sqrt(2 * chance * (1 - chance) / DRAWS)
    assert required_coverage(view, "amount", bookings, target, chance - noise).ratio <= coverage
    assert required_coverage(view, "amount", bookings, target, chance + noise).ratio >= coverage


def test_a_deal_moves_the_target_as_far_as_the_others_leave_it(fixed) -> None:
    """Chance given won: that the others make up the rest; within five standard errors, which are those of the draws."""
    amounts = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0])
    view, bookings = drawn(fixed, amounts, "amount", 0.0)
    found = hinges(bookings, open_winners(view), amounts, 20.0)
    chance = view.chances.in_period[0, view.chances.group]
    for deal in range(len(amounts)):
        others = np.ones(1)
        for other in np.delete(np.arange(len(amounts)), deal):
            step = int(amounts[other])
            others = np.convolve(others, np.r_[1 - chance[other], np.zeros(step - 1), chance[other]])
        won, lost = others[20 - int(amounts[deal]) :].sum(), others[20:].sum()
        assert abs(found.given_won[deal] - found.given_lost[deal] - (won - lost)) < SURE * found.error[deal]
    assert found.wins.min() > FEWEST_DRAWS
    repeated = [np.subtract(*_given(fixed, view, amounts, seed)) for seed in range(40)]
    spread = np.std(repeated, axis=0, ddof=1)  # over seeds, it is what the standard error promises
    assert spread == pytest.approx(found.error * math.sqrt(DRAWS / 1_000), rel=0.5, abs=1e-3)


def test_a_deal_that_is_worth_nothing_moves_nothing_though_all_share_their_level(fixed) -> None:
    """The seeded defect: draws in which a cent is won have higher levels, and held against the others it moves much."""
    amounts = np.append(np.full(60, 1.0), 0.01)
    view = fixed.view(fixed.world(amounts), DRAWS, SEED)
    levels = np.random.default_rng(3).gamma(4.0, 0.25, (DRAWS, 1))
    shared = replace(view, levels=np.broadcast_to(levels, view.levels.shape))
    winners = open_winners(shared)
    bookings = draw_bookings(shared, "amount", winners)
    target = float(np.round(np.median(bookings.total))) - 0.005
    found = hinges(bookings, winners, amounts, target)
    assert found.given_won[60] - found.given_lost[60] < 0.002
    won = np.unpackbits(winners.bits[60])[:DRAWS].astype(bool)
    hit = bookings.total >= target
    assert hit[won].mean() - hit[~won].mean() > 0.1


def _given(fixed, view, value: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    again = fixed.view(view.calibration, 1_000, seed)
    found = hinges(draw_bookings(again, "amount"), open_winners(again), value, 20.0)
    return found.given_won, found.given_lost


def test_wins_fall_into_the_months_as_the_win_curve_grows(fixed) -> None:
    """Of open deals and of new ones: shares of the period's wins by the third, from the chain of constant hazards."""
    world, draws = fixed.world(np.full(30, 1.0), 3.0), 5_000
    view = fixed.view(world, draws, SEED)
    edges = fixed.now + np.array([0.0, 7.0, 14.0, 21.0])
    found = month_sums(view, "deals", open_winners(view), edges).mean(axis=0)
    by_then = np.array([fixed.chain(fixed.rates, days)[world.stage].sum() for days in (7.0, 14.0, 21.0)])
    truth = np.diff(by_then, prepend=0.0)
    assert np.abs(found - truth).max() < SURE * math.sqrt(truth.max() / draws) + 0.003 * truth.max()

    wins = draw_bookings(view, "deals").new.astype(np.int64)
    draw = np.repeat(np.arange(draws), wins)
    month = month_of_new(view, edges, new_wins(view))(draw, np.ones(len(draw)))
    counts = np.bincount(month, minlength=3) / draws
    by_then = [*(_new_by(fixed, world, days) for days in (7.0, 14.0)), fixed.new_wins(world)]
    truth = np.diff(by_then, prepend=0.0)
    assert np.abs(counts - truth).max() < SURE * math.sqrt(truth.max() / draws) + 0.02 * truth.max()


def _new_by(fixed, world, days: float) -> float:
    """Return the mean number of wins by some day of what is created until then, by adding up steps (midpoint rule)."""
    left = days * (np.arange(30) + 0.5) / 30
    chance = np.array([fixed.chain(fixed.rates, float(each)) for each in left])
    return float((chance @ world.creation.entry).mean() * days * world.creation.per_clock_day)


def test_a_quantile_lies_in_its_interval_as_often_as_it_says() -> None:
    """95 of 100, over 2,000 samples of 300: a share within five standard errors."""
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(2_000):
        _, low, high = quantile_with_interval(rng.random(300), 0.8)
        inside += low <= 0.8 <= high
    assert abs(inside / 2_000 - 0.95) < SURE * math.sqrt(0.95 * 0.05 / 2_000)
