"""Counted in one compiled pass, the measures are those that `simulations.measures` defines."""

from datetime import date

import numpy as np
import pytest

from simulations import engine, reference
from simulations.calendar import DAY
from simulations.deals import history_of
from simulations.engines import years_by
from simulations.luck import Luck
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.scenario.customers import Inbound, Prospecting, Referrals, Silence, Sources, Stage
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Change, Custom, QuarterEnd, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import Calendar, SeatGroup, Team
from simulations.scenario.quarter import Push
from simulations.scenario.records import Horizon, Ledger, Switches, Targets
from simulations.tally import frame_of, layout, year_of

# Hundredths and seconds are summed as whole numbers here and as fractions there: rounding alone is left.
SAME = {"rtol": 1e-9, "atol": 1e-9, "equal_nan": True}
TEAM = Team(groups=(SeatGroup(seats=2), SeatGroup(name="more", seats=1, win_logit=0.2)))
BUSY = Sources(inbound=(Inbound(leads_per_week=6),), referrals=Referrals(ask_rate_win=0.9, introductions=1.5))
GIVEN = tuple(
    OpenDeal(stage="Proposal", amount=9_000 + number, age_days=5 * number, silent=number % 3 == 0)
    for number in range(20)
)


def midnight(warm_up, **terms):
    """Return a team whose every win and lead falls on the stroke of a midnight, wins after odd weeks and leads after even ones.

    A given opportunity is won after a week, the introductions to which it leads come a week later, are at once
    opportunities, and so on. So the edges of years, months, weeks and age classes are met exactly.
    """
    stage = Stage(name="Only", effort_hours=0, reply_days=7, reply_shape="fixed", advance_probability=1)
    nobody = {"prospecting": Prospecting(leads_per_hour=0), "inbound": (Inbound(leads_per_week=1e-9),)}
    introduced = Referrals(
        ask_rate_win=1, introductions=0.98, delay_days=7, delay_cv=0, qualify_probability=1, qualify_hours=0
    )
    given = tuple(OpenDeal(stage="Only", amount=1_000 + number) for number in range(60))
    return Scenario(
        **{
            "team": Team(groups=(SeatGroup(seats=2),)),
            "stages": (stage,),
            "sources": Sources(**nobody, referrals=introduced),
            "open_deals": given,
            "switches": Switches(calendar=False, contention=False, reviews=False),
            "horizon": Horizon(warm_up_weeks=warm_up, run_off=4),
            **terms,
        }
    )


CASES = {
    # The year begins after an odd week and ends after one: wins in its first second, and in the first after it.
    "wins at midnight": (midnight(1), Steady()),
    "leads at midnight": (midnight(2), Steady()),
    # The year begins before the sixty are won, and nobody is asked for introductions.
    "just on target": (
        midnight(
            0,
            unit="deals",
            switches=Switches(calendar=False, contention=False, referrals=False),
            targets=Targets(yearly_quota_per_rep=30),
        ),
        Steady(),
    ),
    # Nothing is left to close when the year ends, on a Friday: the weeks after it are shown, and undefined.
    "closed at once": (
        midnight(
            1,
            switches=Switches(contention=False, referrals=False),
            horizon=Horizon(warm_up_weeks=1, run_off="until_closed"),
        ),
        Steady(),
    ),
    "plain": (Scenario(team=TEAM), Steady()),
    "families": (Scenario(team=TEAM, sources=BUSY, horizon=Horizon(run_off=40)), Sawtooth()),
    "asked at meetings": (
        Scenario(
            team=TEAM,
            sources=Sources(referrals=Referrals(ask_rate_win=0.5, ask_rate_meeting=0.5, introductions=1.2)),
            horizon=Horizon(run_off=40),
        ),
        Steady(),
    ),
    "pushed at quarter ends": (
        Scenario(
            team=TEAM,
            quarter_end=Push(push_weeks=4, discount=0.3, pull_in_logit=1.0),
            horizon=Horizon(run_off=20),
        ),
        QuarterEnd(),
    ),
    "coming and going": (
        Scenario(
            team=Team(
                groups=(
                    SeatGroup(seats=2, absence_weeks_per_year=8, attrition_per_year=0.6, backfill_weeks=4),
                    SeatGroup(name="new", seats=1, hired=date(2026, 3, 2)),
                )
            ),
            horizon=Horizon(run_off=20),
        ),
        Sawtooth(),
    ),
    "other odds from the summer on": (
        Scenario(
            team=TEAM,
            changes=(
                Change(start=date(2026, 7, 6), advance_probability={"Evaluation": 0.2, "Proposal": 0.4}),
            ),
        ),
        Steady(),
    ),
    "a week of one day": (
        Scenario(
            team=Team(groups=(SeatGroup(seats=2, selling_hours_per_week=14, prospecting_hours_per_week=5),)),
            calendar=Calendar(working_days_per_week=1),
        ),
        Sawtooth(weeks_on=8, weeks_off=4),
    ),
    "the second year": (Scenario(team=TEAM, horizon=Horizon(years=2, run_off=20)), Reactive()),
    "from given deals": (Scenario(team=TEAM, open_deals=GIVEN, horizon=Horizon(run_off=20)), Sawtooth()),
    "until closed": (
        Scenario(team=TEAM, horizon=Horizon(warm_up_weeks=3, run_off="until_closed")),
        Reactive(),
    ),
    "deals": (Scenario(team=TEAM, unit="deals", ledger=Ledger(recognition_months=12)), Reactive()),
    "no hours": (
        Scenario(team=TEAM, horizon=Horizon(warm_up_weeks=2, run_off=1)),
        Custom(hours_by_week=(0,)),
    ),
    "open house": (
        Scenario(team=TEAM, switches=Switches(calendar=False, contention=False, market_weeks=False)),
        Custom(hours_by_week=(10, 0, 0)),
    ),
    "silent": (Scenario(team=TEAM, silence=Silence(revival_probability=0.3, max_follow_ups=3)), Sawtooth()),
}


@pytest.mark.parametrize("case", CASES)
def test_every_measure_and_series_is_the_same(case):
    scenario, cadence = CASES[case]
    plan = make_plan(scenario)
    machine, frame = engine.Machine(plan), frame_of(plan)
    for replication in range(2):
        machine.run(cadence, 7, replication, keep_journal=True)
        told = year_of(machine, frame)
        meant = measure(plan, machine.journal(), Luck(plan, 7, replication).market_of_year())
        apart = [
            name for name, value in meant.scalars.items() if not np.isclose(told.scalars[name], value, **SAME)
        ]
        assert apart == []
        for name in ("weekly", "bookings_by_month", "revenue_by_month", "bookings_by_seat", "settling"):
            assert np.allclose(getattr(told, name), getattr(meant, name), **SAME), name
        assert told.seconds_by_seat.tolist() == meant.seconds_by_seat.tolist()
        for name in ("booked", "open_by_class", "won_by_class", "new_value"):
            assert np.allclose(getattr(told.pipeline, name), getattr(meant.pipeline, name), **SAME), name


def test_the_cases_have_something_to_count():
    """Families, silences and stale deals happen, or their counts would agree for want of any."""
    scenario, cadence = CASES["families"]
    found = years_by("compiled", make_plan(scenario), 7).year(cadence, 0).scalars
    for name in (
        "horizon_of_referrals",
        "went_silent",
        "disqualified_silent",
        "run_off",
        "opportunities_referral",
    ):
        assert found[name] > 0, name


@pytest.mark.parametrize(("case", "of"), [("wins at midnight", "closed"), ("leads at midnight", "appeared")])
def test_what_falls_on_a_stroke_of_midnight_falls_on_the_edges_of_the_year(case, of):
    """Or the cases would meet no edge: something happens in the first second of the year, and in the first after it."""
    scenario, cadence = CASES[case]
    plan = make_plan(scenario)
    machine = engine.Machine(plan)
    machine.run(cadence, 7, 0, keep_journal=True)
    deals = history_of(plan, machine.journal()).deals
    moments = set(getattr(deals, of).tolist())
    line = plan.timeline
    assert {line.year_start_day * DAY, line.year_end_day * DAY} <= moments
    wins = set(deals.closed[deals.won].tolist())
    assert {moment % (14 * DAY) for moment in wins} == {7 * DAY}
    assert {moment % (14 * DAY) for moment in deals.appeared.tolist()} == {0}
    assert wins & set((line.month_edges() * DAY).tolist()), "a month begins with a win"


def test_a_target_that_is_just_met_is_met():
    scenario, cadence = CASES["just on target"]
    found = years_by("compiled", make_plan(scenario), 7).year(cadence, 0).scalars
    assert (found["bookings_in_year"], found["attainment"], found["target_reached"]) == (60.0, 1.0, 1.0)


def test_both_engines_give_the_same_measures():
    scenario, cadence = CASES["plain"]
    one, other = (
        years_by(name, make_plan(scenario), 3).year(cadence, 1) for name in ("compiled", "reference")
    )
    assert np.allclose(list(one.scalars.values()), list(other.scalars.values()), **SAME)


def test_a_stay_that_begins_on_a_week_end_is_seen_a_week_later():
    """The look is just before the week's end: replies without delay and work without effort make such stays."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=1),)),
        switches=Switches(calendar=False, contention=False, reply_delays=False),
        horizon=Horizon(warm_up_weeks=2, run_off=2),
    )
    plan = make_plan(scenario)
    machine = engine.Machine(plan)
    machine.run(Steady(), 5, 0, keep_journal=True)
    assert machine.journal().tobytes() == reference.simulate(scenario, Steady(), 5, 0).tobytes()
    assert np.allclose(
        year_of(machine, frame_of(plan)).weekly, measure(plan, machine.journal()).weekly, **SAME
    )


def test_records_are_read_the_same_without_compilation():
    """Numba reads a field of any record as an attribute, numpy only those of `numpy.record`."""
    kinds = {name: kind for name, kind in vars(layout).items() if isinstance(kind, np.dtype)}
    assert {"LEAD", "STAY", "CELL", "FRAME", "SCALARS"} <= kinds.keys()
    assert [name for name, kind in kinds.items() if kind.type is not np.record] == []
