"""How long a user waits for nothing yet: the help, a small comparison from the cache, the first one ever."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.child import Measured, busy, measure
from benchmarks.clock import Size
from benchmarks.table import Row, Spread, Target

PART = "startup"
PIPECAST = Path(sys.executable).parent / "pipecast"
SCENARIO = Path(__file__).resolve().parents[1] / "examples" / "scenarios" / "self-sourcing-team.yaml"
SMALL = (PIPECAST, "compare", SCENARIO, "--replications", "2")
#: Where numba, and so our engine, keeps what it has compiled.
CACHE = "NUMBA_CACHE_DIR"
SAYS = "Compiling the engine"
WHAT = "pipecast compare of three cadences, 2 replications"


def rows(size: Size) -> list[Row]:
    """Return the seconds of each start, each in a process of its own."""
    return [help_row(size), cached_row(size), first_row(size)]


def help_row(size: Size) -> Row:
    """Return how long the help takes."""
    measure([PIPECAST, "--help"])  # writes byte code, where there is none
    return _row("pipecast --help", [measure([PIPECAST, "--help"]) for _ in range(size.runs)], 0.5, "")


def cached_row(size: Size, command: Sequence[str | Path] = SMALL) -> Row:
    """Return how long a comparison of two replications takes, from its start to its result, when all is compiled."""
    measure(command)  # compiles, where nobody has
    found = [measure(command) for _ in range(size.runs)]
    return _row("a start from the cache", found, 1.5, f"{WHAT}, its start to its printed result")


def first_row(size: Size, command: Sequence[str | Path] = SMALL) -> Row:
    """Return how long the first comparison after an installation takes, and whether it says why."""
    found = []
    for _ in range(size.starts):
        with TemporaryDirectory() as folder:
            found.append(measure(command, {CACHE: folder}))
    row = _row("the first start", found, 30, f"{WHAT}, with an empty cache: everything is compiled")
    silent = not all(SAYS in one.errors for one in found)
    return replace(row, fault="it does not say that it compiles" if silent else "")


def _row(name: str, found: Sequence[Measured], most: float, note: str) -> Row:
    said = f"{note}{busy(found)}".removeprefix("; ")
    return Row(PART, name, "s", Spread.of(one.seconds for one in found), Target(most), said)
