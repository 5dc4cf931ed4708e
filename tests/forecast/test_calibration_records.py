"""Records: flat arrays in an order that no row order and no id can change, whole from the day they are whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.calibration.draws import calibrate, level_wins, stays_of
from forecast.calibration.hazards import Hazards, Stays
from forecast.calibration.records import CENSORED, WHOLE_PIPELINE, day, days, first_whole_day, records
from forecast.calibration.workdays import Clock
from forecast.known import as_of
from simulations.errors import BadInput
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

MOMENT = pd.Timestamp("2026-03-01")


def small() -> CrmTables:
    """Return three opportunities: won by a stage skipped and one re-entered, lost at once, open."""
    rows = pd.DataFrame(
        [
            ("a", "2026-01-01", "2026-02-10", "won", 100.0),
            ("b", "2026-01-02", "2026-01-02", "lost", 0.0),
            ("c", "2026-01-03", None, "open", 50.0),
        ],
        columns=["id", "created", "closed", "outcome", "amount"],
    )
    visits = [
        ("a", "One", "2026-01-01"), ("a", "Three", "2026-01-11"), ("a", "Two", "2026-01-31"),
        ("a", "Three", "2026-02-05"), ("b", "One", "2026-01-02"), ("c", "One", "2026-01-03"),
        ("c", "Two", "2026-02-20"),
    ]  # fmt: skip
    history = pd.DataFrame(visits, columns=["id", "stage", "entered"])
    for frame, columns in ((rows, ["created", "closed"]), (history, ["entered"])):
        frame[columns] = frame[columns].apply(pd.to_datetime)
    return CrmTables(
        conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY), stages=("One", "Two", "Three")
    )


def test_visits_follow_the_path_over_skipped_and_re_entered_stages() -> None:
    known = records(small(), MOMENT)
    assert known.ids.tolist() == ["a", "b", "c"]
    visits = known.visits
    assert visits.deal.tolist() == [0, 0, 0, 0, 1, 2, 2]
    assert visits.stage.tolist() == [0, 2, 1, 2, 0, 0, 1]
    assert visits.next.tolist() == [2, 1, 2, 3, 4, 1, CENSORED]
    assert (visits.left - visits.entered).tolist() == [10, 20, 5, 5, 0, 48, 9]
    assert np.isnan(known.amount).tolist() == [False, True, False]  # an amount of 0 is none
    assert known.is_open.tolist() == [False, False, True]


def test_without_a_stage_history_age_counts_from_creation_in_one_stage() -> None:
    bare = replace(small(), stage_history=conform(pd.DataFrame(), STAGE_HISTORY))
    for tables in (bare, small()):
        known = records(tables, MOMENT, by_stage=False)
        assert known.stages == (WHOLE_PIPELINE,)
        assert (known.visits.left - known.visits.entered).tolist() == [40, 0, 57]
        assert known.visits.next.tolist() == [1, 2, CENSORED]


def test_a_history_of_a_few_is_not_used() -> None:
    """Fewer than 80% of the opportunities with visits: to tell stages apart would leave the others out."""
    history = small().stage_history
    partly = replace(small(), stage_history=history[history["id"] != "b"].reset_index(drop=True))
    assert records(partly, MOMENT).stages == (WHOLE_PIPELINE,)


def test_stages_that_only_the_closed_are_in_end_the_story_and_are_no_stay() -> None:
    """Where the CRM does not list its open stages: a visit of `Closed Won` is not waited in."""
    rows, history = small().opportunities, small().stage_history
    rows = rows.assign(stage=["Closed Won", "Closed Lost", "Two"])
    ends = pd.DataFrame({"id": ["a"], "stage": ["Closed Won"], "entered": [pd.Timestamp("2026-02-10")]})
    tables = CrmTables(conform(rows, OPPORTUNITIES), conform(pd.concat([history, ends]), STAGE_HISTORY))
    known = records(tables, MOMENT)
    assert set(known.stages) == {"One", "Two", "Three"}
    assert known.visits.next[known.visits.deal == 0][-1] == 3


def alike() -> CrmTables:
    """Return two open opportunities that differ in nothing but their path: also its days have the same sum."""
    rows = pd.DataFrame(
        {"id": ["x", "y"], "created": pd.Timestamp("2026-01-01"), "outcome": "open", "amount": 5.0}
    )
    visits = [
        ("x", "One", "2026-01-01"), ("x", "Two", "2026-01-05"), ("x", "Three", "2026-01-25"),
        ("y", "One", "2026-01-01"), ("y", "Two", "2026-01-15"), ("y", "Three", "2026-01-15"),
    ]  # fmt: skip
    history = pd.DataFrame(visits, columns=["id", "stage", "entered"])
    history["entered"] = pd.to_datetime(history["entered"])
    return CrmTables(conform(rows, OPPORTUNITIES), conform(history, STAGE_HISTORY))


def test_the_rank_of_opportunities_that_differ_in_their_path_only_is_that_of_the_path() -> None:
    """Else two of them change places with the rows, and each gets the luck of the other."""
    told = replace(alike(), stages=("One", "Two", "Three"))
    swapped = replace(told, opportunities=told.opportunities[::-1].reset_index(drop=True))
    one, other = records(told, MOMENT), records(swapped, MOMENT)
    assert one.ids.tolist() == other.ids.tolist()
    assert np.array_equal(one.visits.entered, other.visits.entered)


def test_where_the_order_of_stages_is_untold_visits_of_one_moment_do_not_depend_on_the_rows() -> None:
    tables = alike()
    turned = replace(
        tables, stage_history=tables.stage_history.iloc[[0, 1, 2, 3, 5, 4]].reset_index(drop=True)
    )
    one, other = records(tables, MOMENT), records(turned, MOMENT)
    assert one.stages == other.stages == ("One", "Three", "Two")
    assert np.array_equal(one.visits.next, other.visits.next)


def test_days_are_counted_from_1970_and_missing_times_stay_missing() -> None:
    assert day(pd.Timestamp("1970-01-02 12:00")) == 1.5
    found = days(pd.Series([pd.Timestamp("1970-01-11"), pd.NaT]))
    assert found[0] == 10
    assert np.isnan(found[1])


def test_records_are_whole_from_the_first_closing_where_earlier_ones_must_be_missing() -> None:
    """Hundreds of young opportunities and no closing for 90 days, then many: the file begins there."""
    rng = np.random.default_rng(1)
    created = rng.uniform(0, 300, 900)
    closed = created + rng.exponential(20, 900)
    whole = np.where(closed < 300, closed, np.nan)
    assert first_whole_day(created, whole, 300.0) == pytest.approx(created.min())
    kept = closed >= 90
    cut = np.where(closed[kept] < 300, closed[kept], np.nan)
    assert first_whole_day(created[kept], cut, 300.0) == pytest.approx(np.nanmin(cut))
    assert first_whole_day(np.zeros(0), np.zeros(0), 300.0) == 300.0
    assert first_whole_day(created, np.full(900, np.nan), 300.0) == pytest.approx(created.min())


def test_stays_begin_when_the_records_are_whole() -> None:
    """An age under observation begins where the file does, not where the stay began (left truncation)."""
    known = replace(records(small(), MOMENT), starts=day(pd.Timestamp("2026-01-21")))
    stays = stays_of(known, Clock(0, np.arange(30_000.0)))
    assert stays.stage.tolist() == [2, 1, 2, 0, 1]
    assert stays.begin.tolist() == [10, 0, 0, 18, 0]
    assert stays.end.tolist() == [20, 5, 5, 48, 9]


def test_all_draws_expect_the_wins_that_were_seen_the_mean_too() -> None:
    """The levels learn against draw 0 and are drawn with the others: both have the same height, else it counts twice."""
    rng = np.random.default_rng(2)
    end = rng.exponential(30.0, 500)
    zero = np.zeros(500)
    stays = Stays(zero.astype(np.int64), zero, end, np.where(rng.random(500) < 0.3, 1, 2))
    rate = rng.uniform(0.5, 2.0, (6, 1, 2, 3)) * 0.01
    levelled = level_wins(Hazards(np.array([[0.0, 20.0]]), rate), stays)
    spent = np.array([np.minimum(end, 20.0).sum(), np.maximum(end - 20.0, 0.0).sum()])
    whole = levelled.rate[:, 0].sum(axis=2)
    leave = np.column_stack((1 - np.exp(-20 * whole[:, 0]), np.ones(6)))
    chance = leave * levelled.rate[:, 0, :, 1] / whole
    began = spent * whole[0] / leave[0]  # so many live so many days there under draw 0
    wins = (stays.cause == 1).sum()
    assert levelled.rate[0, 0, :, 1] @ spent == pytest.approx(wins)
    assert chance @ began == pytest.approx(np.full(6, wins), rel=1e-3)
    assert np.array_equal(levelled.rate[..., 2], rate[..., 2])


def test_what_is_open_stands_in_its_last_stage_with_its_age_in_it(made_crm) -> None:
    tables = made_crm(5)
    moment = pd.Timestamp("2026-06-04")
    known = as_of(tables, moment)
    found = calibrate(known, moment, moment + pd.Timedelta(days=30), seed=1)
    last = known.stage_history.drop_duplicates("id", keep="last").set_index("id")
    for at in np.flatnonzero(found.stage >= 0):
        visit = last.loc[found.records.ids[at]]
        assert found.records.stages[found.stage[at]] == visit["stage"]
        clock_days = found.clock.at(day(moment)) - found.clock.at(day(visit["entered"]))
        assert found.age[at] == pytest.approx(float(clock_days))
    closed = (found.stage == CENSORED).sum()
    assert closed == (known.opportunities["outcome"] != "open").sum()


def test_too_few_closed_or_won_are_refused_with_their_numbers(made_crm) -> None:
    tables = made_crm(6)
    with pytest.raises(BadInput, match="closed"):
        calibrate(as_of(tables, MOMENT - pd.Timedelta(days=50)), MOMENT, MOMENT, seed=1)
