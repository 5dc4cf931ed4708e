"""Draws from a history: the forecast's own by owner, a market that all share, hours by elasticity, hires by shares."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.bookings import draw_bookings, outlook
from forecast.calibration.draws import calibrate
from forecast.quota.asking import history_quotas
from forecast.quota.capacity import capacity_of
from forecast.quota.history import learned_history
from forecast.quota.history_capacity import hire_shares, history_heads, history_plans
from forecast.quota.hours import history_trials
from forecast.quota.quotas import Asked
from forecast.quota.year_levels import mean_variance, over_a_year, shared_market

#: Of the shipped export.
MOMENT = pd.Timestamp("2026-10-05")


@pytest.fixture(scope="module")
def draws(history):
    return history.draws()


def test_without_a_market_the_reps_add_up_to_the_forecast(reading, history):
    """In every draw: rep by rep, with what is booked and what nobody owns yet, it is the bookings that `forecast` draws."""
    since_july = replace(history.asked, market_cv=0.0, start=dt.date(2026, 7, 1))
    alone = learned_history(reading.tables, since_july, reading.currency)
    whole = draw_bookings(alone.view, "amount").total
    assert alone.draws().company[:, 0] == pytest.approx(whole)


def test_the_owners_are_the_reps(reading, draws):
    owners = set(reading.tables.opportunities["owner"])
    assert {rep.name for rep in draws.reps} == owners
    assert {rep.team for rep in draws.reps} == {"team"}
    assert len({rep.kind for rep in draws.reps}) == len(owners)
    assert draws.unit == "USD"
    assert len(np.unique(draws.world)) == history_worlds(draws)


def history_worlds(draws):
    """Return how many parameter draws there are: the draws come back to each in turn."""
    return int(np.flatnonzero(draws.world == draws.world[0])[1])


@pytest.mark.parametrize(("persistence", "weeks"), [(0.0, 10), (0.6, 3), (0.98, 52), (0.995, 30)])
def test_the_mean_of_a_persistent_level_varies_as_its_covariances_say(persistence, weeks):
    """The variance of a mean is the mean of all covariances v rho^|i - j|; a short history cannot show more than v."""
    lag = np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks)))
    found = float(mean_variance(np.array([persistence]), np.array([0.3]), weeks)[0])
    assert found == pytest.approx(0.3 * (persistence**lag).mean())
    assert found <= 0.3


def test_levels_drift_no_more_from_year_to_year_than_is_assumed(history):
    """The expected yearly variance of either level falls with the assumption; with none of it only still ones are left."""
    calibration = calibrate(history.tables, MOMENT, pd.Timestamp("2027-10-04"), seed=5)

    def apart(levels):
        years = mean_variance(levels.persistence, levels.level_variance, 52)
        return float(levels.weight @ years)

    for of in (lambda found: found.levels, lambda found: found.creation.levels):
        learned, wide, narrow, still = (
            of(calibration), *(of(over_a_year(calibration, cv)) for cv in (0.3, 0.1, 0.0)),
        )  # fmt: skip
        assert apart(learned) > apart(wide) > apart(narrow) > apart(still) == 0.0
        assert narrow.weight.sum() == pytest.approx(1.0)


def test_the_market_that_all_share_fills_up_to_what_is_assumed_and_keeps_the_mean(history):
    """A lognormal factor of mean 1; with an assumption of 0 there is none, and a wide one is nearly all of it."""
    view = outlook(history.view.calibration, history.view.period, draws=4_000, seed=5)
    factor = shared_market(view, 0.9, 5)
    assert factor.mean() == pytest.approx(1.0, abs=4 * factor.std() / np.sqrt(4_000))
    assert 0.7 * np.log1p(0.81) < np.var(np.log(factor)) <= 1.1 * np.log1p(0.81)
    assert shared_market(view, 0.0, 5).tolist() == [1.0] * 4_000


def test_more_prospecting_creates_more_and_none_leaves_what_is_open(history, draws):
    none, same, twice = (history.draws(times) for times in (0.0, 1.0, 2.0))
    assert np.array_equal(same.bookings, draws.bookings)
    new = draws.company.mean() - none.company.mean()
    assert twice.company.mean() - draws.company.mean() == pytest.approx(new, rel=0.05)


def test_hours_are_told_in_the_unit_that_is_known(history):
    """Only the share of opportunities whose source is prospecting grows with hours."""
    assert 0 < history.self_sourced < 1
    times, hours = history_trials(history, None), history_trials(history, 8.0)
    assert np.array(hours.hours) == pytest.approx(8 * np.array(times.hours))
    name = times.draws[0].reps[0].name
    quota = float(np.quantile(times.draws[2].bookings[:, 0], 0.5))
    one, other = (trials.needed(name, quota, 0.6) for trials in (times, hours))
    assert one.now is None
    assert other.now == 8.0
    assert other.hours.mean == pytest.approx(8 * one.hours.mean)
    assert one.hours.mean > 1.0


def test_a_hire_brings_less_the_later_and_the_longer_the_ramp():
    worth = np.array([4.0, 3.0, 2.0, 1.0])
    at_once, slow = hire_shares(worth, 0.0), hire_shares(worth, 4.0)
    assert at_once.tolist() == [1.0, 0.6, 0.3, 0.1]
    assert slow.tolist() == pytest.approx(
        [(4 * 1 + 3 * 3 + 2 * 5 + 1 * 7) / 80, (3 + 2 * 3 + 5) / 80, (2 + 3) / 80, 1 / 80]
    )


def test_hires_of_a_history_come_in_time(history, draws):
    target = float(np.quantile(draws.company, 0.7))
    plan = history_plans(history, capacity_of(draws, target, 0.6, history_heads(8, None), None))
    assert [each.hires for each in plan.plans] == [plan.plans[0].hires + more for more in range(3)]
    days = [each.by for each in plan.plans]
    assert days == sorted(days)
    # Found by halving to a fortieth of the creation; the draws at the plan's own creation are others.
    assert all(each.chance.mean > 0.55 for each in plan.plans)


def test_the_answer_names_what_it_assumes(history):
    found = history_quotas(history, "hubspot", Asked(hires=False))
    assert found.assumed == {"market_cv": 0.1}
    assert found.source == "history"
    assert found.fairness.parts.unknown > 0
    assert found.fairness.sizes > 0.3
