"""Worlds: what may happen to every opportunity from a moment on, as the calibration at that moment sees it.

The forecast of a period needs only who wins by its end. A path of the projection needs the way there:
when each opportunity is created, which stage it is in at every week's end, and when it is won. It is
drawn here from the same hazards, levels, creation and amounts. All times are days of the clock of
winning since the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.bookings import Outlook, Unit
from forecast.calibration.hazards import Hazards
from forecast.calibration.records import Bools, Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK


@dataclass(frozen=True, slots=True)
class Deals:
    """The opportunities of all worlds, those open now first.

    Attributes
    ----------
    world : array of int
        The world that each lives in.
    created : array
        0 for those that are open already.
    stage, age : array
        Where each begins, and its days in that stage by then.
    value : array
        What it counts if won: its amount, or 1.
    tempo : array
        How much faster its size wins.
    """

    world: Ints
    created: Floats
    stage: Ints
    age: Floats
    value: Floats
    tempo: Floats


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in stages, one row each.

    Attributes
    ----------
    deal, stage : array of int
    entered, left : array
        ``entered`` is below 0 where the stay began before the moment; ``left`` may lie beyond the period.
    won : array of bool
        Whether the stay ends with the win.
    """

    deal: Ints
    stage: Ints
    entered: Floats
    left: Floats
    won: Bools


def draw_deals(view: Outlook, unit: Unit) -> Deals:
    """Return the opportunities of as many worlds as the outlook has draws."""
    known, new = _open(view, unit), _created(view, unit)
    return Deals(
        *(np.concatenate((getattr(known, name), getattr(new, name))) for name in Deals.__dataclass_fields__)
    )


def _open(view: Outlook, unit: Unit) -> Deals:
    calibration, worlds = view.calibration, len(view.levels)
    deal = np.flatnonzero(calibration.stage >= 0)
    amount = calibration.records.amount[deal]
    band = calibration.amounts.band(amount)
    world = np.repeat(np.arange(worlds), len(deal))
    return Deals(
        world=world,
        created=np.zeros(len(world)),
        stage=np.tile(calibration.stage[deal], worlds),
        age=np.tile(calibration.age[deal], worlds),
        value=_values(view, unit, world, np.tile(amount, worlds), "worlds: missing amounts"),
        tempo=np.tile(calibration.bands[0, band], worlds),
    )


def _created(view: Outlook, unit: Unit) -> Deals:
    calibration, worlds = view.calibration, len(view.levels)
    now, end, creation = calibration.records.moment, view.period.end, calibration.creation
    count = creation.draw(now, end, worlds, stream(view.seed, "worlds: creation"))
    world, week = np.divmod(np.repeat(np.arange(count.size), count.ravel()), count.shape[1])
    rng = stream(view.seed, "worlds: days of creation")
    days = np.arange(now, end + 1)
    passed = creation.clock.at(days)
    edges = creation.clock.at(np.minimum(now + WEEK * np.arange(count.shape[1] + 1), end))
    at = edges[week] + rng.random(len(week)) * (edges[week + 1] - edges[week])
    moment = np.interp(at, passed, days)
    return Deals(
        world=world,
        created=calibration.clock.at(moment) - calibration.clock.at(now),
        stage=rng.choice(len(creation.entry), len(week), p=creation.entry),
        age=np.zeros(len(week)),
        value=_values(view, unit, world, np.full(len(world), np.nan), "worlds: amounts"),
        tempo=np.ones(len(week)),
    )


def _values(view: Outlook, unit: Unit, world: Ints, amount: Floats, name: str) -> Floats:
    """Return what opportunities count if won: 1, or their amounts, those that are missing drawn."""
    if unit == "deals":
        return np.ones(len(world))
    amounts, missing = view.calibration.amounts, np.isnan(amount)
    value = amount.copy()
    factor = amounts.mean_factor[view.world[world[missing]]]
    value[missing] = amounts.draw(int(missing.sum()), stream(view.seed, name)) * factor
    return value


def live(view: Outlook, deals: Deals) -> Stays:
    """Return all stays of the opportunities until they are closed or the period has ended.

    The level of winning rises and falls from week to week. A win of the first life counts in weeks at
    level 1 or above, and below with the level as its chance. For levels above 1 an opportunity lives as
    many lives more as the highest to come asks for, whole ones, and a win in them counts with the chance
    that its week's excess over 1 bears to the highest. So a chance p becomes 1 - (1 - p)^f at level f, as
    in the forecast, for whole f and small p. An opportunity is won at its earliest win that counts; a win
    that does not count is a loss.
    """
    rng = stream(view.seed, "worlds: lives")
    excess = np.maximum(deals.tempo * view.levels.max(axis=1)[deals.world] - 1.0, 0.0)
    of = np.repeat(np.arange(len(excess)), 1 + np.floor(excess + rng.random(len(excess))).astype(np.int64))
    first = np.searchsorted(of, np.arange(len(excess)))
    stays = _lived(view, deals, of)
    deal = of[stays.deal]
    level = deals.tempo[deal] * _level(view, deals.world[deal], stays.left)
    more = np.divide(level - 1.0, excess[deal], out=np.zeros(len(deal)), where=excess[deal] > 0)
    counts = rng.random(len(deal)) < np.where(stays.deal == first[deal], level, more)
    won = stays.won & counts & (stays.left <= view.calibration.horizon(view.period.end))
    win = np.full(len(of), np.inf)
    win[stays.deal[won]] = stays.left[won]
    chosen = np.lexsort((win, of))[first]
    kept = np.isin(stays.deal, chosen, kind="table")
    return Stays(deal[kept], stays.stage[kept], stays.entered[kept], stays.left[kept], won[kept])


def _level(view: Outlook, world: Ints, when: Floats) -> Floats:
    """Return the level of winning that each world has at a time."""
    clock, now = view.calibration.clock, view.calibration.records.moment
    weeks = view.levels.shape[1]
    edges = clock.at(now + WEEK * np.arange(1.0, weeks)) - clock.at(now)
    return np.asarray(view.levels[world, np.searchsorted(edges, when, side="right")])


def _lived(view: Outlook, deals: Deals, of: Ints) -> Stays:
    """Return the stays of every life; ``deal`` counts lives, ``of`` says whose each is."""
    hazards, rng = _Cumulated.of(view.calibration.curves.hazards), stream(view.seed, "worlds: stays")
    end = view.calibration.horizon(view.period.end)
    draw = view.world[deals.world[of]]
    life, stage = np.arange(len(of)), deals.stage[of]
    since, age = deals.created[of], deals.age[of]
    found: list[tuple[Ints, Ints, Floats, Floats, Ints]] = []
    while len(life) or not found:
        lasted, cause = hazards.leave((draw[life], stage), age, rng)
        left = since + lasted - age
        found.append((life, stage, since - age, left, cause))
        on = (cause < hazards.stages) & (left < end)
        life, stage, since = life[on], cause[on], left[on]
        age = np.zeros(len(life))
    life, stage, entered, left, cause = (np.concatenate(column) for column in zip(*found, strict=True))
    return Stays(life, stage, entered, left, cause == hazards.stages)


@dataclass(frozen=True, slots=True)
class _Cumulated:
    """Hazards of leaving by any cause, integrated.

    Attributes
    ----------
    hazards : Hazards
    grown, rate : array, P x S x B
        Cumulative hazard at each class's beginning, and hazard within it, of all causes together.
    """

    hazards: Hazards
    grown: Floats
    rate: Floats

    @classmethod
    def of(cls, hazards: Hazards) -> _Cumulated:
        return cls(hazards, hazards.cumulative().sum(axis=-1), hazards.rate.sum(axis=-1))

    @property
    def stages(self) -> int:
        return self.hazards.stages

    def leave(self, where: tuple[Ints, Ints], age: Floats, rng: np.random.Generator) -> tuple[Floats, Ints]:
        """Return the age at which each stay ends, and its cause.

        Parameters
        ----------
        where : tuple of array of int
            Parameter draw and stage.
        age : array
            Days in the stage already.
        rng : Generator
        """
        draw, stage = where
        edges, place = self.hazards.edges, self.hazards.class_of(stage, age)
        goal = self.grown[draw, stage, place] + self.rate[draw, stage, place] * (age - edges[stage, place])
        goal += rng.standard_exponential(len(age))
        last = np.isfinite(edges).sum(axis=1)[stage] - 1
        while (place < last).any():
            middle = (place + last + 1) // 2
            passed = self.grown[draw, stage, middle] <= goal
            place, last = np.where(passed, middle, place), np.where(passed, last, middle - 1)
        rate, beyond = self.rate[draw, stage, place], goal - self.grown[draw, stage, place]
        lasted = np.divide(beyond, rate, out=np.full(len(age), np.inf), where=rate > 0)
        return np.maximum(edges[stage, place] + lasted, age), self._cause(where, place, rng)

    def _cause(self, where: tuple[Ints, Ints], place: Ints, rng: np.random.Generator) -> Ints:
        """Return why each stay ends: a cause by its share of the hazard."""
        reached = np.cumsum(self.hazards.rate[(*where, place)], axis=1)
        return np.asarray((reached < (rng.random(len(place)) * reached[:, -1])[:, None]).sum(axis=1))
