"""Simulated companies on plan, watched for a year by monitors that know only what their CRM says.

A company lives two years before the watch, so that its pipeline is that of a going concern; the plan is learned from
the export of the 52 weeks before the watch alone. Companies of seeds below `DEVELOPMENT` are simulated only for
figures that are published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

import pandas as pd

from forecast.alarms.history import History, history_of
from forecast.alarms.market import USUAL_MARKET, Market
from forecast.alarms.plan import Asked
from forecast.alarms.planning import plan_of
from forecast.alarms.watching import Watch, watch_from
from forecast.calibration.records import day
from forecast.lead.told import told as told_by
from simulations.calendar import Timeline, timeline
from simulations.engine import Machine
from simulations.journal import Events
from simulations.plan import make_plan
from simulations.recorder import record_log, tables_at
from simulations.recorder.log import CrmLog
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
    return told_by(journal_of(kind, seed), ready.scenario, ready.end if at_end else ready.start)
