"""The same queue in SimPy, Ciw, salabim and on our engine: what a customer costs in each."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from benchmarks.clock import SEED, Action, Size, in_turns, ratios, seconds
from benchmarks.draws import counts_of
from benchmarks.queues import TOOLS, our_queue
from benchmarks.table import Row, Spread, Target, missing
from simulations.engine import Machine
from simulations.plan import make_plan
from simulations.scenario.model import Steady

PART = "peers"
OURS = "ours"
MODULES = {"SimPy": "simpy", "Ciw": "ciw", "salabim": "salabim"}
TARGETS = {"SimPy": Target(150, at_least=True)}
#: Runs of ours in a turn, so that a clock can see them.
REPEATS = 10
NANO = 1e9


def peer(tool: str, customers: int) -> Action:
    """Return what measures the seconds that a customer costs in a tool."""

    def cost(turn: int) -> float:
        return seconds(partial(TOOLS[tool], customers, SEED + turn)) / customers

    return cost


def ours(customers: int) -> Action:
    """Return what measures the seconds that a customer costs on the compiled engine, nothing written down."""
    machine = Machine(make_plan(our_queue(customers)))

    def queue(turn: int) -> int:
        served = 0
        for repeat in range(REPEATS):
            machine.run(Steady(), SEED, turn * REPEATS + repeat, keep_journal=False)
            served += machine.leads_made()
        return served

    def cost(turn: int) -> float:
        served: list[int] = []
        return seconds(lambda: served.append(queue(turn))) / served[0]

    queue(0)  # compiles, and makes room
    return cost


def rows(size: Size) -> list[Row]:
    """Return how many times ours each tool's customer costs."""
    there = [tool for tool, module in MODULES.items() if find_spec(module) is not None]
    actions = {tool: peer(tool, size.customers) for tool in there}
    found = in_turns({OURS: ours(size.customers), **actions}, size.runs)
    cost = Row(
        PART, "a customer of ours", "ns", Spread.of(NANO * one for one in found[OURS]), note=_work(size)
    )
    return [*(_against(tool, found, size) for tool in MODULES), cost]


def _against(tool: str, found: dict[str, list[float]], size: Size) -> Row:
    name = f"{tool} / ours, a customer"
    if tool not in found:
        return missing(
            PART, name, "times", f"{tool} is not installed; it is in the extra `bench`", TARGETS.get(tool)
        )
    note = f"M/M/1 at 80% load, {size.customers:,} customers, one core"
    spread = Spread.of(ratios(found[tool], found[OURS]))
    return Row(PART, name, "times", spread, TARGETS.get(tool), note)


def _work(size: Size) -> str:
    """Return what our engine does for a customer, beside what a queue asks for."""
    scenario = our_queue(size.customers)
    machine = Machine(make_plan(scenario))
    machine.run(Steady(), SEED, 0, keep_journal=True)
    events = machine.rows().size / machine.leads_made()
    counts = counts_of(our_queue(min(size.customers, 1_000)))
    return (
        f"a customer of ours is a lead that is dealt out, answered, qualified, worked, decided on and won: {events:.1f} "
        f"events and {counts.total / counts.leads:.1f} random numbers, where the queue itself needs 3 and 2"
    )
