"""Bookings by seat from a scenario: so many simulated years, each with a market of its own that all seats share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.quota.draws import Floats, QuotaDraws, Rep
from simulations.calendar import DAY, WEEK_DAYS
from simulations.engine import Machine
from simulations.errors import BadInput, Problem
from simulations.journal import Kind
from simulations.plan import Plan, make_plan
from simulations.processes import by_threads
from simulations.recorder.log import owner_name
from simulations.scenario.model import Cadence, Scenario
from simulations.wording import value_unit

CENTS = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Years:
    """What is simulated: how many years of which cadence, under which luck.

    Attributes
    ----------
    cadence : Cadence
    replications : range
        Numbers of the simulated years; the same number is the same luck.
    seed : int
    workers : int, optional
        Threads; as many as there are cores unless told.
    period : (date, date), optional
        First and last day, inside the year under study; all of it unless told.
    """

    cadence: Cadence
    replications: range
    seed: int
    workers: int | None = None
    period: tuple[dt.date, dt.date] | None = None


def simulated_draws(scenario: Scenario, years: Years, progress: Progress | None = None) -> QuotaDraws:
    """Return the bookings of each seat in simulated years.

    A seat's quota is that of whoever holds it: a leaver's deals are booked by the seat that they pass to, a seat that
    stands empty books nothing, and the next holder ramps. Seats of one group have the same terms, so they are of one
    kind; those of a scenario that starts from given open opportunities are not.

    Parameters
    ----------
    scenario : Scenario
    years : Years
    progress : callable, optional
        Told how many years of how many are simulated.

    Raises
    ------
    BadInput
        The period does not lie inside the year.
    """
    plan = make_plan(scenario)
    begin, end = _days(plan, years.period)
    seconds = (begin * DAY, end * DAY)
    rows = np.zeros((len(years.replications), plan.seats))
    found = by_threads(
        lambda: Machine(plan),
        lambda machine, place: seat_bookings(machine, years, years.replications[place], seconds),
        len(rows),
        years.workers,
    )
    for place, row in enumerate(found):
        rows[place] = row
        if progress is not None:
            progress(place + 1, len(rows))
    line = plan.timeline
    return QuotaDraws(
        seats_of(scenario), rows, np.zeros(len(rows)), np.array(years.replications, dtype=np.int64),
        line.date_of(begin), line.date_of(end - 1), value_unit(scenario),
    )  # fmt: skip


def seat_bookings(machine: Machine, years: Years, replication: int, seconds: tuple[int, int]) -> Floats:
    """Return what each seat books in one replication from a second on until another, in the scenario's unit."""
    weeks = -(-seconds[1] // (WEEK_DAYS * DAY))
    machine.run(years.cadence, years.seed, replication, keep_journal=False, weeks=weeks)
    deals = machine.save().tables["deals"]
    won = deals[deals["outcome"] == Kind.WON]
    won = won[(won["closed_at"] >= seconds[0]) & (won["closed_at"] < seconds[1])]
    plan = machine.plan
    cents = np.full(won.size, CENTS) if plan.scenario.unit == "deals" else won["cents"]
    return np.asarray(np.bincount(won["seat"], cents, minlength=plan.seats) / CENTS)


def seats_of(scenario: Scenario) -> tuple[Rep, ...]:
    """Return the seats of a scenario as reps: named as in the CRM, a group is a team."""
    names = [group.name for group in scenario.team.groups]
    teams = [name if names.count(name) == 1 else f"{name} {place + 1}" for place, name in enumerate(names)]
    groups = [place for place, group in enumerate(scenario.team.groups) for _ in range(group.seats)]
    return tuple(
        Rep(owner_name(seat), teams[group], seat if scenario.open_deals else group)
        for seat, group in enumerate(groups)
    )


def _days(plan: Plan, period: tuple[dt.date, dt.date] | None) -> tuple[int, int]:
    """Return the first day of a period and the one after it, as day numbers."""
    line = plan.timeline
    year = (line.year_start_day, line.year_end_day)
    if period is None:
        return year
    begin, end = line.day_of(period[0]), line.day_of(period[1]) + 1
    if not year[0] <= begin < end <= year[1]:
        first, last = line.date_of(year[0]), line.date_of(year[1] - 1)
        allowed = f"must lie inside the year under study, {first} to {last}"
        raise BadInput([Problem(plan.scenario.name, "", "period", f"{period[0]} to {period[1]}", allowed)])
    return begin, end
