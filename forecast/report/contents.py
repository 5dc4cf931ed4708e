"""What a report holds, from the results that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.report import analyst
from forecast.report.blocks import InputFile, Section, Table

# The part on a question is imported where that question was asked: with each come the results and the pictures that it tells.

if TYPE_CHECKING:
    from forecast.alarms.today import Today
    from forecast.changes.between import PipelineChanges
    from forecast.crm import Reading
    from forecast.divergence import ImportedYear, SimulatedYear
    from forecast.forecasting import Forecast
    from forecast.inflow import Inflow
    from forecast.judgement import Judgement
    from forecast.prospecting import Prospecting
    from forecast.quota.quotas import Quotas
    from simulations.comparison import Comparison
    from simulations.ranges import Ranges
    from simulations.sensitivity import LossGrid

TITLE = "Pipecast report"


@dataclass(frozen=True, slots=True)
class Results:
    """What was computed; None or empty for what was not.

    Attributes
    ----------
    comparison : Comparison, optional
        First question: what the prospecting rhythm does to the year.
    grid : LossGrid, optional
        Shown with a comparison.
    ranges : Ranges, optional
        Likewise.
    reading : Reading, optional
        What a CRM export holds; its findings limit what may be forecast from it.
    forecast : Forecast, optional
        Second question: whether the pipeline reaches the target.
    simulated : tuple of SimulatedYear
        Third question: whether projected bookings left the plan, in simulated years.
    imported : ImportedYear, optional
        The same in a year of a CRM.
    alarms : Today, optional
        Likewise: what the monitors of a CRM say today.
    inflow : Inflow, optional
        What enters the pipeline, how long it takes and how much of it is won.
    judgement : Judgement, optional
        What commits and calls are worth; shown with the forecast.
    prospecting : Prospecting, optional
        What an hour of prospecting brings.
    changes : PipelineChanges, optional
        What changed in the pipeline between two moments, and in its forecast.
    quotas : Quotas, optional
        Fourth question: what quota is realistic.
    currency : str
        Of the export's amounts; empty where unknown.
    inputs : tuple of InputFile
        The files that all this rests on.
    """

    comparison: Comparison | None = None
    grid: LossGrid | None = None
    ranges: Ranges | None = None
    reading: Reading | None = None
    forecast: Forecast | None = None
    simulated: tuple[SimulatedYear, ...] = ()
    imported: ImportedYear | None = None
    alarms: Today | None = None
    inflow: Inflow | None = None
    judgement: Judgement | None = None
    prospecting: Prospecting | None = None
    changes: PipelineChanges | None = None
    quotas: Quotas | None = None
    currency: str = ""
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
    return Contents(TITLE, tuple(_sections(results)), tuple(_settings(results)), tuple(_tables(results)))


def _sections(results: Results) -> list[Section]:
    sections = []
    if results.comparison is not None:
        from forecast.report.rhythm import rhythm_section

        sections.append(rhythm_section(results.comparison, results.grid, results.ranges))
    if results.reading is not None:
        from forecast.report.export import export_section

        sections.append(export_section(results.reading))
    if results.forecast is not None:
        from forecast.report.target import target_section

        sections.append(target_section(results.forecast, results.currency))
    if results.simulated or results.imported is not None:
        from forecast.report.divergence import divergence_section

        sections.append(divergence_section(results.simulated, results.imported, results.currency))
    if results.alarms is not None:
        from forecast.report.alarms import alarm_section

        sections.append(alarm_section(results.alarms, results.currency))
    sections += _of_those_who_sell(results)
    if results.changes is not None:
        from forecast.report.changes import changes_section

        sections.append(changes_section(results.changes))
    return sections


def _of_those_who_sell(results: Results) -> list[Section]:
    """Return what their calls are worth, what enters, what an hour of theirs brings, and which quotas fit."""
    sections = []
    if results.judgement is not None and results.forecast is not None:
        from forecast.report.judgement import judgement_section

        sections.append(judgement_section(results.judgement, results.forecast, results.currency))
    if results.inflow is not None:
        from forecast.report.inflow import inflow_section

        sections.append(inflow_section(results.inflow, results.currency))
    if results.prospecting is not None:
        from forecast.report.prospecting import prospecting_section

        sections.append(prospecting_section(results.prospecting, results.currency))
    if results.quotas is not None:
        from forecast.report.quota import quota_section

        sections.append(quota_section(results.quotas))
    return sections


def _settings(results: Results) -> list[analyst.Settings]:
    settings = [analyst.program_settings()]
    if results.comparison is not None:
        settings.append(analyst.comparison_settings(results.comparison))
    if results.grid is not None:
        settings.append(analyst.grid_settings(results.grid))
    if results.ranges is not None:
        settings.append(analyst.ranges_settings(results.ranges))
    if results.forecast is not None:
        settings.append(analyst.forecast_settings(results.forecast))
    if results.imported is not None:
        settings.append(analyst.imported_settings(results.imported))
    return [*settings, *_settings_of_those_who_sell(results)]


def _settings_of_those_who_sell(results: Results) -> list[analyst.Settings]:
    settings = []
    if results.inflow is not None:
        from forecast.report.inflow import inflow_settings

        settings.append(inflow_settings(results.inflow))
    if results.prospecting is not None:
        from forecast.report.prospecting import prospecting_settings

        settings.append(prospecting_settings(results.prospecting))
    if results.alarms is not None:
        from forecast.report.alarms import alarm_settings

        settings += alarm_settings(results.alarms)
    if results.changes is not None:
        from forecast.report.changes import changes_settings

        settings += changes_settings(results.changes)
    if results.quotas is not None:
        from forecast.report.quota import quota_settings

        settings += quota_settings(results.quotas)
    return settings


def _tables(results: Results) -> list[Table]:
    tables = []
    if results.inputs:
        tables.append(analyst.inputs_table(results.inputs))
    if results.comparison is not None:
        tables += analyst.assumption_tables(results.comparison.scenario)
    return tables
