"""What the tests of quotas share: a small team simulated once, and the shipped export's year."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from forecast.quota.draws import QuotaDraws
from forecast.quota.history import History, HistoryQuestion, learned_history
from forecast.quota.simulated import Years, simulated_draws
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team

#: Of the shipped export.
MOMENT = pd.Timestamp("2026-10-05")


@pytest.fixture(scope="session")
def small_team() -> Scenario:
    """Return three reps who are there and one who is hired in March and ramps."""
    hired = SeatGroup(name="hired", seats=1, hired=dt.date(2026, 3, 2))
    return Scenario(team=Team(groups=(SeatGroup(name="standing", seats=3), hired)))


@pytest.fixture(scope="session")
def some_years() -> Years:
    """Return 300 steady years, seed 4."""
    return Years(Steady(), range(300), 4, 1)


@pytest.fixture(scope="session")
def small_draws(small_team, some_years) -> QuotaDraws:
    """Return what the small team books in these years."""
    return simulated_draws(small_team, some_years)


@pytest.fixture(scope="session")
def history(reading) -> History:
    """Return what the shipped export teaches of the 52 weeks after it: 1,000 draws, seed 5."""
    asked = HistoryQuestion(MOMENT, MOMENT.date(), dt.date(2027, 10, 3), draws=1_000, seed=5)
    return learned_history(reading.tables, asked, reading.currency)
