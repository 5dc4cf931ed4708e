"""Rolling origins: the days from which is forecast, what each may know, and what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.backtest.protocol import Dataset, Horizon
from forecast.bookings import Unit
from simulations.errors import BadInput, Problem
from simulations.tables import WON, CrmTables

#: Columns by whose largest values a data set is also looked at in parts, and how many of each.
SEGMENTED, LARGEST = ("owner", "source"), 3
WHOLE = "all"
#: Origins below which a horizon says too little about a file.
FEWEST_ORIGINS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What is forecast of one data set.

    Attributes
    ----------
    name : str
    first_origin, cut : Timestamp
        The first origin, and the first moment that is not in the file.
    step_days : int
    horizons : tuple of Horizon
    units : tuple of {"amount", "deals"}
    """

    name: str
    first_origin: pd.Timestamp
    cut: pd.Timestamp
    step_days: int
    horizons: tuple[Horizon, ...]
    units: tuple[Unit, ...]

    @classmethod
    def of(cls, name: str, asked: Dataset) -> Plan:
        """Return what a protocol asks of a data set."""
        first, cut = pd.Timestamp(asked.first_origin), pd.Timestamp(asked.cut)
        return cls(name, first, cut, asked.step_days, asked.horizons, asked.units)

    def origins(self, horizon: Horizon) -> tuple[pd.Timestamp, ...]:
        """Return the origins whose whole horizon lies before the cut, in time order."""
        return tuple(origin for origin in self._every() if horizon.after(origin) <= self.cut)

    def all_origins(self) -> tuple[pd.Timestamp, ...]:
        """Return the origins of the shortest horizon, which are those of all."""
        return max((self.origins(horizon) for horizon in self.horizons), key=len)

    def block(self, horizon: Horizon) -> int:
        """Return how many origins a horizon spans, rounded up: those that share days with one of them."""
        span = max((horizon.after(o) - o for o in self.origins(horizon)), default=pd.Timedelta(days=1))
        return int(-(-span // pd.Timedelta(days=self.step_days)))

    def _every(self) -> Iterator[pd.Timestamp]:
        origin = self.first_origin
        while origin < self.cut:
            yield origin
            origin += pd.Timedelta(days=self.step_days)


def plan_of_export(
    tables: CrmTables, exported: pd.Timestamp, horizons: tuple[Horizon, ...], units: tuple[Unit, ...]
) -> Plan:
    """Return weekly origins over the second half of an export.

    Parameters
    ----------
    tables : CrmTables
    exported : Timestamp
        The first moment that the export cannot know.
    horizons : tuple of Horizon
    units : tuple of {"amount", "deals"}

    Raises
    ------
    BadInput
        If a horizon leaves fewer than four origins.
    """
    cut = exported.normalize()
    first = tables.opportunities["created"].min().normalize()
    middle = (first + (cut - first) / 2).normalize()
    plan = Plan("export", middle, cut, 7, horizons, units)
    short = [horizon for horizon in horizons if len(plan.origins(horizon)) < FEWEST_ORIGINS]
    if short:
        allowed = (
            f"leaves fewer than {FEWEST_ORIGINS} weekly origins between {middle:%Y-%m-%d}, the middle of the export, and "
            f"its end, {cut:%Y-%m-%d}; ask for a shorter horizon, or export a longer history"
        )
        raise BadInput([Problem("--horizon", "", "", str(horizon), allowed) for horizon in short])
    return plan


def segments(tables: CrmTables, before: pd.Timestamp) -> tuple[str, ...]:
    """Return the data set as a whole and its largest owners and sources by what was created before the first origin.

    Written ``all`` or ``owner: Kim``. A column with fewer than two values has no segments.
    """
    rows = tables.opportunities[tables.opportunities["created"] < before]
    found = [WHOLE]
    for column in SEGMENTED:
        counts = rows[column].value_counts()
        if len(counts) > 1:
            order = sorted(counts.index, key=lambda value: (-int(counts[value]), str(value)))
            found += [f"{column}: {value}" for value in order[:LARGEST]]
    return tuple(found)


def of_segment(tables: CrmTables, segment: str) -> CrmTables:
    """Return the tables of one segment alone, ready to be handed to another process."""
    tables = replace(tables, known_from=dict(tables.known_from))
    if segment == WHOLE:
        return tables
    column, _, value = segment.partition(": ")
    rows = tables.opportunities
    rows = rows[rows[column] == value].reset_index(drop=True)
    history, activities = (
        table[table["id"].isin(rows["id"])].reset_index(drop=True)
        for table in (tables.stage_history, tables.activities)
    )
    return replace(tables, opportunities=rows, stage_history=history, activities=activities)


def came(tables: CrmTables, begin: pd.Timestamp, end: pd.Timestamp, unit: Unit) -> float:
    """Return the bookings of a period, its end excluded; missing amounts count 0."""
    rows = tables.opportunities
    won = rows[(rows["outcome"] == WON) & (rows["closed"] >= begin) & (rows["closed"] < end)]
    return float(len(won)) if unit == "deals" else float(np.nansum(won["amount"].to_numpy(float)))
