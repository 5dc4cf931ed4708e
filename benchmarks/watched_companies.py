"""Simulated companies on plan, watched for a year by monitors that know only what their CRM says.

A company lives two years before the watch, so that its pipeline is that of a going concern; the plan is learned from
the export of the 52 weeks before the watch alone. Companies of seeds below `DEVELOPMENT` are simulated only for
figures that are published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecast.alarms.history import History, history_of
from forecast.alarms.market import USUAL_MARKET, Market
from forecast.alarms.plan import Asked
from forecast.alarms.planning import plan_of
from forecast.alarms.watching import EVERYBODY, TEAM, YEARS, Family, Seen, Watch, watch_from
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
#: Years that are drawn first, and how many times its level a chance must be for them to decide.
FEW, NEAR = 600, 5.0


@dataclass(frozen=True)
class Companies:
    """Companies of one kind.

    Attributes
    ----------
    seats : int
        Reps.
    market : Market
        Both the truth and what is assumed.
    skill_sd : float
        How far reps differ in skill: standard deviation of what is added to the log-odds of each one's stages.
    """

    seats: int = 8
    market: Market = USUAL_MARKET
    skill_sd: float = 0.0

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
                "team": Team(groups=self._groups()),
                "sources": default.sources.model_copy(update={"inbound": inbound}),
                "market": default.market.model_copy(update=slow),
                "horizon": Horizon(warm_up_weeks=2 * WEEKS, run_off=1),
            }
        )

    def _groups(self) -> tuple[SeatGroup, ...]:
        """Return one group of all reps, or a group each, their skills the quantiles of a normal distribution."""
        if self.skill_sd == 0:
            return (SeatGroup(seats=self.seats),)
        skills = self.skill_sd * norm.ppf((np.arange(self.seats) + 0.5) / self.seats)
        return tuple(
            SeatGroup(name=f"rep {number}", seats=1, win_logit=float(skill))
            for number, skill in enumerate(skills, start=1)
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
    """Return a company's watch as it is used, learned from the tables at its start, and what came."""
    before, after = lived(kind, seed, perfect=perfect)
    return watch_from(plan_of(before, asked_of(kind)), years=years, seed=seed), after


def decided(kind: Companies, seed: int, *, perfect: bool) -> Seen:
    """Return what a company's watch saw with the years that the command draws.

    Fewer are drawn first, and kept where no family's least chance lies within `NEAR` times its level: with the command's
    years that ratio is another by a factor of 1.8 (standard deviation, 80 companies of 8 reps).
    """
    watch, after = watched(kind, seed, perfect=perfect, years=FEW)
    rough = watch.look(after)
    if min(margin(rough, family) for family in (TEAM, EVERYBODY)) > math.log(NEAR):
        return rough
    return watch_from(watch.plan, years=YEARS, seed=seed).look(after)


def margin(seen: Seen, family: Family) -> float:
    """Return the logarithm of how many times its level a family's least chance was: above 0 where there is no alarm."""
    level = np.array([seen.level(family, monitor) for monitor, _ in seen.series])
    above = seen.log_chance - level[:, None, None]
    return float((above[:, :1] if family == TEAM else above).min())


def lived(kind: Companies, seed: int, *, perfect: bool) -> tuple[History, History]:
    """Return what the CRM says at the start of the watch, and at its end.

    Perfectly kept ones are read off the journal, which says the same many times faster.
    """
    if perfect:
        return told(kind, seed, at_end=False), told(kind, seed)
    return histories(kind, log_of(kind, seed, perfect=False))


def told(kind: Companies, seed: int, *, at_end: bool = True) -> History:
    """Return what a perfectly kept CRM says at the end of the watch, or at its start, read off the journal.

    Many times faster than the tables; a test holds it against them.
    """
    ready = _ready(kind)
    return told_by(journal_of(kind, seed), ready.scenario, ready.end if at_end else ready.start)
