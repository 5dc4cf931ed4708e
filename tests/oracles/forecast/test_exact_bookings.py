"""Where parameters are held fixed, bookings have an exact distribution: drawn and exact must agree.

The largest gap between two distribution functions, times the root of the number of draws, exceeds 2.7 in
one of a million cases (Dvoretzky, Kiefer and Wolfowitz 1956, with Massart's constant: 2 exp(-2 x^2)).
"""

from __future__ import annotations

import numpy as np
import pytest

from forecast.bookings import Period

DRAWS, SEED = 40_000, 5
UNLIKELY = 2.7
AMOUNTS = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 4.0, 4.0])


@pytest.mark.parametrize("unit", ["amount", "deals"])
@pytest.mark.parametrize(("per_day", "booked"), [(0.0, ()), (0.0, (7.0, 4.0)), (1.5, ()), (0.6, (3.0,))])
def test_drawn_bookings_have_the_exact_distribution(fixed, unit, per_day, booked) -> None:
    """Of open opportunities alone, with what is booked, and with a compound Poisson of new ones."""
    world = fixed.world(AMOUNTS, per_day, booked)
    period = Period(fixed.now - 7, fixed.period.end) if booked else fixed.period
    drawn = fixed.bookings(world, unit, DRAWS, SEED, period)
    assert fixed.distance(drawn, fixed.exact(world, unit)) < UNLIKELY


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_the_mean_is_booked_plus_chances_times_amounts_plus_new(fixed, unit) -> None:
    """Within four standard errors of the mean of the draws, which are 1% of it or less."""
    world = fixed.world(AMOUNTS, 1.5)
    drawn = fixed.bookings(world, unit, DRAWS, SEED)
    chance = fixed.chain(fixed.rates, 21.0)[world.stage[:10]]
    value, new = (AMOUNTS, world.amounts.pool.mean()) if unit == "amount" else (np.ones(10), 1.0)
    for part, mean in ((drawn.open, chance @ value), (drawn.new, fixed.new_wins(world) * new)):
        error = part.std() / np.sqrt(DRAWS)
        assert error < 0.01 * mean
        assert abs(part.mean() - mean) < 4 * error


def test_a_missing_amount_is_drawn_anew_in_every_draw(fixed) -> None:
    """An opportunity without amount is worth a win's amount: its mean, and each value as often as in the pool."""
    world = fixed.world(np.array([np.nan]))
    drawn = fixed.bookings(world, "amount", DRAWS, SEED).open
    won = fixed.chain(fixed.rates, 21.0)[0]
    assert set(np.unique(drawn)) == {0.0, *world.amounts.pool}
    for amount in world.amounts.pool:
        share = won / len(world.amounts.pool)
        assert abs((drawn == amount).mean() - share) < 4 * np.sqrt(share / DRAWS)
    assert fixed.bookings(world, "deals", DRAWS, SEED).open.max() == 1


def test_amount_and_deals_are_two_readings_of_the_same_draws(fixed) -> None:
    """With one draw index for all: where every amount is 3, bookings are three times the deals, draw by draw."""
    world = fixed.world(np.full(10, 3.0))
    amount, deals = (fixed.bookings(world, unit, 1_000, SEED).open for unit in ("amount", "deals"))
    assert np.array_equal(amount, 3 * deals)
    assert deals.std() > 0


def test_a_period_in_the_past_holds_what_was_booked_and_nothing_else(fixed) -> None:
    world = fixed.world(AMOUNTS, 2.0, (7.0, 4.0))
    past = fixed.bookings(world, "amount", 500, SEED, Period(fixed.now - 5, fixed.now))
    assert (past.total == 11.0).all()
    before = fixed.bookings(world, "amount", 500, SEED, Period(fixed.now - 9, fixed.now - 5))
    assert (before.total == 0.0).all()


def test_the_first_moment_of_a_period_belongs_to_it_and_the_moment_after_it_does_not(fixed) -> None:
    """The wins of the world were booked exactly a day before now."""
    world = fixed.world(AMOUNTS, 0.0, (7.0, 4.0))
    for begin, end, booked in ((-1, 0, 11.0), (-2, -1, 0.0), (-2, 0, 11.0), (-0.5, 0, 0.0)):
        period = Period(fixed.now + begin, fixed.now + end)
        assert fixed.bookings(world, "amount", 100, SEED, period).booked == booked


def test_a_period_later_on_holds_what_the_two_before_it_leave(fixed) -> None:
    """Chances of adjoining periods add up to the chance of both together, exactly."""
    world = fixed.world(AMOUNTS)
    begin, middle, end = fixed.now, fixed.now + 9.3, fixed.now + 30
    first, second, both = (
        fixed.chances(world, Period(*span)).in_period
        for span in ((begin, middle), (middle, end), (begin, end))
    )
    assert np.allclose(first + second, both, rtol=0, atol=1e-12)
    assert second.min() > 0.05


def test_the_seed_decides_every_draw(fixed) -> None:
    world = fixed.world(AMOUNTS, 1.0)
    one, same, other = (fixed.bookings(world, "amount", 200, seed).total for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
