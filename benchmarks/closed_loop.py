"""The closed loop: simulate a company, record its CRM, forecast from the CRM alone, look at what came.

The truth is known, so the forecast's intervals can be held against it. Companies from `DEVELOPMENT` on are
for finding and repairing faults; those below it are simulated only for the figures that are published. Beside the CRM the
forecast is told in which country the company works, as whoever uses it knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

import numpy as np
import pandas as pd

from forecast.backtest.scores import fair_crps, pit
from forecast.bookings import Bookings, Outlook, Period, draw_bookings, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import day
from forecast.calibration.streams import stream
from forecast.known import as_of
from simulations.calendar import DAY, timeline
from simulations.engine.machine import simulate
from simulations.journal import Events, Kind
from simulations.processes import in_order
from simulations.recorder import record_log, tables_at
from simulations.scenario.model import Scenario, Steady
from simulations.tables import CrmTables

Unit = Literal["amount", "deals"]

WEEKS = (13, 26, 39, 47)
AHEAD_DAYS = 7 * 13
DRAWS = 2_000
DEVELOPMENT = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of each company.

    Attributes
    ----------
    perfect : bool
        Whether everything is typed at its true time; else it is recorded as people do.
    units : tuple of {"amount", "deals"}
        What bookings count; each gives cases of its own.
    draws : int
        Of each forecast.
    """

    perfect: bool
    units: tuple[Unit, ...] = ("amount", "deals")
    draws: int = DRAWS


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast and what came, in the unit of the bookings.

    Attributes
    ----------
    seed, week : int
        The company, and the week of its year after which the forecast was made.
    unit : {"amount", "deals"}
    truth : float
        Bookings of the 13 weeks that followed.
    mean, median : float
        Of the forecast.
    inner, outer : tuple of float
        The forecast's 80% and 95% interval.
    pit : float
        Randomised probability integral transform of the truth: uniform between 0 and 1 where forecasts are right.
    crps : float
        Fair continuous ranked probability score: a loss.
    """

    seed: int
    week: int
    unit: Unit
    truth: float
    mean: float
    median: float
    inner: tuple[float, float]
    outer: tuple[float, float]
    pit: float
    crps: float

    def holds(self, stretched: float = 1.0) -> bool:
        """Return whether the 80% interval, stretched about the median by a factor, holds the truth."""
        low, high = (self.median + stretched * (edge - self.median) for edge in self.inner)
        return low <= self.truth <= high

    def holds_outer(self) -> bool:
        """Return whether the 95% interval holds the truth."""
        return self.outer[0] <= self.truth <= self.outer[1]


def company(scenario: Scenario, seed: int, asked: Asked) -> list[Case]:
    """Return the forecasts of one simulated company's year, and what came."""
    events = simulate(scenario, Steady(), seed, 0)
    log = record_log(events, scenario, seed, 0, perfect=asked.perfect)
    line, cases = timeline(scenario), []
    for week in WEEKS:
        first_day = line.year_start_day + 7 * week
        moment = datetime.combine(line.date_of(first_day), time())
        country = scenario.calendar.country
        view = outlook_at(tables_at(log, moment), moment, asked.draws, seed, country)
        for unit in asked.units:
            truth = won_in(events, first_day, unit)
            cases.append(_case((seed, week, unit), truth, draw_bookings(view, unit)))
    return cases


def won_in(events: Events, first_day: int, unit: Unit) -> float:
    """Return what a run really books in the 13 weeks from a day on."""
    won = events[events["kind"] == Kind.WON]
    inside = (won["time"] >= first_day * DAY) & (won["time"] < (first_day + AHEAD_DAYS) * DAY)
    return float(won["value"][inside].sum() if unit == "amount" else inside.sum())


def outlook_at(
    tables: CrmTables, moment: datetime, draws: int, seed: int, country: str | None = None
) -> Outlook:
    """Return what the forecast of the 13 weeks from a moment on is drawn from, in either unit.

    These are the steps that `forecast.forecast` takes, once for both units and without the cycle and the
    findings; a test holds both to the same numbers.
    """
    now = pd.Timestamp(moment)
    end = now + timedelta(days=AHEAD_DAYS)
    calibration = calibrate(as_of(tables, now), now, end, seed=seed, country=country)
    return outlook(calibration, Period(day(now), day(end)), draws=draws, seed=seed)


def _case(which: tuple[int, int, Unit], truth: float, said: Bookings) -> Case:
    q = said.quantiles()
    inner, outer = (q["0.1"], q["0.9"]), (q["0.025"], q["0.975"])
    luck = float(stream(which[0], f"{which[1]} {which[2]}").random())
    scores = pit(said.total, truth, luck), fair_crps(said.total, truth)
    return Case(*which, truth, float(said.total.mean()), q["0.5"], inner, outer, *scores)


def closed_loop(
    scenario: Scenario | Callable[[int], Scenario],
    seeds: Sequence[int],
    asked: Asked,
    workers: int | None = None,
) -> list[Case]:
    """Return all cases of many companies, in the order of their seeds; each may have a scenario of its own."""
    tasks = [(scenario(seed) if callable(scenario) else scenario, seed, asked) for seed in seeds]
    return [case for cases in in_order(company, tasks, workers) for case in cases]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases and its 95% interval, all cases of one company taken as one cluster."""

    share: float
    low: float
    high: float


def share(cases: Sequence[Case], hits: Sequence[bool]) -> Share:
    """Return the share of the cases that are hits."""
    seeds, hit = np.array([case.seed for case in cases]), np.array(hits, dtype=float)
    means = np.array([hit[seeds == seed].mean() for seed in np.unique(seeds)])
    half = 1.96 * means.std(ddof=1) / math.sqrt(means.size)
    return Share(float(hit.mean()), float(hit.mean() - half), float(hit.mean() + half))


def uniform(cases: Sequence[Case]) -> float:
    """Return how likely transforms as uneven as these are where forecasts are right (Kolmogorov and Smirnov).

    Parameters
    ----------
    cases : sequence of Case
        One of each company, so that they are independent.
    """
    from scipy.stats import kstest

    return float(kstest([case.pit for case in cases], "uniform").pvalue)


def mean_ratio(cases: Sequence[Case]) -> Share:
    """Return the sum of the forecasts' means over the sum of the truths, its error from company to company."""
    seeds = np.array([case.seed for case in cases])
    said, came = (np.array([getattr(case, name) for case in cases]) for name in ("mean", "truth"))
    ratio = said.sum() / came.sum()
    off = np.array([(said - ratio * came)[seeds == seed].sum() for seed in np.unique(seeds)])
    half = 1.96 * off.std(ddof=1) * math.sqrt(off.size) / came.sum()
    return Share(float(ratio), float(ratio - half), float(ratio + half))
