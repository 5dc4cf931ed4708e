"""What the recorder promises of any run: nothing from the future, no contradiction, no dependence."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from simulations.calendar import DAY, timeline
from simulations.journal import CLOSING, EVENT, Events, Kind
from simulations.randomness import inbound_birth, introduction_birth, prospecting_birth
from simulations.recorder import CrmLog, field_history, record, record_log, tables_at
from simulations.recorder.log import Field
from simulations.scenario.model import Scenario
from simulations.scenario.records import Recorder
from simulations.tables import (
    ACTIVITIES,
    DISQUALIFIED,
    LOST,
    OPEN,
    OPPORTUNITIES,
    STAGE_HISTORY,
    WON,
    CrmTables,
)

HUMAN = Scenario()
HASTY = Scenario(recorder=Recorder(logging_delay_days=0))
SLOW = Scenario(recorder=Recorder(logging_delay_days=20))
LINE = timeline(HUMAN)
STAGES = len(HUMAN.stages)
RECORDED = {Kind.WON: WON, Kind.LOST: LOST, Kind.NO_DECISION: LOST, Kind.DISQUALIFIED: DISQUALIFIED}


@st.composite
def deals(draw, birth: int) -> list[tuple[int, int, int, int, int, int, float]]:
    """One opportunity: stage by stage, with silences and revivals, to an end or not."""
    seat, now = draw(st.integers(0, 30)), draw(st.integers(0, 300 * DAY))
    amount = draw(st.integers(1, 10_000_000)) / 100
    rows = [(now, Kind.LEAD, seat, birth, -1, -1, 0.0), (now, Kind.OPENED, seat, birth, -1, -1, amount)]
    gaps = st.one_of(st.just(0), st.integers(0, 40 * DAY))
    stage = 0
    for visit in range(draw(st.integers(1, 7))):
        rows.append((now, Kind.READY, seat, birth, stage, visit, 0.0))
        now += draw(gaps)
        fate = draw(st.sampled_from(["advance", "advance", "revive", "end", "disqualify", "stop"]))
        if fate == "stop":
            return rows
        if fate == "disqualify":
            return [*rows, (now, Kind.DISQUALIFIED, seat, birth, stage, visit, 0.0)]
        rows.append((now, Kind.WORKED, seat, birth, stage, visit, 1.0))
        now += draw(gaps)
        if fate == "advance" and stage == STAGES - 1:
            return [*rows, (now, Kind.WON, seat, birth, stage, visit, amount)]
        if fate == "advance":
            rows.append((now, Kind.ADVANCED, seat, birth, stage, visit, 0.0))
            stage += 1
        elif fate == "revive":
            rows.append((now, Kind.SILENT, seat, birth, stage, visit, 0.0))
            now += draw(gaps)
            rows += [
                (now, kind, seat, birth, stage, visit, 1.0)
                for kind in (Kind.FOLLOW_UP_READY, Kind.FOLLOWED_UP, Kind.REVIVED)
            ]
        else:
            end = draw(st.sampled_from([Kind.LOST, Kind.NO_DECISION]))
            return [*rows, (now, end, seat, birth, stage, visit, amount)]
    return rows


@st.composite
def journals(draw) -> Events:
    """Draw a run of a few opportunities of all sources, and a lead that was dropped."""
    births = [
        *(
            prospecting_birth(seat, 0, k)
            for seat, k in draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=3))
        ),
        *(inbound_birth(0, k) for k in draw(st.sets(st.integers(0, 99), max_size=2))),
        *(int(introduction_birth(7, k)) for k in draw(st.sets(st.integers(0, 99), max_size=2))),
    ]
    dropped = prospecting_birth(9, 0, 0)
    rows = [
        (50, Kind.LEAD, 9, dropped, -1, -1, 0.0),
        (60, Kind.WORKED, 9, dropped, -1, -1, 0.5),
        (60, Kind.DROPPED, 9, dropped, -1, -1, 0.0),
        *(row for birth in births for row in draw(deals(birth))),
    ]
    return np.array(sorted(rows, key=lambda row: row[0]), dtype=EVENT)


def at(second: int) -> datetime:
    return datetime.combine(LINE.origin, time()) + timedelta(seconds=int(second))


scenarios = st.sampled_from([HUMAN, HASTY, SLOW])
moments = st.integers(1, 500 * DAY).map(at)
seeds = st.integers(0, 2**64 - 1)


def assert_same(one: CrmTables, other: CrmTables) -> None:
    assert_frame_equal(one.opportunities, other.opportunities)
    assert_frame_equal(one.stage_history, other.stage_history)
    assert_frame_equal(one.activities, other.activities)
    assert one.known_from == other.known_from


def only(tables: CrmTables, keys: set[str]) -> CrmTables:
    def rows(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["id"].isin(keys)].reset_index(drop=True)

    return CrmTables(
        rows(tables.opportunities),
        rows(tables.stage_history),
        rows(tables.activities),
        tables.stages,
        tables.known_from,
    )


@given(journals(), scenarios, seeds, st.booleans(), moments)
def test_nothing_that_happens_later_changes_what_is_seen_now(events, scenario, seed, perfect, until):
    """The run is cut at the moment; what the CRM then shows is the same."""
    past = events[[at(second) < until for second in events["time"]]]
    assert_same(
        record(events, scenario, seed, 0, perfect=perfect, until=until),
        record(past, scenario, seed, 0, perfect=perfect, until=until),
    )


@given(journals(), scenarios, seeds, st.booleans(), moments)
def test_nothing_is_dated_at_or_after_the_moment(events, scenario, seed, perfect, until):
    """Days that are planned may lie in the future: expected close and next step."""
    tables = record(events, scenario, seed, 0, perfect=perfect, until=until)
    for frame, columns in (
        (tables.opportunities, ("created", "closed")),
        (tables.stage_history, ("entered", "left")),
        (tables.activities, ("when",)),
    ):
        for column in columns:
            assert (frame[column].dropna() < until).all()
    assert (
        field_history(record_log(events, scenario, seed, 0, perfect=perfect, until=until), until)["when"]
        < until
    ).all()


def first_entries(events: Events) -> dict[tuple[str, str], datetime]:
    """Return when each deal truly entered each stage first."""
    entries: dict[tuple[str, str], datetime] = {}
    for row in events[events["kind"] == Kind.READY]:
        key = str(int(row["birth"])), HUMAN.stages[int(row["stage"])].name
        entries.setdefault(key, at(row["time"]))
    return entries


@given(journals(), seeds)
def test_perfect_recording_is_the_journal(events, seed):
    tables = record(events, HUMAN, seed, 0, perfect=True)
    opportunities = tables.opportunities.set_index("id")
    opened = events[events["kind"] == Kind.OPENED]
    assert set(opportunities.index) == {str(int(birth)) for birth in opened["birth"]}
    for row in opened:
        deal = opportunities.loc[str(int(row["birth"]))]
        assert (deal["created"], deal["amount"]) == (at(row["time"]), row["value"])
        assert deal["owner"] == f"Rep {int(row['seat']) + 1:02d}"
    ends = events[np.isin(events["kind"], CLOSING)]
    for row in ends:
        deal = opportunities.loc[str(int(row["birth"]))]
        assert (deal["closed"], deal["outcome"]) == (at(row["time"]), RECORDED[Kind(int(row["kind"]))])
    assert (opportunities["outcome"] != OPEN).sum() == ends.size
    history = tables.stage_history
    entered = dict(zip(zip(history["id"], history["stage"], strict=True), history["entered"], strict=True))
    assert entered == first_entries(events)
    assert len(tables.activities) == int(
        np.isin(events["kind"], (Kind.WORKED, Kind.FOLLOWED_UP))[events["stage"] >= 0].sum()
    )


@given(journals(), scenarios, seeds)
def test_nothing_is_typed_before_it_is_true(events, scenario, seed):
    truth = record(events, scenario, seed, 0, perfect=True)
    typed = record(events, scenario, seed, 0, perfect=False)
    whole = typed.opportunities.merge(truth.opportunities, on="id", suffixes=("", "_true"))
    assert len(whole) == len(truth.opportunities) == len(typed.opportunities)
    assert (whole["created"] >= whole["created_true"]).all()
    ended = whole[whole["outcome"] != OPEN]
    assert (ended["closed"] >= ended["closed_true"]).all()
    entered = typed.stage_history.merge(truth.stage_history, on=["id", "stage"], suffixes=("", "_true"))
    assert len(entered) == len(typed.stage_history)  # no stage is typed that was not entered
    assert (entered["entered"] >= entered["entered_true"]).all()


@given(journals(), scenarios, seeds)
def test_the_typed_outcome_and_last_stage_never_contradict_the_truth(events, scenario, seed):
    truth = record(events, scenario, seed, 0, perfect=True).opportunities.set_index("id")
    typed = record(events, scenario, seed, 0, perfect=False).opportunities.set_index("id")
    truth = truth.loc[typed.index]
    assert (typed["outcome"] == truth["outcome"]).all()
    order = {stage: place for place, stage in enumerate(stage.name for stage in HUMAN.stages)}
    behind = truth["stage"].map(order).astype(float) - typed["stage"].map(order).astype(float)
    assert (behind >= 0).all()  # a last stage that was still unlogged when the deal ended is never typed
    assert (behind[typed["outcome"] == OPEN] == 0).all()
    won = typed[typed["outcome"] == WON]
    assert (won["amount"] == truth.loc[won.index, "amount"]).all()


@given(journals(), scenarios, seeds, st.booleans(), moments)
def test_histories_hang_together(events, scenario, seed, perfect, until):
    tables = record(events, scenario, seed, 0, perfect=perfect, until=until)
    for frame, columns in (
        (tables.opportunities, OPPORTUNITIES),
        (tables.stage_history, STAGE_HISTORY),
        (tables.activities, ACTIVITIES),
    ):
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(columns)
    opportunities = tables.opportunities.set_index("id")
    assert opportunities.index.is_unique
    assert opportunities["created"].is_monotonic_increasing
    assert set(tables.stage_history["id"]) == set(opportunities.index)
    assert set(tables.activities["id"]) <= set(opportunities.index)
    order = {stage: place for place, stage in enumerate(tables.stages)}
    for key, visits in tables.stage_history.groupby("id", sort=False):
        deal = opportunities.loc[key]
        assert visits["entered"].iloc[0] == deal["created"]
        assert visits["stage"].iloc[-1] == deal["stage"]
        assert (visits["entered"].iloc[1:].to_numpy() == visits["left"].iloc[:-1].to_numpy()).all()
        assert visits["left"].iloc[-1] is deal["closed"] or visits["left"].iloc[-1] == deal["closed"]
        assert visits["stage"].map(order).is_monotonic_increasing
        assert visits["stage"].is_unique
        assert pd.isna(deal["closed"]) == (deal["outcome"] == OPEN)
    assert (opportunities["amount"] > 0).all()
    assert opportunities["probability"].between(0, 1).all()
    assert opportunities.loc[opportunities["outcome"] != OPEN, "next_step"].isna().all()


@given(journals(), scenarios, seeds, st.booleans())
def test_a_deal_is_typed_the_same_whatever_else_happens(events, scenario, seed, perfect):
    """Every second deal is taken out of the run; the others' pages do not change."""
    births = np.unique(events["birth"])
    kept = births[::2]
    # Both look at one moment, so that expected close dates are moved on equally long.
    until = at(600 * DAY)
    alone = record(events[np.isin(events["birth"], kept)], scenario, seed, 0, perfect=perfect, until=until)
    together = record(events, scenario, seed, 0, perfect=perfect, until=until)
    assert_same(alone, only(together, {str(int(birth)) for birth in kept}))


@given(journals(), scenarios, seeds, st.booleans(), moments)
def test_any_past_moment_can_be_rebuilt_from_the_log(events, scenario, seed, perfect, until):
    """A log kept far beyond the moment shows at the moment what a log that ends there shows."""
    log = record_log(events, scenario, seed, 0, perfect=perfect, until=at(900 * DAY))
    assert_same(tables_at(log, until), record(events, scenario, seed, 0, perfect=perfect, until=until))
    assert_last_values(log, until)


def assert_last_values(log: CrmLog, until: datetime) -> None:
    """Replaying the field history gives the opportunities table."""
    opportunities = tables_at(log, until).opportunities.set_index("id")
    history = field_history(log, until).drop_duplicates(["id", "field"], keep="last")
    last = history.pivot_table(index="id", columns="field", values="new", aggfunc="last")
    assert set(last.index) == set(opportunities.index)
    for column in ("stage", "outcome") if len(last) else ():
        assert (last[column] == opportunities.loc[last.index, column]).all()
    if len(last):
        assert (last["amount"].astype(float) == opportunities.loc[last.index, "amount"]).all()


@given(journals(), scenarios, seeds, st.booleans())
def test_every_line_of_the_field_history_changes_something(events, scenario, seed, perfect):
    history = field_history(record_log(events, scenario, seed, 0, perfect=perfect))
    assert set(history["field"]) <= {field.name.lower() for field in Field}
    assert history["when"].is_monotonic_increasing
    same = (history["old"] == history["new"]) | (history["old"].isna() & history["new"].isna())
    assert not same.any()


@given(journals(), scenarios, seeds, st.booleans())
def test_nothing_is_typed_before_a_deal_is_created_or_after_it_has_ended(events, scenario, seed, perfect):
    """Expected close dates included, which go on passing."""
    log = record_log(events, scenario, seed, 0, perfect=perfect, until=at(900 * DAY))
    deals = tables_at(log).opportunities[["id", "created", "closed"]]
    typed = field_history(log).merge(deals, on="id")
    assert len(typed) == len(field_history(log))
    assert (typed["when"] >= typed["created"]).all()
    assert not (typed["when"] > typed["closed"]).any()


@given(journals(), seeds)
def test_the_same_seed_types_the_same_and_another_does_not(events, seed):
    one, again, other = (record_log(events, HUMAN, s, 0, perfect=False) for s in (seed, seed, seed ^ 1))
    assert one.changes.tobytes() == again.changes.tobytes()
    assert one.activities.tobytes() == again.activities.tobytes()
    assert not one.ids.size or one.changes.tobytes() != other.changes.tobytes()
