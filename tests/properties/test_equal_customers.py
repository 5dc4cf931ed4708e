"""Equal hours meet equal customers: two cadences, the same set of birth keys, amounts and outcomes, in every replication."""

from __future__ import annotations

import pytest

from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.journal import Events, Kind
from simulations.randomness import MEETING_INTRODUCTIONS, REFERRAL, introduction_birth
from simulations.reference import simulate
from simulations.scenario.customers import Referrals, Sources
from simulations.scenario.model import QuarterEnd, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

TEAM = Team(groups=(SeatGroup(seats=2),))

EXACT = dict.fromkeys(("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False)
UNTIL_CLOSED = Horizon(warm_up_weeks=4, run_off="until_closed")


def customers(events: Events, year_end: int) -> set[tuple[int, float, int]]:
    """Return (birth key, amount, outcome) of every opportunity whose lead appeared before the year's end."""
    deals = deals_of(events)
    counted = (deals.appeared < year_end) & (deals.amount > 0)
    rows = zip(deals.birth[counted], deals.amount[counted], deals.outcome[counted], strict=True)
    return {(int(birth), float(amount), int(outcome)) for birth, amount, outcome in rows}


@pytest.mark.parametrize("off", [None, "contention", "silence", "inbound"])
def test_equal_hours_meet_equal_customers(off):
    """Steady and sawtooth: the same set of (birth key, amount, outcome), exactly, in 50 replications."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=1),)),
        horizon=UNTIL_CLOSED,
        switches=Switches(**EXACT, **({off: False} if off else {})),
    )
    end = timeline(scenario).year_end_day * DAY
    for replication in range(50):
        steady, wave = (
            customers(simulate(scenario, cadence, 7, replication), end) for cadence in (Steady(), Sawtooth())
        )
        assert steady == wave
        assert len(steady) > 40
        assert all(outcome for _, _, outcome in steady), "followed until closed"


@pytest.mark.parametrize("cadence", [Sawtooth(), QuarterEnd(weeks_off=4)], ids=lambda cadence: cadence.kind)
def test_absences_that_the_plan_knows_leave_the_customers_equal(cadence):
    """They move the hours of every cadence alike; where they fit, not one customer differs."""
    group = SeatGroup(seats=1, prospecting_hours_per_week=6, absence_weeks_per_year=5)
    scenario = Scenario(team=Team(groups=(group,)), horizon=UNTIL_CLOSED, switches=Switches(**EXACT))
    end = timeline(scenario).year_end_day * DAY
    for replication in range(10):
        steady, other = (
            customers(simulate(scenario, item, 7, replication), end) for item in (Steady(), cadence)
        )
        assert steady == other
        assert len(steady) > 20


def test_equal_hours_raise_equal_families():
    """With referrals on, the families of the year's leads, followed to extinction, are equal."""
    scenario = Scenario(
        team=TEAM,
        horizon=UNTIL_CLOSED,
        sources=Sources(referrals=Referrals(ask_rate_win=0.8, ask_rate_meeting=0.1, introductions=1.2)),
        switches=Switches(**{**EXACT, "referrals": True}),
    )
    end = timeline(scenario).year_end_day * DAY

    def families(events: Events) -> set[tuple[int, float, int]]:
        deals = deals_of(events)
        found = {
            int(birth)
            for birth, appeared in zip(deals.birth, deals.appeared, strict=True)
            if appeared < end and int(birth) >> 62 != REFERRAL
        }
        frontier = list(found)
        asked: dict[int, list[int]] = {}
        for row in events[events["kind"] == Kind.ASKED]:
            first = MEETING_INTRODUCTIONS if row["stage"] < 0 else 0
            asked.setdefault(int(row["birth"]), []).extend(range(first, first + int(row["value"])))
        while frontier:
            parent = frontier.pop()
            for index in asked.get(parent, ()):
                child = introduction_birth(parent, index)
                found.add(child)
                frontier.append(child)
        rows = zip(deals.birth, deals.amount, deals.outcome, strict=True)
        return {
            (int(birth), float(amount), int(outcome))
            for birth, amount, outcome in rows
            if int(birth) in found
        }

    for replication in range(20):
        steady, wave = (
            families(simulate(scenario, item, 11, replication)) for item in (Steady(), Sawtooth())
        )
        assert steady == wave
        assert any(birth >> 62 == REFERRAL for birth, _, _ in steady)
