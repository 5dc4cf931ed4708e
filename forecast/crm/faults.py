"""Collecting everything that is wrong in one sheet, to be said at once."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from forecast.crm.sheet import Sheet
from simulations.errors import BadInput, Problem

LINES_SHOWN = 5
VALUES_SHOWN = 3
LONGEST_VALUE = 60
LONGEST_HEADER = 60


class Faults:
    """The problems of one sheet, one for each kind: first lines, first values, and how many."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._problems: list[Problem] = []

    def add(self, field: str, values: pd.Series, allowed: str) -> None:
        """Note that the given values (indexed by record) are wrong; nothing is noted for none."""
        if values.empty:
            return
        first = dict.fromkeys(int(number) for number in values.index)
        lines = self._sheet.lines(list(first)[:LINES_SHOWN])
        more = f" and {len(first) - LINES_SHOWN:,} more" if len(first) > LINES_SHOWN else ""
        word = "line" if len(first) == 1 else "lines"
        shown = ", ".join(str(value)[:LONGEST_VALUE] for value in values.iloc[:VALUES_SHOWN])
        self._problems.append(
            Problem(
                self._sheet.file, f"{word} {', '.join(map(str, lines))}{more}", short(field), shown, allowed
            )
        )

    def add_file(self, field: str, value: str, allowed: str) -> None:
        """Note something that is wrong with the whole file."""
        self._problems.append(Problem(self._sheet.file, "", short(field), short(value), allowed))

    def raise_any(self) -> None:
        """Raise BadInput with all that was noted, if anything was."""
        if self._problems:
            raise BadInput(self._problems)


def listed(headers: Iterable[str], most: int = 12) -> str:
    """Return headers as one readable list, cut where it grows too long."""
    every = [short(header) for header in headers if header]
    tail = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + tail


def short(text: str) -> str:
    """Return a header or value that fits into a message."""
    return text if len(text) <= LONGEST_HEADER else f"{text[: LONGEST_HEADER - 1]}…"
