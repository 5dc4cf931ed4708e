"""What a perfectly kept CRM says, read off the journal of a run: many times faster than its tables."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Ints
from forecast.alarms.history import History
from forecast.alarms.tallies import Stays
from forecast.calibration.records import day
from simulations.calendar import DAY, timeline
from simulations.journal import CLOSING, Events, Kind
from simulations.recorder.log import owner_name
from simulations.scenario.model import Scenario


def told(events: Events, scenario: Scenario, moment: datetime) -> History:
    """Return the history that a perfectly kept CRM shows at a moment; a test holds it against the tables.

    Parameters
    ----------
    events : Events
        The journal of one run of the scenario, from its warm-up on.
    scenario : Scenario
    moment : datetime
        Exclusive.
    """
    origin = datetime.combine(timeline(scenario).origin, time())
    stages = tuple(stage.name for stage in scenario.stages)
    cut = int((moment - origin).total_seconds())
    rows = _stage_rows(events, cut)
    amounts = events[(events["kind"] == Kind.OPENED) & (events["time"] < cut)]
    amounts = amounts[np.argsort(amounts["birth"])]
    amount = amounts["value"][np.searchsorted(amounts["birth"], rows["birth"])]
    begin, now = day(pd.Timestamp(origin)), day(pd.Timestamp(moment))
    other = rows["birth"][1:] != rows["birth"][:-1]
    first, last = np.append(True, other), np.append(other, True)
    cause = _causes(rows, len(stages))
    enters = rows["kind"] == Kind.READY
    left = begin + np.append(rows["time"][1:], cut) / DAY
    stays = Stays(
        owner=rows["seat"][enters].astype(np.int64),
        stage=rows["stage"][enters].astype(np.int64),
        entered=begin + rows["time"][enters] / DAY,
        left=np.where(last, now, left)[enters],
        cause=np.where(last, -1, cause)[enters].astype(np.int64),
        value=amount[enters],
    )
    seats = sum(group.seats for group in scenario.team.groups)
    owners = tuple(owner_name(seat) for seat in range(seats))
    created = begin + rows["time"][first] / DAY
    return History(now, owners, stages, stays, created, rows["seat"][first].astype(np.int64), amount[first])


def _stage_rows(events: Events, cut: int) -> Events:
    """Return entries into stages and ends, opportunity by opportunity; a new visit of the same stage leaves no trace."""
    rows = events[
        np.isin(events["kind"], (Kind.READY, *CLOSING)) & (events["time"] < cut) & (events["stage"] >= 0)
    ]
    rows = rows[np.lexsort((np.arange(len(rows)), rows["birth"]))]
    again = (rows["birth"][1:] == rows["birth"][:-1]) & (rows["stage"][1:] == rows["stage"][:-1])
    kept: Events = rows[~(np.append(False, again) & (rows["kind"] == Kind.READY))]
    return kept


def _causes(rows: Events, stages: int) -> Ints:
    """Return what each row's stay ends with, if the next row is of the same opportunity."""
    kind, stage = np.append(rows["kind"][1:], Kind.READY), np.append(rows["stage"][1:], 0)
    return np.asarray(np.where(kind == Kind.READY, stage, np.where(kind == Kind.WON, stages, stages + 1)))
