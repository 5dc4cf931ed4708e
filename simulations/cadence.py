"""Planned prospecting hours of a calendar cadence: whole seconds a day, with the year's hours of the steady plan.

The days are those of the year under study; a day that is not worked gets nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulations.calendar import HOUR, WEEK_DAYS
from simulations.scenario.model import Cadence, Custom, QuarterEnd, Sawtooth

Seconds = npt.NDArray[np.int64]
Days = npt.NDArray[np.bool_]
#: Cadences that keep the hours of the steady plan and leave days out.
Wave = Sawtooth | QuarterEnd


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the year under one cadence.

    Attributes
    ----------
    start : int
        First day, counted from the year's start.
    cadence : Cadence
        A calendar cadence; a reactive one plans nothing here.
    steady : int
        Seconds that the steady plan gives a working day.
    cap : int
        Seconds that a working day holds for prospecting; ``review`` of them are lost on the first
        working day of a week.
    review : int
        Seconds of the fixed part of a weekly review.
    days_per_week : int
        Working days of a normal week, over which a custom week's hours are spread.
    first_week : int
        Weeks since the cadence began at which the year begins: 0 in its first year.
    quarter_ends : tuple of int
        First days of the fiscal quarters that begin in the year or after it, counted from the year's start.
    away : array of bool, optional
        The year's days on which the seat is known, at this time, not to work: before its hire, and absences.
    may_fall_short : bool
        Whether hours that do not fit are lost, rather than the plan refused: luck decides about absences.
    """

    start: int
    cadence: Cadence
    steady: int
    cap: int
    review: int
    days_per_week: int
    first_week: int = 0
    quarter_ends: tuple[int, ...] = ()
    away: Days | None = None
    may_fall_short: bool = False

    def works(self, working: Days) -> Days:
        """Return on which of the team's working days the seat is there."""
        return working if self.away is None else working & ~self.away


class TooFewOnDays(ValueError):
    """The steady plan's hours do not fit into the on-days.

    Attributes
    ----------
    missing : int
        Seconds that are left over.
    smallest_share : float
        Hours asked for over the hours that on-weeks without a pause would hold; above 1 no share fits.
    """

    def __init__(self, missing: int, smallest_share: float) -> None:
        self.missing = missing
        self.smallest_share = smallest_share
        # Rounded up, so that the share that is named does fit.
        least = f"at least {math.ceil(smallest_share * 100)}% of the weeks must be on"
        if smallest_share > 1:
            least = "they would not fit if every week were on"
        super().__init__(f"{missing / HOUR:.1f} hours a year do not fit into the on-weeks; {least}")


def on_days(cadence: Sawtooth, phase: int, days: int) -> Days:
    """Return which of the year's days lie in on-weeks: (week + phase) mod period < weeks_on."""
    week = np.arange(days) // WEEK_DAYS
    return np.asarray((week + phase) % cadence.period_weeks < cadence.weeks_on)


def quarter_days(cadence: QuarterEnd, quarter_ends: tuple[int, ...], days: int) -> Days:
    """Return which of the year's days lie outside the last weeks of a quarter: 7 x weeks_off days before the next one."""
    on = np.ones(days, dtype=np.bool_)
    for end in quarter_ends:
        on[max(0, end - WEEK_DAYS * cadence.weeks_off) : max(0, end)] = False
    return on


def planned_year(segments: tuple[Segment, ...], working: Days, phase: int) -> Seconds:
    """Return the planned seconds of every day of the year for one seat.

    Every segment is planned as if it lasted to the year's end, knowing nothing of the segments after
    it: a change leaves the days before it alone, and what a wave still owes the year is made good after it.

    Parameters
    ----------
    segments : tuple of Segment
        In order of time, the first at day 0.
    working : array of bool, one for each day of the year
        Which days are worked.
    phase : int
        Week of the wave at which the year begins (sawtooth).

    Raises
    ------
    TooFewOnDays
        A calendar cadence has too few on-days for the hours and does not allow unequal ones.
    """
    plan = np.zeros(working.size, dtype=np.int64)
    steady = np.zeros(working.size, dtype=np.int64)
    for segment in segments:
        there = segment.works(working)
        steady[segment.start :] = np.where(there[segment.start :], segment.steady, 0)
        # What a wave still owes the year: the steady sum less what was planned before the change.
        owed = int(steady.sum() - plan[: segment.start].sum())
        plan[segment.start :] = _to_year_end(segment, there, steady, owed, phase)[segment.start :]
    return plan


def _to_year_end(segment: Segment, working: Days, steady: Seconds, owed: int, phase: int) -> Seconds:
    cadence = segment.cadence
    if isinstance(cadence, Custom):
        return _custom(cadence, segment, working)
    if not isinstance(cadence, Sawtooth | QuarterEnd):
        return steady
    if cadence.weeks_off == 0 and owed == int(steady[segment.start :].sum()):
        return steady
    caps = _caps(segment, working)
    caps[: segment.start] = 0
    return _fill(segment, cadence, caps, owed, phase)


def _custom(cadence: Custom, segment: Segment, working: Days) -> Seconds:
    """Give every working day its share of a normal week's hours; a holiday's are lost, as in the steady plan."""
    table = np.array([int(hours * HOUR / segment.days_per_week + 0.5) for hours in cadence.hours_by_week])
    week = np.arange(working.size) // WEEK_DAYS + segment.first_week
    return np.where(working, table[week % table.size], 0)


def _fill(segment: Segment, cadence: Wave, caps: Seconds, owed: int, phase: int) -> Seconds:
    if isinstance(cadence, Sawtooth):
        on = on_days(cadence, phase + segment.first_week, caps.size)
    else:
        on = quarter_days(cadence, segment.quarter_ends, caps.size)
    held = np.where(on, caps, 0)
    room = int(held.sum())
    if owed > room and not (cadence.allow_unequal_hours or segment.may_fall_short):
        raise TooFewOnDays(owed - room, owed / max(1, int(caps.sum())))
    return water_fill(max(0, min(owed, room)), held)


def _caps(segment: Segment, working: Days) -> Seconds:
    """Return what each day holds: the cap where it is worked, less the review on the week's first working day."""
    caps = np.where(working, segment.cap, 0).astype(np.int64)
    days = np.flatnonzero(working)
    caps[days[np.unique(days // WEEK_DAYS, return_index=True)[1]]] -= segment.review
    return np.maximum(caps, 0)


def water_fill(total: int, caps: Seconds) -> Seconds:
    """Return equal whole seconds a day, capped, that sum to ``total``; remainder seconds go to the earliest days.

    Raises
    ------
    ValueError
        The caps together hold less than ``total``.
    """
    if total > caps.sum():
        raise ValueError(f"{total} seconds do not fit into {int(caps.sum())}")
    if total == 0:
        return np.zeros_like(caps)
    levels = np.sort(caps)
    filled_below = np.concatenate(([0], np.cumsum(levels)[:-1]))
    held = filled_below + levels * np.arange(levels.size, 0, -1)
    first = int(np.searchsorted(held, total))
    level = (total - int(filled_below[first])) // (levels.size - first)
    plan = np.minimum(caps, level)
    room = np.flatnonzero(caps > plan)
    plan[room[: total - int(plan.sum())]] += 1
    return plan


def spread_evenly(total: int, working: Days) -> Seconds:
    """Return ``total`` seconds spread over the working days, remainder seconds to the earliest ones."""
    plan = np.zeros(working.size, dtype=np.int64)
    days = np.flatnonzero(working)
    if days.size:
        plan[days] = total // days.size
        plan[days[: total % days.size]] += 1
    return plan
