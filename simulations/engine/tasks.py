"""What a deal asks of its rep: items of work, and their place in the queue."""

from __future__ import annotations

from simulations import rules
from simulations.calendar import DAY, WEEK_DAYS
from simulations.compiled import compiled_inside
from simulations.engine.layout import (
    EVENING,
    FIRST_ANSWER,
    FOLLOW_UP_WORK,
    HIGHEST_VALUE_FIRST,
    LATEST_STAGE_FIRST,
    SELLING,
    STAGE_WORK,
    TAKE,
    World,
)
from simulations.engine.memory import day_at, deal_at, hours_at, seat_at, source_at, staff_at
from simulations.engine.order import let_wait
from simulations.engine.telling import tell
from simulations.journal import Kind
from simulations.regime import FIRST_STREAM

FIRST_RANK = 1 << 60
STARTED = int(Kind.STARTED)


@compiled_inside
def set_task(w: World, i: int, task: int, seconds: int, now: int) -> None:
    """Let a deal need work."""
    deal = deal_at(w, i)
    deal.task = task
    deal.ready = now
    deal.seconds = seconds
    deal.left = seconds
    deal.begun = False


@compiled_inside
def queue(w: World, s: int, i: int, now: int) -> None:
    """Put a deal's task into the queue of a seat, and wake a rep who sells and has nothing to do."""
    let_wait(w, s, _rank(w, i), i)
    seat = seat_at(w, s)
    if seat.phase == EVENING:
        seat.time = now
        seat.order = SELLING
        seat.phase = TAKE


@compiled_inside
def _rank(w: World, i: int) -> int:
    deal = deal_at(w, i)
    first = 0 if deal.task == FIRST_ANSWER else FIRST_RANK
    rule = w.queue_rule
    if rule == LATEST_STAGE_FIRST:
        return first - deal.stage
    if rule == HIGHEST_VALUE_FIRST:
        return first - deal.cents
    return first + deal.appeared


@compiled_inside
def begin(w: World, s: int, i: int, now: int) -> None:
    """Begin a task."""
    deal = deal_at(w, i)
    deal.begun = True
    waited = now - deal.ready
    if deal.task == STAGE_WORK:
        deal.waited = waited
    elif deal.source >= FIRST_STREAM and deal.task != FOLLOW_UP_WORK:
        _note_answer(w, s, i, now)
    if deal.task != FOLLOW_UP_WORK:
        tell(w, s, i, STARTED, now, waited / DAY)


@compiled_inside
def _note_answer(w: World, s: int, i: int, now: int) -> None:
    """Note the seat's working seconds from the arrival of a lead to its first answer, where they matter."""
    deal = deal_at(w, i)
    if source_at(w, day_at(w, now // DAY).regime, deal.source).response_exponent == 0.0:
        return
    deal.unanswered = 0
    for day in range(deal.ready // DAY, now // DAY + 1):
        if day_at(w, day).working and staff_at(w, s, day // WEEK_DAYS).works:
            start = day * DAY + w.day_start
            end = start + hours_at(w, day_at(w, day).regime, s).day_seconds
            deal.unanswered += rules.overlap(deal.ready, now, start, end)
