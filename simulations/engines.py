"""The measures of one year, by either engine: compiled, or the reference model in SimPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from simulations.engine import Machine
from simulations.luck import Luck
from simulations.measures import YearMeasures, measure
from simulations.plan import Plan
from simulations.reference import simulate
from simulations.scenario.model import Cadence
from simulations.scenario.written import Written
from simulations.tally import frame_of, year_of

#: ``compiled``: thousands of years; ``reference``: the same events, told by the model that is read aloud.
Engine = Literal["compiled", "reference"]


class Years(Protocol):
    """Makes the years of one scenario and seed, one after another."""

    def year(
        self, cadence: Cadence, replication: int, own_hours: Sequence[int] | None = None
    ) -> YearMeasures:
        """Return the measures of one replication; see `simulations.reference.simulate`."""
        ...


class CompiledYears:
    """Years by the compiled engine; not to be shared between threads.

    A cadence written in Python is asked by the reference model: both tell the same events.
    """

    def __init__(self, plan: Plan, seed: int) -> None:
        self._machine, self._frame, self._seed = Machine(plan), frame_of(plan), seed
        self._asking = ReferenceYears(plan, seed)

    def year(
        self, cadence: Cadence, replication: int, own_hours: Sequence[int] | None = None
    ) -> YearMeasures:
        """Return the measures of one replication."""
        if isinstance(cadence, Written) and own_hours is None:
            return self._asking.year(cadence, replication)
        self._machine.run(cadence, self._seed, replication, own_hours, keep_journal=True)
        return year_of(self._machine, self._frame)


class ReferenceYears:
    """Years by the reference model."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan, self._seed = plan, seed

    def year(
        self, cadence: Cadence, replication: int, own_hours: Sequence[int] | None = None
    ) -> YearMeasures:
        """Return the measures of one replication."""
        events = simulate(self._plan.scenario, cadence, self._seed, replication, own_hours)
        market = Luck(self._plan, self._seed, replication).market_of_year()
        return measure(self._plan, events, market)


def own_hours(year: YearMeasures) -> tuple[int, ...]:
    """Return the seconds that each seat prospected in a year: what *steady at its own hours* spreads evenly."""
    return tuple(int(seconds) for seconds in year.seconds_by_seat)


def years_by(engine: Engine, plan: Plan, seed: int) -> Years:
    """Return what makes the years of a plan."""
    return CompiledYears(plan, seed) if engine == "compiled" else ReferenceYears(plan, seed)
