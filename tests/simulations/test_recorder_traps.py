"""The recorder's untidy habits: deals typed twice, and close dates edited in bulk on the last day of a quarter."""

from __future__ import annotations

from datetime import datetime, time
from itertools import pairwise

import pandas as pd
import pytest

from simulations.calendar import quarter_starts, timeline
from simulations.exports import SHAPES, Snapshot
from simulations.recorder import CrmLog, field_history, record_log, tables_at
from simulations.recorder.log import COPY
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Recorder
from simulations.tables import OPEN

SEED = 5
TEAM = Team(groups=(SeatGroup(seats=3),))
EVENTS = simulate(Scenario(team=TEAM), Steady(), SEED, 0)


def log_of(**habits: float) -> CrmLog:
    return record_log(EVENTS, scenario(**habits), SEED, 0, perfect=False)


def scenario(**habits: float) -> Scenario:
    return Scenario(team=TEAM, recorder=Recorder(**habits))


def rows_of(log: CrmLog) -> pd.DataFrame:
    return tables_at(log).opportunities


def test_without_the_habits_nothing_is_typed_twice_or_in_bulk() -> None:
    assert not rows_of(log_of())["id"].str.endswith(COPY).any()


def test_a_second_record_looks_like_the_first_and_is_forgotten() -> None:
    log = log_of(duplicate_share=1.0)
    rows = rows_of(log).set_index("id")
    copies = rows[rows.index.str.endswith(COPY)]
    firsts = rows.loc[copies.index.str.removesuffix(COPY)]
    assert (copies["name"].to_numpy() == firsts["name"].to_numpy()).all()
    assert (copies["created"].to_numpy() > firsts["created"].to_numpy()).all()
    assert set(copies["outcome"]) == {OPEN}
    ended = firsts["closed"].notna().to_numpy()
    assert (copies["created"].to_numpy()[ended] < firsts["closed"].to_numpy()[ended]).all()
    assert ended.sum() > 20
    assert tables_at(log).stage_history.groupby("id").size()[copies.index].eq(1).all()
    changes = field_history(log)
    first_amounts = (
        changes[changes["field"] == "amount"].drop_duplicates("id").set_index("id")["new"].astype(float)
    )
    assert (copies["amount"].to_numpy() == first_amounts[firsts.index].to_numpy()).all()


def test_the_share_of_second_records_is_the_one_asked_for() -> None:
    """Only a deal that is still open a day later can be typed again: within four standard errors of the share."""
    every = rows_of(log_of(duplicate_share=1.0))["id"].str.endswith(COPY).sum()
    some = rows_of(log_of(duplicate_share=0.3))["id"].str.endswith(COPY).sum()
    assert abs(some - 0.3 * every) < 4 * (0.3 * 0.7 * every) ** 0.5


def test_the_first_records_are_typed_as_if_there_were_no_second() -> None:
    rows = rows_of(log_of(duplicate_share=1.0))
    firsts = rows[~rows["id"].str.endswith(COPY)].reset_index(drop=True)
    pd.testing.assert_frame_equal(firsts, rows_of(log_of()))


def test_due_dates_are_moved_together_on_the_last_evening_of_a_quarter() -> None:
    told = scenario(bulk_edit_share=1.0, moved_when_passed=0.0)
    log = record_log(EVENTS, told, SEED, 0, perfect=False)
    changes = field_history(log)
    moved = changes[(changes["field"] == "expected_close") & changes["old"].notna()]
    line = timeline(told)
    starts = [pd.Timestamp(line.date_of(int(day))) for day in quarter_starts(line, 1)]
    evenings = {start - pd.Timedelta(hours=7): following for start, following in pairwise(starts)}
    assert set(moved["when"]) <= set(evenings)
    assert (pd.to_datetime(moved["new"]) == moved["when"].map(evenings) - pd.Timedelta(days=1)).all()
    assert (pd.to_datetime(moved["old"]) < moved["when"] + pd.Timedelta(hours=7)).all()
    assert moved.groupby("when").size().max() > 5
    at = moved["when"].mode()[0]
    before = tables_at(log, at.to_pydatetime()).opportunities
    due = before[(before["outcome"] == OPEN) & (before["expected_close"] < at + pd.Timedelta(hours=7))]
    assert set(due["id"]) == set(moved.loc[moved["when"] == at, "id"])


@pytest.mark.parametrize("habits", [{"duplicate_share": 0.5}, {"bulk_edit_share": 0.7}])
def test_what_is_typed_hangs_on_nothing_that_comes_later(habits: dict[str, float]) -> None:
    """The run cut at a moment gives the same CRM as the whole run looked at then."""
    told = scenario(**habits)
    moment = datetime.combine(timeline(told).date_of(400), time())
    second = 400 * 86_400
    cut = record_log(EVENTS[EVENTS["time"] < second], told, SEED, 0, perfect=False, until=moment)
    whole = tables_at(record_log(EVENTS, told, SEED, 0, perfect=False), moment)
    known = tables_at(cut, moment)
    pd.testing.assert_frame_equal(known.opportunities, whole.opportunities)
    pd.testing.assert_frame_equal(known.stage_history, whole.stage_history)


@pytest.mark.parametrize("shape", SHAPES)
def test_second_records_stand_in_every_shape_under_the_title_of_the_first(shape: str) -> None:
    moment = datetime.combine(timeline(scenario()).date_of(500), time())
    log = record_log(EVENTS, scenario(duplicate_share=1.0), SEED, 0, perfect=False, until=moment)
    snapshot = Snapshot(tables_at(log, moment), field_history(log, moment), moment)
    files = SHAPES[shape].files(snapshot)
    ids = SHAPES[shape].ids(snapshot)
    assert len(set(ids.values())) == len(snapshot.tables.opportunities)
    text = "".join(content.decode("latin-1") for content in files.values())
    assert all(key in text for key in list(ids.values())[:50])
    titles = snapshot.titles
    copies = [key for key in titles if key.endswith(COPY)]
    assert copies
    assert all(titles[key] == titles[key.removesuffix(COPY)] for key in copies)
