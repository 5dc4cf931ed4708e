"""Working time and periods: days, weeks, months and quarters of a simulated run.

Time is whole seconds from the run's first Monday, 00:00 (the start of the warm-up).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from simulations.scenario.model import Scenario
from simulations.scenario.people import Calendar

DAY = 86_400
HOUR = 3_600
WEEK_DAYS = 7
MONTHS = 12
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of one run: warm-up, year, run-off.

    Attributes
    ----------
    origin : date
        First Monday of the warm-up: day 0, second 0.
    warm_up_weeks, habit_weeks, year_weeks, run_off_weeks : int
        ``habit_weeks`` are those under the cadence before the year under study: none, unless that is the second
        year. ``run_off_weeks`` is the fixed run-off, or the longest that is simulated under `until_closed`.
    until_closed : bool
        The run goes on until every opportunity of the warm-up and the year is closed.
    """

    origin: date
    warm_up_weeks: int
    habit_weeks: int
    year_weeks: int
    run_off_weeks: int
    until_closed: bool

    @property
    def habit_start_day(self) -> int:
        """First day under the cadence, counted from the origin."""
        return self.warm_up_weeks * WEEK_DAYS

    @property
    def year_start_week(self) -> int:
        """First week of the year under study, counted from the origin."""
        return self.warm_up_weeks + self.habit_weeks

    @property
    def year_start_day(self) -> int:
        """First day of the year under study, counted from the origin."""
        return self.year_start_week * WEEK_DAYS

    @property
    def years_count(self) -> int:
        """How many years the cadence lasts; the last is the one under study."""
        return self.habit_weeks // self.year_weeks + 1

    def years(self) -> tuple[tuple[int, int], ...]:
        """Return the first day of each year under the cadence, and the day after it."""
        first, days = self.habit_start_day, self.year_weeks * WEEK_DAYS
        return tuple((first + year * days, first + (year + 1) * days) for year in range(self.years_count))

    @property
    def year_end_day(self) -> int:
        """First day after the year."""
        return self.year_start_day + self.year_weeks * WEEK_DAYS

    @property
    def end_day(self) -> int:
        """First day that is not simulated."""
        return self.year_end_day + self.run_off_weeks * WEEK_DAYS

    def day_of(self, when: date) -> int:
        """Return the day number of a date."""
        return (when - self.origin).days

    def date_of(self, day: int) -> date:
        """Return the date of a day number."""
        return self.origin + timedelta(days=day)

    def month_edges(self) -> npt.NDArray[np.int64]:
        """Return the 13 edges (day numbers) of the year's twelve calendar months.

        The first month begins with the year, the last ends with it: a year of 52 weeks begins a few
        days into or before a calendar month, and those days belong to the nearest month.
        """
        start = self.date_of(self.year_start_day)
        skip = start.day > 15  # noqa: PLR2004 - past mid-month the nearest month is the next one
        first = start.year * MONTHS + start.month - 1 + int(skip)
        inner = [date((first + i) // MONTHS, (first + i) % MONTHS + 1, 1) for i in range(1, MONTHS)]
        days = [self.year_start_day, *(self.day_of(d) for d in inner), self.year_end_day]
        return np.array(days, dtype=np.int64)

    def quarter_edges(self) -> npt.NDArray[np.int64]:
        """Return the 5 edges (day numbers) of the year's four quarters."""
        return self.month_edges()[::MONTHS_A_QUARTER]

    def publication_days(
        self, working: npt.NDArray[np.bool_], lag_working_days: int
    ) -> npt.NDArray[np.int64]:
        """Return, for each month of the year, the day on which it is published.

        Parameters
        ----------
        working : array of bool
            Working days from the origin on (`working_days`).
        lag_working_days : int
            Working days between the month's end and its publication.
        """
        return days_published(self.month_edges()[1:], working, lag_working_days)


def days_published(
    ends: npt.NDArray[np.int64], working: npt.NDArray[np.bool_], lag_working_days: int
) -> npt.NDArray[np.int64]:
    """Return the day on which each month is published: the lag's last working day after its end.

    Parameters
    ----------
    ends : array of int
        First day (number) after each month.
    working : array of bool
        Working days from day 0 on, as far as the last publication.
    lag_working_days : int
    """
    if not lag_working_days:
        return ends
    days = np.flatnonzero(working)
    return days[np.searchsorted(days, ends) + lag_working_days - 1]


def quarter_starts(line: Timeline, first_month: int) -> npt.NDArray[np.int64]:
    """Return the first days (day numbers) of the fiscal quarters, from the run's start until one beyond its end.

    Parameters
    ----------
    line : Timeline
    first_month : int
        Month in which the fiscal year begins, 1 to 12.
    """
    months = range(line.origin.year * MONTHS, line.date_of(line.end_day).year * MONTHS + 2 * MONTHS)
    starts = [
        line.day_of(date(month // MONTHS, month % MONTHS + 1, 1))
        for month in months
        if (month % MONTHS + 1 - first_month) % MONTHS_A_QUARTER == 0
    ]
    return np.array([day for day in starts if day > 0], dtype=np.int64)


def mean_cycle_days(scenario: Scenario) -> float:
    """Return the mean days from creation to won at no waiting: the sum of the stages' mean replies."""
    return sum(stage.reply_days for stage in scenario.stages) if scenario.switches.reply_delays else 0.0


LONGEST_RUN_OFF_WEEKS = 1_040  # twenty years: what is still open then will never close


def timeline(scenario: Scenario) -> Timeline:
    """Return the timeline of a scenario; see RULES, The fair year, for the defaults."""
    horizon = scenario.horizon
    three_cycles = int(np.ceil(3 * mean_cycle_days(scenario) / WEEK_DAYS))
    warm_up = horizon.warm_up_weeks
    if warm_up is None:
        warm_up = 0 if scenario.open_deals else max(52, three_cycles)
    until_closed = horizon.run_off == "until_closed"
    weeks = horizon.run_off if isinstance(horizon.run_off, int) else max(three_cycles, 13)
    return Timeline(
        origin=scenario.calendar.year_start - timedelta(weeks=warm_up),
        warm_up_weeks=warm_up,
        habit_weeks=(horizon.years - 1) * horizon.year_weeks,
        year_weeks=horizon.year_weeks,
        run_off_weeks=LONGEST_RUN_OFF_WEEKS if until_closed else weeks,
        until_closed=until_closed,
    )


def working_days(calendar: Calendar, origin: date, days: int) -> npt.NDArray[np.bool_]:
    """Return for each of ``days`` days from ``origin`` on whether it is worked.

    Holidays are those that the `holidays` package lists for the country, observed days included.
    """
    weekday = (np.arange(days) + origin.weekday()) % WEEK_DAYS
    working = weekday < calendar.working_days_per_week
    for holiday in (*_public_holidays(calendar, origin, days), *calendar.extra_holidays):
        day = (holiday - origin).days
        if 0 <= day < days:
            working[day] = False
    return working


def _public_holidays(calendar: Calendar, origin: date, days: int) -> list[date]:
    if calendar.country is None:
        return []
    import holidays

    years = range(origin.year, (origin + timedelta(days=days)).year + 1)
    return list(holidays.country_holidays(calendar.country, years=years))
