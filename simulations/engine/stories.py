"""What happens to a deal, compiled: the same story as `simulations.reference.stories` tells, step by step."""

from __future__ import annotations

from typing import Any

from simulations import rules
from simulations.calendar import DAY, HOUR
from simulations.compiled import compiled_beside, compiled_inside
from simulations.engine.births import ask_for_introductions, draw_amount
from simulations.engine.layout import (
    ARRIVES,
    FIRST_ANSWER,
    FOLLOW_UP_DUE,
    FOLLOW_UP_WORK,
    HIGHEST_VALUE_FIRST,
    LEAD_WORK,
    NO_TASK,
    REPLIES,
    REPLY,
    STAGE_WORK,
    World,
)
from simulations.engine.memory import (
    day_at,
    deal_at,
    hours_at,
    source_at,
    stage_at,
    terms_at,
)
from simulations.engine.order import expect
from simulations.engine.pipeline import CENTS, close, enter
from simulations.engine.tasks import begin, queue, set_task
from simulations.engine.telling import tell
from simulations.journal import Kind
from simulations.randomness import EFFORT
from simulations.randomness import REPLY as REPLY_PURPOSE
from simulations.regime import FIRST_STREAM

LEAD = int(Kind.LEAD)
DROPPED = int(Kind.DROPPED)
OPENED = int(Kind.OPENED)
READY = int(Kind.READY)
WORKED = int(Kind.WORKED)
ADVANCED = int(Kind.ADVANCED)
SILENT = int(Kind.SILENT)
FOLLOW_UP_READY = int(Kind.FOLLOW_UP_READY)
FOLLOWED_UP = int(Kind.FOLLOWED_UP)
REVIVED = int(Kind.REVIVED)
WON = int(Kind.WON)
LOST = int(Kind.LOST)
NO_DECISION = int(Kind.NO_DECISION)


@compiled_inside
def _terms(w: World, now: int) -> Any:
    """Return the single numbers that hold at a time."""
    return terms_at(w, day_at(w, now // DAY).regime)


@compiled_beside
def come(w: World, s: int, i: int, what: int, now: int) -> None:
    """Let what was to come to a deal happen."""
    if what == REPLIES:
        _hear(w, s, i, now)
    elif what == ARRIVES:
        tell(w, s, i, LEAD, now, 0.0)
        source, regime = deal_at(w, i).source, day_at(w, now // DAY).regime
        first = source >= FIRST_STREAM and w.answer_first
        _ask_for(
            w, s, i, FIRST_ANSWER if first else LEAD_WORK, source_at(w, regime, source).qualify_seconds, now
        )
    elif not deal_at(w, i).closed:
        tell(w, s, i, FOLLOW_UP_READY, now, float(deal_at(w, i).attempt))
        seconds = _terms(w, now).follow_up_seconds
        _ask_for(w, s, i, FOLLOW_UP_WORK, seconds, now)


@compiled_inside
def _ask_for(w: World, s: int, i: int, task: int, seconds: int, now: int) -> None:
    """Ask the rep for work; without contention it is done at once, and what follows from it too."""
    set_task(w, i, task, seconds, now)
    ask_again(w, s, i, now)


@compiled_inside
def ask_again(w: World, s: int, i: int, now: int) -> None:
    """Ask the rep for the work that a deal already needs; see `_ask_for`."""
    if w.contention:
        queue(w, s, i, now)
        return
    asked = True
    while asked:
        begin(w, s, i, now)
        asked = _finished(w, s, i, now)


@compiled_beside
def finish(w: World, s: int, i: int, now: int) -> None:
    """Finish a task, and let happen what follows from it; the rep has a queue."""
    if _finished(w, s, i, now):
        queue(w, s, i, now)


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
        await_reply(w, s, i, now)
        return False
    return _qualified(w, s, i, now)


@compiled_inside
def _odds_to_qualify(w: World, i: int, now: int) -> float:
    deal = deal_at(w, i)
    source = source_at(w, day_at(w, now // DAY).regime, deal.source)
    return rules.answered_odds(
        source.qualify_probability, deal.unanswered, source.response_tau_hours, source.response_exponent
    )


@compiled_inside
def _qualified(w: World, s: int, i: int, now: int) -> bool:
    deal = deal_at(w, i)
    if not rules.qualifies(_odds_to_qualify(w, i, now), w.seed, w.replication, deal.birth):
        tell(w, s, i, DROPPED, now, 0.0)
        w.counted_open -= deal.counted
        return False
    if w.queue_rule != HIGHEST_VALUE_FIRST:
        draw_amount(w, i)
    tell(w, s, i, OPENED, now, deal.cents / CENTS)
    if not enter(w, s, i):
        return False
    deal.opened = now
    ask_for_introductions(w, s, i, rules.AT_MEETING, now)
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
    set_task(w, i, STAGE_WORK, stage_seconds(w, i, now), now)


@compiled_inside
def stage_seconds(w: World, i: int, now: int) -> int:
    """Return the seconds of work that a stage visit needs."""
    deal = deal_at(w, i)
    stage = stage_at(w, day_at(w, now // DAY).regime, deal.stage)
    return rules.duration(
        stage.effort_shape,
        stage.effort_seconds,
        stage.effort_cv,
        w.seed,
        w.replication,
        deal.birth,
        deal.visit,
        EFFORT,
    )


@compiled_inside
def await_reply(w: World, s: int, i: int, now: int) -> None:
    """Let the customer's reply come after its delay."""
    deal = deal_at(w, i)
    stage = stage_at(w, day_at(w, now // DAY).regime, deal.stage)
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
    expect(w, s, _hurried(w, i, now, now + seconds) * 8 + REPLY, deal.birth, i, REPLIES)


@compiled_inside
def _pushes(w: World, i: int, now: int) -> bool:
    """Return whether a deal in its last stage meets the push at the end of a quarter."""
    day = now // DAY
    push_days = _terms(w, now).push_days
    return deal_at(w, i).stage == w.last_stage and rules.pushes(day, day_at(w, day).quarter_end, push_days)


@compiled_inside
def _hurried(w: World, i: int, now: int, reply: int) -> int:
    """Return when the reply comes: a push hurries what would come soon after the quarter."""
    if not _pushes(w, i, now):
        return reply
    last = day_at(w, now // DAY).last_worked
    hours = hours_at(w, day_at(w, min(last, w.end_day)).regime, deal_at(w, i).seat)
    last_second = last * DAY + w.day_start + hours.day_seconds - 1
    return rules.hurried(now, reply, last_second, _terms(w, now).pull_in_seconds)


@compiled_inside
def _hear(w: World, s: int, i: int, now: int) -> None:
    """Hear back: advance, win, lose, or fall silent."""
    deal = deal_at(w, i)
    deal.awaits_reply = False
    deal.last_touch = now
    if rules.advances(_odds(w, i, now), w.seed, w.replication, deal.birth, deal.visit):
        if deal.stage == w.last_stage:
            if _pushes(w, i, now):
                deal.cents = rules.discounted(deal.cents, _terms(w, now).discount)
            close(w, s, i, WON, now)
            ask_for_introductions(w, s, i, rules.AT_WIN, now)
            return
        tell(w, s, i, ADVANCED, now, 0.0)
        deal.stage += 1
        _ready(w, s, i, now)
        _ask_for(w, s, i, STAGE_WORK, deal.seconds, now)
    elif rules.goes_silent(_terms(w, now).silent_share, w.seed, w.replication, deal.birth, deal.visit):
        deal.silent = True
        deal.attempt = 0
        tell(w, s, i, SILENT, now, 0.0)
        chase(w, s, i, now)
    else:
        close(w, s, i, LOST, now)


@compiled_inside
def _odds(w: World, i: int, now: int) -> float:
    deal = deal_at(w, i)
    regime = day_at(w, now // DAY).regime
    terms = terms_at(w, regime)
    waited = rules.days_charged(deal.waited, terms.free_wait_days)
    shift = (
        source_at(w, regime, deal.source).win_logit
        + hours_at(w, regime, deal.seat).win_logit
        - terms.staleness * waited
        + deal.handed * terms.handover_logit
    )
    if _pushes(w, i, now):
        shift += terms.pull_in_logit
    return rules.advance_probability(stage_at(w, regime, deal.stage).base_probability, shift)


@compiled_inside
def chase(w: World, s: int, i: int, now: int) -> None:
    """Let the next follow-up to a silent customer fall due, or give up."""
    deal = deal_at(w, i)
    terms = _terms(w, now)
    if deal.attempt >= terms.max_follow_ups:
        close(w, s, i, NO_DECISION, now)
        return
    deal.attempt += 1
    expect(w, s, (now + terms.follow_up_every) * 8 + REPLY, deal.birth, i, FOLLOW_UP_DUE)


@compiled_inside
def _chased(w: World, s: int, i: int, now: int) -> bool:
    """Return whether the follow-up just done brought the customer back, into a new visit."""
    deal = deal_at(w, i)
    odds = _terms(w, now).revival_probability
    if rules.revives(odds, w.seed, w.replication, deal.birth, deal.visit, deal.attempt):
        deal.silent = False
        tell(w, s, i, REVIVED, now, float(deal.attempt))
        _ready(w, s, i, now)
        return True
    chase(w, s, i, now)
    return False
