"""Leavers, those who follow them, and what becomes of their deals."""

from datetime import date

import numpy as np
import pytest

from simulations import engine
from simulations.calendar import DAY, timeline
from simulations.journal import Kind, digest
from simulations.plan import make_plan
from simulations.regime import weekly_chance
from simulations.scenario.customers import Inbound, Sources
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches
from simulations.staffing import ALWAYS, NOBODY, staffing_of

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


# Attrition, backfill, hand-over.

LEAVING = SeatGroup(seats=3, attrition_per_year=0.6, backfill_weeks=6, ramp_weeks=20)


def test_leavers_come_at_their_yearly_rate():
    """Of 2,000 seats the share that 52 weeks leave untouched, within 4 standard errors."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=2_000, attrition_per_year=0.3),)),
        horizon=Horizon(warm_up_weeks=1, run_off=1),
    )
    table = staff(scenario).table
    stayed = (table["tenure"][:, :53] == 0).all(axis=1).mean()
    assert stayed == pytest.approx(0.7, abs=4 * np.sqrt(0.7 * 0.3 / 2_000))
    assert weekly_chance(0.3) == pytest.approx(1 - 0.7 ** (1 / 52))
    assert weekly_chance(0.0) == 0.0


def test_an_empty_seat_stays_empty_for_its_backfill_and_its_next_holder_starts_anew():
    drawn = staff(team(LEAVING))
    for row in drawn.table:
        tenure = row["tenure"]
        left = np.flatnonzero((tenure[1:] == NOBODY) & (tenure[:-1] != NOBODY)) + 1
        for week in left:
            assert (tenure[week : week + 6] == NOBODY).all()
            if week + 6 < tenure.size:
                assert tenure[week + 6] == tenure[week - 1] + 1
                assert row["since"][week + 6] == 0
    assert (drawn.table["tenure"] > 0).any()
    assert (drawn.table["works"][drawn.table["tenure"] == NOBODY] == 0).all()
    assert drawn.table["since"][0, 0] == ALWAYS


def test_an_empty_seat_finds_gets_and_does_nothing():
    scenario = team(LEAVING)
    events = told(scenario)
    empty = staff(scenario).table["tenure"] == NOBODY
    assert empty.sum() > 5
    there = events[np.isin(events["kind"], (Kind.PROSPECTED, Kind.REVIEWED, Kind.WORK_DAY, Kind.STARTED))]
    assert not empty[there["seat"], there["time"] // WEEK].any()
    leads = of(events, Kind.LEAD)
    dealt = leads[leads["birth"] >> np.uint64(62) == 1]
    assert not empty[dealt["seat"], dealt["time"] // WEEK].any()


def test_the_next_holder_has_customers_of_their_own():
    scenario = team(LEAVING)
    leads = of(told(scenario), Kind.LEAD)
    found = leads[leads["birth"] >> np.uint64(62) == 0]
    tenure = (found["birth"] >> np.uint64(38)) & np.uint64(255)
    table = staff(scenario).table
    # What the last block of a week finds may appear in its last second, never after it.
    assert (tenure == table["tenure"][found["seat"], found["time"] // WEEK]).all()
    assert tenure.max() > 0


def hand_overs(events):
    return of(events, Kind.HANDED_OVER)


def test_a_leavers_deals_pass_to_the_seat_with_the_fewest():
    """Told again from the journal: in the order of birth keys, each to whoever is there with the fewest open."""
    scenario = team(LEAVING, handover_days=9)
    events, drawn = told(scenario), staff(scenario)
    holder, opened = {}, {}
    passed = 0
    for row in events:
        birth, seat, kind = int(row["birth"]), int(row["seat"]), int(row["kind"])
        if kind == Kind.OPENED:
            holder[birth] = seat
        elif kind in (Kind.WON, Kind.LOST, Kind.NO_DECISION, Kind.DISQUALIFIED):
            del holder[birth]
        elif kind == Kind.HANDED_OVER:
            day = int(row["time"]) // DAY
            counts = {s: sum(owner == s for owner in holder.values()) for s in drawn.present(day)}
            assert seat == min(counts, key=lambda s: (counts[s], s))
            assert opened.setdefault(int(row["time"]), -1) < birth
            opened[int(row["time"])] = birth
            if birth in holder:
                assert holder[birth] == row["value"]
                holder[birth] = seat
            passed += 1
    assert passed > 20
    assert {(hand_over.day * DAY, hand_over.seat) for hand_over in drawn.hand_overs} >= {
        (int(row["time"]), int(row["value"])) for row in hand_overs(events)
    }


def test_until_they_pass_deals_stay_still_and_keep_their_luck():
    """Whatever else differs: the effort of a stage visit is that of the customer."""
    passing, staying = told(team(LEAVING)), told(team(SeatGroup(seats=3)))

    def efforts(events):
        rows = of(events, Kind.WORKED)
        rows = rows[rows["stage"] >= 0]
        return {(int(r["birth"]), int(r["stage"]), int(r["visit"])): float(r["value"]) for r in rows}

    one, two = efforts(passing), efforts(staying)
    both = one.keys() & two.keys()
    moved = set(hand_overs(passing)["birth"].tolist())
    assert len({key for key in both if key[0] in moved}) > 10
    assert all(one[key] == two[key] for key in both)


def test_where_nobody_is_there_the_deals_wait_for_the_next_holder():
    scenario = team(SeatGroup(seats=1, attrition_per_year=0.9, backfill_weeks=5))
    events = told(scenario)
    passed = hand_overs(events)
    assert passed.size > 3
    assert (passed["seat"] == 0).all()
    worked = of(events, Kind.WORKED)
    assert set(passed["birth"].tolist()) & set(worked["birth"].tolist())


def test_a_hand_over_costs_wins():
    """With a logit of -20 what is handed over is never won; with 20 in place it always advances."""
    for logit, sign in ((-20.0, 0), (20.0, 1)):
        scenario = team(LEAVING, handover_logit=logit).model_copy(
            update={"switches": Switches(staleness=False)}
        )
        events = told(scenario)
        since = {int(row["birth"]): int(row["time"]) for row in hand_overs(events)}
        ends = events[np.isin(events["kind"], (Kind.WON, Kind.LOST, Kind.ADVANCED))]
        decided = [row for row in ends if since.get(int(row["birth"]), 1 << 60) < row["time"]]
        assert len(decided) > 5
        good = [row["kind"] != Kind.LOST for row in decided]
        assert all(good) if sign else not any(good)


def test_nobody_leaves_or_is_absent_unless_told_and_the_switches_turn_it_off():
    plain = digest(told(team(SeatGroup(seats=2))))
    for name, terms in (
        ("absence", {"absence_weeks_per_year": 9}),
        ("attrition", {"attrition_per_year": 0.9}),
    ):
        scenario = team(SeatGroup(seats=2, **terms))
        assert digest(told(scenario)) != plain
        off = scenario.model_copy(update={"switches": Switches(**{name: False})})
        assert digest(told(off)) == plain


def test_inbound_leads_go_nowhere_where_nobody_is_there():
    scenario = team(SeatGroup(seats=1, hired=START)).model_copy(
        update={"sources": Sources(inbound=(Inbound(leads_per_week=20),))}
    )
    events = told(scenario)
    assert events["time"].min() >= timeline(scenario).year_start_day * DAY


def test_deals_pass_before_the_seat_is_filled_again(tmp_path):
    from simulations.errors import BadInput
    from simulations.scenario_file import load_scenario

    path = tmp_path / "team.yaml"
    path.write_text("team:\n  handover_days: 15\n  groups:\n    - backfill_weeks: 2\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"team.handover_days: found '15'; must be at most 14"):
        load_scenario(path)
