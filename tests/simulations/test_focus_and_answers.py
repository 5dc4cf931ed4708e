"""Start-up minutes, distraction, slow first answers, asks at meetings: which way each moves a year, and where it stops."""

import numpy as np
import pytest

from simulations import engine, rules
from simulations.calendar import DAY, HOUR
from simulations.journal import Kind, digest
from simulations.randomness import REFERRAL, introduction_birth
from simulations.scenario.customers import Inbound, Prospecting, Referrals, Sources
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team, Work
from simulations.scenario.records import Horizon, Switches

SEED = 20_260_105
TEAM = Team(groups=(SeatGroup(seats=2),))
BASE = Scenario(team=TEAM, horizon=Horizon(warm_up_weeks=8, run_off=2))


def told(scenario, cadence=None):
    """Return the journal of one year."""
    return engine.simulate(scenario, cadence or Steady(), SEED, 0)


def found(events):
    """Return the leads that prospecting found."""
    leads = events[events["kind"] == Kind.LEAD]
    return leads[leads["birth"] >> np.uint64(62) == 0]


def working(**terms):
    """Return the small team with other terms of work."""
    return BASE.model_copy(update={"work": Work(**terms)})


def blocks(events):
    """Return the prospecting blocks."""
    return events[events["kind"] == Kind.PROSPECTED]


def test_startup_minutes_find_nothing_and_still_count_as_prospecting():
    """Two hours a day of which one is lost: half of the leads, by the same clock, and none in a block's first hour."""
    plain, slow = told(BASE), told(working(block_startup_minutes=60))
    assert blocks(plain)["value"].sum() == pytest.approx(blocks(slow)["value"].sum(), abs=1e-6)
    # Half the hours pass the first half of the same points: Poisson, so the numbers differ by luck alone.
    assert found(slow).size == pytest.approx(found(plain).size / 2, abs=4 * np.sqrt(found(plain).size) / 2)
    starts = blocks(slow)[["seat", "time"]].tolist()
    for lead in found(slow):
        block = max(time for seat, time in starts if seat == lead["seat"] and time <= lead["time"])
        assert HOUR <= lead["time"] - block <= 2 * HOUR


def test_a_block_that_is_shorter_than_its_startup_finds_nothing():
    assert found(told(working(block_startup_minutes=120))).size == 0
    assert found(told(working(block_startup_minutes=119))).size > 0


def test_long_blocks_lose_less_to_startup_than_many_short_ones():
    """What makes a sawtooth win: the same hours in fewer blocks."""
    terms = {"block_startup_minutes": 90.0}
    steady, wave = (found(told(working(**terms), cadence)).size for cadence in (Steady(), Sawtooth()))
    assert wave > steady + 4 * np.sqrt(steady)


@pytest.mark.parametrize(("protected", "share"), [(True, 0.2), (False, 0.5)])
def test_distraction_takes_its_share_of_the_leads(protected, share):
    plain = found(told(BASE)).size
    terms = {"distraction_share": 0.2, "unprotected_distraction_share": 0.5, "protected_blocks": protected}
    rest = found(told(working(**terms))).size
    assert rest == pytest.approx((1 - share) * plain, abs=4 * np.sqrt(plain * share * (1 - share)))


def test_whoever_is_wholly_distracted_finds_nothing():
    assert found(told(working(unprotected_distraction_share=1.0, protected_blocks=False))).size == 0


def test_protected_blocks_do_not_ask_what_unprotected_ones_lose():
    assert digest(told(working(unprotected_distraction_share=0.2))) == digest(told(BASE))


def test_unprotected_blocks_lose_no_less_than_protected_ones():
    with pytest.raises(ValueError, match="must not be below distraction_share"):
        Work(distraction_share=0.2, unprotected_distraction_share=0.1)


def test_the_switch_turns_startup_and_distraction_off():
    off = working(block_startup_minutes=60, distraction_share=0.1).model_copy(
        update={"switches": Switches(distraction=False)}
    )
    assert digest(told(off)) == digest(told(BASE))


@pytest.mark.parametrize(("hours", "rest"), [(0, 1.0), (1, 1 / 7), (24, 1 / 60)])
def test_the_published_points_lie_on_the_curve(hours, rest):
    """Within 2%, which is how well two numbers of two digits fit two points."""
    assert rules.answered_odds(0.4, hours * HOUR, 0.063, 0.69) == pytest.approx(0.4 * rest, rel=0.02)


def inbound(**terms):
    """Return a team that is busy enough to let inbound leads wait, queued behind all other work."""
    stream = Inbound(leads_per_week=12, qualify_probability=0.8, **terms)
    return BASE.model_copy(
        update={
            "sources": Sources(inbound=(stream,), referrals=Referrals(ask_rate_win=0)),
            "work": Work(first_answer="queued"),
        }
    )


def qualified(events):
    """Return the share of inbound leads that became opportunities, of those that were answered."""
    mine = events[events["birth"] >> np.uint64(62) == 1]
    opened, dropped = ((mine["kind"] == kind).sum() for kind in (Kind.OPENED, Kind.DROPPED))
    return opened / (opened + dropped)


def test_slow_answers_qualify_fewer_inbound_leads():
    never, soft, hard = (
        qualified(told(inbound(**terms)))
        for terms in (
            {},
            {"response_exponent": 0.69, "response_tau_hours": 14.0},
            {"response_exponent": 0.69, "response_tau_hours": 0.063},
        )
    )
    assert never > soft + 0.05 > hard + 0.1


def test_an_answer_at_once_costs_nothing():
    """Without contention work starts when it is ready, nights included."""
    at_once = {"switches": Switches(contention=False)}
    decays = inbound(response_exponent=0.69, response_tau_hours=0.063).model_copy(update=at_once)
    assert digest(told(decays)) == digest(told(inbound().model_copy(update=at_once)))


def test_only_working_hours_count_as_waiting():
    """A rep with nothing else to do answers in the first working second: nights and weekends cost nothing."""
    alone = Scenario(
        team=Team(groups=(SeatGroup(seats=1, prospecting_hours_per_week=0),)),
        sources=Sources(prospecting=Prospecting(leads_per_hour=0), inbound=(Inbound(leads_per_week=1),)),
        horizon=Horizon(warm_up_weeks=4, run_off=2),
        switches=Switches(reviews=False, referrals=False, effort=False),
    )
    stream = Inbound(leads_per_week=1, response_exponent=0.69, response_tau_hours=0.063)
    decays = alone.model_copy(update={"sources": alone.sources.model_copy(update={"inbound": (stream,)})})
    waits = told(alone)
    waits = waits[(waits["kind"] == Kind.STARTED) & (waits["stage"] < 0)]["value"]
    assert waits.max() > 0.6, "some arrive at night and wait, by the calendar"
    assert digest(told(decays)) == digest(told(alone))


def asking(**terms):
    """Return the small team with other terms of asking."""
    sources = BASE.sources.model_copy(update={"referrals": Referrals(**terms)})
    return BASE.model_copy(update={"sources": sources})


def test_asks_at_meetings_bring_more_introductions_and_move_no_other():
    """Those of the win keep their births: the introductions of meetings are numbered from 1,024."""
    wins = told(asking(ask_rate_win=0.9))
    both = told(asking(ask_rate_win=0.9, ask_rate_meeting=0.5, introductions=1.0))
    asked = both[both["kind"] == Kind.ASKED]
    at_meeting = asked[asked["stage"] < 0]
    assert at_meeting["value"].sum() > 20
    leads = set(both[both["kind"] == Kind.LEAD]["birth"].tolist())
    children = {
        introduction_birth(int(row["birth"]), 1_024 + index)
        for row in at_meeting
        for index in range(int(row["value"]))
        if row["time"] < 30 * 7 * DAY
    }
    assert len(children & leads) > 0.7 * len(children)
    introduced = [birth for birth in leads if birth >> 62 == REFERRAL]
    assert len(introduced) > wins[wins["kind"] == Kind.ASKED]["value"].sum()


def test_nobody_asks_at_meetings_unless_told():
    asked = told(BASE)
    asked = asked[asked["kind"] == Kind.ASKED]
    assert asked.size > 0
    assert (asked["stage"] >= 0).all()
