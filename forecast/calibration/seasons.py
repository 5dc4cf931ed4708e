"""What comes back with the calendar: the month in its quarter, period ends, the time of year; and a steady trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats, Ints
from forecast.calibration.workdays import WEEK, Clock

#: Weeks of history from which effects of the calendar can be told from luck at all (a quarter), and those of the
#: time of year (a year and a quarter).
FEWEST_WEEKS, FEWEST_WEEKS_OF_YEAR = 13, 65
#: Days that count as the end of a month or quarter.
END_DAYS = 7
MONTHS_OF_QUARTER, DAYS_OF_YEAR = 3, 365.25
#: Waves that the time of year is made of: once and twice a year.
WAVES = (1, 2)


@dataclass(frozen=True, slots=True)
class Season:
    """Where weeks lie in the calendar: one column for each effect, 0 on average over the years.

    Attributes
    ----------
    past : array, weeks x K
        Whole weeks before the moment of knowledge, oldest first.
    ahead : array, weeks x K
        Weeks from that moment on.
    """

    past: Floats
    ahead: Floats

    def coming(self, weeks: int) -> Floats:
        """Return the columns of so many weeks ahead; those beyond what was asked for are as on average."""
        missing = max(weeks - len(self.ahead), 0)
        return np.concatenate((self.ahead[:weeks], np.zeros((missing, self.ahead.shape[1]))))


def season_of(edges: Floats, until: float, clock: Clock) -> Season | None:
    """Return where past and coming weeks lie in the calendar; None where the history is shorter than a quarter.

    The columns: the three months of a quarter, the last week of a month, the last week of a quarter, a trend by the
    year; and from a year and a quarter of history on two waves of the year (sine and cosine). A week has the mean of
    its days, weighed by the clock; a last week that is cut short has that of the days it keeps.

    Indicators and a Fourier series as in structural time series (Harvey 1989). Assumed: effects add up on the logarithm.

    Parameters
    ----------
    edges : array
        Of the whole weeks before the moment of knowledge, which is the last of them; days since 1970-01-01.
    until : float
        Last moment that will be asked for.
    clock : Clock
    """
    history = len(edges) - 1
    if history < FEWEST_WEEKS:
        return None
    now = float(edges[-1])
    weeks = max(int(np.ceil((until - now) / WEEK)), 1)
    ahead = np.minimum(now + WEEK * np.arange(1, weeks + 1), max(until, now + 1))
    place = _by_week(np.concatenate((edges, ahead)), clock, of_year=history >= FEWEST_WEEKS_OF_YEAR)
    trend = (np.arange(history + weeks) + 0.5 - history) * WEEK / DAYS_OF_YEAR
    columns = np.column_stack((place, trend))
    return Season(columns[:history], columns[history:])


def _by_week(edges: Floats, clock: Clock, *, of_year: bool) -> Floats:
    """Return the mean place of the days of each week, weighed by the clock; part of a day counts by its part."""
    days = np.arange(np.floor(edges[0]), np.ceil(edges[-1]) + 1)
    pace = np.diff(clock.at(days))
    place = _places(days[:-1].astype(np.int64), of_year=of_year)
    grown = np.concatenate((np.zeros((1, place.shape[1])), np.cumsum(pace[:, None] * place, axis=0)))
    at_edges = np.column_stack([np.interp(edges, days, column) for column in grown.T])
    length = np.diff(np.interp(edges, days, np.concatenate(([0.0], np.cumsum(pace)))))
    return np.asarray(np.diff(at_edges, axis=0) / np.maximum(length, 1e-9)[:, None])


def _places(days: Ints, *, of_year: bool) -> Floats:
    """Return the columns of days since 1970-01-01, without the trend."""
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    left = ((month + 1).astype("datetime64[D]") - date).astype(np.int64)
    place = month.astype(np.int64) % MONTHS_OF_QUARTER
    columns = [(place == which) - 1 / MONTHS_OF_QUARTER for which in range(MONTHS_OF_QUARTER)]
    at_end = left <= END_DAYS
    columns.append(at_end - 12 * END_DAYS / DAYS_OF_YEAR)
    columns.append((at_end & (place == MONTHS_OF_QUARTER - 1)) - 4 * END_DAYS / DAYS_OF_YEAR)
    if of_year:
        turn = 2 * np.pi * days / DAYS_OF_YEAR
        columns += [wave(times * turn) for times in WAVES for wave in (np.sin, np.cos)]
    return np.column_stack(columns)
