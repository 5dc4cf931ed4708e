"""Working time estimated from the wins themselves: weekdays and holidays as a clock.

The clock runs fast on days on which deals are won and nearly stands still on others. On average over
a week it advances one clock day a day, so ages on it read as days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.calibration.records import Floats, Ints
from simulations.errors import BadInput, Problem

WEEK = 7
#: Relative pace of Monday to Sunday before anything is seen, worth `PRIOR_EVENTS` events.
PRIOR_PACE = (1.3, 1.3, 1.3, 1.3, 1.3, 0.25, 0.25)
PRIOR_EVENTS = 14.0
#: Pace of a holiday against its weekday before anything is seen, worth `HOLIDAY_EVENTS` events.
HOLIDAY_PACE, HOLIDAY_EVENTS = 0.3, 1.0
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Clock:
    """Clock days passed since the first day.

    Attributes
    ----------
    first : int
        Day since 1970-01-01 on which the clock stands at 0.
    passed : array
        Clock days at the start of each day; one more entry than days.
    """

    first: int
    passed: Floats

    def at(self, times: npt.ArrayLike) -> Floats:
        """Return the clock at moments (days since 1970-01-01); beyond its days it runs one a day."""
        x = np.asarray(times, dtype=float) - self.first
        last = len(self.passed) - 1
        inside = np.interp(x, np.arange(last + 1), self.passed)
        return np.asarray(inside + np.minimum(x, 0.0) + np.maximum(x - last, 0.0))

    def paces(self, begin: float, end: float) -> Floats:
        """Return the clock days of each whole day in [begin, end)."""
        edges = np.arange(begin, end + 0.5)
        return np.diff(self.at(edges))


def public_holidays(country: str | None, first: int, last: int) -> Ints:
    """Return public holidays as days since 1970-01-01.

    Without a country: 1 January, 25 and 26 December, the days that most calendars share.

    Raises
    ------
    BadInput
        The holidays of the country are not known.
    """
    years = range((EPOCH + dt.timedelta(days=first)).year, (EPOCH + dt.timedelta(days=last)).year + 1)
    if country is None:
        found: Iterable[dt.date] = [dt.date(y, m, d) for y in years for m, d in ((1, 1), (12, 25), (12, 26))]
    else:
        import holidays

        if country not in holidays.list_supported_countries():
            allowed = "must be an ISO 3166 country code such as US or DE"
            raise BadInput([Problem("the question", "", "country", country, allowed)])
        found = holidays.country_holidays(country, years=years)
    return np.array(sorted((day - EPOCH).days for day in found), dtype=np.int64)


def estimate_clock(events: Floats, span: tuple[float, float], until: float, holidays: Ints) -> Clock:
    """Return the clock that the days of events suggest.

    The pace of a weekday is its events over those expected if all days were equal, shrunk toward
    `PRIOR_PACE` as a gamma-Poisson mean with a prior worth 14 events; the pace of holidays likewise,
    against what their weekdays would have had.

    Relative rates as in a log-linear model of counts (Clayton & Kaldor 1987). Assumed: weekdays and holidays multiply every
    hazard alike.

    Parameters
    ----------
    events : array
        Moments of wins, days since 1970-01-01.
    span : tuple of float
        First and last moment of the records; events outside are left out.
    until : float
        Last moment for which the clock is asked.
    holidays : array of int
        Days since 1970-01-01.
    """
    begin, end = int(np.floor(span[0])), int(np.ceil(span[1]))
    seen = np.arange(begin, max(end, begin + WEEK))
    off = np.isin(seen, holidays)
    on = np.floor(events[(events >= begin) & (events < end)]).astype(np.int64)
    on_holiday = np.isin(on, holidays)
    pace = _weekday_pace(on[~on_holiday], seen[~off])
    per_day = (~on_holiday).sum() / max(pace[weekday(seen[~off])].sum(), 1.0)
    expected = per_day * pace[weekday(seen[off])].sum()
    factor = (on_holiday.sum() + HOLIDAY_EVENTS * HOLIDAY_PACE) / (expected + HOLIDAY_EVENTS)
    all_days = np.arange(begin, int(np.ceil(until)) + WEEK)
    paces = pace[weekday(all_days)] * np.where(np.isin(all_days, holidays), min(factor, 1.0), 1.0)
    return Clock(begin, np.concatenate(([0.0], np.cumsum(paces))))


def weekday(days: Ints) -> Ints:
    """Return 0 for Monday to 6 for Sunday of days since 1970-01-01, which was a Thursday."""
    return (days + EPOCH.weekday()) % WEEK


def _weekday_pace(events: Ints, seen: Ints) -> Floats:
    count = np.bincount(weekday(events), minlength=WEEK)
    share = np.bincount(weekday(seen), minlength=WEEK) / len(seen)
    prior = np.array(PRIOR_PACE) * WEEK / sum(PRIOR_PACE)
    weight = PRIOR_EVENTS / WEEK
    pace = (count + weight * prior) / (len(events) * share + weight)
    return np.asarray(pace * WEEK / pace.sum())
