"""How many opportunities must be created a week to reach a target with a chosen confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.bookings import Bookings, Outlook, Unit, new_created, week_chances
from forecast.calibration.records import Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK
from forecast.targets.quantiles import quantile_with_interval

#: Wins that are drawn at most, over all draws; the fewest draws looked at; wins of a draw at a time.
_MOST_WINS, _FEWEST, _AT_ONCE = 20_000_000, 1_000, 32
#: A number of deals that misses a whole one by rounding has reached it.
_ROUNDING = 1e-9
OVER = "the period is over"
TOO_LATE = "too little of what is created from now on can still be won in the period"


@dataclass(frozen=True, slots=True)
class RequiredCreation:
    """New opportunities a week that reach the target with the chosen confidence.

    Attributes
    ----------
    per_week : float or None
        Opportunities in a normal week, from now to the period's end; 0 where what is booked and open is enough. None
        where no number is.
    low, high : float or None
        95% interval of ``per_week``: it is found from so many draws and no more.
    present, present_low, present_high : float or None
        What is created in a normal week if it goes on as it does: mean, and range of 8 of 10 draws.
    amount : float or None
        Of ``per_week`` opportunities, at the mean amount of past wins; None where deals are counted.
    reason : str
        Why there is no number, else empty.
    """

    per_week: float | None
    low: float | None
    high: float | None
    present: float | None
    present_low: float | None
    present_high: float | None
    amount: float | None
    reason: str


def required_creation(
    view: Outlook, unit: Unit, bookings: Bookings, target: float, confidence: float
) -> RequiredCreation:
    """Return how many opportunities must be created a week to reach a target with a chosen confidence.

    Created at random at a rate of x a week, spread over the days as creation is, they are won as a Poisson process of
    rate x times the mean number of wins that one a week has in the draw. So each draw has a smallest x of its own: where
    the n-th win comes, n being how many amounts, drawn one after another, make up what booked and open deals leave of
    the target. The number asked for is the quantile of these at the confidence. What is not known of chances, levels
    and amounts is in it, and the luck of the deals; how much will be created is not, since that is what is asked.

    The n-th point of a Poisson process is gamma (Kingman 1993). Assumed: creation at a steady rate, independent of the deals
    that are open.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    bookings : Bookings
        Of the outlook's draws.
    target : float
    confidence : float
        Above 0 and below 1.
    """
    if view.over:
        return RequiredCreation(None, None, None, None, None, None, None, OVER)
    days = _week_days(view)
    present = _present(new_created(view).sum(axis=1) / max(float(days.sum()), _ROUNDING))
    need = target - bookings.booked - bookings.open
    count = _wins_needed(view, unit, need[: _used(view, unit, need)])
    wins = week_chances(view)[: len(count)] @ days
    points = stream(view.seed, "required creation").standard_gamma(np.maximum(count, 1))
    rate = np.divide(points, wins, out=np.full(len(wins), np.inf), where=wins > 0)
    per_week, low, high = quantile_with_interval(np.where(count > 0, rate, 0.0), confidence)
    if not np.isfinite(per_week):
        return RequiredCreation(None, None, None, *present, None, TOO_LATE)
    amount = None if unit == "deals" else per_week * float(view.calibration.amounts.pool.mean())
    return RequiredCreation(per_week, low, high if np.isfinite(high) else None, *present, amount, "")


def _week_days(view: Outlook) -> Floats:
    """Return how much of a normal week's creation each coming week has, by its clock."""
    now, end = view.calibration.records.moment, view.period.end
    weeks = int(np.ceil((end - now) / WEEK))
    edges = np.minimum(now + WEEK * np.arange(weeks + 1), end)
    return np.asarray(np.diff(view.calibration.creation.clock.at(edges)) / WEEK)


def _present(created: Floats) -> tuple[float, float, float]:
    low, high = np.quantile(created, (0.1, 0.9))
    return float(created.mean()), float(low), float(high)


def _used(view: Outlook, unit: Unit, need: Floats) -> int:
    """Return how many draws are looked at: all where the wins that they need are not too many."""
    each = 1.0 if unit == "deals" else float(view.calibration.amounts.pool.mean())
    wins = float(np.maximum(need, 0.0).mean()) / each + 1
    return int(np.clip(_MOST_WINS / wins, min(_FEWEST, len(need)), len(need)))


def _wins_needed(view: Outlook, unit: Unit, need: Floats) -> Ints:
    """Return how many wins each draw needs to make up what it lacks; 0 where it lacks nothing."""
    if unit == "deals":
        return np.ceil(np.maximum(need, 0.0) - _ROUNDING).astype(np.int64)
    amounts, rng = view.calibration.amounts, stream(view.seed, "amounts of required wins")
    count = np.zeros(len(need), dtype=np.int64)
    left = need / amounts.mean_factor[view.world[: len(need)]]
    still = np.flatnonzero(left > 0)
    while len(still):
        drawn = amounts.draw(len(still) * _AT_ONCE, rng).reshape(len(still), _AT_ONCE).cumsum(axis=1)
        short = drawn < left[still, None]
        count[still] += np.where(short[:, -1], _AT_ONCE, short.sum(axis=1) + 1)
        left[still] -= drawn[:, -1]
        still = still[short[:, -1]]
    return count
