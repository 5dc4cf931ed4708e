"""A simulated company before and after a shock: what its CRM shows, what it published, how long it prospected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Floats, Ints
from forecast.alarms.history import History, history_of
from forecast.lead.shocks import Shock, certainly, with_leaver
from forecast.lead.told import told
from forecast.ledger import publication_days
from simulations.calendar import DAY, WEEK_DAYS, Timeline, timeline, working_days
from simulations.engine import Machine
from simulations.journal import Events, Kind
from simulations.ledger import recognised
from simulations.plan import make_plan
from simulations.recorder import record_log, tables_at
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.records import Horizon

Recording = Literal["perfect", "human"]
#: Weeks that a company lives before the watch; weeks of the year before it that are learned from.
BEFORE_WEEKS, LEARNED_WEEKS, LEARNED_MONTHS = 104, 52, 12
#: Weeks of the watch in which a shock may begin, and weeks after it for which a rule may stay silent.
FIRST_SHOCK, LAST_SHOCK, SILENT_WEEKS = 14, 38, 78
#: Weeks of the watch: of the latest shock, and all that follow.
WATCH_WEEKS = LAST_SHOCK + SILENT_WEEKS


@dataclass(frozen=True, slots=True)
class Published:
    """What profit and loss says, month by month; months of the watch, after `LEARNED_MONTHS` before it.

    Attributes
    ----------
    revenue : array of months
    week : array of int
        Week of the watch, from 1, at whose end each month is known; below 1 before the watch.
    """

    revenue: Floats
    week: Ints


@dataclass(frozen=True, slots=True)
class Company:
    """A kind of company, ready to be simulated.

    Attributes
    ----------
    scenario : Scenario
        As it is watched: two years of warm-up, then the watch.
    line : Timeline
    """

    scenario: Scenario
    line: Timeline

    @classmethod
    def of(cls, scenario: Scenario) -> Company:
        """Return the company of a scenario, whose year begins with the watch; its changes and cadences are left out."""
        years = 2
        horizon = Horizon(
            warm_up_weeks=BEFORE_WEEKS,
            years=years,
            run_off=WATCH_WEEKS - years * scenario.horizon.year_weeks + 1,
        )
        bare = scenario.model_copy(update={"horizon": horizon, "changes": (), "open_deals": ()})
        kept = with_leaver(bare)
        return cls(kept, timeline(kept))

    @property
    def start(self) -> datetime:
        """First moment of the watch."""
        return datetime.combine(self.line.date_of(self.line.habit_start_day), time())

    @property
    def end(self) -> datetime:
        """First moment after the watch."""
        return self.start + timedelta(weeks=WATCH_WEEKS)

    def events(self, seed: int, shock: Shock | None = None, week: int = 0) -> Events:
        """Return the journal of one company, with a shock from the start of a week (from 1), or on plan."""
        return self.machine(shock, week).run_events(seed)

    def machine(self, shock: Shock | None = None, week: int = 0) -> Runner:
        """Return what simulates companies of this kind with a shock that begins in a week, or on plan."""
        if shock is None:
            return Runner(Machine(make_plan(self.scenario)))
        changes = shock.changes(self.scenario, self.start.date() + timedelta(weeks=week - 1))
        shocked = self.scenario.model_copy(update={"changes": changes})
        return Runner(Machine(certainly(make_plan(shocked))))

    def history(self, events: Events, seed: int, recording: Recording, *, at_end: bool) -> History:
        """Return what the exported CRM says at the end of the watch, or at its start."""
        moment = self.end if at_end else self.start
        if recording == "perfect":
            return told(events, self.scenario, moment)
        log = record_log(events, self.scenario, seed, 0, perfect=False, until=self.end)
        return history_of(tables_at(log, moment), pd.Timestamp(moment))

    def published(self, events: Events) -> Published:
        """Return the published months of a run."""
        first = pd.Timestamp(self.start).to_period("M")
        months = pd.period_range(first - LEARNED_MONTHS, pd.Timestamp(self.end).to_period("M"), freq="M")[:-1]
        edges = pd.DatetimeIndex([*months.to_timestamp(), (months[-1] + 1).to_timestamp()])
        days = (edges - pd.Timestamp(self.line.origin)).days.to_numpy()
        won = events[events["kind"] == Kind.WON]
        booked = np.histogram(won["time"], days * DAY, weights=won["value"])[0]
        ledger = self.scenario.ledger
        revenue = recognised(booked, ledger.recognition_months)[: len(booked)]
        shown = publication_days(
            months.to_timestamp(), ledger.close_lag_working_days, self.scenario.calendar.country
        )
        after = (pd.DatetimeIndex(shown) - pd.Timestamp(self.start)).days.to_numpy()
        return Published(revenue, after // WEEK_DAYS + 1)

    def hours(self, events: Events) -> Floats:
        """Return the team's hours of prospecting by week, those of `LEARNED_WEEKS` before the watch first."""
        block = events[events["kind"] == Kind.PROSPECTED]
        first = self.line.habit_start_day - LEARNED_WEEKS * WEEK_DAYS
        edges = (first + WEEK_DAYS * np.arange(LEARNED_WEEKS + WATCH_WEEKS + 1)) * DAY
        return np.histogram(block["time"], edges, weights=block["value"])[0]

    def working_days(self) -> Ints:
        """Return the working days of the weeks of `hours`."""
        first, weeks = self.line.habit_start_day - LEARNED_WEEKS * WEEK_DAYS, LEARNED_WEEKS + WATCH_WEEKS
        worked = working_days(self.scenario.calendar, self.line.origin, first + weeks * WEEK_DAYS)
        return np.asarray(worked[first:].reshape(weeks, WEEK_DAYS).sum(axis=1), dtype=np.int64)

    def quarter_end_week(self, week: int) -> int:
        """Return the week of the watch in which the fiscal quarter of a week ends."""
        day = pd.Timestamp(self.start) + pd.Timedelta(weeks=week - 1)
        first = self.scenario.calendar.fiscal_year_start_month
        months = (first - 1 - day.month) % 3
        last = (day.to_period("M") + months).to_timestamp(how="end")
        return (last - pd.Timestamp(self.start)).days // WEEK_DAYS + 1


@dataclass(frozen=True, slots=True)
class Runner:
    """A machine that simulates one kind of company."""

    made: Machine

    def run_events(self, seed: int) -> Events:
        """Return the journal of one company; its seed is its luck."""
        self.made.run(Steady(), seed, 0, keep_journal=True)
        return self.made.journal()
