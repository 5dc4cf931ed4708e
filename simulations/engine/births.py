"""How leads come into a compiled run, and what they are worth."""

from __future__ import annotations

from typing import Any

from simulations import rules
from simulations.calendar import DAY
from simulations.compiled import compiled_inside
from simulations.engine.layout import ARRIVAL, ARRIVES, HIGHEST_VALUE_FIRST, NEVER, NO_TASK, World
from simulations.engine.memory import day_at, deal_at, terms_at
from simulations.engine.order import expect
from simulations.engine.telling import tell
from simulations.journal import Kind
from simulations.randomness import MEETING_INTRODUCTIONS, introduction_birth
from simulations.regime import INTRODUCED

ASKED = int(Kind.ASKED)


@compiled_inside
def new_lead(w: World, s: int, birth: int, source: int, at: int, counted: bool) -> None:  # noqa: FBT001 - what a lead is
    """Let a lead of a seat appear at a time; as `simulations.reference.world.World.expect`."""
    i = blank_deal(w, s, birth, source)
    if i < 0:
        return
    deal = deal_at(w, i)
    w.counted_open += counted
    deal.appeared = at
    deal.counted = counted
    if w.queue_rule == HIGHEST_VALUE_FIRST:
        draw_amount(w, i)
    expect(w, s, at * 8 + ARRIVAL, birth, i, ARRIVES)


@compiled_inside
def blank_deal(w: World, s: int, birth: int, source: int) -> int:
    """Return the place of a new deal to which nothing has happened yet; -1 where there is no room."""
    i = w.deals_made
    if i >= w.deals_room:
        w.full = 1
        return -1
    w.deals_made = i + 1
    deal = deal_at(w, i)
    _begin(deal)
    deal.birth = birth
    deal.seat = s
    deal.source = source
    return i


@compiled_inside
def _begin(deal: Any) -> None:
    """Set a deal to what every lead is before anything has happened to it."""
    deal.opened = NEVER
    deal.closed_at = NEVER
    deal.cents = 0
    deal.last_touch = 0
    deal.waited = 0
    deal.unanswered = 0
    deal.place = -1
    deal.stage = -1
    deal.visit = -1
    deal.attempt = 0
    deal.handed = 0
    deal.task = NO_TASK
    deal.outcome = 0
    deal.begun = False
    deal.awaits_reply = False
    deal.silent = False
    deal.closed = False


@compiled_inside
def draw_amount(w: World, i: int) -> None:
    """Draw the amount; where the queue does not ask for it, only for what becomes an opportunity."""
    deal = deal_at(w, i)
    terms = terms_at(w, day_at(w, min(deal.appeared // DAY, w.end_day)).regime)
    deal.cents = rules.amount_cents(
        terms.deal_shape, terms.deal_mean, terms.deal_cv, w.seed, w.replication, deal.birth
    )


@compiled_inside
def ask_for_introductions(w: World, s: int, i: int, occasion: int, now: int) -> None:
    """Ask at the qualified meeting or at the win; introductions come after a delay."""
    deal = deal_at(w, i)
    terms = terms_at(w, day_at(w, now // DAY).regime)
    ask_rate = terms.ask_rate_win if occasion == rules.AT_WIN else terms.ask_rate_meeting
    if ask_rate == 0.0:
        return
    count = rules.introductions(ask_rate, terms.introductions, w.seed, w.replication, deal.birth, occasion)
    if count >= 0:
        tell(w, s, i, ASKED, now, float(count))
    for index in range(count):
        birth = introduction_birth(deal.birth, occasion * MEETING_INTRODUCTIONS + index)
        delay = rules.introduction_delay(terms.delay_seconds, terms.delay_cv, w.seed, w.replication, birth)
        new_lead(w, s, birth, INTRODUCED, now + delay, deal.counted)
