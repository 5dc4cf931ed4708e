"""In which month of the period a win falls, given that it falls into the period: for open and for new opportunities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from forecast.bookings import Outlook, Period, Unit, drawn_amounts, new_chances, priced
from forecast.calibration.records import Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK
from forecast.winners import Winners

#: A chance or a hazard below it is none.
_NONE = 1e-12


def month_sums(view: Outlook, unit: Unit, winners: Winners, edges: Floats) -> Floats:
    """Return what open opportunities book in each draw by month, draws x months.

    A win comes when the hazard gathered reaches an exponential variable; given that it comes within the period, that
    variable is cut off at what the whole period gathers. Months gather the hazards of the win curves times the draw's
    level in them, scaled so that all together gather what the draw's chance of the period says.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    winners : Winners
        Those that the total was added up from.
    edges : array of M + 1
        Moments between the months, the period's ends included.
    """
    out = np.zeros((winners.draws, len(edges) - 1))
    state, gathered = _gathered(view, winners.deal, edges)
    levels, whole = _levels(view, edges), view.mean_level(view.period.begin)
    group = view.chances.group[np.searchsorted(view.chances.deal, winners.deal)]
    hazard = -np.log1p(-view.chances.in_period.clip(0, 1 - _NONE))
    rng = stream(view.seed, "months of open opportunities")
    for draw, row, amount in _wins(view, unit, winners):
        world = view.world[draw]
        chance = -np.expm1(-hazard[world, group[row]] * whole[draw])
        reached = np.log1p(-rng.random(len(draw)) * chance) / np.log1p(-chance.clip(_NONE, 1 - _NONE))
        by_month = gathered[world, state[row]] * levels[draw]
        np.add.at(out, (draw, _month(by_month, reached)), amount)
    return out


def _wins(view: Outlook, unit: Unit, winners: Winners) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield draw, row and amount of each win; missing amounts are those that the total has."""
    price, missing = priced(view.calibration, winners.deal, unit)
    for draw, row in winners.pairs(np.flatnonzero(~missing)):
        yield draw, row, price[row]
    rng = stream(view.seed, "missing amounts")
    for draw, row in winners.pairs(np.flatnonzero(missing)):
        yield draw, row, drawn_amounts(view, draw, rng)


def _gathered(view: Outlook, deal: Ints, edges: Floats) -> tuple[Ints, Floats]:
    """Return the state (stage and age) of opportunities, and the hazard that each gathers by month, P x states x M."""
    calibration, curves = view.calibration, view.calibration.curves
    age = np.round(calibration.age[deal] / curves.step) * curves.step
    states, state = np.unique(
        np.stack([calibration.stage[deal].astype(float), age]), axis=1, return_inverse=True
    )
    horizons = np.array([calibration.horizon(moment) for moment in edges])
    won = curves.within(states[0].astype(np.int64), states[1], horizons)
    inside = (won[:, :, 1:] - won[:, :, :1]).clip(0, 1 - _NONE)
    return state.ravel(), np.diff(-np.log1p(-inside), axis=2, prepend=0.0).clip(0, None)


def _levels(view: Outlook, edges: Floats) -> Floats:
    """Return each draw's mean level in each month, draws x M: weeks by their share of clock days."""
    now, clock = view.calibration.records.moment, view.calibration.clock
    weeks = now + WEEK * np.arange(view.levels.shape[1] + 1)
    inside = np.diff(np.clip(edges, now, None)) > 0
    out = np.ones((len(view.levels), len(edges) - 1))
    for month in np.flatnonzero(inside):
        weight = np.diff(clock.at(np.clip(weeks, max(edges[month], now), edges[month + 1])))
        if weight.sum() > 0:
            out[:, month] = view.levels @ (weight / weight.sum())
    return out


def _month(by_month: Floats, reached: Floats) -> Ints:
    """Return the month in which a share of the whole is reached, by row."""
    passed = np.cumsum(by_month, axis=1)
    later = passed[:, :-1] < (reached * passed[:, -1])[:, None]
    return np.asarray(later.sum(axis=1), dtype=np.int64)


def month_of_new(view: Outlook, edges: Floats, wins: Ints) -> Callable[..., Ints]:
    """Return what gives each win that is not yet created its month, from its draw and its place among the draw's wins.

    ``wins`` are those of `forecast.bookings.new_wins`. How many wins of each week's creation fall into each month is multinomial by the win curves times the draw's levels.
    """
    months = len(edges) - 1
    chance = np.zeros((view.calibration.draws, wins.shape[1], months))
    before = np.zeros(chance.shape[:2])
    for month, end in enumerate(edges[1:]):
        by_then = np.zeros_like(before)
        if end > view.calibration.records.moment:
            found = new_chances(view.calibration, Period(view.period.begin, float(end)))
            by_then[:, : found.shape[1]] = found
        chance[:, :, month], before = (by_then - before).clip(0, None), np.maximum(by_then, before)
    counts, level = np.zeros((len(wins), months), dtype=np.int64), _levels(view, edges)
    rng = stream(view.seed, "months of new opportunities")
    for week in range(wins.shape[1]):
        weight = chance[view.world, week] * level
        weight[:, -1] += _NONE  # where no month can be told, the last one
        counts += rng.multinomial(wins[:, week], weight / weight.sum(axis=1, keepdims=True))
    reached = np.cumsum(counts, axis=1)

    def month_of(draw: Ints, amount: Floats, before: int = 0) -> Ints:  # noqa: ARG001 - any part's dealer is told
        place = np.arange(len(amount)) - np.searchsorted(draw, draw)
        return np.asarray((place[:, None] >= reached[draw]).sum(axis=1), dtype=np.int64)

    return month_of
