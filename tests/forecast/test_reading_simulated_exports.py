"""A simulated CRM, exported in HubSpot's shape and read back, is the CRM that was recorded."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from forecast.crm import read_crm
from simulations.calendar import timeline
from simulations.exports import export_crm, record_ids
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.tables import DISQUALIFIED, LOST, OPEN

SCENARIO = Scenario(team=Team(groups=(SeatGroup(seats=2),)))
LINE = timeline(SCENARIO)
SEED = 3
AS_OF = LINE.date_of(LINE.year_start_day + 39 * 7 - 1)
MOMENT = pd.Timestamp(AS_OF) + timedelta(days=1)


@pytest.mark.parametrize("perfect", [True, False])
def test_the_reader_finds_what_the_recorder_recorded(tmp_path, perfect):
    """To the minute; HubSpot calls the disqualified lost, and keeps no expected close of what has closed."""
    paths = export_crm(SCENARIO, Steady(), SEED, tmp_path, as_of=AS_OF, perfect=perfect)
    read = read_crm(paths.deals, as_of=MOMENT).tables
    events = simulate(SCENARIO, Steady(), SEED, 0)
    typed = record(events, SCENARIO, SEED, 0, perfect=perfect, until=MOMENT.to_pydatetime())
    numbers = record_ids(typed)

    deals = typed.opportunities.assign(id=typed.opportunities["id"].map(numbers)).set_index("id")
    found = read.opportunities.set_index("id").loc[deals.index]
    for column in ("owner", "source", "amount", "currency", "stage", "probability", "next_step"):
        pd.testing.assert_series_equal(found[column], deals[column], obj=column)
    assert (found["outcome"] == deals["outcome"].replace(DISQUALIFIED, LOST)).all()
    for column in ("created", "closed"):
        pd.testing.assert_series_equal(found[column], deals[column].dt.floor("min"), obj=column)
    still_open = deals["outcome"] == OPEN
    assert (found["expected_close"][still_open] == deals["expected_close"][still_open]).all()
    assert still_open.sum() > 5

    wanted = typed.stage_history.assign(id=typed.stage_history["id"].map(numbers))
    assert_same_visits(read.stage_history, wanted)


def assert_same_visits(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    keys = ["id", "stage"]
    wanted = wanted.assign(entered=wanted["entered"].dt.floor("min"), left=wanted["left"].dt.floor("min"))
    pd.testing.assert_frame_equal(
        found.sort_values(keys).reset_index(drop=True), wanted.sort_values(keys).reset_index(drop=True)
    )
