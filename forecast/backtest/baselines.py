"""What a user would otherwise trust, each as draws from what was known at the origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.backtest.past import Past
from forecast.backtest.protocol import BaselineName
from forecast.backtest.smoothing import smoothed_paths
from forecast.calibration.records import Floats, day, days
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK
from simulations.tables import WON

#: Whole weeks that the trailing mean and the spreadsheet look back.
TRAILING = 8
#: Deals that are drawn at a time, to bound memory.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Window:
    """What a baseline is asked.

    Attributes
    ----------
    past : Past
    end : Timestamp
        The horizon's end, excluded; it begins at the past's origin.
    draws, seed : int
    """

    past: Past
    end: pd.Timestamp
    draws: int
    seed: int

    @property
    def length(self) -> float:
        """Days of the horizon."""
        return day(self.end) - self.past.now

    def luck(self, method: str) -> np.random.Generator:
        """Return the generator of one method at this origin and horizon."""
        return stream(self.seed, f"{method} {self.past.origin:%Y-%m-%d} {self.end:%Y-%m-%d} {self.past.unit}")


def trailing_mean(asked: Window) -> Floats | None:
    """Return the mean of the last eight whole weeks x weeks of the horizon, spread by its own past errors.

    None where there is no whole week yet.

    Assumed: the weeks ahead are like the last eight; errors are normal. The plain moving average (Brown 1959), with the
    spread that it had.
    """
    past = asked.past
    if len(past.weeks) == 0:
        return None
    return _spread(asked, "trailing mean", lambda moment: _trailing(past, moment, asked.length))


def seasonal_naive(asked: Window) -> Floats | None:
    """Return the bookings of the same days a year before, or else of the last stretch as long as the horizon.

    None where the records are shorter than the horizon.

    Assumed: what was booked comes again; errors are normal. The seasonal naive forecast (Hyndman & Athanasopoulos 2021,
    5.2).
    """
    past, length = asked.past, asked.length
    year = day(past.origin - pd.DateOffset(years=1))
    back = past.now - year if year >= past.starts else length

    def naive(moment: float) -> float | None:
        begin = moment - back
        return past.booked(begin, begin + length) if begin >= past.starts else None

    return None if naive(past.now) is None else _spread(asked, "seasonal naive", naive)


def _trailing(past: Past, moment: float, length: float) -> float | None:
    """Return the trailing mean at a moment, scaled to a horizon of so many days."""
    weeks = min(int((moment - past.starts) // WEEK), TRAILING)
    if weeks < 1:
        return None
    return past.booked(moment - WEEK * weeks, moment) / weeks * length / WEEK


def _spread(asked: Window, method: str, rule: Callable[[float], float | None]) -> Floats:
    """Return normal draws about a rule's value, as wide as the rule's own past errors, cut at 0."""
    middle = rule(asked.past.now) or 0.0
    wide = _error(asked.past, rule, asked.length)
    return np.maximum(middle + wide * asked.luck(method).standard_normal(asked.draws), 0.0)


def _error(past: Past, rule: Callable[[float], float | None], length: float) -> float:
    """Return the root mean square of a rule's past errors at a horizon, at weekly moments before the origin.

    Where the records are too short for one, the weekly values' deviation from their mean stands in, for independent
    weeks: x the root of the weeks.
    """
    errors = []
    moment = past.now - length
    while (said := rule(moment)) is not None:
        errors.append(past.booked(moment, moment + length) - said)
        moment -= WEEK
    if not errors:
        weekly = past.weeks - past.weeks.mean() if len(past.weeks) else np.zeros(1)
        errors = list(weekly * np.sqrt(length / WEEK))
    return float(np.sqrt(np.mean(np.square(errors))))


def spreadsheet(asked: Window) -> Floats | None:
    """Return stage win rates timed by the median cycle, and what is not yet created as it came lately.

    Each open deal wins with its stage's win rate (won / closed of those that were ever in the stage), at its
    creation plus the median cycle of wins, or at once where that has passed, independently of others. New deals:
    the wins of the last eight weeks that were created within a horizon before they were won, scaled to the horizon,
    as a Poisson number of such wins. None where nothing is won yet.

    Assumed: a stage wins as it has, every deal takes the median cycle, and deals are independent (so that their number is
    a Poisson binomial one, Hong 2013): what a spreadsheet does, with its luck added.
    """
    past, rng = asked.past, asked.luck("spreadsheet")
    if past.won.empty:
        return None
    cycle = days(past.won["closed"]) - days(past.won["created"])
    due = np.maximum(days(past.open["created"]) + np.median(cycle), past.now) < day(asked.end)
    chance, worth = _stage_rates(past)[due], past.worth(past.open)[due]
    total = _new(asked, cycle, rng)
    for begin in range(0, len(chance), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        total += (rng.random((asked.draws, len(chance[part])), dtype=np.float32) < chance[part]) @ worth[part]
    return total


def _new(asked: Window, cycle: Floats, rng: np.random.Generator) -> Floats:
    past = asked.past
    weeks = max(min(len(past.weeks), TRAILING), 1)
    recent = (days(past.won["closed"]) >= past.now - WEEK * weeks) & (cycle < asked.length)
    number = rng.poisson(recent.sum() * asked.length / (WEEK * weeks), asked.draws)
    worth = past.worth(past.won)[recent]
    if not recent.any():
        return np.zeros(asked.draws)
    drawn = worth[rng.integers(0, len(worth), int(number.sum()))]
    sums = np.bincount(np.repeat(np.arange(asked.draws), number), drawn, minlength=asked.draws)
    return np.asarray(sums, dtype=np.float64)


def _stage_rates(past: Past) -> Floats:
    """Return the win rate of each open deal's stage; that of all where nothing that was in the stage has closed."""
    closed = past.rows[past.rows["closed"].notna()].set_index("id")["outcome"] == WON
    seen = past.tables.stage_history[["id", "stage"]].drop_duplicates()
    seen = seen[seen["id"].isin(closed.index)]
    rates = seen["id"].map(closed).astype(float).groupby(seen["stage"]).mean()
    return np.asarray(past.open["stage"].map(rates).fillna(float(closed.mean())).to_numpy(float))


def exponential_smoothing(asked: Window) -> Floats | None:
    """Return the weekly bookings smoothed, simulated ahead and added up over the horizon, cut at 0.

    The last week counts by its share inside the horizon. None where there are too few weeks to choose a model.

    Assumed: weeks follow a state-space model of level and trend (Hyndman et al. 2008), chosen and fitted as
    `forecast.backtest.smoothing.smoothed_paths` says.
    """
    weeks = asked.length / WEEK
    rng = asked.luck("exponential smoothing")
    paths = smoothed_paths(asked.past.weeks, int(np.ceil(weeks)), asked.draws, rng)
    if paths is None:
        return None
    inside = np.clip(weeks - np.arange(len(paths)), 0.0, 1.0)
    return np.asarray(np.maximum(inside @ paths, 0.0), dtype=np.float64)


def crm_weighted(asked: Window) -> Floats | None:
    """Return the CRM's weighted pipeline, typed probability x amount of deals expected to close in the horizon.

    One number without uncertainty, as it is read in a CRM. None where nothing of it was known at the origin.
    """
    due = _due(asked)
    typed = due["probability"].notna()
    if not typed.any():
        return None
    return np.array([float(asked.past.worth(due[typed]) @ due.loc[typed, "probability"].to_numpy(float))])


def rep_commits(asked: Window) -> Floats | None:
    """Return what reps committed to the horizon: deals of category commit that are expected to close in it.

    One number without uncertainty. None where no category was known at the origin.
    """
    if asked.past.open["forecast_category"].isna().all():
        return None
    due = _due(asked)
    return np.array([float(asked.past.worth(due[due["forecast_category"] == "commit"]).sum())])


def _due(asked: Window) -> pd.DataFrame:
    """Return the open deals that are expected to close in the horizon."""
    rows = asked.past.open
    expected = rows["expected_close"]
    return rows[(expected >= asked.past.origin) & (expected < asked.end)]


#: Every baseline by its name; None where the file does not carry what it needs.
BASELINES: Mapping[BaselineName, Callable[[Window], Floats | None]] = {
    "trailing mean": trailing_mean,
    "spreadsheet": spreadsheet,
    "seasonal naive": seasonal_naive,
    "exponential smoothing": exponential_smoothing,
    "crm weighted": crm_weighted,
    "rep commits": rep_commits,
}
