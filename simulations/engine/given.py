"""The open opportunities that a compiled run starts from."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulations.compiled import compiled_inside
from simulations.engine.births import blank_deal
from simulations.engine.dealing import dealt_to
from simulations.engine.layout import STAGE_WORK, World
from simulations.engine.memory import deal_at, given_at
from simulations.engine.pipeline import CENTS, enter
from simulations.engine.stories import ask_again, await_reply, chase, stage_seconds
from simulations.engine.tasks import set_task
from simulations.engine.telling import stamp, tell_before_all
from simulations.given import CHASED, REP_AWAITED
from simulations.journal import Kind
from simulations.randomness import given_key

LEAD = int(Kind.LEAD)
OPENED = int(Kind.OPENED)
READY = int(Kind.READY)
SILENT = int(Kind.SILENT)


@compiled_inside
def open_given(w: World) -> None:
    """Open all given deals, and then let each go on from where it stands."""
    scores = np.empty(w.seats_count)
    for index in range(w.given_count):
        _open(w, index, scores)
    for index in range(w.deals_made):
        stamp(w, deal_at(w, index).seat, 0, 0, 0)
        _go_on(w, index)


@compiled_inside
def _open(w: World, index: int, scores: Any) -> None:
    given = given_at(w, index)
    birth = given_key(given.source, index)
    s = given.seat if given.seat >= 0 else max(0, dealt_to(w, birth, 0, scores))
    i = blank_deal(w, s, birth, given.source)
    if i < 0 or not enter(w, s, i):
        return
    deal = deal_at(w, i)
    deal.appeared = given.opened
    deal.opened = given.opened
    deal.cents = given.cents
    deal.counted = True
    deal.last_touch = given.ready
    w.counted_open += 1
    tell_before_all(w, s, i, LEAD, given.opened, 0.0)
    tell_before_all(w, s, i, OPENED, given.opened, given.cents / CENTS)
    deal.stage = given.stage
    deal.visit = 0
    tell_before_all(w, s, i, READY, given.entered, 0.0)
    if given.waits_for == CHASED:
        deal.silent = True
        tell_before_all(w, s, i, SILENT, given.entered, 0.0)


@compiled_inside
def _go_on(w: World, i: int) -> None:
    given, s = given_at(w, i), deal_at(w, i).seat
    if given.waits_for == CHASED:
        chase(w, s, i, 0)
    elif given.waits_for == REP_AWAITED:
        set_task(w, i, STAGE_WORK, stage_seconds(w, i, 0), 0)
        deal_at(w, i).ready = given.ready
        ask_again(w, s, i, 0)
    else:
        await_reply(w, s, i, 0)
