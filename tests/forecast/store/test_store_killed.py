"""Killed at any moment of an import, the store opens, is whole, and the import that is repeated completes."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from time import perf_counter

import numpy as np
import pytest

from forecast.store import Store, open_store

FEW, MANY = 3, 200
#: Loads everything once; for each line, a number and a store, makes a process that imports so many readings into it, and says
#: its own number, and when it is over. Only on another line does it let go of the process and say whether it was killed: until
#: then nobody else can have its number, so nobody else is killed.
NURSERY = """
import os, pickle, sys
from forecast.store import open_store
readings = pickle.load(open(sys.argv[1], "rb"))
while line := sys.stdin.readline():
    count, path = line.strip().split(" ", 1)
    child = os.fork()
    if not child:
        with open_store(path, create=True) as store:
            for moment, reading in readings[: int(count)]:
                store.add(reading, moment)
        os._exit(0)
    print(child, flush=True)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    print("over", flush=True)
    sys.stdin.readline()
    print(os.WIFSIGNALED(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def nursery(tmp_path: Path, months):
    """Return a process that makes others which import; see `NURSERY`."""
    path = tmp_path / "readings.pickle"
    path.write_bytes(pickle.dumps(months))
    command = [sys.executable, "-c", NURSERY, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter
    with process:
        yield process
        process.stdin.close()


def begun(nursery: subprocess.Popen[str], path: Path, count: int) -> int:
    """Let the nursery import some readings into a store, and return the number of the process that does."""
    nursery.stdin.write(f"{count} {path}\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def over(nursery: subprocess.Popen[str]) -> None:
    """Wait until the importing process has ended; its number stays its own."""
    assert nursery.stdout.readline() == "over\n"


def was_killed(nursery: subprocess.Popen[str]) -> bool:
    """Let go of the importing process that has ended, and return whether it was killed."""
    nursery.stdin.write("\n")
    nursery.stdin.flush()
    return nursery.stdout.readline().strip() == "True"


def killed(nursery: subprocess.Popen[str], path: Path, count: int, after: float) -> bool:
    """Import into a store, kill that after some seconds, and return whether it was still at it."""
    child = begun(nursery, path, count)
    kill = Timer(after, os.kill, (child, signal.SIGKILL))
    kill.start()
    over(nursery)
    kill.cancel()
    kill.join()
    return was_killed(nursery)


def whole(store: Store) -> list[str]:
    """Return the digests of what a store holds, once it is sure that all of it is whole."""
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    for snapshot in store.snapshots():
        store.reading(snapshot)  # refuses what is not as it was recorded
    return [snapshot.digest for snapshot in store.snapshots()]


def kill_many(nursery, months, tmp_path: Path, times: int, rng: np.random.Generator) -> int:
    """Kill imports at random moments until as many died; return how many of them had recorded something, not all."""
    with open_store(tmp_path / "undisturbed.db", create=True) as undisturbed:
        for moment, reading in months:
            undisturbed.add(reading, moment)
        wanted = whole(undisturbed)
    seconds = _seconds(nursery, tmp_path, len(months))
    died = amid = 0
    for number in range(10 * times):
        path = tmp_path / f"{number}.db"
        if not killed(nursery, path, len(months), float(rng.uniform(0, seconds))):
            path.unlink()
            continue
        died += 1
        with open_store(path, create=True) as store:
            found = whole(store)
            assert found == wanted[: len(found)]
            amid += 0 < len(found) < len(wanted)
            for moment, reading in months:
                store.add(reading, moment)
            assert whole(store) == wanted
        for left in tmp_path.glob(f"{number}.db*"):
            left.unlink()
        if died == times:
            return amid
    raise AssertionError(f"only {died} of {10 * times} imports were still at work when they were killed")


def _seconds(nursery, tmp_path: Path, count: int) -> float:
    """Return how long an import takes that nobody kills: the fastest of three, so that most are killed in time."""
    times = []
    for number in range(3):
        start = perf_counter()
        begun(nursery, tmp_path / f"timed {number}.db", count)
        over(nursery)
        times.append(perf_counter() - start)
        assert not was_killed(nursery)
    return min(times)


def test_a_killed_import_leaves_the_store_whole(nursery, months, tmp_path):
    kill_many(nursery, months[:2], tmp_path, FEW, np.random.default_rng(11))


@pytest.mark.deep
def test_two_hundred_killed_imports_leave_their_stores_whole(nursery, months, tmp_path):
    """Some die before the first snapshot is there, some between two: of both there must be enough to mean anything."""
    amid = kill_many(nursery, months, tmp_path, MANY, np.random.default_rng(12))
    assert MANY / 5 < amid < MANY
