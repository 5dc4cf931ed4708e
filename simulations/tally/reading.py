"""One pass over a journal: leads, stays in stages, hours and waits by seat and week."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulations.calendar import DAY, HOUR, WEEK_DAYS
from simulations.compiled import compiled_beside, compiled_inside
from simulations.journal import Kind
from simulations.tally.layout import HUNDREDTHS, LEAD, NEVER, STAY, Frame, Tally

WEEK = WEEK_DAYS * DAY
LEAD_KIND, OPENED, READY, STARTED, WORKED = (
    int(kind) for kind in (Kind.LEAD, Kind.OPENED, Kind.READY, Kind.STARTED, Kind.WORKED)
)
SILENT, FOLLOWED_UP, REVIVED = int(Kind.SILENT), int(Kind.FOLLOWED_UP), int(Kind.REVIVED)
WON, LOST, NO_DECISION, DISQUALIFIED = (
    int(kind) for kind in (Kind.WON, Kind.LOST, Kind.NO_DECISION, Kind.DISQUALIFIED)
)
ASKED, REVIEWED, PROSPECTED = int(Kind.ASKED), int(Kind.REVIEWED), int(Kind.PROSPECTED)
WORK_DAY, SOLD = int(Kind.WORK_DAY), int(Kind.SOLD)
NO_STAY = -1


@compiled_beside
def read_leads(rows: Any, count: int, frame: Frame) -> tuple[Any, Any, int, int]:
    """Return the leads, their stays in stages (with how many there are), and the time of the last event."""
    leads = np.empty(count, dtype=LEAD)
    for i in range(count):
        _await(leads[i])
    stays = np.empty(_visits(rows) + 1, dtype=STAY)  # the last one stands for none: it is written, never read
    counts_deals = frame.terms[0].counts_deals
    made, last = 0, 0
    for i in range(rows.size):
        row = rows[i]
        last = max(last, row.time)
        if row.deal >= 0:
            lead = leads[row.deal]
            made += _read(row, lead, stays[lead.stay], stays[made], made, counts_deals)
    return leads, stays, made, last


@compiled_inside
def _read(row: Any, lead: Any, here: Any, following: Any, made: int, counts_deals: bool) -> int:  # noqa: FBT001 - how the scenario counts
    """Read one event of a lead that is in a stay; return 1 where it begins the following one.

    Records are handed over, not the tables that hold them: counting a table's references in and out at every
    event takes ten times as long as reading it.
    """
    kind = row.kind
    if kind == READY:
        if lead.stay != NO_STAY and here.stage == row.stage:
            return 0
        here.left = row.time
        _enter(following, row)
        lead.stay = made
        return 1
    if kind == LEAD_KIND:
        lead.birth = row.birth
        lead.appeared = row.time
    elif kind == OPENED:
        lead.opened = row.time
        lead.value = _hundredths(row, counts_deals)
    elif kind == ASKED:
        if row.stage < 0:
            lead.asked_meeting = int(row.value)
        else:
            lead.asked = int(row.value)
    elif WON <= kind <= DISQUALIFIED:
        lead.closed = row.time
        lead.outcome = kind
        lead.booked = _hundredths(row, counts_deals) if kind == WON else 0
        lead.seat = row.seat
        here.left = row.time
    return 0


@compiled_inside
def _hundredths(row: Any, counts_deals: bool) -> int:  # noqa: FBT001 - how the scenario counts
    return HUNDREDTHS if counts_deals else math.floor(row.value * HUNDREDTHS + 0.5)


@compiled_beside
def _visits(rows: Any) -> int:
    count = 0
    for i in range(rows.size):
        count += rows[i].kind == READY
    return count


@compiled_inside
def _await(lead: Any) -> None:
    """Set a lead to what it is if it never appears within the run."""
    lead.birth = np.uint64(0)
    lead.appeared = NEVER
    lead.opened = NEVER
    lead.closed = NEVER
    lead.value = 0
    lead.booked = 0
    lead.outcome = 0
    lead.seat = 0
    lead.stay = NO_STAY
    lead.asked = 0
    lead.asked_meeting = 0
    lead.family = False


@compiled_inside
def _enter(stay: Any, row: Any) -> None:
    stay.lead = row.deal
    stay.stage = row.stage
    stay.entered = row.time
    stay.left = NEVER


@compiled_beside
def read_hours(rows: Any, frame: Frame, tally: Tally) -> None:
    """Count hours by activity, waits, silences and reviews' endings of the year; prospecting by shown week."""
    terms, out = frame.terms[0], tally.scalars[0]
    for i in range(rows.size):
        row = rows[i]
        if row.kind == PROSPECTED:
            week = (row.time - terms.first_shown) // WEEK
            if week >= 0 and week < tally.hours_by_week.size:
                tally.hours_by_week[week] += _seconds(row.value)
            year = (row.time - terms.habit_start) // (terms.weeks * WEEK)
            if year >= 0 and year < terms.years:
                tally.seconds_by_seat[year * tally.by_seat.size + row.seat] += _seconds(row.value)
        if not terms.start <= row.time < terms.end:
            continue
        if row.deal < 0:
            _seat_hours(row, terms, tally, out)
        else:
            _deal_hours(row, terms, tally, out)


@compiled_inside
def _seconds(hours: float) -> int:
    return math.floor(hours * HOUR + 0.5)


@compiled_beside
def _seat_hours(row: Any, terms: Any, tally: Tally, out: Any) -> None:
    cell = tally.cells[row.seat * terms.weeks + (row.time - terms.start) // WEEK]
    seconds = _seconds(row.value)
    kind = row.kind
    if kind == PROSPECTED:
        cell.prospected += seconds
        cell.blocks += 1
        out.prospecting_hours += seconds
    elif kind == SOLD:
        cell.left += seconds
        cell.days += 1
        out.selling_hours += seconds
    elif kind == WORK_DAY:
        cell.left += seconds
        cell.days += 1
        out.idle_hours += seconds
    elif kind == REVIEWED:
        out.review_hours += seconds


@compiled_beside
def _deal_hours(row: Any, terms: Any, tally: Tally, out: Any) -> None:
    kind = row.kind
    if kind == WORKED:
        out.qualifying_hours += _seconds(row.value) * (row.stage < 0)
        out.stage_hours += _seconds(row.value) * (row.stage >= 0)
    elif kind == STARTED and row.stage >= 0:
        cell = tally.cells[row.seat * terms.weeks + (row.time - terms.start) // WEEK]
        cell.waited += math.floor(row.value * DAY + 0.5)
        cell.waits += 1
    elif kind == FOLLOWED_UP:
        out.follow_up_hours += _seconds(row.value)
    elif kind == SILENT:
        out.went_silent += 1
    elif kind == REVIVED:
        out.revived += 1
    elif kind == DISQUALIFIED:
        out.disqualified_silent += row.value > 0
        out.disqualified_unworked += row.value == 0
