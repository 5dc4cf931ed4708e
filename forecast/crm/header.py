"""Where a table begins in a text: the separator of its fields, and the row that names its columns."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulations.errors import BadInput, Problem

SEPARATORS = (",", ";", "\t", "|")
#: Records looked at to find separator and header.
LOOKED_AT = 200
#: Characters in which separator and header are looked for.
HEAD = 4_000_000


def records_of(text: str, separator: str) -> Iterator[list[str]]:
    """Return the records of a delimited text, each a list of fields."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def find_separator(path: Path, text: str, known: str | None) -> tuple[str, int]:
    """Return the separator under which most records are equally wide (or the known one), and that width."""
    best = (0, "", 0)
    for separator in (known,) if known else SEPARATORS:
        width, count = _usual_width(text, separator)
        if width > 1 and count * width > best[0]:
            best = (count * width, separator, width)
    if not best[1]:
        first = next(iter(text[:HEAD].strip().splitlines()), "")[:60]
        raise BadInput(
            [
                Problem(
                    str(path),
                    "line 1",
                    "",
                    first,
                    "no columns can be told apart; the fields must be separated by comma, semicolon or tab, "
                    "below a header row",
                )
            ]
        )
    return best[1], best[2]


def _usual_width(text: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    with contextlib.suppress(csv.Error):  # a cell without end: what stands before it counts
        for number, cells in enumerate(records_of(text[:HEAD], separator)):
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
        for line in io.StringIO(text[:HEAD], newline=""):
            taken += len(line)
            yield line

    reader = csv.reader(counted(), delimiter=separator)
    headers: list[str] = []
    for cells in reader:
        if len(cells) == width and sum(bool(cell.strip()) for cell in cells) > width / 2:
            headers = cells
            break
    return tuple(header.strip() for header in headers), taken, reader.line_num


def refuse_data_as_header(path: Path, headers: Sequence[str], line: int) -> None:
    """Refuse a first row in which more cells are numbers or dates than can be names of columns."""
    filled = [header for header in headers if header]
    looks = [cell for cell in filled if cell[0].isdigit() or cell[0] in "+-$€£"]
    if not filled or len(looks) >= max(2, 0.4 * len(filled)):
        shown = ", ".join(filled[:4])
        raise BadInput(
            [
                Problem(
                    str(path),
                    f"line {line}",
                    "header",
                    shown,
                    "the file has no header row: its first row holds data; "
                    "export again with the names of the columns in the first row",
                )
            ]
        )
