"""Where a table begins in a text: the separator of its fields, and the row that names its columns."""

from __future__ import annotations

import contextlib
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulations.errors import BadInput, Problem

SEPARATORS = (",", ";", "\t", "|")
#: Records looked at to find separator and header.
LOOKED_AT = 200
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
#: Characters by which another format shows itself.
MARKUP = 40
#: Fields by which a row of names may be narrower or wider than the rows, to be told as that.
OFF = 2
#: Share of the records of the best separator that another must fit to be weighed against it.
NEARLY = 0.9


def records_of(text: str, separator: str) -> Iterator[list[str]]:
    """Return the records of a delimited text, each a list of fields; what is not asked for is not read."""
    return csv.reader(lines_of(text), delimiter=separator)


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, as ``io.StringIO(text, newline="")`` does, which copies all of it first."""
    return (found.group() for found in _LINE.finditer(text))


def find_separator(path: Path, text: str, known: str | None) -> tuple[str, int]:
    """Return the separator under which most records are equally wide (or the known one), and that width.

    Of separators that fit nearly as many records the one that makes them widest counts: a name or an amount
    with a comma must not beat the semicolons that all records share.
    """
    _refuse_other_format(path, text)
    found = {one: _usual_width(text, one) for one in ((known,) if known else SEPARATORS)}
    most = max(count for _, count in found.values())
    fitting = {one: width for one, (width, count) in found.items() if width and count >= NEARLY * most}
    if not fitting:
        first = next(iter(text.strip().splitlines()), "")[:60]
        allowed = "no columns can be told apart; the fields must be separated by comma, semicolon or tab, below a header row"
        raise BadInput([Problem(str(path), "line 1", "", first, allowed)])
    best = max(fitting, key=lambda one: fitting[one] * found[one][1])
    return best, fitting[best]


def _refuse_other_format(path: Path, text: str) -> None:
    """Refuse what is text but no table: a web page under the name of a workbook, JSON."""
    start = text.lstrip("\ufeff \t\r\n")[:MARKUP].casefold()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<body", "<meta")):
        allowed = (
            "is a web page or XML, whatever it is called; open it in Excel and save it as .xlsx or CSV UTF-8"
        )
    elif start.startswith(('{"', "[{", "{\n", "{ ", "[\n")):
        allowed = "is JSON, no table; export it as CSV or Excel"
    else:
        return
    raise BadInput([Problem(str(path), "line 1", "", start[:30], allowed)])


def _usual_width(text: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    with contextlib.suppress(csv.Error):  # a cell without end: what stands before it counts
        for number, cells in enumerate(records_of(text, separator)):
            if number == LOOKED_AT:
                break
            if len(cells) > 1:
                widths[len(cells)] += 1
    return widths.most_common(1)[0] if widths else (0, 0)


def find_header(text: str, separator: str, width: int) -> tuple[tuple[str, ...], int, int]:
    """Return the headers, the offset of the first character after them, and their last line."""
    taken = 0

    def counted() -> Iterator[str]:
        nonlocal taken
        for line in lines_of(text):
            taken += len(line)
            yield line

    reader = csv.reader(counted(), delimiter=separator)
    headers: list[str] = []
    for cells in reader:
        if len(cells) == width and sum(bool(cell.strip()) for cell in cells) > width / 2:
            headers = cells
            break
    return tuple(header.strip().strip("\ufeff") for header in headers), taken, reader.line_num


def refuse_data_as_header(path: Path, headers: Sequence[str], above: str, separator: str) -> None:
    """Refuse a first row in which more cells are numbers or dates than can be names of columns.

    Parameters
    ----------
    path : Path
    headers : sequence of str
        The cells of the row.
    above : str
        The text up to its end: a row of names of another width may stand before it.
    separator : str
    """
    filled = [header for header in headers if header]
    looks = [cell for cell in filled if cell[0].isdigit() or cell[0] in "+-$€£"]
    if filled and len(looks) < max(2, 0.4 * len(filled)):
        return
    records = [cells for cells in records_of(above, separator) if cells]
    allowed = (
        "the file has no header row: its first row holds data; "
        "export again with the names of the columns in the first row"
    )
    if len(records) > 1 and abs(len(records[-2]) - len(headers)) <= OFF and len(records[-2]) > OFF:
        allowed = (
            f"the row above has {len(records[-2])} fields and this one {len(headers)}, so it does not name these columns; "
            "give every column a name, and leave no separator at the end of the rows alone"
        )
    line = above.count("\n") or 1
    raise BadInput([Problem(str(path), f"line {line}", "header", ", ".join(filled[:4]), allowed)])
