"""Prospecting hours as the calendar plans them, seat by seat, in every year under the cadence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from simulations.cadence import Segment, planned_year
from simulations.calendar import WEEK_DAYS
from simulations.errors import BadInput, Problem
from simulations.plan import Plan
from simulations.regime import normal_days, whole_seconds
from simulations.scenario.model import Cadence, Reactive, Sawtooth
from simulations.scenario.written import Written
from simulations.staffing import weeks_away

Key = tuple[int, int]

ON_REFERENCE = (
    "is written in Python, and only the reference engine can ask it: simulations.compare does so, experiments of many "
    "cells cannot"
)


def planned_table(
    plan: Plan, cadence: Cadence, started: Sequence[int], luck: Key | None
) -> tuple[npt.NDArray[np.int64], list[Reactive | None]]:
    """Return the planned seconds of every seat and day under the cadence, and the reactive rule of each day.

    Parameters
    ----------
    plan : Plan
    cadence : Cadence
    started : sequence of int
        For each seat the week of the wave at which the cadence begins.
    luck : (int, int), optional
        Seed and replication, whose absences are known; without, nobody is ever absent.

    Raises
    ------
    TooFewOnDays
        A calendar cadence cannot hold the steady plan's hours.
    BadInput
        The cadence is written in Python: it plans nothing ahead.
    """
    if isinstance(cadence, Written):
        raise BadInput([Problem("", "", "cadence", cadence.name, ON_REFERENCE)])
    rows = [planned_seat(plan, cadence, seat, phase, luck) for seat, phase in enumerate(started)]
    return np.array(rows), _reactive_days(plan, cadence)


def planned_seat(
    plan: Plan, cadence: Cadence, seat: int, phase: int, luck: Key | None = None
) -> npt.NDArray[np.int64]:
    """Return a seat's planned seconds on every day under the cadence, each year with a sum of its own."""
    years = zip(plan.timeline.years(), seat_years(plan, cadence, seat, luck), strict=True)
    return np.concatenate(
        [planned_year(segments, plan.working[first:last], phase) for (first, last), segments in years]
    )


def seat_years(
    plan: Plan, cadence: Cadence, seat: int, luck: Key | None = None
) -> Iterator[tuple[Segment, ...]]:
    """Give the stretches of each of a seat's years, each under one cadence and one set of hours."""
    changes = _cadence_changes(plan, cadence)
    for first, last in plan.timeline.years():
        within = [(day, rhythm) for day, rhythm in changes if first <= day < last]
        if not within or within[0][0] > first:
            within.insert(0, (first, [rhythm for day, rhythm in changes if day <= first][-1]))
        yield tuple(_segment(plan, seat, first, stretch, luck) for stretch in within)


def _cadence_changes(plan: Plan, cadence: Cadence) -> list[tuple[int, Cadence]]:
    """Return (day of the run, cadence) where the cadence begins and at each change of the scenario."""
    stretches = [(plan.timeline.habit_start_day, cadence)]
    for change in plan.scenario.changes:
        stretches.append((plan.timeline.day_of(change.start), change.cadence or stretches[-1][1]))
    return stretches


def first_wave(plan: Plan, cadence: Cadence) -> Sawtooth | None:
    """Return the first sawtooth: the one whose phase is drawn."""
    return next((item for _, item in _cadence_changes(plan, cadence) if isinstance(item, Sawtooth)), None)


def _segment(plan: Plan, seat: int, first: int, stretch: tuple[int, Cadence], luck: Key | None) -> Segment:
    day, cadence = stretch
    regime = plan.regime(day)
    away = weeks_away(plan, seat, (first, day), luck)
    return Segment(
        start=day - first,
        cadence=cadence,
        steady=regime.seats[seat].steady_seconds,
        cap=regime.seats[seat].day_seconds,
        review=whole_seconds(regime.terms.review_hours) if plan.scenario.switches.reviews else 0,
        days_per_week=normal_days(plan.scenario),
        first_week=(first - plan.timeline.habit_start_day) // WEEK_DAYS,
        quarter_ends=_quarter_ends(plan, first),
        away=np.repeat(away, WEEK_DAYS) if away.any() else None,
        may_fall_short=luck is not None and regime.seats[seat].absent_share > 0,
    )


def _quarter_ends(plan: Plan, first: int) -> tuple[int, ...]:
    """Return the ends of the fiscal quarters that touch the year from a day on, counted from that day."""
    year = np.unique(plan.quarter_end[first : first + plan.timeline.year_weeks * WEEK_DAYS])
    return tuple(int(day) - first for day in year)


def _reactive_days(plan: Plan, cadence: Cadence) -> list[Reactive | None]:
    first, end = plan.timeline.habit_start_day, plan.timeline.year_end_day
    by_day: list[Reactive | None] = [None] * (end - first)
    for start, rhythm in _cadence_changes(plan, cadence):
        by_day[start - first :] = [rhythm if isinstance(rhythm, Reactive) else None] * (end - start)
    return by_day
