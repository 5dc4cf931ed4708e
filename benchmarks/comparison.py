"""``pipecast compare`` as a user runs it: seconds and memory, and the long rows of many replications and many reps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ruamel.yaml import YAML

from benchmarks.child import Measured, busy, measure
from benchmarks.clock import SEED, Size
from benchmarks.startup import PIPECAST, SCENARIO
from benchmarks.table import Row, Spread, Target, missing

PART, LONG_PART = "comparison", "long"
#: More than so many runs say no more of what takes seconds.
FEW = 3
MOST_MB = 500
CONSTANT = Target(1.1)
SECONDS, MEMORY = "three cadences", "its peak memory"
NO_MEMORY = "this system does not say how much memory a process held"


def compared(scenario: Path, replications: int) -> Measured:
    """Compare steady, sawtooth and reactive, the last also as steady at its own hours, from start to printed result."""
    words = ("--replications", str(replications), "--seed", str(SEED))
    return measure([PIPECAST, "compare", scenario, *words])


def rows(size: Size) -> list[Row]:
    """Return what a comparison of three cadences takes."""
    compared(SCENARIO, 2)  # compiles, where nobody has
    found = [compared(SCENARIO, size.compared) for _ in range(min(size.runs, FEW))]
    note = f"{size.compared:,} replications of {SCENARIO.name}, four runs each, from the start to the printed result"
    return [
        _seconds_row(PART, SECONDS, found, note, Target(6)),
        _memory_row(PART, MEMORY, found, Target(MOST_MB)),
    ]


def long_rows(size: Size) -> list[Row]:
    """Return the memory of many replications, and what a large company takes; minutes each."""
    few, many = compared(SCENARIO, size.compared), compared(SCENARIO, size.many)
    note = f"{size.many:,} replications of {SCENARIO.name}, four runs each"
    return [
        _seconds_row(LONG_PART, "many replications", [many], note, None),
        _more_memory_row(few, many, f"{size.many:,} replications against {size.compared:,}"),
        *_company_rows(size),
    ]


def _company_rows(size: Size) -> list[Row]:
    with TemporaryDirectory() as folder:
        scenario = company(Path(folder), size.company)
        found = compared(scenario, size.company_replications)
    note = f"{size.company:,} reps, inbound leads in proportion; {size.company_replications} replications, four runs each"
    return [
        _seconds_row(LONG_PART, "a large company", [found], note, None),
        _memory_row(LONG_PART, "its peak memory, large", [found], None),
    ]


def company(folder: Path, reps: int) -> Path:
    """Write the default scenario with so many reps, and inbound leads in proportion, into a folder; return the file."""
    yaml = YAML()
    found = yaml.load(SCENARIO.read_text("utf-8"))
    (group,), (stream,) = found["team"]["groups"], found["sources"]["inbound"]
    stream["leads_per_week"] = stream["leads_per_week"] * reps / group["seats"]
    group["seats"] = reps
    path = folder / "company.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(found, file)
    return path


def _seconds_row(part: str, name: str, found: Sequence[Measured], note: str, target: Target | None) -> Row:
    spread = Spread.of(one.seconds for one in found)
    return Row(part, name, "s", spread, target, f"pipecast compare, {note}{busy(found)}")


def _memory_row(part: str, name: str, found: Sequence[Measured], target: Target | None) -> Row:
    peaks = [one.peak_mb for one in found if one.peak_mb is not None]
    if not peaks:
        return missing(part, name, "MB", NO_MEMORY, target)
    return Row(part, name, "MB", Spread.of(peaks), target)


def _more_memory_row(few: Measured, many: Measured, note: str) -> Row:
    name = "memory of many / of few"
    if few.peak_mb is None or many.peak_mb is None:
        return missing(LONG_PART, name, "times", NO_MEMORY, CONSTANT)
    spread = Spread.of([many.peak_mb / few.peak_mb])
    held = f"{many.peak_mb:.0f} MB against {few.peak_mb:.0f} MB; {note}"
    return Row(LONG_PART, name, "times", spread, CONSTANT, held)
