"""The same store in a PostgreSQL database of its own, started for these tests; skipped, with the reason, where it can't be."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
import sqlalchemy as sa

from forecast.store import engines, known_at, open_store
from simulations.errors import BadInput

IMPORTING = """
import pickle, sys
from forecast.store import open_store
readings = pickle.load(open(sys.argv[1], "rb"))
print("ready", flush=True)
with open_store(sys.argv[2], create=True) as store:
    for moment, reading in readings:
        store.add(reading, moment)
"""


def _user() -> dict[str, Any]:
    """Return as whom the server runs: as oneself, but never as root, which it refuses."""
    if os.geteuid() != 0:
        return {}
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _run(words: list[str], who: dict[str, Any], folder: Path) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, **who)  # noqa: S603 - PostgreSQL's own programs
    if done.returncode:
        pytest.skip(f"PostgreSQL cannot be started here: {(done.stderr or done.stdout).strip()[-300:]}")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server of its own, on this machine alone, and return the address of a database in it."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    missing = [name for name in ("initdb", "pg_ctl") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"PostgreSQL is not installed: no {' and no '.join(missing)} on the path")
    who = _user()
    # Not in pytest's own folder, which other runs close to everybody but root.
    with tempfile.TemporaryDirectory(prefix="pipecast-postgres-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if who:
            os.chown(folder, who["user"], who["group"])
        data, port = folder / "data", _free_port()
        _run(
            ["initdb", "-D", str(data), "-A", "trust", "-U", "pipecast", "--no-sync", "-E", "UTF8"],
            who,
            folder,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        _run(
            ["pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"], who, folder
        )
        number = int((data / "postmaster.pid").read_text().splitlines()[0])
        try:
            yield f"postgresql://pipecast@127.0.0.1:{port}/postgres"
        finally:
            os.kill(number, signal.SIGQUIT)


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database."""
    name = "".join(sign if sign.isalnum() else "_" for sign in request.node.name)[-60:]
    engine = sa.create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server.replace("/postgres", f"/{name}")


def test_snapshots_come_back_and_again_changes_nothing(database, months, same_reading):
    with open_store(database, create=True) as store:
        assert [store.add(read, moment).changed for moment, read in months] == [True] * len(months)
        assert [store.add(read, moment).changed for moment, read in months] == [False] * len(months)
    with open_store(database) as store:
        for moment, read in months:
            same_reading(known_at(store, moment), read)


def test_the_same_content_has_the_same_digest_as_in_a_file(database, months, store):
    with open_store(database, create=True) as other:
        for moment, read in months[:2]:
            assert other.add(read, moment).snapshot.digest == store.add(read, moment).snapshot.digest


def test_a_store_that_is_not_there_is_refused(database, server):
    with pytest.raises(BadInput, match="holds nothing yet"):
        open_store(database)
    with pytest.raises(BadInput, match=r'cannot be used: .*database "none" does not exist'):
        open_store(server.replace("/postgres", "/none"))


def test_tables_of_others_in_the_same_database_are_left_alone(database, months):
    engine = engines.engine_of(engines.address_of(database))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (number INTEGER)"))
    with open_store(database, create=True) as store:
        assert store.add(months[0][1], months[0][0]).changed
        assert len(store.snapshots()) == 1
    with engine.begin() as connection:
        assert "invoices" in sa.inspect(connection).get_table_names()
    engine.dispose()


def test_a_store_that_another_run_writes_is_waited_for_and_then_refused(database, months, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 20)
    with open_store(database, create=True) as store:
        with (
            engines.writing(store.engine, store.address),
            pytest.raises(BadInput, match="written by another run"),
        ):
            store.add(months[0][1], months[0][0])
        assert store.add(months[0][1], months[0][0]).changed


@pytest.mark.parametrize(
    "seconds", [0.15, *(pytest.param(later, marks=pytest.mark.deep) for later in (0.02, 0.3, 0.5, 0.8))]
)
def test_a_killed_import_leaves_whole_snapshots_and_is_repeated(
    database, months, same_reading, tmp_path, seconds
):
    path = tmp_path / "readings.pickle"
    path.write_bytes(pickle.dumps(months))
    command = [sys.executable, "-c", IMPORTING, str(path), database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter
        assert process.stdout.readline() == "ready\n"
        kill = Timer(seconds, os.kill, (process.pid, signal.SIGKILL))
        kill.start()
        kill.join()  # before the process is let go of: its number stays its own
        process.wait()
    with open_store(database, create=True) as store:
        for snapshot in store.snapshots():
            store.reading(snapshot)
        for moment, read in months:
            store.add(read, moment)
        for moment, read in months:
            same_reading(known_at(store, moment), read)
