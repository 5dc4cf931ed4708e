"""How people keep a CRM: late, incomplete and hopeful, at the rates of the scenario."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from simulations.calendar import DAY, HOUR, timeline
from simulations.journal import EVENT, Events, Kind
from simulations.randomness import prospecting_birth
from simulations.recorder import field_history, record, record_log, tables_at
from simulations.recorder.habits import Habits, HumanHabits, next_month_end
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Recorder
from simulations.tables import OPEN, WON

SCENARIO = Scenario(team=Team(groups=(SeatGroup(seats=3),)), horizon=Horizon(run_off=26))
SEED = 5
LINE = timeline(SCENARIO)
PROPOSAL = 2


@pytest.fixture(scope="module")
def year() -> Events:
    return simulate(SCENARIO, Steady(), SEED, 0)


def journal(*rows: tuple[float, Kind, int, int, float]) -> Events:
    """Rows of (day, kind, stage, visit, value) of one deal of the first seat."""
    return np.array(
        [
            (round(day * DAY), kind, 0, prospecting_birth(0, 0, 0), stage, visit, value)
            for day, kind, stage, visit, value in rows
        ],
        dtype=EVENT,
    )


def day(number: float) -> datetime:
    return datetime.combine(LINE.origin, datetime.min.time()) + timedelta(days=number)


@pytest.fixture(scope="module")
def truth_and_typed(year):
    tables = [record(year, SCENARIO, SEED, 0, perfect=perfect).opportunities for perfect in (True, False)]
    return tables[0].merge(tables[1], on="id", suffixes=("_true", ""))


def within_four_errors(found: pd.Series | np.ndarray, expected: float) -> bool:
    values = np.asarray(found, dtype=float)
    return abs(values.mean() - expected) < 4 * values.std(ddof=1) / np.sqrt(values.size)


def test_the_logging_delay_has_the_mean_of_the_scenario():
    habits = HumanHabits(SCENARIO, LINE, SEED, 0)
    delays = np.array([habits.stage_delay(birth, 0) for birth in range(4_000)]) / DAY
    assert within_four_errors(delays, SCENARIO.recorder.logging_delay_days)
    assert delays.min() >= 0
    # Exponential: the standard deviation is the mean; its own error is below 4 / sqrt(4000).
    assert delays.std() == pytest.approx(delays.mean(), rel=0.1)


def test_a_closing_is_logged_late_but_a_disqualification_at_once():
    habits = HumanHabits(SCENARIO, LINE, SEED, 0)
    assert all(habits.closing_delay(birth, 3, Kind.DISQUALIFIED) == 0 for birth in range(50))
    delays = [habits.closing_delay(birth, 3, Kind.LOST) for birth in range(2_000)]
    assert within_four_errors(np.array(delays) / DAY, SCENARIO.recorder.logging_delay_days)
    assert delays != [habits.stage_delay(birth, 3) for birth in range(2_000)]


def test_the_amount_typed_at_first_is_off_by_the_revision_and_right_on_average(truth_and_typed):
    habits = HumanHabits(SCENARIO, LINE, SEED, 0)
    ratio = np.array([habits.amount(birth, 1e6) for birth in range(4_000)]) / 1e6
    assert within_four_errors(ratio, 1.0)
    assert ratio.std() == pytest.approx(SCENARIO.recorder.amount_revision_cv, rel=0.1)
    won = truth_and_typed[truth_and_typed["outcome"] == WON]
    assert (won["amount"] == won["amount_true"]).all()
    lost_early = truth_and_typed[truth_and_typed["stage_true"].eq("Discovery")]
    assert (lost_early["amount"] != lost_early["amount_true"]).mean() > 0.99


def test_an_optimist_types_more_than_the_stage_s_probability():
    habits = [HumanHabits(SCENARIO, LINE, seed, 0).probability(0, PROPOSAL) for seed in range(2_000)]
    logit = np.log(np.array(habits) / (1 - np.array(habits)))
    # Whole percents near 60%: rounding moves the mean log-odds by far less than its error.
    assert within_four_errors(logit, SCENARIO.recorder.optimism_logit)
    assert logit.min() > -0.05


def test_a_rep_is_equally_rosy_about_all_deals(year):
    tables = record(year, SCENARIO, SEED, 0, perfect=False, until=day(500))
    still_open = tables.opportunities[tables.opportunities["outcome"] == OPEN]
    kinds = still_open[["owner", "stage", "probability"]].drop_duplicates()
    assert not kinds.duplicated(["owner", "stage"]).any()
    assert still_open["probability"].nunique() > 4  # but reps differ


def test_a_passed_close_date_is_moved_to_a_month_end_or_left_in_the_past(year):
    log = record_log(year, SCENARIO, SEED, 0, perfect=False)
    moves = field_history(log)
    moves = moves[(moves["field"] == "expected_close") & moves["old"].notna()]
    old, new = pd.to_datetime(moves["old"]), pd.to_datetime(moves["new"])
    assert len(moves) > 100
    assert (new.dt.is_month_end).all()
    assert (moves["when"] >= old + timedelta(days=1)).all()
    assert (new > moves["when"].dt.normalize()).all()
    assert (new - moves["when"] < timedelta(days=32)).all()
    tables = tables_at(log, day(700))
    still_open = tables.opportunities[tables.opportunities["outcome"] == OPEN]
    in_the_past = (still_open["expected_close"] < day(690)).mean()
    assert 0.05 < in_the_past < 0.95


@pytest.mark.parametrize(("moved", "share"), [(0.0, 0), (1.0, 1)])
def test_how_often_a_passed_close_date_is_moved_is_the_scenario_s(moved, share):
    scenario = SCENARIO.model_copy(update={"recorder": Recorder(moved_when_passed=moved)})
    habits = HumanHabits(scenario, LINE, SEED, 0)
    assert sum(habits.moved_close(birth, 100, 0) is not None for birth in range(100)) == 100 * share


def test_a_share_of_next_steps_and_activities_is_typed(year):
    perfect, human = (
        record(year, SCENARIO, SEED, 0, perfect=perfect, until=day(500)) for perfect in (True, False)
    )
    typed = len(human.activities) / len(perfect.activities)
    # Below the share by what is done before the deal is created in the CRM.
    assert SCENARIO.recorder.activity_share - 0.2 < typed <= SCENARIO.recorder.activity_share + 0.03
    planned = [
        tables.opportunities.loc[tables.opportunities["outcome"] == OPEN, "next_step"].notna().sum()
        for tables in (perfect, human)
    ]
    assert 0 < planned[1] < planned[0]


def test_a_change_that_a_later_one_overtook_is_never_typed():
    """Logged after a month on average, stages of an hour are skipped; the last one is not."""
    rows = [(0, Kind.LEAD, -1, -1, 0.0), (1, Kind.OPENED, -1, -1, 500.0)]
    rows += [(1 + stage / 24, Kind.READY, stage, stage, 0.0) for stage in range(4)]
    scenario = SCENARIO.model_copy(update={"recorder": Recorder(logging_delay_days=30)})
    seen = [
        record(journal(*rows), scenario, seed, 0, perfect=False).stage_history["stage"].tolist()
        for seed in range(60)
    ]
    assert all(stages[-1] == "Negotiation" for stages in seen)
    assert {len(stages) for stages in seen} == {1, 2, 3, 4}


def test_an_end_that_is_logged_first_creates_the_deal_closed():
    """A deal lost within the hour: where its end is typed before its beginning, both carry one time."""
    rows = journal(
        (0, Kind.LEAD, -1, -1, 0),
        (1, Kind.OPENED, -1, -1, 500),
        (1, Kind.READY, 0, 0, 0),
        (1 + HOUR / DAY, Kind.LOST, 0, 0, 500),
    )
    deals = [record(rows, SCENARIO, seed, 0, perfect=False).opportunities.iloc[0] for seed in range(40)]
    at_once = [deal for deal in deals if deal["created"] == deal["closed"]]
    assert 0 < len(at_once) < len(deals)
    assert all(deal["outcome"] == "lost" and deal["stage"] == "Discovery" for deal in at_once)


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 1, 30), date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 11, 30), date(2026, 12, 31)),
        (date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_the_next_month_end_lies_after_today(today, end):
    assert next_month_end(today) == end


def test_perfect_habits_draw_nothing():
    one_seed, other = (Habits(SCENARIO, LINE, seed, 0) for seed in (1, 2))
    assert one_seed.amount(3, 10.0) == other.amount(3, 10.0) == 10.0
    assert one_seed.moved_close(3, 10, 0) is None
