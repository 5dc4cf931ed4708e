"""Where rhythm matters: what a wave of prospecting costs, over how full the week is, staleness, and the wave's length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product
from typing import Any

from simulations.feasible import cadence_refusal
from simulations.intervals import Estimate
from simulations.load import offered_load
from simulations.plan import make_plan
from simulations.scenario.model import Sawtooth, Scenario
from simulations.totals import paired_loss

#: Offered load over working hours; log-odds lost a day waited; weeks from one push to the next.
UTILISATION = (0.3, 0.5, 0.7, 0.9, 1.1)
STALENESS = (0.0, 0.02, 0.04, 0.06)
WAVE_WEEKS = (4, 8, 16, 26)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MapCell:
    """One place of the map.

    Attributes
    ----------
    utilisation, staleness : float
    wave_weeks : int
    hours_per_week : float
        Hours a week for prospecting and selling together at which the week is so full.
    loss : Estimate or None
        Steady's total less the wave's, as a share of steady's; None where it could not be simulated.
    reason : str
        Why there is no loss, else empty.
    """

    utilisation: float
    staleness: float
    wave_weeks: int
    hours_per_week: float
    loss: Estimate | None
    reason: str

    @property
    def shows(self) -> bool:
        """Whether the interval leaves 0 out: only then is the cell filled."""
        return self.loss is not None and self.loss.sign != 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "utilisation": self.utilisation,
            "staleness": self.staleness,
            "wave_weeks": self.wave_weeks,
            "hours_per_week": self.hours_per_week,
            "loss": None if self.loss is None else self.loss.to_dict(),
            "shows": self.shows,
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True)
class RhythmMap:
    """What waves of prospecting cost, by utilisation, staleness and wave length.

    Attributes
    ----------
    version : str
    scenario : Scenario
    seed, replications : int
        Every cell has the same luck.
    utilisation, staleness : tuple of float
    wave_weeks : tuple of int
    cells : tuple of MapCell
        In the order of their product, the wave's length running fastest.
    """

    version: str
    scenario: Scenario
    seed: int
    replications: int
    utilisation: tuple[float, ...]
    staleness: tuple[float, ...]
    wave_weeks: tuple[int, ...]
    cells: tuple[MapCell, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the settings, and every cell."""
        return {
            "version": self.version,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replications": self.replications,
            "cells": [cell.to_dict() for cell in self.cells],
        }


@dataclass(frozen=True, slots=True)
class Axes:
    """The places that are looked at; as in `RhythmMap`."""

    utilisation: tuple[float, ...] = UTILISATION
    staleness: tuple[float, ...] = STALENESS
    wave_weeks: tuple[int, ...] = WAVE_WEEKS


def rhythm_map(
    scenario: Scenario,
    replications: int,
    seed: int,
    *,
    axes: Axes | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> RhythmMap:
    """Compare waves with steady prospecting of the same hours, all under the same luck.

    Parameters
    ----------
    scenario : Scenario
        Its weekly hours and staleness are replaced, cell by cell; prospecting hours stay, so that the
        team meets the same customers everywhere.
    replications : int
        Years of each cadence in each cell, at least 2.
    seed : int
        64 bits.
    axes : Axes, optional
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many cells of how many are finished.
    """
    chosen = axes or Axes()
    places = list(product(chosen.utilisation, chosen.staleness, chosen.wave_weeks))
    cells = []
    for utilisation, staleness, weeks in places:
        cells.append(_cell(scenario, (utilisation, staleness, weeks), replications, seed, workers))
        if progress is not None:
            progress(len(cells), len(places))
    return RhythmMap(
        version("pipecast"),
        scenario,
        seed,
        replications,
        chosen.utilisation,
        chosen.staleness,
        chosen.wave_weeks,
        tuple(cells),
    )


def _cell(
    scenario: Scenario, place: tuple[float, float, int], replications: int, seed: int, workers: int | None
) -> MapCell:
    utilisation, staleness, weeks = place
    there = at_utilisation(scenario, utilisation, staleness)
    hours = there.team.groups[0].selling_hours_per_week
    wave = Sawtooth(weeks_on=weeks - weeks // 2, weeks_off=weeks // 2)
    refusal = cadence_refusal(make_plan(there), wave)
    if refusal is not None:
        return MapCell(utilisation, staleness, weeks, hours, None, refusal)
    loss = paired_loss(there, wave, replications, seed, workers)
    return MapCell(utilisation, staleness, weeks, hours, loss, "")


def at_utilisation(scenario: Scenario, utilisation: float, staleness: float) -> Scenario:
    """Return the scenario with the weekly hours at which the offered load fills this share of them.

    The work offered does not depend on the hours there are, so one division finds them.
    """
    groups = scenario.team.groups
    factor = offered_load(make_plan(scenario)) / utilisation
    longer = tuple(
        group.model_copy(update={"selling_hours_per_week": group.selling_hours_per_week * factor})
        for group in groups
    )
    work = scenario.work.model_copy(update={"staleness_logit_per_day": staleness})
    return scenario.model_copy(
        update={"team": scenario.team.model_copy(update={"groups": longer}), "work": work}
    )
