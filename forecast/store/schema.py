"""The tables of the store, as the newest schema has them; `migrations` says how older ones become so.

Money is kept in the smallest unit of its currency, times in microseconds since 1970-01-01 of the wall clock that the
CRM shows. Every row of the CRM's tables carries the snapshot in which it was first seen (``since``) and the one, in
the order of recording, in which it was no longer so (``until``): nothing is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from simulations.tables import ACTIVITIES, OPPORTUNITIES, OWNERS, STAGE_HISTORY, TIME

METADATA = sa.MetaData()
#: SQLite numbers its rows by INTEGER, which holds 64 bits there.
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SNAPSHOT = sa.Table(
    "crm_snapshot",
    METADATA,
    sa.Column("number", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("moment_us", sa.BigInteger, nullable=False),
    sa.Column("exported_us", sa.BigInteger, nullable=False),
    sa.Column("recorded_us", sa.BigInteger, nullable=False),
    sa.Column("opportunities", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("shape", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
#: In which order the rows of each table stood in a snapshot: their numbers, packed by `forecast.store.rows`.
SEQUENCE = sa.Table(
    "crm_sequence",
    METADATA,
    sa.Column("snapshot", WHOLE, sa.ForeignKey("crm_snapshot.number"), primary_key=True),
    sa.Column("kept", sa.Text, primary_key=True),
    sa.Column("rows", sa.LargeBinary, nullable=False),
)


def stored_names(columns: Mapping[str, str]) -> dict[str, str]:
    """Return under which names, and as what, the columns of a table of the house are stored.

    Returns
    -------
    dict of str to str
        Name -> ``str``, ``int64`` or ``float64``. Times end in ``_us``. An amount stands in ``amount_minor``, and as it
        was read in ``amount_beyond`` where it is no whole number of the smallest unit.
    """
    names: dict[str, str] = {}
    for name, dtype in columns.items():
        if name == "amount":
            names |= {"amount_minor": "int64", "amount_beyond": "float64"}
        elif dtype == TIME:
            names[f"{name}_us"] = "int64"
        else:
            names[name] = dtype
    return names


def _table(name: str, columns: Mapping[str, str]) -> sa.Table:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "str": sa.Text(),
        "int64": sa.BigInteger(),
        "float64": sa.Double(),
    }
    snapshot = "crm_snapshot.number"
    return sa.Table(
        name,
        METADATA,
        sa.Column("row", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("since", WHOLE, sa.ForeignKey(snapshot), nullable=False),
        sa.Column("until", WHOLE, sa.ForeignKey(snapshot), nullable=True),
        *(sa.Column(column, kinds[dtype]) for column, dtype in stored_names(columns).items()),
        sa.Index(f"{name}_until", "until"),
    )


#: Table of `simulations.tables.CrmTables` -> its columns there.
KEPT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "opportunities": OPPORTUNITIES,
        "stage_history": STAGE_HISTORY,
        "activities": ACTIVITIES,
        "owners": OWNERS,
    }
)
_NAMES = {
    "opportunities": "crm_opportunity",
    "stage_history": "crm_stage_visit",
    "activities": "crm_activity",
    "owners": "crm_owner",
}
TABLES: Mapping[str, sa.Table] = MappingProxyType(
    {kept: _table(_NAMES[kept], columns) for kept, columns in KEPT.items()}
)
