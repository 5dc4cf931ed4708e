"""One replication of the reference model."""

from __future__ import annotations

from collections.abc import Sequence

from simulations.hours import make_hours
from simulations.journal import EventLog, Events
from simulations.luck import Luck
from simulations.plan import make_plan
from simulations.reference.world import World
from simulations.scenario.model import Cadence, Scenario


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
    plan = make_plan(scenario)
    luck = Luck(plan, seed, replication)
    log = EventLog()
    World(luck, make_hours(luck, cadence, own_hours), log).run()
    return log.events()
