"""Quarter ends: a cadence that pauses there, and a push that discounts, persuades and hurries."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from simulations import engine, rules
from simulations.calendar import DAY, HOUR, quarter_starts, timeline
from simulations.deals import deals_of
from simulations.journal import Kind, digest
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.scenario.model import QuarterEnd, Scenario, Steady
from simulations.scenario.people import Calendar, SeatGroup, Team
from simulations.scenario.quarter import Push
from simulations.scenario.records import Horizon, Switches

SEED = 20_260_105
BASE = Scenario(team=Team(groups=(SeatGroup(seats=3),)), horizon=Horizon(warm_up_weeks=20, run_off=20))


def told(scenario, cadence=None):
    """Return the journal of one year."""
    return engine.simulate(scenario, cadence or Steady(), SEED, 0)


def pushed(**terms):
    """Return the team with a push in the last two weeks of a quarter."""
    quiet = {"discount": 0.0, "pull_in_logit": 0.0, "pull_in_days": 0.0}
    return BASE.model_copy(update={"quarter_end": Push(**({"push_weeks": 2} | quiet | terms))})


def of(events, kind):
    return events[events["kind"] == kind]


def in_push(times, weeks=2):
    """Return which moments lie in the last weeks of a calendar quarter."""
    plan = make_plan(BASE)
    days = times // DAY
    return days >= plan.quarter_end[days] - 7 * weeks


@pytest.mark.parametrize(
    ("month", "first"),
    [(1, date(2026, 4, 1)), (2, date(2026, 2, 1)), (3, date(2026, 3, 1)), (7, date(2026, 4, 1))],
)
def test_quarters_are_those_of_the_fiscal_year(month, first):
    scenario = Scenario(calendar=Calendar(fiscal_year_start_month=month))
    line = timeline(scenario)
    starts = quarter_starts(line, month)
    after = starts[starts >= line.year_start_day]
    assert line.date_of(int(after[0])) == first
    assert set(np.diff(starts).tolist()) <= {89, 90, 91, 92}
    assert starts[0] > 0
    assert starts[-1] > line.end_day


def test_nobody_prospects_in_the_last_weeks_of_a_quarter_and_the_hours_are_kept():
    pause, steady = (
        of(told(BASE, cadence), Kind.PROSPECTED) for cadence in (QuarterEnd(weeks_off=3), Steady())
    )
    line = timeline(BASE)
    start, end = line.year_start_day * DAY, line.year_end_day * DAY
    hours = []
    for blocks in (pause, steady):
        year = blocks[(blocks["time"] >= start) & (blocks["time"] < end)]
        hours.append(year["value"].sum())
    assert hours[0] == pytest.approx(hours[1], abs=1e-6)
    year = pause[(pause["time"] >= start) & (pause["time"] < end)]
    assert not in_push(year["time"], weeks=3).any()
    assert in_push(steady["time"], weeks=3).any()


def test_a_push_of_nothing_changes_nothing():
    assert digest(told(pushed())) == digest(told(BASE))


def test_no_push_is_the_default_and_the_switch_turns_it_off():
    hard = {"discount": 0.3, "pull_in_logit": 1.0, "pull_in_days": 30.0}
    assert digest(told(pushed(push_weeks=0, **hard))) == digest(told(BASE))
    off = pushed(**hard).model_copy(update={"switches": Switches(quarter_end=False)})
    assert digest(told(off)) == digest(told(BASE))
    assert digest(told(pushed(**hard))) != digest(told(BASE))


def test_wins_of_a_push_are_discounted_and_no_other_number_moves():
    plain, cheap = told(BASE), told(pushed(discount=0.25))
    assert (plain["time"] == cheap["time"]).all()
    moved = plain["value"] != cheap["value"]
    wins = plain["kind"] == Kind.WON
    assert moved.sum() > 10
    assert (moved == (wins & in_push(plain["time"]))).all()
    assert cheap["value"][moved] == pytest.approx(0.75 * plain["value"][moved], abs=0.006)


def test_a_discounted_win_is_booked_at_its_price_and_was_open_at_its_amount():
    scenario = pushed(discount=0.25)
    plan, events = make_plan(scenario), told(scenario)
    deals = deals_of(events)
    wins = deals.won & in_push(np.where(deals.won, deals.closed, 0))
    assert deals.booked[wins] == pytest.approx(0.75 * deals.amount[wins], abs=0.006)
    plain = measure(make_plan(BASE), told(BASE))
    cheap = measure(plan, events)
    assert cheap.scalars["bookings_in_year"] < plain.scalars["bookings_in_year"]
    assert (cheap.weekly[3] == plain.weekly[3]).all(), "open value by week"


def test_what_is_hurried_comes_by_the_last_working_second_and_is_missing_later():
    """The same decisions, earlier: wins of the days after a quarter move to its last working day."""
    plain, hurried = told(BASE), told(pushed(pull_in_days=21.0))
    plan = make_plan(BASE)
    last = np.unique([plan.last_second(day, 0) for day in range(plan.timeline.end_day)])
    moved = of(hurried, Kind.WON)
    moved = moved[np.isin(moved["time"], last)]
    assert moved.size > 3
    before = {int(row["birth"]): int(row["time"]) for row in of(plain, Kind.WON)}
    kept = [before[int(row["birth"])] - int(row["time"]) for row in moved if int(row["birth"]) in before]
    assert len(kept) > 3
    # Where nothing else moved, the customer would have come within three weeks after the last working second.
    assert np.median(kept) > 0
    first = set(of(plain, Kind.WON)["birth"].tolist())
    assert len(first & set(of(hurried, Kind.WON)["birth"].tolist())) > 0.9 * len(first)


def test_persuasion_wins_more_in_the_push_only():
    team = {"team": Team(groups=(SeatGroup(seats=8),))}
    bold = pushed(push_weeks=6, pull_in_logit=6.0)
    lost = [of(told(scenario.model_copy(update=team)), Kind.LOST) for scenario in (BASE, bold)]
    pushes = [in_push(rows["time"][rows["stage"] == 3], weeks=6) for rows in lost]
    assert pushes[0].sum() > 5
    assert pushes[1].sum() == 0, "who is as good as persuaded is never lost in a push"
    assert (~pushes[1]).sum() > 5


@pytest.mark.parametrize(
    ("worked", "reply", "comes"),
    [
        (100, 900, 900),  # comes in time
        (100, 1_000, 1_000),
        (100, 1_001, 1_000),  # a second late: hurried
        (100, 1_500, 1_000),  # as late as may be
        (100, 1_501, 1_501),  # too late to be hurried
        (1_000, 1_200, 1_200),  # worked in the last second itself
        (1_100, 1_200, 1_200),  # or after it
    ],
)
def test_which_replies_a_push_hurries(worked, reply, comes):
    assert rules.hurried(worked, reply, 1_000, 500) == comes


def test_a_discount_of_everything_leaves_a_cent():
    assert rules.discounted(12_345, 1.0) == 1
    assert rules.discounted(12_345, 0.0) == 12_345


def test_the_last_second_is_that_of_the_last_working_day():
    """March 2026 ends on a Tuesday, worked from nine for 4.8 hours; the second before work ends."""
    plan = make_plan(BASE)
    day = plan.timeline.day_of(date(2026, 3, 25))
    assert plan.pushes(day) is False
    with_push = replace(make_plan(pushed()), scenario=BASE)
    assert with_push.pushes(plan.timeline.day_of(date(2026, 3, 18)))
    assert not with_push.pushes(plan.timeline.day_of(date(2026, 3, 17)))
    end = plan.timeline.day_of(date(2026, 3, 31)) * DAY + 9 * HOUR + int(4.8 * HOUR) - 1
    assert plan.last_second(day, 0) == end
