"""Hires that ramp and weeks away: who is there, what it does to a year, and where it stops."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulations import engine, rules
from simulations.calendar import DAY, timeline
from simulations.journal import Kind, digest
from simulations.load import offered_load
from simulations.luck import Luck
from simulations.plan import make_plan
from simulations.planned import planned_table
from simulations.scenario.model import Change, Custom, QuarterEnd, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches
from simulations.staffing import ALWAYS, staffing_of

SEED = 20_260_105
SHORT = Horizon(warm_up_weeks=10, run_off=4)
START = date(2026, 1, 5)
WEEK = 7 * DAY


def team(*groups, **terms):
    """Return a scenario of some groups of reps."""
    named = tuple(group.model_copy(update={"name": f"G{i}"}) for i, group in enumerate(groups))
    return Scenario(team=Team(groups=named, **terms), horizon=SHORT)


def told(scenario, cadence=None, replication=0):
    """Return the journal of one year."""
    return engine.simulate(scenario, cadence or Steady(), SEED, replication)


def of(events, kind):
    return events[events["kind"] == kind]


def staff(scenario, replication=0):
    return staffing_of(make_plan(scenario), SEED, replication)


def planned(luck, cadence, phases):
    """Return the planned seconds of every seat and day of the year."""
    return planned_table(luck.plan, cadence, phases, (luck.seed, luck.replication))[0]


# Hire and ramp.


@pytest.mark.parametrize(
    ("weeks", "ramp", "share"),
    [(0, 25, 0.02), (12, 25, 0.5), (24, 25, 0.98), (25, 25, 1.0), (ALWAYS, 25, 1.0), (0, 0, 1.0)],
)
def test_the_ramp_is_a_straight_line_through_the_weeks_middles(weeks, ramp, share):
    assert rules.ramp_factor(weeks, ramp) == pytest.approx(share)


def test_before_its_hire_a_seat_does_nothing_and_gets_nothing():
    hired = START + timedelta(weeks=6)
    events = told(team(SeatGroup(seats=1), SeatGroup(seats=1, hired=hired)))
    mine = events[events["seat"] == 1]
    assert mine["time"].min() >= timeline(team(SeatGroup())).day_of(hired) * DAY
    assert {Kind.PROSPECTED, Kind.LEAD, Kind.WON} <= set(mine["kind"].tolist())


def test_a_hire_leaves_the_leads_of_the_others_alone():
    """Removing a seat moves only its own: inbound leads too stay where they were."""
    alone, joined = (
        told(team(SeatGroup(seats=2), *more))
        for more in ((), (SeatGroup(seats=1, hired=START + timedelta(weeks=20)),))
    )
    before = timeline(team(SeatGroup())).day_of(START + timedelta(weeks=20)) * DAY
    leads = [of(events, Kind.LEAD) for events in (alone, joined)]
    first = [rows[rows["time"] < before] for rows in leads]
    assert digest(first[0]) == digest(first[1])
    stayed = leads[1][(leads[1]["seat"] < 2)]
    owner = dict(zip(leads[0]["birth"].tolist(), leads[0]["seat"].tolist(), strict=True))
    found = [row for row in stayed if int(row["birth"]) >> 62 == 1]
    assert len(found) > 20
    assert all(owner[int(row["birth"])] == row["seat"] for row in found)


def test_whoever_ramps_finds_fewer_leads_in_the_same_hours():
    """Half of them, over a ramp of as many weeks as are looked at."""
    groups = [SeatGroup(seats=4, hired=START, ramp_weeks=weeks) for weeks in (0, 52)]
    full, ramping = (told(team(SeatGroup(seats=1), group)) for group in groups)
    end = timeline(team(SeatGroup())).year_end_day * DAY

    def found(events):
        leads = of(events, Kind.LEAD)
        return leads[
            (leads["seat"] > 0) & (leads["birth"] >> np.uint64(62) == 0) & (leads["time"] < end)
        ].size

    hours = [of(events, Kind.PROSPECTED)["value"].sum() for events in (full, ramping)]
    assert hours[0] == pytest.approx(hours[1])
    assert found(ramping) == pytest.approx(found(full) / 2, abs=4 * np.sqrt(found(full)) / 2)


def test_ramp_is_for_those_who_were_hired_and_its_switch_turns_it_off():
    assert digest(told(team(SeatGroup(ramp_weeks=52)))) == digest(told(team(SeatGroup(ramp_weeks=13))))
    hired = [SeatGroup(hired=START, ramp_weeks=weeks) for weeks in (0, 52)]
    off = team(SeatGroup(seats=1), hired[1]).model_copy(update={"switches": Switches(ramp=False)})
    assert digest(told(off)) == digest(told(team(SeatGroup(seats=1), hired[0])))


@pytest.mark.parametrize("cadence", [Sawtooth(), QuarterEnd()], ids=["sawtooth", "quarter_end"])
def test_a_hire_within_the_year_keeps_the_hours_of_its_own_steady_plan(cadence):
    scenario = team(SeatGroup(seats=1, hired=START + timedelta(weeks=9)))
    luck = Luck(make_plan(scenario), SEED, 0)
    tables = [planned(luck, each, (3,)) for each in (Steady(), cadence)]
    assert tables[0].sum() == tables[1].sum() > 0
    assert not tables[1][0, : 9 * 7].any()


@pytest.mark.parametrize("hired", ["2026-01-06", "2020-01-06", "2027-01-04"])
def test_a_hire_is_a_monday_of_the_warm_up_or_the_year(hired, tmp_path):
    from simulations.errors import BadInput
    from simulations.scenario_file import load_scenario

    path = tmp_path / "team.yaml"
    path.write_text(f"team:\n  groups:\n    - hired: {hired}\n", encoding="utf-8")
    with pytest.raises(
        BadInput, match="must be a Monday from 2025-01-06, where the warm-up begins, on and before 2027"
    ):
        load_scenario(path)


# Absence.


def test_absences_come_at_their_rate_and_by_whole_weeks():
    """1,000 seat-years of 52 weeks: within 4 standard errors of a binomial."""
    scenario = team(SeatGroup(seats=500, absence_weeks_per_year=6))
    table = staff(scenario).table
    works = table["works"]
    share, count = 6 / 52, works.size
    assert 1 - works.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / count))
    events = told(team(SeatGroup(seats=3, absence_weeks_per_year=20)))
    work = events[np.isin(events["kind"], (Kind.PROSPECTED, Kind.REVIEWED, Kind.WORK_DAY))]
    drawn = staff(team(SeatGroup(seats=3, absence_weeks_per_year=20))).table
    assert drawn["works"][work["seat"], work["time"] // WEEK].all()
    assert {(int(s), int(w)) for s, w in zip(*np.nonzero(drawn["works"]), strict=True)} == {
        (int(row["seat"]), int(row["time"] // WEEK)) for row in of(events, Kind.WORK_DAY)
    }


@pytest.mark.parametrize(
    "cadence",
    [Sawtooth(), QuarterEnd(), Sawtooth(weeks_on=4, weeks_off=4, phase="rep")],
    ids=["8/8", "quarter", "4/4"],
)
def test_calendar_cadences_leave_absences_out_and_keep_each_seats_sum(cadence):
    scenario = team(SeatGroup(seats=4, absence_weeks_per_year=5, prospecting_hours_per_week=6))
    plan = make_plan(scenario)
    for replication in range(5):
        luck = Luck(plan, SEED, replication)
        steady, wave = (planned(luck, each, (2, 5, 0, 7)) for each in (Steady(), cadence))
        assert steady.sum(axis=1).tolist() == wave.sum(axis=1).tolist()
        worked = np.array(
            [luck.staffing.days_worked(plan, seat, plan.timeline.years()[0]) for seat in range(4)]
        )
        assert not wave[~worked].any()
        assert steady.sum() == plan.regime(0).seats[0].steady_seconds * worked.sum()


def test_what_absences_leave_no_room_for_is_lost_and_not_refused():
    """The plan fits when nobody is away; luck is no reason to refuse it."""
    scenario = team(SeatGroup(seats=12, absence_weeks_per_year=30, prospecting_hours_per_week=11))
    luck = Luck(make_plan(scenario), SEED, 0)
    steady, wave = (planned(luck, each, (0,) * 12) for each in (Steady(), Sawtooth(weeks_on=8, weeks_off=8)))
    assert (wave.sum(axis=1) <= steady.sum(axis=1)).all()
    assert wave.sum() < steady.sum()


def test_a_later_rate_of_absence_leaves_the_weeks_before_it_alone():
    """The plan of the year's start knows nothing of a change: the prefix property."""
    scenario = team(SeatGroup(seats=3, absence_weeks_per_year=4))
    start = START + timedelta(weeks=26)
    change = Change(start=start, values={"team.groups[G0].absence_weeks_per_year": 20.0})
    changed = scenario.model_copy(update={"changes": (change,)})
    before, after = (told(each, Sawtooth()) for each in (scenario, changed))
    boundary = timeline(scenario).day_of(start) * DAY
    assert digest(before[before["time"] < boundary]) == digest(after[after["time"] < boundary])
    assert digest(before) != digest(after)


def test_the_same_weeks_are_missed_under_every_cadence():
    scenario = team(SeatGroup(seats=2, absence_weeks_per_year=10))
    days = [
        of(told(scenario, each), Kind.WORK_DAY)[["seat", "time"]]
        for each in (Steady(), Sawtooth(), Custom(hours_by_week=(9, 0)))
    ]
    weeks = [{(int(row["seat"]), int(row["time"] // WEEK)) for row in rows} for rows in days]
    assert weeks[0] == weeks[1] == weeks[2]


def test_the_load_counts_who_is_there():
    """Half of the weeks away: half of the hours, and of the prospecting; inbound work stays what it was."""
    base, half = (
        offered_load(
            make_plan(
                team(SeatGroup(seats=2, absence_weeks_per_year=weeks)).model_copy(
                    update={"switches": Switches(inbound=False, referrals=False, reviews=False)}
                )
            )
        )
        for weeks in (0, 26)
    )
    assert half == pytest.approx(base)
    late = team(SeatGroup(seats=2), SeatGroup(seats=5, hired=START + timedelta(weeks=1)))
    assert offered_load(make_plan(late)) == pytest.approx(offered_load(make_plan(team(SeatGroup(seats=2)))))
