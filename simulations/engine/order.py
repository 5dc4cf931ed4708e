"""What comes next: binary heaps of a seat's coming moments and of its waiting work."""

from __future__ import annotations

from typing import Any

from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import coming_at, deal_at, seat_at, waiting_at


@compiled_inside
def expect(w: World, s: int, at: int, birth: int, deal: int, what: int) -> None:
    """Let something come to a deal of a seat; ``at`` is 8 x time + order."""
    i = seat_at(w, s).coming
    if i >= w.coming_width:
        w.full = 1
        return
    seat_at(w, s).coming = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        above = coming_at(w, s, parent)
        if above.at < at or (above.at == at and above.birth < birth):
            break
        _copy_coming(coming_at(w, s, parent), coming_at(w, s, i))
        i = parent
    item = coming_at(w, s, i)
    item.at = at
    item.birth = birth
    item.deal = deal
    item.what = what


@compiled_inside
def drop_first_coming(w: World, s: int) -> None:
    """Take the first of the coming moments out of the heap."""
    size = seat_at(w, s).coming - 1
    seat_at(w, s).coming = size
    at, birth = coming_at(w, s, size).at, coming_at(w, s, size).birth
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        right = child + 1
        if right < size:
            a, b = coming_at(w, s, child), coming_at(w, s, right)
            if b.at < a.at or (b.at == a.at and b.birth < a.birth):
                child = right
        below = coming_at(w, s, child)
        if at < below.at or (at == below.at and birth < below.birth):
            break
        _copy_coming(coming_at(w, s, child), coming_at(w, s, i))
        i = child
    _copy_coming(coming_at(w, s, size), coming_at(w, s, i))


@compiled_inside
def _copy_coming(item: Any, place: Any) -> None:
    place.at = item.at
    place.birth = item.birth
    place.deal = item.deal
    place.what = item.what


@compiled_inside
def _copy_waiting(item: Any, place: Any) -> None:
    place.rank = item.rank
    place.ready = item.ready
    place.birth = item.birth
    place.deal = item.deal


@compiled_inside
def goes_before(
    rank: int, ready: int, birth: int, other_rank: int, other_ready: int, other_birth: int
) -> bool:
    """Return whether work of one key is taken before work of another."""
    if rank != other_rank:
        return rank < other_rank
    if ready != other_ready:
        return ready < other_ready
    return birth < other_birth


@compiled_inside
def let_wait(w: World, s: int, rank: int, deal: int) -> None:
    """Put a deal's task into its seat's queue."""
    i = seat_at(w, s).queued
    if i >= w.waiting_width:
        w.full = 1
        return
    seat_at(w, s).queued = i + 1
    ready, birth = deal_at(w, deal).ready, deal_at(w, deal).birth
    while i > 0:
        parent = (i - 1) >> 1
        above = waiting_at(w, s, parent)
        if goes_before(above.rank, above.ready, above.birth, rank, ready, birth):
            break
        _copy_waiting(waiting_at(w, s, parent), waiting_at(w, s, i))
        i = parent
    item = waiting_at(w, s, i)
    item.rank = rank
    item.ready = ready
    item.birth = birth
    item.deal = deal


@compiled_inside
def next_deal(w: World, s: int) -> int:
    """Return the deal whose task is to be taken next, -1 where nothing waits; those ended by a review are passed over."""
    while seat_at(w, s).queued > 0:
        deal = waiting_at(w, s, 0).deal
        _drop_first_waiting(w, s)
        if not deal_at(w, deal).closed:
            return deal
    return -1


@compiled_inside
def _drop_first_waiting(w: World, s: int) -> None:
    size = seat_at(w, s).queued - 1
    seat_at(w, s).queued = size
    last = waiting_at(w, s, size)
    rank, ready, birth = last.rank, last.ready, last.birth
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        right = child + 1
        if right < size:
            a, b = waiting_at(w, s, child), waiting_at(w, s, right)
            if goes_before(b.rank, b.ready, b.birth, a.rank, a.ready, a.birth):
                child = right
        below = waiting_at(w, s, child)
        if goes_before(rank, ready, birth, below.rank, below.ready, below.birth):
            break
        _copy_waiting(waiting_at(w, s, child), waiting_at(w, s, i))
        i = child
    _copy_waiting(waiting_at(w, s, size), waiting_at(w, s, i))
