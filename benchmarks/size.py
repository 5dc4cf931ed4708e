"""How a large CRM fares: read, looked through, calibrated, forecast by owner; seconds, memory, and how both grow.

``python -m benchmarks.size [--opportunities N] [--exports FOLDER] [--keep]``. The export is made by recording simulated
companies until there are as many opportunities as asked for, each with an owner, an amount and a history of its own. It
is written as a plain CSV file and one of its stages, and read with the mapping that ``pipecast import --propose``
proposes for them. Every command is a process of its own, as a user starts it, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from benchmarks.child import Measured, busy, measure
from benchmarks.clock import Size
from benchmarks.speed import to_dict
from benchmarks.startup import PIPECAST
from benchmarks.table import Row, Spread, Target, missing, printed

PART = "size"
SIZES = (10_000, 100_000, 1_000_000)
SEED = 7
#: Reps of one simulated company, and how many companies are recorded; larger exports repeat them under new names.
REPS, COMPANIES = 40, 8
STAGES = ("Discovery", "Demo", "Evaluation", "Proposal", "Negotiation", "Contract")
AS_OF = datetime.combine(date(2026, 10, 1), time_of_day())  # wall clock, as CRMs export it
FROM, TO = date(2026, 10, 1), date(2026, 12, 31)
DRAWS = 10_000
#: Columns of the two files, and what they are called.
DEALS, VISITS, MAPPING, TABLES = "deals.csv", "stages.csv", "mapping.yaml", "tables"
COLUMNS = (
    "id",
    "owner",
    "source",
    "created",
    "amount",
    "currency",
    "stage",
    "expected_close",
    "outcome",
    "closed",
)
AS_KNOWN = f"{AS_OF:%Y-%m-%d %H:%M}"
#: Owners are far fewer than opportunities; no target, so that nothing is told of single deals.
QUESTION = (
    *("--as-of", AS_KNOWN, "--from", f"{FROM}", "--to", f"{TO}", "--by", "owner"),
    *("--draws", f"{DRAWS}", "--seed", f"{SEED}", "--json"),
)
#: What a million opportunities may take on two cores: from the files, and from the tables that were kept.
WHOLE, AGAIN, MOST_MB = Target(20), Target(5), Target(3_000)
#: Ten times as many may take a quarter more than ten times as long.
GROWTH = Target(1.25)
KEPT = Path(__file__).parent / "results" / "size.json"


@dataclass(frozen=True, slots=True)
class Export:
    """One export: its folder, and how many opportunities and stage rows it has."""

    folder: Path
    opportunities: int
    visits: int

    @property
    def said(self) -> str:
        """In words."""
        return f"{self.opportunities:,} opportunities, {self.visits:,} stage rows"


def companies() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return opportunities and stage history of each recorded company."""
    from simulations.engine.machine import simulate
    from simulations.recorder import record
    from simulations.scenario.customers import Stage
    from simulations.scenario.model import Scenario, Steady

    found = []
    team = Scenario().team
    groups = tuple(group.model_copy(update={"seats": REPS}) for group in team.groups[:1])
    stages = tuple(
        Stage(name=name, effort_hours=0.5, reply_days=8, advance_probability=0.87, typed_probability=0.5)
        for name in STAGES
    )
    scenario = Scenario(team=team.model_copy(update={"groups": groups}), stages=stages)
    for replication in range(COMPANIES):
        events = simulate(scenario, Steady(), SEED, replication)
        tables = record(events, scenario, SEED, replication, perfect=False, until=AS_OF)
        found.append((tables.opportunities, tables.stage_history))
    return found


def write_export(
    folder: Path, opportunities: int, made: Sequence[tuple[pd.DataFrame, pd.DataFrame]]
) -> Export:
    """Write the opportunities and the stages of so many opportunities, repeated from what companies were made."""
    rng = np.random.default_rng(SEED)
    deals, stages, count, copy = [], [], 0, 0
    while count < opportunities:
        rows, history = made[copy % len(made)]
        rows = rows.iloc[: opportunities - count]
        history = history[history["id"].isin(rows["id"])]
        tag = f"{copy:05d}-"
        price = np.round(rows["amount"] * rng.lognormal(0, 0.1, len(rows)), 2)
        deals.append(rows.assign(id=tag + rows["id"], owner=rows["owner"] + f" {copy}", amount=price))
        stages.append(history.assign(id=tag + history["id"]))
        count, copy = count + len(rows), copy + 1
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / DEALS, pd.concat(deals, ignore_index=True)[list(COLUMNS)])
    _write(folder / VISITS, pd.concat(stages, ignore_index=True)[["id", "stage", "entered"]])
    return Export(folder, count, sum(map(len, stages)))


def _write(path: Path, frame: pd.DataFrame) -> None:
    for name in frame.columns[frame.dtypes == "datetime64[us]"]:
        frame[name] = frame[name].astype("datetime64[s]")
    arrow_csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), path)


def proposed(export: Export) -> str:
    """Return the mapping that the command proposes for an export; that of every other size is the same."""
    path = export.folder / MAPPING
    path.unlink(missing_ok=True)
    measure([PIPECAST, "import", export.folder / DEALS, export.folder / VISITS, "--propose", path, "--yes"])
    return path.read_text("utf-8")


def whole(export: Export) -> Measured:
    """Read an export, look through it, calibrate and forecast by owner: one command."""
    files = (export.folder / DEALS, "--mapping", export.folder / MAPPING)
    return measure([PIPECAST, "forecast", *files, *QUESTION])


def kept(export: Export) -> Measured:
    """Read an export, look through it, and keep its tables."""
    files = (export.folder / DEALS, "--mapping", export.folder / MAPPING)
    return measure([PIPECAST, "import", *files, "--as-of", AS_KNOWN, "--tables", export.folder / TABLES])


def first(export: Export) -> Measured:
    """Forecast by owner from the tables that were kept, as for the first time: the calibration is learned, and kept beside."""
    for learned in (export.folder / TABLES).glob("*.kept"):
        learned.unlink()
    return again(export)


def again(export: Export) -> Measured:
    """Forecast by owner from the tables that were kept, and from the calibration that lies beside them."""
    return measure([PIPECAST, "forecast", export.folder / TABLES, *QUESTION])


#: What is done between the second command and the third, told in a row of its own.
FIRST = "the first forecast from them"
COMMANDS = {"all at once": whole, "import, tables kept": kept, "a forecast from them": again}
TARGETS = {"all at once": WHOLE, "import, tables kept": None, "a forecast from them": AGAIN}


def measured(exports: Sequence[Export], runs: int) -> list[Row]:
    """Return seconds and memory of every command at every size, and how both grow from each size to the next."""
    order = {**dict(list(COMMANDS.items())[:-1]), FIRST: first, **COMMANDS}
    found = [
        {name: [command(one) for _ in range(runs)] for name, command in order.items()} for one in exports
    ]
    rows = []
    for export, taken in zip(exports, found, strict=True):
        large = export.opportunities >= SIZES[-1]
        for name, times in taken.items():
            note = f"{export.said}{busy(times)}"
            target = TARGETS.get(name) if large else None
            rows.append(Row(PART, f"{name}, {export.opportunities:,}", "s", _seconds(times), target, note))
        peaks = [one.peak_mb for times in taken.values() for one in times if one.peak_mb is not None]
        name, target = f"peak memory, {export.opportunities:,}", MOST_MB if large else None
        rows.append(
            Row(PART, name, "MB", Spread.of([max(peaks)]), target, "the most of the commands")
            if peaks
            else missing(PART, name, "MB", "this system does not say how much memory a process held", target)
        )
    for (small, few), (more, many) in pairwise(zip(exports, found, strict=True)):
        rows += [_growth(name, (small, few[name]), (more, many[name])) for name in COMMANDS]
    return rows


def _seconds(times: Sequence[Measured]) -> Spread:
    return Spread.of(one.seconds for one in times)


def _growth(
    name: str, small: tuple[Export, Sequence[Measured]], large: tuple[Export, Sequence[Measured]]
) -> Row:
    """Return how much more than in proportion a command costs where there is more; in processor time if it is told."""
    (less, few), (more, many) = small, large
    times = more.opportunities / less.opportunities
    cost = [_cost(many) / _cost(few) / times]
    title = f"{name}, {less.opportunities:,} to {more.opportunities:,}"
    note = "cost of the larger export / cost of the smaller one, over how many times as many opportunities it has"
    return Row(PART, title, "times", Spread.of(cost), GROWTH, note)


def _cost(times: Sequence[Measured]) -> float:
    return min(one.seconds if one.processor is None else one.processor for one in times)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        exports = written(options.exports or Path(made), options.opportunities or SIZES)
        rows = measured(exports, max(options.runs, 1))
    figures = to_dict(rows, Size(runs=options.runs))
    print(f"{printed(rows)}\n\n{figures['machine']}; pipecast {figures['version']}")
    if options.keep:
        KEPT.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def written(folder: Path, sizes: Sequence[int]) -> list[Export]:
    """Write an export of each size, and beside it the mapping that is proposed for the smallest."""
    made = companies()
    exports = [write_export(folder / f"{size}", size, made) for size in sorted(sizes)]
    mapping = proposed(exports[0])
    for export in exports:
        (export.folder / MAPPING).write_text(mapping, "utf-8")
    return exports


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.size", description="How a large CRM fares.")
    parser.add_argument("--opportunities", type=int, action="append", help="a size; repeat for more")
    parser.add_argument("--runs", type=int, default=1, help="runs of each command")
    parser.add_argument("--exports", type=Path, help="leave the exports in this folder")
    parser.add_argument(
        "--keep", action="store_true", help=f"keep the figures in {KEPT.parent.name}/{KEPT.name}"
    )
    return parser


if __name__ == "__main__":
    main()
