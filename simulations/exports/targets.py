"""The targets that go with an exported year: each rep's quota, quarter by quarter."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from simulations.calendar import Timeline
from simulations.exports.files import csv_bytes
from simulations.recorder.log import owner_name
from simulations.scenario.model import Scenario
from simulations.tables import TARGETS

QUARTERS = 4


def targets_csv(scenario: Scenario, timeline: Timeline) -> bytes:
    """Return the year's targets as CSV: a row for each rep and quarter, first and last day included.

    Every quarter asks a quarter of the yearly quota; quotas are known when the year begins.
    """
    edges = [timeline.date_of(int(day)) for day in timeline.quarter_edges()]
    seats = sum(group.seats for group in scenario.team.groups)
    amount = repr(scenario.targets.yearly_quota_per_rep / QUARTERS)
    rows = [
        (
            start.isoformat(),
            (after - timedelta(days=1)).isoformat(),
            owner_name(seat),
            amount,
            edges[0].isoformat(),
        )
        for start, after in pairwise(edges)
        for seat in range(seats)
    ]
    return csv_bytes(tuple(TARGETS), rows)
