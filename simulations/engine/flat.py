"""A plan laid out in the tables that the compiled engine reads."""

from __future__ import annotations

import numpy as np

from simulations.calendar import MONTHS, WEEK_DAYS
from simulations.engine.layout import (
    DAYS,
    GIVEN,
    HAND_OVER,
    HOURS,
    PLANNED,
    QUEUE_RULES,
    RULE,
    SEASON,
    SEAT,
    SOURCE,
    STAGE,
    TERMS,
    WEEK,
    WORLD,
)
from simulations.engine.memory import Table
from simulations.plan import Plan
from simulations.staffing import SEAT_WEEK

NO_RULE = -1


def given_tables(plan: Plan) -> dict[str, Table]:
    """Return the tables of a plan that no run changes; those of the cadence's hours are still empty."""
    weeks = -(-plan.timeline.end_day // WEEK_DAYS)
    return {
        "terms": np.array([regime.terms for regime in plan.regimes], dtype=TERMS),
        "stages": np.array([list(regime.stages) for regime in plan.regimes], dtype=STAGE),
        "sources": np.array([list(regime.sources) for regime in plan.regimes], dtype=SOURCE),
        "hours": np.array([list(regime.seats) for regime in plan.regimes], dtype=HOURS),
        "days": _days(plan),
        "weeks": np.zeros(weeks, dtype=WEEK),
        "rules": np.zeros(1, dtype=RULE),
        "seasons": _seasons(plan),
        "staff": np.zeros((plan.seats, weeks), dtype=SEAT_WEEK),
        "hand_overs": np.zeros(1, dtype=HAND_OVER),
        "given": np.array(list(plan.given), dtype=GIVEN) if plan.given else np.zeros(1, dtype=GIVEN),
        "planned": np.zeros((plan.seats, 1), dtype=PLANNED),
    }


def seats_table(plan: Plan) -> Table:
    """Return the seats before a run."""
    seats = np.zeros(plan.seats, dtype=SEAT)
    seats["row"] = np.arange(plan.seats)
    return seats


def _seasons(plan: Plan) -> Table:
    rates = [months for regime in plan.regimes for months in regime.stream_rates]
    return np.array(rates or np.zeros((1, MONTHS)), dtype=np.float64).view(SEASON)


def _days(plan: Plan) -> Table:
    line = plan.timeline
    days = np.zeros(line.end_day + 1, dtype=DAYS)
    days["working"][:-1] = plan.working
    dates = np.datetime64(line.date_of(0), "D") + np.arange(days.size)
    days["month"] = dates.astype("datetime64[M]").astype(np.int64) % MONTHS
    starts = [regime.start_day for regime in plan.regimes]
    days["regime"] = np.searchsorted(starts, np.arange(days.size), side="right") - 1
    days["quarter_end"], days["last_worked"] = plan.quarter_end, plan.last_worked
    days["rule"] = NO_RULE
    return days


def world_of(plan: Plan) -> Table:
    """Return the world of a plan, its tables not yet pointed to."""
    scenario, line, switches = plan.scenario, plan.timeline, plan.scenario.switches
    world = np.zeros(1, dtype=WORLD)
    facts = {
        "seats_count": plan.seats,
        "streams_count": plan.streams,
        "weeks_count": -(-line.end_day // WEEK_DAYS),
        "given_count": len(plan.given),
        "last_stage": plan.stages - 1,
        "day_start": plan.day_start,
        "habit_start_day": line.habit_start_day,
        "year_end_day": line.year_end_day,
        "end_day": line.end_day,
        "queue_rule": QUEUE_RULES[scenario.work.queue],
        "contention": switches.contention,
        "reviews": switches.reviews,
        "answer_first": scenario.work.first_answer == "first",
        "until_closed": line.until_closed,
        "counts_deals": plan.scenario.unit == "deals",
    }
    for name, fact in facts.items():
        world[name] = fact
    return world
