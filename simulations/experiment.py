"""Replications in parallel, cadences in pairs: the same luck, other habits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from simulations.comparison import Comparison
from simulations.engines import Engine, Years, own_hours, years_by
from simulations.errors import BadInput, Problem
from simulations.feasible import STEADY, check_cadence, name_cadences
from simulations.gathering import Gathering
from simulations.measures import YearMeasures
from simulations.plan import make_plan
from simulations.processes import by_threads, in_order
from simulations.scenario.model import Cadence, Custom, Reactive, Scenario, Steady
from simulations.scenario.written import Written
from simulations.stopping import MOST_REPLICATIONS, UntilNarrow
from simulations.summary import summarise
from simulations.wording import sentence_start

OWN_HOURS = "steady at its own hours"
Progress = Callable[[int, int], None]
ASKED = (
    "is written in Python: its years are told by the reference engine, about ten a second and one after another; all "
    "others by the compiled one. Both tell the same events."
)
#: Replications below which there is nothing to tell when a run is interrupted.
FEWEST = 2


class SlowCadence(UserWarning):
    """A cadence written in Python is simulated by the reference engine, which is slower by two orders of magnitude."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is run.

    Attributes
    ----------
    cadences : mapping of str to Cadence
        By name, steady first. Reactive and custom ones are also run as *steady at its own hours*, under
        the name ``<name>: steady at its own hours``.
    engine : {"compiled", "reference"}
        Both tell the same events.
    """

    scenario: Scenario
    seed: int
    cadences: Mapping[str, Cadence]
    engine: Engine = "compiled"

    def replicate(self, years: Years, replication: int) -> dict[str, YearMeasures]:
        """Return one replication's measures of every cadence, own hours included, by name."""
        found: dict[str, YearMeasures] = {}
        for name, cadence in self.cadences.items():
            found[name] = years.year(cadence, replication)
            if spends_other_hours(cadence):
                own = own_hours(found[name])
                found[own_hours_name(name)] = years.year(Steady(), replication, own)
        return found

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
    return isinstance(cadence, Reactive | Custom | Written)


def own_hours_name(name: str) -> str:
    """Return the name of *steady at its own hours* of a cadence."""
    return f"{name}: {OWN_HOURS}"


def compare(  # noqa: PLR0913 - a facade: what is run, then how, keyword-only
    scenario: Scenario,
    cadences: Sequence[Cadence],
    replications: int | UntilNarrow,
    seed: int,
    *,
    workers: int | None = None,
    engine: Engine = "compiled",
    progress: Progress | None = None,
) -> Comparison:
    """Simulate every cadence under the same luck and compare it with steady.

    Parameters
    ----------
    scenario : Scenario
        What is simulated; its own cadence is not looked at.
    cadences : sequence of Cadence
        In any order; steady is always run, as the reference. A `Written` one is told by the reference engine, which a
        warning says, and by one worker.
    replications : int or UntilNarrow
        Years of each cadence, or when to stop; the first 50 of 200 equal the 50.
    seed : int
        64 bits.
    workers : int, optional
        Threads of the compiled engine, processes of the reference; as many as there are cores unless
        told. The result does not depend on it. A script that asks the reference for more than one needs
        the guard ``if __name__ == "__main__":``.
    engine : {"compiled", "reference"}
        Both tell the same events; the reference is the one to read, and slower by two orders of magnitude.
    progress : callable, optional
        Told how many replications of how many are finished; of how many it will take, as far as one can tell by
        then, where an interval is asked for. An exception that it raises cancels the
        run: what has begun is finished, nothing new is started, and the exception goes on. After
        KeyboardInterrupt what was made until then is returned, marked as ``interrupted``.

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
    experiment = Experiment(scenario, seed, name_cadences(cadences), engine)
    workers = _told_workers(experiment, workers)
    for name, cadence in experiment.cadences.items():
        check_cadence(scenario, name, cadence)
    return run(experiment, replications, workers=workers, progress=progress)


def simulate_year(  # noqa: PLR0913 - see compare
    scenario: Scenario,
    cadence: Cadence | None,
    replications: int | UntilNarrow,
    seed: int,
    *,
    workers: int | None = None,
    engine: Engine = "compiled",
    progress: Progress | None = None,
) -> Comparison:
    """Simulate one cadence, the scenario's own unless told; as `compare`.

    The steady year is run beside it: the plan's band and the line of need are learned from it.
    """
    return compare(
        scenario,
        [cadence or scenario.cadence],
        replications,
        seed,
        workers=workers,
        engine=engine,
        progress=progress,
    )


def _told_workers(experiment: Experiment, workers: int | None) -> int | None:
    """Tell that a cadence written in Python is slow, and let one worker alone ask it: it may not bear two at a time."""
    written = [cadence.name for cadence in experiment.cadences.values() if isinstance(cadence, Written)]
    if not written:
        return workers
    if experiment.engine == "compiled":
        names = " and ".join(f"the cadence {name}" for name in written)
        warnings.warn(f"{sentence_start(names)} {ASKED}", SlowCadence, stacklevel=3)
    return 1


def run(
    experiment: Experiment,
    replications: int | UntilNarrow,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Return the comparison that an experiment comes to; see `compare`."""
    until = replications if isinstance(replications, UntilNarrow) else None
    most = replications.most if isinstance(replications, UntilNarrow) else replications
    gathering = Gathering.of(list(experiment.names()), experiment.pairs())
    interrupted = False
    try:
        with closing(each_replication(experiment, most, workers)) as found:
            for years in found:
                gathering.add(years)
                if progress is not None:
                    progress(gathering.replications, most if until is None else until.expected(gathering))
                if until is not None and until.reached(gathering):
                    break
    except KeyboardInterrupt:
        if gathering.replications < FEWEST:
            raise
        interrupted = True
    comparison = summarise(make_plan(experiment.scenario), experiment.seed, experiment.names(), gathering)
    narrow = None if until is None else until.is_narrow(gathering)
    return replace(comparison, interrupted=interrupted, narrow=narrow)


def each_replication(
    experiment: Experiment, replications: int, workers: int | None = None
) -> Generator[dict[str, YearMeasures], None, None]:
    """Yield every replication's measures, in replication order.

    The compiled engine runs in threads, as it does not hold Python's lock; the reference in processes.
    """
    if experiment.engine == "reference":
        yield from in_order(_replicate, [(experiment, number) for number in range(replications)], workers)
        return
    plan = make_plan(experiment.scenario)
    yield from by_threads(
        lambda: years_by("compiled", plan, experiment.seed), experiment.replicate, replications, workers
    )


def _replicate(experiment: Experiment, replication: int) -> dict[str, YearMeasures]:
    years = years_by(experiment.engine, make_plan(experiment.scenario), experiment.seed)
    return experiment.replicate(years, replication)


def _check(replications: int | UntilNarrow, seed: int, workers: int | None) -> None:
    if isinstance(replications, UntilNarrow):
        replications.check()
    limits = (
        ("replications", replications, 1, MOST_REPLICATIONS),
        ("seed", seed, 0, (1 << 64) - 1),
        ("workers", 1 if workers is None else workers, 1, 1_024),
    )
    problems = [
        Problem("", "", name, str(value), f"must be from {low} to {high}")
        for name, value, low, high in limits
        if isinstance(value, int) and not low <= value <= high
    ]
    if problems:
        raise BadInput(problems)
