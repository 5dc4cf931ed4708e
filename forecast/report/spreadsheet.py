"""Tables for spreadsheets: no cell of text may turn into a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulations.exports.files import harmless, write_files

if TYPE_CHECKING:
    import pandas as pd


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a table as CSV, whole or not at all, and return its path; as `csv_table`."""
    return write_files(path.parent, {path.name: csv_table(header, rows)})[path.name]


def csv_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark.

    Numbers are written in full; text that a spreadsheet would take for a formula gets an apostrophe in
    front; None and nan become empty cells.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequences
        Text, numbers, dates, None.
    """
    target = io.StringIO(newline="")
    # Rows end as RFC 4180 has it; so a return inside a cell is quoted too.
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    # Excel takes UTF-8 for the local code page unless the mark says otherwise.
    return target.getvalue().encode("utf-8-sig")


def frame_table(frame: pd.DataFrame) -> bytes:
    """Return a data frame as CSV, without its index; as `csv_table`."""
    cells = frame.astype(object).where(frame.notna(), None)
    return csv_table([str(name) for name in frame.columns], cells.itertuples(index=False, name=None))


def _safe(cell: object) -> object:
    if isinstance(cell, str):
        return harmless(cell)
    undefined = cell is None or (isinstance(cell, float) and math.isnan(cell))
    return "" if undefined else cell
