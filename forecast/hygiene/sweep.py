"""The rule `disqualify after N days without a next step`, swept in a scenario: paired years of the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from forecast.calibration.streams import stream
from forecast.hygiene.results import Best, ScenarioHygiene, Swept
from simulations.deals import history_of
from simulations.engine import Machine
from simulations.errors import BadInput, Problem
from simulations.intervals import CONFIDENCE, estimate
from simulations.journal import Kind
from simulations.plan import Plan, make_plan
from simulations.processes import by_threads
from simulations.scenario.model import Scenario
from simulations.tally import Frame, frame_of, year_of

Floats = npt.NDArray[np.float64]
#: Days that are compared unless told.
DAYS = (14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0)
#: Longer than any run: nothing is disqualified.
NEVER = 3_650.0
FEWEST, MOST_RULES = 20, 50
_RESAMPLED = 2_000
_RANGE = (0.025, 0.975)
#: What is read of each year; the last two are compared with the same year without the rule.
MEASURES = (
    "total",
    "follow_up_hours",
    "weighted_error",
    "weighted_at_year_end",
    "disqualified",
    "thrown",
    "thrown_value",
)


class Lives(NamedTuple):
    """The opportunities of a year, by birth key: those won, with what for; those that a review ended in the year."""

    won: npt.NDArray[np.uint64]
    booked: Floats
    ended: npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule, laid out flat."""

    plan: Plan
    machine: Machine
    frame: Frame

    @classmethod
    def of(cls, scenario: Scenario, days: float) -> _Rule:
        reviews = scenario.reviews.model_copy(update={"disqualify_after_days": days})
        plan = make_plan(scenario.model_copy(update={"reviews": reviews}))
        return cls(plan, Machine(plan), frame_of(plan))

    def year(self, seed: int, replication: int) -> tuple[dict[str, float], Lives]:
        """Return the measures of one year, and the lives of its opportunities."""
        machine = self.machine
        machine.run(self.plan.scenario.cadence, seed, replication, keep_journal=True)
        scalars = dict(year_of(machine, self.frame).scalars)
        history = history_of(self.plan, machine.journal())
        deals, inside = history.deals, history.in_year(history.deals.closed)
        ended = deals.birth[(deals.outcome == Kind.DISQUALIFIED) & inside]
        return scalars, Lives(deals.birth[deals.won], history.booked[deals.won], ended)


def sweep_days(
    scenario: Scenario,
    days: Sequence[float] = DAYS,
    *,
    replications: int = 200,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ScenarioHygiene:
    """Return what disqualifying after so many days without a next step does in a scenario.

    Every rule meets the same luck, replication by replication, beside never disqualifying; the weekly review takes its
    hours in all of them. A win is thrown away where a review of the year ends an opportunity that the same year without the
    rule wins, in it or later. The best rule is the one with the most bookings of year and run-off in the mean; its interval
    holds 95% of the best rules of resampled replications (bootstrap, Efron 1979). Intervals of the bookings are widened for
    looking at all rules together (Bonferroni); two rules are alike where their paired difference holds 0.

    Parameters
    ----------
    scenario : Scenario
        Its own cadence is run.
    days : sequence of float
        At least one, each above 0.
    replications : int
        At least 20.
    seed : int
    workers : int, optional
        Threads; the result does not depend on it.
    progress : callable, optional
        Told how many replications of how many are finished.

    Raises
    ------
    BadInput
        The days or replications are none.
    """
    rules = _checked(days, replications)
    rows: list[Floats] = []
    found = by_threads(
        lambda: [_Rule.of(scenario, rule) for rule in (*rules, NEVER)],
        lambda tools, number: _replicate(tools, seed, number),
        replications,
        workers,
    )
    with closing(found) as years:  # type: ignore[type-var]  # a generator, which closes
        for year in years:
            rows.append(year)
            if progress is not None:
                progress(len(rows), replications)
    return _result(scenario, (*rules, None), np.stack(rows), seed)


def _checked(days: Sequence[float], replications: int) -> tuple[float, ...]:
    problems = [
        Problem("the question", "", "days", f"{one:g}", f"must be above 0 and below {NEVER:g}")
        for one in days
        if not 0 < one < NEVER
    ]
    if not days or len(set(days)) > MOST_RULES:
        problems.append(
            Problem("the question", "", "days", str(len(days)), f"must be 1 to {MOST_RULES} numbers")
        )
    if replications < FEWEST:
        problems.append(
            Problem("the question", "", "replications", str(replications), f"must be {FEWEST} or more")
        )
    if problems:
        raise BadInput(problems)
    return tuple(sorted(set(days)))


def _replicate(tools: Sequence[_Rule], seed: int, number: int) -> Floats:
    """Return the measures of one replication, rules x measures; the last rule is never."""
    years = [tool.year(seed, number) for tool in tools]
    _, without = years[-1]
    order = np.argsort(without.won)
    won, booked = without.won[order], without.booked[order]
    out = np.zeros((len(years), len(MEASURES)))
    for row, (scalars, lives) in enumerate(years):
        ended = np.isin(won, lives.ended)
        out[row] = [
            *(scalars[name] for name in MEASURES[:4]),
            scalars["disqualified_silent"] + scalars["disqualified_unworked"],
            float(ended.sum()), float(booked[ended].sum()),
        ]  # fmt: skip
    return out


def _result(scenario: Scenario, rules: tuple[float | None, ...], rows: Floats, seed: int) -> ScenarioHygiene:
    """Return the result of replications x rules x measures."""
    totals, others = rows[:, :, 0], len(rules) - 1
    level = 1 - (1 - CONFIDENCE) / others
    best = int(totals.mean(axis=0).argmax())
    options = tuple(_swept(rows, rules, row, (best, level)) for row in range(len(rules)))
    return ScenarioHygiene(
        scenario=scenario.name,
        unit=scenario.unit,
        currency=scenario.currency,
        options=options,
        best=_best(rules, totals, stream(seed, "best days to disqualify")),
        matters=any(one.bookings.sign for one in options),
        given=scenario.reviews.disqualify_after_days,
        replications=len(rows),
        seed=seed,
        version=version("pipecast"),
    )


def _swept(rows: Floats, rules: tuple[float | None, ...], row: int, how: tuple[int, float]) -> Swept:
    best, level = how
    mine, never = rows[:, row], rows[:, -1]
    to_best = estimate(mine[:, 0] - rows[:, best, 0], level)
    return Swept(
        days=rules[row],
        bookings=estimate(mine[:, 0] - never[:, 0], level),
        alike=row == best or to_best.sign == 0,
        hours=estimate(never[:, 1] - mine[:, 1]),
        bias=estimate(mine[:, 2]),
        weighted=float(mine[:, 3].mean()),
        disqualified=estimate(mine[:, 4]),
        thrown=estimate(mine[:, 5]),
        thrown_value=estimate(mine[:, 6]),
    )


def _best(rules: tuple[float | None, ...], totals: Floats, rng: np.random.Generator) -> Best:
    """Return the rule with the highest mean, and between which rules the best of resampled replications lies."""
    count = len(totals)
    weight = rng.multinomial(count, np.full(count, 1 / count), _RESAMPLED)
    winner = np.sort((weight @ totals).argmax(axis=1))
    low, high = (rules[int(winner[int(level * (_RESAMPLED - 1))])] for level in _RANGE)
    return Best(rules[int(totals.mean(axis=0).argmax())], low, high)
