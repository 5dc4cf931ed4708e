"""HubSpot's shape: what its deals page exports, as far as public files and HubSpot's own pages tell.

Every cell is quoted; times are to the minute, without a zone; ``Close Date`` is the expected day while a
deal is open and the day of its end afterwards; one column ``Date entered "Stage (Pipeline)"`` a stage.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simulations.exports.files import csv_bytes, harmless
from simulations.exports.snapshot import (
    CLOSED_LOST,
    CLOSED_WON,
    END_STAGE,
    FIRST_NUMBER,
    REASON,
    refuse_closed_names,
    titles,
)
from simulations.tables import OPEN, CrmTables

_COLUMNS = (
    "Record ID",
    "Deal Name",
    "Pipeline",
    "Deal Stage",
    "Amount",
    "Currency",
    "Create Date",
    "Close Date",
    "Deal owner",
    "Deal source",
    "Deal probability",
    "Last Activity Date",
    "Next Activity Date",
    "Closed Lost Reason",
)
_MINUTES = "%Y-%m-%d %H:%M"


def record_ids(tables: CrmTables) -> dict[str, str]:
    """Return opportunity id -> HubSpot record id: counted up in the order of creation, as a CRM does.

    A later export of the same run gives the same deal the same number.
    """
    return {key: str(FIRST_NUMBER + place) for place, key in enumerate(tables.opportunities["id"])}


def hubspot_deals(tables: CrmTables) -> bytes:
    """Return the deals export as bytes of a CSV file.

    Parameters
    ----------
    tables : CrmTables
        The CRM at the moment of the export, opportunities in the order of creation.

    Raises
    ------
    BadInput
        A stage has the name of one of HubSpot's closed stages.
    """
    refuse_closed_names(tables.stages, "HubSpot")
    pipeline = _pipeline(tables)
    stages = (*tables.stages, CLOSED_WON, CLOSED_LOST)
    header = (*_COLUMNS, *(f'Date entered "{stage} ({pipeline})"' for stage in stages))
    return csv_bytes(header, _rows(tables, stages))


def _pipeline(tables: CrmTables) -> str:
    names = tables.opportunities["pipeline"].dropna().unique()
    return str(names[0]) if len(names) else "Sales Pipeline"


def _rows(tables: CrmTables, stages: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    entered = {
        (str(row.id), str(row.stage)): row.entered for row in tables.stage_history.itertuples(index=False)
    }
    last_activity = tables.activities.groupby("id")["when"].max().to_dict()
    numbers = record_ids(tables)
    called = titles(numbers)
    for deal in tables.opportunities.to_dict("records"):
        key, outcome = str(deal["id"]), str(deal["outcome"])
        end = END_STAGE.get(outcome)
        yield (
            numbers[key],
            harmless(called[key]),
            harmless(str(deal["pipeline"])),
            harmless(end or str(deal["stage"])),
            _number(deal["amount"]),
            str(deal["currency"]),
            _minute(deal["created"]),
            _minute(deal["expected_close"] if outcome == OPEN else deal["closed"]),
            harmless(str(deal["owner"])),
            harmless(str(deal["source"])),
            _number(deal["probability"]),
            _minute(last_activity.get(key)),
            _minute(deal["next_step"]),
            REASON.get(outcome, ""),
            *(_minute(deal["closed"] if stage == end else entered.get((key, stage))) for stage in stages),
        )


def _minute(moment: object) -> str:
    return moment.strftime(_MINUTES) if isinstance(moment, pd.Timestamp) else ""  # NaT is no Timestamp


def _number(value: float) -> str:
    return "" if math.isnan(value) else repr(float(value))
