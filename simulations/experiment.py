"""Replications in parallel, cadences in pairs: the same luck, other habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulations.comparison import Comparison
from simulations.errors import BadInput, Problem
from simulations.feasible import STEADY, check_cadence, name_cadences
from simulations.gathering import Gathering
from simulations.journal import Events
from simulations.measures import YearMeasures, measure
from simulations.plan import make_plan
from simulations.processes import in_order
from simulations.reference import simulate
from simulations.scenario.model import Cadence, Custom, Reactive, Scenario, Steady
from simulations.summary import summarise

OWN_HOURS = "steady at its own hours"
Progress = Callable[[int, int], None]


class Simulate(Protocol):
    """An engine: one replication's journal. Must be importable by name, so that processes can share it."""

    def __call__(
        self,
        scenario: Scenario,
        cadence: Cadence,
        seed: int,
        replication: int,
        own_hours: Sequence[int] | None = None,
    ) -> Events:
        """Simulate one year."""
        ...


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is run.

    Attributes
    ----------
    cadences : mapping of str to Cadence
        By name, steady first. Reactive and custom ones are also run as *steady at its own hours*, under
        the name ``<name>: steady at its own hours``.
    engine : Simulate
    """

    scenario: Scenario
    seed: int
    cadences: Mapping[str, Cadence]
    engine: Simulate = simulate

    def replicate(self, replication: int) -> dict[str, YearMeasures]:
        """Return one replication's measures of every cadence, own hours included, by name."""
        plan = make_plan(self.scenario)
        years: dict[str, YearMeasures] = {}
        for name, cadence in self.cadences.items():
            years[name] = measure(plan, self.engine(self.scenario, cadence, self.seed, replication))
            if spends_other_hours(cadence):
                own = tuple(int(seconds) for seconds in years[name].seconds_by_seat)
                events = self.engine(self.scenario, Steady(), self.seed, replication, own)
                years[own_hours_name(name)] = measure(plan, events)
        return years

    def names(self) -> dict[str, tuple[Cadence, str | None]]:
        """Return every name with its cadence, and whose hours it spreads evenly."""
        names: dict[str, tuple[Cadence, str | None]] = {}
        for name, cadence in self.cadences.items():
            names[name] = (cadence, None)
            if spends_other_hours(cadence):
                names[own_hours_name(name)] = (Steady(), name)
        return names

    def pairs(self) -> list[tuple[str, str]]:
        """Return which differences are taken: against steady, and the parts of those that spend other hours."""
        pairs = []
        for name, cadence in self.cadences.items():
            if name != STEADY:
                pairs.append((name, STEADY))
            if spends_other_hours(cadence):
                pairs += [(own_hours_name(name), STEADY), (name, own_hours_name(name))]
        return pairs


def spends_other_hours(cadence: Cadence) -> bool:
    """Return whether a cadence need not keep the steady plan's hours."""
    return isinstance(cadence, Reactive | Custom)


def own_hours_name(name: str) -> str:
    """Return the name of *steady at its own hours* of a cadence."""
    return f"{name}: {OWN_HOURS}"


def compare(
    scenario: Scenario,
    cadences: Sequence[Cadence],
    replications: int,
    seed: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate every cadence under the same luck and compare it with steady.

    Parameters
    ----------
    scenario : Scenario
        What is simulated; its own cadence is not looked at.
    cadences : sequence of Cadence
        In any order; steady is always run, as the reference.
    replications : int
        Years of each cadence; the first 50 of 200 equal the 50.
    seed : int
        64 bits.
    workers : int, optional
        Processes; as many as there are cores unless told. The result does not depend on it. A script
        that asks for more than one needs the guard ``if __name__ == "__main__":``.
    progress : callable, optional
        Told how many replications of how many are finished. An exception that it raises cancels the
        run: what has begun is finished, nothing new is started, and the exception goes on.

    Returns
    -------
    Comparison

    Raises
    ------
    BadInput
        A sawtooth cannot hold the hours of the steady plan, or a number is out of range.

    Notes
    -----
    Memory does not grow with the replications: they are folded, in replication order, into running
    moments. Percentiles, bands and first shortfalls rest on the first 1,000 (``kept``).
    """
    _check(replications, seed, workers)
    experiment = Experiment(scenario, seed, name_cadences(cadences))
    for name, cadence in experiment.cadences.items():
        check_cadence(scenario, name, cadence)
    return run(experiment, replications, workers=workers, progress=progress)


def simulate_year(
    scenario: Scenario,
    cadence: Cadence | None,
    replications: int,
    seed: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate one cadence, the scenario's own unless told; as `compare`.

    The steady year is run beside it: the plan's band and the line of need are learned from it.
    """
    return compare(
        scenario, [cadence or scenario.cadence], replications, seed, workers=workers, progress=progress
    )


def run(
    experiment: Experiment, replications: int, *, workers: int | None = None, progress: Progress | None = None
) -> Comparison:
    """Return the comparison that an experiment comes to; see `compare`."""
    gathering = Gathering.of(list(experiment.names()), experiment.pairs())
    for years in each_replication(experiment, replications, workers):
        gathering.add(years)
        if progress is not None:
            progress(gathering.replications, replications)
    return summarise(make_plan(experiment.scenario), experiment.seed, experiment.names(), gathering)


def each_replication(
    experiment: Experiment, replications: int, workers: int | None = None
) -> Iterator[dict[str, YearMeasures]]:
    """Yield every replication's measures, in replication order."""
    yield from in_order(
        Experiment.replicate, [(experiment, number) for number in range(replications)], workers
    )


def _check(replications: int, seed: int, workers: int | None) -> None:
    limits = (
        ("replications", replications, 1, (1 << 32) - 1),
        ("seed", seed, 0, (1 << 64) - 1),
        ("workers", 1 if workers is None else workers, 1, 1_024),
    )
    problems = [
        Problem("", "", name, str(value), f"must be from {low} to {high}")
        for name, value, low, high in limits
        if not low <= value <= high
    ]
    if problems:
        raise BadInput(problems)
