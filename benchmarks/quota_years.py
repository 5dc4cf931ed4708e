"""Quotas set for a chance, and the years that follow: from scenarios, and from one exported year of simulated companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np
import pandas as pd

from forecast.quota.curve import quota_for
from forecast.quota.draws import Floats, QuotaDraws
from forecast.quota.history import HistoryQuestion, learned_history
from forecast.quota.simulated import Years, simulated_draws
from simulations.calendar import DAY, Timeline, timeline
from simulations.engine import simulate
from simulations.journal import Events, Kind
from simulations.processes import in_order
from simulations.recorder import record_log, tables_at
from simulations.recorder.log import owner_name
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.records import Horizon
from simulations.tables import CrmTables, among

#: Draws of each history.
DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Attained:
    """A share of years (or of companies) in which a quota was attained.

    Attributes
    ----------
    name : str
        Whose quota.
    share, low, high : float
        The share and its 95% interval.
    count : int
    """

    name: str
    share: float
    low: float
    high: float
    count: int


def attained_in_fresh_years(
    scenario: Scenario, chance: float, set_in: range, seen_in: range, seed: int
) -> list[Attained]:
    """Return how often quotas set in some simulated years are attained in others: of the company and of each group's reps.

    The interval is of the share in the fresh years, year by year: reps of one year share its market.
    """
    draws, fresh = (
        simulated_draws(scenario, Years(Steady(), numbers, seed)) for numbers in (set_in, seen_in)
    )
    found = [_seen("company", draws.company, fresh.company, draws, chance)]
    kinds = {rep.kind: place for place, rep in reversed(list(enumerate(draws.reps)))}
    for place in sorted(kinds.values()):
        name = f"a rep of {draws.reps[place].team}"
        found.append(_seen(name, draws.of_rep(place), fresh.of_rep(place), draws, chance))
    return found


def _seen(name: str, set_in: Floats, seen_in: Floats, draws: QuotaDraws, chance: float) -> Attained:
    quota = quota_for(set_in, chance, draws.world).mean
    by_year = (seen_in >= quota).mean(axis=1)
    return share_of(name, by_year)


def share_of(name: str, hits: Floats) -> Attained:
    """Return the mean of hits (or of shares of hits) with its normal interval."""
    half = 1.96 * float(hits.std(ddof=1)) / np.sqrt(len(hits))
    mean = float(hits.mean())
    return Attained(name, mean, mean - half, mean + half, len(hits))


@dataclass(frozen=True, slots=True)
class Company:
    """One company: quotas set from its exported year, and what the next year brought.

    Attributes
    ----------
    seed : int
    quota, booked : float
        Of the company.
    chance : float
        Share of the company's draws that reach what was booked: uniform where the draws are right.
    mean : float
        Of the company's draws.
    reps : tuple of bool
        Whether each rep with a quota attained it.
    """

    seed: int
    quota: float
    booked: float
    chance: float
    mean: float
    reps: tuple[bool, ...]


def two_years(scenario: Scenario) -> Scenario:
    """Return a scenario with a first year that is exported and a second one that is forecast."""
    return scenario.model_copy(update={"horizon": Horizon(years=2, run_off=1)})


def company(scenario: Scenario, seed: int, chance: float, perfect: bool) -> Company:  # noqa: FBT001 - handed over to processes by place
    """Return one company's quotas and what became of them.

    Exported is what was created or closed in the year before the moment, as most CRM reports are cut.
    """
    events, line = simulate(scenario, Steady(), seed, 0), timeline(scenario)
    moment = datetime.combine(line.date_of(line.year_start_day), time())
    log = record_log(events, scenario, seed, 0, perfect=perfect, until=moment)
    tables = since(tables_at(log, moment), line.date_of(line.habit_start_day))
    last = line.date_of(line.year_end_day - 1)
    asked = HistoryQuestion(pd.Timestamp(moment), moment.date(), last, draws=DRAWS, seed=seed + 1)
    draws = learned_history(tables, asked, scenario.currency).draws()
    booked = booked_by_seat(events, line)
    whole, quota = draws.company, quota_for(draws.company, chance, draws.world).mean
    theirs = {owner_name(seat): float(amount) for seat, amount in enumerate(booked)}
    reps = tuple(
        theirs.get(rep.name, 0.0) >= quota_for(draws.of_rep(place), chance, draws.world).mean
        for place, rep in enumerate(draws.reps)
    )
    total = float(booked.sum())
    return Company(seed, quota, total, float((whole >= total).mean()), float(whole.mean()), reps)


def since(tables: CrmTables, first: date) -> CrmTables:
    """Return the tables of an export that holds what was created or closed, or is open, since a day."""
    rows, day = tables.opportunities, pd.Timestamp(first)
    kept = rows[(rows["created"] >= day) | ~(rows["closed"] < day)].reset_index(drop=True)
    history, activities = (
        part[among(part["id"], kept["id"])].reset_index(drop=True)
        for part in (tables.stage_history, tables.activities)
    )
    return replace(tables, opportunities=kept, stage_history=history, activities=activities)


def booked_by_seat(events: Events, line: Timeline) -> Floats:
    """Return what each seat booked in the year under study."""
    inside = (events["time"] >= line.year_start_day * DAY) & (events["time"] < line.year_end_day * DAY)
    won = events[(events["kind"] == Kind.WON) & inside]
    return np.bincount(won["seat"], won["value"]).astype(np.float64)


def companies(
    scenario: Scenario, seeds: Sequence[int], chance: float, *, perfect: bool, workers: int | None = None
) -> list[Company]:
    """Return many companies, in the order of their seeds."""
    tasks = [(two_years(scenario), seed, chance, perfect) for seed in seeds]
    return list(in_order(company, tasks, workers))
