"""Into the open pipeline of a seat and out of it, compiled."""

from __future__ import annotations

from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import deal_at, open_at, seat_at
from simulations.engine.telling import tell
from simulations.journal import Kind

CENTS = 100
DISQUALIFIED = int(Kind.DISQUALIFIED)


@compiled_inside
def enter(w: World, s: int, i: int) -> bool:
    """Put a deal among the open opportunities of a seat; return whether there was room."""
    place = seat_at(w, s).open
    if place >= w.open_width:
        w.full = 1
        return False
    open_at(w, s, place).deal = i
    seat_at(w, s).open = place + 1
    deal_at(w, i).place = place
    return True


@compiled_inside
def close(w: World, s: int, i: int, kind: int, now: int) -> None:
    """Take an opportunity out of the pipeline."""
    deal = deal_at(w, i)
    tell(w, s, i, kind, now, (1.0 if deal.silent else 0.0) if kind == DISQUALIFIED else deal.cents / CENTS)
    deal.closed = True
    deal.closed_at = now
    deal.outcome = kind
    last = seat_at(w, s).open - 1
    seat_at(w, s).open = last
    moved = open_at(w, s, last).deal
    open_at(w, s, deal.place).deal = moved
    deal_at(w, moved).place = deal.place
    w.counted_open -= deal.counted
