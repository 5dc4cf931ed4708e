"""From a compiled run to the measures of its year: the same as `simulations.measures.measure`, many times faster."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulations.calendar import DAY, WEEK_DAYS
from simulations.compiled import compiled_at_first_call
from simulations.engine import Machine
from simulations.ledger import month_edges_before
from simulations.measures import MEASURES, YearMeasures, team_target
from simulations.plan import Plan, make_plan
from simulations.projection import AGE_EDGES_DAYS, PipelineYear
from simulations.scenario.model import Scenario
from simulations.tally.layout import FRAME, HUNDREDTHS, Floats, Frame, Ints, Tally, empty_tally
from simulations.tally.money import book_periods, count_leads, find_families, settle_year
from simulations.tally.reading import read_hours, read_leads
from simulations.tally.stocks import count_stocks, settle_hours
from simulations.weekly import FOUR_WEEKS, shown_weeks

WEEK = WEEK_DAYS * DAY


def frame_of(plan: Plan) -> Frame:
    """Return what counting needs to know of a plan."""
    line = plan.timeline
    weeks = shown_weeks(line)
    start, end = line.year_start_day * DAY, line.year_end_day * DAY
    first = start + int(weeks[0] - 1) * WEEK
    terms = np.zeros(1, dtype=FRAME)
    terms[0] = (
        start,
        end,
        line.year_weeks,
        plan.stages,
        team_target(plan),
        first,
        (end - first) // WEEK - 1,
        line.habit_start_day * DAY,
        line.years_count,
        plan.scenario.unit == "deals",
    )
    ends = [first + (week + 1) * WEEK - 1 for week in range(weeks.size)]
    bases = [np.array(plan.regime(int(moment) // DAY).base_probability) for moment in ends]
    working = plan.working[line.year_start_day : line.year_end_day].reshape(line.year_weeks, -1)
    return Frame(
        terms=terms,
        weights=np.array([np.cumprod(base[::-1])[::-1] for base in bases]),
        age_edges=np.array(AGE_EDGES_DAYS, dtype=np.int64) * DAY,
        months=line.month_edges() * DAY,
        quarters=np.ascontiguousarray(line.quarter_edges() * DAY),
        recognised=month_edges_before(plan, plan.scenario.ledger.recognition_months - 1) * DAY,
        evenly=working.sum(axis=1).astype(np.float64),
    )


def year_of(machine: Machine, frame: Frame) -> YearMeasures:
    """Return the measures of a machine's last run, which must have kept its journal.

    Parameters
    ----------
    machine : Machine
    frame : Frame
        Of the same plan (`frame_of`).
    """
    plan = machine.plan
    line = plan.timeline
    tally = empty_tally(frame, plan.seats)
    market = np.ascontiguousarray(
        machine.market()[line.year_start_week : line.year_start_week + line.year_weeks]
    )
    last = _count(machine.rows(), machine.leads_made(), market, frame, tally)
    values = tally.scalars.view(np.float64)
    return YearMeasures(
        scalars=dict(zip(MEASURES, values.tolist(), strict=True)),
        weekly=_weekly(frame, tally, last),
        pipeline=PipelineYear(
            booked=np.cumsum(tally.booked) / HUNDREDTHS,
            open_by_class=tally.open_by_class / HUNDREDTHS,
            won_by_class=tally.won_by_class / HUNDREDTHS,
            new_value=tally.new_value / HUNDREDTHS,
        ),
        bookings_by_month=tally.bookings_by_month / HUNDREDTHS,
        revenue_by_month=_revenue(plan, tally.recognised),
        bookings_by_seat=tally.by_seat / HUNDREDTHS,
        seconds_by_seat=tally.seconds_by_seat,
        settling=(
            float(tally.settling[:13].mean()) / HUNDREDTHS,
            float(tally.settling[13:].mean()) / HUNDREDTHS,
        ),
    )


def compile_counting() -> None:
    """Compile what counts, before there is a run to count."""
    plan = make_plan(Scenario())
    year_of(Machine(plan), frame_of(plan))


@compiled_at_first_call
def _count(rows: Any, count: int, market: Floats, frame: Frame, tally: Tally) -> int:
    """Count everything, and return the time of the last event."""
    leads, stays, made, last = read_leads(rows, count, frame)
    find_families(leads, frame)
    count_leads(leads, frame, tally)
    book_periods(leads, frame, tally)
    count_stocks(leads, stays, made, frame, tally)
    settle_year(frame, tally)
    read_hours(rows, frame, tally)
    settle_hours(market, frame, tally)
    return last


def _weekly(frame: Frame, tally: Tally, last: int) -> Floats:
    """Return the weekly series in the order of `simulations.weekly.SERIES`."""
    first = int(frame.terms[0]["first_shown"])
    weeks = tally.stock_count.size
    booked = tally.bookings_by_week / HUNDREDTHS
    sums = np.concatenate(([0.0], np.cumsum(booked)))
    rows = np.empty((6, weeks))
    rows[0] = tally.hours_by_week / 3_600
    rows[1] = booked[FOUR_WEEKS - 1 :]
    rows[2] = (sums[FOUR_WEEKS:] - sums[:-FOUR_WEEKS]) / FOUR_WEEKS
    stocks = tally.stocks / HUNDREDTHS
    rows[3] = stocks.sum(axis=1)
    rows[4] = tally.stock_count
    rows[5] = (stocks * frame.weights).sum(axis=1)
    starts = first + np.arange(weeks) * WEEK
    rows[2, starts < (FOUR_WEEKS - 1) * WEEK] = np.nan
    rows[:, starts > last] = np.nan
    return rows


def _revenue(plan: Plan, booked: Ints) -> Floats:
    parts = plan.scenario.ledger.recognition_months
    spread = np.convolve(booked / HUNDREDTHS, np.full(parts, 1.0 / parts))
    return np.asarray(spread[parts - 1 : parts - 1 + 12])
