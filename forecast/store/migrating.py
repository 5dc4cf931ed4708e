"""Which schema a store has, and how it is brought to the newest: alembic, all steps in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from forecast.store.engines import Address, reading, writing
from forecast.store.schema import METADATA

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection, Engine

#: The newest schema; written out so that a store that has it is opened without alembic.
HEAD = "0001"
FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "pipecast_schema"
EMPTY = "holds nothing yet; put an export into it with `pipecast import EXPORT --store`"
FOREIGN = "is a database of another program: it has tables, but none that says it is a store of Pipecast; name another file"
NEWER = "was written by a newer Pipecast: its schema is {found}, and this one knows those up to {head}; update Pipecast"


def bring_up(engine: Engine, address: Address, *, create: bool) -> None:
    """Bring a store to the newest schema.

    Parameters
    ----------
    engine : Engine
    address : Address
    create : bool
        Whether one that is still empty is made a store.

    Raises
    ------
    BadInput
        The store is empty and is not to be made, belongs to another program, or is of a newer schema.
    """
    with reading(engine, address) as connection:
        found = schema_version(connection, address)
    if found == HEAD:
        return
    if found is None and not create:
        raise address.refuse(EMPTY)
    scripts = _scripts()
    if found is not None and found not in {step.revision for step in scripts.walk_revisions()}:
        raise address.refuse(NEWER.format(found=found, head=HEAD))
    with writing(engine, address) as connection:
        _upgrade(connection, scripts, schema_version(connection, address))


def schema_version(connection: Connection, address: Address) -> str | None:
    """Return the schema of a store; None where it is still empty.

    Raises
    ------
    BadInput
        It belongs to another program.
    """
    there = set(sa.inspect(connection).get_table_names())
    if VERSION_TABLE in there:
        rows = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).all()  # noqa: S608 - a constant
        return str(rows[0][0]) if rows else None
    ours = set(METADATA.tables)
    if there & ours or (there and address.file is not None):
        raise address.refuse(FOREIGN)
    return None


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(FOLDER))


def _upgrade(connection: Connection, scripts: ScriptDirectory, found: str | None) -> None:
    """Run the steps that are missing, each noted in the store as it is done; the caller's transaction holds them all."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE, "transactional_ddl": True}
    )
    for step in reversed(list(scripts.iterate_revisions("head", found or "base"))):
        with Operations.context(context):
            step.module.upgrade()
        context.stamp(scripts, step.revision)
