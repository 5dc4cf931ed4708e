"""The table of speed: what was measured, several times each, and what it is held against."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PLENTY = 1_000  # from here on, digits behind the point say nothing


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one figure: median, lowest and highest, in the unit of its row."""

    median: float
    lowest: float
    highest: float
    runs: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the spread of at least one value."""
        found = list(values)
        return cls(statistics.median(found), min(found), max(found), len(found))


@dataclass(frozen=True, slots=True)
class Target:
    """What a median is to keep to: at least or at most a limit, in the unit of its row."""

    limit: float
    at_least: bool = False

    def kept(self, median: float) -> bool:
        """Return whether a median keeps to it."""
        return median >= self.limit if self.at_least else median <= self.limit

    def __str__(self) -> str:
        """Return it in words."""
        return f"at {'least' if self.at_least else 'most'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    part : str
        The rows that are measured together; what ``--only`` names.
    name : str
        What is measured.
    unit : str
        Of the figures; ``times`` where it is a ratio.
    spread : Spread, optional
        None where nothing could be measured; then ``note`` says why.
    target : Target, optional
        A row without one is a report.
    note : str
        What this run met: how many customers, which commit, why a row is missing.
    fault : str
        What was wrong beside the figure; a row with a fault keeps no target.
    """

    part: str
    name: str
    unit: str
    spread: Spread | None
    target: Target | None = None
    note: str = ""
    fault: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the target is kept; None where there is none, or nothing was measured."""
        if self.target is None or self.spread is None:
            return None
        return not self.fault and self.target.kept(self.spread.median)

    def to_dict(self) -> dict[str, object]:
        """Return the row for machines; a figure that is missing is null."""
        found = self.spread
        return {
            "part": self.part,
            "name": self.name,
            "unit": self.unit,
            "median": found and found.median,
            "lowest": found and found.lowest,
            "highest": found and found.highest,
            "runs": found and found.runs,
            "target": self.target and str(self.target),
            "kept": self.kept,
            "note": self.note,
            "fault": self.fault,
        }


def missing(part: str, name: str, unit: str, why: str, target: Target | None = None) -> Row:
    """Return a row that could not be measured, and why."""
    return Row(part, name, unit, None, target, why)


TITLES = ("", "median", "lowest to highest", "unit", "target", "kept")


def printed(rows: Sequence[Row]) -> str:
    """Return the table as text, its notes below it, numbered."""
    notes = [f"{row.fault}: {row.note}" if row.fault else row.note for row in rows]
    said = list(dict.fromkeys(note for note in notes if note))  # rows that share a note share its number
    marks = [f" [{said.index(note) + 1}]" if note else "" for note in notes]
    table = [TITLES, *(_cells(row, mark) for row, mark in zip(rows, marks, strict=True))]
    widths = [max(len(line[i]) for line in table) for i in range(len(TITLES))]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in table]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:], *_numbered(said)])


def _numbered(notes: Sequence[str]) -> list[str]:
    return [f"\n[{number}] {note}" for number, note in enumerate(notes, 1)]


def _cells(row: Row, mark: str) -> tuple[str, ...]:
    target = "" if row.target is None else str(row.target)
    if row.spread is None:
        return row.name + mark, "not measured", "", row.unit, target, ""
    kept = {None: "", True: "yes", False: "NO"}[row.kept]
    low, high = _digits(row.spread.lowest), _digits(row.spread.highest)
    between = f"{low} to {high}" if row.spread.runs > 1 else "one run"
    return row.name + mark, _digits(row.spread.median), between, row.unit, target, kept


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= PLENTY else f"{value:.3g}"
