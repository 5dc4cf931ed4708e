"""Simulated companies on plan, watched for a year by monitors that know only what their CRM says.

A company lives two years before the watch, so that its pipeline is that of a going concern; the plan is learned from
the export of the 52 weeks before the watch alone. Companies of seeds below `DEVELOPMENT` are simulated only for
figures that are published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from forecast.alarms.counting import Stays
from forecast.alarms.history import History, history_of
from forecast.alarms.market import USUAL_MARKET, Market
from forecast.alarms.plan import Asked
from forecast.alarms.planning import plan_of
from forecast.alarms.watching import Watch, watch_from
from forecast.calibration.records import day
from simulations.calendar import DAY, Timeline, timeline
from simulations.engine import Machine
from simulations.journal import CLOSING, Events, Kind
from simulations.plan import make_plan
from simulations.recorder import record_log, tables_at
from simulations.recorder.log import CrmLog, owner_name
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon

WEEKS = 52
DEVELOPMENT = 100_000
#: Replications of one seed that are companies: every seed is another company, so one is enough.
REPLICATION = 0


@dataclass(frozen=True)
class Companies:
    """Companies of one kind.

    Attributes
    ----------
    seats : int
        Reps.
    market : Market
        Both the truth and what is assumed.
    """

    seats: int = 8
    market: Market = USUAL_MARKET

    @property
    def scenario(self) -> Scenario:
        """The scenario that they all are years of: the default one, after two years of warm-up."""
        default = Scenario()
        slow = {
            "yearly_cv": self.market.yearly_cv,
            "persistence_weeks": self.market.persistence_weeks,
        }
        inbound = tuple(
            stream.model_copy(update={"leads_per_week": stream.leads_per_week * self.seats / 8})
            for stream in default.sources.inbound
        )
        return default.model_copy(
            update={
                "team": Team(groups=(SeatGroup(seats=self.seats),)),
                "sources": default.sources.model_copy(update={"inbound": inbound}),
                "market": default.market.model_copy(update=slow),
                "horizon": Horizon(warm_up_weeks=2 * WEEKS, run_off=1),
            }
        )


@dataclass(frozen=True, slots=True)
class _Ready:
    """A kind of companies, compiled."""

    scenario: Scenario
    machine: Machine
    line: Timeline
    start: datetime
    end: datetime


@lru_cache(maxsize=4)
def _ready(kind: Companies) -> _Ready:
    scenario = kind.scenario
    line = timeline(scenario)
    start = datetime.combine(line.date_of(line.year_start_day), time())
    return _Ready(scenario, Machine(make_plan(scenario)), line, start, start + timedelta(weeks=WEEKS))


def asked_of(kind: Companies) -> Asked:
    """Return what is asked of the watch of every company of a kind."""
    ready = _ready(kind)
    return Asked(day(pd.Timestamp(ready.start)), market=kind.market, country=ready.scenario.calendar.country)


def journal_of(kind: Companies, seed: int) -> Events:
    """Return the journal of one company: two years before the watch, and its year."""
    ready = _ready(kind)
    ready.machine.run(Steady(), seed, REPLICATION, keep_journal=True)
    return ready.machine.journal()


def log_of(kind: Companies, seed: int, *, perfect: bool) -> CrmLog:
    """Return everything that the company typed into its CRM until the end of the watch."""
    ready = _ready(kind)
    events = journal_of(kind, seed)
    return record_log(events, ready.scenario, seed, REPLICATION, perfect=perfect, until=ready.end)


def histories(kind: Companies, log: CrmLog) -> tuple[History, History]:
    """Return what the exported CRM tables say at the start of the watch, and at its end."""
    ready = _ready(kind)
    before, after = (
        history_of(tables_at(log, when), pd.Timestamp(when)) for when in (ready.start, ready.end)
    )
    return before, after


def watched(kind: Companies, seed: int, *, perfect: bool, years: int) -> tuple[Watch, History]:
    """Return a company's watch as it is used, learned from the tables at its start, and what came.

    Those of a perfectly kept CRM are read off the journal, which says the same many times faster.
    """
    if perfect:
        before, after = told(kind, seed, at_end=False), told(kind, seed)
    else:
        before, after = histories(kind, log_of(kind, seed, perfect=False))
    return watch_from(plan_of(before, asked_of(kind)), years=years, seed=seed), after


def told(kind: Companies, seed: int, *, at_end: bool = True) -> History:
    """Return what a perfectly kept CRM says at the end of the watch, or at its start, read off the journal.

    Many times faster than the tables; a test holds it against them.
    """
    ready = _ready(kind)
    return _told(ready, journal_of(kind, seed), ready.end if at_end else ready.start)


def _told(ready: _Ready, events: Events, moment: datetime) -> History:
    origin = datetime.combine(ready.line.origin, time())
    stages = tuple(stage.name for stage in ready.scenario.stages)
    cut = int((moment - origin).total_seconds())
    rows = events[np.isin(events["kind"], (Kind.OPENED, Kind.READY, *CLOSING)) & (events["time"] < cut)]
    rows = rows[np.lexsort((np.arange(len(rows)), rows["birth"]))]
    amounts = rows[rows["kind"] == Kind.OPENED]
    rows = rows[(rows["kind"] != Kind.OPENED) & (rows["stage"] >= 0)]
    same = np.append(
        False, (rows["birth"][1:] == rows["birth"][:-1]) & (rows["stage"][1:] == rows["stage"][:-1])
    )
    rows = rows[~(same & (rows["kind"] == Kind.READY))]
    first = np.append(True, rows["birth"][1:] != rows["birth"][:-1])
    enters = rows["kind"] == Kind.READY
    last = np.append(rows["birth"][1:] != rows["birth"][:-1], True)
    following = np.append(rows["stage"][1:], 0)
    ends = np.append(rows["kind"][1:], 0)
    cause = np.where(ends == Kind.READY, following, np.where(ends == Kind.WON, len(stages), len(stages) + 1))
    left = np.append(rows["time"][1:], cut)
    begin = day(pd.Timestamp(origin))
    now = day(pd.Timestamp(moment))
    amount = amounts["value"][np.searchsorted(amounts["birth"], rows["birth"])]
    stays = Stays(
        owner=rows["seat"][enters].astype(np.int64),
        stage=rows["stage"][enters].astype(np.int64),
        entered=begin + rows["time"][enters] / DAY,
        left=np.where(last[enters], now, begin + left[enters] / DAY),
        cause=np.where(last[enters], -1, cause[enters]).astype(np.int64),
        value=amount[enters],
    )
    new = rows[first]
    seats = sum(group.seats for group in ready.scenario.team.groups)
    return History(
        now, tuple(owner_name(seat) for seat in range(seats)), stages, stays,
        begin + new["time"] / DAY, new["seat"].astype(np.int64), amount[first],
    )  # fmt: skip
