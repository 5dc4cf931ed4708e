"""Wins of past weeks, held against what was to be expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from forecast.calibration.hazards import Hazards
from forecast.calibration.records import CENSORED, Bools, Floats, Ints, Records
from forecast.calibration.weeks import weeks_before
from forecast.calibration.win_curves import WinCurves, win_curves
from forecast.calibration.workdays import WEEK, Clock
from simulations.processes import by_threads

#: Whole numbers of very many rows, in half the memory of others.
Shorts = npt.NDArray[np.int32]
#: Visits that a thread looks at at a time.
_VISITS = 200_000


@dataclass(frozen=True, slots=True)
class PastWeeks:
    """Wins of the whole weeks before the moment, oldest first, against what was expected at each week's start.

    Attributes
    ----------
    wins, expected : array
        By week; over all weeks as many are expected as the days that were lived in each stage at each age ask for.
    by_deal : array
        What was expected of each opportunity in these weeks.
    won : array of bool
        Which opportunities were won in them.
    soon : float
        How many times as much was expected so of the weeks as their starts alone let expect.
    """

    wins: Floats
    expected: Floats
    by_deal: Floats
    won: Bools
    soon: float = 1.0


def past_weeks(known: Records, clock: Clock, hazards: Hazards) -> PastWeeks:
    """Return the wins of past weeks and what the mean hazards, draw 0, let expect of each week at its start.

    What happens at one hour of the week only, such as a review on Monday that drops what is stale, is still to come at the
    starts of all weeks, or past; so expectations from there lean to one side, and farther ahead nothing does. They are
    scaled to what the hazards ask for over the days that were really lived, which is right whatever the hour: a counting
    process less its compensator has mean 0 (Aalen 1978). How far they leaned is kept for the first week ahead, which
    begins at that same hour. Assumed: hazards that are constant within age classes and the same in all weeks.

    Parameters
    ----------
    known : Records
    clock : Clock
        Of winning.
    hazards : Hazards
    """
    edges = weeks_before(known.moment, known.starts)
    wins = np.histogram(known.closed[known.won], edges)[0].astype(float) if len(edges) > 1 else np.zeros(0)
    recent = known.won & (known.closed >= (edges[0] if len(edges) else known.moment))
    if not len(wins):
        return PastWeeks(wins, np.zeros(0), np.zeros(len(known.created)), recent)
    mean = win_curves(Hazards(hazards.edges, hazards.rate[:1]), 2.0 * WEEK)
    due = _due(known, clock, mean.step, edges)
    chance = _week_chances(mean, due, np.diff(clock.at(edges)))
    fresh = np.flatnonzero((known.created >= edges[0]) & (known.created < edges[-1]))
    week, new = _fresh_chances(known, clock, mean, edges, fresh)
    expected = _summed(due.week, chance, len(wins)) + _summed(week, new, len(wins))
    by_deal = _summed(due.deal, chance, len(known.created))
    by_deal[fresh] += new
    asked = _asked_for(known, clock, hazards, (edges[0], edges[-1]))
    soon = asked / expected.sum() if asked > 0 and expected.sum() > 0 else 1.0
    return PastWeeks(wins, expected * soon, by_deal * soon, recent, float(soon))


def _asked_for(known: Records, clock: Clock, hazards: Hazards, span: tuple[float, float]) -> float:
    """Return the wins that the mean hazards ask for over the days lived between two moments, in each stage at each age."""
    visits, won, total = known.visits, hazards.stages, 0.0
    entered = clock.at(visits.entered)
    begin, end = (clock.at(np.clip(moment, visits.entered, visits.left)) - entered for moment in span)
    cumulative = hazards.cumulative()[0, :, :, won]
    for stage, edges in enumerate(hazards.edges):
        own, there = visits.stage == stage, np.isfinite(edges)
        last, pace = edges[there][-1], hazards.rate[0, stage, there.sum() - 1, won]
        for age, sign in ((end[own], 1.0), (begin[own], -1.0)):
            grown = np.interp(age, edges[there], cumulative[stage, there]) + pace * np.maximum(
                age - last, 0.0
            )
            total += sign * float(grown.sum())
    return total


def _summed(place: Ints | Shorts, value: Floats, places: int) -> Floats:
    return np.asarray(np.bincount(place, value, places), dtype=np.float64)


def _fresh_chances(
    known: Records, clock: Clock, mean: WinCurves, edges: Floats, fresh: Ints
) -> tuple[Ints, Floats]:
    """Return in which week opportunities were created, and the chance of each to be won in what was left of it."""
    created, first = known.created[fresh], first_stage(known)[fresh]
    week = np.searchsorted(edges, created, side="right") - 1
    left, new = clock.at(edges)[week + 1] - clock.at(created), np.zeros(len(fresh))
    for stage in range(len(known.stages)):
        at = first == stage
        new[at] = mean.fresh_within(stage, left[at])[0]
    return week, new


class _Due(NamedTuple):
    """The opportunities open at the start of each week, one row each: week, which, its stage, its age in steps."""

    week: Shorts
    deal: Shorts
    stage: Shorts
    steps: Shorts


def _due(known: Records, clock: Clock, step: float, edges: Floats) -> _Due:
    """Return who was open when, looked for by several threads, some visits each."""
    visits, begins = known.visits, edges[:-1]
    passed = clock.at(begins)

    def some(_: None, at: int) -> _Due:
        own = slice(at * _VISITS, (at + 1) * _VISITS)
        entered = visits.entered[own]
        first = np.searchsorted(begins, entered, side="right")
        ended = np.searchsorted(begins, visits.left[own], side="left")
        last = np.where(visits.next[own] == CENSORED, len(begins), ended)
        there = np.maximum(last - first, 0)
        row = np.repeat(np.arange(len(there)), there)
        week = np.arange(len(row)) - (np.cumsum(there) - there - first)[row]
        steps = np.round((passed[week] - clock.at(entered)[row]) / step)
        return _Due(
            *(
                np.asarray(part, np.int32)
                for part in (week, visits.deal[own][row], visits.stage[own][row], steps)
            )
        )

    parts = by_threads(lambda: None, some, max(-(-len(visits.deal) // _VISITS), 1), batch=1)
    return _Due(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _week_chances(mean: WinCurves, due: _Due, spans: Floats) -> Floats:
    """Return the chance to be won within the week's clock days, a row each; equal length, stage and age share it."""
    lengths, of = np.unique(np.round(spans, 9), return_inverse=True)
    oldest = int(due.steps.max(initial=0)) + 1
    cell = (of[due.week] * mean.hazards.stages + due.stage) * oldest + due.steps
    cells = np.flatnonzero(np.bincount(cell, minlength=len(lengths) * mean.hazards.stages * oldest))
    number, stage, steps = np.unravel_index(cells, (len(lengths), mean.hazards.stages, oldest))
    chance = np.zeros(len(lengths) * mean.hazards.stages * oldest)
    for which, length in enumerate(lengths):
        own = number == which
        found = mean.within(stage[own], steps[own] * mean.step, np.array([length]))
        chance[cells[own]] = found[0, :, 0]
    return np.asarray(chance[cell])


def first_stage(known: Records) -> Ints:
    """Return the stage in which each opportunity began."""
    first = np.zeros(len(known.created), dtype=np.int64)
    visits = known.visits
    begins = np.append(True, visits.deal[1:] != visits.deal[:-1])[: len(visits.deal)]
    first[visits.deal[begins]] = visits.stage[begins]
    return first
