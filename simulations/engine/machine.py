"""The compiled engine from outside: a scenario laid out flat once, run as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from simulations.engine.flat import NO_RULE, given_tables, seats_table, world_of
from simulations.engine.layout import COMING, DEAL, HAND_OVER, OPEN, PLANNED, ROW, RULE, STREAM, WAITING
from simulations.engine.memory import Table, point_to
from simulations.engine.run import run_world
from simulations.engine.saved import COUNTED, Saved, copies, fits, put_back
from simulations.hours import hours_table, phases
from simulations.journal import EVENT, Events
from simulations.luck import Luck
from simulations.plan import Plan, make_plan
from simulations.planned import planned_table
from simulations.regime import normal_days, whole_seconds
from simulations.scenario.model import Cadence, Reactive, Scenario
from simulations.staffing import HandOver, Staffing, is_drawn, staffing_of

#: Capacities to begin with; a run that needs more is run again with twice as much.
DEALS, ROWS_KEPT, A_SEAT = 1 << 13, 1 << 16, 1 << 8


class Machine:
    """One scenario in flat tables, with room to run in; not to be shared between threads.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._world = world_of(plan)
        self._given = given_tables(plan)
        self._planned: dict[tuple[Cadence, tuple[int, ...]], tuple[Table, Table, npt.NDArray[np.int64]]] = {}
        self._staffing = None if is_drawn(plan) else staffing_of(plan, 0, 0)
        self._pointed: dict[str, Table] = {}
        self._room, self._journal = 1, False
        self._make_room()

    def run(
        self,
        cadence: Cadence,
        seed: int,
        replication: int,
        own_hours: Sequence[int] | None = None,
        *,
        keep_journal: bool,
        weeks: int | None = None,
    ) -> None:
        """Run one replication; what it leaves is overwritten by the next.

        Parameters and errors are those of `simulations.reference.simulate`; without a journal only the
        tables of seats and deals are left. ``weeks``: stop when so many have passed; the whole run unless told.
        """
        own = None if own_hours is None else tuple(own_hours)
        nothing = Saved(cadence, seed, replication, own, keep_journal, {"week": 0}, {})
        self._go_on(nothing, weeks)

    def save(self) -> Saved:
        """Return the last run as it stands."""
        world = self._world
        counted = {name: int(world[name][0]) for name in COUNTED}
        return replace(self._last, counted=counted, tables=copies(world, self._written()))

    def resume(self, saved: Saved, weeks: int | None = None) -> None:
        """Go on with a saved run, as if it had never stopped.

        The scenario may be another one that differs by changes from the saved week on: what happened before it is the
        same.

        Raises
        ------
        ValueError
            The saved run is one of another number of seats or weeks.
        """
        if (
            saved.tables["seats"].size != self.plan.seats
            or saved.tables["weeks"].size != self._given["weeks"].size
        ):
            raise ValueError("the saved run has other seats or weeks")
        self._go_on(saved, weeks)

    def _go_on(self, saved: Saved, weeks: int | None) -> None:
        world = self._world
        self._last = saved
        world["seed"], world["replication"] = saved.seed, saved.replication
        world["keep_journal"] = saved.keep_journal
        world["stop_week"] = (
            world["weeks_count"] if weeks is None else min(weeks, int(world["weeks_count"][0]))
        )
        luck = Luck(self.plan, saved.seed, saved.replication, self._staffing)
        self._hire(luck.staffing)
        self._plan_hours(saved.cadence, luck, saved.own_hours)
        if saved.keep_journal and not self._journal:
            self._journal = True
            self._make_room()
        point_to(world, self._given, self._pointed)
        while not self._try(saved):
            self._room *= 2
            self._make_room()

    def _try(self, saved: Saved) -> bool:
        """Run on from a saved state; return whether the tables had room for it."""
        world = self._world
        while not fits(saved, self._tables):
            self._room *= 2
            self._make_room()
        world["full"] = 0
        put_back(saved, world, self._written())
        if not world["ended"][0] or saved.week == 0:
            run_world(world)
        return not world["full"][0]

    def _written(self) -> dict[str, Table]:
        """Return the tables that a run writes."""
        return {**self._tables, "weeks": self._given["weeks"]}

    def rows(self) -> Table:
        """Return the rows of the last run's journal, seat by seat within each week; overwritten by the next run."""
        return self._tables["journal"][: int(self._world["rows_written"][0])]

    def leads_made(self) -> int:
        """Return how many leads the last run knew of, some of which may not have appeared by its end."""
        return int(self._world["deals_made"][0])

    def market(self) -> npt.NDArray[np.float64]:
        """Return the market's factor in every week of the last run, warm-up first."""
        return self._given["weeks"].view(np.float64)

    def journal(self) -> Events:
        """Return the journal of the last run: the rows of all seats in the order in which they happened."""
        rows = self.rows()
        order = np.lexsort((rows["key"], rows["order"], rows["time"]))
        events = np.empty(rows.size, dtype=EVENT)
        for name in EVENT.names or ():
            events[name] = rows[name][order]
        return events

    def _plan_hours(self, cadence: Cadence, luck: Luck, own_hours: Sequence[int] | None) -> None:
        given = self._given
        if own_hours is not None:
            given["planned"], given["rules"], given["days"]["rule"] = self._laid_out(
                *hours_table(luck, cadence, own_hours)
            )
            return
        key = (cadence, phases(luck, cadence))
        if self._staffing is None:  # luck decides who is absent
            self._planned.clear()
        if key not in self._planned:
            self._planned[key] = self._laid_out(
                *planned_table(self.plan, *key, (luck.seed, luck.replication))
            )
        given["planned"], given["rules"], given["days"]["rule"] = self._planned[key]

    def _hire(self, staffing: Staffing) -> None:
        self._given["staff"] = staffing.table
        hand_overs = staffing.hand_overs
        self._given["hand_overs"] = np.array(list(hand_overs) or [HandOver(0, 0)], dtype=HAND_OVER)
        self._world["hand_overs_count"] = len(hand_overs)

    def _laid_out(
        self, table: npt.NDArray[np.int64], reactive: Sequence[Reactive | None]
    ) -> tuple[Table, Table, npt.NDArray[np.int64]]:
        """Return planned hours, the reactive rules, and each simulated day's rule."""
        start, days = self.plan.timeline.habit_start_day, self._given["days"].size
        found = list(dict.fromkeys(rule for rule in reactive if rule is not None))
        by_day = np.full(days, NO_RULE, dtype=np.int64)
        if found:
            numbers = [NO_RULE if rule is None else found.index(rule) for rule in reactive]
            by_day[start : start + len(numbers)] = numbers
        rules = np.array([_rule(rule, self.plan) for rule in found] or [(0, 0, 0)], dtype=RULE)
        return np.ascontiguousarray(table, dtype=np.int64).view(PLANNED), rules, by_day

    def _make_room(self) -> None:
        seats, room = self.plan.seats, self._room
        team = room * max(1, seats // 8)
        rows = ROWS_KEPT * team if self._journal else 1
        self._tables: dict[str, Table] = {
            "seats": seats_table(self.plan),
            "deals": np.empty(DEALS * team, dtype=DEAL),
            "coming": np.empty((seats, A_SEAT * room), dtype=COMING),
            "waiting": np.empty((seats, A_SEAT * room), dtype=WAITING),
            "open": np.empty((seats, A_SEAT * room), dtype=OPEN),
            "passing": np.empty(2 * A_SEAT * room, dtype=OPEN),
            "streams": np.zeros(max(1, self.plan.streams), dtype=STREAM),
            "journal": np.empty(rows, dtype=ROW),
        }
        self._world["deals_room"], self._world["journal_room"] = DEALS * team, rows
        self._world["passing_room"] = 2 * A_SEAT * room
        point_to(self._world, self._tables, self._pointed)


def simulate(
    scenario: Scenario, cadence: Cadence, seed: int, replication: int, own_hours: Sequence[int] | None = None
) -> Events:
    """Simulate one year on the compiled engine; the same journal as `simulations.reference.simulate`.

    Parameters and result are those of the reference model; so are the events, their order and their bytes.
    """
    machine = Machine(make_plan(scenario))
    machine.run(cadence, seed, replication, own_hours, keep_journal=True)
    return machine.journal()


def _rule(rule: Reactive, plan: Plan) -> tuple[float, float, int]:
    return rule.start_below, rule.stop_above, whole_seconds(rule.hours_when_on / normal_days(plan.scenario))
