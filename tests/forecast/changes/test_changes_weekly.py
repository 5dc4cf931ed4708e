"""Week by week each begins with what the one before ended with, and together they are what changed."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from forecast.changes.between import ChangesAsked, pipeline_changes
from forecast.changes.steps import Due
from forecast.changes.weekly import _ends
from forecast.report.changes import changes_csv, changes_tables
from simulations.errors import BadInput

FIRST, LAST = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-07-13")
QUARTER = Due(pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30"))


@pytest.fixture(params=[None, QUARTER], ids=["all", "quarter"], scope="module")
def found(request, store):
    return pipeline_changes(store, ChangesAsked(FIRST, LAST, due=request.param, weekly=True, draws=100))


def test_the_weeks_chain_to_the_cent(found):
    first, *_, last = found.weeks
    assert first.total.flows["start"] == found.total.flows["start"]
    assert last.total.flows["end"] == found.total.flows["end"]
    for before, after in zip(found.weeks, found.weeks[1:], strict=False):
        assert before.end == after.begin
        assert before.total.flows["end"] == after.total.flows["start"]
    for week in found.weeks:
        assert week.total.balance == week.total.flows["end"]


def test_a_week_without_a_snapshot_is_told_with_the_next(found):
    """Snapshots lie two weeks apart, the last 12 days."""
    assert [f"{week.end:%m-%d}" for week in found.weeks] == ["06-15", "07-01", "07-13"]


def test_a_week_ends_with_the_last_snapshot_made_by_its_end():
    days = (0, 3, 7, 8, 13, 20, 22)
    moments = [FIRST + pd.Timedelta(days=day) for day in days]
    assert [days[place] for place in sorted(set(_ends(moments)))] == [0, 7, 13, 20, 22]


def test_each_week_is_what_is_asked_of_the_two_days(found, store):
    week = found.weeks[1]
    alone = pipeline_changes(store, ChangesAsked(week.begin, week.end, due=found.asked.due, draws=100))
    assert alone.total == week.total


def test_the_table_and_the_file_hold_every_week(found):
    table = changes_tables(found)["waterfall"][-1]
    assert [row[0].text for row in table.rows] == [f"{week.end:%Y-%m-%d}" for week in found.weeks]
    assert len({len(row) for row in table.rows} | {len(table.header)}) == 1
    assert "weeks.csv" in dict(changes_csv(found))
    told = json.loads(json.dumps(found.to_dict()))["weeks"]
    assert told[0]["waterfall"]["start"]["deals"] == found.total.deals("start")


def test_unasked_there_are_no_weeks(store):
    found = pipeline_changes(store, ChangesAsked(FIRST, LAST))
    assert found.weeks == ()
    assert "weeks.csv" not in dict(changes_csv(found))


def test_an_unknown_moment_is_refused_as_ever(store):
    with pytest.raises(BadInput):
        pipeline_changes(store, ChangesAsked(pd.Timestamp("2020-01-01"), LAST, weekly=True))
