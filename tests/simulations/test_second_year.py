"""Two years under a cadence: the second is looked at, and the first is that of a single year."""

import numpy as np
import pytest

from simulations import compare, engine, reference
from simulations.calendar import DAY, timeline
from simulations.engines import years_by
from simulations.hours import hours_table
from simulations.journal import Kind, digest
from simulations.luck import Luck
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.planned import planned_seat
from simulations.scenario.model import Custom, QuarterEnd, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon

SEED = 20_260_105
YEAR = 364
TEAM = Team(groups=(SeatGroup(seats=2),))


def years(count, **terms):
    """Return a small team with so many years under the cadence."""
    return Scenario(team=TEAM, horizon=Horizon(warm_up_weeks=8, run_off=13, years=count), **terms)


@pytest.mark.parametrize("cadence", [Sawtooth(), Reactive(), QuarterEnd(), Custom(hours_by_week=(9, 5, 0))])
def test_the_first_year_is_that_of_a_single_year(cadence):
    one, two = (engine.simulate(years(count), cadence, SEED, 1) for count in (1, 2))
    end = timeline(years(1)).year_end_day * DAY
    assert digest(one[one["time"] < end]) == digest(two[two["time"] < end])
    assert two["time"].max() > one["time"].max() + 300 * DAY


def test_the_year_under_study_is_the_second():
    line = timeline(years(2))
    assert line.year_start_day - line.habit_start_day == YEAR
    assert line.years() == ((56, 56 + YEAR), (56 + YEAR, 56 + 2 * YEAR))
    assert line.date_of(line.habit_start_day) == years(2).calendar.year_start
    events = engine.simulate(years(2), Steady(), SEED, 0)
    won = events[events["kind"] == Kind.WON]
    inside = (won["time"] >= line.year_start_day * DAY) & (won["time"] < line.year_end_day * DAY)
    found = measure(make_plan(years(2)), events).scalars["bookings_in_year"]
    assert found == pytest.approx(won["value"][inside].sum())
    assert inside.sum() < won.size


@pytest.mark.parametrize("cadence", [Sawtooth(weeks_on=5, weeks_off=4), QuarterEnd(weeks_off=3)])
def test_each_year_keeps_the_hours_of_its_own_steady_plan(cadence):
    plan = make_plan(years(2))
    for phase in range(4):
        steady, wave = (planned_seat(plan, each, 0, phase).reshape(2, YEAR) for each in (Steady(), cadence))
        assert steady.sum(axis=1).tolist() == wave.sum(axis=1).tolist()


def test_a_wave_and_a_table_go_on_where_the_first_year_left_them():
    """52 weeks are five waves of nine weeks and seven more, and 17 tables of three weeks and one more."""
    plan = make_plan(years(2))
    wave = planned_seat(plan, Sawtooth(weeks_on=5, weeks_off=4), 0, 0).reshape(104, 7).sum(axis=1) > 0
    assert wave.tolist() == [week % 9 < 5 for week in range(104)]
    table = planned_seat(plan, Custom(hours_by_week=(9, 5, 0)), 0, 0).reshape(104, 7).max(axis=1)
    assert table.tolist() == [(6_480, 3_600, 0)[week % 3] for week in range(104)]


def test_own_hours_are_those_of_each_year():
    scenario = years(2)
    plan = make_plan(scenario)
    found = years_by("compiled", plan, SEED).year(Reactive(), 0).seconds_by_seat
    assert found.size == 4
    table, _ = hours_table(Luck(plan, SEED, 0), Reactive(), tuple(found.tolist()))
    assert table.reshape(2, 2, YEAR).sum(axis=2).T.ravel().tolist() == found.tolist()
    own = tuple(found.tolist())
    told, meant = (
        simulate(scenario, Reactive(), SEED, 0, own) for simulate in (engine.simulate, reference.simulate)
    )
    assert digest(told) == digest(meant)


def test_a_comparison_of_the_second_year_has_all_its_measures():
    """A cadence of other hours is held against steady at its own, year by year."""
    found = compare(years(2), ["reactive"], replications=4, seed=SEED, workers=1)
    assert [year.own_hours_of for year in found.cadences] == [None, None, "reactive"]
    hours = [year.measures["prospecting_hours"].mean for year in found.cadences]
    assert hours[1] == pytest.approx(hours[2])
    assert np.isfinite([year.measures["total"].mean for year in found.cadences]).all()
