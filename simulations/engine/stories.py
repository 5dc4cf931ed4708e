"""What happens to a deal, compiled: the same story as `simulations.reference.stories` tells, step by step."""

from __future__ import annotations

from simulations import rules
from simulations.compiled import compiled_inside
from simulations.engine.layout import (
    ARRIVAL,
    ARRIVES,
    EVENING,
    FIRST_ANSWER,
    FIRST_STREAM,
    FOLLOW_UP_DUE,
    FOLLOW_UP_WORK,
    HIGHEST_VALUE_FIRST,
    INTRODUCED,
    LATEST_STAGE_FIRST,
    LEAD_WORK,
    NEVER,
    NO_TASK,
    REPLIES,
    REPLY,
    SELLING,
    STAGE_WORK,
    TAKE,
    World,
)
from simulations.engine.memory import (
    chance_at,
    day_at,
    deal_at,
    open_at,
    regime_at,
    seat_at,
    source_at,
    stage_at,
)
from simulations.engine.order import expect, let_wait
from simulations.engine.telling import tell
from simulations.journal import Kind
from simulations.randomness import EFFORT, introduction_birth
from simulations.randomness import REPLY as REPLY_PURPOSE

DAY = 86_400
HOUR = 3_600
CENTS = 100
FIRST_RANK = 1 << 60

LEAD = int(Kind.LEAD)
DROPPED = int(Kind.DROPPED)
OPENED = int(Kind.OPENED)
READY = int(Kind.READY)
STARTED = int(Kind.STARTED)
WORKED = int(Kind.WORKED)
ADVANCED = int(Kind.ADVANCED)
SILENT = int(Kind.SILENT)
FOLLOW_UP_READY = int(Kind.FOLLOW_UP_READY)
FOLLOWED_UP = int(Kind.FOLLOWED_UP)
REVIVED = int(Kind.REVIVED)
WON = int(Kind.WON)
LOST = int(Kind.LOST)
NO_DECISION = int(Kind.NO_DECISION)
DISQUALIFIED = int(Kind.DISQUALIFIED)
ASKED = int(Kind.ASKED)


@compiled_inside
def new_lead(w: World, s: int, birth: int, source: int, at: int, counted: bool) -> None:  # noqa: FBT001 - what a lead is
    """Let a lead of a seat appear at a time; as `simulations.reference.world.World.expect`."""
    i = w.deals_made
    if i >= w.deals_room:
        w.full = 1
        return
    w.deals_made = i + 1
    w.counted_open += counted
    deal = deal_at(w, i)
    deal.birth = birth
    deal.appeared = at
    deal.opened = NEVER
    deal.closed_at = NEVER
    deal.cents = 0
    deal.last_touch = 0
    deal.waited = 0
    deal.seat = s
    deal.source = source
    deal.place = -1
    deal.stage = -1
    deal.visit = -1
    deal.attempt = 0
    deal.task = NO_TASK
    deal.outcome = 0
    deal.begun = False
    deal.awaits_reply = False
    deal.silent = False
    deal.closed = False
    deal.counted = counted
    if w.queue_rule == HIGHEST_VALUE_FIRST:
        _value(w, i)
    expect(w, s, at * 8 + ARRIVAL, birth, i, ARRIVES)


@compiled_inside
def _value(w: World, i: int) -> None:
    """Draw the amount; where the queue does not ask for it, only for what becomes an opportunity."""
    deal_at(w, i).cents = rules.amount_cents(
        w.deal_shape, w.deal_mean, w.deal_cv, w.seed, w.replication, deal_at(w, i).birth
    )


@compiled_inside
def come(w: World, s: int, i: int, what: int, now: int) -> None:
    """Let what was to come to a deal happen."""
    if what == REPLIES:
        _hear(w, s, i, now)
    elif what == ARRIVES:
        tell(w, s, i, LEAD, now, 0.0)
        source = deal_at(w, i).source
        first = source >= FIRST_STREAM and w.answer_first
        _ask_for(w, s, i, FIRST_ANSWER if first else LEAD_WORK, source_at(w, source).qualify_seconds, now)
    elif not deal_at(w, i).closed:
        tell(w, s, i, FOLLOW_UP_READY, now, float(deal_at(w, i).attempt))
        _ask_for(w, s, i, FOLLOW_UP_WORK, w.follow_up_seconds, now)


@compiled_inside
def _ask_for(w: World, s: int, i: int, task: int, seconds: int, now: int) -> None:
    """Ask the rep for work; without contention it is done at once, and what follows from it too."""
    _set_task(w, i, task, seconds, now)
    if w.contention:
        let_wait(w, s, _rank(w, i), i)
        _ring(w, s, now)
        return
    asked = True
    while asked:
        begin(w, s, i, now)
        asked = _finished(w, s, i, now)


@compiled_inside
def _set_task(w: World, i: int, task: int, seconds: int, now: int) -> None:
    deal = deal_at(w, i)
    deal.task = task
    deal.ready = now
    deal.seconds = seconds
    deal.left = seconds
    deal.begun = False


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
def _ring(w: World, s: int, now: int) -> None:
    """Wake a rep who sells and has nothing to do."""
    seat = seat_at(w, s)
    if seat.phase == EVENING:
        seat.time = now
        seat.order = SELLING
        seat.phase = TAKE


@compiled_inside
def begin(w: World, s: int, i: int, now: int) -> None:
    """Begin a task."""
    deal = deal_at(w, i)
    deal.begun = True
    waited = now - deal.ready
    if deal.task == STAGE_WORK:
        deal.waited = waited
    if deal.task != FOLLOW_UP_WORK:
        tell(w, s, i, STARTED, now, waited / DAY)


@compiled_inside
def finish(w: World, s: int, i: int, now: int) -> None:
    """Finish a task, and let happen what follows from it; the rep has a queue."""
    if _finished(w, s, i, now):
        let_wait(w, s, _rank(w, i), i)
        _ring(w, s, now)


@compiled_inside
def _finished(w: World, s: int, i: int, now: int) -> bool:
    """Finish a task and return whether the deal asks for work again at once."""
    deal = deal_at(w, i)
    task = deal.task
    deal.task = NO_TASK
    tell(w, s, i, FOLLOWED_UP if task == FOLLOW_UP_WORK else WORKED, now, deal.seconds / HOUR)
    if task == FOLLOW_UP_WORK:
        return _chased(w, s, i, now)
    deal.last_touch = now
    if task == STAGE_WORK:
        _await_reply(w, s, i, now)
        return False
    return _qualified(w, s, i, now)


@compiled_inside
def _qualified(w: World, s: int, i: int, now: int) -> bool:
    deal = deal_at(w, i)
    if not rules.qualifies(source_at(w, deal.source).qualify_probability, w.seed, w.replication, deal.birth):
        tell(w, s, i, DROPPED, now, 0.0)
        w.counted_open -= deal.counted
        return False
    if w.queue_rule != HIGHEST_VALUE_FIRST:
        _value(w, i)
    tell(w, s, i, OPENED, now, deal.cents / CENTS)
    place = seat_at(w, s).open
    if place >= w.open_width:
        w.full = 1
        return False
    open_at(w, s, place).deal = i
    seat_at(w, s).open = place + 1
    deal.place = place
    deal.opened = now
    deal.stage = 0
    _ready(w, s, i, now)
    return True


@compiled_inside
def _ready(w: World, s: int, i: int, now: int) -> None:
    """Enter a stage visit: it asks for the stage's effort."""
    deal = deal_at(w, i)
    deal.visit += 1
    deal.last_touch = now
    tell(w, s, i, READY, now, 0.0)
    stage = stage_at(w, deal.stage)
    seconds = rules.duration(
        stage.effort_shape,
        stage.effort_seconds,
        stage.effort_cv,
        w.seed,
        w.replication,
        deal.birth,
        deal.visit,
        EFFORT,
    )
    _set_task(w, i, STAGE_WORK, seconds, now)


@compiled_inside
def _await_reply(w: World, s: int, i: int, now: int) -> None:
    deal = deal_at(w, i)
    stage = stage_at(w, deal.stage)
    seconds = rules.duration(
        stage.reply_shape,
        stage.reply_seconds,
        stage.reply_cv,
        w.seed,
        w.replication,
        deal.birth,
        deal.visit,
        REPLY_PURPOSE,
    )
    deal.awaits_reply = True
    expect(w, s, (now + seconds) * 8 + REPLY, deal.birth, i, REPLIES)


@compiled_inside
def _hear(w: World, s: int, i: int, now: int) -> None:
    """Hear back: advance, win, lose, or fall silent."""
    deal = deal_at(w, i)
    deal.awaits_reply = False
    deal.last_touch = now
    if rules.advances(_odds(w, i, now), w.seed, w.replication, deal.birth, deal.visit):
        if deal.stage == w.last_stage:
            close(w, s, i, WON, now)
            _ask_for_introductions(w, s, i, now)
            return
        tell(w, s, i, ADVANCED, now, 0.0)
        deal.stage += 1
        _ready(w, s, i, now)
        _ask_for(w, s, i, STAGE_WORK, deal.seconds, now)
    elif rules.goes_silent(w.silent_share, w.seed, w.replication, deal.birth, deal.visit):
        deal.silent = True
        deal.attempt = 0
        tell(w, s, i, SILENT, now, 0.0)
        _next_follow_up(w, s, i, now)
    else:
        close(w, s, i, LOST, now)


@compiled_inside
def _odds(w: World, i: int, now: int) -> float:
    deal = deal_at(w, i)
    regime = day_at(w, now // DAY).regime
    waited = rules.days_charged(deal.waited, w.free_wait_days)
    shift = (
        source_at(w, deal.source).win_logit
        + seat_at(w, deal.seat).win_logit
        - regime_at(w, regime).staleness * waited
    )
    return rules.advance_probability(chance_at(w, regime, deal.stage).base, shift)


@compiled_inside
def _next_follow_up(w: World, s: int, i: int, now: int) -> None:
    deal = deal_at(w, i)
    if deal.attempt >= w.max_follow_ups:
        close(w, s, i, NO_DECISION, now)
        return
    deal.attempt += 1
    expect(w, s, (now + w.follow_up_every) * 8 + REPLY, deal.birth, i, FOLLOW_UP_DUE)


@compiled_inside
def _chased(w: World, s: int, i: int, now: int) -> bool:
    """Return whether the follow-up just done brought the customer back, into a new visit."""
    deal = deal_at(w, i)
    if rules.revives(w.revival_probability, w.seed, w.replication, deal.birth, deal.visit, deal.attempt):
        deal.silent = False
        tell(w, s, i, REVIVED, now, float(deal.attempt))
        _ready(w, s, i, now)
        return True
    _next_follow_up(w, s, i, now)
    return False


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


@compiled_inside
def _ask_for_introductions(w: World, s: int, i: int, now: int) -> None:
    deal = deal_at(w, i)
    if not w.referrals:
        return
    count = rules.introductions(w.ask_rate_win, w.introductions, w.seed, w.replication, deal.birth)
    if count >= 0:
        tell(w, s, i, ASKED, now, float(count))
    for index in range(count):
        birth = introduction_birth(deal.birth, index)
        delay = rules.introduction_delay(w.delay_seconds, w.delay_cv, w.seed, w.replication, birth)
        new_lead(w, s, birth, INTRODUCED, now + delay, deal.counted)
