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
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from simulations.engines import Years, own_hours, years_by
from simulations.experiment import spends_other_hours
from simulations.feasible import check_cadence
from simulations.intervals import Estimate, estimate
from simulations.plan import make_plan
from simulations.processes import by_threads
from simulations.scenario.model import Cadence, Scenario, Steady

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

HOURS = "hours"
#: Mechanisms by name, each with the switches that turn it on and off together.
MECHANISMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contention": ("contention",),
        "staleness": ("staleness",),
        "silence and reviews": ("silence", "reviews"),
        "market": ("market_slow", "market_weeks"),
        "referrals": ("referrals",),
    }
)
#: What is attributed: value booked in the end, and the chance of the year's target.
WHAT = ("total", "target_reached")


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
    """

    version: str
    scenario: Scenario
    cadence: Cadence
    seed: int
    replications: int
    bookings: Shares
    chance: Shares

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "version": self.version,
            "scenario": self.scenario.name,
            "cadence": self.cadence.model_dump(mode="json"),
            "seed": self.seed,
            "replications": self.replications,
            "bookings": self.bookings.to_dict(),
            "chance_of_target": self.chance.to_dict(),
        }


def attribute(
    scenario: Scenario,
    cadence: Cadence,
    replications: int,
    seed: int,
    *,
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
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many sets of how many are finished.

    Raises
    ------
    BadInput
        The cadence does not fit into the week.
    """
    check_cadence(scenario, cadence.kind, cadence)
    players = players_of(scenario, cadence)
    mechanisms = [name for name in players if name != HOURS]
    values: dict[frozenset[str], Floats] = {}
    sets = [
        frozenset(chosen) for size in range(len(mechanisms) + 1) for chosen in combinations(mechanisms, size)
    ]
    for done, chosen in enumerate(sets, 1):
        pairs = _differences(with_only(scenario, chosen), cadence, replications, seed, workers)
        values[chosen] = pairs[:, 0]
        values[chosen | {HOURS}] = pairs[:, 1]
        if progress is not None:
            progress(done, len(sets))
    bookings, chance = (
        shares_of(players, {key: value[:, index] for key, value in values.items()})
        for index in range(len(WHAT))
    )
    return Attribution(version("pipecast"), scenario, cadence, seed, replications, bookings, chance)


def players_of(scenario: Scenario, cadence: Cadence) -> tuple[str, ...]:
    """Return the players: hours where the cadence spends others, and the mechanisms that the scenario switches on."""
    on = [
        name for name, switches in MECHANISMS.items() if any(getattr(scenario.switches, s) for s in switches)
    ]
    return (HOURS, *on) if spends_other_hours(cadence) else tuple(on)


def with_only(scenario: Scenario, chosen: frozenset[str]) -> Scenario:
    """Return the scenario with the mechanisms that are not chosen switched off."""
    off = {
        switch: False for name, switches in MECHANISMS.items() if name not in chosen for switch in switches
    }
    return scenario.model_copy(update={"switches": scenario.switches.model_copy(update=off)})


def _differences(
    scenario: Scenario, cadence: Cadence, replications: int, seed: int, workers: int | None
) -> npt.NDArray[np.float64]:
    """Return steady less the other, replications x (at equal hours, as they are) x `WHAT`."""

    def pair(years: Years, replication: int) -> list[list[float]]:
        return _pair(years, cadence, replication)

    return _by_replication(scenario, pair, replications, seed, workers)


def _by_replication(
    scenario: Scenario, look: Callable[[Years, int], Any], replications: int, seed: int, workers: int | None
) -> Floats:
    """Return what is seen of every replication, in their order, as one array."""
    plan = make_plan(scenario)
    rows = by_threads(lambda: years_by("compiled", plan, seed), look, replications, workers)
    return np.array(list(rows))


def _pair(years: Years, cadence: Cadence, replication: int) -> list[list[float]]:
    steady, other = years.year(Steady(), replication), years.year(cadence, replication)
    equal = steady
    if spends_other_hours(cadence):
        equal = years.year(Steady(), replication, own_hours(other))
    return [[one.scalars[name] - other.scalars[name] for name in WHAT] for one in (equal, steady)]


def paired_total(
    scenario: Scenario, cadence: Cadence, replications: int, seed: int, workers: int | None = None
) -> Estimate:
    """Return steady's total less the cadence's, as a share of steady's mean, which is taken as known."""

    def both(years: Years, replication: int) -> list[float]:
        return [years.year(rule, replication).scalars["total"] for rule in (Steady(), cadence)]

    totals = _by_replication(scenario, both, replications, seed, workers)
    return estimate((totals[:, 0] - totals[:, 1]) / totals[:, 0].mean())


def shares_of(players: Sequence[str], values: Mapping[frozenset[str], Floats]) -> Shares:
    """Return the attribution of a figure.

    Parameters
    ----------
    players : sequence of str
    values : mapping of frozenset of str to array of R
        The figure with exactly these players on, for every subset of the players, by replication.
    """
    everyone, nobody = frozenset(players), frozenset[str]()
    return Shares(
        whole=estimate(values[everyone]),
        parts={
            name: Part(
                shapley=estimate(shapley(name, players, values)),
                alone=estimate(values[frozenset({name})] - values[nobody]),
                removed=estimate(values[everyone] - values[everyone - {name}]),
            )
            for name in players
        },
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
