"""A folder of results: the report, its pictures as PNG and SVG, its tables as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.report.contents import Contents, Results, contents_of
from forecast.report.page import html
from forecast.report.spreadsheet import csv_table
from simulations.exports.files import write_files
from simulations.plots.files import FORMATS, rendered

if TYPE_CHECKING:
    import pandas as pd

    from simulations.sensitivity import LossGrid

REPORT = "report.html"


def write_folder(folder: Path, results: Results) -> dict[str, Path]:
    """Write report, pictures and tables into a folder, each whole, or none of them.

    Returns
    -------
    dict of str to Path
        File name -> path: ``report.html``, ``<picture>.png``, ``<picture>.svg``, ``<table>.csv``.
    """
    contents = contents_of(results)
    files = {REPORT: html(contents), **_pictures(contents), **_tables(results)}
    return write_files(folder, files)


def _pictures(contents: Contents) -> dict[str, bytes]:
    return {
        f"{picture.name}{ending}": rendered(picture.figure, ending[1:])
        for section in contents.sections
        for picture in section.pictures
        for ending in FORMATS
    }


def _tables(results: Results) -> dict[str, bytes]:
    tables: dict[str, bytes] = {}
    if results.comparison is not None:
        tables["comparison.csv"] = _csv(results.comparison.to_frame())
    if results.grid is not None:
        tables["loss.csv"] = csv_table(
            ("staleness", "capacity_hours", "loss", "low", "high"), _loss(results.grid)
        )
    return tables


def _csv(frame: pd.DataFrame) -> bytes:
    return csv_table([str(name) for name in frame.columns], frame.itertuples(index=False, name=None))


def _loss(grid: LossGrid) -> Iterable[tuple[float, ...]]:
    for staleness, losses in zip(grid.staleness, grid.estimates, strict=True):
        for hours, loss in zip(grid.capacity_hours, losses, strict=True):
            yield staleness, hours, loss.mean, loss.low, loss.high
