"""When a rep looks through the open opportunities of a seat, compiled: to end the stale ones, to compare them with the need."""

from __future__ import annotations

from simulations import rules
from simulations.calendar import DAY
from simulations.compiled import compiled_inside
from simulations.engine.layout import World
from simulations.engine.memory import day_at, deal_at, open_at, rule_at, seat_at, stage_at, terms_at
from simulations.engine.pipeline import DISQUALIFIED, close


@compiled_inside
def disqualify(w: World, s: int, now: int) -> None:
    """End what has had no next step for too long, in the order of birth keys."""
    after = terms_at(w, day_at(w, now // DAY).regime).disqualify_after
    stale = 2
    while stale > 1:
        chosen = -1
        stale = 0
        for place in range(seat_at(w, s).open):
            i = open_at(w, s, place).deal
            deal = deal_at(w, i)
            in_work = deal.task >= 0 and deal.begun
            if deal.awaits_reply or in_work or not rules.is_stale(now, deal.last_touch, after):
                continue
            stale += 1
            if chosen < 0 or deal.birth < deal_at(w, chosen).birth:
                chosen = i
        if chosen >= 0:
            close(w, s, chosen, DISQUALIFIED, now)


@compiled_inside
def look(w: World, s: int, rule: int) -> None:
    """Let a reactive seat compare its pipeline with its need."""
    seat = seat_at(w, s)
    regime = day_at(w, seat.day).regime
    weighted = 0
    for place in range(seat.open):
        deal = deal_at(w, open_at(w, s, place).deal)
        worth = rules.worth_hundredths(deal.cents, w.counts_deals)
        weighted += worth * stage_at(w, regime, deal.stage).weight
    need = terms_at(w, regime).need
    cover = weighted / need if need != 0.0 else float("inf")
    seat.prospecting = rules.prospects_next(
        seat.prospecting, cover, rule_at(w, rule).start_below, rule_at(w, rule).stop_above
    )
