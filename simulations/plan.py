"""A scenario made flat: numbers by stage, source, seat and regime, ready for an engine."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulations import rules
from simulations.calendar import DAY, HOUR, WEEK_DAYS, Timeline, quarter_starts, timeline, working_days
from simulations.changes import scenario_after
from simulations.given import GivenDeal, given_deals
from simulations.regime import Regime, make_regime
from simulations.scenario.model import Scenario
from simulations.scenario.people import SeatGroup


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine needs to know of a scenario, the luck and the cadence aside.

    Attributes
    ----------
    working : array of bool
        For every simulated day, whether it is worked.
    quarter_end : array of int
        For every simulated day and the one after them, the first day of the next fiscal quarter.
    last_worked : array of int
        Likewise, the last working day before it.
    day_start : int
        Second of the day at which work begins.
    hired_week : tuple of int
        For each seat the week in which its first holder begins, -1 for always.
    regimes : tuple of Regime
        In order of time; the first starts on day 0.
    given : tuple of GivenDeal
        The open opportunities that a run starts from.
    """

    scenario: Scenario
    timeline: Timeline
    working: npt.NDArray[np.bool_]
    quarter_end: npt.NDArray[np.int64]
    last_worked: npt.NDArray[np.int64]
    day_start: int
    seats: int
    hired_week: tuple[int, ...]
    regimes: tuple[Regime, ...]
    given: tuple[GivenDeal, ...]

    def regime(self, day: int) -> Regime:
        """Return the regime that holds on a day."""
        return self.regimes[bisect_right(self.regimes, day, key=lambda regime: regime.start_day) - 1]

    @property
    def stages(self) -> int:
        """How many stages the pipeline has."""
        return len(self.scenario.stages)

    @property
    def streams(self) -> int:
        """How many inbound streams there are; none where they are switched off."""
        return len(self.regimes[0].stream_rates)

    def pushes(self, day: int) -> bool:
        """Return whether a day lies in a push at the end of a quarter."""
        return rules.pushes(day, int(self.quarter_end[day]), self.regime(day).terms.push_days)

    def last_second(self, day: int, seat: int) -> int:
        """Return the last working second of a seat in the quarter of a day, by the calendar."""
        last = int(self.last_worked[day])
        return last * DAY + self.day_start + self.regime(last).seats[seat].day_seconds - 1

    def prospecting_ticks(self, seat: int, day: int, since: int, market: float) -> int:
        """Return by how many ticks a focused second advances a seat's clock, ``since`` weeks after its holder came."""
        regime = self.regime(day)
        ramp = rules.ramp_factor(since, regime.seats[seat].ramp_weeks)
        return rules.prospecting_ticks(regime.terms.leads_per_second, market, ramp, regime.terms.focus)

    def inbound_ticks(self, stream: int, day: int, market: float) -> int:
        """Return by how many ticks a second of a day advances an inbound stream's clock."""
        month = self.timeline.date_of(day).month
        return rules.ticks(self.regime(day).stream_rates[stream][month - 1] * market)


def make_plan(scenario: Scenario) -> Plan:
    """Return the flat plan of a scenario."""
    line, groups = timeline(scenario), scenario.team.groups
    ends = _quarter_end(scenario, line)
    working = _working(scenario, line, int(ends[-1]))
    worked = np.flatnonzero(working)
    return Plan(
        scenario=scenario,
        timeline=line,
        working=working[: line.end_day],
        quarter_end=ends,
        last_worked=worked[np.searchsorted(worked, ends) - 1],
        day_start=scenario.calendar.day_start_hour * HOUR if scenario.switches.calendar else 0,
        seats=sum(group.seats for group in groups),
        hired_week=tuple(_hired_week(group, line) for group in groups for _ in range(group.seats)),
        regimes=_regimes(scenario, line),
        given=given_deals(scenario),
    )


def _working(scenario: Scenario, line: Timeline, days: int) -> npt.NDArray[np.bool_]:
    if not scenario.switches.calendar:
        return np.ones(days, dtype=np.bool_)
    return working_days(scenario.calendar, line.origin, days)


def _hired_week(group: SeatGroup, line: Timeline) -> int:
    return -1 if group.hired is None else line.day_of(group.hired) // WEEK_DAYS


def _quarter_end(scenario: Scenario, line: Timeline) -> npt.NDArray[np.int64]:
    starts = quarter_starts(line, scenario.calendar.fiscal_year_start_month)
    return starts[np.searchsorted(starts, np.arange(line.end_day + 1), side="right")]


def _regimes(scenario: Scenario, line: Timeline) -> tuple[Regime, ...]:
    """Follow the changes through the year; what a change leaves out stays as it was."""
    regimes = [make_regime(scenario, 0)]
    for change in scenario.changes:
        scenario = scenario_after(scenario, change)
        regimes.append(make_regime(scenario, line.day_of(change.start)))
    return tuple(regimes)
