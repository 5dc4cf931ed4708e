"""A rep's day, compiled: review, prospecting block, selling; as `simulations.reference.seat` tells it."""

from __future__ import annotations

from simulations import rules
from simulations.calendar import DAY, HOUR, WEEK_DAYS
from simulations.compiled import compiled_beside, compiled_inside
from simulations.engine.births import new_lead
from simulations.engine.layout import (
    BLOCK,
    BLOCK_DONE,
    DONE,
    EVENING,
    MORNING,
    NEVER,
    PROSPECTING,
    REVIEW,
    SELLING,
    TAKE,
    World,
)
from simulations.engine.memory import (
    coming_at,
    day_at,
    deal_at,
    hours_at,
    planned_at,
    rule_at,
    seat_at,
    staff_at,
    terms_at,
    week_at,
)
from simulations.engine.order import drop_first_coming, next_deal
from simulations.engine.reviewing import disqualify, look
from simulations.engine.stories import come, finish
from simulations.engine.tasks import begin
from simulations.engine.telling import stamp, tell_seat
from simulations.journal import Kind
from simulations.randomness import prospecting_key
from simulations.regime import FOUND

REVIEWED = int(Kind.REVIEWED)
PROSPECTED = int(Kind.PROSPECTED)
WORK_DAY = int(Kind.WORK_DAY)
SOLD = int(Kind.SOLD)


@compiled_beside
def run_seat(w: World, s: int, until: int) -> None:
    """Let everything happen that concerns a seat and its deals before a time."""
    seat = seat_at(w, s)
    while True:
        if seat.coming > 0 and coming_at(w, s, 0).at < seat.time * 8 + seat.order:
            item = coming_at(w, s, 0)
            now = item.at >> 3
            if now >= until:
                return
            deal, what = item.deal, item.what
            stamp(w, s, now, item.at & 7, item.birth)
            drop_first_coming(w, s)
            come(w, s, deal, what, now)
        elif seat.time >= until:
            return
        else:
            stamp(w, s, seat.time, seat.order, s)
            _moment(w, s)


@compiled_inside
def start_seat(w: World, s: int) -> None:
    """Set a seat to its first morning; its prospecting clock stands at 0."""
    seat = seat_at(w, s)
    _start_clock(w, s, 0)
    seat.day = -1
    seat.reviewed_week = -1
    seat.current = -1
    seat.stamp_time = -1
    _next_morning(w, s)


@compiled_inside
def _start_clock(w: World, s: int, tenure: int) -> None:
    """Let a holder of the seat find customers of their own."""
    seat = seat_at(w, s)
    seat.tenure = tenure
    seat.clock = 0
    seat.leads = 0
    seat.next_lead = rules.poisson_gap(w.seed, w.replication, prospecting_key(s, tenure, 0))


@compiled_inside
def _next_morning(w: World, s: int) -> None:
    seat = seat_at(w, s)
    seat.phase = MORNING
    seat.order = REVIEW
    seat.time = NEVER
    for day in range(seat.day + 1, w.end_day):
        if day_at(w, day).working and staff_at(w, s, day // WEEK_DAYS).works:
            seat.day = day
            seat.time = day * DAY + w.day_start
            seat.day_end = seat.time + hours_at(w, day_at(w, day).regime, s).day_seconds
            seat.sold = 0
            return


@compiled_inside
def _moment(w: World, s: int) -> None:
    """Let the seat's next moment happen, and the one that mostly follows it."""
    seat = seat_at(w, s)
    if seat.phase == DONE:
        _done(w, s)
        if _is_next(w, s):
            _take(w, s)
    elif seat.phase == TAKE:
        _take(w, s)
    elif seat.phase == EVENING:
        _account(w, s)
    else:
        _before_selling(w, s)


@compiled_inside
def _before_selling(w: World, s: int) -> None:
    seat = seat_at(w, s)
    if seat.phase == BLOCK_DONE:
        _sell_from(w, s)
        if _is_next(w, s):
            stamp(w, s, seat.time, seat.order, s)
            _take(w, s)
        return
    if seat.phase == MORNING:
        _morning(w, s)
    if _is_next(w, s):
        stamp(w, s, seat.time, seat.order, s)
        _block(w, s)


@compiled_inside
def _is_next(w: World, s: int) -> bool:
    """Return whether nothing comes to a deal before the seat's next moment; a day's moments lie in one week."""
    seat = seat_at(w, s)
    return seat.coming == 0 or coming_at(w, s, 0).at >= seat.time * 8 + seat.order


@compiled_beside
def _morning(w: World, s: int) -> None:
    """Review if it is due."""
    seat = seat_at(w, s)
    week = seat.day // WEEK_DAYS
    if week != seat.reviewed_week and w.reviews:
        terms = terms_at(w, day_at(w, seat.day).regime)
        seconds = rules.review_seconds(terms.review_hours, terms.review_minutes, seat.open)
        seconds = min(seconds, seat.day_end - seat.time)
        tell_seat(w, s, REVIEWED, seat.time, seconds / HOUR)
        disqualify(w, s, seat.time)
        seat.time += seconds
    seat.phase = BLOCK
    seat.order = PROSPECTING


@compiled_inside
def _planned(w: World, s: int) -> int:
    """Return the seconds that a seat is to prospect today."""
    seat = seat_at(w, s)
    regime = day_at(w, seat.day).regime
    if not w.habit_start_day <= seat.day < w.year_end_day:
        return hours_at(w, regime, s).steady_seconds
    rule = day_at(w, seat.day).rule
    if rule < 0:
        return planned_at(w, seat.row, seat.day - w.habit_start_day).seconds
    if not seat.prospecting:
        return 0
    return min(rule_at(w, rule).seconds_when_on, hours_at(w, regime, s).day_seconds)


@compiled_beside
def _block(w: World, s: int) -> None:
    """Begin the day's prospecting block; leads appear when the prospecting clock passes their points."""
    seat = seat_at(w, s)
    week = seat.day // WEEK_DAYS
    if week != seat.reviewed_week:
        seat.reviewed_week = week
        if day_at(w, seat.day).rule >= 0:
            look(w, s, day_at(w, seat.day).rule)
    seconds = min(_planned(w, s), seat.day_end - seat.time)
    if seconds <= 0:
        _sell_from(w, s)
        return
    tell_seat(w, s, PROSPECTED, seat.time, seconds / HOUR)
    terms = terms_at(w, day_at(w, seat.day).regime)
    focused = rules.focused_seconds(seconds, terms.startup_seconds)
    holder = staff_at(w, s, week)
    if holder.tenure != seat.tenure:
        _start_clock(w, s, holder.tenure)
    ramp = rules.ramp_factor(holder.since, hours_at(w, day_at(w, seat.day).regime, s).ramp_weeks)
    ticks = rules.prospecting_ticks(terms.leads_per_second, week_at(w, week).factor, ramp, terms.focus)
    _find_leads(w, s, seconds - focused, focused, ticks)
    seat.time += seconds
    seat.phase = BLOCK_DONE


@compiled_beside
def _find_leads(w: World, s: int, lost: int, focused: int, ticks: int) -> None:
    """Let the leads of a block appear, the first seconds of which are lost."""
    seat = seat_at(w, s)
    reach = seat.clock + focused * ticks
    while seat.next_lead <= reach:
        birth = prospecting_key(s, seat.tenure, seat.leads)
        at = seat.time + lost - (seat.clock - seat.next_lead) // ticks
        new_lead(w, s, birth, FOUND, at, at < w.year_end_day * DAY)
        seat.leads += 1
        seat.next_lead += rules.poisson_gap(
            w.seed, w.replication, prospecting_key(s, seat.tenure, seat.leads)
        )
    seat.clock = reach


@compiled_inside
def _sell_from(w: World, s: int) -> None:
    seat = seat_at(w, s)
    seat.sold_from = seat.time
    seat.phase = TAKE
    seat.order = SELLING


@compiled_inside
def _take(w: World, s: int) -> None:
    """Take the next item of work; an unfinished one resumes."""
    seat = seat_at(w, s)
    now = seat.time
    if now >= seat.day_end:
        _account(w, s)
        return
    if seat.current < 0:
        seat.current = next_deal(w, s)
    if seat.current < 0:
        seat.phase = EVENING
        seat.time = seat.day_end
        return
    deal = deal_at(w, seat.current)
    if not deal.begun:
        begin(w, s, seat.current, now)
    seat.at_work = min(deal.left, seat.day_end - now)
    seat.time = now + seat.at_work
    seat.phase = DONE


@compiled_inside
def _done(w: World, s: int) -> None:
    seat = seat_at(w, s)
    i = seat.current
    deal = deal_at(w, i)
    seat.sold += seat.at_work
    deal.left -= seat.at_work
    seat.phase = TAKE
    if deal.left == 0:
        seat.current = -1
        finish(w, s, i, seat.time)


@compiled_beside
def _account(w: World, s: int) -> None:
    """End the day: what was sold, and what time was idle."""
    seat = seat_at(w, s)
    tell_seat(w, s, SOLD, seat.time, seat.sold / HOUR)
    idle = max(0, seat.day_end - seat.sold_from) - seat.sold
    tell_seat(w, s, WORK_DAY, seat.time, idle / HOUR)
    _next_morning(w, s)
