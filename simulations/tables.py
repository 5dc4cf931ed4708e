"""The tables that the simulator writes and the CRM reader reads.

Column names stand here and nowhere else. Times are timezone-naive wall clock
(``datetime64[us]``); amounts are in the currency named beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import pandas as pd

OPEN, WON, LOST, DISQUALIFIED = "open", "won", "lost", "disqualified"
OUTCOMES = (OPEN, WON, LOST, DISQUALIFIED)
FORECAST_CATEGORIES = ("commit", "best case", "pipeline", "omitted")

TIME: Final = "datetime64[us]"

#: Columns of the opportunities table and their dtype.
#: ``expected_close``: the close date typed while open (day). ``probability``: typed, 0 to 1.
#: ``closed``: when it left the open pipeline; NaT while open. ``stage``: current or last stage.
OPPORTUNITIES: Mapping[str, str] = MappingProxyType(
    {
        "id": "str",
        "name": "str",
        "owner": "str",
        "source": "str",
        "product": "str",
        "pipeline": "str",
        "created": TIME,
        "amount": "float64",
        "currency": "str",
        "stage": "str",
        "probability": "float64",
        "expected_close": TIME,
        "forecast_category": "str",
        "next_step": TIME,
        "outcome": "str",
        "closed": TIME,
    }
)
#: One row for each visit of a stage; ``left`` is NaT while the opportunity is in it.
STAGE_HISTORY: Mapping[str, str] = MappingProxyType(
    {"id": "str", "stage": "str", "entered": TIME, "left": TIME}
)
ACTIVITIES: Mapping[str, str] = MappingProxyType(
    {"id": "str", "when": TIME, "kind": "str", "next_step": TIME}
)
TARGETS: Mapping[str, str] = MappingProxyType(
    {"start": TIME, "end": TIME, "owner": "str", "amount": "float64", "effective": TIME}
)
LEDGER: Mapping[str, str] = MappingProxyType({"month": TIME, "revenue": "float64", "published": TIME})


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of no rows with the given columns and dtypes."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def conform(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return ``frame`` with exactly ``columns``, in order and dtype; absent ones are filled with missing."""
    missing = {
        name: pd.Series(index=frame.index, dtype=dtype)
        for name, dtype in columns.items()
        if name not in frame
    }
    whole = frame.assign(**missing)
    return whole[list(columns)].astype(dict(columns)).reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class CrmTables:
    """What a CRM says, in the tables that everything downstream reads.

    Attributes
    ----------
    opportunities, stage_history, activities : DataFrame
        Columns as in `OPPORTUNITIES`, `STAGE_HISTORY`, `ACTIVITIES`.
    stages : tuple of str
        Names of the open stages, in pipeline order; empty where the export does not tell.
    known_from : mapping of str to Timestamp or None
        For each column of opportunities that has no history: the moment from which its value is
        known (the export). None or absent: known since the row's own times say so.
    """

    opportunities: pd.DataFrame
    stage_history: pd.DataFrame = field(default_factory=lambda: empty(STAGE_HISTORY))
    activities: pd.DataFrame = field(default_factory=lambda: empty(ACTIVITIES))
    stages: tuple[str, ...] = ()
    known_from: Mapping[str, pd.Timestamp | None] = field(default_factory=dict)
