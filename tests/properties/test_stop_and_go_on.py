"""A run that stops at a week's end and goes on later is, to the byte, the run that never stopped."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations import engine, reference
from simulations.calendar import timeline
from simulations.journal import digest, first_difference
from simulations.plan import make_plan
from simulations.scenario.customers import Inbound, Sources
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Change, QuarterEnd, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

GROUP = SeatGroup(seats=2, absence_weeks_per_year=5, attrition_per_year=0.6, backfill_weeks=3)
BUSY = Scenario(
    team=Team(groups=(GROUP, SeatGroup(name="new", seats=1, hired=Scenario().calendar.year_start))),
    sources=Sources(inbound=(Inbound(leads_per_week=5), Inbound(name="fair"))),
    horizon=Horizon(warm_up_weeks=5, run_off=4),
)
CADENCES = st.sampled_from([Steady(), Sawtooth(), Reactive(), QuarterEnd(allow_unequal_hours=True)])


def told(scenario, cadence, seed, stops):
    """Return the journal of a run that stops after so many weeks, each part on a machine of its own."""
    machine = engine.Machine(make_plan(scenario))
    machine.run(cadence, seed, 0, keep_journal=True, weeks=stops[0] if stops else None)
    for stop in [*stops[1:], None] if stops else []:
        saved = machine.save()
        machine = engine.Machine(make_plan(scenario))
        machine.resume(saved, stop)
    return machine.journal()


@settings(max_examples=15)
@given(
    CADENCES,
    st.integers(0, 2**64 - 1),
    st.lists(st.integers(1, 60), min_size=1, max_size=4).map(sorted),
    st.booleans(),
    st.sampled_from([4, "until_closed"]),
)
def test_stopping_changes_nothing(cadence, seed, stops, contention, run_off):
    scenario = BUSY.model_copy(
        update={
            "switches": Switches(contention=contention),
            "horizon": Horizon(warm_up_weeks=5, run_off=run_off),
            "open_deals": (OpenDeal(stage="Proposal", amount=100.0, age_days=9),),
        }
    )
    found = first_difference(told(scenario, cadence, seed, stops), told(scenario, cadence, seed, []))
    assert not found, found


@settings(max_examples=10)
@given(
    CADENCES,
    st.integers(0, 2**64 - 1),
    st.lists(st.integers(1, 70), min_size=1, max_size=3).map(sorted),
    st.sampled_from([4, "until_closed"]),
)
def test_the_reference_stops_where_the_engine_does_and_goes_on_as_it_does(cadence, seed, stops, run_off):
    scenario = BUSY.model_copy(update={"horizon": Horizon(warm_up_weeks=5, run_off=run_off)})
    run, machine = reference.Run(scenario, cadence, seed, 0), engine.Machine(make_plan(scenario))
    for stop in [*stops, None]:
        machine.run(cadence, seed, 0, keep_journal=True, weeks=stop)
        found = first_difference(run.go_on(stop), machine.journal())
        assert not found, found
    assert digest(run.go_on()) == digest(reference.simulate(scenario, cadence, seed, 0))


def test_a_stopped_run_has_come_to_its_week_and_no_further():
    machine = engine.Machine(make_plan(BUSY))
    machine.run(Steady(), 3, 0, keep_journal=True, weeks=12)
    week = 7 * 86_400
    assert 11 * week < machine.journal()["time"].max() <= 12 * week
    assert machine.save().week == 12


def test_a_saved_run_can_be_gone_on_with_twice():
    machine = engine.Machine(make_plan(BUSY))
    machine.run(Sawtooth(), 3, 0, keep_journal=True, weeks=30)
    saved = machine.save()
    ends = []
    for _ in range(2):
        machine.resume(saved)
        ends.append(digest(machine.journal()))
    assert ends[0] == ends[1] == digest(told(BUSY, Sawtooth(), 3, []))


def test_a_run_without_a_journal_is_gone_on_with_too():
    whole, parts = (engine.Machine(make_plan(BUSY)) for _ in range(2))
    whole.run(Reactive(), 4, 2, keep_journal=False)
    parts.run(Reactive(), 4, 2, keep_journal=False, weeks=33)
    parts.resume(parts.save())
    assert whole.leads_made() == parts.leads_made()
    kept = [machine.save().tables["deals"] for machine in (whole, parts)]
    assert (kept[0]["closed_at"] == kept[1]["closed_at"]).all()


def test_another_future_can_be_tried_from_a_week_on():
    """What changes from that week on is as if the whole run had been made with it."""
    stop = 25
    start = timeline(BUSY).date_of(stop * 7)
    change = Change(
        start=start,
        values={"sources.prospecting.leads_per_hour": 0.9},
        cadence=Sawtooth(weeks_on=3, weeks_off=2, allow_unequal_hours=True),
    )
    changed = BUSY.model_copy(update={"changes": (change,)})
    machine = engine.Machine(make_plan(BUSY))
    machine.run(Steady(), 8, 0, keep_journal=True, weeks=stop)
    other = engine.Machine(make_plan(changed))
    other.resume(machine.save())
    assert digest(other.journal()) == digest(told(changed, Steady(), 8, []))
    assert digest(other.journal()) != digest(told(BUSY, Steady(), 8, []))
    assert start - timedelta(weeks=20) == BUSY.calendar.year_start


def test_a_saved_run_that_needs_more_room_is_given_it():
    """It goes on in tables that are too small for it, and later needs more than it was saved with."""
    crowded = BUSY.model_copy(
        update={
            "sources": Sources(inbound=(Inbound(leads_per_week=150),)),
            "team": Team(groups=(SeatGroup(seats=1),)),
        }
    )
    for stop in (4, 30):
        assert digest(told(crowded, Steady(), 5, [stop])) == digest(told(crowded, Steady(), 5, []))


def test_a_run_of_another_team_is_refused():
    machine = engine.Machine(make_plan(BUSY))
    machine.run(Steady(), 3, 0, keep_journal=True, weeks=3)
    other = engine.Machine(make_plan(Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=BUSY.horizon)))
    with pytest.raises(ValueError, match="other seats or weeks"):
        other.resume(machine.save())


def test_saving_takes_copies():
    machine = engine.Machine(make_plan(BUSY))
    machine.run(Steady(), 3, 0, keep_journal=True, weeks=20)
    saved = machine.save()
    before = saved.tables["deals"].tobytes()
    machine.run(Steady(), 4, 0, keep_journal=True)
    assert saved.tables["deals"].tobytes() == before
    assert np.shares_memory(saved.tables["deals"], machine.save().tables["deals"]) is False
