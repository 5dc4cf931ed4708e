"""The prospecting that a team would have written down: hours by owner and day, as they were spent."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from simulations.calendar import DAY, timeline
from simulations.journal import Events, Kind
from simulations.recorder.log import owner_name
from simulations.scenario.model import Scenario
from simulations.tables import PROSPECTING, conform


def prospecting_hours(events: Events, scenario: Scenario, until: datetime | None = None) -> pd.DataFrame:
    """Return the prospecting hours of a run, a row for each owner and day on which some were spent.

    Touches, conversations and meetings are missing: the simulation goes from hours to leads in one step.

    Parameters
    ----------
    events : array of `simulations.journal.EVENT`
    scenario : Scenario
        Of the run.
    until : datetime, optional
        Only days that were over before it. By default all.

    Returns
    -------
    DataFrame
        Columns as in `simulations.tables.PROSPECTING`, by owner and day.
    """
    blocks = events[events["kind"] == Kind.PROSPECTED]
    # A block is told when it ends: one that fills its day to midnight belongs to the day that it filled.
    number = (blocks["time"] - 1) // DAY
    spent = blocks["value"] > 0
    begin = datetime.combine(timeline(scenario).origin, time())
    rows = pd.DataFrame(
        {
            "owner": [owner_name(int(seat)) for seat in blocks["seat"][spent]],
            "day": np.datetime64(begin, "us") + number[spent].astype("timedelta64[D]"),
            "hours": blocks["value"][spent],
        }
    )
    if until is not None:
        rows = rows[rows["day"] + timedelta(days=1) <= until]
    whole = rows.groupby(["owner", "day"], as_index=False)[["hours"]].sum()
    return conform(whole, PROSPECTING)
