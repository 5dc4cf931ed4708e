"""Who is there: hire dates, absences, leavers and those who follow them, week by week and seat by seat.

None of it depends on what anybody does, so it is drawn once for a replication, by key, for both engines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from simulations import rules
from simulations.calendar import WEEK_DAYS
from simulations.compiled import compiled_at_first_call, compiled_beside, record_of
from simulations.plan import Plan
from simulations.randomness import GIVEN_TENURE, SERIES_ABSENCE, SERIES_ATTRITION, environment_key
from simulations.regime import SeatPlan

NOBODY: Final = -1
#: Weeks since the hire of somebody who has always been there.
ALWAYS: Final = 1 << 40
#: What the key of a random draw holds; the last is that of the deals a run starts from.
MOST_TENURES: Final = GIVEN_TENURE


class SeatWeek(NamedTuple):
    """A seat in a week: who holds it (0 the first holder, `NOBODY`), for how many weeks, and whether they work (1 or 0)."""

    tenure: int
    since: int
    works: int


SEAT_WEEK: Final = record_of(SeatWeek)
SEAT_PLAN: Final = record_of(SeatPlan)

Table = npt.NDArray[np.void]
Weeks = npt.NDArray[np.bool_]


class HandOver(NamedTuple):
    """The day on which a leaver's deals pass to others."""

    day: int
    seat: int


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who is there in one replication.

    Attributes
    ----------
    table : array of SEAT_WEEK, seats x weeks of the run
    hand_overs : tuple of HandOver
        In the order in which they happen; of one day by seat.
    """

    table: Table
    hand_overs: tuple[HandOver, ...]

    def works(self, seat: int, day: int) -> bool:
        """Return whether somebody holds a seat and is not absent."""
        return bool(self.table[seat, day // WEEK_DAYS]["works"])

    def holder(self, seat: int, day: int) -> SeatWeek:
        """Return who holds a seat on a day."""
        return SeatWeek(*self.table[seat, day // WEEK_DAYS].tolist())

    def present(self, day: int) -> list[int]:
        """Return the seats that somebody holds on a day, absent or not."""
        return np.flatnonzero(self.table[:, day // WEEK_DAYS]["tenure"] != NOBODY).tolist()

    def days_worked(self, plan: Plan, seat: int, days: tuple[int, int]) -> npt.NDArray[np.bool_]:
        """Return on which days, from the first of a week until before the first of another, a seat works."""
        first, last = days
        weeks = self.table[seat, first // WEEK_DAYS : last // WEEK_DAYS]["works"] > 0
        return plan.working[first:last] & np.repeat(weeks, WEEK_DAYS)


def is_drawn(plan: Plan) -> bool:
    """Return whether luck decides who is there."""
    return any(seat.absent_share or seat.leaving for regime in plan.regimes for seat in regime.seats)


def staffing_of(plan: Plan, seed: int, replication: int) -> Staffing:
    """Return who is there in one replication.

    Raises
    ------
    OverflowError
        A seat changes hands so often that its holders cannot be told apart.
    """
    weeks = -(-plan.timeline.end_day // WEEK_DAYS)
    table = np.zeros((plan.seats, weeks), dtype=SEAT_WEEK)
    regimes = np.array([list(regime.seats) for regime in plan.regimes], dtype=SEAT_PLAN)
    days = np.arange(weeks) * WEEK_DAYS
    starts = [regime.start_day for regime in plan.regimes]
    regime_of = np.searchsorted(starts, days, side="right") - 1
    hired = np.array(plan.hired_week, dtype=np.int64)
    left = np.zeros((plan.seats, weeks), dtype=np.bool_)
    most = _fill(table, left, regimes, regime_of, hired, np.uint64(seed), np.uint64(replication))
    if most >= MOST_TENURES:
        raise OverflowError(f"a seat has more than {MOST_TENURES} holders")
    return Staffing(table, _hand_overs(plan, left))


def _hand_overs(plan: Plan, left: npt.NDArray[np.bool_]) -> tuple[HandOver, ...]:
    found = []
    for seat, week in zip(*(places.tolist() for places in np.nonzero(left)), strict=True):
        day = week * WEEK_DAYS
        after = plan.regime(day).terms.handover_days
        if day + after < plan.timeline.end_day:
            found.append(HandOver(day + after, seat))
    return tuple(sorted(found))


@compiled_at_first_call
def _fill(  # noqa: PLR0913, PLR0917 - tables to write, tables to read, a key
    table: Any, left: Any, regimes: Any, regime_of: Any, hired: Any, seed: Any, replication: Any
) -> int:
    """Fill in every week of every seat, and who left in it; return the highest tenure."""
    most = 0
    for seat in range(table.shape[0]):
        tenure, begins = 0, hired[seat]
        for week in range(table.shape[1]):
            terms = regimes[regime_of[week], seat]
            held = week >= begins
            birth = environment_key(SERIES_ATTRITION, seat, week)
            if (
                held
                and week > max(begins, 0)
                and rules.leaves(terms.leaving, seed, replication, birth, tenure)
            ):
                left[seat, week] = True
                tenure, begins, held = tenure + 1, week + terms.backfill_weeks, False
                most = max(most, tenure)
            away = not held or _absent(terms, seat, week, seed, replication)
            cell = table[seat, week]
            cell.tenure = tenure if held else NOBODY
            cell.since = (ALWAYS if begins < 0 else week - begins) if held else 0
            cell.works = 0 if away else 1
    return most


@compiled_beside
def _absent(terms: Any, seat: int, week: int, seed: Any, replication: Any) -> bool:
    if terms.absent_share == 0.0:
        return False
    birth = environment_key(SERIES_ABSENCE, seat, week)
    return rules.is_absent(terms.absent_share, seed, replication, birth)


def weeks_away(plan: Plan, seat: int, days: tuple[int, int], luck: tuple[int, int] | None) -> Weeks:
    """Return the weeks of a year in which a seat is known not to work.

    What is known to a plan: the hire and, of a replication given as (seed, replication), the absences. Nobody
    knows who will leave.

    Parameters
    ----------
    days : (int, int)
        The first day of the year, and the day whose terms hold.
    """
    first, day = days[0] // WEEK_DAYS, days[1]
    away = np.asarray(np.arange(first, first + plan.timeline.year_weeks) < plan.hired_week[seat])
    terms = np.array([plan.regime(day).seats[seat]], dtype=SEAT_PLAN)
    if luck is not None and terms["absent_share"][0]:
        _mark_absences(away, terms, seat, first, np.uint64(luck[0]), np.uint64(luck[1]))
    return away


@compiled_at_first_call
def _mark_absences(away: Any, terms: Any, seat: int, first: int, seed: Any, replication: Any) -> None:
    for week in range(away.size):
        away[week] |= _absent(terms[0], seat, first + week, seed, replication)
