"""The sheet of quotas that goes back: as CSV, and as a workbook where the library for it is there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from forecast.report.spreadsheet import csv_table, frame_table
from simulations.exports.files import harmless

if TYPE_CHECKING:
    from forecast.quota.quotas import Quotas

#: Date that every part of a workbook carries, so that the same result gives the same bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)


def quota_files(found: Quotas) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the tables: a row for each rep, team and the company; the curves point by point.

    The sheet is also given as a workbook where openpyxl is installed.
    """
    frame = found.to_frame()
    yield "quotas.csv", frame_table(frame)
    if find_spec("openpyxl") is not None:
        cells = frame.astype(object).where(frame.notna(), None)
        yield (
            "quotas.xlsx",
            workbook(list(map(str, frame.columns)), list(cells.itertuples(index=False, name=None))),
        )
    rows = [
        (each.level, each.name, point["chance"], point["quota"], point["low"], point["high"])
        for each in found.curves
        for point in each.to_dict()["curve"]
    ]
    yield "quota_curves.csv", csv_table(("level", "name", "chance", "quota", "low", "high"), rows)


def workbook(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return a table as a workbook of one sheet; text that would be a formula gets an apostrophe in front.

    Parameters
    ----------
    header : sequence of str
    rows : sequence of sequences
        Text, numbers, None.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "quotas"
    for line, row in enumerate([header, *rows], 1):
        for column, cell in enumerate(row, 1):
            value = harmless(cell) if isinstance(cell, str) else cell
            sheet.cell(line, column, value)
    target = io.BytesIO()
    book.save(target)
    return _undated(target.getvalue())


def _undated(content: bytes) -> bytes:
    """Return a zip file whose parts all carry the same date, and no moment of saving in its properties."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            if name == "docProps/core.xml":
                text = _without_moments(text)
            new.writestr(zipfile.ZipInfo(name, NO_DATE), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _without_moments(text: bytes) -> bytes:
    import re

    return re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", text)
