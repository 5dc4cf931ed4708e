"""Bookings from leads: the fair year, its months and quarters, and what the pipeline still brings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulations.calendar import DAY, WEEK_DAYS
from simulations.compiled import compiled_beside
from simulations.randomness import MEETING_INTRODUCTIONS, REFERRAL, introduction_birth
from simulations.tally.layout import HUNDREDTHS, NEVER, Floats, Frame, Ints, Tally
from simulations.tally.reading import WON

WEEK = WEEK_DAYS * DAY
FOUR_WEEKS = 4
SOURCE_SHIFT = np.uint64(62)


@compiled_beside
def count_leads(leads: Any, frame: Frame, tally: Tally) -> None:
    """Count leads and opportunities, the fair year's bookings, cycle and win rate."""
    terms, out = frame.terms[0], tally.scalars[0]
    closed = won = everything = 0
    cycles = np.empty(leads.size, dtype=np.int64)
    wins = 0
    for i in range(leads.size):
        lead = leads[i]
        in_year = terms.start <= lead.closed < terms.end
        counted = lead.appeared < terms.end
        if lead.outcome == WON:
            _book(lead, terms, in_year, counted, out)
            if in_year:
                cycles[wins] = lead.closed - lead.opened
                wins += 1
        if counted and lead.closed >= terms.start:
            everything += lead.value
            out.open_at_end += lead.value * (lead.closed == NEVER)
        if counted and lead.appeared >= terms.start:
            out.leads += 1
            closed += lead.outcome > 0
            won += lead.outcome == WON
        _count_opened(lead, terms, out)
    out.open_at_end_share = out.open_at_end / everything if everything else 0.0
    out.win_rate = won / closed if closed else math.nan
    out.wins = wins
    out.cycle_days = cycles[:wins].mean() / DAY if wins else math.nan
    out.cycle_days_median = np.median(cycles[:wins]) / DAY if wins else math.nan


@compiled_beside
def _book(lead: Any, terms: Any, in_year: bool, counted: bool, out: Any) -> None:  # noqa: FBT001 - flags of a lead
    if in_year and lead.appeared < terms.start:
        out.carried_in += lead.booked
    elif in_year:
        out.this_year += lead.booked
    elif counted and lead.closed >= terms.end:
        out.run_off += lead.booked
    if lead.family:
        out.horizon_of_referrals += lead.booked


@compiled_beside
def _count_opened(lead: Any, terms: Any, out: Any) -> None:
    if not terms.start <= lead.opened < terms.end:
        return
    out.opportunities += 1
    source = lead.birth >> SOURCE_SHIFT
    if source == np.uint64(0):
        out.opportunities_prospecting += 1
    elif source == np.uint64(1):
        out.opportunities_inbound += 1
    else:
        out.opportunities_referral += 1


@compiled_beside
def find_families(leads: Any, frame: Frame) -> None:
    """Mark the introductions after the year that descend from counted opportunities."""
    end = frame.terms[0].end
    births, places = _introduced(leads)
    parents = np.empty(leads.size, dtype=np.int64)
    waiting = 0
    for i in range(leads.size):
        if leads[i].asked + leads[i].asked_meeting > 0 and leads[i].appeared < end:
            parents[waiting] = i
            waiting += 1
    while waiting > 0:
        waiting -= 1
        parent = leads[parents[waiting]]
        for number in range(parent.asked + parent.asked_meeting):
            at_win = number < parent.asked
            index = number if at_win else MEETING_INTRODUCTIONS + number - parent.asked
            i = _place(births, places, introduction_birth(parent.birth, index))
            if i < 0 or leads[i].appeared < end:
                continue
            leads[i].family = True
            if leads[i].asked + leads[i].asked_meeting > 0:
                parents[waiting] = i
                waiting += 1


@compiled_beside
def _introduced(leads: Any) -> tuple[Any, Ints]:
    """Return the birth keys of all introductions, sorted, and their places among the leads."""
    births = np.empty(leads.size, dtype=np.uint64)
    places = np.empty(leads.size, dtype=np.int64)
    count = 0
    for i in range(leads.size):
        if leads[i].birth >> SOURCE_SHIFT == np.uint64(REFERRAL):
            births[count] = leads[i].birth
            places[count] = i
            count += 1
    order = np.argsort(births[:count])
    return births[:count][order], places[:count][order]


@compiled_beside
def _place(births: Any, places: Ints, birth: int) -> int:
    at = np.searchsorted(births, birth)
    return places[at] if at < births.size and births[at] == birth else -1


@compiled_beside
def book_periods(leads: Any, frame: Frame, tally: Tally) -> None:
    """Count bookings by week, month, seat, and what each week's end still had to come."""
    terms = frame.terms[0]
    quarters = np.zeros(frame.quarters.size - 1, dtype=np.int64)
    first = terms.first_shown - (FOUR_WEEKS - 1) * WEEK
    for i in range(leads.size):
        lead = leads[i]
        if lead.outcome != WON:
            continue
        if lead.closed >= first:
            week = (lead.closed - first) // WEEK
            if week < tally.bookings_by_week.size:
                tally.bookings_by_week[week] += lead.booked
        _add(lead, frame.months, tally.bookings_by_month)
        _add(lead, frame.quarters, quarters)
        _add(lead, frame.recognised, tally.recognised)
        if terms.start <= lead.closed < terms.end:
            tally.by_seat[lead.seat] += lead.booked
            tally.booked[(lead.closed - terms.start) // WEEK] += lead.booked
            for later in range(min((lead.opened - terms.start) // WEEK, terms.weeks)):
                tally.new_value[later] += lead.booked
    _rhythm(quarters, terms, tally)


@compiled_beside
def _add(lead: Any, edges: Ints, sums: Ints) -> None:
    at = np.searchsorted(edges, lead.closed, side="right") - 1
    if 0 <= at < sums.size:
        sums[at] += lead.booked


@compiled_beside
def _rhythm(quarters: Ints, terms: Any, tally: Tally) -> None:
    out = tally.scalars[0]
    out.worst_quarter = quarters.min()
    out.month_volatility = _volatility(tally.bookings_by_month.astype(np.float64))
    out.quarter_volatility = _volatility(quarters.astype(np.float64))
    highest, lowest = 0, NEVER
    for week in range(terms.weeks - FOUR_WEEKS + 1):
        window = tally.booked[week : week + FOUR_WEEKS].sum()
        highest, lowest = max(highest, window), min(lowest, window)
    out.peak_to_trough = highest / lowest if lowest > 0 else math.nan


@compiled_beside
def _volatility(values: Floats) -> float:
    mean = values.mean()
    if mean <= 0.0:
        return math.nan
    return math.sqrt(((values - mean) ** 2).sum() / (values.size - 1)) / mean


@compiled_beside
def settle_year(frame: Frame, tally: Tally) -> None:
    """Put sums of hundredths into units, and what follows from them."""
    terms, out = frame.terms[0], tally.scalars[0]
    whole = out.carried_in + out.this_year
    out.bookings_in_year = whole / HUNDREDTHS
    out.total = (whole + out.run_off) / HUNDREDTHS
    out.attainment = out.bookings_in_year / terms.target
    out.target_reached = 1.0 if out.bookings_in_year >= terms.target else 0.0
    out.carried_in /= HUNDREDTHS
    out.this_year /= HUNDREDTHS
    out.run_off /= HUNDREDTHS
    out.open_at_end /= HUNDREDTHS
    out.horizon_of_referrals /= HUNDREDTHS
    out.worst_quarter /= HUNDREDTHS
    out.weighted_error = out.weighted_at_year_end - out.run_off
