"""The distribution of bookings in a period: booked, open and not yet created, draw by draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from forecast.calibration.amounts import Amounts
from forecast.calibration.draws import Calibration
from forecast.calibration.records import Bools, Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK
from forecast.new_wins import OF_NEW, Result, of_new_wins, sums_of_new_wins
from forecast.winners import Winners, draw_winners

Unit = Literal["amount", "deals"]
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
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
        return float(reached(self.total, target).mean())


def reached(total: Floats, target: float) -> Bools:
    """Return which draws are at or above a target; one that misses it by rounding is."""
    return np.asarray(total >= target - _ROUNDING * abs(target))


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
    def worth_of_new(self) -> tuple[Amounts, Floats]:
        """Amounts of past wins, and by draw how much higher those of its world are."""
        return self.calibration.amounts, self.calibration.amounts.mean_factor[self.world]

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


def draw_bookings(view: Outlook, unit: Unit, winners: Winners | None = None) -> Bookings:
    """Return draws of the bookings of a period, in amount or number of opportunities; `open_winners` unless given.

    A compound distribution by simulation: open opportunities are won independently of each other given the parameter draw
    and the draw's level (a proportional hazards frailty that all share, Vaupel, Manton & Stallard 1979); new ones are a
    Poisson number, thinned. Assumed: amounts do not hang on the time to win.
    """
    return Bookings(
        booked=booked(view.calibration, view.period, unit),
        open=open_sums(view, unit, open_winners(view) if winners is None else winners)[:, 0],
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


def open_winners(view: Outlook) -> Winners:
    """Return which of the open opportunities are won in the period in which draw; of those that can be won at all."""
    chances = view.chances
    possible = np.flatnonzero(chances.in_period.max(axis=0, initial=0.0)[chances.group] > _ROUNDING)
    possible = possible[:0] if view.over else possible
    hazard = -np.log1p(-chances.in_period.clip(0, 1 - _ROUNDING)).T
    level, world = view.mean_level(view.period.begin), view.world

    def lose(draws: slice) -> npt.NDArray[np.float32]:
        return np.asarray(np.exp(-hazard[:, world[draws]] * level[draws]), dtype=np.float32)

    rng = stream(view.seed, "open opportunities")
    return draw_winners(chances.deal[possible], chances.group[possible], lose, len(level), rng)


def open_sums(
    view: Outlook, unit: Unit, winners: Winners, segment: Ints | None = None, segments: int = 1
) -> Floats:
    """Return what open opportunities book in each draw by segment, draws x segments; all in one unless told.

    Amounts that are missing are drawn: from the same stream, in the same order, whatever the segments.
    """
    price, missing = priced(view.calibration, winners.deal, unit)
    place = np.zeros(len(price), dtype=np.int64) if segment is None else segment
    out, rng = winners.sums(price, place, segments), stream(view.seed, "missing amounts")
    for draw, row in winners.pairs(np.flatnonzero(missing)):
        np.add.at(out, (draw, place[row]), drawn_amounts(view, draw, rng))
    return out


def priced(calibration: Calibration, deal: Ints, unit: Unit) -> tuple[Floats, Bools]:
    """Return what opportunities count if won, and where that is still to be drawn: 0 there."""
    value = value_if_won(calibration, deal, unit)
    missing: Bools = np.isnan(calibration.records.amount[deal]) & (unit == "amount")
    return np.where(missing, 0.0, value), missing


def _draw_new(view: Outlook, unit: Unit) -> Floats:
    wins = new_wins(view).sum(axis=1)
    if unit == "deals":
        return np.asarray(wins, dtype=np.float64)
    return sums_of_new_wins(wins, view.worth_of_new, stream(view.seed, OF_NEW))


def new_wins(view: Outlook) -> Ints:
    """Return how many opportunities not yet created are won in the period, draws x weeks of their creation."""
    if view.over:
        return np.zeros((len(view.levels), 1), dtype=np.int64)
    return stream(view.seed, "new opportunities").binomial(new_created(view), week_chances(view))


def new_created(view: Outlook) -> Ints:
    """Return how many opportunities are created in each week from now to the period's end, draws x weeks."""
    now, rng = view.calibration.records.moment, stream(view.seed, "creation")
    return view.calibration.creation.draw(now, view.period.end, len(view.levels), rng)


def week_chances(view: Outlook) -> Floats:
    """Return each draw's chance that what is created in a coming week is won in the period, draws x weeks."""
    chance, now = new_chances(view.calibration, view.period)[view.world], view.calibration.records.moment
    level = np.stack([view.mean_level(now + WEEK * week) for week in range(chance.shape[1])], axis=1)
    return faster(chance, level)


def each_new_win(view: Outlook, wins: Ints, work: Callable[..., Result], *, short: bool) -> Iterator[Result]:
    """Yield what some work makes of the wins that are not yet created; as `forecast.new_wins.of_new_wins`."""
    yield from of_new_wins(wins, view.worth_of_new, stream(view.seed, OF_NEW), work, short=short)


def drawn_amounts(view: Outlook, draw: Ints, rng: np.random.Generator) -> Floats:
    """Return an amount for each win, drawn anew: of past wins, as much higher as the draw's world has them."""
    amounts = view.calibration.amounts
    return amounts.draw(len(draw), rng) * amounts.mean_factor[view.world].take(draw)


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
