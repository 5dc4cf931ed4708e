"""From an Excel workbook to the text of one of its sheets: what a CSV export of it would have said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.findings import Finding, first_examples
from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

#: The first bytes of a workbook since 2007 (a zip), and of one before it or behind a password.
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SUFFIXES = (".xlsx", ".xlsm")
#: A small file can unpack into one that fills the memory.
LARGEST_UNPACKED = 2_000_000_000
#: Of a sheet: Excel's own limit is 16,384 columns.
MOST_COLUMNS = 2_000
#: A number with so many decimals would read as one with groups of thousands.
GROUP = 3
#: A cell with a formula and nothing that it came to; an empty text (``t="str"``) is something.
NO_VALUE = re.compile(
    rb'<c(?![^>]*\bt="str")(?=[^>]*\br="(?P<cell>[A-Z]+[0-9]+)")[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
BLOCK = 1 << 22
NEEDS = "reading Excel needs openpyxl: install pipecast[excel], or save the sheet as CSV UTF-8"


def workbook_text(path: Path, wanted: str | None) -> tuple[str, tuple[Finding, ...]]:
    """Return a sheet as comma-separated text, one line for each row, empty rows included, and what was noticed.

    Dates become ISO dates, numbers are written with a decimal point so that they read one way, line
    breaks inside a cell become blanks. So the number of a line is the number of the row.

    Parameters
    ----------
    path : Path
    wanted : str or None
        Name of the sheet; without it the only one that holds a table.

    Raises
    ------
    BadInput
        If openpyxl is not installed, the file is no workbook that it reads, is too large unpacked, has no
        sheet of that name, or has several sheets with a table and none was named.
    """
    book = _opened(path)
    try:
        chosen = {sheet.title: sheet for sheet in _chosen(path, book, wanted)}
        texts = {title: _text(path, sheet) for title, sheet in chosen.items()}
        noticed = {title: _uncalculated(path, sheet) for title, sheet in chosen.items()}
    except BadInput:
        raise
    except Exception as error:  # noqa: BLE001 - of a damaged file openpyxl lets through whatever its parts raise
        said = f"is damaged: {type(error).__name__}; save it again, or as CSV UTF-8"
        raise _refused(path, "", "", said) from None
    finally:
        book.close()
    filled = {title: text for title, text in texts.items() if text.count("\n") > 1}
    if len(filled) > 1:
        allowed = "several sheets hold a table; name the one to read with `sheet:` in a mapping file, or save it alone"
        raise _refused(path, "sheet", ", ".join(filled), allowed)
    if not filled:
        raise _refused(path, "", "", "no sheet holds a header row and rows below it")
    title, text = next(iter(filled.items()))
    return text, noticed[title]


def _opened(path: Path) -> Workbook:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise _refused(path, "", "", NEEDS) from None
    _check_size(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions that it leaves out; none of them holds data.
            warnings.simplefilter("ignore")
            # From memory: a damaged file would be left open.
            return load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - as above
        said = f"is no Excel workbook that can be read ({type(error).__name__}); save the sheet as CSV UTF-8"
        raise _refused(path, "", "", said) from None


def _uncalculated(path: Path, sheet: Any) -> tuple[Finding, ...]:
    """Return what is said of formulas without a value: a program that writes them does not always calculate them."""
    part = sheet._worksheet_path.lstrip("/")  # openpyxl tells nowhere else which part a sheet is
    cells: list[str] = []
    with zipfile.ZipFile(path) as packed, packed.open(part) as content:
        rest = b""
        while block := content.read(BLOCK):
            # Whole cells only: what follows the last end of one belongs to the next block.
            whole, end, rest = (rest + block).rpartition(b"</c>")
            rest = rest if end else whole + rest
            cells += [found["cell"].decode() for found in NO_VALUE.finditer(whole + end)]
    if not cells:
        return ()
    return (
        Finding(
            "formulas_without_values",
            "serious",
            len(cells),
            first_examples(cells),
            "The workbook holds formulas that no spreadsheet program has calculated, so their cells are read as empty",
            "Open it in a spreadsheet program and save it, or export the sheet as CSV; then read it again",
        ),
    )


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _refused(
            path, "", "", "is a damaged zip file, no Excel workbook; save the sheet again"
        ) from None
    if size > LARGEST_UNPACKED:
        allowed = f"unpacks to more than {LARGEST_UNPACKED:,} bytes; save the sheet as CSV UTF-8"
        raise _refused(path, "", f"{size:,} bytes", allowed)


def _chosen(path: Path, book: Workbook, wanted: str | None) -> list[Any]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if wanted is None:
        return list(sheets)
    named = [sheet for sheet in book.worksheets if sheet.title == wanted]
    if not named:
        raise _refused(
            path, "sheet", wanted, f"is no sheet of this workbook; there is {', '.join(book.sheetnames)}"
        )
    return named


def _text(path: Path, sheet: Any) -> str:
    sheet.reset_dimensions()  # what the file says of its own size is often wrong
    rows = [_filled(path, sheet, row) for row in sheet.iter_rows(values_only=True)]
    width = max(map(len, rows), default=0)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        cells + [""] * (width - len(cells)) if cells else [] for cells in rows
    )
    return text.getvalue()


def _filled(path: Path, sheet: Any, row: Iterable[object]) -> list[str]:
    """Return the cells of a row up to the last that holds something."""
    cells = [_cell(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        allowed = f"has more than {MOST_COLUMNS:,} columns; export only the table"
        raise _refused(path, "sheet", str(sheet.title), allowed)
    return cells


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return re.sub(r"\s*[\r\n]+\s*", " ", str(value)).strip()


def _number(value: float) -> str:
    """Return a number with a decimal point; 1.234 as 1.2340, since that is no group of thousands.

    Examples
    --------
    >>> _number(1200), _number(1200.0), _number(1.234), _number(0.5)
    ('1200', '1200', '1.2340', '0.5')
    """
    text = repr(value)
    if float(value).is_integer() and "e" not in text:
        return text.removesuffix(".0")
    decimals = text.partition(".")[2]
    return f"{text}0" if len(decimals) == GROUP and decimals.isdigit() else text


def _refused(path: Path, field: str, value: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(path), "", field, value, allowed)])
