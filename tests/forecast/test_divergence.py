"""An imported year week by week: each week is the forecast of its day, reads nothing later, and adds up."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.crm import read_crm
from forecast.divergence import ImportedYear, imported_year
from forecast.forecasting import forecast
from simulations.errors import BadInput
from simulations.tables import CrmTables

EXPORT = (
    Path(__file__).resolve().parents[2] / "examples" / "crm" / "hubspot-crm-exports-all-deals-2026-10-04.csv"
)
QUARTER = {"start": "2026-01-05", "end": "2026-04-05"}
TARGET, DRAWS, SEED = 600_000.0, 400, 5


@pytest.fixture(scope="module")
def tables() -> CrmTables:
    return read_crm(EXPORT).tables


def watched(tables: CrmTables, until: object = "2026-02-08", **asked: object) -> ImportedYear:
    """Return the quarter up to the end of its fifth week, unless told."""
    given = {**QUARTER, "target": TARGET, "draws": DRAWS, "seed": SEED, **asked}
    return imported_year(tables, until=until, **given)


@pytest.fixture(scope="module")
def year(tables: CrmTables) -> ImportedYear:
    return watched(tables)


def test_the_parts_add_up_in_every_week(year: ImportedYear):
    rows = year.to_frame()
    assert rows.index.tolist() == [0, 1, 2, 3, 4, 5]
    assert (rows["booked"] + rows["open"] + rows["new"]).to_numpy() == pytest.approx(
        rows["projected"], rel=1e-12
    )
    assert rows["booked"].is_monotonic_increasing
    assert (rows["low"] <= rows["projected"]).all()
    assert (rows["projected"] <= rows["high"]).all()
    assert set(rows["target"]) == {TARGET}


@pytest.mark.parametrize("week", [0, 3])
def test_a_week_is_the_forecast_that_was_asked_on_its_day(tables: CrmTables, year: ImportedYear, week: int):
    """The same numbers to the last digit as one forecast by itself: a second way to each row."""
    row = year.weeks[week]
    alone = forecast(
        tables,
        as_of=pd.Timestamp(row.moment).to_pydatetime(),
        **QUARTER,
        target=TARGET,
        draws=DRAWS,
        seed=SEED,
    )
    assert row.projected == pytest.approx(alone.mean, rel=1e-12)
    assert row.booked == alone.bookings.booked
    assert row.chance == alone.chance_of_target
    assert (row.low, row.high) == pytest.approx(
        (alone.bookings.quantiles()["0.1"], alone.bookings.quantiles()["0.9"]), rel=1e-12
    )


def other_future(tables: CrmTables, when: pd.Timestamp) -> CrmTables:
    """Return tables that say the same up to a moment, and lies after it."""
    rng = np.random.default_rng(3)
    rows = tables.opportunities.copy()
    late = ~(rows["closed"] < when)
    rows.loc[late, "outcome"] = rng.choice(["won", "lost"], int(late.sum()))
    rows.loc[late, "closed"] = when + pd.to_timedelta(rng.integers(0, 60, int(late.sum())), unit="D")
    rows.loc[late, "probability"] = rng.random(int(late.sum()))
    born = rows["created"] >= when
    rows.loc[born, "amount"] = rows.loc[born, "amount"] * 9
    rows = rows.drop(rows.index[born][::3])
    visits = tables.stage_history
    visits = visits[(visits["entered"] < when) | (rng.random(len(visits)) < 0.5)]
    visits = visits[visits["id"].isin(rows["id"])]
    visits = visits.assign(left=visits["left"].mask(visits["left"] >= when))
    return replace(
        tables, opportunities=rows.reset_index(drop=True), stage_history=visits.reset_index(drop=True)
    )


def test_nothing_later_than_a_week_changes_its_row(tables: CrmTables, year: ImportedYear):
    """Outcomes, dates, amounts and stages after the third week are rewritten; rows to the third stay to the byte."""
    lied = watched(other_future(tables, pd.Timestamp("2026-01-26")))
    assert lied.weeks[:4] == year.weeks[:4]
    assert lied.weeks[4] != year.weeks[4], "the lies must be seen once their time has come"


def test_looking_on_changes_no_earlier_row(tables: CrmTables, year: ImportedYear):
    """The band looks ahead to the period's end from the first week on, not to the last week that is known."""
    assert watched(tables, until="2026-01-25").weeks == year.weeks[:4]


def test_the_target_to_date_follows_working_days(year: ImportedYear):
    """A quarter of 65 weekdays without a holiday in it: five of them a week."""
    assert [week.plan for week in year.weeks] == pytest.approx([TARGET * 5 * n / 65 for n in range(6)])


def test_a_holiday_asks_for_nothing(tables: CrmTables):
    """19 January 2026, a Monday, is a public holiday in the United States: four working days of 64, and none in week 3."""
    found = watched(tables, until="2026-01-25", country="US")
    steps = np.diff([week.plan for week in found.weeks]) / TARGET
    assert steps[2] / steps[1] == pytest.approx(4 / 5)


def test_before_the_first_look_there_is_no_edge_and_then_always_one(year: ImportedYear):
    edges = [week.edge for week in year.weeks]
    assert edges[0] is None
    assert all(edge is not None and 0 < edge <= TARGET for edge in edges[1:])
    assert year.on_plan >= 50


def test_the_first_week_below_the_edge_is_the_shortfall(tables: CrmTables):
    """A sudden drought: from the third week on nothing more is won, and nothing more is created."""
    when = pd.Timestamp("2026-01-19")
    rows = tables.opportunities[tables.opportunities["created"] < when]
    late = ~(rows["closed"] < when)
    rows = rows.assign(outcome=rows["outcome"].mask(late, "lost"), closed=rows["closed"].mask(late, when))
    visits = tables.stage_history[tables.stage_history["id"].isin(rows["id"])]
    dry = watched(replace(tables, opportunities=rows, stage_history=visits), until="2026-04-05")
    below = [week.week for week in dry.weeks if week.edge is not None and week.projected < week.edge]
    assert dry.shortfall_week == below[0]
    assert dry.shortfall is dry.weeks[below[0]]
    assert 3 <= below[0] <= 6, "a drought this hard must be seen within a month"
    assert all(not week.fell for week in dry.weeks[: below[0]])


def test_a_target_that_is_booked_is_never_a_shortfall(tables: CrmTables):
    found = watched(tables, target=1_000.0)
    assert found.shortfall_week is None
    assert found.last.chance == 1.0
    assert found.last.booked > found.target
    assert {week.edge for week in found.weeks[1:]} == {1_000.0}, "above the target nothing is a shortfall"


def test_a_target_out_of_reach_has_no_band_and_says_so(tables: CrmTables):
    found = watched(tables, until="2026-01-18", target=1e8)
    assert found.reason == "out of reach"
    assert found.on_plan == 0
    assert found.shortfall_week is None
    assert found.to_frame()["edge"].isna().all()
    assert len(found.weeks) == 3


def test_too_little_history_makes_the_weeks_begin_later(tables: CrmTables):
    """The export begins in January 2025; its 20th closing and 5th win come some weeks later."""
    found = watched(tables, start="2025-03-03", end="2025-06-29", until="2025-05-04")
    closed = tables.opportunities.loc[
        tables.opportunities["closed"] < pd.Timestamp(found.first.moment), "outcome"
    ]
    before = tables.opportunities[
        tables.opportunities["closed"] < pd.Timestamp(found.first.moment) - pd.Timedelta(weeks=1)
    ]
    assert found.first.week > 0
    assert found.reason == ""
    assert ((closed == "won").sum() >= 5) & (len(closed) >= 20)
    assert ((before["outcome"] == "won").sum() < 5) | (len(before) < 20)
    assert found.first.edge is None, "the band begins with the first forecast"


@pytest.mark.parametrize(
    ("until", "reason"), [("2025-01-12", "too little history"), ("2024-12-01", "not begun")]
)
def test_where_nothing_can_be_said_there_are_no_weeks_and_a_reason(
    tables: CrmTables, until: str, reason: str
):
    found = watched(tables, start="2025-01-06", end="2025-06-29", until=until)
    assert found.weeks == ()
    assert found.reason == reason
    assert found.shortfall is None
    assert found.to_frame().empty
    json.dumps(found.to_dict(), allow_nan=False)


def test_amounts_that_nobody_typed_are_named(tables: CrmTables):
    rows = tables.opportunities.assign(amount=np.nan)
    bare = replace(tables, opportunities=rows)
    assert watched(bare, until="2026-01-11").reason == "no amounts"
    assert watched(bare, until="2026-01-11", unit="deals", target=25.0).weeks


def test_the_last_week_of_a_period_that_is_over_is_what_was_booked(tables: CrmTables):
    found = watched(tables, start="2026-01-05", end="2026-01-18", until="2026-03-01", target=60_000.0)
    assert [week.week for week in found.weeks] == [0, 1, 2]
    assert found.last.open == found.last.new == 0.0
    assert found.last.low == found.last.high == found.last.booked
    assert found.last.projected == pytest.approx(found.last.booked, rel=1e-12)
    assert found.last.plan == found.target


def test_progress_is_told_and_the_result_is_plain(tables: CrmTables):
    told: list[tuple[int, int]] = []
    found = watched(tables, until="2026-01-18", progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["weeks"][0]["edge"] is None
    assert plain["weeks"][1]["moment"] == "2026-01-12"
    assert plain["seed"] == SEED
    assert "amount" in plain["may_look_ahead"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"end": "2025-01-01"}, "end"), ({"target": -1.0}, "target"), ({"draws": 3}, "draws")],
)
def test_what_cannot_be_asked_is_refused(tables: CrmTables, wrong: dict, field: str):
    with pytest.raises(BadInput, match=field):
        watched(tables, **wrong)
