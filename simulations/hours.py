"""Prospecting hours of one replication: planned by the calendar, decided week by week, or asked day by day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Real

import numpy as np
import numpy.typing as npt

from simulations import rules
from simulations.cadence import spread_evenly
from simulations.calendar import HOUR, WEEK_DAYS
from simulations.errors import BadInput, Problem
from simulations.luck import Luck
from simulations.plan import Plan
from simulations.planned import first_wave, planned_table
from simulations.regime import normal_days, whole_seconds
from simulations.scenario.model import Cadence, Reactive, Steady
from simulations.scenario.written import DayState, Written


class Hours:
    """Planned prospecting seconds of every seat and day; steady in warm-up and run-off.

    Parameters
    ----------
    plan : Plan
        The scenario, made flat.
    table : array of int64, seats x days under the cadence
        Planned seconds; unused on days of a reactive rule.
    rules_by_day : sequence of Reactive, Written or None, one for each of these days
        The rule in force where it looks at the pipeline.
    """

    def __init__(
        self, plan: Plan, table: npt.NDArray[np.int64], rules_by_day: Sequence[Reactive | Written | None]
    ) -> None:
        self._plan = plan
        self._table: list[list[int]] = table.tolist()
        self._rules = rules_by_day
        self._prospecting = [False] * plan.seats
        self._asked = [0] * plan.seats

    def planned(self, seat: int, day: int) -> int:
        """Return the seconds that a seat is to prospect on a day, if it is worked."""
        year_day = day - self._plan.timeline.habit_start_day
        regime = self._plan.regime(day)
        if not 0 <= year_day < len(self._rules):
            return regime.seats[seat].steady_seconds
        rule = self._rules[year_day]
        if rule is None:
            return self._table[seat][year_day]
        if isinstance(rule, Written):
            return self._asked[seat]
        if not self._prospecting[seat]:
            return 0
        when_on = whole_seconds(rule.hours_when_on / normal_days(self._plan.scenario))
        return min(when_on, regime.seats[seat].day_seconds)

    def look(self, seat: int, day: int, seconds_left: int, deals: Iterable[tuple[int, int]]) -> None:
        """Let a seat look at its pipeline: a reactive one compares it with its need, a written one is asked.

        Parameters
        ----------
        seat, day : int
            Who looks, and when.
        seconds_left : int
            Working seconds that the day still holds.
        deals : iterable of (stage, cents)
            The seat's open opportunities as the rep sees them, silent ones included.
        """
        rule, seen = self._rule(day), tuple(deals)
        if rule is None:
            return
        cover = self._cover(day, seen)
        if isinstance(rule, Written):
            state = self._state(seat, day, seconds_left, seen, cover)
            week = (day - self._plan.timeline.habit_start_day) // WEEK_DAYS
            self._asked[seat] = _seconds(rule, week, seat, state)
            return
        self._prospecting[seat] = rules.prospects_next(
            self._prospecting[seat], cover, rule.start_below, rule.stop_above
        )

    def _cover(self, day: int, deals: Sequence[tuple[int, int]]) -> float:
        regime = self._plan.regime(day)
        by_number = self._plan.scenario.unit == "deals"
        weighted = sum(
            rules.worth_hundredths(cents, by_number) * regime.stages[stage].weight for stage, cents in deals
        )
        need = regime.terms.need
        return weighted / need if need else float("inf")

    def _state(
        self, seat: int, day: int, seconds_left: int, deals: Sequence[tuple[int, int]], cover: float
    ) -> DayState:
        scenario, regime = self._plan.scenario, self._plan.regime(day)
        by_number = scenario.unit == "deals"
        return DayState(
            day=self._plan.timeline.date_of(day),
            seconds_left=seconds_left,
            steady_seconds=regime.seats[seat].steady_seconds,
            open_deals=tuple(
                (scenario.stages[stage].name, rules.worth_hundredths(cents, by_number) / 100)
                for stage, cents in sorted(deals)
            ),
            cover=cover,
        )

    def looks(self, day: int, *, first_of_week: bool) -> bool:
        """Return whether seats look at their pipeline on that day: reactive ones weekly, written ones daily."""
        rule = self._rule(day)
        return rule is not None and (first_of_week or isinstance(rule, Written))

    def _rule(self, day: int) -> Reactive | Written | None:
        year_day = day - self._plan.timeline.habit_start_day
        return self._rules[year_day] if 0 <= year_day < len(self._rules) else None


def make_hours(luck: Luck, cadence: Cadence, own_hours: Sequence[int] | None = None) -> Hours:
    """Return the prospecting hours of one replication.

    Parameters
    ----------
    luck : Luck
        Carries the plan and gives the phase.
    cadence : Cadence
        The rhythm at the year's start; the scenario's changes may replace it.
    own_hours : sequence of int, optional
        Seconds of each year under the cadence for each seat, all of the first year's first, spread evenly over the
        days that the seat works in place of any cadence.

    Raises
    ------
    TooFewOnDays
        A calendar cadence cannot hold the steady plan's hours.
    """
    if not isinstance(cadence, Written) or own_hours is not None:
        return Hours(luck.plan, *hours_table(luck, cadence, own_hours))
    table, by_day = hours_table(luck, Steady())
    asked = _replaced_after(luck.plan, len(by_day))
    return Hours(luck.plan, table, [*[cadence] * asked, *by_day[asked:]])


def _replaced_after(plan: Plan, days: int) -> int:
    """Return after how many days under the cadence a change of the scenario puts another in its place."""
    starts = (change.start for change in plan.scenario.changes if change.cadence is not None)
    first = next(starts, None)
    return days if first is None else plan.timeline.day_of(first) - plan.timeline.habit_start_day


def _seconds(rule: Written, week: int, seat: int, state: DayState) -> int:
    """Return what a rule written in Python answers, in whole seconds; raises BadInput where it is no such number."""
    said: object = rule.seconds(week, seat, state)
    if isinstance(said, bool) or not isinstance(said, Real) or not 0 <= float(said) < math.inf:
        where = f"week {week}, seat {seat}, {state.day}"
        allowed = "must be a number of seconds, 0 or more"
        raise BadInput([Problem(f"the cadence {rule.name}", where, "", repr(said), allowed)])
    return whole_seconds(float(said) / HOUR)


def hours_table(
    luck: Luck, cadence: Cadence, own_hours: Sequence[int] | None = None
) -> tuple[npt.NDArray[np.int64], list[Reactive | None]]:
    """Return the planned seconds of every seat and day under the cadence, and the reactive rule of each day.

    Parameters and errors are those of `make_hours`.
    """
    plan = luck.plan
    if own_hours is not None:
        table = np.concatenate(
            [_evenly(luck, year, own_hours) for year in range(plan.timeline.years_count)], axis=1
        )
        return table, [None] * table.shape[1]
    return planned_table(plan, cadence, phases(luck, cadence), (luck.seed, luck.replication))


def _evenly(luck: Luck, year: int, own_hours: Sequence[int]) -> npt.NDArray[np.int64]:
    """Return each seat's own seconds of a year, spread over the days of it that the seat works."""
    seats, days = luck.plan.seats, luck.plan.timeline.years()[year]
    own = own_hours[year * seats : (year + 1) * seats]
    return np.array(
        [
            spread_evenly(seconds, luck.staffing.days_worked(luck.plan, seat, days))
            for seat, seconds in enumerate(own)
        ]
    )


def phases(luck: Luck, cadence: Cadence) -> tuple[int, ...]:
    """Return the week of the wave at which each seat's year begins; 0 without a wave."""
    seats = range(luck.plan.seats)
    wave = first_wave(luck.plan, cadence)
    if wave is None:
        return (0,) * len(seats)
    if wave.phase == "team":
        return (luck.phase(0, wave.period_weeks),) * len(seats)
    return tuple(luck.phase(seat, wave.period_weeks) for seat in seats)
