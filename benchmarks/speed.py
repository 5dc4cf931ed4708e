"""How fast: start of the command, replications a second, a forecast, and the model beside a peer in the same run.

``python -m benchmarks.speed [--runs N] [--json]``. Absolute times belong to one machine and one moment;
the ratio to an M/M/1 queue in SimPy, measured in turn with the model, is what can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from importlib.metadata import version
from pathlib import Path
from random import Random

import simpy

from forecast.forecasting import Forecast, forecast
from simulations.calendar import timeline
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

SEED = 7
RUNS = 7
CUSTOMERS = 20_000
COMMAND = Path(sys.executable).parent / "pipecast"


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def show_help() -> None:
    """Start the command in a process of its own, as a user does."""
    subprocess.run([COMMAND, "--help"], check=True, capture_output=True)  # noqa: S603 - our own command


def single_server_queue(customers: int, seed: int) -> int:
    """Run an M/M/1 queue at 80% load in plain SimPy, the smallest model of its kind; return events handled."""
    luck = Random(seed)
    env = simpy.Environment()
    server = simpy.Resource(env)
    handled = 0

    def customer() -> Generator[simpy.Event, object, None]:
        nonlocal handled
        with server.request() as turn:
            yield turn
            yield env.timeout(luck.expovariate(1.0))
        handled += 3  # arrival, start of service, departure

    def arrivals() -> Generator[simpy.Event, object, None]:
        for _ in range(customers):
            yield env.timeout(luck.expovariate(0.8))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return handled


def quarter_ahead(scenario: Scenario) -> Callable[[], Forecast]:
    """Return what forecasts the quarter after a simulated year from the CRM recorded of it, ready to run."""
    line = timeline(scenario)
    start = line.date_of(line.year_end_day)
    events = simulate(scenario, Steady(), SEED, 0)
    moment = datetime.combine(start, time_of_day())
    tables = record(events, scenario, SEED, 0, perfect=False, until=moment)
    return partial(forecast, tables, as_of=moment, start=start, end=start + timedelta(days=90), seed=SEED)


def measure(runs: int) -> dict[str, object]:
    """Return medians over several runs; model and peer take turns, so that both meet the same machine."""
    scenario = Scenario()
    events = simulate(scenario, Steady(), SEED, 0).size  # compiles, and warms the caches
    starts = [seconds(show_help) for _ in range(runs)]
    ahead = quarter_ahead(scenario)
    known = ahead().counts["known"]  # imports, and warms the caches
    forecasts = [seconds(ahead) for _ in range(runs)]
    ours, peers = [], []
    for run in range(runs):
        counted = simulate(scenario, Steady(), SEED, run).size
        ours.append(counted / seconds(partial(simulate, scenario, Steady(), SEED, run)))
        peers.append(3 * CUSTOMERS / seconds(partial(single_server_queue, CUSTOMERS, run)))
    ratios = [own / peer for own, peer in zip(ours, peers, strict=True)]
    return {
        "version": version("pipecast"),
        "seed": SEED,
        "runs": runs,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "help_seconds": _summary(starts),
        "events_a_replication": events,
        "events_a_second": _summary(ours),
        "replications_a_second": statistics.median(ours) / events,
        "single_server_queue_events_a_second": _summary(peers),
        "ratio_to_single_server_queue": _summary(ratios),
        "opportunities_in_the_forecast": known,
        "forecast_seconds": _summary(forecasts),
    }


def _summary(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.speed", description="How fast Pipecast starts and simulates."
    )
    parser.add_argument("--runs", type=int, default=RUNS, help="repetitions of each measurement")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    options = parser.parse_args()
    result = measure(max(options.runs, 1))
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):38} {_shown(value)}")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['median']:.3g} (from {value['lowest']:.3g} to {value['highest']:.3g})"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
