"""The journal of a compiled run: rows as they happen, each with the moment that caused it."""

from __future__ import annotations

import numpy as np

from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import deal_at, row_at, seat_at


@compiled_inside
def stamp(w: World, s: int, time: int, order: int, key: int) -> None:
    """Note which moment of a seat happens now.

    Seats run one after another, and their journals are merged afterwards. A row comes in the order of
    the highest moment that its seat has reached in that second: what a moment causes at once follows
    it directly, though its own place in the order may be earlier.
    """
    seat = seat_at(w, s)
    unsigned = np.uint64(key)
    if time > seat.stamp_time:
        seat.stamp_time = time
        seat.stamp_order = order
        seat.stamp_key = unsigned
    elif order > seat.stamp_order or (order == seat.stamp_order and unsigned > seat.stamp_key):
        seat.stamp_order = order
        seat.stamp_key = unsigned


@compiled_inside
def tell(w: World, s: int, i: int, kind: int, time: int, value: float) -> None:
    """Write what happened to a deal."""
    if w.keep_journal:
        deal = deal_at(w, i)
        _write(w, s, kind, time, value)
        row = row_at(w, w.rows_written - 1)
        row.birth = deal.birth
        row.stage = deal.stage
        row.visit = deal.visit
        row.deal = i


@compiled_inside
def tell_before_all(w: World, s: int, i: int, kind: int, time: int, value: float) -> None:
    """Write what happens to a deal of a seat before anything else of that second, in the order of writing."""
    if w.keep_journal:
        tell(w, s, i, kind, time, value)
        row = row_at(w, w.rows_written - 1)
        row.order = 0
        row.key = np.uint64(0)


@compiled_inside
def tell_seat(w: World, s: int, kind: int, time: int, value: float) -> None:
    """Write what a rep did."""
    if w.keep_journal:
        _write(w, s, kind, time, value)


@compiled_inside
def _write(w: World, s: int, kind: int, time: int, value: float) -> None:
    """Write a row of a seat; without room the last one is written again, and the run is made anew."""
    n = min(w.rows_written, w.journal_room - 1)
    w.full |= n < w.rows_written
    w.rows_written = n + 1
    row = row_at(w, n)
    row.time = time
    row.kind = kind
    row.seat = s
    row.birth = np.uint64(0)
    row.stage = -1
    row.visit = -1
    row.value = value
    row.order = seat_at(w, s).stamp_order
    row.key = seat_at(w, s).stamp_key
    row.deal = -1
