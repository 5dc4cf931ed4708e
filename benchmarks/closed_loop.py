"""The closed loop: simulate a company, record its CRM, forecast from the CRM alone, look at what came.

The truth is known, so the forecast's intervals can be held against it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from forecast.forecasting import forecast
from simulations.calendar import DAY, timeline
from simulations.journal import Kind
from simulations.processes import in_order
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

WEEKS = (13, 26, 39, 47)
AHEAD_WEEKS = 13
DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast and what came.

    Attributes
    ----------
    seed, week : int
        The company, and the week of its year after which the forecast was made.
    truth, mean : float
        Bookings of the 13 weeks that followed, and the forecast's mean.
    in_80, in_95 : bool
        Whether the interval held the truth.
    """

    seed: int
    week: int
    truth: float
    mean: float
    in_80: bool
    in_95: bool


def company(scenario: Scenario, seed: int, *, perfect: bool) -> list[Case]:
    """Return the four forecasts of one simulated company's year, and what came."""
    line = timeline(scenario)
    events = simulate(scenario, Steady(), seed, 0)
    won = events[events["kind"] == Kind.WON]
    cases = []
    for week in WEEKS:
        start_day = line.year_start_day + 7 * week
        start = line.date_of(start_day)
        end = start + timedelta(weeks=AHEAD_WEEKS)
        moment = datetime.combine(start, time())
        tables = record(events, scenario, seed, 0, perfect=perfect, until=moment)
        result = forecast(
            tables, as_of=moment, start=start, end=end - timedelta(days=1), draws=DRAWS, seed=seed
        ).to_dict()["bookings"]
        in_period = (won["time"] >= start_day * DAY) & (won["time"] < (start_day + 7 * AHEAD_WEEKS) * DAY)
        truth = float(won["value"][in_period].sum())
        q = result["quantiles"]
        cases.append(
            Case(
                seed,
                week,
                truth,
                result["mean"],
                q["0.1"] <= truth <= q["0.9"],
                q["0.025"] <= truth <= q["0.975"],
            )
        )
    return cases


def _company(scenario: Scenario, seed: int, perfect: bool) -> list[Case]:  # noqa: FBT001 - positional over the process border
    return company(scenario, seed, perfect=perfect)


def closed_loop(
    scenario: Scenario, seeds: Sequence[int], *, perfect: bool, workers: int | None = None
) -> list[Case]:
    """Return all cases of many companies, in the order of their seeds."""
    tasks = [(scenario, seed, perfect) for seed in seeds]
    return [case for cases in in_order(_company, tasks, workers) for case in cases]


def share_with_interval(cases: Sequence[Case], hits: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the share of hits and its 95% interval, the cases of one company taken as one cluster."""
    seeds = np.array([case.seed for case in cases])
    means = np.array([hits[seeds == seed].mean() for seed in np.unique(seeds)])
    half = 1.96 * means.std(ddof=1) / math.sqrt(means.size)
    return float(hits.mean()), float(hits.mean() - half), float(hits.mean() + half)
