"""What a report holds, from the results that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.report import analyst
from forecast.report.blocks import InputFile, Section, Table
from forecast.report.rhythm import rhythm_section

if TYPE_CHECKING:
    from simulations.comparison import Comparison
    from simulations.sensitivity import LossGrid


@dataclass(frozen=True, slots=True)
class Results:
    """What was computed; None for what was not.

    Attributes
    ----------
    comparison : Comparison, optional
    grid : LossGrid, optional
        Shown with a comparison.
    inputs : tuple of InputFile
    """

    comparison: Comparison | None = None
    grid: LossGrid | None = None
    inputs: tuple[InputFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """A report before it is laid out.

    Attributes
    ----------
    title : str
    sections : tuple of Section
        The questions, in the order in which they are answered.
    settings : tuple of Settings
    tables : tuple of Table
        For analysts: inputs, assumptions.
    """

    title: str
    sections: tuple[Section, ...]
    settings: tuple[analyst.Settings, ...]
    tables: tuple[Table, ...]


def contents_of(results: Results) -> Contents:
    """Return what a report holds; pictures are drawn here, once."""
    sections: list[Section] = []
    settings, tables = [analyst.program_settings()], []
    if results.inputs:
        tables.append(analyst.inputs_table(results.inputs))
    if results.comparison is not None:
        sections.append(rhythm_section(results.comparison, results.grid))
        settings.append(analyst.comparison_settings(results.comparison))
        tables += analyst.assumption_tables(results.comparison.scenario)
    if results.grid is not None:
        settings.append(analyst.grid_settings(results.grid))
    return Contents("Pipecast report", tuple(sections), tuple(settings), tuple(tables))
