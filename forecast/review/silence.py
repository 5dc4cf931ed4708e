"""When an opportunity was last touched: what says that it is silent, and where nothing says it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast.changes.ageing import days_of
from simulations.tables import OPEN, CrmTables

NO_ACTIVITY = "the export does not say when an opportunity was last active"
NO_NEXT_STEP = "the export holds no next steps"
LATER = "the export is of a later day and knows its activities and next steps only as they are then; give one of that day, or a store"


def no_activities(tables: CrmTables, moment: pd.Timestamp) -> str:
    """Return why it cannot be said who was silent at a moment; empty where it can."""
    if _later(tables, moment):
        return LATER
    return NO_ACTIVITY if tables.activities.empty else ""


def no_next_steps(tables: CrmTables, moment: pd.Timestamp) -> str:
    """Return why it cannot be said who had no next step at a moment; empty where it can."""
    if _later(tables, moment):
        return LATER
    planned = tables.opportunities["next_step"].notna().any() or tables.activities["next_step"].notna().any()
    return "" if planned else NO_NEXT_STEP


def _later(tables: CrmTables, moment: pd.Timestamp) -> bool:
    known = tables.known_from.get("next_step")
    return known is not None and known > moment


def touches(tables: CrmTables, moment: pd.Timestamp) -> pd.DataFrame:
    """Return when each open opportunity was last touched, and its next step.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive; a next step on its day or later counts.

    Returns
    -------
    DataFrame
        By id: ``touched``, the latest of its creation, its entries into stages and its activities; ``silent_days`` since
        then; ``next_step``, missing where it has passed.
    """
    rows = tables.opportunities
    rows = rows[rows["outcome"] == OPEN].set_index("id")
    latest = [rows["created"]]
    for table, column in ((tables.stage_history, "entered"), (tables.activities, "when")):
        latest.append(table.groupby("id")[column].max().reindex(rows.index))
    touched = pd.concat(latest, axis=1).max(axis=1)
    planned = pd.concat(
        [rows["next_step"], tables.activities.groupby("id")["next_step"].max().reindex(rows.index)], axis=1
    ).max(axis=1)
    ahead = planned.where(planned >= moment.normalize())
    silent = np.maximum(days_of(moment - touched), 0.0)
    return pd.DataFrame({"touched": touched, "silent_days": silent, "next_step": ahead}, index=rows.index)
