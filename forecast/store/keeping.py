"""Rows in the store: only what is new since the snapshot before is written, and what is no more is marked so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import sqlalchemy as sa

from forecast.store.content import Content
from forecast.store.rows import BATCH, Columns, Ints, columns_of, matched, pack, records_of, taken, unpack
from forecast.store.schema import KEPT, SEQUENCE, TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """Opportunities of a snapshot against the one recorded before it.

    Attributes
    ----------
    new, revised, gone, same : int
        Not there before; there with another content; no longer there; as before.
    strangers : bool
        Whether the store held opportunities, and none of them is in this snapshot.
    """

    new: int
    revised: int
    gone: int
    same: int
    strangers: bool = False

    def to_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: count for name, count in asdict(self).items() if name != "strangers"}


def keep(connection: Connection, number: int, content: Content) -> Counts:
    """Write the rows of a snapshot, and return what became of the opportunities.

    Parameters
    ----------
    connection : Connection
        In the transaction of the import.
    number : int
        Of the snapshot.
    content : Content
    """
    for kept in ("stage_history", "activities", "owners"):
        _keep_table(connection, number, kept, content.tables[kept])
    return _keep_table(connection, number, "opportunities", content.tables["opportunities"])


def _keep_table(connection: Connection, number: int, kept: str, new: Columns) -> Counts:
    table = TABLES[kept]
    numbers, old = _read(connection, kept, table.c.until.is_(None))
    at = matched(old, new)
    fresh = np.flatnonzero(at < 0)
    first = connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.row), 0))).scalar_one() + 1
    rows = np.where(at >= 0, np.append(numbers, 0)[at], 0)
    rows[fresh] = first + np.arange(len(fresh))
    for batch in records_of(taken(new, fresh), rows[fresh], number):
        connection.execute(sa.insert(table), batch)
    gone = np.setdiff1d(np.arange(len(numbers)), at)
    _end(connection, table, numbers[gone], number)
    connection.execute(
        sa.insert(SEQUENCE), [{"snapshot": number, "kept": kept, "rows": pack(rows.astype(np.int64))}]
    )
    return _counts(connection, new, old, at) if kept == "opportunities" else Counts(0, 0, 0, 0)


def _end(connection: Connection, table: sa.Table, rows: Ints, number: int) -> None:
    """Mark rows as no longer so."""
    if len(rows):
        statement = sa.update(table).where(table.c.row == sa.bindparam("gone")).values(until=number)
        connection.execute(statement, [{"gone": row} for row in rows.tolist()])


def _counts(connection: Connection, new: Columns, old: Columns, at: Ints) -> Counts:
    before, now = pd.Index(old["id"]), pd.Index(new["id"])
    same = int((at >= 0).sum())
    again = int(now.isin(before).sum())
    gone = len(before) - int(before.isin(now).sum())
    strangers = again == 0 and len(before) > 0 and len(now) > 0 and not _known(connection, now)
    return Counts(len(now) - again, again - same, gone, same, strangers)


def _known(connection: Connection, ids: pd.Index) -> bool:
    """Return whether any of some ids, all just written, was ever in the store before."""
    table = TABLES["opportunities"]
    ever = connection.execute(sa.select(table.c.id).where(table.c.until.is_not(None)).distinct()).scalars()
    return bool(pd.Index(list(ever)).isin(ids).any())


def kept_rows(connection: Connection, number: int, kept: str) -> Columns:
    """Return the rows of a table as they stood in a snapshot, in their order."""
    table = TABLES[kept]
    there = (table.c.since <= number) & (table.c.until.is_(None) | (table.c.until > number))
    numbers, found = _read(connection, kept, there)
    packed = connection.execute(
        sa.select(SEQUENCE.c.rows).where((SEQUENCE.c.snapshot == number) & (SEQUENCE.c.kept == kept))
    ).scalar_one()
    place = pd.Index(numbers).get_indexer(pd.Index(unpack(packed)))
    return taken(found, place)


def _read(connection: Connection, kept: str, where: sa.ColumnElement[bool]) -> tuple[Ints, Columns]:
    """Return the rows of a table that satisfy a condition, with their numbers."""
    table = TABLES[kept]
    columns = [column for column in table.c if column.name not in ("since", "until")]
    asked = sa.select(*columns).where(where).order_by(table.c.row)
    rows = connection.execute(asked.execution_options(stream_results=True))
    numbers: list[Ints] = [np.zeros(0, dtype=np.int64)]
    parts = [columns_of([], KEPT[kept])]
    for found in rows.partitions(BATCH):
        numbers.append(np.array([row[0] for row in found], dtype=np.int64))
        parts.append(columns_of([row[1:] for row in found], KEPT[kept]))
    return np.concatenate(numbers), {
        name: np.concatenate([part[name] for part in parts]) for name in parts[0]
    }
