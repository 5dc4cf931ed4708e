"""A compiled run as it stands at the end of a week, to be gone on with later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulations.engine.memory import Table
from simulations.scenario.model import Cadence

#: What a run has counted so far; the rest of its record are the scenario's numbers and where the tables stand.
COUNTED = ("week", "handed", "ended", "deals_made", "rows_written", "counted_open")
#: How many rows of a table are in use, by the name of the count; the other tables are used whole.
IN_USE = {"deals": "deals_made", "journal": "rows_written"}


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a run has come to by the end of a week.

    Attributes
    ----------
    cadence : Cadence
    seed, replication : int
    own_hours : tuple of int or None
        As in `simulations.reference.simulate`.
    keep_journal : bool
    counted : mapping of str to int
    tables : mapping of str to array
        Copies of the tables that a run writes.
    """

    cadence: Cadence
    seed: int
    replication: int
    own_hours: tuple[int, ...] | None
    keep_journal: bool
    counted: Mapping[str, int]
    tables: Mapping[str, Table]

    @property
    def week(self) -> int:
        """How many weeks of the run have passed."""
        return self.counted["week"]


def copies(world: Table, tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return copies of the tables, as far as they are in use."""
    return {
        name: table[: int(world[IN_USE[name]][0])].copy() if name in IN_USE else table.copy()
        for name, table in tables.items()
    }


def put_back(saved: Saved, world: Table, tables: Mapping[str, Table]) -> None:
    """Write a saved run into tables that are at least as large."""
    for name, count in saved.counted.items():
        world[name] = count
    for name, kept in saved.tables.items():
        place = tuple(slice(0, size) for size in kept.shape)
        tables[name][place] = kept


def fits(saved: Saved, tables: Mapping[str, Table]) -> bool:
    """Return whether tables are large enough for a saved run."""
    return all(
        all(size <= room for size, room in zip(kept.shape, tables[name].shape, strict=True))
        for name, kept in saved.tables.items()
        if name in tables
    )
