"""The calibration: everything learned from a history, as parameter draws shared by all that is computed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecast.calibration.amounts import Amounts, band_factors, learn_amounts
from forecast.calibration.creation import Creation, learn_creation
from forecast.calibration.hazards import Hazards, Memory, Stays, estimate_hazards
from forecast.calibration.levels import Levels, learn_levels
from forecast.calibration.records import CENSORED, Floats, Ints, Records, day, records
from forecast.calibration.seasons import season_of
from forecast.calibration.streams import stream
from forecast.calibration.weeks import weeks_before
from forecast.calibration.win_curves import WinCurves, win_curves
from forecast.calibration.workdays import WEEK, Clock, estimate_clock, public_holidays
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

PARAMETER_DRAWS = 200
#: Closed opportunities and wins below which a history teaches no chances.
FEWEST_CLOSED, FEWEST_WON = 20, 5
#: Days after which what happened counts half, where wins are not too few; chosen on simulated companies, half of them
#: with a change in mid-year (docs/decisions/0017).
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

    @property
    def draws(self) -> int:
        """The number of parameter draws; draw 0 is the posterior mean."""
        return self.curves.hazards.draws

    def horizon(self, moment: float) -> float:
        """Return the clock days from now to a moment, at least 0."""
        return max(float(self.clock.at(moment) - self.clock.at(self.records.moment)), 0.0)


def calibrate(
    tables: CrmTables, moment: pd.Timestamp, until: pd.Timestamp, *, seed: int, country: str | None = None
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

    Raises
    ------
    BadInput
        If fewer than 20 opportunities are closed or fewer than 5 of them won.
    """
    known = records(tables, moment)
    _enough(known)
    end = day(until)
    holidays = public_holidays(country, int(known.created.min()), int(end) + WEEK)
    won = known.closed[known.won]
    clock = estimate_clock(won, (known.starts, known.moment), end, holidays)
    stays = stays_of(known, clock)
    hazards = estimate_hazards(
        stays, len(known.stages), PARAMETER_DRAWS, stream(seed, "hazards"), memory_of(known)
    )
    hazards = level_wins(hazards, stays)
    horizon = max(float(clock.at(end) - clock.at(known.moment)), 1.0)
    amounts = learn_amounts(known, PARAMETER_DRAWS, stream(seed, "amounts"))
    past = _past_weeks(known, clock, hazards)
    bands = band_factors(
        amounts.band(known.amount), past.won, past.by_deal, len(amounts.band_edges) + 1,
        (PARAMETER_DRAWS, stream(seed, "size bands")),
    )  # fmt: skip
    stage, age = standing(known, clock)
    season = season_of(weeks_before(known.moment, known.starts), end, clock)
    return Calibration(
        known, end, clock, win_curves(hazards, horizon), learn_levels(past.wins, past.expected, season), amounts, bands,
        learn_creation(known, end, holidays), stage, age, past.wins, past.expected,
    )  # fmt: skip


def _enough(known: Records) -> None:
    closed, won = int((~known.is_open).sum()), int(known.won.sum())
    if closed >= FEWEST_CLOSED and won >= FEWEST_WON:
        return
    allowed = (
        f"a forecast needs at least {FEWEST_CLOSED} closed opportunities, {FEWEST_WON} of them won; "
        "export a longer history, or closed opportunities too"
    )
    found = f"{closed} closed, {won} won"
    raise BadInput([Problem("the opportunities", f"before {pd.Timestamp(known.moment, unit='D').round('s'):%Y-%m-%d %H:%M}", "outcome",
                            found, allowed)])  # fmt: skip


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
    """
    stages = hazards.stages
    won = float((stays.cause == stages).sum())
    cumulative = hazards.cumulative()[..., stages : stages + 1]
    only = Hazards(hazards.edges, hazards.rate[..., stages : stages + 1])
    expected = np.zeros(hazards.draws)
    for begin in range(0, len(stays.stage), 2_000):
        part = slice(begin, begin + 2_000)
        grown = only.at(cumulative, stays.stage[part], stays.end[part])
        grown = grown - only.at(cumulative, stays.stage[part], stays.begin[part])
        expected += grown.sum(axis=(1, 2))
    rate = hazards.rate.copy()
    rate[..., stages] *= (won / np.maximum(expected, 1e-9))[:, None, None]
    return Hazards(hazards.edges, rate)


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
    expected, by_deal = np.zeros(len(wins)), np.zeros(len(known.created))
    mean = win_curves(Hazards(hazards.edges, hazards.rate[:1]), 2.0 * WEEK)
    due = [_due(known, clock, mean.step, begin) for begin in edges[:-1]]
    chances = _week_chances(mean, due, np.diff(clock.at(edges)))
    first_stage = _first_stage(known)
    for week, (begin, end) in enumerate(pairwise(edges)):
        deal, chance = due[week].deal, chances[week]
        fresh = np.flatnonzero((known.created >= begin) & (known.created < end))
        first = first_stage[fresh]
        left = clock.at(end) - clock.at(known.created[fresh])
        new = np.array(
            [mean.fresh_within(int(s), np.array([x]))[0, 0] for s, x in zip(first, left, strict=True)]
        )
        expected[week] = chance.sum() + new.sum()
        by_deal[deal] += chance
        by_deal[fresh] += new
    recent = known.won & (known.closed >= (edges[0] if len(edges) else known.moment))
    return _Past(wins, expected, by_deal, recent)


class _Due(NamedTuple):
    """The opportunities open at a week's start: which, and the stage and rounded age of each."""

    deal: Ints
    stage: Ints
    age: Floats


def _due(known: Records, clock: Clock, step: float, begin: float) -> _Due:
    visits = known.visits
    at = np.flatnonzero((visits.entered < begin) & ((visits.left > begin) | (visits.next == CENSORED)))
    age = np.round((clock.at(begin) - clock.at(visits.entered[at])) / step) * step
    return _Due(visits.deal[at], visits.stage[at], age)


def _week_chances(mean: WinCurves, due: list[_Due], spans: Floats) -> list[Floats]:
    """Return the chances to be won within each week's clock days; weeks of one length are computed at once."""
    chances = [np.zeros(0)] * len(due)
    lengths, of = np.unique(np.round(spans, 9), return_inverse=True)
    for number, length in enumerate(lengths):
        weeks = np.flatnonzero(of == number)
        key = np.stack([np.concatenate([due[w].stage for w in weeks]).astype(float),
                        np.concatenate([due[w].age for w in weeks])])  # fmt: skip
        groups, back = np.unique(key, axis=1, return_inverse=True)
        chance = mean.within(groups[0].astype(np.int64), groups[1], np.array([length]))[0, :, 0]
        ends = np.cumsum([len(due[w].deal) for w in weeks])[:-1]
        for week, part in zip(weeks, np.split(chance[back.ravel()], ends), strict=True):
            chances[week] = part
    return chances


def _first_stage(known: Records) -> Ints:
    first = np.zeros(len(known.created), dtype=np.int64)
    visits = known.visits
    begins = np.append(True, visits.deal[1:] != visits.deal[:-1])[: len(visits.deal)]
    first[visits.deal[begins]] = visits.stage[begins]
    return first
