"""Quotas against what is known exactly: Poisson and compound Poisson years, mixed ones, straight ramps."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from forecast.quota.capacity import simulated_heads, with_hires
from forecast.quota.curve import chance_of, quota_for
from forecast.quota.draws import QuotaDraws, Rep
from forecast.quota.fairness import components, fairness
from forecast.quota.hours import hours_trials
from forecast.quota.simulated import Years, simulated_draws
from forecast.quota.together import together
from simulations.scenario.customers import DealValue
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

OFF = (
    *("calendar", "contention", "staleness", "silence", "reviews", "effort"),
    *("inbound", "referrals", "market_slow", "market_weeks"),
)
SEATS, HOURS, SIZE = 3, 10.0, 20_000
#: Leads an hour x share that qualifies x chance to be won, of the default scenario.
WON_AN_HOUR = 0.3 * 0.4 * 0.6 * 0.7 * 0.75 * 0.8
SEED = 3
DAY = dt.date(2026, 1, 5)


def plain(shape="fixed", cv=0.0, **group):
    """Return a team in which nothing feeds back: what is won in a year is a Poisson number of independent sizes."""
    seats = SeatGroup(seats=SEATS, prospecting_hours_per_week=HOURS, **group)
    return Scenario(
        team=Team(groups=(seats,)), deal_value=DealValue(mean=SIZE, cv=cv, shape=shape),
        horizon=Horizon(run_off=1, warm_up_weeks=78), switches=Switches(**dict.fromkeys(OFF, False)),
    )  # fmt: skip


def years(count, first=0):
    return Years(Steady(), range(first, first + count), SEED, 1)


def error(chance, count):
    return 4 * np.sqrt(chance * (1 - chance) / count) + 1e-3


@pytest.fixture(scope="module")
def poisson():
    """Return 1,000 years of three reps whose deals are all of one size."""
    return simulated_draws(plain(), years(1_000))


def test_without_a_market_the_curve_of_equal_deals_is_the_poisson_distribution(poisson):
    """Tolerance: four standard errors of the share, about 6%; the mean of a rep is 15.7 deals a year."""
    mean = HOURS * 52 * WON_AN_HOUR
    for columns, rate in ((poisson.company, SEATS * mean), (poisson.of_rep(0), mean)):
        for share in (0.2, 0.6, 0.9):
            deals = int(stats.poisson.isf(share, rate))
            exact = float(stats.poisson.sf(deals - 1, rate))
            found = chance_of(columns, deals * SIZE, poisson.world).mean
            assert found == pytest.approx(exact, abs=error(exact, columns.size))


def test_a_quota_for_a_chance_is_the_exact_number_of_deals(poisson):
    """The highest number of deals that a Poisson year reaches with the chance: exact, as its chances lie far apart."""
    rate = HOURS * 52 * WON_AN_HOUR
    asked = 0.56
    exact = max(deals for deals in range(60) if stats.poisson.sf(deals - 1, rate) >= asked)
    steps = stats.poisson.sf([exact - 1, exact], rate) - asked
    assert np.abs(steps).min() > error(asked, poisson.size * SEATS)
    assert quota_for(poisson.of_rep(0), asked, poisson.world).mean == exact * SIZE


def test_without_a_market_the_curve_of_unequal_deals_is_the_compound_poisson_distribution():
    """Gamma sizes: n of them are gamma again, so the distribution is a Poisson mixture of gammas, exactly."""
    draws = simulated_draws(plain("gamma", 1.0), years(1_000))
    rate = SEATS * HOURS * 52 * WON_AN_HOUR
    number = np.arange(1, 200)
    for times in (0.8, 0.95, 1.2):
        quota = times * rate * SIZE
        exact = float((stats.poisson.pmf(number, rate) * stats.gamma.sf(quota, number, scale=SIZE)).sum())
        found = chance_of(draws.company, quota, draws.world)
        assert found.mean == pytest.approx(exact, abs=error(exact, draws.size))


def mixed(reps, rates, shape, size=20_000, seed=8):
    """Return draws of Poisson reps who share a gamma market of mean 1."""
    rng = np.random.default_rng(seed)
    market = rng.gamma(shape, 1 / shape, (size, 1))
    bookings = rng.poisson(np.array(rates) * market).astype(float)
    names = tuple(Rep(f"Rep {place}", "team", place) for place in range(reps))
    return QuotaDraws(names, bookings, np.zeros(size), np.arange(size), DAY, DAY, "deals")


def test_that_everybody_attains_is_no_product_where_the_market_is_shared():
    """The exact chance is the integral over the market of the product of the Poisson chances."""
    rates, quotas, shape = (12.0, 12.0, 15.0), (11.0, 13.0, 14.0), 6.0
    draws = mixed(3, rates, shape)
    grid = (np.arange(4_000) + 0.5) / 4_000
    market = stats.gamma.ppf(grid, shape, scale=1 / shape)
    given = [stats.poisson.sf(quota - 1, rate * market) for rate, quota in zip(rates, quotas, strict=True)]
    exact, apart = float(np.prod(given, axis=0).mean()), float(np.prod([each.mean() for each in given]))
    found = together(draws, {f"Rep {place}": quota for place, quota in enumerate(quotas)}, {})[0]
    assert exact - apart > 0.1
    assert found.everybody.mean == pytest.approx(exact, abs=error(exact, draws.size))
    assert found.product == pytest.approx(apart, abs=error(apart, draws.size))
    assert found.share.mean == pytest.approx(
        np.mean([each.mean() for each in given]), abs=error(0.5, draws.size)
    )
    # Covariance of two Poisson numbers that share a market of variance 1/shape: the product of their means over shape.
    pairs = [
        np.sqrt(a * b) / shape / np.sqrt((1 + a / shape) * (1 + b / shape))
        for a, b in ((12, 12), (12, 15), (12, 15))
    ]
    assert found.correlation == pytest.approx(np.mean(pairs), abs=0.02)


def test_the_variance_of_attainment_is_taken_apart_as_theory_has_it():
    """Poisson reps of other means and a shared gamma market: own m(1), market m1 m2 / shape, skill as set."""
    rates, shape, quota = np.array([8.0, 12.0, 16.0]), 10.0, 12.0
    found = fairness(
        mixed(3, rates, shape, size=40_000), dict.fromkeys(("Rep 0", "Rep 1", "Rep 2"), quota), 0.0
    )
    level = rates / quota
    skill = level.var(ddof=1)
    # The market moves a rep in proportion to the mean: what differs between reps of that is their own.
    own = rates.mean() / quota**2 + level.var(ddof=1) / shape
    assert found.parts.skill == pytest.approx(skill, rel=0.03)
    assert found.parts.own == pytest.approx(own, rel=0.03)
    assert found.parts.market == pytest.approx((level.mean() ** 2 - level.var(ddof=1) / 3) / shape, rel=0.06)
    assert found.parts.unknown == 0.0
    assert found.luck_between_reps.low <= own / (own + skill) <= found.luck_between_reps.high


def test_what_is_not_known_of_a_rep_is_no_luck():
    """Worlds that differ in what a rep can expect: that variance is found apart from the luck within a world."""
    rng = np.random.default_rng(9)
    worlds, each = 400, 50
    pace = rng.gamma(25.0, 0.4, (worlds, 4))
    attained = rng.poisson(np.repeat(pace, each, axis=0)) / 10.0
    parts = components(attained, np.repeat(np.arange(worlds), each))
    assert parts.own == pytest.approx(0.1, rel=0.05)
    assert parts.unknown == pytest.approx(4.0 / 100, rel=0.15)
    assert parts.skill == pytest.approx(0.0, abs=0.002)


def test_the_hours_for_a_quota_are_those_of_the_poisson_distribution():
    """Without feedback bookings of a year follow hours: 450 years of a rep at each of seven hours, so the chance is known to 2.3%, the hours to 4%."""
    scenario = plain()
    trials = hours_trials(scenario, 0, years(150))
    quota, asked = 20, 0.6
    needed = trials.needed("Rep 01", quota * SIZE, asked)
    cycle = 60 / 7  # new hours book a cycle later: what the first weeks book comes from the present hours
    now = HOURS * WON_AN_HOUR
    rate = next(rate for rate in np.arange(10, 40, 0.01) if stats.poisson.sf(quota - 1, rate) >= asked)
    exact = (rate - now * cycle) / (WON_AN_HOUR * (52 - cycle))
    assert needed.now == HOURS
    assert needed.hours.mean == pytest.approx(exact, rel=0.1)
    assert needed.hours.low <= needed.hours.mean <= needed.hours.high


def test_ramped_heads_are_the_mean_of_the_straight_ramp():
    """Hired 26 weeks into the year with a ramp of 13: 13 weeks of which half count, then 13 whole ones."""
    group = SeatGroup(seats=2, hired=dt.date(2026, 7, 6), ramp_weeks=13)
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=3), group)))
    standing, hired = simulated_heads(scenario, 1)
    assert (standing.ramped, standing.hours) == (3.0, 10.0)
    assert hired.ramped == pytest.approx(2 * (13 * 0.5 + 13) / 52)


def test_hires_leave_everybody_elses_luck_alone():
    """Without inbound leads nobody's bookings change when somebody is hired."""
    scenario = plain()
    more = with_hires(scenario, 2, DAY)
    before, after = (simulated_draws(each, years(20)) for each in (scenario, more))
    assert np.array_equal(after.bookings[:, :SEATS], before.bookings)
    assert after.bookings[:, SEATS:].mean() < before.bookings.mean()
