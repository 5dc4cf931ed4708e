"""Parameters found again: what a calibration says of a simulated CRM whose truth is known without simulating.

The company is the default team without feedback: nobody waits, nothing goes silent, the market stands still.
So an opportunity advances with the base probability of its stage, the cycle is a sum of gamma replies, and
what is created follows from the hours. The history is short on purpose (a year and a quarter, begun empty),
so that opportunities still open bend whatever forgets them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from forecast.calibration.draws import Calibration, calibrate
from forecast.calibration.records import day
from forecast.cycle import sales_cycle
from simulations.calendar import timeline, working_days
from simulations.engine.machine import simulate
from simulations.processes import in_order
from simulations.recorder import record
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.records import Horizon, Switches
from simulations.tables import WON, CrmTables

WEEK, AHEAD_DAYS, DRAWS = 13, 7 * 13, 4_000
OFF = (
    *("contention", "staleness", "silence", "reviews"),
    *("inbound", "referrals", "market_slow", "market_weeks"),
)
QUANTILES = (0.1, 0.5, 0.9)
CYCLES = 400_000


@dataclass(frozen=True, slots=True)
class Found:
    """One parameter of one company.

    Attributes
    ----------
    name : str
    truth, found : float
        Of one unit: a chance, days, or opportunities.
    naive : float
        What a reading finds that takes open opportunities for lost and their cycles for none.
    """

    name: str
    truth: float
    found: float
    naive: float


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a parameter lies from its truth, over several companies, as shares of the truth.

    Attributes
    ----------
    name : str
    error, naive_error : float
        Means over the companies.
    standard_error, naive_standard_error : float
        Of these means, from how much the companies differ.
    """

    name: str
    error: float
    standard_error: float
    naive_error: float
    naive_standard_error: float


def plain_company() -> Scenario:
    """Return the default team without feedback."""
    return Scenario(switches=Switches(**dict.fromkeys(OFF, False)), horizon=Horizon(run_off=1))


def distances(seeds: Sequence[int], *, perfect: bool, workers: int | None = None) -> list[Distance]:
    """Return how far each parameter lies from its truth, over companies of these seeds."""
    scenario = plain_company()
    truth = true_parameters(scenario)
    runs = list(in_order(_found, [(scenario, truth, seed, perfect) for seed in seeds], workers))
    return [_distance(several) for several in zip(*runs, strict=True)]


def _distance(several: Sequence[Found]) -> Distance:
    errors = np.array([(one.found / one.truth - 1, one.naive / one.truth - 1) for one in several])
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / math.sqrt(len(errors))
    return Distance(several[0].name, float(mean[0]), float(error[0]), float(mean[1]), float(error[1]))


def true_parameters(scenario: Scenario) -> dict[str, float]:
    """Return what is true of the company: chances, percentiles of the cycle, creation of the coming weeks.

    The chance to be won from a stage is the product of the base probabilities from there on; the cycle is
    the sum of the stages' gamma replies, its percentiles from 400,000 draws; what is created is hours x
    leads an hour x chance to qualify, on the working days of the weeks.
    """
    base = np.array([stage.advance_probability for stage in scenario.stages])
    truth = {
        f"chance to be won from {stage.name}": float(base[at:].prod())
        for at, stage in enumerate(scenario.stages)
    }
    rng = np.random.default_rng(1)
    shapes = [(stage.reply_cv**-2, stage.reply_days) for stage in scenario.stages]
    cycles = np.sum([rng.gamma(shape, mean / shape, CYCLES) for shape, mean in shapes], axis=0)
    for q in QUANTILES:
        truth[f"days of the cycle, percentile {100 * q:.0f}"] = float(np.quantile(cycles, q))
    found, group = scenario.sources.prospecting, scenario.team.groups[0]
    begin = _moment_day(scenario)
    days = working_days(scenario.calendar, timeline(scenario).origin, begin + AHEAD_DAYS)[begin:].sum()
    hours = group.seats * group.prospecting_hours_per_week * days / scenario.calendar.working_days_per_week
    truth["opportunities created in the 13 weeks ahead"] = (
        hours * found.leads_per_hour * found.qualify_probability
    )
    return truth


def _moment_day(scenario: Scenario) -> int:
    return timeline(scenario).year_start_day + 7 * WEEK


def _found(scenario: Scenario, truth: dict[str, float], seed: int, perfect: bool) -> list[Found]:  # noqa: FBT001 - crosses the process border by position
    moment = datetime.combine(timeline(scenario).date_of(_moment_day(scenario)), time())
    events = simulate(scenario, Steady(), seed, 0)
    tables = record(events, scenario, seed, 0, perfect=perfect, until=moment)
    found = [*_chances(tables, moment, seed), *_cycle(tables, moment, seed), _creation(tables, moment, seed)]
    return [Found(name, true, *pair) for (name, true), pair in zip(truth.items(), found, strict=True)]


def _calibrated(tables: CrmTables, moment: datetime, seed: int) -> Calibration:
    now = pd.Timestamp(moment)
    return calibrate(tables, now, now + timedelta(days=AHEAD_DAYS), seed=seed)


def _chances(tables: CrmTables, moment: datetime, seed: int) -> list[tuple[float, float]]:
    """Return the chance to be won from entering each stage, and the share of those that entered it."""
    curves = _calibrated(tables, moment, seed).curves
    stages = np.arange(len(tables.stages))
    ever = curves.ever(stages, np.zeros(len(stages)))[0]
    rows, history = tables.opportunities, tables.stage_history
    won = set(rows["id"][rows["outcome"] == WON])
    shares = [history["id"][history["stage"] == stage].isin(won).mean() for stage in tables.stages]
    return list(zip(ever.tolist(), map(float, shares), strict=True))


def _cycle(tables: CrmTables, moment: datetime, seed: int) -> list[tuple[float, float]]:
    """Return percentiles of the cycle, and those of the wins so far."""
    cycle = sales_cycle(tables, pd.Timestamp(moment), seed=seed)
    rows = tables.opportunities[tables.opportunities["outcome"] == WON]
    lasted: pd.Series[pd.Timedelta] = rows["closed"] - rows["created"]
    so_far = (lasted / pd.Timedelta(days=1)).quantile(list(QUANTILES))
    found = (cycle.shortest, cycle.median, cycle.longest)
    return [(one.days, float(past)) for one, past in zip(found, so_far, strict=True)]


def _creation(tables: CrmTables, moment: datetime, seed: int) -> tuple[float, float]:
    """Return what will be created in the coming weeks, and the latest 13 weeks' number."""
    creation = _calibrated(tables, moment, seed).creation
    begin = day(pd.Timestamp(moment))
    ahead = creation.draw(begin, begin + AHEAD_DAYS, DRAWS, np.random.default_rng(seed))
    created = tables.opportunities["created"] >= pd.Timestamp(moment) - timedelta(days=AHEAD_DAYS)
    return float(ahead.sum(axis=1).mean()), float(created.sum())
