"""What an alarm says: states without flicker, since when, how sure, what it costs, and what would repair it."""

import datetime as dt
import json

import numpy as np
import pytest

from forecast.alarms.deviations import CREATION, MONITORS
from forecast.alarms.plan import Plan
from forecast.alarms.results import Picture, fresh_worth, picture
from forecast.alarms.states import ALARM, QUIET, WATCH, states
from forecast.alarms.tallies import Sums
from forecast.alarms.watching import EVERYBODY, TEAM, Seen
from forecast.calibration.workdays import EPOCH

LEVEL = float(np.log(0.005))
STOPPED = 20
WEEK = 30
HOURS = 8.0


@pytest.fixture(scope="module")
def typical(plan) -> Sums:
    """Return a year that is exactly what the plan expects, owner by owner: the mean of drawn years."""
    drawn = plan.draw(200, 12)
    return Sums(*(part.mean(axis=0, keepdims=True) for part in drawn))


@pytest.fixture(scope="module")
def stopped(watch, typical) -> Seen:
    """Return the same year, but nobody creates anything from week 20 on, and what it would have been worth is missing."""
    gone = np.arange(52) >= STOPPED
    pipeline = typical.pipeline.copy()
    lost = np.cumsum(np.where(gone, typical.created * 0.15 * watch.plan.mean_value, 0.0), axis=2)
    pipeline[:, :, 1:] = np.maximum(pipeline[:, :, 1:] - lost, 0.0)
    return watch.look_at(typical._replace(created=np.where(gone, 0.0, typical.created), pipeline=pipeline))


def _of(said: Picture, monitor: str, owner: str = ""):
    return next(each for each in said.readings if (each.monitor, each.owner) == (monitor, owner))


def test_a_figure_about_its_threshold_does_not_flicker():
    about = np.log([0.6, 0.02, 0.006, 0.004, 0.006, 0.004, 0.03, 0.06, 0.04, 0.02])
    assert states(about, LEVEL) == (QUIET, WATCH, WATCH, ALARM, ALARM, ALARM, ALARM, QUIET, QUIET, WATCH)


def test_an_alarm_begins_at_the_level_itself():
    assert states(np.array([LEVEL]), LEVEL) == (ALARM,)
    assert states(np.array([LEVEL + 1e-9]), LEVEL) == (WATCH,)


def test_a_year_as_expected_is_quiet_everywhere(watch, typical):
    said = picture(watch, watch.look_at(typical), 52)
    assert {reading.state for reading in said.readings} == {QUIET}
    assert said.alarms == ()
    assert len(said.readings) == 9 * len(MONITORS)
    assert all(reading.since is None and reading.cost is None for reading in said.readings)


def test_a_stop_is_seen_since_the_week_in_which_it_began(watch, stopped):
    found = _of(picture(watch, stopped, WEEK, TEAM), CREATION)
    assert found.state == ALARM
    began = EPOCH + dt.timedelta(days=int(watch.plan.asked.looks[STOPPED]))
    assert found.since == began
    assert began < found.raised <= began + dt.timedelta(weeks=5)
    assert found.chance <= np.exp(watch.thresholds.team)


def test_before_the_stop_all_is_quiet(watch, stopped):
    assert picture(watch, stopped, STOPPED).alarms == ()


def test_the_cost_is_what_goes_missing_if_it_goes_on(watch, stopped):
    """Half of the way to the end has passed since the stop or less, so that the most is still to come."""
    cost = _of(picture(watch, stopped, WEEK, TEAM), CREATION).cost
    assert 0 < cost.so_far < cost.by_end
    assert cost.low < cost.by_end < cost.high
    assert cost.end == EPOCH + dt.timedelta(days=int(watch.plan.asked.looks[-1]) - 1)


def test_the_repair_makes_up_for_the_cost(watch, stopped):
    """Opportunities a week, to the last useful day, each worth what such book by the end."""
    plan: Plan = watch.plan
    found = _of(picture(watch, stopped, WEEK, TEAM, HOURS), CREATION)
    worth, ever = fresh_worth(plan)
    weeks = [week for week in range(WEEK, 52) if worth[week] >= 0.1 * ever]
    brought = found.repair.opportunities_per_week * worth[weeks].sum() * plan.mean_value
    assert brought == pytest.approx(found.cost.by_end)
    assert found.repair.hours_per_week == pytest.approx(HOURS * found.repair.opportunities_per_week)
    assert found.repair.until == EPOCH + dt.timedelta(days=int(plan.asked.looks[weeks[-1] + 1]) - 1)


def test_after_the_last_useful_day_nothing_repairs(watch, stopped):
    found = _of(picture(watch, stopped, 52, TEAM), CREATION)
    assert found.repair.opportunities_per_week is None
    assert found.repair.until is None


def test_a_fresh_opportunity_is_worth_less_the_later_it_comes_and_never_more_than_ever(plan):
    worth, ever = fresh_worth(plan)
    # Weeks with holidays are shorter on the clock than a week of age, which moves a chance by a fraction of a percent.
    assert np.all(np.diff(worth) < 0.005)
    assert np.all(np.diff(worth[40:]) < 0)
    assert 0 < worth[0] < ever < 1


def test_alarms_stand_before_watches_and_the_team_before_its_owners(watch, stopped):
    said = picture(watch, stopped, WEEK, EVERYBODY)
    order = {ALARM: 0, WATCH: 1, QUIET: 2}
    team = [order[each.state] for each in said.readings if not each.owner]
    assert [each.owner for each in said.readings[: len(MONITORS)]] == [""] * len(MONITORS)
    assert team == sorted(team)


def test_a_picture_is_plain_values(watch, stopped):
    said = json.loads(json.dumps(picture(watch, stopped, WEEK, TEAM, HOURS).to_dict()))
    assert (said["week"], said["family"], said["false_alarms"]) == (WEEK, TEAM, 0.05)
    first = said["readings"][0]
    assert first["state"] == "alarm"
    assert dt.date.fromisoformat(first["since"])
    assert set(first["cost"]) == {"so_far", "by_end", "low", "high", "end"}


def test_a_stop_is_seen_within_a_few_weeks_by_either_family(stopped):
    assert stopped.alarm_week(TEAM, CREATION) <= STOPPED + 5
    assert stopped.alarm_week(EVERYBODY) <= STOPPED + 8
