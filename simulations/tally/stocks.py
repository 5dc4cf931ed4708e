"""The open pipeline at week ends, from the stays in stages; and what hours and waits come to."""

from __future__ import annotations

import math
from typing import Any

from simulations.calendar import DAY, HOUR, WEEK_DAYS
from simulations.compiled import compiled_beside
from simulations.tally.layout import HUNDREDTHS, Floats, Frame, Tally
from simulations.tally.reading import WON

WEEK = WEEK_DAYS * DAY


@compiled_beside
def count_stocks(leads: Any, stays: Any, made: int, frame: Frame, tally: Tally) -> None:
    """Count the open pipeline just before each week's end: shown weeks, the year by age class, the warm-up's last 26."""
    terms = frame.terms[0]
    shown = terms.first_shown
    settling = terms.habit_start - (tally.settling.size - 1) * WEEK
    for i in range(made):
        stay = stays[i]
        lead = leads[stay.lead]
        first, beyond = _looks(stay, shown + WEEK, tally.stock_count.size)
        for week in range(first, beyond):
            tally.stocks[week, stay.stage] += lead.value
            tally.stock_count[week] += 1
        first, beyond = _looks(stay, settling, tally.settling.size)
        for week in range(first, beyond):
            tally.settling[week] += lead.value
        first, beyond = _looks(stay, terms.start + WEEK, terms.weeks)
        in_time = lead.outcome == WON and terms.start <= lead.closed < terms.end
        for week in range(first, beyond):
            age = _age(terms.start + (week + 1) * WEEK - stay.entered, frame)
            tally.open_by_class[week, stay.stage, age] += lead.value
            if in_time:
                tally.won_by_class[week, stay.stage, age] += lead.booked
    weighted = 0.0
    for stage in range(terms.stages):
        weighted += tally.stocks[terms.last_week, stage] * frame.weights[terms.last_week, stage]
    tally.scalars[0].weighted_at_year_end = weighted / HUNDREDTHS


@compiled_beside
def _looks(stay: Any, origin: int, count: int) -> tuple[int, int]:
    """Return which of the weekly looks at ``origin``, one week later, ... see a stay: entered before, left no earlier."""
    first = max(0, (stay.entered - origin) // WEEK + 1)
    if stay.left < origin:
        return 0, 0
    beyond = min(count, (stay.left - origin) // WEEK + 1)
    return first, beyond


@compiled_beside
def _age(seconds: int, frame: Frame) -> int:
    age = 0
    for edge in frame.age_edges:
        age += seconds >= edge
    return age


@compiled_beside
def settle_hours(market: Floats, frame: Frame, tally: Tally) -> None:
    """Put sums of seconds into hours and days, and what follows from them."""
    out = tally.scalars[0]
    busy = out.selling_hours + out.idle_hours
    out.utilisation = out.selling_hours / busy if busy else math.nan
    _by_kind_of_week(tally, out)
    _market_timing(market, frame, tally)
    out.prospecting_hours /= HOUR
    out.selling_hours /= HOUR
    out.qualifying_hours /= HOUR
    out.stage_hours /= HOUR
    out.follow_up_hours /= HOUR
    out.review_hours /= HOUR
    out.idle_hours /= HOUR


@compiled_beside
def _by_kind_of_week(tally: Tally, out: Any) -> None:
    """Split hours left and days waited by whether the seat prospected in the week."""
    weeks_on = weeks_off = left_on = left_off = 0
    waits_on = waits_off = waited_on = waited_off = 0
    for i in range(tally.cells.size):
        cell = tally.cells[i]
        worked = cell.days > 0
        if cell.blocks > 0:
            weeks_on += worked
            left_on += cell.left
            waits_on += cell.waits
            waited_on += cell.waited
        else:
            weeks_off += worked
            left_off += cell.left
            waits_off += cell.waits
            waited_off += cell.waited
    out.selling_hours_on_week = left_on / weeks_on / HOUR if weeks_on else math.nan
    out.selling_hours_off_week = left_off / weeks_off / HOUR if weeks_off else math.nan
    waits, waited = waits_on + waits_off, waited_on + waited_off
    out.days_waited = waited / waits / DAY if waits else math.nan
    out.days_waited_on_week = waited_on / waits_on / DAY if waits_on else math.nan
    out.days_waited_off_week = waited_off / waits_off / DAY if waits_off else math.nan


@compiled_beside
def _market_timing(market: Floats, frame: Frame, tally: Tally) -> None:
    terms, out = frame.terms[0], tally.scalars[0]
    met = spent = 0.0
    for i in range(tally.cells.size):
        seconds = tally.cells[i].prospected
        spent += seconds
        met += seconds * market[i % terms.weeks]
    even = (frame.evenly * market).sum() / frame.evenly.sum()
    out.market_timing = round(met / spent / even - 1.0, 12) if spent else math.nan
