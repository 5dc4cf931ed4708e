"""The recorder on hand-written deals and on a real year: stages, ends, next steps and snapshots."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from simulations.calendar import DAY, mean_cycle_days, timeline
from simulations.deals import NEVER, deals_of, stays_of
from simulations.journal import EVENT, Events, Kind
from simulations.randomness import prospecting_birth
from simulations.recorder import record, record_log, snapshot, tables_at, weekly_snapshots
from simulations.recorder.log import owner_name
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.tables import OPEN, WON

SCENARIO = Scenario(team=Team(groups=(SeatGroup(seats=3),)), horizon=Horizon(run_off=26))
SEED = 5
LINE = timeline(SCENARIO)
FIRST = prospecting_birth(0, 0, 0)  # the key is 0: the first lead of the first seat
DISCOVERY, EVALUATION, PROPOSAL, NEGOTIATION = range(4)


@pytest.fixture(scope="module")
def year() -> Events:
    return simulate(SCENARIO, Steady(), SEED, 0)


def journal(*rows: tuple[float, Kind, int, int, float]) -> Events:
    """Rows of (day, kind, stage, visit, value) of one deal of the first seat."""
    return np.array(
        [(round(day * DAY), kind, 0, FIRST, stage, visit, value) for day, kind, stage, visit, value in rows],
        dtype=EVENT,
    )


def won_deal() -> Events:
    rows: list[tuple[float, Kind, int, int, float]] = [
        (0, Kind.LEAD, -1, -1, 0.0),
        (1, Kind.OPENED, -1, -1, 500.0),
    ]
    for stage in range(4):
        start = 1 + 50 * stage
        rows += [
            (start, Kind.READY, stage, stage, 0.0),
            (start + 0.5, Kind.WORKED, stage, stage, 2.0),
            (start + 50, Kind.ADVANCED if stage < NEGOTIATION else Kind.WON, stage, stage, 500.0),
        ]
    return journal(*rows)


def day(number: float) -> datetime:
    return datetime.combine(LINE.origin, datetime.min.time()) + timedelta(days=number)


def one(events: Events, until: float, *, perfect: bool = True) -> pd.Series:
    tables = record(events, SCENARIO, SEED, 0, perfect=perfect, until=day(until))
    return tables.opportunities.iloc[0]


# Perfect recording.


def test_a_deal_is_seen_from_its_opening_on_and_in_the_stage_it_is_in():
    deal = won_deal()
    assert record(deal, SCENARIO, SEED, 0, perfect=True, until=day(1)).opportunities.empty
    assert one(deal, 1.1)["stage"] == "Discovery"
    assert one(deal, 51)["stage"] == "Discovery"  # the very second is not yet known
    assert one(deal, 51.1)["stage"] == "Evaluation"
    assert one(deal, 201)["outcome"] == OPEN
    assert (one(deal, 201.1)["outcome"], one(deal, 201.1)["closed"]) == (WON, day(201))
    assert one(deal, 201.1)["stage"] == "Negotiation"


def test_the_typed_probability_is_the_stage_s_until_it_is_won_or_lost():
    deal = won_deal()
    assert [one(deal, 1.1 + 50 * stage)["probability"] for stage in range(5)] == [0.1, 0.25, 0.5, 0.7, 1.0]


def test_a_stage_without_a_probability_leaves_it_empty():
    stages = tuple(stage.model_copy(update={"typed_probability": None}) for stage in SCENARIO.stages)
    bare = SCENARIO.model_copy(update={"stages": stages})
    for perfect in (True, False):
        tables = record(won_deal(), bare, SEED, 0, perfect=perfect, until=day(100))
        assert tables.opportunities["probability"].isna().all()


def test_the_expected_close_is_a_typical_cycle_after_the_creation():
    assert one(won_deal(), 100)["expected_close"] == day(1 + mean_cycle_days(SCENARIO))


def test_a_next_step_stands_while_a_reply_is_awaited():
    """Worked on day 1.5, reply on day 51; planned for the stage's mean reply time."""
    deal = won_deal()
    assert pd.isna(one(deal, 1.4)["next_step"])
    assert one(deal, 40)["next_step"] == day(1 + SCENARIO.stages[0].reply_days)
    assert pd.isna(one(deal, 51.2)["next_step"])
    assert one(deal, 60)["next_step"] == day(51 + SCENARIO.stages[1].reply_days)
    assert pd.isna(one(deal, 210)["next_step"])


def test_a_silent_deal_looks_open_and_a_revival_is_no_change_of_stage():
    deal = journal(
        (0, Kind.LEAD, -1, -1, 0),
        (1, Kind.OPENED, -1, -1, 500),
        (1, Kind.READY, 0, 0, 0),
        (2, Kind.WORKED, 0, 0, 1.5),
        (9, Kind.SILENT, 0, 0, 0),
        (23, Kind.FOLLOW_UP_READY, 0, 0, 1),
        (24, Kind.FOLLOWED_UP, 0, 0, 0.25),
        (24, Kind.REVIVED, 0, 0, 1),
        (24, Kind.READY, 0, 1, 0),
        (30, Kind.WORKED, 0, 1, 1.5),
        (40, Kind.NO_DECISION, 0, 1, 500),
    )
    tables = record(deal, SCENARIO, SEED, 0, perfect=True, until=day(23))
    assert tables.opportunities["outcome"].tolist() == [OPEN]
    assert tables.opportunities["next_step"].isna().all()  # perfect: taken out; the customer is silent
    tables = record(deal, SCENARIO, SEED, 0, perfect=True)
    assert tables.stage_history["stage"].tolist() == ["Discovery"]
    assert tables.stage_history["left"].tolist() == [day(40)]
    assert tables.opportunities["outcome"].tolist() == ["lost"]
    assert tables.activities["kind"].tolist() == ["meeting", "follow-up", "meeting"]


def test_perfect_recording_of_a_year_gives_the_deals_and_stays_of_its_journal(year):
    """Two code paths: the recorder and `simulations.deals`."""
    tables = record(year, SCENARIO, SEED, 0, perfect=True)
    deals = deals_of(year)
    opened = deals.opened != NEVER
    opportunities = tables.opportunities.set_index("id").loc[[str(int(b)) for b in deals.birth[opened]]]
    seconds = (opportunities["created"] - day(0)) // timedelta(seconds=1)
    assert (seconds.to_numpy() == deals.opened[opened]).all()
    assert (opportunities["amount"].to_numpy() == deals.amount[opened]).all()
    assert ((opportunities["outcome"] == WON).to_numpy() == deals.won[opened]).all()
    assert opportunities["closed"].notna().sum() == (deals.closed != NEVER).sum()
    stays = stays_of(year, deals)
    assert len(tables.stage_history) == stays.entered.size > 1_000
    entered = (tables.stage_history["entered"] - day(0)) // timedelta(seconds=1)
    assert sorted(entered) == sorted(stays.entered)


def test_only_what_has_no_history_is_masked_before_the_export(year):
    known = record(year, SCENARIO, SEED, 0, perfect=True, until=day(400)).known_from
    assert known["stage"] is None
    assert known["outcome"] is None
    assert {name for name, since in known.items() if since == pd.Timestamp(day(400))} == {
        "owner",
        "amount",
        "probability",
        "expected_close",
        "next_step",
    }


# Snapshots.


def test_weekly_snapshots_are_the_crm_as_each_week_began(year):
    log = record_log(year, SCENARIO, SEED, 0, perfect=False)
    first = LINE.date_of(LINE.year_start_day)
    weeks = list(weekly_snapshots(log, first, 3))
    assert [monday for monday, _ in weeks] == [first + timedelta(weeks=week) for week in range(3)]
    for monday, tables in weeks:
        pd.testing.assert_frame_equal(tables.opportunities, snapshot(log, monday).opportunities)
        assert tables.opportunities["created"].max() < pd.Timestamp(monday)
    assert len(weeks[0][1].opportunities) < len(weeks[2][1].opportunities)


def test_a_log_is_not_asked_for_what_it_cannot_know(year):
    log = record_log(year, SCENARIO, SEED, 0, perfect=True)
    with pytest.raises(ValueError, match="the log tells what was typed before"):
        tables_at(log, datetime(2040, 1, 1))  # noqa: DTZ001 - the tables speak wall clock


def test_a_deal_that_is_handed_over_gets_another_owner():
    """The owner typed is the leaver until the hand-over, and whoever took over from then on."""
    group = SeatGroup(seats=3, attrition_per_year=0.7, backfill_weeks=4)
    scenario = Scenario(team=Team(groups=(group,)), horizon=Horizon(warm_up_weeks=10, run_off=4))
    events = simulate(scenario, Steady(), 7, 0)
    passed = events[events["kind"] == Kind.HANDED_OVER]
    deals = set(events[events["kind"] == Kind.OPENED]["birth"].tolist())
    first = next(row for row in passed if int(row["birth"]) in deals and row["stage"] >= 0)
    log = record_log(events, scenario, 7, 0, perfect=True)
    moment = datetime.combine(log.origin, time()) + timedelta(seconds=int(first["time"]))

    def owner(until):
        rows = tables_at(log, until).opportunities.set_index("id")
        return rows.loc[str(first["birth"]), "owner"]

    assert owner(moment) == owner_name(int(first["value"]))
    assert owner(moment + timedelta(seconds=1)) == owner_name(int(first["seat"]))
