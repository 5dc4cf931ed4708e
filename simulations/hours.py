"""Prospecting hours of one replication: planned by the calendar, or decided week by week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from simulations import rules
from simulations.cadence import Segment, planned_year, spread_evenly
from simulations.calendar import WEEK_DAYS
from simulations.luck import Luck
from simulations.plan import Plan
from simulations.regime import normal_days, whole_seconds
from simulations.scenario.model import Cadence, Reactive, Sawtooth
from simulations.staffing import weeks_away


class Hours:
    """Planned prospecting seconds of every seat and day; steady in warm-up and run-off.

    Parameters
    ----------
    plan : Plan
        The scenario, made flat.
    table : array of int64, seats x days of the year
        Planned seconds; unused on days of a reactive rule.
    rules_by_day : sequence of Reactive or None, one for each day of the year
        The reactive rule in force.
    """

    def __init__(
        self, plan: Plan, table: npt.NDArray[np.int64], rules_by_day: Sequence[Reactive | None]
    ) -> None:
        self._plan = plan
        self._table: list[list[int]] = table.tolist()
        self._rules = rules_by_day
        self._prospecting = [False] * plan.seats

    def planned(self, seat: int, day: int) -> int:
        """Return the seconds that a seat is to prospect on a day, if it is worked."""
        year_day = day - self._plan.timeline.year_start_day
        regime = self._plan.regime(day)
        if not 0 <= year_day < len(self._rules):
            return regime.seats[seat].steady_seconds
        rule = self._rules[year_day]
        if rule is None:
            return self._table[seat][year_day]
        if not self._prospecting[seat]:
            return 0
        when_on = whole_seconds(rule.hours_when_on / normal_days(self._plan.scenario))
        return min(when_on, regime.seats[seat].day_seconds)

    def look(self, seat: int, day: int, deals: Iterable[tuple[int, int]]) -> None:
        """Let a reactive seat compare its pipeline with its need, at the start of its week.

        Parameters
        ----------
        seat, day : int
            Who looks, and when.
        deals : iterable of (stage, cents)
            The seat's open opportunities as the rep sees them, silent ones included.
        """
        rule = self._rule(day)
        if rule is None:
            return
        regime = self._plan.regime(day)
        by_number = self._plan.scenario.unit == "deals"
        weighted = sum(
            rules.worth_hundredths(cents, by_number) * regime.stages[stage].weight for stage, cents in deals
        )
        need = regime.terms.need
        cover = weighted / need if need else float("inf")
        self._prospecting[seat] = rules.prospects_next(
            self._prospecting[seat], cover, rule.start_below, rule.stop_above
        )

    def is_reactive(self, day: int) -> bool:
        """Return whether seats decide by their pipeline on that day."""
        return self._rule(day) is not None

    def _rule(self, day: int) -> Reactive | None:
        year_day = day - self._plan.timeline.year_start_day
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
        Seconds of the year for each seat, spread evenly over the days that it works in place of any cadence.

    Raises
    ------
    TooFewOnDays
        A calendar cadence cannot hold the steady plan's hours.
    """
    table, by_day = hours_table(luck, cadence, own_hours)
    return Hours(luck.plan, table, by_day)


def hours_table(
    luck: Luck, cadence: Cadence, own_hours: Sequence[int] | None = None
) -> tuple[npt.NDArray[np.int64], list[Reactive | None]]:
    """Return the planned seconds of every seat and day of the year, and the reactive rule of each day.

    Parameters and errors are those of `make_hours`.
    """
    plan = luck.plan
    if own_hours is not None:
        rows = [
            spread_evenly(seconds, luck.staffing.days_worked(plan, seat))
            for seat, seconds in enumerate(own_hours)
        ]
        return np.array(rows), [None] * year_days(plan).size
    return planned_table(luck, cadence, phases(luck, cadence))


def year_days(plan: Plan) -> npt.NDArray[np.bool_]:
    """Return which days of the year are worked."""
    return plan.working[plan.timeline.year_start_day : plan.timeline.year_end_day]


def phases(luck: Luck, cadence: Cadence) -> tuple[int, ...]:
    """Return the week of the wave at which each seat's year begins; 0 without a wave."""
    seats = range(luck.plan.seats)
    wave = first_wave(luck.plan, cadence)
    if wave is None:
        return (0,) * len(seats)
    if wave.phase == "team":
        return (luck.phase(0, wave.period_weeks),) * len(seats)
    return tuple(luck.phase(seat, wave.period_weeks) for seat in seats)


def planned_table(
    luck: Luck, cadence: Cadence, started: Sequence[int]
) -> tuple[npt.NDArray[np.int64], list[Reactive | None]]:
    """Return `hours_table` for given phases: beside the absences all that the luck decides about planned hours."""
    plan = luck.plan
    working = year_days(plan)
    key = luck.seed, luck.replication
    table = np.array(
        [
            planned_year(seat_segments(plan, cadence, seat, key), working, phase)
            for seat, phase in enumerate(started)
        ]
    )
    return table, _reactive_days(plan, cadence, working.size)


def _cadence_changes(plan: Plan, cadence: Cadence) -> list[tuple[int, Cadence]]:
    """Return (day of the year, cadence) at the year's start and at each change of the scenario."""
    start = plan.timeline.year_start_day
    stretches = [(0, cadence)]
    for change in plan.scenario.changes:
        stretches.append((plan.timeline.day_of(change.start) - start, change.cadence or stretches[-1][1]))
    return stretches


def seat_segments(
    plan: Plan, cadence: Cadence, seat: int, luck: tuple[int, int] | None = None
) -> tuple[Segment, ...]:
    """Return the stretches of a seat's year, each under one cadence and one set of hours.

    ``luck``: seed and replication, whose absences are known; without, nobody is ever absent.
    """
    return tuple(_segment(plan, seat, day, rhythm, luck) for day, rhythm in _cadence_changes(plan, cadence))


def first_wave(plan: Plan, cadence: Cadence) -> Sawtooth | None:
    """Return the first sawtooth of the year: the one whose phase is drawn."""
    return next((item for _, item in _cadence_changes(plan, cadence) if isinstance(item, Sawtooth)), None)


def _segment(plan: Plan, seat: int, day: int, cadence: Cadence, luck: tuple[int, int] | None) -> Segment:
    run_day = plan.timeline.year_start_day + day
    regime = plan.regime(run_day)
    away = weeks_away(plan, seat, run_day, luck)
    reviews = plan.scenario.switches.reviews
    return Segment(
        start=day,
        cadence=cadence,
        steady=regime.seats[seat].steady_seconds,
        cap=regime.seats[seat].day_seconds,
        review=whole_seconds(regime.terms.review_hours) if reviews else 0,
        days_per_week=normal_days(plan.scenario),
        quarter_ends=_quarter_ends(plan),
        away=np.repeat(away, WEEK_DAYS) if away.any() else None,
        may_fall_short=luck is not None and regime.seats[seat].absent_share > 0,
    )


def _quarter_ends(plan: Plan) -> tuple[int, ...]:
    """Return the ends of the fiscal quarters that touch the year, counted in days from its start."""
    line = plan.timeline
    year = np.unique(plan.quarter_end[line.year_start_day : line.year_end_day])
    return tuple(int(day) - line.year_start_day for day in year)


def _reactive_days(plan: Plan, cadence: Cadence, days: int) -> list[Reactive | None]:
    by_day: list[Reactive | None] = [None] * days
    for start, rhythm in _cadence_changes(plan, cadence):
        by_day[start:] = [rhythm if isinstance(rhythm, Reactive) else None] * (days - start)
    return by_day
