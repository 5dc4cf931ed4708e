"""Whether a cadence's loss holds over the range of every assumed number, one at a time, under the same luck."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from simulations.assumptions import Assumption, assumptions
from simulations.changes import with_number
from simulations.checks import scenario_problems
from simulations.errors import BadInput, Problem
from simulations.feasible import cadence_refusal, check_cadence
from simulations.intervals import Estimate, estimate, plain
from simulations.plan import make_plan
from simulations.scenario.load import field_name
from simulations.scenario.model import Cadence, Reactive, Sawtooth, Scenario, Steady
from simulations.totals import losses_of, totals_of

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

ASSUMED = "assumed"
#: Parts of a scenario that only say how what happened is written down: no booking hangs on them.
WRITTEN_DOWN = ("recorder", "ledger")
CADENCE = "cadence."


@dataclass(frozen=True, slots=True)
class RangeEnd:
    """One end of an assumed number's range, all other numbers as they are.

    Attributes
    ----------
    value : float
    loss : Estimate or None
        Steady's total less the cadence's, as a share of steady's; None where it could not be simulated.
    shift : Estimate or None
        That less the loss on the scenario as it is, replication by replication.
    reason : str
        Why there is no loss, else empty.
    """

    value: float
    loss: Estimate | None
    shift: Estimate | None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "value": plain(self.value),
            "loss": None if self.loss is None else self.loss.to_dict(),
            "shift": None if self.shift is None else self.shift.to_dict(),
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True)
class AssumedRange:
    """What a cadence loses over the range of one assumed number.

    Attributes
    ----------
    field : str
        Its path, as `pipecast scenario explain` prints it; ``cadence.`` and a name where it is the cadence's own.
    value : float
        In the scenario as it is.
    meaning : str
    low, high : RangeEnd
    """

    field: str
    value: float
    meaning: str
    low: RangeEnd
    high: RangeEnd

    @property
    def ends(self) -> tuple[RangeEnd, RangeEnd]:
        """Both ends, the low one first."""
        return self.low, self.high

    @property
    def influence(self) -> float:
        """The largest mean shift at an end, in size; nan where neither end could be simulated."""
        shifts = [abs(end.shift.mean) for end in self.ends if end.shift is not None]
        return max(shifts, default=math.nan)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "field": self.field,
            "value": plain(self.value),
            "meaning": self.meaning,
            "influence": plain(self.influence),
            "low": self.low.to_dict(),
            "high": self.high.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class CadenceRanges:
    """One cadence over the ranges of all assumed numbers.

    Attributes
    ----------
    cadence : Cadence
        Held against steady.
    loss : Estimate
        On the scenario as it is.
    ranges : tuple of AssumedRange
        The most influential first; those that could not be simulated last.
    """

    cadence: Cadence
    loss: Estimate
    ranges: tuple[AssumedRange, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "cadence": self.cadence.model_dump(mode="json"),
            "loss": self.loss.to_dict(),
            "ranges": [item.to_dict() for item in self.ranges],
        }


@dataclass(frozen=True, slots=True)
class Ranges:
    """What cadences lose against steady over the range of every assumed number, one at a time.

    Attributes
    ----------
    version : str
    scenario : Scenario
    seed, replications : int
        Every end has the same luck.
    cadences : tuple of CadenceRanges
    """

    version: str
    scenario: Scenario
    seed: int
    replications: int
    cadences: tuple[CadenceRanges, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the settings, then cadence by cadence."""
        return {
            "version": self.version,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replications": self.replications,
            "cadences": [item.to_dict() for item in self.cadences],
        }


def assumed_ranges(
    scenario: Scenario,
    replications: int,
    seed: int,
    *,
    cadences: Sequence[Cadence] = (Sawtooth(), Reactive()),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Ranges:
    """Compare cadences with steady at each end of the range of every number that is only assumed.

    Parameters
    ----------
    scenario : Scenario
        Numbers that it sets itself, other than to their default, are not assumed and stay as they are.
    replications : int
        Years of each cadence at each end, at least 2.
    seed : int
        64 bits.
    cadences : sequence of Cadence
        Held against steady; the sawtooth and the reactive one unless told. Their own assumed numbers are varied too.
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many numbers of how many are finished.

    Raises
    ------
    BadInput
        A cadence does not fit into the scenario as it is, or there is none.
    """
    if not cadences:
        raise BadInput([Problem("", "", "cadences", "", "needs at least one cadence besides steady")])
    for cadence in cadences:
        check_cadence(scenario, cadence.kind, cadence)
    trial = _Trial(scenario, tuple(cadences), (replications, seed, workers))
    found = trial.run(progress)
    return Ranges(
        version("pipecast"),
        scenario,
        seed,
        replications,
        tuple(
            CadenceRanges(cadence, estimate(trial.losses[:, place]), _sorted(found[place]))
            for place, cadence in enumerate(cadences)
        ),
    )


def _sorted(found: Sequence[AssumedRange]) -> tuple[AssumedRange, ...]:
    return tuple(sorted(found, key=lambda item: (math.isnan(item.influence), -item.influence)))


class _Trial:
    """The scenario as it is, simulated once, and each end held against it."""

    def __init__(
        self, scenario: Scenario, cadences: tuple[Cadence, ...], terms: tuple[int, int, int | None]
    ) -> None:
        self.scenario, self.cadences, self._terms = scenario, cadences, terms
        self.losses = losses_of(totals_of(scenario, cadences, *terms))

    def run(self, progress: Progress | None) -> list[list[AssumedRange]]:
        """Return the ranges of each cadence."""
        everyone = range(len(self.cadences))
        shared = [(item, [*everyone]) for item in _assumed(self.scenario) if not _is_cadences(item)]
        own = [
            (item, [place])
            for place in everyone
            for item in _assumed(self.scenario.model_copy(update={"cadence": self.cadences[place]}))
            if _is_cadences(item)
        ]
        found: list[list[AssumedRange]] = [[] for _ in everyone]
        for done, (item, places) in enumerate([*shared, *own], 1):
            low, high = (self._at(item, value, places) for value in (item.low, item.high))
            for place in places:
                told = AssumedRange(item.field, item.value, item.meaning, low[place], high[place])
                found[place].append(told)
            if progress is not None:
                progress(done, len(shared) + len(own))
        return found

    def _at(self, item: Assumption, value: float, places: Sequence[int]) -> dict[int, RangeEnd]:
        """Return the end of some cadences where a number has another value."""
        if value == item.value or item.field.startswith(WRITTEN_DOWN):
            return {place: self._end(value, self.losses[:, place], place) for place in places}
        scenario, rules = self.scenario, {place: self.cadences[place] for place in places}
        try:
            if _is_cadences(item):
                own = item.field.removeprefix(CADENCE)
                rules = {place: with_number(rule, own, _whole(value)) for place, rule in rules.items()}
            else:
                scenario = with_number(scenario, item.field, _whole(value))
        except ValidationError as error:
            return dict.fromkeys(places, RangeEnd(value, None, None, _said(error)))
        # The scenario's own cadence is not simulated here, so it need not fit.
        problems = scenario_problems(scenario.model_copy(update={"cadence": Steady()}))
        misfits = "; ".join(f"{field_name(found.loc)}: {found.allowed}" for found in problems)
        if misfits:
            return dict.fromkeys(places, RangeEnd(value, None, None, misfits))
        return self._simulated(scenario, rules, value)

    def _simulated(
        self, scenario: Scenario, rules: Mapping[int, Cadence], value: float
    ) -> dict[int, RangeEnd]:
        plan = make_plan(scenario)
        refused = {place: cadence_refusal(plan, rule) for place, rule in rules.items()}
        ends = {place: RangeEnd(value, None, None, why) for place, why in refused.items() if why}
        fitting = [place for place in rules if place not in ends]
        if fitting:
            losses = losses_of(totals_of(scenario, [rules[place] for place in fitting], *self._terms))
            for column, place in enumerate(fitting):
                ends[place] = self._end(value, losses[:, column], place)
        return ends

    def _end(self, value: float, losses: Floats, place: int) -> RangeEnd:
        return RangeEnd(value, estimate(losses), estimate(losses - self.losses[:, place]))


def _assumed(scenario: Scenario) -> list[Assumption]:
    return [item for item in assumptions(scenario) if item.grade == ASSUMED]


def _is_cadences(item: Assumption) -> bool:
    return item.field.startswith(CADENCE)


def _whole(value: float) -> float:
    """Return a number that is whole as an int, which is what fields of whole numbers ask for."""
    return int(value) if float(value).is_integer() else value


def _said(error: ValidationError) -> str:
    return "; ".join(
        item["msg"].removeprefix("Value error, ").replace("Input should", "must") for item in error.errors()
    )
