"""What happens to a lead and to the opportunity that it becomes."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from simulations import rules
from simulations.calendar import DAY
from simulations.journal import Kind
from simulations.randomness import EFFORT, INBOUND, REPLY, introduction_birth, source_of
from simulations.reference.moments import Order
from simulations.reference.surroundings import Surroundings
from simulations.reference.work import Deal, TaskKind

Story = Generator[simpy.Event, object, None]


def lead_story(world: Surroundings, deal: Deal) -> Story:
    """Let a lead appear, wait for the rep, be qualified or dropped; qualified, it is an opportunity."""
    world.tell(Kind.LEAD, deal)
    first = source_of(deal.birth) == INBOUND and world.plan.scenario.work.first_answer == "first"
    yield world.rep(deal).ask_for(
        deal, TaskKind.FIRST_ANSWER if first else TaskKind.LEAD, deal.source.qualify_seconds
    )
    if rules.qualifies(deal.source.qualify_probability, *world.key(deal)):
        yield from opportunity_story(world, deal)
    else:
        world.tell(Kind.DROPPED, deal)
        world.leave(deal)


def opportunity_story(world: Surroundings, deal: Deal) -> Story:
    """Stage by stage: wait for the rep, be worked, hear back from the customer, decide."""
    world.open(deal)
    deal.stage = 0
    while not deal.ended():
        yield from _be_worked(world, deal)
        if deal.ended():
            return
        yield from _hear_back(world, deal)
        if _decide(world, deal):
            yield from _be_chased(world, deal)


def _be_worked(world: Surroundings, deal: Deal) -> Story:
    deal.visit += 1
    deal.last_touch = world.now
    world.tell(Kind.READY, deal)
    stage = world.plan.stages[deal.stage]
    seconds = rules.duration(
        stage.effort_shape, stage.effort_seconds, stage.effort_cv, *world.key(deal), deal.visit, EFFORT
    )
    yield world.rep(deal).ask_for(deal, TaskKind.STAGE, seconds)


def _hear_back(world: Surroundings, deal: Deal) -> Story:
    stage = world.plan.stages[deal.stage]
    seconds = rules.duration(
        stage.reply_shape, stage.reply_seconds, stage.reply_cv, *world.key(deal), deal.visit, REPLY
    )
    deal.awaits_reply = True
    yield world.moment(seconds, Order.REPLY, deal.birth)
    deal.awaits_reply = False
    deal.last_touch = world.now


def _decide(world: Surroundings, deal: Deal) -> bool:
    """Advance, win, lose; return True where the customer falls silent instead."""
    if rules.advances(_odds(world, deal), *world.key(deal), deal.visit):
        if deal.stage == len(world.plan.stages) - 1:
            world.close(deal, Kind.WON)
            _ask_for_introductions(world, deal)
        else:
            world.tell(Kind.ADVANCED, deal)
            deal.stage += 1
        return False
    scenario = world.plan.scenario
    share = scenario.silence.silent_given_not_advanced if scenario.switches.silence else 0.0
    if rules.goes_silent(share, *world.key(deal), deal.visit):
        return True
    world.close(deal, Kind.LOST)
    return False


def _odds(world: Surroundings, deal: Deal) -> float:
    regime = world.plan.regime(world.now // DAY)
    waited = rules.days_charged(deal.waited, world.plan.scenario.work.free_wait_days)
    shift = deal.source.win_logit + world.plan.seat_logit[deal.seat] - regime.staleness * waited
    return rules.advance_probability(regime.base_probability[deal.stage], shift)


def _be_chased(world: Surroundings, deal: Deal) -> Story:
    """Silent: follow up until it revives, the attempts are used up, or a review ends it."""
    silence = world.plan.scenario.silence
    deal.silent = True
    world.tell(Kind.SILENT, deal)
    every = world.plan.follow_up_every
    for attempt in range(1, silence.max_follow_ups + 1):
        yield world.moment(every, Order.REPLY, deal.birth)
        if deal.ended():
            return
        world.tell(Kind.FOLLOW_UP_READY, deal, attempt)
        yield world.rep(deal).ask_for(deal, TaskKind.FOLLOW_UP, world.plan.follow_up_seconds)
        if deal.ended():
            return
        if rules.revives(silence.revival_probability, *world.key(deal), deal.visit, attempt):
            deal.silent = False
            world.tell(Kind.REVIVED, deal, attempt)
            return
    world.close(deal, Kind.NO_DECISION)


def _ask_for_introductions(world: Surroundings, deal: Deal) -> None:
    if not world.plan.scenario.switches.referrals:
        return
    terms = world.plan.scenario.sources.referrals
    count = rules.introductions(terms.ask_rate_win, terms.introductions, *world.key(deal))
    if count >= 0:
        world.tell(Kind.ASKED, deal, count)
    for index in range(count):
        birth = introduction_birth(deal.birth, index)
        delay = rules.introduction_delay(
            terms.delay_days * DAY, terms.delay_cv, world.seed, world.replication, birth
        )
        world.expect(birth, deal.seat, world.plan.referral, delay, counted=deal.counted)
