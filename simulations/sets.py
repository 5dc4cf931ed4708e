"""What steady and another cadence book with every set of mechanisms switched on, all on the same luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from simulations.experiment import spends_other_hours
from simulations.mechanisms import acting, with_only
from simulations.plan import make_plan
from simulations.scenario.model import Cadence, Scenario, Steady
from simulations.totals import BookedYears, each_replication_of

Floats = npt.NDArray[np.float64]
Set = frozenset[str]

#: The player that is no mechanism: how many hours a cadence spends.
HOURS = "hours"


class Sets:
    """Steady less the other cadence, for every set of players; sets that come to the same are simulated once.

    Parameters
    ----------
    scenario : Scenario
    cadence : Cadence
    active : sequence of str
        The players that can act, `HOURS` among them where the cadence spends other hours.
    seed : int
    workers : int, optional
        Threads.
    """

    def __init__(
        self, scenario: Scenario, cadence: Cadence, active: Sequence[str], seed: int, workers: int | None
    ) -> None:
        self._scenario, self._cadence, self._terms = scenario, cadence, (seed, workers)
        mechanisms = [name for name in active if name != HOURS]
        chosen = [Set(some) for size in range(len(mechanisms) + 1) for some in combinations(mechanisms, size)]
        plan = make_plan(scenario)
        self._simulated_as = {each: acting(plan, each) for each in chosen}
        self._found: dict[Set, Floats] = {
            each: np.empty((0, 2, 2)) for each in dict.fromkeys(self._simulated_as.values())
        }

    @property
    def replications(self) -> int:
        """How many years of each there are so far."""
        return int(self._found[Set()].shape[0])

    @property
    def simulated(self) -> int:
        """How many sets are simulated."""
        return len(self._found)

    def extend(self, years: int, done: Callable[[], None]) -> None:
        """Simulate more years of every set; ``done`` is called after each set."""
        first = self.replications
        for chosen, before in self._found.items():
            more = self._pairs(with_only(self._scenario, chosen), range(first, first + years))
            self._found[chosen] = np.concatenate([before, more])
            done()

    def values(self, figure: int) -> dict[Set, Floats]:
        """Return a figure, by its place in `simulations.totals.Booked`, for every set, by replication."""
        pairs = {each: self._found[same] for each, same in self._simulated_as.items()}
        equal_hours = {each: found[:, 0, figure] for each, found in pairs.items()}
        return equal_hours | {each | {HOURS}: found[:, 1, figure] for each, found in pairs.items()}

    def _pairs(self, scenario: Scenario, replications: range) -> Floats:
        """Return steady less the other: replications x (at equal hours, as they are) x (total, target reached)."""
        cadence, (seed, workers) = self._cadence, self._terms

        def pair(years: BookedYears, replication: int) -> list[list[float]]:
            steady = years.booked(Steady(), replication)
            if not spends_other_hours(cadence):
                other = years.booked(cadence, replication)
                return [[mine - its for mine, its in zip(steady, other, strict=True)]] * 2
            other, hours = years.with_hours(cadence, replication)
            equal = years.booked(Steady(), replication, hours)
            return [[mine - its for mine, its in zip(one, other, strict=True)] for one in (equal, steady)]

        return np.array(each_replication_of(scenario, pair, replications, seed, workers))
