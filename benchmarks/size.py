"""How a large CRM fares: read, looked through, calibrated, forecast by owner; seconds, memory, and how both grow.

``python -m benchmarks.size [--opportunities N] [--keep FOLDER]``. The export is made by recording simulated companies
until there are as many opportunities as asked for, each with an owner, an amount and a history of its own, and is
written as a plain CSV file and a file of its stages. Each size is measured in a process of its own, so that its peak
memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

SIZES = (10_000, 100_000, 1_000_000)
SEED = 7
#: Reps of one simulated company, and how many companies are recorded; larger exports repeat them under new names.
REPS, COMPANIES = 40, 8
STAGES = ("Discovery", "Demo", "Evaluation", "Proposal", "Negotiation", "Contract")
AS_OF = datetime.combine(date(2026, 10, 1), time_of_day())  # wall clock, as CRMs export it
FROM, TO = date(2026, 10, 1), date(2026, 12, 31)
DRAWS = 10_000


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
        Stage(name=name, effort_hours=0.5, reply_days=8, advance_probability=0.75, typed_probability=0.5)
        for name in STAGES
    )
    scenario = Scenario(team=team.model_copy(update={"groups": groups}), stages=stages)
    for replication in range(COMPANIES):
        events = simulate(scenario, Steady(), SEED, replication)
        tables = record(events, scenario, SEED, replication, perfect=False, until=AS_OF)
        found.append((tables.opportunities, tables.stage_history))
    return found


def write_export(folder: Path, opportunities: int) -> None:
    """Write deals.csv and stages.csv with so many opportunities."""
    made = companies()
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
    columns = [
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
    ]
    _write(folder / "deals.csv", pd.concat(deals, ignore_index=True)[columns])
    _write(folder / "stages.csv", pd.concat(stages, ignore_index=True)[["id", "stage", "entered"]])


def _write(path: Path, frame: pd.DataFrame) -> None:
    for name in frame.columns[frame.dtypes == "datetime64[us]"]:
        frame[name] = frame[name].astype("datetime64[s]")
    arrow_csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), path)


def measure(folder: Path) -> dict[str, float]:
    """Read, look through, calibrate and forecast one export; return seconds by step and the peak of memory."""
    from forecast.calibration.draws import calibrate
    from forecast.crm import read_crm
    from forecast.forecasting import forecast

    found: dict[str, float] = {}
    start = time.perf_counter()
    reading = read_crm(folder, as_of=pd.Timestamp(AS_OF))
    found["read"] = time.perf_counter() - start
    for name in ("forecast", "second forecast"):
        begun = time.perf_counter()
        forecast(
            reading.tables,
            as_of=AS_OF,
            start=FROM,
            end=TO,
            target=1e9,
            draws=DRAWS,
            seed=SEED,
            findings=reading.findings,
        )
        found[name] = time.perf_counter() - begun
    begun = time.perf_counter()
    calibrate(reading.tables, pd.Timestamp(AS_OF), pd.Timestamp(TO) + pd.Timedelta(days=1), seed=SEED)
    found["of it calibration"] = time.perf_counter() - begun
    found["opportunities"] = len(reading.tables.opportunities)
    found["stage rows"] = len(reading.tables.stage_history)
    found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.size", description="How a large CRM fares.")
    parser.add_argument("--opportunities", type=int, action="append", help="a size; repeat for more")
    parser.add_argument("--keep", type=Path, help="keep the exports in this folder")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of is not None:
        print(json.dumps(measure(given.of)))
        return
    for size in given.opportunities or SIZES:
        with tempfile.TemporaryDirectory() as made:
            folder = (given.keep or Path(made)) / str(size)
            if not (folder / "deals.csv").exists():
                folder.mkdir(parents=True, exist_ok=True)
                write_export(folder, size)
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "benchmarks.size", "--of", folder],
                check=True,
                capture_output=True,
                text=True,
            )
            for name, value in json.loads(done.stdout).items():
                print(f"{name:>20} {value:12,.2f}", flush=True)
            print()


if __name__ == "__main__":
    main()
