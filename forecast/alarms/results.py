"""What an alarm says: what diverged, since when, how sure that is, what it costs by when, and what would repair it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from forecast.alarms.cusum import Floats, change_point
from forecast.alarms.deviations import PROJECTION
from forecast.alarms.plan import Plan
from forecast.alarms.states import ALARM, QUIET, State, states
from forecast.alarms.watching import EVERYBODY, TEAM, Family, Seen, Watch
from forecast.calibration.workdays import EPOCH

#: Normal quantile of an interval that holds 8 of 10.
EIGHT_OF_TEN = 1.2816
#: Share of those won ever that must still be won by the end for creation to be useful, as in `forecast.targets.last_useful`.
USEFUL = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What the divergence takes from projected bookings by the end of the watch, if it goes on as since it began.

    Attributes
    ----------
    so_far : float
        What projected bookings have lost since then, in the unit of the bookings; below 0 where they gained.
    by_end, low, high : float
        With what would follow, and its interval of 8 of 10.
    end : date
        Last day of the watch.
    """

    so_far: float
    by_end: float
    low: float
    high: float
    end: dt.date


@dataclass(frozen=True, slots=True)
class Repair:
    """What would make up for the cost.

    Attributes
    ----------
    opportunities_per_week : float or None
        More than the plan has, from now to the last useful day; None where it is too late or nothing is lost.
    hours_per_week : float or None
        Of prospecting, for so many; None where nothing says how much an opportunity takes.
    until : date or None
        Last day on which creation is useful; None where it has passed.
    """

    opportunities_per_week: float | None
    hours_per_week: float | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One monitor of the team or of an owner at a look.

    Attributes
    ----------
    monitor : str
        One of `forecast.alarms.deviations.MONITORS`, or what is watched beside them.
    owner : str
        Empty for the team.
    state : {"quiet", "watch", "alarm"}
    raised : date or None
        The look at which the present state began; None where it is quiet.
    since : date or None
        First day of the week with which the deviations most likely began; None where it is quiet.
    chance : float
        That luck alone would take this monitor so far in any week of the watch; 1 where that is likely.
    level : float
        An alarm of this monitor begins where that chance is no higher.
    cost : Cost or None
    repair : Repair or None
        Both None where it is quiet.
    course : tuple of float
        ``chance`` at every look so far; empty for an owner's monitor that is quiet.
    """

    monitor: str
    owner: str
    state: State
    raised: dt.date | None
    since: dt.date | None
    chance: float
    level: float
    cost: Cost | None
    repair: Repair | None
    course: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a look.

    Attributes
    ----------
    week : int
        Weeks of the watch that are over.
    moment : date
        Day on which knowledge ends; nothing of it is known.
    family : {"team", "everybody"}
    false_alarms : float
        Share of years on plan with at least one alarm of the family.
    level : float
        An alarm begins where the chance of luck is no higher; some monitors have several times as much
        (`forecast.alarms.thresholds.PARTS`).
    readings : tuple of Reading
        The team's first, alarms before watches before what is quiet.
    """

    week: int
    moment: dt.date
    family: Family
    false_alarms: float
    level: float
    readings: tuple[Reading, ...]

    @property
    def alarms(self) -> tuple[Reading, ...]:
        """What is in alarm."""
        return tuple(reading for reading in self.readings if reading.state == ALARM)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, days as ISO text."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


def picture(
    watch: Watch, seen: Seen, week: int, family: Family = EVERYBODY, hours: float | None = None
) -> Picture:
    """Return what a look says.

    Parameters
    ----------
    watch : Watch
    seen : Seen
    week : int
        The look, from 1: how many weeks are over.
    family : {"team", "everybody"}
        Whose false alarms are as rare as stated.
    hours : float, optional
        Prospecting hours that one opportunity takes.
    """
    groups = range(1 if family == TEAM else len(seen.groups))
    readings = [
        _reading(watch, seen, (name, group, week, family), hours)
        for group in groups
        for name in seen.monitors
    ]
    order = ("alarm", "watch", "quiet")
    readings.sort(key=lambda reading: (reading.owner != "", order.index(reading.state)))
    level = float(np.exp(seen.level(family)))
    return Picture(
        week, _day(watch.plan, week), family, watch.thresholds.false_alarms, level, tuple(readings)
    )


def _reading(watch: Watch, seen: Seen, which: tuple[str, int, int, Family], hours: float | None) -> Reading:
    monitor, group, week, family = which
    rows = [row for row, (name, _) in enumerate(seen.series) if name == monitor]
    chances = seen.log_chance[rows, group, :week].min(axis=0)
    level = seen.level(family, monitor)
    course = states(chances, level)
    now, begins = course[-1], float(np.exp(level))
    luck = tuple(np.exp(chances).tolist())
    if now == QUIET:
        shown = () if seen.groups[group] else luck
        return Reading(monitor, seen.groups[group], now, None, None, luck[-1], begins, None, None, shown)
    raised = week - next(i for i, state in enumerate((*course[::-1], QUIET)) if state != now) + 1
    began = change_point(seen.off[seen.monitors.index(monitor), group], week - 1)
    cost = _cost(watch, seen.off[seen.monitors.index(PROJECTION), group], group, (began, week))
    repair = _repair(watch.plan, cost, week, hours)
    return Reading(
        monitor, seen.groups[group], now, _day(watch.plan, raised), _day(watch.plan, began), luck[-1], begins, cost, repair,
        luck,
    )  # fmt: skip


def _cost(watch: Watch, off: Floats, group: int, weeks: tuple[int, int]) -> Cost:
    """Return the cost by what projected bookings have lost since a week, in their usual standard deviations a week."""
    began, now = weeks
    usual = watch.usual.gain_sd[group]
    lost = off[began:now]
    pace, doubt = float(lost.mean()), 1 / np.sqrt(len(lost))
    ahead = usual[now:]
    so_far, follows = float(lost @ usual[began:now]), pace * float(ahead.sum())
    half = EIGHT_OF_TEN * float(np.hypot(doubt * ahead.sum(), np.sqrt((ahead**2).sum())))
    by_end = so_far + follows
    last = _day(watch.plan, watch.plan.asked.weeks) - dt.timedelta(days=1)
    return Cost(so_far, by_end, by_end - half, by_end + half, last)


def _repair(plan: Plan, cost: Cost, week: int, hours: float | None) -> Repair:
    """Return what would make up for a cost: opportunities worth what such book by the end, evenly until it is too late."""
    worth, ever = fresh_worth(plan)
    useful = np.flatnonzero(worth >= USEFUL * ever)
    if not len(useful) or useful[-1] < week:
        return Repair(None, None, None)
    until = _day(plan, int(useful[-1]) + 1) - dt.timedelta(days=1)
    brings = float(worth[week : useful[-1] + 1].sum()) * (
        1.0 if plan.asked.unit == "deals" else plan.mean_value
    )
    if cost.by_end <= 0 or brings <= 0:
        return Repair(None, None, until)
    a_week = cost.by_end / brings
    return Repair(a_week, None if hours is None else a_week * hours, until)


def fresh_worth(plan: Plan) -> tuple[Floats, float]:
    """Return the chance of what is created in each week to be won by the end, and to be won ever."""
    entry = plan.rates.entry / max(float(plan.rates.entry.sum()), 1.0)
    at_looks = entry @ plan.expected.worth[:, 0, :]
    ever = plan.expected.ever[: len(entry), 0]
    return np.asarray((at_looks[1:] + at_looks[:-1]) / 2), float(entry @ ever)


def _day(plan: Plan, week: int) -> dt.date:
    """Return the day that begins when so many weeks of the watch are over."""
    return EPOCH + dt.timedelta(days=int(plan.asked.looks[week]))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value
