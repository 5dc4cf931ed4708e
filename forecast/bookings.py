"""The distribution of bookings in a period: booked, open and not yet created, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.calibration.draws import Calibration
from forecast.calibration.records import Bools, Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK

Unit = Literal["amount", "deals"]
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
#: Chances are drawn for this many opportunities at a time, to bound memory.
_CHUNK = 500
#: A draw that misses a target by rounding has reached it; the same at every scale.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whole days.

    Attributes
    ----------
    begin, end : float
        First moment in it and first moment after it, days since 1970-01-01.
    """

    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Bookings:
    """Draws of bookings in a period; entry d of every part is the same world.

    Attributes
    ----------
    booked : float
        Won in the period before the moment of knowledge: certain.
    open, new : array of D
        From opportunities that are open now, and from those not yet created.
    """

    booked: float
    open: Floats
    new: Floats

    @property
    def total(self) -> Floats:
        """All three parts together, by draw."""
        return self.booked + self.open + self.new

    def quantiles(self) -> dict[str, float]:
        """Return the quantiles of the total, keyed by their probability as text."""
        values = np.quantile(self.total, QUANTILES)
        return {f"{q:g}": float(value) for q, value in zip(QUANTILES, values, strict=True)}

    def chance_of(self, target: float) -> float:
        """Return the share of draws at or above a target; 1 at or below what is booked."""
        return float((self.total >= target - _ROUNDING * abs(target)).mean())


@dataclass(frozen=True, slots=True)
class OpenChances:
    """Chances of the open opportunities to be won; opportunities of one group share them.

    Attributes
    ----------
    deal, group : array of n
        Ranks in the records, and groups (equal stage, age and size band).
    in_period, ever : array, P x groups
        Chance to be won in the period, and at any time, by parameter draw, at level 1.
    """

    deal: Ints
    group: Ints
    in_period: Floats
    ever: Floats


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the draws of one period are made from.

    Attributes
    ----------
    calibration : Calibration
    period : Period
    seed : int
    chances : OpenChances
    levels : array, draws x weeks
        Level of winning in each coming week, from the moment of knowledge on.
    """

    calibration: Calibration
    period: Period
    seed: int
    chances: OpenChances
    levels: Floats

    @property
    def world(self) -> Ints:
        """The parameter draw of each draw; parameter draw 0, the mean, is left out."""
        return 1 + np.arange(len(self.levels)) % (self.calibration.draws - 1)

    @property
    def over(self) -> bool:
        """Whether the period ends before anything can still happen in it."""
        return self.period.end <= self.calibration.records.moment

    def mean_level(self, begin: float) -> Floats:
        """Return each draw's level from a moment to the period's end: weeks by their share of clock days."""
        now = self.calibration.records.moment
        edges = now + WEEK * np.arange(self.levels.shape[1] + 1)
        weight = np.diff(self.calibration.clock.at(np.clip(edges, max(begin, now), self.period.end)))
        total = weight.sum()
        return np.asarray(self.levels @ (weight / total) if total > 0 else self.levels[:, 0])


def outlook(calibration: Calibration, period: Period, *, draws: int, seed: int) -> Outlook:
    """Return what the draws of a period are made from.

    Parameters
    ----------
    calibration : Calibration
    period : Period
        Ending no later than the calibration reaches.
    draws, seed : int
    """
    weeks = max(int(np.ceil((period.end - calibration.records.moment) / WEEK)), 1)
    levels = calibration.levels.draw(draws, weeks, stream(seed, "levels of winning"))
    return Outlook(calibration, period, seed, open_chances(calibration, period), levels)


def open_chances(calibration: Calibration, period: Period) -> OpenChances:
    """Return the chances of all open opportunities to be won in a period."""
    curves, deal = calibration.curves, np.flatnonzero(calibration.stage >= 0)
    age = np.round(calibration.age[deal] / curves.step) * curves.step
    band = calibration.amounts.band(calibration.records.amount[deal])
    key = np.stack([calibration.stage[deal].astype(float), age, band.astype(float)])
    groups, group = np.unique(key, axis=1, return_inverse=True)
    states, state = np.unique(groups[:2], axis=1, return_inverse=True)
    stage = states[0].astype(np.int64)
    horizons = np.array([calibration.horizon(period.begin), calibration.horizon(period.end)])
    won = curves.within(stage, states[1], horizons)
    inside, ever = won[:, :, 1] - won[:, :, 0], curves.ever(stage, states[1])
    factor = calibration.bands[:, groups[2].astype(np.int64)]
    at = state.ravel()
    return OpenChances(deal, group.ravel(), faster(inside[:, at], factor), faster(ever[:, at], factor))


def faster(chance: Floats, factor: Floats) -> Floats:
    """Return the chance under a hazard multiplied by a factor: 1 - (1 - p)^factor."""
    return np.asarray(-np.expm1(np.log1p(-np.clip(chance, 0.0, 1 - 1e-12)) * factor))


def draw_bookings(view: Outlook, unit: Unit) -> Bookings:
    """Return draws of the bookings of a period, in amount or number of opportunities."""
    return Bookings(
        booked=booked(view.calibration, view.period, unit),
        open=_draw_open(view, unit),
        new=_draw_new(view, unit),
    )


def booked(calibration: Calibration, period: Period, unit: Unit) -> float:
    """Return what was won in the period before the moment of knowledge; missing amounts count 0."""
    known = calibration.records
    won = known.won & (known.closed >= period.begin) & (known.closed < period.end)
    return float(won.sum()) if unit == "deals" else float(np.nansum(known.amount[won]))


def value_if_won(calibration: Calibration, deal: Ints, unit: Unit) -> Floats:
    """Return what opportunities count if won: 1, or their amounts; the mean amount where it is missing."""
    if unit == "deals":
        return np.ones(len(deal))
    amount, pool = calibration.records.amount[deal], calibration.amounts.pool
    return np.asarray(np.where(np.isnan(amount), pool.mean() if len(pool) else 0.0, amount))


def _draw_open(view: Outlook, unit: Unit) -> Floats:
    chances, total = view.chances, np.zeros(len(view.levels))
    if len(chances.deal) == 0 or view.over:
        return total
    level = view.mean_level(view.period.begin)[:, None]
    lose = (1 - faster(chances.in_period[view.world], level)).astype(np.float32)
    rng = stream(view.seed, "open opportunities")
    price, missing = _priced(view.calibration, chances.deal, unit)
    unpriced = np.zeros(len(total), dtype=np.int64)
    possible = np.flatnonzero(chances.in_period.max(axis=0)[chances.group] > _ROUNDING)
    for begin in range(0, len(possible), _CHUNK):
        part = possible[begin : begin + _CHUNK]
        win = rng.random((len(total), len(part)), dtype=np.float32) >= lose[:, chances.group[part]]
        total += win @ price[part]
        unpriced += win[:, missing[part]].sum(axis=1)
    return total + _sum_of_amounts(view, unpriced, "missing amounts")


def _priced(calibration: Calibration, deal: Ints, unit: Unit) -> tuple[Floats, Bools]:
    """Return what opportunities count if won, and where that is still to be drawn: 0 there."""
    value = value_if_won(calibration, deal, unit)
    missing: Bools = np.isnan(calibration.records.amount[deal]) & (unit == "amount")
    return np.where(missing, 0.0, value), missing


def _draw_new(view: Outlook, unit: Unit) -> Floats:
    now, draws = view.calibration.records.moment, len(view.levels)
    if view.over:
        return np.zeros(draws)
    rng = stream(view.seed, "creation")
    created = view.calibration.creation.draw(now, view.period.end, draws, rng)
    chance = new_chances(view.calibration, view.period)[view.world]
    weeks = range(created.shape[1])
    level = np.stack([view.mean_level(now + WEEK * week) for week in weeks], axis=1)
    wins = stream(view.seed, "new opportunities").binomial(created, faster(chance, level)).sum(axis=1)
    if unit == "deals":
        return np.asarray(wins, dtype=np.float64)
    return _sum_of_amounts(view, wins, "amounts of new opportunities")


def _sum_of_amounts(view: Outlook, wins: Ints, name: str) -> Floats:
    """Return the sum of as many amounts as were won, by draw, from the stream of a name."""
    amounts = view.calibration.amounts
    drawn = amounts.draw(int(wins.sum()), stream(view.seed, name))
    sums = np.bincount(np.repeat(np.arange(len(wins)), wins), drawn, minlength=len(wins))
    return np.asarray(sums * amounts.mean_factor[view.world])


def new_chances(calibration: Calibration, period: Period) -> Floats:
    """Return the chance that an opportunity created in a coming week is won in the period, P x weeks.

    Averaged over the days of the week as creation falls on them, and over the entry stages.
    """
    now, creation = calibration.records.moment, calibration.creation
    days = np.arange(now, period.end)
    share = creation.clock.paces(now, now + len(days))
    week = ((days - now) // WEEK).astype(np.int64)
    middle = np.minimum(days + 0.5, period.end)
    chance = np.zeros((calibration.draws, len(days)))
    for stage in np.flatnonzero(creation.entry > 0):
        for moment, sign in ((period.end, 1.0), (period.begin, -1.0)):
            left = np.maximum(calibration.clock.at(moment) - calibration.clock.at(middle), 0.0)
            reached = calibration.curves.fresh_within(int(stage), left) * (middle < moment)
            chance += sign * creation.entry[stage] * reached
    out = np.zeros((calibration.draws, int(week[-1]) + 1))
    total = np.bincount(week, share)
    for w in range(out.shape[1]):
        at = week == w
        out[:, w] = chance[:, at] @ share[at] / max(total[w], 1e-12)
    return np.clip(out, 0.0, 1.0)
