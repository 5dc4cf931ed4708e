"""What `--out` leaves in a folder: tables as CSV, pictures as PNG and SVG, the report. All of it, or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from forecast.crm import Reading
    from forecast.divergence import ImportedYear
    from forecast.forecasting import Forecast
    from forecast.report import InputFile, Results
    from simulations.comparison import Comparison

#: Option of a command -> what its file is called in a report.
ROLES = {"mapping": "mapping", "targets_file": "targets"}


def deliver(folder: Path, results: Results) -> None:
    """Write a folder of results, whole or not at all.

    Raises
    ------
    BadInput
        The folder cannot be written.
    """
    from forecast.report import write_folder

    try:
        write_folder(folder, results)
    except OSError as error:
        raise _unwritable(folder, str(error.strerror)) from None


def deliver_comparison(comparison: Comparison, scenario: Path, folder: Path) -> None:
    """Write what a comparison of cadences found.

    Parameters
    ----------
    comparison : Comparison
    scenario : Path
        The file it was read from.
    folder : Path
        Made where it does not exist.
    """
    from forecast.divergence import simulated_year
    from forecast.report import Results, input_file
    from forecast.report.rhythm import compared

    simulated = tuple(simulated_year(comparison, name) for name in compared(comparison))
    inputs = (input_file(scenario, "scenario"),)
    deliver(folder, Results(comparison=comparison, simulated=simulated, inputs=inputs))


def deliver_tables(reading: Reading, file: Path, given: dict[str, Any]) -> None:
    """Write what was read from a CRM export.

    Parameters
    ----------
    reading : Reading
    file : Path
        The export.
    given : dict
        The command's options: ``out`` and the files that were read beside the export.
    """
    from forecast.report import Results

    deliver(given["out"], Results(reading=reading, inputs=export_inputs(file, given)))


def deliver_forecast(
    result: Forecast, year: ImportedYear | None, currency: str, file: Path, given: dict[str, Any]
) -> None:
    """Write a forecast.

    Parameters
    ----------
    result : Forecast
    year : ImportedYear or None
        The period week by week, where it was asked for.
    currency : str
        Of the amounts; empty where unknown.
    file : Path
        The export.
    given : dict
        The command's options: ``out`` and the files that were read beside the export.
    """
    from forecast.report import Results

    inputs = export_inputs(file, given)
    deliver(given["out"], Results(forecast=result, imported=year, currency=currency, inputs=inputs))


def export_inputs(file: Path, given: dict[str, Any]) -> tuple[InputFile, ...]:
    """Return the export and the files that options named beside it, with their hashes."""
    from forecast.report import input_file

    beside = [(role, given.get(option)) for option, role in ROLES.items()]
    return (
        input_file(file, "CRM export"),
        *(input_file(path, role) for role, path in beside if path is not None),
    )


def writable(_context: click.Context, _option: click.Parameter, folder: Path | None) -> Path | None:
    """Return the folder of `--out` once it is sure that it can be written: before hours of work, not after.

    Raises
    ------
    BadInput
        It cannot be made, or not be written to.
    """
    if folder is None:
        return None
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise _unwritable(folder, f"{there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"{there} may not be written to")
    return folder


def _unwritable(folder: Path, why: str) -> BadInput:
    return BadInput([Problem(str(folder), "", "--out", "", f"cannot be written: {why}; name another folder")])
