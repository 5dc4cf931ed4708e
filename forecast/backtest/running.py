"""Running a plan: at every origin the forecast and the baselines, from that day's knowledge alone, and their scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.backtest.baselines import BASELINES, Window
from forecast.backtest.origins import Plan, came, of_segment, segments
from forecast.backtest.past import Past
from forecast.backtest.protocol import Horizon
from forecast.backtest.scores import Scores, scored
from forecast.bookings import Period, Unit, draw_bookings, outlook
from forecast.calibration.draws import Calibration, calibrate
from forecast.calibration.records import Floats, day
from forecast.calibration.streams import stream
from forecast.known import as_of
from simulations.errors import BadInput
from simulations.processes import in_order
from simulations.tables import CrmTables

FORECAST = "forecast"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class How:
    """How distributions are drawn.

    Attributes
    ----------
    draws, seed : int
    country : str or None
        Whose public holidays count in the forecast.
    baselines : tuple of str
        Those that are asked; the others stay out.
    """

    draws: int
    seed: int
    country: str | None = None
    baselines: tuple[str, ...] = tuple(BASELINES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One distribution and what came.

    Attributes
    ----------
    dataset, segment, horizon, unit, method : str
    origin : Timestamp
    came : float
        Bookings of the horizon, in the unit.
    scores : Scores or None
        None where the forecast was refused.
    refused : str
        Why, else empty.
    """

    dataset: str
    segment: str
    horizon: str
    unit: Unit
    method: str
    origin: pd.Timestamp
    came: float
    scores: Scores | None
    refused: str = ""


def run(
    plans: Mapping[str, tuple[Plan, CrmTables]],
    how: How,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Return every outcome of some plans, in the order of data sets, segments, origins, horizons, units, methods.

    Parameters
    ----------
    plans : mapping of str to (Plan, CrmTables)
        The tables hold the whole file; each origin reads only what was known at it.
    how : How
    workers : int, optional
        Processes; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many origins of how many are done.
    """
    tasks = [task for plan, tables in plans.values() for task in _tasks(plan, tables, how)]
    found: list[Outcome] = []
    for number, outcomes in enumerate(in_order(outcomes_at, tasks, workers)):
        found += outcomes
        if progress is not None:
            progress(number + 1, len(tasks))
    return tuple(found)


def _tasks(
    plan: Plan, tables: CrmTables, how: How
) -> Iterator[tuple[Plan, CrmTables, str, pd.Timestamp, How]]:
    for segment in segments(tables, plan.first_origin):
        own = of_segment(tables, segment)
        for origin in plan.all_origins():
            yield plan, own, segment, origin, how


def outcomes_at(plan: Plan, tables: CrmTables, segment: str, origin: pd.Timestamp, how: How) -> list[Outcome]:
    """Return the outcomes of one origin of one segment, whose tables are given."""
    known = as_of(tables, origin)
    found = []
    for horizon in plan.horizons:
        if origin not in plan.origins(horizon):
            continue
        end = horizon.after(origin)
        drawn = forecasts(known, origin, end, plan.units, how)
        for unit in plan.units:
            truth = came(tables, origin, end, unit)
            past = Past(known, origin, unit)
            methods = {FORECAST: drawn[unit], **_baselines(Window(past, end, how.draws, how.seed), how)}
            found += [
                _outcome((plan, segment, horizon, unit), origin, method, truth, draws)
                for method, draws in methods.items()
            ]
    return found


def forecasts(
    known: CrmTables, origin: pd.Timestamp, end: pd.Timestamp, units: Sequence[Unit], how: How
) -> dict[Unit, Floats | str]:
    """Return the draws of the forecast from an origin in each unit, or why it is refused.

    These are the steps that `forecast.forecasting.forecast` takes, once for both units and without the cycle and the
    findings; a test holds both to the same numbers.
    """
    try:
        calibration = calibrate(known, origin, end, seed=how.seed, country=how.country)
    except BadInput as error:
        return dict.fromkeys(units, str(error.problems[0].value))
    return {unit: _drawn(calibration, Period(day(origin), day(end)), unit, how) for unit in units}


def _drawn(calibration: Calibration, period: Period, unit: Unit, how: How) -> Floats | str:
    if unit == "amount" and not calibration.amounts.known:
        return "no amounts"
    view = outlook(calibration, period, draws=how.draws, seed=how.seed)
    return draw_bookings(view, unit).total


def _baselines(asked: Window, how: How) -> dict[str, Floats]:
    """Return the draws of the baselines that have what they need."""
    drawn = {name: rule(asked) for name, rule in BASELINES.items() if name in how.baselines}
    return {name: draws for name, draws in drawn.items() if draws is not None}


def _outcome(
    which: tuple[Plan, str, Horizon, Unit],
    origin: pd.Timestamp,
    method: str,
    truth: float,
    draws: Floats | str,
) -> Outcome:
    plan, segment, horizon, unit = which
    names = (plan.name, segment, str(horizon), unit, method, origin, truth)
    if isinstance(draws, str):
        return Outcome(*names, None, draws)
    luck = stream(0, " ".join(map(str, (plan.name, segment, horizon, unit, origin, method)))).random()
    return Outcome(*names, scored(np.asarray(draws), truth, float(luck)))
