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
from simulations.engine import Machine
from simulations.plan import make_plan
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady

SEED = 7
RUNS = 7
CUSTOMERS = 20_000
AT_ONCE = 100
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


def many_times(machine: Machine, replication: int) -> None:
    """Run a year on the compiled engine so often that a clock can see it."""
    for _ in range(AT_ONCE):
        machine.run(Steady(), SEED, replication, keep_journal=False)


def engines(scenario: Scenario, runs: int) -> dict[str, list[float]]:
    """Return events a second of both engines and of the queue; they take turns, so that all meet the same machine."""
    machine = Machine(make_plan(scenario))
    machine.run(Steady(), SEED, 0, keep_journal=False)  # compiles, and lays out the plan
    rates: dict[str, list[float]] = {"compiled": [], "reference": [], "queue": []}
    for run in range(runs):
        events = simulate(scenario, Steady(), SEED, run).size
        actions: dict[str, tuple[int, Callable[[], object]]] = {
            "compiled": (events * AT_ONCE, partial(many_times, machine, run)),
            "reference": (events, partial(simulate, scenario, Steady(), SEED, run)),
            "queue": (3 * CUSTOMERS, partial(single_server_queue, CUSTOMERS, run)),
        }
        for name, (handled, action) in actions.items():
            rates[name].append(handled / seconds(action))
    return rates


def measure(runs: int) -> dict[str, object]:
    """Return what was measured, each figure several times: median, lowest and highest."""
    scenario = Scenario()
    events = simulate(scenario, Steady(), SEED, 0).size
    starts = [seconds(show_help) for _ in range(runs)]
    ahead = quarter_ahead(scenario)
    known = ahead().counts["known"]  # imports, and warms the caches
    forecasts = [seconds(ahead) for _ in range(runs)]
    rates = engines(scenario, runs)
    return {
        "version": version("pipecast"),
        "seed": SEED,
        "runs": runs,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "help_seconds": _summary(starts),
        "events_a_replication": events,
        "compiled_events_a_second": _summary(rates["compiled"]),
        "compiled_replications_a_second": statistics.median(rates["compiled"]) / events,
        "reference_events_a_second": _summary(rates["reference"]),
        "single_server_queue_events_a_second": _summary(rates["queue"]),
        "ratio_compiled_to_reference": _summary(_ratios(rates["compiled"], rates["reference"])),
        "ratio_reference_to_queue": _summary(_ratios(rates["reference"], rates["queue"])),
        "opportunities_in_the_forecast": known,
        "forecast_seconds": _summary(forecasts),
    }


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [own / peer for own, peer in zip(ours, theirs, strict=True)]


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
