"""One replication of the default scenario: the compiled engine beside the reference, then and now, and beside peers.

Everything takes turns in one run: the reference as it stood at its tag (in a process of its own), the reference as it
stands, the compiled engine, customers of an M/M/1 queue in SimPy, and numpy drawing the same numbers. One core each,
warm-up and run-off included, compilation not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.clock import SEED, Action, Size, in_turns, mean_seconds, ratios
from benchmarks.draws import Counts, counts_of, draw
from benchmarks.peers import peer
from benchmarks.table import Row, Spread, Target, missing
from benchmarks.tagged import TAG, NoHistory, Told, earlier_model
from simulations.engine import Machine
from simulations.engines import CompiledYears
from simulations.plan import make_plan
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

PART = "engine"
TAGGED, REFERENCE, QUEUE, NUMPY = "tagged", "reference", "queue", "numpy"
#: The engine with its events written down, as experiments run it; without; with the year's measures; and replication 0.
TOLD, UNTOLD, MEASURED, FIRST = "told", "untold", "measured", "first"
AGAINST_TAGGED = "tagged reference / engine"
FASTER = Target(60, at_least=True)
MANY_DRAWS = 20


@dataclass(frozen=True, slots=True)
class Ours:
    """The compiled engine on one scenario, compiled and with room made.

    Attributes
    ----------
    scenario : Scenario
    size : Size
    machine : Machine
    years : CompiledYears
    """

    scenario: Scenario
    size: Size
    machine: Machine
    years: CompiledYears

    @classmethod
    def of(cls, scenario: Scenario, size: Size) -> Ours:
        """Return the engine after its first runs."""
        plan = make_plan(scenario)
        ours = cls(scenario, size, Machine(plan), CompiledYears(plan, SEED))
        for action in ours.actions().values():
            action(0)
        return ours

    def actions(self) -> dict[str, Action]:
        """Return what measures the seconds of a replication, each way of running it."""
        told = partial(self.machine.run, Steady(), SEED, keep_journal=True)
        untold = partial(self.machine.run, Steady(), SEED, keep_journal=False)
        return {
            TOLD: lambda turn: mean_seconds(told, self._often(turn)),
            UNTOLD: lambda turn: mean_seconds(untold, self._often(turn)),
            MEASURED: lambda turn: mean_seconds(partial(self.years.year, Steady()), self._often(turn)),
            FIRST: lambda _turn: mean_seconds(untold, [0] * self.size.repeats),
        }

    def events(self) -> int:
        """Return how many events replication 0 has."""
        self.machine.run(Steady(), SEED, 0, keep_journal=True)
        return int(self.machine.rows().size)

    def _often(self, turn: int) -> list[int]:
        return [*_replications(self.size, turn)] * self.size.repeats


def _replications(size: Size, turn: int) -> range:
    """Return the replications of a turn: those of both references, and of the engine."""
    return range(turn * size.told, (turn + 1) * size.told)


def rows(size: Size, parts: Mapping[str, Any] | None = None) -> list[Row]:
    """Return the rows of one replication; ``parts``: what differs from the default scenario."""
    ours = Ours.of(Scenario.model_validate(parts or {}), size)
    counts = counts_of(ours.scenario)
    actions: dict[str, Action] = {
        **ours.actions(),
        REFERENCE: partial(_reference_cost, ours),
        QUEUE: peer("SimPy", size.customers),
        NUMPY: partial(_drawing_cost, counts),
    }
    with ExitStack() as stack:
        try:
            earlier = stack.enter_context(earlier_model())
        except NoHistory as why:
            found = in_turns(actions, size.runs)
            return [
                missing(PART, AGAINST_TAGGED, "times", str(why), FASTER),
                *_rows_of_today(found, ours, counts),
            ]
        tell = partial(earlier.tell, SEED, scenario=dict(parts or {}))
        tell(replication=0)  # imports, and compiles its rules
        found = in_turns({**actions, TAGGED: partial(_tagged_cost, tell, size)}, size.runs)
        note = (
            f"{TAG} is {earlier.commit[:7]}, in a process of its own; replication 0 has {tell(replication=0).events:,} "
            f"events there, {ours.events():,} here"
        )
    spread = Spread.of(ratios(found[TAGGED], found[TOLD]))
    first = Row(PART, AGAINST_TAGGED, "times", spread, FASTER, note)
    return [first, *_rows_of_today(found, ours, counts)]


def _tagged_cost(tell: Callable[..., Told], size: Size, turn: int) -> float:
    numbers = _replications(size, turn)
    return sum(tell(replication=number).seconds for number in numbers) / len(numbers)


def _reference_cost(ours: Ours, turn: int) -> float:
    return mean_seconds(partial(simulate, ours.scenario, Steady(), SEED), _replications(ours.size, turn))


def _drawing_cost(counts: Counts, turn: int) -> float:
    return mean_seconds(partial(draw, counts), range(turn * MANY_DRAWS, (turn + 1) * MANY_DRAWS))


def _rows_of_today(found: Mapping[str, list[float]], ours: Ours, counts: Counts) -> list[Row]:
    queue = f"a customer of M/M/1 at 80% load in SimPy, of {ours.size.customers:,}, one core"
    gammas = sum(number for _, number in counts.gammas)
    drawn = (
        f"replication 0 draws {counts.uniforms:,} uniforms, {counts.normals:,} normals and {gammas:,} gammas; numpy draws "
        f"as many of each from Philox in {2 + len(counts.gammas)} calls, and uses none"
    )
    return [
        _ratio("reference / engine", "times", found[REFERENCE], found[TOLD]),
        _ratio("a replication", "customers", found[TOLD], found[QUEUE], Target(70), queue),
        _ratio("a replication untold", "customers", found[UNTOLD], found[QUEUE], note=queue),
        _ratio("a replication measured", "customers", found[MEASURED], found[QUEUE], note=queue),
        _ratio("engine / its numbers alone", "times", found[FIRST], found[NUMPY], note=drawn),
        Row(PART, "replications a second", "1/s", Spread.of(1 / one for one in found[TOLD])),
    ]


def _ratio(
    name: str, unit: str, ours: list[float], theirs: list[float], target: Target | None = None, note: str = ""
) -> Row:
    return Row(PART, name, unit, Spread.of(ratios(ours, theirs)), target, note)
