"""What a store refuses, with what to do about it; and that nothing is written then."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from threading import Thread

import pandas as pd
import pytest

from forecast.store import engines, known_at, open_store
from simulations.errors import BadInput


def refused(match: str):
    return pytest.raises(BadInput, match=match)


def test_a_store_that_does_not_exist_is_not_made_by_reading(tmp_path):
    with refused("no such file; put an export into it with `pipecast import"):
        open_store(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_not_made(tmp_path):
    with refused("its folder does not exist"):
        open_store(tmp_path / "none" / "pipeline.db", create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("not a database, but long enough to be taken for one " * 50)
    before = path.read_bytes()
    with refused("is no store: the file is not an SQLite database"):
        open_store(path, create=True)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_as_it_is(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (number INTEGER)")
    connection.close()
    with refused("database of another program"):
        open_store(path, create=True)
    with sqlite3.connect(path) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["invoices"]
    connection.close()


def test_a_folder_is_no_store(tmp_path):
    with refused("cannot be used: unable to open database file"):
        open_store(tmp_path)


def test_an_empty_file_holds_nothing_yet(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    with refused("holds nothing yet"):
        open_store(path)


def test_an_empty_store_knows_nothing(store):
    with refused("holds no snapshot yet"):
        known_at(store)


def test_nothing_is_known_before_the_first_snapshot(store, months):
    store.add(months[1][1], months[1][0])
    with refused("knows nothing before 2026-06-01 00:00, its earliest snapshot"):
        known_at(store, months[0][0])
    with refused("held nothing at 2000-01-01 00:00"):
        known_at(store, recorded_by=pd.Timestamp("2000-01-01"))


def test_another_currency_is_refused_and_nothing_is_written(store, months):
    moment, read = months[0]
    store.add(read, moment)
    rows = read.tables.opportunities.assign(currency="EUR")
    foreign = replace(read, tables=replace(read.tables, opportunities=rows))
    with refused("its amounts are in USD, and those of the export in EUR"):
        store.add(foreign, months[1][0])
    unnamed = replace(read, tables=replace(read.tables, opportunities=rows.assign(currency=None)))
    with refused("a currency that it does not name"):
        store.add(unnamed, months[1][0])
    assert len(store.snapshots()) == 1


def test_an_export_without_amounts_has_no_currency_to_be_wrong(store, months):
    moment, read = months[0]
    store.add(read, moment)
    rows = read.tables.opportunities.assign(currency=None, amount=float("nan")).astype({"currency": "str"})
    bare = replace(read, tables=replace(read.tables, opportunities=rows))
    assert store.add(bare, months[1][0]).changed


def test_the_export_of_another_team_is_refused_and_nothing_is_written(store, months):
    moment, read = months[0]
    store.add(read, moment)
    tables = read.tables
    renamed = replace(
        tables,
        opportunities=tables.opportunities.assign(id="other " + tables.opportunities["id"]),
        stage_history=tables.stage_history.assign(id="other " + tables.stage_history["id"]),
    )
    with refused(r"none of its \d+ opportunities is in the export"):
        store.add(replace(read, tables=renamed), months[1][0])
    assert len(store.snapshots()) == 1
    with sqlite3.connect(store.address.file) as connection:
        assert connection.execute("SELECT COUNT(*) FROM crm_opportunity WHERE since > 1").fetchone() == (0,)
    connection.close()


def test_an_amount_beyond_all_money_is_refused(store, months):
    moment, read = months[0]
    rows = read.tables.opportunities.assign(amount=1e17)
    with refused("more than can be counted to the cent"):
        store.add(replace(read, tables=replace(read.tables, opportunities=rows)), moment)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE crm_opportunity SET amount_minor = amount_minor + 1 WHERE row = 5",
        "DELETE FROM crm_stage_visit WHERE row = 5",
        "UPDATE crm_snapshot SET about = replace(about, 'serious', 'note') || ' '",
    ],
)
def test_a_store_that_was_changed_by_hand_gives_no_number(store, months, damage):
    store.add(months[0][1], months[0][0])
    with sqlite3.connect(store.address.file) as connection:
        connection.execute(damage)
    connection.close()
    with refused("is not as it was recorded; go back to a copy"):
        known_at(store)


def test_a_damaged_file_is_told_as_such(store, months, tmp_path):
    store.add(months[0][1], months[0][0])
    with sqlite3.connect(store.address.file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(store.address.file.read_bytes())
    content[4096 * 6 :] = b"\xff" * (len(content) - 4096 * 6)
    (tmp_path / "damaged.db").write_bytes(content)
    with refused("damaged|not as it was recorded"), open_store(tmp_path / "damaged.db") as broken:
        known_at(broken)


def test_a_store_that_another_run_writes_is_waited_for_and_then_refused(tmp_path, months, monkeypatch):
    monkeypatch.setattr(engines, "PRAGMAS", (*engines.PRAGMAS[:-1], "busy_timeout=1"))
    path = tmp_path / "busy.db"
    with open_store(path, create=True) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with refused("is being written by another run"):
            store.add(months[0][1], months[0][0])
        other.close()
        assert store.add(months[0][1], months[0][0]).changed


def test_a_second_import_waits_for_the_first_and_then_goes_on(store, months):
    with open_store(store.name) as other:
        second = Thread(target=other.add, args=(months[0][1], months[0][0]))
        with engines.writing(store.engine, store.address):
            second.start()
            second.join(0.3)
            assert second.is_alive()
        second.join()
    assert [one.moment for one in store.snapshots()] == [months[0][0]]


@pytest.mark.parametrize("address", ["mysql://host/name", "oracle://", "http://host/store", "sqlite://"])
def test_an_address_of_neither_kind_is_refused(address):
    with refused("give a file such as pipeline.db, or a database such as postgresql://"):
        open_store(address)


def test_a_password_is_never_shown():
    with pytest.raises(BadInput) as told:
        open_store("postgresql://anna:secret@127.0.0.1:1/none?connect_timeout=2")
    assert "secret" not in str(told.value)
    assert "anna" in str(told.value)
    assert "cannot be used" in str(told.value)


def test_a_read_only_store_is_told_as_such(store, months, monkeypatch):
    """Root may write everywhere, so the connection itself is one that may not."""
    store.add(months[0][1], months[0][0])
    monkeypatch.setattr(engines, "PRAGMAS", (*engines.PRAGMAS, "query_only=ON"))
    with refused("cannot be used: attempt to write a readonly database"):
        store.add(months[1][1], months[1][0])
