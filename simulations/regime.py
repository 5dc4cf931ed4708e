"""What holds from a day on: the scenario as its changes have left it, and its numbers in whole units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulations.calendar import DAY, HOUR, WEEK_DAYS, mean_cycle_days
from simulations.rules import SHAPES
from simulations.scenario.customers import Inbound, Prospecting, Referrals, Stage
from simulations.scenario.model import Scenario
from simulations.scenario.people import SeatGroup
from simulations.scenario.records import Switches

WEEKS_A_YEAR = 52
#: Weights are integers, so that a sum of weighted cents does not depend on its order.
WEIGHT_UNIT = 1 << 20


class StagePlan(NamedTuple):
    """A stage in whole units: means in seconds, shapes as codes of `rules.SHAPES`.

    ``weight``: the chance to win from here at no waiting, in units of 2^-20.
    """

    effort_shape: int
    effort_seconds: float
    effort_cv: float
    reply_shape: int
    reply_seconds: float
    reply_cv: float
    base_probability: float
    weight: int


class SourcePlan(NamedTuple):
    """What a source's leads cost and how they fare. An exponent of 0: the first answer may wait at no cost."""

    qualify_probability: float
    qualify_seconds: int
    win_logit: float
    response_tau_hours: float
    response_exponent: float


class SeatPlan(NamedTuple):
    """A seat's working seconds and steady prospecting of a working day, its log-odds, and how its holders come and go.

    ``absent_share``: the chance to be away in a week. ``leaving``: the chance to leave at the start of a week.
    """

    day_seconds: int
    steady_seconds: int
    win_logit: float
    ramp_weeks: float
    absent_share: float
    leaving: float
    backfill_weeks: int


class Terms(NamedTuple):
    """Single numbers that the engines ask for, in seconds, cents and shares; what is switched off is neutral.

    ``focus``: the share of prospecting time that is not lost to distraction. ``need``: what the next cycle's
    quota asks of a reactive seat, in cents weighted by `StagePlan.weight`. ``market_sigma``, ``market_rho``:
    log-standard deviation and weekly autocorrelation of the slow market factor.
    """

    staleness: float
    free_wait_days: float
    startup_seconds: int
    focus: float
    leads_per_second: float
    silent_share: float
    revival_probability: float
    max_follow_ups: int
    follow_up_every: int
    follow_up_seconds: int
    review_hours: float
    review_minutes: float
    disqualify_after: int
    ask_rate_win: float
    ask_rate_meeting: float
    introductions: float
    delay_seconds: float
    delay_cv: float
    deal_shape: int
    deal_mean: float
    deal_cv: float
    market_sigma: float
    market_rho: float
    week_cv: float
    need: float
    push_days: int
    discount: float
    pull_in_logit: float
    pull_in_seconds: int
    handover_days: int
    handover_logit: float


#: Places in `Regime.sources`.
FOUND = 0
INTRODUCED = 1
FIRST_STREAM = 2


@dataclass(frozen=True, slots=True)
class Regime:
    """What holds from a day on, until the next regime.

    Attributes
    ----------
    start_day : int
    scenario : Scenario
        With the changes up to this day, and still with the list of all of them.
    terms : Terms
    stages : tuple of StagePlan
    sources : tuple of SourcePlan
        Prospecting, referrals, then the inbound streams.
    seats : tuple of SeatPlan
    stream_rates : tuple of 12 floats for each inbound stream
        Leads a second, January to December, at a market of 1.
    """

    start_day: int
    scenario: Scenario
    terms: Terms
    stages: tuple[StagePlan, ...]
    sources: tuple[SourcePlan, ...]
    seats: tuple[SeatPlan, ...]
    stream_rates: tuple[tuple[float, ...], ...]

    @property
    def base_probability(self) -> tuple[float, ...]:
        """The chances to advance at no waiting, stage by stage."""
        return tuple(stage.base_probability for stage in self.stages)


def make_regime(scenario: Scenario, start_day: int) -> Regime:
    """Return what holds under a scenario from a day on."""
    switches, sources = scenario.switches, scenario.sources
    streams = sources.inbound if switches.inbound else ()
    given: tuple[Prospecting | Inbound | Referrals, ...] = (sources.prospecting, sources.referrals, *streams)
    weights = win_weights([stage.advance_probability for stage in scenario.stages])
    return Regime(
        start_day=start_day,
        scenario=scenario,
        terms=_terms(scenario),
        stages=tuple(
            _stage(stage, weight, switches) for stage, weight in zip(scenario.stages, weights, strict=True)
        ),
        sources=tuple(_source(source, switches) for source in given),
        seats=tuple(_seat(group, scenario) for group in scenario.team.groups for _ in range(group.seats)),
        stream_rates=tuple(_rates(stream) for stream in streams),
    )


def _terms(scenario: Scenario) -> Terms:
    switches, work, market, push = scenario.switches, scenario.work, scenario.market, scenario.quarter_end
    silence, reviews, referrals = scenario.silence, scenario.reviews, scenario.sources.referrals
    return Terms(
        staleness=work.staleness_logit_per_day if switches.staleness else 0.0,
        free_wait_days=work.free_wait_days,
        startup_seconds=whole_seconds(work.block_startup_minutes / 60) if switches.distraction else 0,
        focus=focus_of(scenario),
        leads_per_second=scenario.sources.prospecting.leads_per_hour / HOUR,
        silent_share=silence.silent_given_not_advanced if switches.silence else 0.0,
        revival_probability=silence.revival_probability,
        max_follow_ups=silence.max_follow_ups,
        follow_up_every=whole_seconds(silence.follow_up_every_days * DAY / HOUR),
        follow_up_seconds=whole_seconds(silence.follow_up_hours) if switches.effort else 0,
        review_hours=reviews.review_hours,
        review_minutes=reviews.review_minutes_per_open_deal,
        disqualify_after=whole_seconds(reviews.disqualify_after_days * DAY / HOUR),
        ask_rate_win=referrals.ask_rate_win if switches.referrals else 0.0,
        ask_rate_meeting=referrals.ask_rate_meeting if switches.referrals else 0.0,
        introductions=referrals.introductions,
        delay_seconds=referrals.delay_days * DAY,
        delay_cv=referrals.delay_cv,
        deal_shape=SHAPES[scenario.deal_value.shape],
        deal_mean=scenario.deal_value.mean,
        deal_cv=scenario.deal_value.cv,
        market_sigma=slow_sigma(market.yearly_cv, market.persistence_weeks) if switches.market_slow else 0.0,
        market_rho=math.exp(-1.0 / market.persistence_weeks),
        week_cv=market.week_cv if switches.market_weeks else 0.0,
        need=_need(scenario),
        push_days=push.push_weeks * WEEK_DAYS if switches.quarter_end else 0,
        discount=push.discount,
        pull_in_logit=push.pull_in_logit,
        pull_in_seconds=whole_seconds(push.pull_in_days * DAY / HOUR),
        handover_days=scenario.team.handover_days,
        handover_logit=scenario.team.handover_logit,
    )


def focus_of(scenario: Scenario) -> float:
    """Return the share of prospecting time that is not lost to distraction."""
    if not scenario.switches.distraction:
        return 1.0
    work = scenario.work
    return 1.0 - (work.distraction_share if work.protected_blocks else work.unprotected_distraction_share)


def _stage(stage: Stage, weight: int, switches: Switches) -> StagePlan:
    effort = stage.effort_hours * HOUR if switches.effort else 0.0
    reply = stage.reply_days * DAY if switches.reply_delays else 0.0
    return StagePlan(
        effort_shape=SHAPES[stage.effort_shape],
        effort_seconds=effort,
        effort_cv=stage.effort_cv,
        reply_shape=SHAPES[stage.reply_shape],
        reply_seconds=reply,
        reply_cv=stage.reply_cv,
        base_probability=stage.advance_probability,
        weight=weight,
    )


def _source(source: Prospecting | Inbound | Referrals, switches: Switches) -> SourcePlan:
    seconds = whole_seconds(source.qualify_hours) if switches.effort else 0
    tau, exponent = 1.0, 0.0
    if isinstance(source, Inbound) and switches.response:
        tau, exponent = source.response_tau_hours, source.response_exponent
    return SourcePlan(source.qualify_probability, seconds, source.win_logit, tau, exponent)


def _seat(group: SeatGroup, scenario: Scenario) -> SeatPlan:
    switches = scenario.switches
    return SeatPlan(
        day_seconds=_day_seconds(group.selling_hours_per_week, scenario),
        steady_seconds=whole_seconds(group.prospecting_hours_per_week / normal_days(scenario)),
        win_logit=group.win_logit,
        ramp_weeks=group.ramp_weeks if switches.ramp else 0.0,
        absent_share=group.absence_weeks_per_year / WEEKS_A_YEAR if switches.absence else 0.0,
        leaving=weekly_chance(group.attrition_per_year) if switches.attrition else 0.0,
        backfill_weeks=group.backfill_weeks,
    )


def weekly_chance(yearly: float) -> float:
    """Return the chance of a week whose 52 independent trials give the yearly chance."""
    return 1.0 - math.pow(1.0 - yearly, 1.0 / WEEKS_A_YEAR)


def _rates(stream: Inbound) -> tuple[float, ...]:
    return tuple(stream.leads_per_week / (WEEK_DAYS * DAY) * month for month in stream.monthly_season)


def whole_seconds(hours: float) -> int:
    """Return hours as whole seconds."""
    return math.floor(hours * HOUR + 0.5)


def normal_days(scenario: Scenario) -> int:
    """Return the working days of a normal week; all seven where the calendar is switched off."""
    return scenario.calendar.working_days_per_week if scenario.switches.calendar else WEEK_DAYS


def _day_seconds(selling_hours: float, scenario: Scenario) -> int:
    if not scenario.switches.calendar:
        return DAY
    return whole_seconds(selling_hours / scenario.calendar.working_days_per_week)


def win_weights(base_probability: Sequence[float]) -> tuple[int, ...]:
    """Return the chance to win from each stage at no waiting, in units of 2^-20."""
    onward = np.cumprod(np.array(base_probability)[::-1])[::-1]
    return tuple(int(weight) for weight in np.rint(onward * WEIGHT_UNIT))


def _need(scenario: Scenario) -> float:
    cycles = mean_cycle_days(scenario) / (WEEKS_A_YEAR * WEEK_DAYS)
    return scenario.targets.yearly_quota_per_rep * 100 * cycles * WEIGHT_UNIT


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
