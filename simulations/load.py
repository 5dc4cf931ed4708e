"""How much work a scenario offers its reps at no waiting, as a share of their working hours."""

from __future__ import annotations

from dataclasses import dataclass

from simulations.calendar import DAY, HOUR, WEEK_DAYS
from simulations.plan import Plan
from simulations.referrals import branching
from simulations.regime import FIRST_STREAM, FOUND, INTRODUCED, SeatPlan, SourcePlan, normal_days
from simulations.rules import advance_probability, focused_seconds


@dataclass(frozen=True, slots=True)
class _Course:
    """What one opportunity comes to in the mean: its chance to win, its hours of work, its days open."""

    win_probability: float
    hours: float
    days: float


def offered_load(plan: Plan) -> float:
    """Return the work offered in a steady week of the warm-up over the hours worked in it.

    Prospecting, qualifying, stage work, follow-ups and weekly reviews, all at no waiting, of the seats that
    are there when the year begins; staleness, the season, the market, ramp and slow answers are left out, and a
    review is taken to end what is silent half a week after it may.

    Notes
    -----
    A visit of a stage advances with p; else it falls silent with s and revives with
    r = 1 - (1 - q)^n over n follow-ups, into a new visit: 1 / (1 - (1 - p) s r) visits. Introductions
    multiply by 1 / (1 - m). The number of open opportunities that a review looks at is Little's.
    """
    regime = plan.regime(0)
    days = normal_days(plan.scenario)
    seats = _there(plan)
    capacity = sum(share * seat.day_seconds for share, seat in seats) * days / HOUR
    prospecting = sum(share * seat.steady_seconds for share, seat in seats) * days / HOUR
    streams = [(regime.sources[FOUND], _found_leads(plan, days))]
    arrivals = (source.leads_per_week for source in plan.scenario.sources.inbound)
    # No plan of a source that is switched off.
    streams += list(zip(regime.sources[FIRST_STREAM:], arrivals, strict=False))
    streams.append((regime.sources[INTRODUCED], _introductions(plan, streams)))
    courses = [(_course(plan, source), source, rate) for source, rate in streams]
    selling = sum(
        rate * (source.qualify_seconds / HOUR + source.qualify_probability * course.hours)
        for course, source, rate in courses
    )
    opened = sum(rate * source.qualify_probability * course.days for course, source, rate in courses)
    return (prospecting + selling + _reviews(plan, opened / WEEK_DAYS)) / capacity


def _there(plan: Plan) -> list[tuple[float, SeatPlan]]:
    """Return the seats that are there when the year begins, each with the share of weeks that it works.

    A seat is held for 1 / (weekly chance to leave) weeks and then empty for its backfill (renewal theory).
    """
    first = plan.timeline.warm_up_weeks
    seats = zip(plan.hired_week, plan.regime(0).seats, strict=True)
    return [
        ((1.0 - seat.absent_share) / (1.0 + seat.leaving * seat.backfill_weeks), seat)
        for hired, seat in seats
        if hired <= first
    ]


def _found_leads(plan: Plan, days: int) -> float:
    """Return the leads that the team's prospecting finds in a steady week."""
    terms = plan.regime(0).terms
    focused = sum(
        share * focused_seconds(seat.steady_seconds, terms.startup_seconds) for share, seat in _there(plan)
    )
    return focused * days * terms.focus * terms.leads_per_second


def opportunity_hours(plan: Plan) -> float:
    """Return the mean hours of work on a prospected opportunity at no waiting, follow-ups included."""
    return _course(plan, plan.regime(0).sources[FOUND]).hours


def _introductions(plan: Plan, streams: list[tuple[SourcePlan, float]]) -> float:
    """Return introductions a week: those that other deals lead to, and all that descend from them."""
    if not plan.scenario.switches.referrals:
        return 0.0
    terms = plan.regime(0).terms
    asks = sum(
        rate
        * source.qualify_probability
        * (terms.ask_rate_win * _course(plan, source).win_probability + terms.ask_rate_meeting)
        for source, rate in streams
    )
    return asks * terms.introductions / (1.0 - branching(plan.scenario).ratio)


def _reviews(plan: Plan, open_deals: float) -> float:
    """Return the hours of a week's reviews, whole team."""
    if not plan.scenario.switches.reviews:
        return 0.0
    terms = plan.scenario.reviews
    return (
        sum(share for share, _ in _there(plan)) * terms.review_hours
        + open_deals * terms.review_minutes_per_open_deal / 60.0
    )


def _course(plan: Plan, source: SourcePlan) -> _Course:
    """Follow one opportunity through the stages; the skill of the groups is taken as their mean."""
    regime = plan.regime(0)
    logit = source.win_logit + sum(seat.win_logit for seat in regime.seats) / plan.seats
    silence, switches = plan.scenario.silence, plan.scenario.switches
    share = silence.silent_given_not_advanced if switches.silence else 0.0
    attempts, silent_days = _chase(plan)
    kept = 1.0 - silence.revival_probability
    follow_ups = sum(kept**attempt for attempt in range(attempts))
    reach, hours, days = 1.0, 0.0, 0.0
    for stage in regime.stages:
        p = advance_probability(stage.base_probability, logit)
        silent = (1.0 - p) * share
        visits = reach / max(1.0 - silent * (1.0 - kept**attempts), 1e-12)
        hours += visits * (stage.effort_seconds + silent * follow_ups * regime.terms.follow_up_seconds) / HOUR
        days += visits * (stage.reply_seconds / DAY + silent * silent_days)
        reach = visits * p
    return _Course(reach, hours, days)


def _chase(plan: Plan) -> tuple[int, float]:
    """Return how many follow-ups a silent customer gets, and the days until it is given up."""
    silence, switches = plan.scenario.silence, plan.scenario.switches
    last = silence.max_follow_ups * silence.follow_up_every_days
    if not switches.reviews:
        return silence.max_follow_ups, last
    until = min(last, plan.scenario.reviews.disqualify_after_days + WEEK_DAYS / 2)
    return min(silence.max_follow_ups, int(until // silence.follow_up_every_days)), until
