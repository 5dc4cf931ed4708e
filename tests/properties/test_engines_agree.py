"""Two engines, one model: the compiled engine tells the same events as the reference, in the same order, to the byte."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations import engine, reference
from simulations.calendar import HOUR
from simulations.journal import first_difference
from simulations.scenario.customers import (
    DealValue,
    Inbound,
    Market,
    Prospecting,
    Referrals,
    Silence,
    Sources,
    Stage,
)
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Change, Custom, QuarterEnd, Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import Calendar, Reviews, SeatGroup, Team, Work
from simulations.scenario.quarter import Push
from simulations.scenario.records import Horizon, Switches

SHAPES = st.sampled_from(["gamma", "lognormal", "fixed"])
CONFIGURED = settings()
EXAMPLES = max(50, CONFIGURED.max_examples // 2)  # 50 in the ordinary tests, 500 in the deep ones


def stage(number: int) -> st.SearchStrategy[Stage]:
    """Return a stage; fixed and zero durations make events of the same second, where the order decides."""
    return st.builds(
        Stage,
        name=st.just(f"S{number}"),
        effort_hours=st.sampled_from([0.0, 0.5, 1.0, 2.7]),
        effort_cv=st.sampled_from([0.0, 0.5, 1.0]),
        effort_shape=SHAPES,
        reply_days=st.sampled_from([0.0, 1.0, 7.0, 13.3]),
        reply_cv=st.sampled_from([0.0, 0.7, 1.2]),
        reply_shape=SHAPES,
        advance_probability=st.sampled_from([0.0, 0.35, 0.8, 1.0]),
    )


stages = st.integers(1, 6).flatmap(lambda count: st.tuples(*(stage(number) for number in range(count))))
groups = st.lists(
    st.builds(
        SeatGroup,
        seats=st.integers(1, 2),
        selling_hours_per_week=st.sampled_from([20.0, 26.5, 40.0]),
        prospecting_hours_per_week=st.sampled_from([0.0, 5.0, 9.3]),
        win_logit=st.sampled_from([-0.4, 0.0, 0.3]),
        hired=st.sampled_from(
            [None, None, *(Calendar().year_start + timedelta(weeks=week) for week in (-1, 0, 20))]
        ),
        ramp_weeks=st.sampled_from([0.0, 10.0]),
        absence_weeks_per_year=st.sampled_from([0.0, 6.0, 20.0]),
        attrition_per_year=st.sampled_from([0.0, 0.3, 0.9]),
        backfill_weeks=st.sampled_from([1, 5]),
    ),
    min_size=1,
    max_size=2,
).map(lambda items: tuple(item.model_copy(update={"name": f"G{i}"}) for i, item in enumerate(items)))
streams = st.lists(
    st.builds(
        Inbound,
        leads_per_week=st.sampled_from([0.0, 1.0, 6.0]),
        qualify_hours=st.sampled_from([0.0, 0.5]),
        monthly_season=st.sampled_from([(1.0,) * 12, tuple(0.5 + month / 12 for month in range(12))]),
        response_exponent=st.sampled_from([0.0, 0.69]),
        response_tau_hours=st.sampled_from([0.063, 4.0]),
    ),
    max_size=3,
).map(lambda items: tuple(item.model_copy(update={"name": f"I{i}"}) for i, item in enumerate(items)))
sources = st.builds(
    Sources,
    prospecting=st.builds(
        Prospecting, leads_per_hour=st.sampled_from([0.1, 0.6]), qualify_hours=st.sampled_from([0.0, 0.5])
    ),
    inbound=streams,
    referrals=st.builds(
        Referrals,
        ask_rate_win=st.sampled_from([0.3, 0.9]),
        ask_rate_meeting=st.sampled_from([0.0, 0.4]),
        introductions=st.sampled_from([0.5, 1.0]),
        delay_days=st.sampled_from([0.01, 20.0]),
        delay_cv=st.sampled_from([0.0, 1.0]),
    ),
)
switches = st.builds(Switches, **dict.fromkeys(Switches.model_fields, st.booleans()))
cadences = st.one_of(
    st.just(Steady()),
    st.builds(
        Sawtooth,
        weeks_on=st.integers(2, 8),
        weeks_off=st.integers(0, 6),
        phase=st.sampled_from(["team", "rep"]),
        allow_unequal_hours=st.just(True),  # noqa: FBT003 - a field's value
    ),
    st.builds(Reactive, start_below=st.sampled_from([0.3, 0.8]), stop_above=st.sampled_from([0.8, 1.4])),
    st.builds(Custom, hours_by_week=st.lists(st.floats(0, 12), min_size=1, max_size=8).map(tuple)),
    st.builds(
        QuarterEnd,
        weeks_off=st.integers(1, 13),
        allow_unequal_hours=st.just(True),  # noqa: FBT003 - a field's value
    ),
)
#: What `values` of a change may set, beside what has a key of its own.
VALUES = {
    "sources.prospecting.leads_per_hour": 0.4,
    "sources.referrals.ask_rate_meeting": 0.3,
    "sources.referrals.delay_days": 5.0,
    "stages[S0].effort_hours": 0.25,
    "stages[S0].reply_cv": 0.3,
    "deal_value.mean": 5_000.0,
    "silence.max_follow_ups": 2,
    "silence.follow_up_every_days": 3.0,
    "reviews.disqualify_after_days": 9.0,
    "reviews.review_hours": 1.5,
    "market.persistence_weeks": 4.0,
    "market.yearly_cv": 0.3,
    "work.block_startup_minutes": 10.0,
    "quarter_end.push_weeks": 3,
    "quarter_end.discount": 0.4,
    "team.groups[G0].win_logit": 0.7,
    "team.groups[G0].absence_weeks_per_year": 12.0,
    "team.groups[G0].attrition_per_year": 0.8,
    "team.groups[G0].ramp_weeks": 3.0,
    "team.groups[G0].backfill_weeks": 2,
    "team.handover_days": 2,
    "team.handover_logit": -2.0,
    "targets.yearly_quota_per_rep": 900_000,
}
changes = st.builds(
    lambda week, cadence, first, last, values: Change(
        start=Calendar().year_start + timedelta(weeks=week),
        cadence=cadence,
        advance_probability={"S0": first},
        staleness_logit_per_day=0.05,
        selling_hours_per_week=last,
        values=values,
    ),
    st.integers(1, 50),
    st.one_of(st.none(), cadences),
    st.sampled_from([0.2, 0.9]),
    st.sampled_from([None, 30.0]),
    st.lists(st.sampled_from(sorted(VALUES)), max_size=6, unique=True).map(
        lambda paths: {path: VALUES[path] for path in paths}
    ),
)
given_deal = st.builds(
    lambda age, there, waited, silent, seat, source: OpenDeal(
        stage="S0",
        amount=1_234.5,
        age_days=age,
        days_in_stage=age * there,
        days_waited=None if silent or waited is None else age * there * waited,
        silent=silent,
        source=source,
        seat=seat,
    ),
    st.sampled_from([0.0, 3.0, 80.0]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([None, 0.0, 0.5, 1.0]),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.sampled_from(["prospecting", "referral"]),
)
scenarios = st.builds(
    Scenario,
    unit=st.sampled_from(["amount", "deals"]),
    team=st.builds(
        Team,
        groups=groups,
        handover_days=st.sampled_from([1, 3, 7]),
        handover_logit=st.sampled_from([-0.5, 0.0]),
    ),
    sources=sources,
    stages=stages,
    deal_value=st.builds(DealValue, shape=SHAPES, cv=st.sampled_from([0.0, 1.0])),
    work=st.builds(
        Work,
        queue=st.sampled_from(["latest_stage_first", "oldest_first", "highest_value_first"]),
        first_answer=st.sampled_from(["first", "queued"]),
        block_startup_minutes=st.sampled_from([0.0, 20.0, 90.0]),
        distraction_share=st.sampled_from([0.0, 0.1]),
        unprotected_distraction_share=st.sampled_from([0.15, 1.0]),
        protected_blocks=st.booleans(),
    ),
    silence=st.builds(
        Silence,
        silent_given_not_advanced=st.sampled_from([0.3, 1.0]),
        follow_up_every_days=st.sampled_from([7.0, 14.0]),
        revival_probability=st.sampled_from([0.0, 0.3]),
        max_follow_ups=st.integers(0, 4),
    ),
    reviews=st.builds(Reviews, disqualify_after_days=st.sampled_from([7.0, 20.0, 45.0])),
    quarter_end=st.builds(
        Push,
        push_weeks=st.sampled_from([0, 0, 2, 13]),
        discount=st.sampled_from([0.0, 0.1, 1.0]),
        pull_in_logit=st.sampled_from([-0.5, 0.0, 1.0]),
        pull_in_days=st.sampled_from([0.0, 10.0, 30.0]),
    ),
    market=st.builds(Market, week_cv=st.sampled_from([0.3, 0.7])),
    calendar=st.builds(
        Calendar, working_days_per_week=st.sampled_from([5, 7]), fiscal_year_start_month=st.integers(1, 3)
    ),
    horizon=st.builds(
        Horizon,
        warm_up_weeks=st.sampled_from([1, 5]),
        years=st.sampled_from([1, 1, 2]),
        run_off=st.sampled_from([2, "until_closed"]),
    ),
    switches=switches,
    changes=st.one_of(st.just(()), st.tuples(changes)),
    open_deals=st.one_of(st.just(()), st.lists(given_deal, max_size=12).map(tuple)),
)


def check(scenario: Scenario, cadence: object, seed: int, replication: int = 0) -> None:
    """Ask that both engines tell the same."""
    told, meant = (
        simulate(scenario, cadence, seed, replication) for simulate in (engine.simulate, reference.simulate)
    )
    found = first_difference(told, meant)
    assert not found, found


@settings(max_examples=EXAMPLES)
@given(scenarios, cadences, st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_both_engines_tell_the_same_events(scenario, cadence, seed, replication):
    check(scenario, cadence, seed, replication)


@pytest.mark.parametrize("cadence", [Steady(), Sawtooth(), Reactive()], ids=lambda cadence: cadence.kind)
def test_both_engines_agree_on_the_default_team(cadence):
    check(Scenario(), cadence, 20_260_105)


def test_both_engines_agree_on_given_hours():
    """*Steady at its own hours*: seconds of each seat, spread over the year."""
    scenario = Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=Horizon(warm_up_weeks=2, run_off=2))
    own = (500 * HOUR + 7, 300 * HOUR + 1)
    told, meant = (
        simulate(scenario, Steady(), 3, 4, own) for simulate in (engine.simulate, reference.simulate)
    )
    assert not first_difference(told, meant)


def test_a_run_that_needs_more_room_is_run_again():
    """A thousand deals wait in one seat's queue: far more than its tables hold at first."""
    crowded = Scenario(
        team=Team(groups=(SeatGroup(seats=1, selling_hours_per_week=20, prospecting_hours_per_week=10),)),
        sources=Sources(inbound=(Inbound(leads_per_week=150),)),
        horizon=Horizon(warm_up_weeks=2, run_off=2),
    )
    check(crowded, Steady(), 5)
