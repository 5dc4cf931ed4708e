"""One replication of the reference model."""

from __future__ import annotations

from collections.abc import Sequence

from simulations.calendar import WEEK_DAYS
from simulations.hours import make_hours
from simulations.journal import EventLog, Events
from simulations.luck import Luck
from simulations.plan import make_plan
from simulations.reference.world import World
from simulations.scenario.model import Cadence, Scenario


class Run:
    """One replication that stops at a week's end and goes on when it is told to, as if it had never stopped.

    Other numbers from there on need no state to be kept: a run with changes is, until the first of them, the same to the
    byte, so it is simulated from the start.

    Parameters
    ----------
    scenario, cadence, seed, replication, own_hours
        Those of `simulate`.
    """

    def __init__(
        self,
        scenario: Scenario,
        cadence: Cadence,
        seed: int,
        replication: int,
        own_hours: Sequence[int] | None = None,
    ) -> None:
        self.plan = make_plan(scenario)
        luck = Luck(self.plan, seed, replication)
        self._log = EventLog()
        self._world = World(luck, make_hours(luck, cadence, own_hours), self._log)
        self._world.begin()

    def go_on(self, weeks: int | None = None) -> Events:
        """Go on until so many weeks have passed since the start, to the end unless told; return the journal so far."""
        self._world.go_on(self.plan.timeline.end_day if weeks is None else weeks * WEEK_DAYS)
        return self._log.events()


def simulate(
    scenario: Scenario, cadence: Cadence, seed: int, replication: int, own_hours: Sequence[int] | None = None
) -> Events:
    """Simulate one year, with its warm-up and run-off, and return its journal.

    Parameters
    ----------
    scenario : Scenario
        The team, its customers and its market.
    cadence : Steady, Sawtooth, Reactive, QuarterEnd or Custom
        The prospecting rhythm of the year.
    seed : int
        64 bits; shared by all runs that are to be compared.
    replication : int
        32 bits; runs of equal seed and replication share their luck, whatever the cadence.
    own_hours : sequence of int, optional
        Seconds that each seat is to prospect in the year, spread evenly over its working days, in place
        of the cadence: *steady at its own hours*.

    Returns
    -------
    array of `simulations.journal.EVENT`
        All events in the order in which they happened.
    """
    return Run(scenario, cadence, seed, replication, own_hours).go_on()
