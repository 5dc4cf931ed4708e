"""What a unit costs when there are ten times as many: reps, weeks, leads, replications. On a straight line it is the same.

Each row: the cost of ten times as many / (ten times the cost of as many). Below 1 something fixed is shared; above 1
the cost grows faster than what it is paid for. The cost grows with the power 1 + log10 of the row.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TypeVar

from benchmarks.clock import SEED, Action, Size, in_turns, mean_seconds, ratios, seconds
from benchmarks.table import Row, Spread, Target
from simulations.engine import Machine
from simulations.experiment import compare
from simulations.plan import make_plan
from simulations.scenario.customers import Sources
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.part import Part
from simulations.scenario.records import Horizon

PART = "growth"
TEN = 10
#: A quarter more for each unit of ten times as many: what heaps, caches and a busy machine may take.
STRAIGHT = Target(1.25)
#: Weeks of warm-up and run-off that make the default's 130 weeks ten times as many.
LONG = Horizon(warm_up_weeks=1_040, run_off=208)
BASE, REPS, REPS_AGAIN = "as many", "reps", "reps again"
#: The shortest time in which one value is measured, in seconds.
LONG_ENOUGH = 0.1

SomePart = TypeVar("SomePart", bound=Part)


def scaled(part: SomePart, factor: float, *fields: str) -> SomePart:
    """Return a part of a scenario with some of its numbers times a factor."""
    return part.model_copy(update={field: factor * getattr(part, field) for field in fields})


def more_reps(scenario: Scenario, factor: int) -> Scenario:
    """Return a company with ``factor`` times the reps, and as many inbound leads for each as before."""
    groups = tuple(scaled(group, factor, "seats") for group in scenario.team.groups)
    team = scenario.team.model_copy(update={"groups": groups})
    return scenario.model_copy(update={"team": team, "sources": _more_inbound(scenario.sources, factor)})


def more_weeks(scenario: Scenario) -> Scenario:
    """Return the scenario over ten times the default's weeks."""
    return scenario.model_copy(update={"horizon": LONG})


def more_leads(scenario: Scenario, factor: int) -> Scenario:
    """Return the scenario with ``factor`` times the leads, each so much less work: hours stay as scarce as they were."""
    less, sources = 1 / factor, _more_inbound(scenario.sources, factor)
    found = scaled(sources.prospecting, factor, "leads_per_hour")
    easier = {
        "prospecting": scaled(found, less, "qualify_hours"),
        "inbound": tuple(scaled(stream, less, "qualify_hours") for stream in sources.inbound),
        "referrals": scaled(sources.referrals, less, "qualify_hours"),
    }
    return scenario.model_copy(
        update={
            "sources": sources.model_copy(update=easier),
            "stages": tuple(scaled(stage, less, "effort_hours") for stage in scenario.stages),
            "silence": scaled(scenario.silence, less, "follow_up_hours"),
            "reviews": scaled(scenario.reviews, less, "review_minutes_per_open_deal"),
        }
    )


def _more_inbound(sources: Sources, factor: int) -> Sources:
    inbound = tuple(scaled(stream, factor, "leads_per_week") for stream in sources.inbound)
    return sources.model_copy(update={"inbound": inbound})


def rows(size: Size, base: Scenario | None = None) -> list[Row]:
    """Return what a unit costs in each direction of growth from a scenario: the default one unless told."""
    base = base or Scenario()
    few, many = (partial(_comparison, base, number) for number in (size.grown, TEN * size.grown))
    compared = in_turns({"few": few, "many": many}, size.runs)
    said = f"steady and sawtooth compared, {size.grown} against {TEN * size.grown} replications, one core"
    return [*_year_rows(size, base), _row("replications", compared["few"], compared["many"], said)]


def _year_rows(size: Size, base: Scenario) -> list[Row]:
    years = {
        BASE: base,
        REPS: more_reps(base, TEN),
        REPS_AGAIN: more_reps(base, TEN * TEN),
        "weeks": more_weeks(base),
        "leads": more_leads(base, TEN),
    }
    found = in_turns({name: _year(one) for name, one in years.items()}, size.runs)
    told = "one replication on the compiled engine, one core, its events written down"
    return [
        _row(name, found[REPS if name == REPS_AGAIN else BASE], found[name], told)
        for name in years
        if name != BASE
    ]


def _year(scenario: Scenario) -> Action:
    """Return what measures the seconds of a replication, as often as a clock can see it."""
    machine = Machine(make_plan(scenario))
    run = partial(machine.run, Steady(), SEED, keep_journal=True)
    run(0)  # compiles, and makes room
    times = max(1, math.ceil(LONG_ENOUGH / mean_seconds(run, [0])))
    return lambda turn: mean_seconds(run, range(turn * times, (turn + 1) * times))


def _comparison(scenario: Scenario, replications: int, turn: int) -> float:
    return seconds(partial(compare, scenario, [Sawtooth()], replications, SEED + turn, workers=1))


def _row(name: str, few: list[float], many: list[float], note: str) -> Row:
    spread = Spread.of(one / TEN for one in ratios(many, few))
    power = 1 + math.log10(spread.median)
    return Row(
        PART,
        f"ten times the {name}",
        "of a unit",
        spread,
        STRAIGHT,
        f"grows with the power {power:.2f}; {note}",
    )
