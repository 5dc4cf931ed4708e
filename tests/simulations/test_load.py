"""The work offered to the reps: worked out on paper, and against what the model does when nothing waits."""

import numpy as np
import pytest

from simulations.load import offered_load
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.reference import simulate
from simulations.scenario.customers import Prospecting, Referrals, Silence, Sources, Stage
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches

ALONE = Switches(inbound=False, referrals=False, silence=False, reviews=False)


def _scenario(**other):
    """One seat of 40 hours, 10 of them prospecting: 5 leads a week, half of them qualify, half of those advance."""
    terms = Prospecting(leads_per_hour=0.5, qualify_probability=0.5, qualify_hours=1.0)
    stages = tuple(
        Stage(name=name, effort_hours=2.0, reply_days=7, advance_probability=0.5)
        for name in ("Talk", "Offer")
    )
    group = SeatGroup(seats=1, selling_hours_per_week=40, prospecting_hours_per_week=10)
    return Scenario(
        **{
            "team": Team(groups=(group,)),
            "sources": Sources(prospecting=terms, inbound=()),
            "stages": stages,
            "switches": ALONE,
            **other,
        }
    )


def test_prospecting_qualifying_and_stage_work_add_up():
    """10 + 5 x 1 + 2.5 x (2 + 1/2 x 2) = 22.5 of 40 hours."""
    assert offered_load(make_plan(_scenario())) == pytest.approx(22.5 / 40)


def test_silent_customers_cost_their_follow_ups():
    """Half of what does not advance is chased three times for half an hour, none revives."""
    silence = Silence(
        silent_given_not_advanced=0.5, follow_up_hours=0.5, revival_probability=0.0, max_follow_ups=3
    )
    silent = ALONE.model_copy(update={"silence": True})
    load = offered_load(make_plan(_scenario(silence=silence, switches=silent)))
    chased = 2.5 * (0.25 + 0.5 * 0.25) * 3 * 0.5
    assert load == pytest.approx((22.5 + chased) / 40)


def test_introductions_multiply():
    """Each win leads to one introduction, which always qualifies and wins one time in four: 1 / (1 - 1/4) of them."""
    asked = Referrals(
        ask_rate_win=1.0, introductions=1.0, qualify_probability=1.0, qualify_hours=1.0, win_logit=0.0
    )
    scenario = _scenario(switches=ALONE.model_copy(update={"referrals": True}))
    sources = scenario.sources.model_copy(update={"referrals": asked})
    load = offered_load(make_plan(scenario.model_copy(update={"sources": sources})))
    introduced = 2.5 / 4 / (1 - 1 / 4)
    assert load == pytest.approx((22.5 + introduced * (1 + 3)) / 40)


def test_introductions_of_meetings_multiply_too():
    """Each opportunity leads to one introduction in the mean, each of which is one with 1/2: 1 / (1 - 1/2) of them."""
    asked = Referrals(
        ask_rate_win=0.0,
        ask_rate_meeting=1.0,
        introductions=1.0,
        qualify_probability=0.5,
        qualify_hours=1.0,
        win_logit=0.0,
    )
    scenario = _scenario(switches=ALONE.model_copy(update={"referrals": True}))
    sources = scenario.sources.model_copy(update={"referrals": asked})
    load = offered_load(make_plan(scenario.model_copy(update={"sources": sources})))
    introduced = 2.5 / (1 - 1 / 2)
    assert load == pytest.approx((22.5 + introduced * (1 + 0.5 * 3)) / 40)


def test_startup_and_distraction_find_fewer_leads():
    """Of a block of two hours 24 minutes are lost, and a quarter of the rest: 60% of the leads."""
    work = Work(block_startup_minutes=24, distraction_share=0.25, unprotected_distraction_share=0.25)
    load = offered_load(make_plan(_scenario(work=work)))
    assert load == pytest.approx((10 + 0.6 * 12.5) / 40)


def test_the_load_is_what_reps_are_seen_to_work():
    """Four years of eight reps, with all mechanisms on but those the formula leaves out: within 5% (noise about 2%)."""
    switches = Switches(staleness=False, market_slow=False, market_weeks=False)
    scenario = Scenario(switches=switches, horizon=Horizon(warm_up_weeks=52, run_off=1))
    plan = make_plan(scenario)
    years = [measure(plan, simulate(scenario, Steady(), 3, number)).scalars for number in range(4)]
    busy = ("prospecting_hours", "review_hours", "selling_hours")
    worked = np.mean([sum(year[name] for name in busy) for year in years])
    idle = np.mean([year["idle_hours"] for year in years])
    assert offered_load(plan) == pytest.approx(worked / (worked + idle), rel=0.05)
