"""Which cadences are compared, under which names, and whether they can hold their hours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from simulations.cadence import TooFewOnDays
from simulations.calendar import HOUR
from simulations.errors import BadInput, Problem
from simulations.plan import Plan, make_plan
from simulations.planned import first_wave, planned_seat, seat_years
from simulations.scenario.model import Cadence, Custom, QuarterEnd, Sawtooth, Scenario, Steady

STEADY = "steady"


def name_cadences(cadences: Sequence[Cadence]) -> dict[str, Cadence]:
    """Return the cadences by name, steady first, the others in alphabetical order, doubles numbered."""
    named: dict[str, Cadence] = {STEADY: Steady()}
    for cadence in sorted(cadences, key=lambda item: (item.kind, item.model_dump_json())):
        if cadence in named.values():
            continue
        twins = sum(other.kind == cadence.kind for other in named.values())
        named[cadence.kind if not twins else f"{cadence.kind} {twins + 1}"] = cadence
    return named


def check_cadence(scenario: Scenario, name: str, cadence: Cadence) -> None:
    """Raise BadInput where some seat's days cannot hold a cadence in some phase."""
    refusal = cadence_refusal(make_plan(scenario), cadence)
    if refusal is not None:
        raise BadInput([Problem(scenario.name, "", f"cadence {name}", _written(cadence), refusal)])


def _written(cadence: Cadence) -> str:
    if isinstance(cadence, Sawtooth):
        return f"{cadence.weeks_on} weeks on, {cadence.weeks_off} off"
    if isinstance(cadence, QuarterEnd):
        return f"{cadence.weeks_off} weeks off at quarter ends"
    return cadence.kind


def cadence_refusal(plan: Plan, cadence: Cadence) -> str | None:
    """Return why some seat's days cannot hold a cadence, the scenario's changes included; None where they can.

    Every phase of a wave is tried, since each replication draws its own.
    """
    return _too_full_weeks(plan, cadence) or _too_few_on_days(plan, cadence)


def _too_full_weeks(plan: Plan, cadence: Cadence) -> str | None:
    for seat in _different_seats(plan):
        for segment in chain.from_iterable(seat_years(plan, cadence, seat)):
            if not isinstance(segment.cadence, Custom):
                continue
            most = max(segment.cap - segment.review, 0) * segment.days_per_week / HOUR
            highest = max(segment.cadence.hours_by_week)
            if highest > most:
                return (
                    f"a week of {highest:g} prospecting hours does not fit; the week holds at most {most:g}"
                )
    return None


def _too_few_on_days(plan: Plan, cadence: Cadence) -> str | None:
    wave = first_wave(plan, cadence)
    period = wave.period_weeks if wave is not None else 1
    refused = {phase: problem for phase in range(period) if (problem := _refusal(plan, cadence, phase))}
    if not refused:
        return None
    worst = max(refused.values(), key=lambda problem: problem.missing)
    every = len(refused) == period
    which = "in every phase, " if every else f"in phases {', '.join(map(str, refused))} of {period}, "
    return f"{which if wave is not None else ''}{worst}; prospect in more weeks, or set allow_unequal_hours: true"


def _refusal(plan: Plan, cadence: Cadence, phase: int) -> TooFewOnDays | None:
    for seat in _different_seats(plan):
        try:
            planned_seat(plan, cadence, seat, phase)
        except TooFewOnDays as problem:
            return problem
    return None


def _different_seats(plan: Plan) -> list[int]:
    """Return one seat for each set of hours."""
    terms = [
        (plan.hired_week[seat], *(regime.seats[seat][:2] for regime in plan.regimes))
        for seat in range(plan.seats)
    ]
    return sorted({term: seat for seat, term in reversed(list(enumerate(terms)))}.values())
