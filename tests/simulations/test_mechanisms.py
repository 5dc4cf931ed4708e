"""Which mechanisms can act: what is called idle changes no booking, and what is not called so may."""

from datetime import date

import pytest

from simulations.mechanisms import BY_WAITING, MECHANISMS, acting, idle, switched_on, with_only
from simulations.plan import make_plan
from simulations.scenario.customers import Inbound, Market, Referrals, Silence, Sources
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Change, Sawtooth, Scenario
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches
from simulations.totals import totals_of

TERMS = {"horizon": Horizon(warm_up_weeks=12, run_off=12)}
TEAM = Team(groups=(SeatGroup(seats=2, selling_hours_per_week=22),))
LEAVING = Team(
    groups=(SeatGroup(seats=3, selling_hours_per_week=22, attrition_per_year=0.8, backfill_weeks=3),)
)
SLOW = Inbound(leads_per_week=6, response_exponent=0.69)
STILL = Market(yearly_cv=0, week_cv=0)
LATER = date(2026, 6, 1)

#: A scenario in which one mechanism cannot act, and the nearest in which it can.
PAIRS = {
    "staleness": (
        Scenario(team=TEAM, work=Work(staleness_logit_per_day=0), **TERMS),
        Scenario(
            team=TEAM, work=Work(staleness_logit_per_day=0), changes=(Change(start=LATER, staleness_logit_per_day=0.3),), **TERMS
        ),
    ),
    "silence and reviews": (
        Scenario(team=TEAM, silence=Silence(silent_given_not_advanced=0), switches=Switches(reviews=False), **TERMS),
        Scenario(team=TEAM, silence=Silence(silent_given_not_advanced=0), **TERMS),
    ),
    "market and ramp": (
        Scenario(team=TEAM, market=STILL, **TERMS),
        Scenario(team=LEAVING, market=STILL, **TERMS),
    ),
    "referrals": (
        Scenario(team=TEAM, sources=Sources(referrals=Referrals(ask_rate_win=0)), **TERMS),
        Scenario(team=TEAM, sources=Sources(referrals=Referrals(ask_rate_win=0, ask_rate_meeting=0.3)), **TERMS),
    ),
    "response": (
        Scenario(team=TEAM, sources=Sources(inbound=(SLOW,)), switches=Switches(inbound=False), **TERMS),
        Scenario(team=TEAM, sources=Sources(inbound=(SLOW,)), **TERMS),
    ),
}  # fmt: skip


def totals(scenario):
    return totals_of(scenario, [Sawtooth(weeks_on=4, weeks_off=2)], 6, 5, workers=1).tolist()


def without(scenario, name):
    return with_only(scenario, frozenset(MECHANISMS) - {name})


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_idle_changes_no_booking_and_what_acts_does(name):
    still, moved = PAIRS[name]
    assert name in idle(make_plan(still))
    assert totals(without(still, name)) == totals(still)
    assert name not in idle(make_plan(moved))
    assert totals(without(moved, name)) != totals(moved)


def test_nothing_is_idle_where_everything_is_told():
    busy = Scenario(team=LEAVING, sources=Sources(inbound=(SLOW,)), **TERMS)
    assert idle(make_plan(busy)) == frozenset()


def test_a_hire_ramps_also_where_nobody_leaves():
    hired = Team(groups=(SeatGroup(seats=1), SeatGroup(name="new", seats=1, hired=date(2026, 2, 2))))
    scenario = Scenario(team=hired, market=STILL, **TERMS)
    assert "market and ramp" not in idle(make_plan(scenario))
    assert totals(without(scenario, "market and ramp")) != totals(scenario)


@pytest.mark.parametrize("team", [TEAM, LEAVING])
def test_without_contention_nothing_waits_so_nothing_is_charged_for_waiting(team):
    """Exactly, also where deals are handed over: the attribution simulates such sets once."""
    scenario = Scenario(
        team=team,
        work=Work(staleness_logit_per_day=0.3, free_wait_days=0),
        sources=Sources(inbound=(SLOW,)),
        **TERMS,
    )
    plan = make_plan(scenario)
    others = frozenset(MECHANISMS) - BY_WAITING - {"contention"}
    assert acting(plan, others | BY_WAITING) == others
    assert totals(with_only(scenario, others | BY_WAITING)) == totals(with_only(scenario, others))
    whole = others | BY_WAITING | {"contention"}
    assert acting(plan, whole) == whole
    assert totals(with_only(scenario, whole)) != totals(with_only(scenario, whole - BY_WAITING))


def test_a_deal_that_waited_before_the_run_is_charged_for_it_without_contention():
    waited = OpenDeal(stage="Negotiation", amount=9_000, age_days=90, days_in_stage=80, days_waited=70)
    scenario = Scenario(
        team=TEAM,
        open_deals=(waited,) * 20,
        work=Work(staleness_logit_per_day=0.5),
        horizon=Horizon(run_off=4),
    )
    none = frozenset[str]()
    assert acting(make_plan(scenario), frozenset({"staleness"})) == {"staleness"}
    assert totals(with_only(scenario, frozenset({"staleness"}))) != totals(with_only(scenario, none))


def test_what_the_scenario_switches_off_is_not_on():
    off = Scenario(switches=Switches(market_slow=False, market_weeks=False, ramp=False, referrals=False))
    assert switched_on(off) == ("contention", "staleness", "silence and reviews", "response")
