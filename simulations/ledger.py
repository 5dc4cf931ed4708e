"""Bookings as profit and loss recognises them, and the week in which each month is published."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from simulations.calendar import DAY, MONTHS, WEEK_DAYS, working_days
from simulations.deals import History, sums_between
from simulations.plan import Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Days beyond the run that a month may take to be published: 60 working days and their holidays.
LONGEST_CLOSE_DAYS = 120


def revenue_by_month(history: History) -> Floats:
    """Return the revenue recognised in each of the year's 12 months.

    Every booking is recognised in equal parts over its month and those that follow
    (``recognition_months``); what was booked before the year still counts in its first months.
    """
    parts = history.plan.scenario.ledger.recognition_months
    won = history.deals.won
    booked = sums_between(
        history.deals.closed[won], history.booked[won], month_edges_before(history.plan, parts - 1) * DAY
    )
    return recognised(booked, parts)[parts - 1 : parts - 1 + MONTHS]


def recognised(booked: Floats, parts: int) -> Floats:
    """Return the revenue of each month from the bookings of each: in equal parts over its month and those that follow.

    Parameters
    ----------
    booked : array of n
        By month.
    parts : int
        Months over which a booking is recognised; 1 is at once.

    Returns
    -------
    array of n + parts - 1
        The last months hold what is still to be recognised of the last bookings.
    """
    return np.convolve(booked, np.full(parts, 1.0 / parts))


def month_edges_before(plan: Plan, before: int) -> Ints:
    """Return the edges of the year's months, with those of ``before`` earlier calendar months in front."""
    line = plan.timeline
    inner = line.month_edges()
    second = line.date_of(int(inner[1]))
    first = second.year * MONTHS + second.month - 2
    earlier = (first - back for back in range(before, 0, -1))
    days = [line.day_of(date(month // MONTHS, month % MONTHS + 1, 1)) for month in earlier]
    return np.concatenate((np.array(days, dtype=np.int64), inner))


def publication_weeks(plan: Plan) -> Ints:
    """Return the week, numbered from 1 for the year's first, in which each month is published."""
    line, scenario = plan.timeline, plan.scenario
    days = line.year_end_day + LONGEST_CLOSE_DAYS
    working = (
        working_days(scenario.calendar, line.origin, days)
        if scenario.switches.calendar
        else np.ones(days, dtype=np.bool_)
    )
    published = line.publication_days(working, scenario.ledger.close_lag_working_days)
    return np.asarray((published - line.year_start_day) // WEEK_DAYS + 1)
