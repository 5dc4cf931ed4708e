"""The prospecting hours that go with an exported year, as somebody would have written them down."""

from __future__ import annotations

from datetime import datetime

from simulations.exports.files import csv_bytes
from simulations.journal import Events
from simulations.recorder.prospecting import prospecting_hours
from simulations.scenario.model import Scenario


def prospecting_csv(events: Events, scenario: Scenario, moment: datetime) -> bytes:
    """Return the prospecting hours of every rep and day before a moment as CSV, to two decimals."""
    rows = prospecting_hours(events, scenario, moment)
    told = zip(rows["owner"], rows["day"], rows["hours"], strict=True)
    return csv_bytes(
        ("owner", "day", "hours"), ((owner, f"{day:%Y-%m-%d}", f"{hours:.2f}") for owner, day, hours in told)
    )
