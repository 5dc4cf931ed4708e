"""From histories to a plan: learned from the weeks of one company before the watch, or known from many companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.alarms.cusum import Floats
from forecast.alarms.history import History
from forecast.alarms.learning import (
    CLASSES,
    Rates,
    Shares,
    Sizes,
    exposures,
    learn_rates,
    learn_shares,
    learn_sizes,
)
from forecast.alarms.market import Level, certain_level, level_of
from forecast.alarms.plan import Asked, Clocks, Plan
from forecast.alarms.tallies import Expected, Stays
from forecast.alarms.worth import by_week_of_age, ever_of, lean_of, worth_of
from forecast.calibration.workdays import WEEK, Clock, estimate_clock, public_holidays

#: Share of amounts that are cut to the least of them in the pipeline and bookings that are watched (`Plan.most`).
LARGEST = 0.02


def plan_of(history: History, asked: Asked) -> Plan:
    """Return the plan that the weeks before the watch teach.

    Parameters
    ----------
    history : History
        As known at the start of the watch, at which its moment lies.
    asked : Asked
    """
    learned = _learn([history], asked)
    level = level_of(learned.counts[0].sum(axis=0), learned.past, learned.ahead, asked.market)
    return _plan(history, asked, learned, level, (learned.counts[0].sum(axis=0), learned.past))


def known_plan(histories: Sequence[History], asked: Asked) -> Plan:
    """Return the plan of companies of one kind, learned from so many of them that nothing but luck is unknown.

    Parameters
    ----------
    histories : sequence of History
        Of the same owners and stages, each as known at the start of the watch.
    asked : Asked
    """
    learned = _learn(histories, asked)
    per_week = sum(float(counts.sum()) for counts in learned.counts) / (
        len(histories) * max(float(learned.past.sum()), 1e-9)
    )
    levels = [
        level_of(counts.sum(axis=0), learned.past, learned.ahead, asked.market) for counts in learned.counts
    ]
    score = np.log(np.maximum([level.weight for level in levels], 1e-300)).sum(axis=0)
    likely = np.exp(score - score.max())
    variance = float(likely @ levels[0].noise / likely.sum())
    level = certain_level(per_week, variance, asked.weeks, asked.market)
    return _plan(histories[0], asked, learned, level, (np.zeros(0), np.zeros(0)))


@dataclass(frozen=True, slots=True)
class _Learned:
    clocks: Clocks
    rates: Rates
    sizes: Sizes
    shares: Shares
    counts: tuple[Floats, ...]
    past: Floats
    ahead: Floats
    mean_value: float
    most: float


def _learn(histories: Sequence[History], asked: Asked) -> _Learned:
    begin, end = asked.start - WEEK * asked.learned_weeks, asked.looks[-1]
    clocks = _clocks(histories, asked, begin, end)
    rows = len(histories[0].owners) + 1
    looks = begin + WEEK * np.arange(asked.learned_weeks + asked.weeks + 1.0)
    lengths = np.diff(clocks.creation.at(looks)) / WEEK
    counts = tuple(_counts(history, begin, (rows, asked.learned_weeks)) for history in histories)
    recent = [history.created >= begin for history in histories]
    amount = np.concatenate([history.amount[some] for history, some in zip(histories, recent, strict=True)])
    owner = np.concatenate([history.owner[some] for history, some in zip(histories, recent, strict=True)])
    priced = amount[~np.isnan(amount)]
    return _Learned(
        clocks,
        _rates(histories, begin, clocks.leaving, rows),
        learn_sizes(amount, owner, rows),
        learn_shares(np.sum(counts, axis=0)),
        counts,
        lengths[: asked.learned_weeks],
        lengths[asked.learned_weeks :],
        float(priced.mean()) if len(priced) else 0.0,
        float(np.quantile(priced, 1 - LARGEST)) if len(priced) and asked.unit == "amount" else np.inf,
    )


def _plan(
    history: History, asked: Asked, learned: _Learned, level: Level, past: tuple[Floats, Floats]
) -> Plan:
    expected = _expected(learned.rates, asked, learned.clocks)
    stays = history.stays
    here = stays.cause < 0
    lasting = Stays(
        stays.owner[here], stays.stage[here], stays.entered[here], stays.left[here], stays.cause[here], stays.value[here]
    )  # fmt: skip
    plan = Plan(
        asked, history.owners, history.stages, learned.clocks, level, learned.ahead, *past, learned.rates, learned.sizes,
        learned.shares, expected, lasting, learned.mean_value, learned.most,
    )  # fmt: skip
    return replace(plan, open=plan.valued(plan.open))


def _clocks(histories: Sequence[History], asked: Asked, begin: float, end: float) -> Clocks:
    holidays = public_holidays(asked.country, int(begin), int(end) + WEEK)
    created = np.concatenate([history.created for history in histories])
    ended = np.concatenate([history.stays.left[history.stays.cause >= 0] for history in histories])
    span = (begin, asked.start)
    return Clocks(
        estimate_clock(created[created >= begin], span, end, holidays),
        estimate_clock(ended[ended >= begin], span, end, holidays),
    )


def _counts(history: History, begin: float, shape: tuple[int, int]) -> Floats:
    """Return how many opportunities were created, owners x weeks."""
    week = np.floor((history.created - begin) / WEEK).astype(np.int64)
    inside = (week >= 0) & (week < shape[1])
    cell = (history.owner * shape[1] + week)[inside]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


def _rates(histories: Sequence[History], begin: float, clock: Clock, rows: int) -> Rates:
    stages = len(histories[0].stages)
    spent = np.zeros((rows, stages, len(CLASSES) - 1))
    gone = np.zeros((rows, stages, len(CLASSES) - 1, stages + 2))
    entry = np.zeros(stages)
    for history in histories:
        stays = history.stays
        timed = stays._replace(entered=clock.at(stays.entered), left=clock.at(stays.left))
        exposures(timed, float(clock.at(begin)), np.array(CLASSES), spent, gone)
        fresh = (stays.entered >= begin) & np.isin(stays.entered, history.created)
        entry += np.bincount(stays.stage[fresh], minlength=stages)
    return learn_rates(spent, gone, entry)


def _expected(rates: Rates, asked: Asked, clocks: Clocks) -> Expected:
    classes, since = np.array(CLASSES), clocks.leaving.at(asked.looks)
    looks = since - since[0]
    causes = (rates.onward, rates.back)
    worth = worth_of(*by_week_of_age(classes, rates.rate, rates.advance), *causes, np.diff(looks))
    ever, lean = (each(classes, rates.rate, rates.advance, *causes) for each in (ever_of, lean_of))
    return Expected(looks, classes, rates.rate, rates.pace.mean, rates.odds.mean, worth, ever, lean)
