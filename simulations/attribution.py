"""Why two cadences differ: what each mechanism contributes to steady less the other, and what they do together.

Every set of mechanisms is switched on in turn, the others off, on the same luck. The Shapley part of a
mechanism is its contribution averaged over all orders in which the mechanisms could be switched on; the
parts and the remainder (what is left with everything off) sum to the whole difference. Source: Shapley,
"A value for n-person games" (1953).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from simulations.errors import BadInput, Problem
from simulations.experiment import spends_other_hours
from simulations.feasible import check_cadence
from simulations.intervals import Estimate, estimate
from simulations.mechanisms import idle, switched_on
from simulations.plan import make_plan
from simulations.scenario.model import Cadence, Scenario
from simulations.sets import HOURS, Sets
from simulations.stopping import MOST_REPLICATIONS

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

#: Years below which there is no interval.
FEWEST = 2
#: Years that are simulated between two looks at how narrow the intervals are.
AT_A_TIME = 100
#: What is attributed, by its place in `simulations.totals.Booked`: the total, and whether the target is reached.
BOOKINGS, CHANCE = 0, 1


@dataclass(frozen=True, slots=True)
class Part:
    """What one mechanism contributes to steady less the other cadence; above 0 it costs the other bookings.

    Attributes
    ----------
    shapley : Estimate
        Averaged over all orders; these and the remainder sum to the whole.
    alone : Estimate
        With nothing else on, over the remainder.
    removed : Estimate
        What vanishes when it alone is switched off in the full model.
    """

    shapley: Estimate
    alone: Estimate
    removed: Estimate

    @property
    def acts_together(self) -> bool:
        """Whether alone and removed differ by more than their intervals: it works through other mechanisms."""
        return self.alone.high < self.removed.low or self.removed.high < self.alone.low

    def to_dict(self) -> dict[str, Any]:
        """Return the three estimates, and whether it acts together with others."""
        return {
            "shapley": self.shapley.to_dict(),
            "alone": self.alone.to_dict(),
            "removed": self.removed.to_dict(),
            "acts_together": self.acts_together,
        }


@dataclass(frozen=True, slots=True)
class Shares:
    """The attribution of one figure.

    Attributes
    ----------
    whole : Estimate
        Steady less the other, everything on.
    parts : mapping of str to Part
        By mechanism; ``hours`` first where the cadence spends other hours.
    remainder : Estimate
        The same with every mechanism off: truncation at the run-off's end, and rounding.
    """

    whole: Estimate
    parts: Mapping[str, Part]
    remainder: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "whole": self.whole.to_dict(),
            "parts": {name: part.to_dict() for name, part in self.parts.items()},
            "remainder": self.remainder.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why a cadence differs from steady.

    Attributes
    ----------
    version : str
    scenario : Scenario
    cadence : Cadence
    seed, replications : int
    bookings : Shares
        Of `total`: bookings in the year and its run-off, in the scenario's unit.
    chance : Shares
        Of the chance to reach the year's target.
    idle : tuple of str
        Players that can have no effect in this scenario: nothing was simulated for them, and their parts are exactly 0.
    """

    version: str
    scenario: Scenario
    cadence: Cadence
    seed: int
    replications: int
    bookings: Shares
    chance: Shares
    idle: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "version": self.version,
            "scenario": self.scenario.name,
            "cadence": self.cadence.model_dump(mode="json"),
            "seed": self.seed,
            "replications": self.replications,
            "idle": list(self.idle),
            "bookings": self.bookings.to_dict(),
            "chance_of_target": self.chance.to_dict(),
        }


def attribute(  # noqa: PLR0913 - what is attributed, then how, keyword-only
    scenario: Scenario,
    cadence: Cadence,
    replications: int,
    seed: int,
    *,
    until_narrow: float | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Attribute the difference between steady and another cadence to the mechanisms.

    Parameters
    ----------
    scenario : Scenario
        Mechanisms that it switches off are no players.
    cadence : Cadence
        What is held against steady.
    replications : int
        Years of each cadence under each set of mechanisms, at least 2.
    seed : int
        64 bits; every set has the same luck.
    until_narrow : float, optional
        Stop earlier, after some hundred years, once the interval of every part of the bookings is narrower than this
        share of the whole difference.
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many sets of how many are finished; of how many it will take, as far as one can tell by then.

    Raises
    ------
    BadInput
        The cadence does not fit into the week, or there are too few years for an interval.
    """
    if replications < FEWEST:
        raise BadInput([Problem("", "", "replications", str(replications), f"must be at least {FEWEST}")])
    check_cadence(scenario, cadence.kind, cadence)
    players = players_of(scenario, cadence)
    unmoved = idle(make_plan(scenario))
    active = [name for name in players if name not in unmoved]
    sets = Sets(scenario, cadence, active, seed, workers)
    told, wanted = _Told(progress), replications
    while sets.replications < wanted:
        left = wanted - sets.replications
        at_a_time = left if until_narrow is None else min(left, AT_A_TIME)
        told.total = told.done + sets.simulated * -(-left // at_a_time)
        sets.extend(at_a_time, told)
        bookings = shares_of(active, sets.values(BOOKINGS), players)
        if until_narrow is not None:
            wanted = min(replications, _needed(bookings, until_narrow, sets.replications))
    chance = shares_of(active, sets.values(CHANCE), players)
    still = tuple(name for name in players if name in unmoved)
    made = sets.replications
    return Attribution(version("pipecast"), scenario, cadence, seed, made, bookings, chance, still)


class _Told:
    """Counts the sets that are finished, and tells of each."""

    def __init__(self, progress: Progress | None) -> None:
        self.done, self.total, self._progress = 0, 0, progress

    def __call__(self) -> None:
        self.done += 1
        if self._progress is not None:
            self._progress(self.done, self.total)


def _needed(shares: Shares, share: float, made: int) -> int:
    """Return how many years it takes until every part's interval is narrow: widths fall as 1 / sqrt(n)."""
    widest = max((part.shapley.high - part.shapley.low for part in shares.parts.values()), default=0.0)
    asked = share * abs(shares.whole.mean)
    if widest <= asked:
        return made
    if asked <= 0:
        return MOST_REPLICATIONS
    return math.ceil(made * (widest / asked) ** 2 / AT_A_TIME) * AT_A_TIME


def players_of(scenario: Scenario, cadence: Cadence) -> tuple[str, ...]:
    """Return the players: hours where the cadence spends others, and the mechanisms that the scenario switches on."""
    on = switched_on(scenario)
    return (HOURS, *on) if spends_other_hours(cadence) else on


def shares_of(
    active: Sequence[str], values: Mapping[frozenset[str], Floats], players: Sequence[str] | None = None
) -> Shares:
    """Return the attribution of a figure.

    Parameters
    ----------
    active : sequence of str
    values : mapping of frozenset of str to array of R
        The figure with exactly these players on, for every subset of the active ones, by replication.
    players : sequence of str, optional
        All that are told of; those that are not active do nothing. The active ones unless told.
    """
    everyone, nobody = frozenset(active), frozenset[str]()
    nothing = Estimate(0.0, 0.0, 0.0, values[nobody].shape[0])
    parts = {
        name: Part(
            shapley=estimate(shapley(name, active, values)),
            alone=estimate(values[frozenset({name})] - values[nobody]),
            removed=estimate(values[everyone] - values[everyone - {name}]),
        )
        for name in active
    }
    return Shares(
        whole=estimate(values[everyone]),
        parts={name: parts.get(name, Part(nothing, nothing, nothing)) for name in players or active},
        remainder=estimate(values[nobody]),
    )


def shapley(name: str, players: Sequence[str], values: Mapping[frozenset[str], Floats]) -> Floats:
    """Return a player's Shapley value, replication by replication.

    sum over S without the player of |S|! (n - |S| - 1)! / n! x (v(S with it) - v(S)).
    """
    others = [player for player in players if player != name]
    n = len(players)
    value = np.zeros_like(values[frozenset(players)])
    for size in range(n):
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        for chosen in combinations(others, size):
            before = frozenset(chosen)
            value += weight * (values[before | {name}] - values[before])
    return value
