"""What happens to a lead and to the opportunity that it becomes."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from simulations import rules
from simulations.calendar import DAY
from simulations.given import CHASED, REP_AWAITED, GivenDeal
from simulations.journal import Kind
from simulations.randomness import EFFORT, MEETING_INTRODUCTIONS, REPLY, introduction_birth
from simulations.reference.moments import Order
from simulations.reference.surroundings import Surroundings
from simulations.reference.work import Deal, TaskKind
from simulations.regime import FIRST_STREAM, INTRODUCED

Story = Generator[simpy.Event, object, None]


def lead_story(world: Surroundings, deal: Deal) -> Story:
    """Let a lead appear, wait for the rep, be qualified or dropped; qualified, it is an opportunity."""
    world.tell(Kind.LEAD, deal)
    first = deal.source >= FIRST_STREAM and world.plan.scenario.work.first_answer == "first"
    seconds = world.regime.sources[deal.source].qualify_seconds
    yield world.rep(deal).ask_for(deal, TaskKind.FIRST_ANSWER if first else TaskKind.LEAD, seconds)
    if rules.qualifies(_odds_to_qualify(world, deal), *world.key(deal)):
        yield from opportunity_story(world, deal)
    else:
        world.tell(Kind.DROPPED, deal)
        world.leave(deal)


def _odds_to_qualify(world: Surroundings, deal: Deal) -> float:
    source = world.regime.sources[deal.source]
    return rules.answered_odds(
        source.qualify_probability, deal.unanswered, source.response_tau_hours, source.response_exponent
    )


def opportunity_story(world: Surroundings, deal: Deal) -> Story:
    """Stage by stage: wait for the rep, be worked, hear back from the customer, decide."""
    world.open(deal)
    _ask_for_introductions(world, deal, rules.AT_MEETING, world.regime.terms.ask_rate_meeting)
    deal.stage = 0
    yield from _from_stage_to_stage(world, deal)


def given_story(world: Surroundings, deal: Deal, given: GivenDeal) -> Story:
    """Go on with an opportunity that the run starts from."""
    if given.waits_for == CHASED:
        yield from _be_chased(world, deal)
    else:
        if given.waits_for == REP_AWAITED:
            yield world.rep(deal).ask_for(deal, TaskKind.STAGE, _effort(world, deal), given.ready)
        if not deal.ended():
            yield from _be_answered(world, deal)
    yield from _from_stage_to_stage(world, deal)


def _from_stage_to_stage(world: Surroundings, deal: Deal) -> Story:
    while not deal.ended():
        yield from _be_worked(world, deal)
        if deal.ended():
            return
        yield from _be_answered(world, deal)


def _be_answered(world: Surroundings, deal: Deal) -> Story:
    yield from _hear_back(world, deal)
    if _decide(world, deal):
        deal.silent = True
        world.tell(Kind.SILENT, deal)
        yield from _be_chased(world, deal)


def _be_worked(world: Surroundings, deal: Deal) -> Story:
    deal.visit += 1
    deal.last_touch = world.now
    world.tell(Kind.READY, deal)
    yield world.rep(deal).ask_for(deal, TaskKind.STAGE, _effort(world, deal))


def _effort(world: Surroundings, deal: Deal) -> int:
    """Return the seconds of work that this stage visit needs."""
    stage = world.regime.stages[deal.stage]
    return rules.duration(
        stage.effort_shape, stage.effort_seconds, stage.effort_cv, *world.key(deal), deal.visit, EFFORT
    )


def _hear_back(world: Surroundings, deal: Deal) -> Story:
    stage = world.regime.stages[deal.stage]
    seconds = rules.duration(
        stage.reply_shape, stage.reply_seconds, stage.reply_cv, *world.key(deal), deal.visit, REPLY
    )
    deal.awaits_reply = True
    yield world.moment(_hurried(world, deal, seconds), Order.REPLY, deal.birth)
    deal.awaits_reply = False
    deal.last_touch = world.now


def _hurried(world: Surroundings, deal: Deal, seconds: int) -> int:
    """Return the seconds until the reply: a push hurries what would come soon after the quarter."""
    day = world.now // DAY
    if deal.stage < world.plan.stages - 1 or not world.plan.pushes(day):
        return seconds
    last = world.plan.last_second(day, deal.seat)
    pull_in = world.regime.terms.pull_in_seconds
    return rules.hurried(world.now, world.now + seconds, last, pull_in) - world.now


def _decide(world: Surroundings, deal: Deal) -> bool:
    """Advance, win, lose; return True where the customer falls silent instead."""
    if rules.advances(_odds(world, deal), *world.key(deal), deal.visit):
        if deal.stage == world.plan.stages - 1:
            if world.plan.pushes(world.now // DAY):
                deal.cents = rules.discounted(deal.cents, world.regime.terms.discount)
            world.close(deal, Kind.WON)
            _ask_for_introductions(world, deal, rules.AT_WIN, world.regime.terms.ask_rate_win)
        else:
            world.tell(Kind.ADVANCED, deal)
            deal.stage += 1
        return False
    if rules.goes_silent(world.regime.terms.silent_share, *world.key(deal), deal.visit):
        return True
    world.close(deal, Kind.LOST)
    return False


def _odds(world: Surroundings, deal: Deal) -> float:
    regime = world.regime
    waited = rules.days_charged(deal.waited, regime.terms.free_wait_days)
    source, seat = regime.sources[deal.source], regime.seats[deal.seat]
    shift = source.win_logit + seat.win_logit - regime.terms.staleness * waited
    shift += deal.handed * regime.terms.handover_logit
    if deal.stage == world.plan.stages - 1 and world.plan.pushes(world.now // DAY):
        shift += regime.terms.pull_in_logit
    return rules.advance_probability(regime.stages[deal.stage].base_probability, shift)


def _be_chased(world: Surroundings, deal: Deal) -> Story:
    """Silent: follow up until it revives, the attempts are used up, or a review ends it."""
    attempt = 0
    while attempt < world.regime.terms.max_follow_ups:
        attempt += 1
        yield world.moment(world.regime.terms.follow_up_every, Order.REPLY, deal.birth)
        if deal.ended():
            return
        world.tell(Kind.FOLLOW_UP_READY, deal, attempt)
        yield world.rep(deal).ask_for(deal, TaskKind.FOLLOW_UP, world.regime.terms.follow_up_seconds)
        if deal.ended():
            return
        if rules.revives(world.regime.terms.revival_probability, *world.key(deal), deal.visit, attempt):
            deal.silent = False
            world.tell(Kind.REVIVED, deal, attempt)
            return
    world.close(deal, Kind.NO_DECISION)


def _ask_for_introductions(world: Surroundings, deal: Deal, occasion: int, ask_rate: float) -> None:
    terms = world.regime.terms
    count = rules.introductions(ask_rate, terms.introductions, *world.key(deal), occasion)
    if count >= 0:
        world.tell(Kind.ASKED, deal, count)
    for index in range(count):
        birth = introduction_birth(deal.birth, occasion * MEETING_INTRODUCTIONS + index)
        delay = rules.introduction_delay(
            terms.delay_seconds, terms.delay_cv, world.seed, world.replication, birth
        )
        world.expect(birth, deal.seat, INTRODUCED, delay, counted=deal.counted)
