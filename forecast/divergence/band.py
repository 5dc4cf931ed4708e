"""The band of the plan: how low the projection may lie, by luck alone, in a period that reaches its target.

The paths of the projection are those of the worlds that the forecast at the period's start draws
(`forecast.divergence.worlds`). In each world and at each week's end the projection is what that much
knowledge says about the period's bookings: the least-squares regression, over all worlds, of what was
booked in the end on what could be seen by then (as Longstaff and Schwartz 2001 value options). Seen is
what is booked, the number of wins, the open pipeline calibrated in period by the curves of the start,
and how many opportunities were created, in all and lately. So every path begins at the forecast of the
start, ends at its world's bookings, and is right on average at every week between.

On plan are the worlds that reach the target. The edge is the simultaneous one of their paths: 90% of
them never lie below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from forecast.bookings import Outlook, Unit, booked, faster
from forecast.calibration.hazards import Hazards
from forecast.calibration.records import Floats, Ints
from forecast.calibration.streams import stream
from forecast.calibration.win_curves import WinCurves
from forecast.calibration.workdays import WEEK
from forecast.divergence.worlds import Deals, Stays, draw_deals, live
from simulations.shortfall import FALSE_ALARMS, lower_edge

#: Paths drawn; fewer where so many opportunities live in each that all together would be more than this.
MOST_PATHS, FEWEST_DRAWN, MOST_DEALS = 4_000, 1_000, 2_000_000
#: Where fewer of them reach the target, hardly any period on plan is known, and no band is drawn.
FEWEST_PATHS = 50
#: Weeks of creation that count as "lately".
LATELY = 8
WEEKS_A_YEAR = 52
#: Ages between which the chance of an open opportunity is taken as linear.
_AGES = 60
#: Opportunities of all worlds drawn at a time, to bound memory.
_BATCH = 250_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be seen in each world by each week's end; every array is worlds x weeks.

    Attributes
    ----------
    booked, wins : array
        Bookings and number of wins since the period's start.
    in_period : array
        Open value by its chance to be won in the period, by the mean curves of the start.
    created, lately : array
        Opportunities created since the moment, and in the last eight weeks.
    total : array, one for each world
        Bookings of the whole period.
    """

    booked: Floats
    wins: Floats
    in_period: Floats
    created: Floats
    lately: Floats
    total: Floats


@dataclass(frozen=True, slots=True)
class Plan:
    """What a period is held against from a moment on.

    Attributes
    ----------
    projected, spread : float
        Mean and standard deviation of the forecast at the moment. The paths are moved and stretched to
        them: the worlds' own differ by luck, and by a few percent (`forecast.divergence.worlds.live`).
    target : float
    """

    projected: float
    spread: float
    target: float


@dataclass(frozen=True, slots=True)
class Edge:
    """The lower edge of the band.

    Attributes
    ----------
    paths, on_plan : int
        Paths drawn, and such as reach the target.
    by_week : array
        By week's end after the moment; nan where too few paths reach the target. Never above the target.
    """

    paths: int
    on_plan: int
    by_week: Floats


def band_edge(view: Outlook, unit: Unit, weeks: int, plan: Plan) -> Edge:
    """Return the lower edge of the simultaneous band: 90% of the paths on plan never lie below it.

    Parameters
    ----------
    view : Outlook
        Of the period, at the moment at which the plan is made.
    unit : {"amount", "deals"}
    weeks : int
        How many week ends, at least 1.
    plan : Plan
    """
    seen = look(view, unit, weeks)
    on_plan = _fitted(seen.total, seen.total, plan) >= plan.target
    drawn, reaching = len(on_plan), int(on_plan.sum())
    if reaching < FEWEST_PATHS:
        return Edge(drawn, reaching, np.full(weeks, np.nan))
    paths = _fitted(projection_paths(seen), seen.total, plan)[on_plan]
    return Edge(drawn, reaching, np.minimum(lower_edge(paths, FALSE_ALARMS), plan.target))


def _fitted(values: Floats, total: Floats, plan: Plan) -> Floats:
    """Return values moved and stretched as the worlds' bookings must be to have the forecast's mean and spread."""
    spread = float(total.std())
    stretch = plan.spread / spread if spread > 0 else 1.0
    return np.asarray(plan.projected + (values - total.mean()) * stretch)


def projection_paths(seen: Seen) -> Floats:
    """Return the paths of the projection, worlds x weeks."""
    return np.stack([_regressed(seen, week) for week in range(seen.booked.shape[1])], axis=1)


def look(view: Outlook, unit: Unit, weeks: int) -> Seen:
    """Return what can be seen in the worlds of an outlook; they are drawn in batches, to bound memory."""
    calibration = view.calibration
    created = calibration.creation.counts[-WEEKS_A_YEAR:].mean() * weeks
    living = max(float((calibration.stage >= 0).sum() + created), 1.0)
    count = int(np.clip(MOST_DEALS / living, FEWEST_DRAWN, MOST_PATHS))
    levels = calibration.levels.draw(count, view.levels.shape[1], stream(view.seed, "worlds: levels"))
    batches = [
        _look(replace(view, levels=part, seed=_seed(view.seed, number)), unit, weeks)
        for number, part in enumerate(np.array_split(levels, math.ceil(count * living / _BATCH)))
    ]
    names = Seen.__dataclass_fields__
    return Seen(*(np.concatenate([getattr(batch, name) for batch in batches]) for name in names))


def _seed(seed: int, batch: int) -> int:
    """Return the seed of a batch of worlds."""
    return int(stream(seed, f"worlds: batch {batch}").integers(1 << 62))


def _look(view: Outlook, unit: Unit, weeks: int) -> Seen:
    calibration = view.calibration
    now = calibration.records.moment
    ends = np.minimum(now + WEEK * np.arange(1.0, weeks + 1), view.period.end)
    looks = calibration.clock.at(ends) - calibration.clock.at(now)
    deals = draw_deals(view, unit)
    stays = live(view, deals)
    begun = booked(calibration, view.period, unit)
    won = stays.won & (stays.left <= calibration.horizon(view.period.end))
    world, when, worlds = deals.world[stays.deal[won]], stays.left[won], len(view.levels)
    value = deals.value[stays.deal[won]]
    fresh = deals.created > 0
    created = _to_date(deals.world[fresh], deals.created[fresh], np.ones(int(fresh.sum())), looks, worlds)
    before = np.concatenate((np.zeros((worlds, LATELY)), created), axis=1)[:, :weeks]
    return Seen(
        booked=begun + _to_date(world, when, value, looks, worlds),
        wins=_to_date(world, when, np.ones(len(when)), looks, worlds),
        in_period=_in_period(view, deals, stays, looks),
        created=created,
        lately=created - before,
        total=np.asarray(begun + np.bincount(world, value, minlength=worlds), dtype=np.float64),
    )


def _to_date(world: Ints, when: Floats, value: Floats, looks: Floats, worlds: int) -> Floats:
    """Return the sums of what happened by each look, worlds x looks."""
    week = np.searchsorted(looks, when)
    inside = week < len(looks)
    cell = world[inside] * len(looks) + week[inside]
    sums = np.bincount(cell, value[inside], minlength=worlds * len(looks))
    return np.cumsum(sums.reshape(worlds, len(looks)), axis=1)


def _in_period(view: Outlook, deals: Deals, stays: Stays, looks: Floats) -> Floats:
    """Return the open pipeline calibrated in period at each look, worlds x looks."""
    begin = np.searchsorted(looks, np.maximum(stays.entered, deals.created[stays.deal]))
    count = np.maximum(np.searchsorted(looks, stays.left) - begin, 0)
    stay = np.repeat(np.arange(len(count)), count)
    week = np.arange(len(stay)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    deal = stays.deal[stay]
    age = looks[week] - stays.entered[stay]
    chance = _Chances.of(view, looks).at(stays.stage[stay], age, week)
    value = deals.value[deal] * faster(chance, deals.tempo[deal])
    worlds = len(view.levels)
    cell = deals.world[deal] * len(looks) + week
    sums = np.bincount(cell, value, minlength=worlds * len(looks))
    return np.asarray(sums.reshape(worlds, len(looks)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Chances:
    """Chance to be won by the period's end, by the mean curves, at level 1.

    Attributes
    ----------
    oldest : array of S
        Age from which the chance no longer changes.
    table : array, S x ages x looks
    """

    oldest: Floats
    table: Floats

    @classmethod
    def of(cls, view: Outlook, looks: Floats) -> _Chances:
        calibration = view.calibration
        mean = _mean_curves(calibration.curves)
        edges = mean.hazards.edges
        oldest = np.where(np.isfinite(edges), edges, 0.0).max(axis=1)
        stages = len(oldest)
        stage = np.repeat(np.arange(stages), _AGES + 1)
        age = (oldest[:, None] * np.linspace(0.0, 1.0, _AGES + 1)).ravel()
        left = np.maximum(calibration.horizon(view.period.end) - looks, 0.0)
        chance = mean.within(stage, age, left)[0]
        return cls(oldest, chance.reshape(stages, _AGES + 1, len(looks)))

    def at(self, stage: Ints, age: Floats, week: Ints) -> Floats:
        place = np.minimum(age / self.oldest[stage], 1.0) * _AGES
        low = np.minimum(place.astype(np.int64), _AGES - 1)
        part = place - low
        return np.asarray(self.table[stage, low, week] * (1 - part) + self.table[stage, low + 1, week] * part)


def _mean_curves(curves: WinCurves) -> WinCurves:
    return WinCurves(Hazards(curves.hazards.edges, curves.hazards.rate[:1]), curves.step, curves.fresh[:1])


def _regressed(seen: Seen, week: int) -> Floats:
    """Return what each world's bookings are expected to be, from what can be seen by a week's end."""
    columns = np.stack(
        [part[:, week] for part in (seen.booked, seen.wins, seen.in_period, seen.created, seen.lately)],
        axis=1,
    )
    spread = columns.std(axis=0)
    told = (columns - columns.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    mean = seen.total.mean()
    weights, *_ = np.linalg.lstsq(told, seen.total - mean, rcond=None)
    return np.asarray(mean + told @ weights)
