"""Draws from a scenario: the engine's own bookings by seat, a period's part of them, exchangeable seats."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from forecast.quota.asking import scenario_quotas
from forecast.quota.capacity import (
    NEVER,
    WITHOUT,
    capacity_of,
    simulated_heads,
    simulated_plans,
    with_hires,
)
from forecast.quota.curve import chance_of
from forecast.quota.hours import hours_trials, with_hours
from forecast.quota.quotas import Asked
from forecast.quota.simulated import simulated_draws
from simulations.engines import years_by
from simulations.errors import BadInput
from simulations.plan import make_plan
from simulations.scenario.model import Change, Reactive, Scenario, Steady


@pytest.fixture(scope="module")
def draws(small_draws):
    return small_draws


def test_a_draw_is_a_simulated_year_to_the_cent(small_team, some_years, draws):
    """Without run-off and journal the same bookings by seat as the measures of the whole run."""
    whole = years_by("compiled", make_plan(small_team), some_years.seed)
    for number in range(4):
        assert np.array_equal(draws.bookings[number], whole.year(Steady(), number).bookings_by_seat)


def test_the_result_does_not_depend_on_how_many_work_on_it(small_team, some_years, draws):
    other = simulated_draws(small_team, replace(some_years, replications=range(40), workers=2))
    assert np.array_equal(other.bookings, draws.bookings[:40])


def test_quarters_add_up_to_the_year(small_team, some_years, draws):
    few = replace(some_years, replications=range(10))
    halves = [
        simulated_draws(small_team, replace(few, period=days)).bookings
        for days in ((draws.start, dt.date(2026, 6, 30)), (dt.date(2026, 7, 1), draws.end))
    ]
    assert halves[0] + halves[1] == pytest.approx(draws.bookings[:10])


def test_a_period_outside_the_year_is_refused(small_team, some_years):
    beyond = replace(some_years, period=(dt.date(2026, 6, 1), dt.date(2027, 6, 1)))
    with pytest.raises(BadInput, match="must lie inside the year under study, 2026-01-05 to 2027-01-03"):
        simulated_draws(small_team, beyond)


def test_seats_of_a_group_have_the_same_expectation_and_a_hire_less(draws):
    """Three seats of one group: means within four standard errors; who ramps from March on books clearly less."""
    mean, error = draws.bookings.mean(axis=0), draws.bookings.std(axis=0) / np.sqrt(draws.size)
    assert [rep.kind for rep in draws.reps] == [0, 0, 0, 1]
    assert mean[:3] == pytest.approx(mean[:3].mean(), abs=4 * error.max())
    assert mean[3] + 4 * error[3] < 0.8 * mean[:3].mean()


def test_other_hours_begin_with_the_year(small_team):
    changed = with_hours(small_team, 1, 5.0)
    assert changed is not None
    assert [(change.start, list(change.values.values())) for change in changed.changes] == [
        (dt.date(2026, 1, 5), [5.0])
    ]
    assert with_hours(small_team, 1, 160.0) is None


def test_other_hours_go_with_the_changes_that_there_are(small_team):
    late = Change(start=dt.date(2026, 6, 1), prospecting_hours_per_week=8)
    early = Change(start=dt.date(2026, 1, 5), selling_hours_per_week=30)
    changed = with_hours(small_team.model_copy(update={"changes": (early, late)}), 0, 5.0)
    assert changed is not None
    assert [change.start for change in changed.changes] == [early.start, late.start]
    assert changed.changes[0].selling_hours_per_week == 30


def test_hours_are_not_asked_of_a_cadence_without_a_plan(small_team, some_years):
    assert hours_trials(small_team, 0, replace(some_years, cadence=Reactive())) is None


def test_more_hours_are_needed_for_a_higher_quota(small_team, some_years):
    trials = hours_trials(small_team, 0, replace(some_years, replications=range(60)))
    low, high = (trials.needed("Rep 01", quota, 0.6) for quota in (250_000, 330_000))
    assert low.hours.mean < high.hours.mean
    assert trials.needed("Rep 01", 5e6, 0.6).hours is None
    assert trials.needed("Rep 01", 1.0, 0.6).reason == "the fewest hours that were tried are enough"


def test_heads_times_hours_times_productivity_are_what_is_expected(small_team, draws):
    plan = capacity_of(draws, 1.2e6, 0.6, simulated_heads(small_team, 4), None)
    product = sum(each.ramped * each.hours for each in plan.heads) * plan.weeks * plan.productivity
    assert product == pytest.approx(plan.expected.mean)
    assert plan.weeks == 52


def test_hires_come_in_time_for_the_chance(small_team, some_years, draws):
    """The plan's own trials reach the chance, one hire fewer does not, and more hires may begin later."""
    few = replace(some_years, replications=range(40))
    heads = simulated_heads(small_team, 4)
    target = 1.4 * float(draws.company.mean())
    plan = simulated_plans(small_team, few, capacity_of(draws, target, 0.6, heads, None))
    fewest = plan.plans[0].hires
    assert fewest >= 3
    short = simulated_draws(with_hires(small_team, fewest - 1, draws.start), few)
    assert chance_of(short.company, target, short.world).mean < 0.6
    assert all(each.chance.mean >= 0.6 for each in plan.plans)
    assert [each.hires for each in plan.plans] == [fewest + more for more in range(3)]
    days = [each.by for each in plan.plans]
    assert days == sorted(days)
    assert all(day.weekday() == 0 for day in days)


@pytest.mark.parametrize(("target", "reason"), [(1.0, WITHOUT), (1e9, NEVER)])
def test_where_hires_are_no_answer_the_reason_stands(small_team, some_years, draws, target, reason):
    few = replace(some_years, replications=range(20))
    plan = simulated_plans(small_team, few, capacity_of(draws, target, 0.6, (), None))
    assert (plan.plans, plan.reason) == ((), reason)


def test_the_scenarios_own_quota_has_the_chance_that_its_evidence_claims():
    """`yearly_quota_per_rep` is "set so that a steady year of the default team reaches it about two times in three"."""
    from forecast.quota.simulated import Years

    scenario = Scenario()
    draws = simulated_draws(scenario, Years(Steady(), range(300), 2, 1))
    found = chance_of(draws.company, 8 * scenario.targets.yearly_quota_per_rep, draws.world)
    assert found.low <= 2 / 3 + 0.05
    assert found.high >= 2 / 3 - 0.05


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(chance=1.0), "chance: found '1'; must be above 0 and below 1"),
        (Asked(target=-1.0), "target: found '-1'; must be 0 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(small_team, some_years, asked, said):
    with pytest.raises(BadInput, match=said):
        scenario_quotas(small_team, some_years, asked)


def test_too_few_years_are_refused(small_team, some_years):
    with pytest.raises(BadInput, match="draws: found '20'; must be 100 or more"):
        scenario_quotas(small_team, replace(some_years, replications=range(20)), Asked())
