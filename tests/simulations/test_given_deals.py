"""A run that starts from given open opportunities: what it knows of them, and what becomes of them."""

import numpy as np
import pytest

from simulations import compare, engine
from simulations.calendar import DAY, timeline
from simulations.deals import deals_of
from simulations.errors import BadInput
from simulations.journal import Kind, digest
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.randomness import given_key, source_of
from simulations.recorder import record
from simulations.scenario.customers import Inbound, Sources
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches
from simulations.scenario_file import load_scenario

SEED = 20_260_105
TEAM = Team(groups=(SeatGroup(seats=3),))
CENTS = 100


def start(*deals, **terms):
    """Return a small team that starts from some deals."""
    return Scenario(**{"team": TEAM, "horizon": Horizon(run_off=13), "open_deals": deals} | terms)


def deal(stage="Evaluation", amount=5_000.0, **terms):
    return OpenDeal(stage=stage, amount=amount, **terms)


def told(scenario, replication=0):
    return engine.simulate(scenario, Steady(), SEED, replication)


def story(events, number, source=0):
    """Return what happened to one of the given deals."""
    return events[events["birth"] == np.uint64(given_key(source, number))]


def test_the_run_begins_with_the_year_and_the_deals_are_open():
    scenario = start(deal(age_days=20, days_in_stage=5), deal(stage="Discovery", amount=12.34))
    assert timeline(scenario).warm_up_weeks == 0
    events = told(scenario)
    first = story(events, 0)[:3]
    assert first["kind"].tolist() == [Kind.LEAD, Kind.OPENED, Kind.READY]
    assert first["time"].tolist() == [-20 * DAY, -20 * DAY, -5 * DAY]
    assert (first[2]["stage"], first[2]["visit"]) == (1, 0)
    assert story(events, 1)[1]["value"] == 12.34
    assert (np.diff(events["time"]) >= 0).all()
    found = measure(make_plan(scenario), events)
    assert found.pipeline.open_by_class[0].sum() >= 12.34


def test_what_waits_for_the_rep_is_worked_first_and_the_wait_counts():
    """Five days have passed already when the rep begins on the first morning."""
    events = story(told(start(deal(days_waited=5, age_days=9))), 0)
    begun = events[events["kind"] == Kind.STARTED][0]
    assert begun["value"] == pytest.approx(5 + begun["time"] / DAY)
    assert begun["time"] < 7 * DAY


def test_what_was_worked_waits_for_the_customer():
    events = story(told(start(deal())), 0)
    after = events[3]
    assert after["kind"] in {Kind.ADVANCED, Kind.LOST, Kind.SILENT}
    assert after["time"] > 0


def test_a_silent_one_is_followed_up_and_looks_like_any_other():
    events = story(told(start(deal(silent=True))), 0)
    assert events["kind"][3] == Kind.SILENT
    assert events["time"][3] == 0
    assert events["kind"][4] == Kind.FOLLOW_UP_READY
    assert events["time"][4] == 14 * DAY


def test_an_old_one_is_disqualified_at_the_first_review():
    """Nothing has been heard for 60 days: the review of the first Monday ends it."""
    events = story(told(start(deal(silent=True, age_days=60))), 0)
    assert events["kind"][-1] == Kind.DISQUALIFIED
    assert events["time"][-1] < DAY


def test_given_deals_belong_to_their_seats_or_are_dealt():
    events = told(start(deal(seat=2), deal(seat=3), *(deal() for _ in range(40))))
    leads = events[(events["kind"] == Kind.LEAD) & (events["time"] == 0)]
    seat = dict(zip(leads["birth"].tolist(), leads["seat"].tolist(), strict=True))
    assert [seat[int(given_key(0, number))] for number in (0, 1)] == [1, 2]
    assert set(np.bincount([seat[int(given_key(0, number))] for number in range(2, 42)]) > 5) == {True}


def test_their_sources_and_luck_are_their_own():
    """Keys that no other lead has, of the source's kind; a further deal moves nothing of the first."""
    scenario = start(
        deal(source="referral"),
        deal(source="fair"),
        deal(),
        sources=Sources(inbound=(Inbound(), Inbound(name="fair"))),
    )
    births = {int(given_key(source, number)) for number, source in enumerate((1, 3, 0))}
    assert [source_of(int(given_key(source, 0))) for source in (0, 1, 2, 3)] == [0, 2, 1, 1]
    events = told(scenario)
    assert births <= set(events["birth"].tolist())
    calm = Switches(contention=False, reviews=False)
    one, two = (told(start(*(deal() for _ in range(count)), switches=calm)) for count in (1, 2))
    assert digest(story(one, 0)) == digest(story(two, 0))


def test_what_they_win_was_carried_in():
    """From the last stage, without losses: all is booked in the year, at its amount."""
    sure = tuple(stage.model_copy(update={"advance_probability": 1.0}) for stage in Scenario().stages)
    scenario = start(*(deal(stage="Negotiation", amount=100.0, age_days=9) for _ in range(7)), stages=sure)
    events = told(scenario)
    deals = deals_of(events)
    given = deals.appeared < 0
    assert given.sum() == 7
    found = measure(make_plan(scenario), events).scalars
    assert found["carried_in"] == pytest.approx(700.0)
    assert found["this_year"] > 0


def test_a_comparison_from_given_deals_does_not_ask_whether_the_warm_up_had_settled():
    found = compare(start(*(deal() for _ in range(30))), ["sawtooth"], replications=4, seed=SEED, workers=1)
    stationarity = found.stationarity
    assert not stationarity.drifting
    assert np.isnan(stationarity.standard_errors)


def test_a_crm_can_be_recorded_from_them():
    tables = record(
        told(start(deal(age_days=30), deal(silent=True))), start(deal(age_days=30)), SEED, 0, perfect=True
    )
    rows = tables.opportunities.set_index("id")
    assert rows.loc[str(int(given_key(0, 0))), "created"].date().isoformat() == "2025-12-06"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("stage: Talk, amount: 5", r"open_deals\[0\].stage: found 'Talk'; must be a stage"),
        ("stage: Proposal", r"open_deals\[0\].amount: is missing"),
        ("stage: Proposal, amount: 0", "must be greater than 0"),
        ("stage: Proposal, amount: 5, source: fair", "must be a source: prospecting, referral, inbound"),
        (
            "stage: Proposal, amount: 5, seat: 9",
            "must be a seat from 1 to 8 that is held when the run begins",
        ),
        ("stage: Proposal, amount: 5, days_in_stage: 2", "must be at most age_days, 0"),
        (
            "stage: Proposal, amount: 5, age_days: 1, days_waited: 2",
            "must be at most the days in the stage, 1",
        ),
        (
            "stage: Proposal, amount: 5, days_waited: 0, silent: true",
            "must be null where the customer is silent",
        ),
    ],
)
def test_a_deal_that_cannot_be_is_refused(tmp_path, lines, message):
    path = tmp_path / "team.yaml"
    path.write_text(f"open_deals:\n  - {{{lines}}}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        load_scenario(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("horizon: {warm_up_weeks: 0}\n", "must be at least 1, or open_deals must be given"),
        (
            "team: {groups: [{hired: 2026-02-02}]}\nopen_deals: [{stage: Proposal, amount: 5}]\n",
            "need somebody who is there from the start",
        ),
    ],
)
def test_a_run_must_begin_with_something_and_somebody(tmp_path, text, message):
    path = tmp_path / "team.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        load_scenario(path)
