"""How a store is reached: an SQLite file, or a PostgreSQL database; what the database refuses is told as bad input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from simulations.errors import BadInput, Problem

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

#: What keeps an SQLite file whole whatever happens (`synchronous`), and lets others read while it is written.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
#: Milliseconds that PostgreSQL waits for another import, as SQLite does by its `busy_timeout`.
PATIENCE = 5_000
#: Of the lock that one import holds in PostgreSQL until it is done: any number that others do not use.
LOCK = 7_016_245_911
POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
FORMS = "give a file such as pipeline.db, or a database such as postgresql://user@host/name"
NO_DRIVER = "PostgreSQL needs its driver: install pipecast with the extra `postgres`"
BUSY = "is being written by another run; wait until that is done, and repeat"
NO_DATABASE = "is no store: the file is not an SQLite database; name another file"
DAMAGED = "is damaged: {said}; go back to a copy of it, or import the exports anew into another file"
REFUSED = "cannot be used: {said}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is.

    Attributes
    ----------
    name : str
        As it is shown, without a password.
    url : URL
    file : Path or None
        None where it is no file.
    """

    name: str
    url: URL
    file: Path | None

    def refuse(self, why: str) -> BadInput:
        """Return what is said of a store that cannot be used."""
        return BadInput([Problem(self.name, "", "store", "", why)])


def address_of(text: Path | str) -> Address:
    """Return the address that a path or a URL names.

    Raises
    ------
    BadInput
        It names neither a file nor a PostgreSQL database, or the driver is not installed.
    """
    written = str(text)
    if "://" not in written:
        return Address(written, URL.create("sqlite", database=written), Path(written))
    try:
        url = make_url(written)
    except exc.ArgumentError:
        raise BadInput([Problem("--store", "", "", written, FORMS)]) from None
    name = url.render_as_string(hide_password=True)
    if url.drivername == "sqlite" and url.database:
        return Address(name, url, Path(url.database))
    if url.drivername not in POSTGRES:
        raise BadInput([Problem("--store", "", "", name, FORMS)])
    if find_spec("psycopg") is None:
        raise BadInput([Problem("--store", "", "", name, NO_DRIVER)])
    return Address(name, url.set(drivername="postgresql+psycopg"), None)


def engine_of(address: Address) -> Engine:
    """Return the engine of an address; nothing is opened yet."""
    engine = sa.create_engine(address.url, poolclass=NullPool)
    if address.file is not None:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Set what holds for a connection; transactions begin by `_begin` alone, never by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine, address: Address) -> Iterator[Connection]:
    """Give a connection in one transaction, which sees one state of the store."""
    level = {} if address.file else {"isolation_level": "REPEATABLE READ"}
    with _told(address), engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine, address: Address) -> Iterator[Connection]:
    """Give a connection in one transaction that nobody else writes beside: all of it happens, or nothing."""
    with _told(address), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if address.file is None:
            connection.execute(sa.text(f"SET LOCAL lock_timeout = {PATIENCE}"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        yield connection


@contextmanager
def _told(address: Address) -> Iterator[None]:
    """Tell of what the database refuses as of a fault of the store that was named; what we ask wrongly stays a defect."""
    try:
        yield
    except (exc.ProgrammingError, exc.IntegrityError):
        raise
    except exc.DBAPIError as error:
        raise address.refuse(_why(error)) from None


def _why(error: exc.DBAPIError) -> str:
    said = " ".join(str(error.orig).split())
    if "is locked" in said or "lock timeout" in said:
        return BUSY
    if "not a database" in said:
        return NO_DATABASE
    if "malformed" in said or "no such" in said:
        return DAMAGED.format(said=said)
    return REFUSED.format(said=said)
