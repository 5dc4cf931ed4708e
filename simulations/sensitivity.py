"""What a cadence loses against steady, over the assumptions that nobody has measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import product
from typing import Any

from simulations.comparison import Comparison
from simulations.errors import BadInput, Problem
from simulations.experiment import compare
from simulations.intervals import Estimate, plain
from simulations.scenario.model import Cadence, Sawtooth, Scenario

#: Log-odds a day waited, and hours a week for prospecting and selling together.
STALENESS = (0.0, 0.02, 0.06)
CAPACITY_HOURS = (24.0, 30.0, 40.0)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HoursLeft:
    """Hours a week that a rep has left for customers, means over the replications.

    Attributes
    ----------
    on_week, off_week : float
        Under the cadence, in weeks with and without prospecting; nan where it has none such.
    steady : float
        Under steady prospecting.
    """

    on_week: float
    off_week: float
    steady: float

    def to_dict(self) -> dict[str, Any]:
        """Return the three numbers; what is undefined is None."""
        return {name: plain(getattr(self, name)) for name in ("on_week", "off_week", "steady")}


@dataclass(frozen=True, slots=True)
class LossGrid:
    """The loss of a cadence against steady, over staleness and weekly capacity.

    Attributes
    ----------
    version : str
        Of pipecast.
    scenario : Scenario
        With its own staleness and capacity.
    cadence : Cadence
        What is compared with steady.
    seed, replications : int
        Every cell has the same luck.
    staleness : tuple of float
        Log-odds lost per day waited; the rows.
    capacity_hours : tuple of float
        Hours a week and rep for prospecting and selling together; the columns.
    estimates : tuple of tuple of Estimate
        Steady's total less the cadence's, as a share of steady's; below 0 where the cadence gains.
    hours_left : tuple of HoursLeft
        One for each of ``capacity_hours``, at the first staleness (others differ by minutes of review): where
        the cause of a loss is to be looked for.
    """

    version: str
    scenario: Scenario
    cadence: Cadence
    seed: int
    replications: int
    staleness: tuple[float, ...]
    capacity_hours: tuple[float, ...]
    estimates: tuple[tuple[Estimate, ...], ...]
    hours_left: tuple[HoursLeft, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: the settings, and ``cells`` with ``staleness``, ``capacity_hours``, ``loss``, ``hours_left``."""
        cells = product(enumerate(self.staleness), enumerate(self.capacity_hours))
        return {
            "version": self.version,
            "cadence": self.cadence.model_dump(mode="json"),
            "seed": self.seed,
            "replications": self.replications,
            "cells": [
                {
                    "staleness": plain(staleness),
                    "capacity_hours": plain(hours),
                    "loss": self.estimates[row][column].to_dict(),
                    "hours_left": self.hours_left[column].to_dict(),
                }
                for (row, staleness), (column, hours) in cells
            ],
        }


@dataclass(frozen=True, slots=True)
class Grid:
    """Whose loss is looked at, and where.

    Attributes
    ----------
    cadence : Cadence
        What is compared with steady.
    staleness, capacity_hours : tuple of float
        As in `LossGrid`.
    """

    cadence: Cadence = field(default_factory=Sawtooth)
    staleness: tuple[float, ...] = STALENESS
    capacity_hours: tuple[float, ...] = CAPACITY_HOURS


DEFAULT_GRID = Grid()


def loss_grid(
    scenario: Scenario,
    replications: int,
    seed: int,
    *,
    grid: Grid = DEFAULT_GRID,
    workers: int | None = None,
    progress: Progress | None = None,
) -> LossGrid:
    """Compare a cadence with steady in every cell of a grid, all under the same luck.

    Parameters
    ----------
    scenario : Scenario
        Its staleness and its groups' weekly hours are replaced, cell by cell.
    replications : int
        Years of each cadence in each cell.
    seed : int
        64 bits.
    grid : Grid
        The default sawtooth over the default ranges unless told.
    workers : int, optional
        Threads; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many cells of how many are finished.

    Raises
    ------
    BadInput
        The cadence does not fit into a week of the grid, or a number is out of range.
    """
    _check(grid)
    scenarios = [_cell(scenario, *cell) for cell in product(grid.staleness, grid.capacity_hours)]
    found: list[tuple[Estimate, HoursLeft]] = []
    for cell in scenarios:
        found.append(_loss(compare(cell, [grid.cadence], replications, seed, workers=workers)))
        if progress is not None:
            progress(len(found), len(scenarios))
    losses = [loss for loss, _ in found]
    width = len(grid.capacity_hours)
    return LossGrid(
        version=version("pipecast"),
        scenario=scenario,
        cadence=grid.cadence,
        seed=seed,
        replications=replications,
        staleness=grid.staleness,
        capacity_hours=grid.capacity_hours,
        estimates=tuple(tuple(losses[row : row + width]) for row in range(0, len(losses), width)),
        hours_left=tuple(left for _, left in found[:width]),
    )


def _check(grid: Grid) -> None:
    problems = [
        Problem("", "", name, "", "needs at least one value")
        for name in ("staleness", "capacity_hours")
        if not getattr(grid, name)
    ]
    if problems:
        raise BadInput(problems)


def _cell(scenario: Scenario, staleness: float, hours: float) -> Scenario:
    """Return the scenario with other staleness and other weekly hours, validated anew."""
    given = scenario.model_dump()
    given["work"]["staleness_logit_per_day"] = staleness
    for group in given["team"]["groups"]:
        group["selling_hours_per_week"] = hours
    return Scenario.model_validate(given)


def _loss(comparison: Comparison) -> tuple[Estimate, HoursLeft]:
    """Return what one cell comes to."""
    contrast = next(contrast for contrast in comparison.contrasts if contrast.role == "difference")
    relative = contrast.relative
    mine, steady = comparison.cadence(contrast.name).measures, comparison.cadence(contrast.against).measures
    left = HoursLeft(
        mine["selling_hours_on_week"].mean,
        mine["selling_hours_off_week"].mean,
        steady["selling_hours_on_week"].mean,
    )
    return Estimate(-relative.mean, -relative.high, -relative.low, relative.count), left
