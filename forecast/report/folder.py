"""A folder of results: the report, its pictures as PNG and SVG, its tables as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.report.contents import Results, contents_of
from forecast.report.page import drawings, html
from forecast.report.spreadsheet import csv_table, frame_table
from simulations.exports.files import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.divergence import SimulatedYear
    from forecast.findings import Finding
    from forecast.forecasting import Forecast
    from simulations.sensitivity import LossGrid

REPORT = "report.html"
LEFT = ("hours_left_on_week", "hours_left_off_week", "hours_left_steady")


def write_folder(folder: Path, results: Results) -> dict[str, Path]:
    """Write report, pictures and tables into a folder, each whole, or none of them.

    Returns
    -------
    dict of str to Path
        File name -> path: ``report.html``, ``<picture>.png``, ``<picture>.svg``, ``<table>.csv``.
    """
    from simulations.plots.files import rendered  # with it comes matplotlib

    contents = contents_of(results)
    drawn = drawings(contents)
    files = {REPORT: html(contents, drawn), **{f"{name}.svg": image for name, image in drawn.items()}}
    for section in contents.sections:
        for picture in section.pictures:
            files[f"{picture.name}.png"] = rendered(picture.figure, "png")
    return write_files(folder, {**files, **dict(_tables(results))})


def _tables(results: Results) -> Iterator[tuple[str, bytes]]:
    if results.comparison is not None:
        yield "comparison.csv", frame_table(results.comparison.to_frame())
    if results.grid is not None:
        header = ("staleness", "capacity_hours", "loss", "low", "high", *LEFT)
        yield "loss.csv", csv_table(header, _losses(results.grid))
    if results.ranges is not None:
        from forecast.report.ranges import ranges_table

        yield "ranges.csv", ranges_table(results.ranges)
    if results.reading is not None:
        tables = results.reading.tables
        yield "opportunities.csv", frame_table(tables.opportunities)
        yield "stage_history.csv", frame_table(tables.stage_history)
        yield "findings.csv", _findings(results.reading.findings)
    if results.forecast is not None:
        yield from _forecast_tables(results.forecast)
    for year in results.simulated:
        name = year.name.replace(" ", "_")
        yield f"divergence_{name}.csv", frame_table(year.to_frame().reset_index())
        yield f"published_{name}.csv", _published(year)
    yield from _tables_of_what_changed(results)
    yield from _tables_of_those_who_sell(results)


def _tables_of_what_changed(results: Results) -> Iterator[tuple[str, bytes]]:
    if results.imported is not None:
        yield "divergence.csv", frame_table(results.imported.to_frame().reset_index())
    if results.alarms is not None:
        from forecast.report.alarms import alarm_files

        yield from alarm_files(results.alarms)
    if results.changes is not None:
        from forecast.report.changes import changes_csv

        yield from changes_csv(results.changes)


def _tables_of_those_who_sell(results: Results) -> Iterator[tuple[str, bytes]]:
    if results.inflow is not None:
        yield "inflow.csv", frame_table(results.inflow.to_frame())
    if results.judgement is not None:
        yield "calls.csv", frame_table(results.judgement.to_frame())
    if results.prospecting is not None:
        yield "per_hour.csv", frame_table(results.prospecting.to_frame())
        yield "prospecting_weeks.csv", frame_table(results.prospecting.weekly)
    if results.quotas is not None:
        from forecast.report.quota_sheet import quota_files

        yield from quota_files(results.quotas)


def _losses(grid: LossGrid) -> Iterator[tuple[float, ...]]:
    for staleness, losses in zip(grid.staleness, grid.estimates, strict=True):
        for hours, loss, left in zip(grid.capacity_hours, losses, grid.hours_left, strict=True):
            yield staleness, hours, loss.mean, loss.low, loss.high, left.on_week, left.off_week, left.steady


def _published(year: SimulatedYear) -> bytes:
    from forecast.divergence import PublishedMonth

    rows = [astuple(month) for month in year.months]
    return csv_table([item.name for item in fields(PublishedMonth)], rows)


def _findings(findings: Iterable[Finding]) -> bytes:
    rows = [
        (finding.severity, finding.code, finding.count, " ".join(finding.examples), finding.message)
        for finding in findings
    ]
    return csv_table(("severity", "code", "count", "examples", "message"), rows)


def _forecast_tables(forecast: Forecast) -> Iterator[tuple[str, bytes]]:
    whole = forecast.to_dict()
    rows = [
        ("bookings", "mean", whole["bookings"]["mean"]),
        *(
            ("bookings", f"quantile {level}", value)
            for level, value in whole["bookings"]["quantiles"].items()
        ),
        *(("part", name, value) for name, value in whole["parts"].items()),
        *(("weighted pipeline", name, value) for name, value in whole["weighted_pipeline"].items()),
        ("target", "target", whole["inputs"]["target"]),
        ("target", "chance", whole["chance_of_target"]),
        ("coverage", "ratio", whole["coverage"]["ratio"]),
        *_required_rows(whole["required"]),
    ]
    yield "forecast.csv", csv_table(("group", "name", "value"), rows)
    if forecast.asked.targets:
        header = ("times_mean", "target", "chance")
        yield "chances.csv", csv_table(header, [tuple(row.values()) for row in forecast.chance_by_target()])
    yield "draws.csv", frame_table(forecast.to_frame().reset_index())
    yield from _beside_tables(forecast)
    yield "findings.csv", _findings(forecast.findings)


def _required_rows(required: dict[str, Any] | None) -> Iterator[tuple[str, str, object]]:
    if required is None:
        return
    yield "required", "confidence", required["confidence"]
    for part in ("creation", "last_useful", "coverage"):
        for name, value in required[part].items():
            yield f"required {part.replace('_', ' ')}", name, value


def _beside_tables(forecast: Forecast) -> Iterator[tuple[str, bytes]]:
    """Yield what was asked beside the distribution."""
    for whole in forecast.roll_ups:
        yield f"by_{whole.by}.csv", frame_table(whole.to_frame().reset_index())
    if forecast.risks is not None:
        yield "risks.csv", frame_table(forecast.risks.to_frame().reset_index())
    if forecast.walk is not None:
        yield "walk.csv", frame_table(forecast.walk.to_frame())
