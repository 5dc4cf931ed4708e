"""Only what a year books: for experiments of many cells, in which nothing else is looked at.

The compiled engine runs without a journal, and the bookings are read off its deals: half the work of a full year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from simulations.calendar import DAY
from simulations.engine import Machine
from simulations.intervals import Estimate, estimate
from simulations.journal import Kind
from simulations.measures import CENTS, team_target
from simulations.plan import Plan, make_plan
from simulations.processes import by_threads
from simulations.scenario.model import Cadence, Scenario, Steady
from simulations.tally import Frame, frame_of, year_of

Floats = npt.NDArray[np.float64]
Seen = TypeVar("Seen")


class Booked(NamedTuple):
    """What one replication books; as the measures of these names.

    Attributes
    ----------
    total : float
        Bookings in the year and its run-off, in the scenario's unit.
    target_reached : float
        1 where the year's bookings reach the team's target, else 0.
    """

    total: float
    target_reached: float


class BookedYears:
    """What the years of one scenario and seed book; not to be shared between threads."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._machine, self._seed = Machine(plan), seed
        self._frame: Frame | None = None

    def booked(self, cadence: Cadence, replication: int, own_hours: Sequence[int] | None = None) -> Booked:
        """Return what one replication books; see `simulations.reference.simulate`."""
        self._machine.run(cadence, self._seed, replication, own_hours, keep_journal=False)
        return self._booked()

    def with_hours(self, cadence: Cadence, replication: int) -> tuple[Booked, tuple[int, ...]]:
        """Return what one replication books, and the seconds that each seat prospected in each year."""
        self._machine.run(cadence, self._seed, replication, keep_journal=True)
        if self._frame is None:
            self._frame = frame_of(self._machine.plan)
        seconds = year_of(self._machine, self._frame).seconds_by_seat
        return self._booked(), tuple(int(each) for each in seconds)

    def _booked(self) -> Booked:
        plan, deals = self._machine.plan, self._machine.save().tables["deals"]
        start, end = (day * DAY for day in (plan.timeline.year_start_day, plan.timeline.year_end_day))
        won = deals[deals["outcome"] == Kind.WON]
        closed = won["closed_at"]
        cents = np.full(won.size, CENTS) if plan.scenario.unit == "deals" else won["cents"]
        in_year = (closed >= start) & (closed < end)
        after = (closed >= end) & (won["appeared"] < end)
        year = int(cents[in_year].sum()) / CENTS
        return Booked(int(cents[in_year | after].sum()) / CENTS, float(year >= team_target(plan)))


def each_replication_of(
    scenario: Scenario,
    look: Callable[[BookedYears, int], Seen],
    replications: range,
    seed: int,
    workers: int | None = None,
) -> list[Seen]:
    """Return what is seen of every replication, in their order, looked at by several threads."""
    plan = make_plan(scenario)
    seen = by_threads(
        lambda: BookedYears(plan, seed),
        lambda years, place: look(years, replications[place]),
        len(replications),
        workers,
    )
    return list(seen)


def totals_of(
    scenario: Scenario, cadences: Sequence[Cadence], replications: int, seed: int, workers: int | None = None
) -> Floats:
    """Return the totals of steady and of other cadences under the same luck: replications x (steady, others)."""

    def totals(years: BookedYears, replication: int) -> list[float]:
        return [years.booked(rule, replication).total for rule in (Steady(), *cadences)]

    return np.array(each_replication_of(scenario, totals, range(replications), seed, workers))


def losses_of(totals: Floats) -> Floats:
    """Return steady's totals less the others', as shares of steady's mean, which is taken as known.

    Parameters
    ----------
    totals : array, replications x (steady, others)
        As `totals_of` returns them.
    """
    steady = totals[:, :1]
    return np.asarray((steady - totals[:, 1:]) / steady.mean())


def paired_loss(
    scenario: Scenario, cadence: Cadence, replications: int, seed: int, workers: int | None = None
) -> Estimate:
    """Return steady's total less the cadence's, as a share of steady's mean, which is taken as known."""
    return estimate(losses_of(totals_of(scenario, [cadence], replications, seed, workers))[:, 0])
