"""The calibration: everything learned from a history, as parameter draws shared by all that is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecast.calibration.amounts import Amounts, band_factors, learn_amounts
from forecast.calibration.assumed import Assumed, refused, too_few
from forecast.calibration.creation import Creation, learn_creation
from forecast.calibration.hazards import Hazards, Memory, Stays, estimate_hazards
from forecast.calibration.levels import Levels, learn_levels
from forecast.calibration.records import CENSORED, Floats, Ints, Records, day, records
from forecast.calibration.seasons import season_of
from forecast.calibration.streams import stream
from forecast.calibration.weeks import weeks_before
from forecast.calibration.win_curves import WinCurves, win_curves
from forecast.calibration.workdays import WEEK, Clock, estimate_clock, public_holidays
from simulations.tables import CrmTables

PARAMETER_DRAWS = 200
#: Days after which what happened counts half, where wins are not too few; chosen on simulated companies, half of them
#: with a change in mid-year (docs/decisions/0027).
SHORTEST_HALF_LIFE, ENOUGH_WINS = 91.0, 35


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a history teaches; parameter draw p is the same world in every part.

    Attributes
    ----------
    records : Records
    until : float
        Last moment that can be asked for, days since 1970-01-01.
    clock : Clock
        Of winning.
    curves : WinCurves
        To the horizon.
    levels : Levels
        Of weekly wins against what the curves expect one week ahead.
    amounts : Amounts
    bands : array, P x bands
        How much faster each size band wins.
    creation : Creation
    stage, age : array
        Stage and clock days in it of each opportunity; stage is -1 where it is closed.
    weekly_wins, weekly_expected : array
        By whole week before the moment, oldest first: won, and expected a week ahead.
    assumed : Assumed or None
        What stands in for a history that is too short; None where it teaches enough.
    """

    records: Records
    until: float
    clock: Clock
    curves: WinCurves
    levels: Levels
    amounts: Amounts
    bands: Floats
    creation: Creation
    stage: Ints
    age: Floats
    weekly_wins: Floats
    weekly_expected: Floats
    assumed: Assumed | None = None

    @property
    def draws(self) -> int:
        """The number of parameter draws; draw 0 is the posterior mean."""
        return self.curves.hazards.draws

    def horizon(self, moment: float) -> float:
        """Return the clock days from now to a moment, at least 0."""
        return max(float(self.clock.at(moment) - self.clock.at(self.records.moment)), 0.0)


def calibrate(
    tables: CrmTables,
    moment: pd.Timestamp,
    until: pd.Timestamp,
    *,
    seed: int,
    country: str | None = None,
    assumed: Assumed | None = None,
) -> Calibration:
    """Return what the tables teach, up to a moment of knowledge, for questions up to another.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment`` (`forecast.known.as_of`).
    moment : Timestamp
        Exclusive.
    until : Timestamp
        End of the longest period that will be asked for.
    seed : int
    country : str, optional
        Two-letter code whose public holidays count; without it the three that most calendars share.
    assumed : Assumed, optional
        What stands in where fewer than 20 opportunities are closed or fewer than 5 of them won; not used where a history
        teaches enough.

    Raises
    ------
    BadInput
        If a history is too short and nothing stands in for it.
    """
    known = records(tables, moment)
    few = too_few(known)
    if few:
        if assumed is None:
            raise refused(known, few)
        known = records(tables, moment, by_stage=False)
    prior = assumed if few else None
    end = day(until)
    holidays = public_holidays(country, int(known.created.min()), int(end) + WEEK)
    won = known.closed[known.won]
    clock = estimate_clock(won, (known.starts, known.moment), end, holidays)
    stays = stays_of(known, clock)
    stays = stays if prior is None else prior.added_to(stays)
    hazards = estimate_hazards(
        stays, len(known.stages), PARAMETER_DRAWS, stream(seed, "hazards"), memory_of(known)
    )
    hazards = level_wins(hazards, stays)
    horizon = max(float(clock.at(end) - clock.at(known.moment)), 1.0)
    curves = win_curves(hazards, horizon)
    carried = _carried(curves, first_stage(known))
    amounts = learn_amounts(known, PARAMETER_DRAWS, stream(seed, "amounts"))
    past = _past_weeks(known, clock, hazards)
    bands = band_factors(
        amounts.band(known.amount), past.won, past.by_deal, len(amounts.band_edges) + 1,
        (PARAMETER_DRAWS, stream(seed, "size bands")),
    )  # fmt: skip
    stage, age = standing(known, clock)
    season = season_of(weeks_before(known.moment, known.starts), end, clock)
    told = len(past.wins) if prior is None else 0  # a few weeks would be believed more than what is assumed
    levels = learn_levels(past.wins[:told], past.expected[:told], season if told else None, carried)
    return Calibration(
        known, end, clock, curves, levels, amounts, bands, learn_creation(known, end, holidays), stage, age, past.wins,
        past.expected, prior,
    )  # fmt: skip


def stays_of(known: Records, clock: Clock) -> Stays:
    """Return all stays in stages on the clock, from the day on which the records are whole."""
    visits = known.visits
    seen = visits.left >= known.starts
    entered = clock.at(visits.entered[seen])
    begin = clock.at(np.maximum(visits.entered[seen], known.starts)) - entered
    end = clock.at(visits.left[seen]) - entered
    ago = clock.at(known.moment) - entered
    return Stays(visits.stage[seen], begin, np.maximum(end, begin), visits.next[seen], ago)


def memory_of(known: Records) -> Memory:
    """Return how long what happened counts: half after a quarter, or after the time of the latest `ENOUGH_WINS`.

    So a team that wins often forgets within a quarter how it used to be, and one that wins seldom keeps what little
    it knows; with fewer wins than that nothing is forgotten.

    A power prior (Ibrahim & Chen 2000). Assumed: what is older says less, evenly with time.
    """
    wins = np.sort(known.closed[known.won])
    if len(wins) < ENOUGH_WINS:
        return Memory()
    return Memory(max(SHORTEST_HALF_LIFE, known.moment - float(wins[-ENOUGH_WINS])))


def level_wins(hazards: Hazards, stays: Stays) -> Hazards:
    """Return the hazards with every draw scaled to the wins really seen.

    The height of winning is drawn with the weekly levels, which know its drift; here only the shape
    stays uncertain, so that nothing is counted twice. The mean, draw 0, is scaled as well: the levels
    are learned against it and drawn with the others.

    Observed over expected wins, as in indirect standardisation (Breslow & Day 1987). Assumed: one level for all stages.
    """
    stages = hazards.stages
    won = float((stays.cause == stages).sum())
    expected = np.zeros(hazards.draws)
    for stage, edges in enumerate(hazards.edges):
        own = edges[np.isfinite(edges)]
        lived = Memory().by_class(stays.of(stage), own)
        expected += hazards.rate[:, stage, : len(own), stages] @ lived
    rate = hazards.rate.copy()
    rate[..., stages] *= (won / np.maximum(expected, 1e-9))[:, None, None]
    return Hazards(hazards.edges, rate)


def _carried(curves: WinCurves, first: Ints) -> float:
    """Return the relative variance that draws give to the chance of what was created to be won within the horizon."""
    entry = np.bincount(first, minlength=curves.hazards.stages) / max(len(first), 1)
    chance = curves.fresh[1:, :, -1] @ entry
    return float(np.log(np.maximum(chance, 1e-12)).var())


def standing(known: Records, clock: Clock) -> tuple[Ints, Floats]:
    """Return the stage of each open opportunity, -1 if closed, and its clock days in it."""
    stage = np.full(len(known.created), CENSORED)
    age = np.zeros(len(known.created))
    visits, here = known.visits, known.visits.next == CENSORED
    stage[visits.deal[here]] = visits.stage[here]
    age[visits.deal[here]] = clock.at(known.moment) - clock.at(visits.entered[here])
    bare = known.is_open & (stage == CENSORED)
    stage[bare] = 0
    age[bare] = clock.at(known.moment) - clock.at(known.created[bare])
    return stage, age


@dataclass(frozen=True, slots=True)
class _Past:
    """Wins of past weeks against what was expected at each week's start."""

    wins: Floats
    expected: Floats
    by_deal: Floats
    won: np.ndarray


def _past_weeks(known: Records, clock: Clock, hazards: Hazards) -> _Past:
    edges = weeks_before(known.moment, known.starts)
    wins = np.histogram(known.closed[known.won], edges)[0].astype(float) if len(edges) > 1 else np.zeros(0)
    recent = known.won & (known.closed >= (edges[0] if len(edges) else known.moment))
    if not len(wins):
        return _Past(wins, np.zeros(0), np.zeros(len(known.created)), recent)
    mean = win_curves(Hazards(hazards.edges, hazards.rate[:1]), 2.0 * WEEK)
    due = _due(known, clock, mean.step, edges)
    chance = _week_chances(mean, due, np.diff(clock.at(edges)))
    fresh = np.flatnonzero((known.created >= edges[0]) & (known.created < edges[-1]))
    week, new = _fresh_chances(known, clock, mean, edges, fresh)
    expected = _summed(due.week, chance, len(wins)) + _summed(week, new, len(wins))
    by_deal = _summed(due.deal, chance, len(known.created))
    by_deal[fresh] += new
    return _Past(wins, expected, by_deal, recent)


def _summed(place: Ints, value: Floats, places: int) -> Floats:
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

    week: Ints
    deal: Ints
    stage: Ints
    steps: Ints


def _due(known: Records, clock: Clock, step: float, edges: Floats) -> _Due:
    visits, begins = known.visits, edges[:-1]
    first = np.searchsorted(begins, visits.entered, side="right")
    last = np.where(visits.next == CENSORED, len(begins), np.searchsorted(begins, visits.left, side="left"))
    there = np.maximum(last - first, 0)
    at = np.repeat(np.arange(len(there)), there)
    week = np.arange(len(at)) - (np.cumsum(there) - there - first)[at]
    lived = clock.at(begins)[week] - clock.at(visits.entered)[at]
    return _Due(week, visits.deal[at], visits.stage[at], np.round(lived / step).astype(np.int64))


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
