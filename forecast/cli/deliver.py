"""What `--out` leaves in a folder: tables as CSV, pictures as PNG and SVG, the report. All of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forecast.library.folders import leave, unwritable, writing
from forecast.library.inputs import export_inputs, stored_inputs

if TYPE_CHECKING:
    import pandas as pd

    from forecast.crm import Reading
    from forecast.divergence import ImportedYear
    from forecast.forecasting import Forecast
    from forecast.inflow import Inflow
    from forecast.judgement import Judgement
    from forecast.prospecting import Prospecting
    from forecast.quota.quotas import Quotas
    from forecast.report import Results
    from simulations.comparison import Comparison

#: Option that names the folder.
OUT = "--out"


def deliver(folder: Path, results: Results) -> None:
    """Write a folder of results, whole or not at all.

    Raises
    ------
    BadInput
        The folder cannot be written.
    """
    from forecast.report import write_folder

    with writing(folder, OUT):
        write_folder(folder, results)


def deliver_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, each whole, or none of them.

    Raises
    ------
    BadInput
        The folder cannot be written.
    """
    leave(folder, files, OUT)


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
    from forecast.sentences.rhythm import compared

    simulated = tuple(simulated_year(comparison, name) for name in compared(comparison))
    inputs = (input_file(scenario, "scenario"),)
    deliver(folder, Results(comparison=comparison, simulated=simulated, inputs=inputs))


def deliver_tables(reading: Reading, given: dict[str, Any]) -> None:
    """Write what was read from a CRM export.

    Parameters
    ----------
    reading : Reading
    given : dict
        The command's options: ``out`` and the files that were read beside the export.
    """
    from forecast.report import Results

    deliver(given["out"], Results(reading=reading, inputs=export_inputs(reading.files, given)))


def deliver_reading(folder: Path, reading: Reading, moment: pd.Timestamp | None) -> None:
    """Keep a reading in a folder, to be forecast from without reading the export again.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    reading : Reading
    moment : Timestamp or None
        The first instant that it does not know, where that was asked for.
    """
    with writing(folder, OUT):
        reading.keep(folder, reading.export_date if moment is None else moment)


def deliver_forecast(
    result: Forecast,
    beside: tuple[ImportedYear | None, Judgement | None],
    reading: Reading,
    given: dict[str, Any],
) -> None:
    """Write a forecast.

    Parameters
    ----------
    result : Forecast
    beside : tuple of ImportedYear or None, Judgement or None
        The period week by week, and commits and calls, where they were asked for.
    reading : Reading
        What it rests on.
    given : dict
        The command's options: ``out`` and the files that were read beside the export.
    """
    from forecast.report import Results

    inputs = (*stored_inputs(reading), *export_inputs(reading.files, given))
    year, judged = beside
    deliver(
        given["out"],
        Results(forecast=result, imported=year, judgement=judged, currency=reading.currency, inputs=inputs),
    )


def deliver_inflow(inflow: Inflow, reading: Reading, given: dict[str, Any]) -> None:
    """Write what enters the pipeline; parameters as `deliver_forecast`."""
    from forecast.report import Results

    inputs = (*stored_inputs(reading), *export_inputs(reading.files, given))
    deliver(given["out"], Results(inflow=inflow, currency=reading.currency, inputs=inputs))


def deliver_prospecting(
    found: Prospecting, records: Sequence[str], reading: Reading | None, given: dict[str, Any]
) -> None:
    """Write what an hour of prospecting brings.

    Parameters
    ----------
    found : Prospecting
    records : sequence of str
        Files of records.
    reading : Reading or None
        The export beside them, where there is one.
    given : dict
        The command's options: ``out`` and the files that were read beside them.
    """
    from forecast.report import Results, input_file

    told = tuple(input_file(Path(file), "prospecting records") for file in records)
    read = () if reading is None else (*stored_inputs(reading), *export_inputs(reading.files, given))
    inputs = (*told, *(read or export_inputs((), given)))
    currency = "" if reading is None else reading.currency
    deliver(given["out"], Results(prospecting=found, currency=currency, inputs=inputs))


def deliver_quotas(found: Quotas, reading: Reading | None, given: dict[str, Any]) -> None:
    """Write what is said about quotas.

    Parameters
    ----------
    found : Quotas
    reading : Reading or None
        The export that it rests on; None for a scenario.
    given : dict
        The command's options: ``out`` and the files that were read.
    """
    from forecast.report import Results

    inputs = export_inputs(() if reading is None else reading.files, given)
    deliver(given["out"], Results(quotas=found, inputs=inputs))


def writable(_context: click.Context, option: click.Parameter, folder: Path | None) -> Path | None:
    """Return the folder of an option such as `--out` once it is sure that it can be written: before hours of work, not after.

    Raises
    ------
    BadInput
        It cannot be made, or not be written to.
    """
    if folder is None:
        return None
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise unwritable(folder, f"{there} is a file", option.opts[0])
    if not os.access(there, os.W_OK | os.X_OK):
        raise unwritable(folder, f"{there} may not be written to", option.opts[0])
    return folder
