"""No two draws of a run share a key: counted from the journal of a company, coming and going included."""

from datetime import date

import numpy as np
import pytest

from simulations import engine
from simulations import randomness as rnd
from simulations.calendar import WEEK_DAYS
from simulations.journal import Kind
from simulations.plan import make_plan
from simulations.scenario.customers import Inbound, Referrals, Silence, Sources
from simulations.scenario.model import Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.staffing import NOBODY, staffing_of

SEED, REPLICATION = 20_260_105, 3
KEY = np.dtype([("birth", np.uint64), ("visit", np.int64), ("purpose", np.int64), ("attempt", np.int64)])
#: Of events of a lead or opportunity: what is drawn in the visit that the event belongs to ...
BY_VISIT = {
    Kind.READY: (rnd.EFFORT, rnd.REPLY, rnd.DECISION),
    Kind.SILENT: (rnd.SILENCE,),
    Kind.LOST: (rnd.SILENCE,),
}
#: ... and what once in its life, with its attempt.
ONCE = {
    Kind.LEAD: ((rnd.QUALIFY, 0),),
    Kind.OPENED: ((rnd.AMOUNT, 0), (rnd.ASK, 1), (rnd.INTRODUCTIONS, 1)),
    Kind.WON: ((rnd.ASK, 0), (rnd.INTRODUCTIONS, 0)),
}
#: Of a lead, by its source.
ARRIVING = {rnd.PROSPECTING: rnd.GAP, rnd.INBOUND: rnd.GAP, rnd.REFERRAL: rnd.INTRODUCTION_DELAY}


def company(seats):
    """Return a company with two groups, two streams of inbound leads, introductions asked for twice, and changing reps."""
    groups = (
        SeatGroup(
            seats=seats - seats // 4, absence_weeks_per_year=6, attrition_per_year=0.5, backfill_weeks=4
        ),
        SeatGroup(name="new", seats=seats // 4, hired=date(2026, 2, 2), attrition_per_year=0.3),
    )
    inbound = (Inbound(leads_per_week=seats / 4), Inbound(name="events", leads_per_week=seats / 8))
    return Scenario(
        team=Team(groups=groups),
        sources=Sources(inbound=inbound, referrals=Referrals(ask_rate_win=0.6, ask_rate_meeting=0.2)),
        silence=Silence(revival_probability=0.2),
        horizon=Horizon(warm_up_weeks=13, run_off=8),
    )


def of_events(events):
    """Return the keys of everything that is drawn about leads and opportunities."""
    found = []
    for kind, purposes in BY_VISIT.items():
        rows = events[events["kind"] == kind]
        found += [keys(rows["birth"], purpose, rows["visit"]) for purpose in purposes]
    for kind, draws in ONCE.items():
        births = events["birth"][events["kind"] == kind]
        found += [keys(births, purpose, attempt=attempt) for purpose, attempt in draws]
    births = events["birth"][events["kind"] == Kind.LEAD]
    for source, purpose in ARRIVING.items():
        found.append(keys(births[births >> np.uint64(62) == source], purpose))
    tried = events[np.isin(events["kind"], (Kind.FOLLOW_UP_READY,))]
    found.append(keys(tried["birth"], rnd.REVIVAL, tried["visit"], tried["value"].astype(np.int64)))
    return found


def of_surroundings(plan):
    """Return the keys of the market's weeks, the phases, the absences and the leaving, and one score of each inbound lead."""
    weeks, seats = range(-(-plan.timeline.end_day // WEEK_DAYS)), range(plan.seats)
    market = [rnd.environment_birth(rnd.SERIES_MARKET, 0, week) for week in weeks]
    phase = [rnd.environment_birth(rnd.SERIES_PHASE, seat, 0) for seat in seats]
    table = staffing_of(plan, SEED, REPLICATION).table
    at = [(seat, week) for seat in seats for week in weeks if table[seat, week]["tenure"] != NOBODY]
    absent = [rnd.environment_birth(rnd.SERIES_ABSENCE, *place) for place in at]
    leaving = [rnd.environment_birth(rnd.SERIES_ATTRITION, *place) for place in at]
    tenure = np.array([table[place]["tenure"] for place in at])
    return [
        keys(market, rnd.MARKET_SLOW), keys(market, rnd.MARKET_WEEK), keys(phase, rnd.PHASE),
        keys(absent, rnd.ABSENCE), keys(leaving, rnd.LEAVING, tenure),
    ]  # fmt: skip


def dealt(events, plan):
    """Return the keys of the scores by which an inbound lead is dealt: one for every seat."""
    births = events["birth"][events["kind"] == Kind.LEAD]
    inbound = births[births >> np.uint64(62) == rnd.INBOUND][:500]
    seats = np.arange(plan.seats)
    return keys(
        np.repeat(inbound, seats.size), rnd.DEALING, np.tile(seats >> 16 & 255, inbound.size),
        np.tile(seats & 65_535, inbound.size),
    )  # fmt: skip


def keys(births, purpose, visit=0, attempt=0):
    found = np.empty(len(births), dtype=KEY)
    found["birth"], found["visit"], found["purpose"], found["attempt"] = births, visit, purpose, attempt
    return found


def packed(live):
    """Return the words that the cipher is given: the birth key, and the rest as `word_pair` puts it together."""
    rest = live["visit"].astype(np.uint64) << np.uint64(24) | live["purpose"].astype(np.uint64) << np.uint64(
        16
    )
    return live["birth"], rest | live["attempt"].astype(np.uint64)


def doubles(live):
    """Return how many keys are not the only ones of their words."""
    birth, rest = packed(live)
    order = np.lexsort((rest, birth))
    same = (birth[order][1:] == birth[order][:-1]) & (rest[order][1:] == rest[order][:-1])
    return int(same.sum())


def live_keys(seats):
    scenario = company(seats)
    plan = make_plan(scenario)
    machine = engine.Machine(plan)
    machine.run(
        Sawtooth(weeks_on=8, weeks_off=6, allow_unequal_hours=True), SEED, REPLICATION, keep_journal=True
    )
    events = machine.rows()
    return np.concatenate([*of_events(events), *of_surroundings(plan), dealt(events, plan)])


def check(live, seats):
    assert live.size > 1_500 * seats
    for name, bits in (("visit", 8), ("purpose", 8), ("attempt", 16)):
        assert live[name].min() >= 0, name
        assert live[name].max() < 1 << bits, name
    # Most of what can happen has happened, or nothing would be shown.
    assert set(live["purpose"]) == set(range(rnd.GAP, rnd.LEAVING + 1)) - {rnd.LINEAGE}
    assert live["visit"].max() >= 6
    assert doubles(live) == 0


@pytest.fixture(scope="module")
def team():
    return live_keys(40)


def test_no_two_draws_of_a_team_share_a_key(team):
    check(team, 40)


def test_a_key_that_forgets_the_visit_or_the_attempt_is_seen(team):
    """The seeded defects."""
    for name in ("visit", "attempt"):
        forgetful = team.copy()
        forgetful[name] = 0
        assert doubles(forgetful) > 1_000, name


@pytest.mark.deep
def test_no_two_draws_of_a_company_of_a_thousand_reps_share_a_key():
    check(live_keys(1_000), 1_000)
