"""What is scored at an origin is what users get, from that day's knowledge alone, on any number of processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast import cycle
from forecast.backtest.backtest import backtest
from forecast.backtest.origins import Plan
from forecast.backtest.protocol import Horizon
from forecast.backtest.running import FORECAST, How, forecasts, outcomes_at, run
from forecast.calibration import draws
from forecast.forecasting import forecast
from forecast.known import as_of

FIRST = pd.Timestamp("2026-01-05")
ORIGIN, CUT = FIRST + pd.Timedelta(days=150), FIRST + pd.Timedelta(days=171)
HOW = How(300, 5)
pytestmark = pytest.mark.usefixtures("few_parameter_draws")


@pytest.fixture(scope="module")
def few_parameter_draws() -> Iterator[None]:
    """Run with 20 parameter draws in place of 200: what is compared here holds for any number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "PARAMETER_DRAWS", 20)
        patch.setattr(cycle, "PARAMETER_DRAWS", 20)
        yield


@pytest.fixture
def plan() -> Plan:
    horizons = tuple(map(Horizon.model_validate, ("1 week", "2 weeks")))
    return Plan("made", ORIGIN, CUT, 7, horizons, ("amount", "deals"))


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_the_draws_are_those_of_the_forecast_itself(made_crm, unit: str) -> None:
    known = as_of(made_crm(3), ORIGIN)
    said = forecast(
        known, as_of=ORIGIN, start=ORIGIN, end=ORIGIN + pd.Timedelta(days=13), unit=unit, draws=300, seed=5
    )
    found = forecasts(known, ORIGIN, ORIGIN + pd.Timedelta(days=14), (unit,), HOW)
    assert np.array_equal(found[unit], said.bookings.total)


def later_scrambled(tables):
    """Return the tables with everything from the origin on at other times, won and lost exchanged, half of it gone."""
    rows = tables.opportunities
    late = ~(rows["closed"] < ORIGIN)
    changed = rows.assign(
        outcome=rows["outcome"].mask(late, rows["outcome"].map({"won": "lost", "lost": "won"})),
        closed=rows["closed"].mask(late, rows["closed"] + pd.Timedelta(days=3)),
    )
    unborn = rows["created"] >= ORIGIN
    kept = changed[~unborn | (np.arange(len(rows)) % 2 == 0)]
    history = tables.stage_history[tables.stage_history["id"].isin(kept["id"])]
    moved = history["entered"] >= ORIGIN
    history = history.assign(
        entered=history["entered"].mask(moved, history["entered"] + pd.Timedelta(hours=7))
    )
    return type(tables)(kept.reset_index(drop=True), history.reset_index(drop=True), stages=tables.stages)


def test_no_method_looks_ahead(made_crm, plan) -> None:
    """Another future changes what came and nothing that anybody said before: mean, median, edges, of each method."""
    tables = made_crm(3)
    one, other = (outcomes_at(plan, some, "all", ORIGIN, HOW) for some in (tables, later_scrambled(tables)))
    said = [[(o.horizon, o.unit, o.method, o.scores.mean, o.scores.median, o.scores.low, o.scores.high)
             for o in outcomes] for outcomes in (one, other)]  # fmt: skip
    assert said[0] == said[1]
    assert [o.came for o in one] != [o.came for o in other]
    assert {o.method for o in one} >= {FORECAST, "trailing mean", "spreadsheet", "seasonal naive"}


def test_the_check_notices_a_look_ahead(made_crm) -> None:
    """A forecast from the whole file, future included, is another one than from what was known."""
    tables = made_crm(3)
    end = ORIGIN + pd.Timedelta(days=14)
    honest = forecasts(as_of(tables, ORIGIN), ORIGIN, end, ("deals",), HOW)["deals"]
    ahead = forecasts(as_of(tables, end), ORIGIN, end, ("deals",), HOW)["deals"]
    assert not np.array_equal(honest, ahead)


def test_too_little_is_refused_and_said_and_baselines_still_answer(made_crm, plan) -> None:
    tables = made_crm(3, deals=25)
    found = outcomes_at(plan, tables, "all", ORIGIN, HOW)
    own = [one for one in found if one.method == FORECAST]
    assert {one.scores for one in own} == {None}
    assert all("closed" in one.refused for one in own)
    assert any(one.scores is not None for one in found if one.method != FORECAST)


def test_processes_change_no_outcome(made_crm, monkeypatch) -> None:
    """And progress is told once for each origin: two of the whole, which has no segments."""
    monkeypatch.setattr(draws, "PARAMETER_DRAWS", 200)  # as other processes have it
    tables = made_crm(3, deals=120)
    bare = replace(tables, opportunities=tables.opportunities.assign(owner=None, source=None))
    short = Plan(
        "made", ORIGIN, ORIGIN + pd.Timedelta(days=14), 7, (Horizon.model_validate("1 week"),), ("deals",)
    )
    told: list[tuple[int, int]] = []
    how = How(100, 5, baselines=("trailing mean",))
    one = run({"made": (short, bare)}, how, 1, lambda done, of: told.append((done, of)))
    assert run({"made": (short, bare)}, how, 2) == one
    assert told == [(1, 2), (2, 2)]


def test_a_backtest_is_plain_values(made_crm, plan) -> None:
    tables = made_crm(3, deals=150)
    tables = replace(tables, opportunities=tables.opportunities.assign(source=None))
    found = backtest({"made": (plan, tables)}, How(100, 5, baselines=("trailing mean",)), workers=1)
    told = found.to_dict()
    assert {"league", "hit_shares", "pooled", "draws", "seed", "country", "version"} == set(told)
    frame = found.to_frame()
    assert set(frame["segment"]) == {"all", "owner: Ann", "owner: Bob"}
    # 3 origins a week ahead and 2 two weeks, two units, two methods, three segments
    assert len(frame) == (3 + 2) * 2 * 2 * 3
    assert sum(1 for _ in found.log_rows("2026-01-01", "note")) == 2 * 2 * 2 + 1
