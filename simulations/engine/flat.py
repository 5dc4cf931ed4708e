"""A plan laid out in the tables that the compiled engine reads."""

from __future__ import annotations

import numpy as np

from simulations.calendar import DAY, HOUR, MONTHS, WEEK_DAYS
from simulations.engine.layout import (
    CHANCE,
    DAYS,
    HOURS,
    PLANNED,
    QUEUE_RULES,
    REGIME,
    RULE,
    SEASON,
    SEAT,
    SOURCE,
    STAGE,
    WEEK,
    WORLD,
)
from simulations.engine.memory import Table
from simulations.hours import pipeline_need, win_weights
from simulations.plan import Plan
from simulations.rules import SHAPES

NO_RULE = -1


def given_tables(plan: Plan) -> dict[str, Table]:
    """Return the tables of a plan that no run changes; those of the cadence's hours are still empty."""
    weeks = -(-plan.timeline.end_day // WEEK_DAYS)
    chances = [
        list(zip(regime.base_probability, win_weights(regime.base_probability), strict=True))
        for regime in plan.regimes
    ]
    hours = [list(zip(regime.day_seconds, regime.steady_seconds, strict=True)) for regime in plan.regimes]
    return {
        "stages": np.array(list(plan.stages), dtype=STAGE),
        "sources": np.array([plan.prospecting, plan.referral, *plan.inbound], dtype=SOURCE),
        "days": _days(plan),
        "weeks": np.zeros(weeks, dtype=WEEK),
        "rules": np.zeros(1, dtype=RULE),
        "regimes": np.array([(regime.staleness,) for regime in plan.regimes], dtype=REGIME),
        "chances": np.array(chances, dtype=CHANCE),
        "hours": np.array(hours, dtype=HOURS),
        "seasons": _seasons(plan),
        "planned": np.zeros((plan.seats, 1), dtype=PLANNED),
    }


def seats_table(plan: Plan) -> Table:
    """Return the seats before a run."""
    seats = np.zeros(plan.seats, dtype=SEAT)
    seats["win_logit"], seats["row"] = plan.seat_logit, np.arange(plan.seats)
    return seats


def _seasons(plan: Plan) -> Table:
    streams = plan.scenario.sources.inbound[: len(plan.inbound)]
    rates = [[s.leads_per_week / (WEEK_DAYS * DAY) * month for month in s.monthly_season] for s in streams]
    return np.array(rates or np.zeros((1, MONTHS)), dtype=np.float64).view(SEASON)


def _days(plan: Plan) -> Table:
    line = plan.timeline
    days = np.zeros(line.end_day + 1, dtype=DAYS)
    days["working"][:-1] = plan.working
    dates = np.datetime64(line.date_of(0), "D") + np.arange(days.size)
    days["month"] = dates.astype("datetime64[M]").astype(np.int64) % MONTHS
    starts = [regime.start_day for regime in plan.regimes]
    days["regime"] = np.searchsorted(starts, np.arange(days.size), side="right") - 1
    days["rule"] = NO_RULE
    return days


def world_of(plan: Plan) -> Table:
    """Return the world of a plan, its tables not yet pointed to."""
    scenario, line = plan.scenario, plan.timeline
    switches, silence, reviews = scenario.switches, scenario.silence, scenario.reviews
    referrals, value = scenario.sources.referrals, scenario.deal_value
    world = np.zeros(1, dtype=WORLD)
    facts = {
        "seats_count": plan.seats,
        "streams_count": len(plan.inbound),
        "weeks_count": -(-line.end_day // WEEK_DAYS),
        "last_stage": len(plan.stages) - 1,
        "day_start": plan.day_start,
        "year_start_day": line.year_start_day,
        "year_end_day": line.year_end_day,
        "end_day": line.end_day,
        "market_rho": plan.market_rho,
        "market_sigma": plan.market_sigma,
        "week_cv": plan.week_cv,
        "leads_per_second": scenario.sources.prospecting.leads_per_hour / HOUR,
        "deal_shape": SHAPES[value.shape],
        "deal_mean": value.mean,
        "deal_cv": value.cv,
        "queue_rule": QUEUE_RULES[scenario.work.queue],
        "free_wait_days": scenario.work.free_wait_days,
        "silent_share": silence.silent_given_not_advanced if switches.silence else 0.0,
        "revival_probability": silence.revival_probability,
        "max_follow_ups": silence.max_follow_ups,
        "follow_up_every": plan.follow_up_every,
        "follow_up_seconds": plan.follow_up_seconds,
        "review_hours": reviews.review_hours,
        "review_minutes": reviews.review_minutes_per_open_deal,
        "disqualify_after": plan.disqualify_after,
        "ask_rate_win": referrals.ask_rate_win,
        "introductions": referrals.introductions,
        "delay_seconds": referrals.delay_days * DAY,
        "delay_cv": referrals.delay_cv,
        "need": pipeline_need(plan),
        "contention": switches.contention,
        "reviews": switches.reviews,
        "referrals": switches.referrals,
        "answer_first": scenario.work.first_answer == "first",
        "until_closed": line.until_closed,
    }
    for name, fact in facts.items():
        world[name] = fact
    return world
