"""A scenario made flat: numbers by stage, source, seat and regime, ready for an engine."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulations.calendar import DAY, HOUR, WEEK_DAYS, Timeline, timeline, working_days
from simulations.rules import SHAPES, ticks
from simulations.scenario.customers import Inbound, Prospecting, Referrals, Stage
from simulations.scenario.model import Scenario
from simulations.scenario.records import Switches

WEEKS_A_YEAR = 52


class StagePlan(NamedTuple):
    """A stage in whole units: means in seconds, shapes as codes of `rules.SHAPES`."""

    effort_shape: int
    effort_seconds: float
    effort_cv: float
    reply_shape: int
    reply_seconds: float
    reply_cv: float


class SourcePlan(NamedTuple):
    """What a source's leads cost and how they fare."""

    qualify_probability: float
    qualify_seconds: int
    win_logit: float


class Regime(NamedTuple):
    """What holds from a day on, until the next regime."""

    start_day: int
    base_probability: tuple[float, ...]
    staleness: float
    day_seconds: tuple[int, ...]
    steady_seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine needs to know of a scenario, the luck and the cadence aside.

    Attributes
    ----------
    working : array of bool
        For every simulated day, whether it is worked.
    day_start : int
        Second of the day at which work begins.
    regimes : tuple of Regime
        In order of time; the first starts on day 0. ``day_seconds`` (working time) and
        ``steady_seconds`` (planned steady prospecting) are per seat and working day.
    market_sigma, market_rho : float
        Log-standard deviation (0 where it is switched off) and weekly autocorrelation of the slow market factor.
    week_cv : float
        Coefficient of variation of the market's week noise; 0 where it is switched off.
    follow_up_every, follow_up_seconds, disqualify_after : int
        Seconds between follow-ups, of work on one, and without a next step until a review ends a deal.
    """

    scenario: Scenario
    timeline: Timeline
    working: npt.NDArray[np.bool_]
    day_start: int
    seats: int
    seat_logit: tuple[float, ...]
    stages: tuple[StagePlan, ...]
    prospecting: SourcePlan
    inbound: tuple[SourcePlan, ...]
    referral: SourcePlan
    regimes: tuple[Regime, ...]
    market_sigma: float
    market_rho: float
    week_cv: float
    follow_up_every: int
    follow_up_seconds: int
    disqualify_after: int

    def regime(self, day: int) -> Regime:
        """Return the regime that holds on a day."""
        return self.regimes[bisect_right(self.regimes, day, key=lambda regime: regime.start_day) - 1]

    def prospecting_ticks(self, factor: float) -> int:
        """Return by how many ticks a second of prospecting advances the clock at a market factor."""
        return ticks(self.scenario.sources.prospecting.leads_per_hour / HOUR * factor)

    def inbound_ticks(self, stream: int, month: int, factor: float) -> int:
        """Return by how many ticks a second advances an inbound stream's clock in a month (1 to 12)."""
        source = self.scenario.sources.inbound[stream]
        return ticks(source.leads_per_week / (WEEK_DAYS * DAY) * source.monthly_season[month - 1] * factor)


def make_plan(scenario: Scenario) -> Plan:
    """Return the flat plan of a scenario."""
    line = timeline(scenario)
    switches = scenario.switches
    sources = scenario.sources
    return Plan(
        scenario=scenario,
        timeline=line,
        working=_working(scenario, line),
        day_start=scenario.calendar.day_start_hour * HOUR if switches.calendar else 0,
        seats=sum(group.seats for group in scenario.team.groups),
        seat_logit=tuple(group.win_logit for group in scenario.team.groups for _ in range(group.seats)),
        stages=tuple(_stage(stage, switches) for stage in scenario.stages),
        prospecting=_source(sources.prospecting, switches),
        inbound=tuple(_source(source, switches) for source in sources.inbound) if switches.inbound else (),
        referral=_source(sources.referrals, switches),
        regimes=_regimes(scenario, line),
        market_sigma=_sigma(scenario),
        week_cv=scenario.market.week_cv if switches.market_weeks else 0.0,
        market_rho=math.exp(-1.0 / scenario.market.persistence_weeks),
        follow_up_every=whole_seconds(scenario.silence.follow_up_every_days * DAY / HOUR),
        follow_up_seconds=whole_seconds(scenario.silence.follow_up_hours) if switches.effort else 0,
        disqualify_after=whole_seconds(scenario.reviews.disqualify_after_days * DAY / HOUR),
    )


def _working(scenario: Scenario, line: Timeline) -> npt.NDArray[np.bool_]:
    if not scenario.switches.calendar:
        return np.ones(line.end_day, dtype=np.bool_)
    return working_days(scenario.calendar, line.origin, line.end_day)


def _stage(stage: Stage, switches: Switches) -> StagePlan:
    effort = stage.effort_hours * HOUR if switches.effort else 0.0
    reply = stage.reply_days * DAY if switches.reply_delays else 0.0
    return StagePlan(
        SHAPES[stage.effort_shape], effort, stage.effort_cv, SHAPES[stage.reply_shape], reply, stage.reply_cv
    )


def _source(source: Prospecting | Inbound | Referrals, switches: Switches) -> SourcePlan:
    seconds = whole_seconds(source.qualify_hours) if switches.effort else 0
    return SourcePlan(source.qualify_probability, seconds, source.win_logit)


def whole_seconds(hours: float) -> int:
    """Return hours as whole seconds."""
    return math.floor(hours * HOUR + 0.5)


def _regimes(scenario: Scenario, line: Timeline) -> tuple[Regime, ...]:
    """Follow the changes through the year; what a change leaves out stays as it was."""
    base = {stage.name: stage.advance_probability for stage in scenario.stages}
    staleness = scenario.work.staleness_logit_per_day
    groups = [group for group in scenario.team.groups for _ in range(group.seats)]
    selling = [group.selling_hours_per_week for group in groups]
    steady = [group.prospecting_hours_per_week for group in groups]
    regimes = []
    for start_day, change in (
        (0, None),
        *((line.day_of(change.start), change) for change in scenario.changes),
    ):
        if change is not None:
            base |= change.advance_probability or {}
            staleness = (
                staleness if change.staleness_logit_per_day is None else change.staleness_logit_per_day
            )
            selling = _everywhere(selling, change.selling_hours_per_week)
            steady = _everywhere(steady, change.prospecting_hours_per_week)
        regimes.append(
            Regime(
                start_day,
                tuple(base[stage.name] for stage in scenario.stages),
                staleness if scenario.switches.staleness else 0.0,
                tuple(_day_seconds(hours, scenario) for hours in selling),
                tuple(whole_seconds(hours / normal_days(scenario)) for hours in steady),
            )
        )
    return tuple(regimes)


def _everywhere(hours: list[float], changed: float | None) -> list[float]:
    return hours if changed is None else [changed] * len(hours)


def normal_days(scenario: Scenario) -> int:
    """Return the working days of a normal week; all seven where the calendar is switched off."""
    return scenario.calendar.working_days_per_week if scenario.switches.calendar else WEEK_DAYS


def _day_seconds(selling_hours: float, scenario: Scenario) -> int:
    if not scenario.switches.calendar:
        return DAY
    return whole_seconds(selling_hours / scenario.calendar.working_days_per_week)


def _sigma(scenario: Scenario) -> float:
    market = scenario.market
    return slow_sigma(market.yearly_cv, market.persistence_weeks) if scenario.switches.market_slow else 0.0


def slow_sigma(yearly_cv: float, persistence_weeks: float) -> float:
    """Return sigma of the slow market factor, so that the mean of 52 weeks has the coefficient of variation asked.

    Solves (1/52^2) sum_ij (exp(sigma^2 rho^|i-j|) - 1) = yearly_cv^2 by bisection; the left side rises
    with sigma. Source: the autocovariance of a lognormal AR(1).
    """
    if yearly_cv == 0.0:
        return 0.0
    lags = np.arange(WEEKS_A_YEAR)
    rho = np.exp(-lags / persistence_weeks)
    weight = np.where(lags == 0, WEEKS_A_YEAR, 2 * (WEEKS_A_YEAR - lags)) / WEEKS_A_YEAR**2
    low, high = 0.0, 8.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        too_small = float(weight @ np.expm1(middle**2 * rho)) < yearly_cv**2
        low, high = (middle, high) if too_small else (low, middle)
    return high
