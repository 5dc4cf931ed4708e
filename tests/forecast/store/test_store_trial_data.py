"""A real history, imported month by month as of each month end: past forecasts to the byte, waterfalls to the cent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from forecast.changes.steps import SIGNS, steps_between
from forecast.changes.waterfall import parts, whole
from forecast.crm import Reading, read_crm
from forecast.forecasting import forecast
from forecast.store import Store, known_at, open_store
from simulations.tables import LOST, OPEN, WON

MAVEN = "maven_2017-09-30/vendor_style/salesforce_report.csv"
#: Midnights after month ends; nothing closed before March 2017, so the first is too early to forecast from.
MONTHS = [pd.Timestamp(2017, month, 1) for month in range(3, 11)]


@dataclass(frozen=True)
class Imported:
    """The history in a store, and each month end's reading as it was imported, with its forecast then."""

    store: Store
    readings: dict[pd.Timestamp, Reading]
    forecasts: dict[pd.Timestamp, str]


def forecast_of(read: Reading, moment: pd.Timestamp) -> str:
    """Return the forecast of the following quarter, as the command line prints it."""
    end = moment + pd.Timedelta(days=90)
    made = forecast(
        read.tables, as_of=moment.to_pydatetime(), start=moment, end=end, target=2_000_000.0, draws=100,
        findings=read.findings,
    )  # fmt: skip
    return json.dumps(made.to_dict(), indent=2, allow_nan=False, ensure_ascii=False)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(MONTHS[-3:], id="three months"),
        pytest.param(MONTHS, id="all", marks=pytest.mark.deep),
    ],
)
def imported(
    request: pytest.FixtureRequest, trial_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Imported]:
    """Import the history as it went: at each month end a reading, forecast from before it was stored."""
    readings, forecasts = {}, {}
    with open_store(tmp_path_factory.mktemp("maven") / "pipeline.db", create=True) as store:
        for moment in request.param:
            readings[moment] = read_crm(trial_data / MAVEN, as_of=moment, encoding="latin-1")
            if moment != MONTHS[0] and (moment == request.param[0] or len(request.param) > 3):
                forecasts[moment] = forecast_of(readings[moment], moment)
            store.add(readings[moment], moment)
        yield Imported(store, readings, forecasts)


def test_every_past_forecast_is_made_again_to_the_byte(imported):
    for moment, wanted in imported.forecasts.items():
        assert forecast_of(known_at(imported.store, moment), moment) == wanted


def test_every_past_reading_is_the_same_cell_for_cell(imported, same_reading):
    for moment, wanted in imported.readings.items():
        same_reading(known_at(imported.store, moment), wanted)


def test_the_waterfall_of_every_month_balances_and_its_wins_are_the_months_bookings(imported):
    """To the cent, as a whole and by owner; the truth is the last reading, which knows when everything closed."""
    months = list(imported.readings)
    last = imported.readings[months[-1]].tables.opportunities
    for begin, end in [*pairwise(months), (months[0], months[-1])]:
        before, after = (imported.readings[moment].tables for moment in (begin, end))
        taken = steps_between(before, after, begin, None, "USD")
        total = whole(taken, "USD")
        divided = parts(taken, before, after, "owner", "USD")
        for waterfall in (total, *divided):
            assert waterfall.balance == waterfall.flows["end"]
        for step in (*SIGNS, "end"):
            assert sum(part.flows[step].minor for part in divided) == total.flows[step].minor
        closed = last[(last["closed"] >= begin) & (last["closed"] < end)]
        won = closed[closed["outcome"] == WON]
        assert total.flows["won"].minor == round(won["amount"].sum() * 100)
        assert total.deals("won") == len(won)
        assert total.deals("lost") == (closed["outcome"] == LOST).sum()
        created = (last["created"] >= begin) & (last["created"] < end)
        assert total.deals("created") == created.sum()
        assert total.deals("end") == (after.opportunities["outcome"] == OPEN).sum()


def test_importing_all_of_it_again_changes_nothing(imported):
    before = imported.store.snapshots()
    for moment, read in imported.readings.items():
        assert not imported.store.add(read, moment).changed
    assert imported.store.snapshots() == before
