"""A whole run, compiled: the market, the inbound streams and all seats, week by week."""

from __future__ import annotations

import numpy as np

from simulations import rules
from simulations.compiled import compiled_at_first_call, compiled_beside, compiled_inside
from simulations.engine.births import new_lead
from simulations.engine.dealing import dealt_to
from simulations.engine.given import open_given
from simulations.engine.handover import hand_over
from simulations.engine.layout import World
from simulations.engine.memory import (
    Table,
    day_at,
    hand_over_at,
    season_at,
    seat_at,
    stream_at,
    terms_at,
    week_at,
)
from simulations.engine.seat import run_seat, start_seat
from simulations.randomness import SERIES_MARKET, environment_key, inbound_key
from simulations.regime import FIRST_STREAM

DAY = 86_400
WEEK_DAYS = 7


@compiled_at_first_call
def run_world(world: Table) -> None:
    """Run the weeks from ``week`` on until ``stop_week``; stops early where a table is full.

    Seats have nothing to do with each other within a week, or until deals pass from one to another: so they
    run one after another.

    Parameters
    ----------
    world : array of one `simulations.engine.layout.WORLD`
    """
    w = world[0]
    if w.week == 0:
        _start(w)
    while w.week < w.stop_week and not w.full:
        first, last = w.week * WEEK_DAYS, min((w.week + 1) * WEEK_DAYS, w.end_day)
        if w.until_closed and first >= w.year_end_day and w.counted_open == 0:
            w.ended = True
            return
        for stream in range(w.streams_count):
            _arrive(w, stream, first, last)
        _pass_on(w, last)
        _run_until(w, last * DAY)
        w.week += 1


@compiled_beside
def _run_until(w: World, until: int) -> None:
    for s in range(w.seats_count):
        run_seat(w, s, until)


@compiled_inside
def _pass_on(w: World, last: int) -> None:
    """Let everybody come to the day of each hand-over before a day, and make it."""
    while w.handed < w.hand_overs_count and hand_over_at(w, w.handed).day < last:
        now = hand_over_at(w, w.handed).day * DAY
        _run_until(w, now)
        hand_over(w, hand_over_at(w, w.handed).seat, now)
        w.handed += 1


@compiled_inside
def _start(w: World) -> None:
    w.deals_made = 0
    w.rows_written = 0
    w.counted_open = 0
    w.handed = 0
    w.ended = False
    _draw_market(w)
    for s in range(w.seats_count):
        seat = seat_at(w, s)
        seat.coming = 0
        seat.queued = 0
        seat.open = 0
        seat.prospecting = False
        start_seat(w, s)
    for stream in range(w.streams_count):
        stream_at(w, stream).clock = 0
        stream_at(w, stream).k = 0
        stream_at(w, stream).point = _gap(w, stream, 0)
    open_given(w)


@compiled_inside
def _draw_market(w: World) -> None:
    z = 0.0
    for week in range(w.weeks_count):
        terms = terms_at(w, day_at(w, week * WEEK_DAYS).regime)
        birth = environment_key(SERIES_MARKET, 0, week)
        z = rules.slow_step(z, terms.market_rho if week else 0.0, w.seed, w.replication, birth)
        week_at(w, week).factor = rules.market_factor(
            z, terms.market_sigma, terms.week_cv, w.seed, w.replication, birth
        )


@compiled_inside
def _gap(w: World, stream: int, k: int) -> int:
    return rules.poisson_gap(w.seed, w.replication, inbound_key(stream, k))


@compiled_inside
def _arrive(w: World, stream: int, first: int, last: int) -> None:
    """Let the leads of an inbound stream arrive from day to day: a Poisson process with season and market."""
    state = stream_at(w, stream)
    scores = np.empty(w.seats_count)
    for day in range(first, last):
        row = day_at(w, day).regime * w.streams_count + stream
        per_second = season_at(w, row, day_at(w, day).month).per_second
        ticks = rules.ticks(per_second * week_at(w, day // WEEK_DAYS).factor)
        reach = state.clock + DAY * ticks
        while state.point <= reach:
            at = day * DAY - (state.clock - state.point) // ticks
            birth = inbound_key(stream, state.k)
            s = dealt_to(w, birth, day // WEEK_DAYS, scores)
            if s >= 0:
                new_lead(w, s, birth, FIRST_STREAM + stream, at, at < w.year_end_day * DAY)
            state.k += 1
            state.point += _gap(w, stream, state.k)
        state.clock = reach
