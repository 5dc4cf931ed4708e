"""The tables of the validations: one row a check, kept as CSV, of which a part may be measured anew."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

YES, NO = "yes", "NO"


class Judged(Protocol):
    """A row that says whether its limit is kept."""

    @property
    def passed(self) -> str:
        """``yes``, ``NO``, or empty for a figure that is only reported."""


Kind = TypeVar("Kind")
Verdict = TypeVar("Verdict", bound=Judged)


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    check : str
        What was asked.
    measured, low, high : str
        The figure and its 95% interval (where the check says so, another); empty where there is none.
    limit, passed : str
        What it must keep to, and "yes" or "NO"; both empty for a figure that is only reported.
    version, seeds : str
        Of the program, and of what was simulated.
    """

    check: str
    measured: str
    low: str
    high: str
    limit: str
    passed: str
    version: str
    seeds: str


def verdict(passed: bool | None) -> str:  # noqa: FBT001 - a verdict is what it is asked for
    """Return a verdict as a table has it; empty for None, a figure that is only reported."""
    return "" if passed is None else YES if passed else NO


def within(limits: tuple[float, float]) -> str:
    """Return two limits as a table has them.

    Examples
    --------
    >>> within((0.045, 0.055))
    '0.045 to 0.055'
    """
    return f"{limits[0]:g} to {limits[1]:g}"


def failed(rows: Iterable[Judged]) -> int:
    """Return what a validation ends with: 1 where a limit is not kept, else 0."""
    return int(any(row.passed == NO for row in rows))


def read_rows(path: Path, kind: type[Kind]) -> list[Kind]:
    """Return the rows of a table; none where it does not exist.

    Parameters
    ----------
    path : Path
    kind : type
        A dataclass whose fields are the columns; those that are whole numbers are read as such.
    """
    if not path.exists():
        return []
    whole = {item.name for item in fields(_columns(kind)) if item.type in ("int", int)}
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        kind(**{name: int(text) if name in whole else text for name, text in row.items()}) for row in rows
    ]


def write_rows(path: Path, kind: type[Kind], rows: Sequence[Kind]) -> None:
    """Write a table; parameters as `read_rows`."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([item.name for item in fields(_columns(kind))])
        writer.writerows(astuple(_columns(row)) for row in rows)


def _columns(kind: Any) -> Any:
    """Return a dataclass, or a value of it, as one: a type variable cannot be bound to them."""
    return kind


def renewed(
    kept: Sequence[Kind],
    new: Mapping[str, Sequence[Kind]],
    part_of: Callable[[Kind], str],
    parts: Iterable[str],
) -> list[Kind]:
    """Return a table with some of its parts measured anew.

    Parameters
    ----------
    kept : sequence of rows
        The table as it was.
    new : mapping of str to sequence of rows
        By the part that was measured; the other parts stay as they were.
    part_of : callable
        From a row to its part.
    parts : iterable of str
        All parts, in the order of the table; rows of no part are left out.
    """
    return [
        row
        for part in parts
        for row in (new[part] if part in new else [one for one in kept if part_of(one) == part])
    ]
