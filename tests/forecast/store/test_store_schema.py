"""A store of any older schema becomes one of the newest when it is opened, whole or not at all; a newer one is refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from forecast.store import engines, known_at, migrating, open_store
from forecast.store.schema import METADATA
from simulations.errors import BadInput

#: A step of the time to come: it adds a column and fills it.
NEXT = '''
"""Who answers for a snapshot."""
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.add_column("crm_snapshot", sa.Column("signed", sa.Text()))
    op.execute("UPDATE crm_snapshot SET signed = 'nobody'")
'''
BROKEN = NEXT + '    raise OSError("the light went out")\n'


@pytest.fixture
def first_schema(tmp_path, months) -> Path:
    """Return a store with the first schema and one snapshot."""
    path = tmp_path / "old.db"
    with open_store(path, create=True) as store:
        store.add(months[0][1], months[0][0])
    return path


def with_step(monkeypatch, tmp_path: Path, step: str, head: str = "0002") -> None:
    """Let the program know one step more."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "v0002_signed.py").write_text(step)
    monkeypatch.setattr(migrating, "FOLDER", folder)
    monkeypatch.setattr(migrating, "HEAD", head)


def version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (row,) = connection.execute("SELECT version_num FROM pipecast_schema").fetchall()
    return str(row[0])


def test_the_steps_make_the_tables_that_the_program_uses(first_schema):
    """A column that is added to a table of the house needs a step that adds it to the stores that there are."""
    address = engines.address_of(first_schema)
    engine = engines.engine_of(address)
    with engines.reading(engine, address) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrating.VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_newest_schema_is_that_of_the_last_step():
    assert ScriptDirectory(str(migrating.FOLDER)).get_current_head() == migrating.HEAD


def test_an_older_store_is_brought_up_and_keeps_what_it_knows(
    first_schema, months, same_reading, monkeypatch, tmp_path
):
    with_step(monkeypatch, tmp_path, NEXT)
    with open_store(first_schema) as store:
        same_reading(known_at(store, months[0][0]), months[0][1])
        assert store.add(months[1][1], months[1][0]).changed
        same_reading(known_at(store, months[1][0]), months[1][1])
    assert version_of(first_schema) == "0002"
    with closing(sqlite3.connect(first_schema)) as connection:
        assert connection.execute("SELECT signed FROM crm_snapshot WHERE number = 1").fetchone() == (
            "nobody",
        )


def test_a_new_store_takes_all_steps_at_once(tmp_path, months, monkeypatch):
    with_step(monkeypatch, tmp_path, NEXT)
    with open_store(tmp_path / "new.db", create=True) as store:
        store.add(months[0][1], months[0][0])
    assert version_of(tmp_path / "new.db") == "0002"


def test_a_step_that_fails_leaves_the_store_as_it_was(
    first_schema, months, same_reading, monkeypatch, tmp_path
):
    with monkeypatch.context() as patch:
        with_step(patch, tmp_path, BROKEN)
        with pytest.raises(OSError, match="the light went out"):
            open_store(first_schema)
    assert version_of(first_schema) == "0001"
    with closing(sqlite3.connect(first_schema)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(crm_snapshot)")]
    assert "signed" not in columns
    with open_store(first_schema) as store:
        same_reading(known_at(store), months[0][1])


def test_a_store_of_a_newer_program_is_refused_and_left_as_it_is(first_schema, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        with_step(patch, tmp_path, NEXT)
        open_store(first_schema).engine.dispose()
    for create in (False, True):
        with pytest.raises(
            BadInput, match="newer Pipecast: its schema is 0002, and this one knows those up to 0001"
        ):
            open_store(first_schema, create=create)
    assert version_of(first_schema) == "0002"


def test_a_store_with_the_newest_schema_is_opened_without_alembic(first_schema, monkeypatch):
    """Alembic costs a third of a second to load."""
    monkeypatch.setattr(migrating, "_scripts", lambda: pytest.fail("alembic was asked"))
    open_store(first_schema).engine.dispose()
