"""When somebody has left, compiled: their deals pass, one by one, to whoever has the fewest open opportunities."""

from __future__ import annotations

from simulations.calendar import DAY, WEEK_DAYS
from simulations.compiled import compiled_beside, compiled_inside
from simulations.engine.layout import NO_TASK, World
from simulations.engine.memory import coming_at, deal_at, open_at, passing_at, seat_at, staff_at, waiting_at
from simulations.engine.order import expect
from simulations.engine.pipeline import enter
from simulations.engine.tasks import queue
from simulations.engine.telling import tell_before_all
from simulations.journal import Kind

HANDED_OVER = int(Kind.HANDED_OVER)


@compiled_beside
def hand_over(w: World, s: int, now: int) -> None:
    """Let everything that waits for a leaver or is open pass to others, in the order of birth keys."""
    count = _give_up(w, s)
    _sort(w, count)
    for place in range(count):
        i = passing_at(w, place).deal
        to = _fewest(w, s, now // DAY // WEEK_DAYS)
        deal = deal_at(w, i)
        deal.handed += 1
        tell_before_all(w, to, i, HANDED_OVER, now, float(s))
        _take_over(w, to, i, now)
    _move_coming(w, s)


@compiled_inside
def _give_up(w: World, s: int) -> int:
    """Note all deals that pass, leave the seat with none, and return how many there are."""
    seat = seat_at(w, s)
    count = 0
    for place in range(seat.open):
        count = _note(w, open_at(w, s, place).deal, count)
    for place in range(seat.queued):
        count = _note_lead(w, waiting_at(w, s, place).deal, count)
    if seat.current >= 0:
        count = _note_lead(w, seat.current, count)
    seat.open = 0
    seat.queued = 0
    seat.current = -1
    return count


@compiled_inside
def _note_lead(w: World, i: int, count: int) -> int:
    """Note work that waits for a lead; that for opportunities passes with them."""
    deal = deal_at(w, i)
    return _note(w, i, count) if deal.stage < 0 and not deal.closed else count


@compiled_inside
def _note(w: World, i: int, count: int) -> int:
    if count >= w.passing_room:
        w.full = 1
        return count
    passing_at(w, count).deal = i
    return count + 1


@compiled_inside
def _sort(w: World, count: int) -> None:
    """Put the deals that pass into the order of birth keys."""
    for place in range(1, count):
        i = passing_at(w, place).deal
        birth = deal_at(w, i).birth
        at = place
        while at > 0 and birth < deal_at(w, passing_at(w, at - 1).deal).birth:
            passing_at(w, at).deal = passing_at(w, at - 1).deal
            at -= 1
        passing_at(w, at).deal = i


@compiled_inside
def _fewest(w: World, leaver: int, week: int) -> int:
    """Return the seat with the fewest open opportunities of those held; the leaver's own where there is none."""
    chosen = -1
    for s in range(w.seats_count):
        if staff_at(w, s, week).tenure < 0:
            continue
        if chosen < 0 or seat_at(w, s).open < seat_at(w, chosen).open:
            chosen = s
    return leaver if chosen < 0 else chosen


@compiled_inside
def _take_over(w: World, s: int, i: int, now: int) -> None:
    """Give a deal to a seat, with the work that it waits for."""
    deal = deal_at(w, i)
    deal.seat = s
    if deal.stage >= 0 and not enter(w, s, i):
        return
    if deal.task != NO_TASK:
        queue(w, s, i, now)


@compiled_inside
def _move_coming(w: World, s: int) -> None:
    """Let what is to come to the deals that passed come to their new seats."""
    seat = seat_at(w, s)
    count = seat.coming
    kept = 0
    for place in range(count):
        item = coming_at(w, s, place)
        to = deal_at(w, item.deal).seat
        if to != s:
            expect(w, to, item.at, item.birth, item.deal, item.what)
        else:
            own = coming_at(w, s, kept)
            own.at, own.birth, own.deal, own.what = item.at, item.birth, item.deal, item.what
            kept += 1
    seat.coming = 0
    for place in range(kept):
        item = coming_at(w, s, place)
        expect(w, s, item.at, item.birth, item.deal, item.what)
