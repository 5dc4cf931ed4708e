"""One call from a scenario, or from a history, to everything that is said about quotas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forecast.quota.capacity import capacity_of, simulated_heads, simulated_plans
from forecast.quota.draws import COMPANY
from forecast.quota.history import History
from forecast.quota.history_capacity import history_heads, history_plans
from forecast.quota.hours import NeededHours, Trials, history_trials, hours_trials
from forecast.quota.quotas import Asked, Quotas, answer
from forecast.quota.simulated import Years, seats_of, simulated_draws
from forecast.quota.verdict import Proposed, read_proposed
from simulations.errors import BadInput, Problem
from simulations.scenario.model import Scenario

#: Simulated years unless told, and of these those in which hours and hires are tried.
REPLICATIONS, TRIALS = 4_000, 400
FEWEST = 100
Tell = Callable[[str, int, int], None]


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Tell nobody."""


def scenario_quotas(scenario: Scenario, years: Years, asked: Asked, tell: Tell = quiet) -> Quotas:
    """Return what a scenario says about quotas.

    Parameters
    ----------
    scenario : Scenario
    years : Years
        How many years are simulated, under which luck and cadence.
    asked : Asked
    tell : callable, optional
        Told what is being done, and how much of how much is finished.

    Raises
    ------
    BadInput
        The sheet is refused, or a number is out of range.
    """
    _check(asked, len(years.replications))
    draws = simulated_draws(
        scenario, years, progress=lambda done, whole: tell("simulating years", done, whole)
    )
    few = replace(years, replications=years.replications[:TRIALS])
    proposed = None if asked.sheet is None else read_proposed(asked.sheet, draws)
    needed = (
        {} if proposed is None or not asked.hours else _simulated_hours(scenario, few, proposed, asked, tell)
    )
    target = _target(asked, proposed)
    capacity = None
    if target is not None:
        capacity = capacity_of(
            draws, target, asked.chance, simulated_heads(scenario, years.seed), _sum(proposed)
        )
        if asked.hires:
            capacity = simulated_plans(scenario, few, capacity, lambda done: tell("trying hires", done, done))
    value = scenario.deal_value
    size_cv = 0.0 if scenario.unit == "deals" or value.shape == "fixed" else value.cv
    return answer(
        ("scenario", scenario.name), draws, asked, (proposed, needed),
        (capacity, size_cv, years.seed), {},
    )  # fmt: skip


def history_quotas(history: History, name: str, asked: Asked, tell: Tell = quiet) -> Quotas:
    """Return what a history says about quotas.

    Parameters
    ----------
    history : History
    name : str
        Of the export's shape.
    asked : Asked
    tell : callable, optional
        Told what is being done, and how much of how much is finished.

    Raises
    ------
    BadInput
        The sheet is refused, or a number is out of range.
    """
    _check(asked, history.asked.draws)
    draws = history.draws()
    tell("drawing the period", 1, 1)
    proposed = None if asked.sheet is None else read_proposed(asked.sheet, draws)
    needed: dict[str, NeededHours] = {}
    if proposed is not None and asked.hours:
        trials = history_trials(history, asked.present_hours)
        needed = _needed(trials, proposed, asked, list(proposed.reps))
    target = _target(asked, proposed)
    capacity = None
    if target is not None:
        heads = history_heads(len(draws.reps), asked.present_hours)
        capacity = capacity_of(draws, target, asked.chance, heads, _sum(proposed))
        capacity = history_plans(history, capacity) if asked.hires else capacity
    return answer(
        ("history", name), draws, asked, (proposed, needed),
        (capacity, history.size_cv, history.asked.seed), history.assumed(),
    )  # fmt: skip


def _check(asked: Asked, draws: int) -> None:
    problems = []
    if not 0 < asked.chance < 1:
        problems.append(
            Problem(
                "the question", "", "chance", f"{asked.chance:g}", "must be above 0 and below 1, such as 0.6"
            )
        )
    if asked.target is not None and not 0 <= asked.target < float("inf"):
        problems.append(Problem("the question", "", "target", f"{asked.target:g}", "must be 0 or more"))
    if draws < FEWEST:
        problems.append(Problem("the question", "", "draws", str(draws), f"must be {FEWEST} or more"))
    if problems:
        raise BadInput(problems)


def _target(asked: Asked, proposed: Proposed | None) -> float | None:
    if asked.target is not None or proposed is None:
        return asked.target
    return proposed.teams.get(COMPANY)


def _sum(proposed: Proposed | None) -> float | None:
    return None if proposed is None or not proposed.reps else float(sum(proposed.reps.values()))


def _simulated_hours(
    scenario: Scenario, years: Years, proposed: Proposed, asked: Asked, tell: Tell
) -> dict[str, NeededHours]:
    """Return the hours that each proposed quota would take, group by group."""
    found: dict[str, NeededHours] = {}
    names = [rep.name for rep in seats_of(scenario)]
    for place, group in enumerate(scenario.team.groups):
        theirs, names = names[: group.seats], names[group.seats :]
        wanted = [name for name in theirs if name in proposed.reps]
        if wanted:
            trials = hours_trials(
                scenario, place, years, lambda done, whole: tell("trying hours", done, whole)
            )
            found |= {} if trials is None else _needed(trials, proposed, asked, wanted)
    return found


def _needed(trials: Trials, proposed: Proposed, asked: Asked, names: list[str]) -> dict[str, NeededHours]:
    return {name: trials.needed(name, proposed.reps[name], asked.chance) for name in names}
