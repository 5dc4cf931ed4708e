"""The calibration: everything learned from a history, as parameter draws shared by all that is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.calibration.amounts import Amounts, band_factors, learn_amounts
from forecast.calibration.assumed import Assumed, refused, too_few
from forecast.calibration.country import country_of
from forecast.calibration.creation import Creation, learn_creation
from forecast.calibration.hazards import Hazards, Memory, Stays, estimate_hazards
from forecast.calibration.levels import Levels, learn_levels
from forecast.calibration.past_weeks import first_stage, past_weeks
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
#: How likely it is beforehand that the level of winning does not drift (docs/decisions/0027): a company's odds are more often
#: the same than its market is, which creation follows.
SAME_ODDS = 1 / 3
#: Rounds in which the draws' wins are brought to those seen: each leaves a tenth of the distance, or less.
_ROUNDS = 4


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
        By whole week before the moment, oldest first: won, and expected a week ahead (`forecast.calibration.past_weeks`).
    assumed : Assumed or None
        What stands in for a history that is too short; None where it teaches enough.
    kept : str or None
        Country whose public holidays the records keep (`forecast.calibration.country`); None where one was named, or where they
        do not tell.
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
    kept: str | None = None

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
        Two-letter code whose public holidays count; without it those that the records keep, if they tell
        (`forecast.calibration.country.country_of`).
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
    kept = country_of(known.created, known.starts, known.moment) if country is None else None
    holidays = public_holidays(country or kept, int(known.created.min()), int(end) + WEEK)
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
    past = past_weeks(known, clock, hazards)
    bands = band_factors(
        amounts.band(known.amount), past.won, past.by_deal, len(amounts.band_edges) + 1,
        (PARAMETER_DRAWS, stream(seed, "size bands")),
    )  # fmt: skip
    stage, age = standing(known, clock)
    season = season_of(weeks_before(known.moment, known.starts), end, clock)
    told = len(past.wins) if prior is None else 0  # a few weeks would be believed more than what is assumed
    levels = learn_levels(
        past.wins[:told], past.expected[:told], season if told else None, carried, SAME_ODDS
    )
    levels = replace(levels, soon=past.soon if told else 1.0)
    return Calibration(
        known, end, clock, curves, levels, amounts, bands, learn_creation(known, end, holidays), stage, age, past.wins,
        past.expected, prior, kept,
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

    Observed over expected wins, as in indirect standardisation (Breslow & Day 1987). What a draw expects of an age class is
    its own chance to win there of as many as the class's days stand for under the mean: where hazards are right on average
    chances are too low on average, because a chance grows less than its hazard (Jensen 1906). Assumed: one level for all
    stages.
    """
    stages, rate = hazards.stages, hazards.rate.copy()
    won = float((stays.cause == stages).sum())
    lived = [_lived(stays.of(stage), edges) for stage, edges in enumerate(hazards.edges)]
    width = np.diff(np.where(np.isinf(hazards.edges), np.nan, hazards.edges), append=np.nan)
    expected = sum(float(rate[0, stage, : len(days), stages] @ days) for stage, days in enumerate(lived))
    rate[..., stages] *= won / max(expected, 1e-9)
    for _ in range(_ROUNDS):
        wins = sum(
            (
                _wins_of(rate[:, stage, : len(days)], width[stage, : len(days)], days)
                for stage, days in enumerate(lived)
            ),
            np.zeros(hazards.draws),
        )
        rate[..., stages] *= (won / np.maximum(wins, 1e-9))[:, None, None]
    return Hazards(hazards.edges, rate)


def _lived(stays: Stays, edges: Floats) -> Floats:
    """Return the days that stays spent in each of a stage's age classes, however long ago."""
    return Memory().by_class(stays, edges[np.isfinite(edges)])


def _wins_of(rate: Floats, width: Floats, lived: Floats) -> Floats:
    """Return the wins that each draw expects of as many as live so many days in the age classes under the mean, draw 0."""
    whole = rate.sum(axis=2)
    grown = np.where(np.isnan(width), np.inf, width * whole)  # the last class is endless
    still = np.broadcast_to(np.nan_to_num(width, nan=1.0), whole.shape).copy()  # where nothing leaves
    days_each = np.divide(-np.expm1(-grown), whole, out=still, where=whole > 0)
    return np.asarray((rate[..., -2] * days_each) @ (lived / days_each[0]))


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
