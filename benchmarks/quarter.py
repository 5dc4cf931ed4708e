"""A forecast from a CRM: the quarter after a simulated year, from the CRM recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.clock import SEED, Size, seconds
from benchmarks.table import Row, Spread
from simulations.calendar import timeline
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

if TYPE_CHECKING:
    from forecast.forecasting import Forecast

PART = "forecast"
DAYS = 90


def quarter_ahead(scenario: Scenario) -> Callable[[], Forecast]:
    """Return what forecasts the quarter after a simulated year from the CRM recorded of it, ready to run."""
    from forecast.forecasting import forecast

    line = timeline(scenario)
    start = line.date_of(line.year_end_day)
    events = simulate(scenario, Steady(), SEED, 0)
    moment = datetime.combine(start, time())
    tables = record(events, scenario, SEED, 0, perfect=False, until=moment)
    end = start + timedelta(days=DAYS)
    return partial(forecast, tables, as_of=moment, start=start, end=end, seed=SEED)


def rows(size: Size) -> list[Row]:
    """Return how long a forecast takes: calibration, cycle and bookings."""
    ahead = quarter_ahead(Scenario())
    found = ahead()  # imports, and warms the caches
    spread = Spread.of(seconds(ahead) for _ in range(size.runs))
    note = f"from the CRM of {found.counts['known']:,} opportunities, with 10,000 draws"
    return [Row(PART, "forecast of a quarter", "s", spread, note=note)]
