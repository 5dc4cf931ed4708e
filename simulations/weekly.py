"""One replication week by week: hours, bookings, the open pipeline as the rep sees it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from simulations.calendar import Timeline
from simulations.deals import WEEK, History, sums_between, sums_by
from simulations.journal import Kind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEEKS_BEFORE = 13
MOST_WEEKS_AFTER = 26
FOUR_WEEKS = 4

#: Every weekly series and its meaning. Stocks are taken at the week's end.
SERIES: Mapping[str, str] = MappingProxyType(
    {
        "prospecting_hours": "hours prospected in the week, whole team",
        "bookings": "value won in the week, whatever its lead's year",
        "bookings_four_weeks": "mean of the week's bookings and those of the three weeks before",
        "open_value": "value of the open pipeline at the week's end, silent opportunities included",
        "open_count": "open opportunities at the week's end",
        "weighted": "open value, each by its stage's base chance to win, at the week's end",
    }
)


def shown_weeks(line: Timeline) -> Ints:
    """Return the weeks that series cover, numbered from 1 for the year's first: 0 and below are warm-up.

    The 13 weeks before the year, the year, and at most 26 weeks of the run-off.
    """
    before = min(WEEKS_BEFORE, line.year_start_week)
    return np.arange(1 - before, line.year_weeks + min(line.run_off_weeks, MOST_WEEKS_AFTER) + 1)


def weekly_series(history: History) -> Floats:
    """Return the series of one replication.

    Returns
    -------
    array, series x weeks
        In the order of `SERIES` and of `shown_weeks`; nan in weeks that the run did not reach.
    """
    weeks = shown_weeks(history.plan.timeline)
    edges = history.start + np.append(weeks - 1, weeks[-1]) * WEEK
    blocks = history.all_of(Kind.PROSPECTED)
    bookings, four_weeks = _bookings(history, edges)
    rows = np.vstack(
        (
            sums_between(blocks["time"], blocks["value"], edges),
            bookings,
            four_weeks,
            *_stocks(history, edges[1:]),
        )
    )
    rows[:, edges[:-1] > history.events["time"][-1]] = np.nan
    return rows


def _bookings(history: History, edges: Ints) -> tuple[Floats, Floats]:
    """Return the bookings of each week, and their trailing mean: nan where the run holds no three weeks before."""
    won = history.deals.won
    earlier = edges[0] - np.arange(FOUR_WEEKS - 1, 0, -1) * WEEK
    weeks = sums_between(history.deals.closed[won], history.booked[won], np.concatenate((earlier, edges)))
    means = np.lib.stride_tricks.sliding_window_view(weeks, FOUR_WEEKS).mean(axis=1)
    means[edges[:-1] < (FOUR_WEEKS - 1) * WEEK] = np.nan
    return weeks[FOUR_WEEKS - 1 :], means


def _stocks(history: History, moments: Ints) -> tuple[Floats, Floats, Floats]:
    """Return open value, open count and weighted pipeline just before each moment."""
    stages = history.plan.stages
    value, count = (np.zeros((moments.size, stages)) for _ in range(2))
    weighted = np.zeros(moments.size)
    for row, moment in enumerate(moments):
        at = history.stays.open_at(int(moment) - 1)
        stage, deal = history.stays.stage[at], history.stays.deal[at]
        value[row] = sums_by(stage, history.value[deal], stages)
        count[row] = np.bincount(stage, minlength=stages)
        weighted[row] = value[row] @ history.weights(int(moment) - 1)
    return value.sum(axis=1), count.sum(axis=1), weighted
