"""What is counted week by week, of stays that happened and of stays that are drawn: one rule for both, compiled.

Every count is of one owner and one week, so that a team is the sum of its owners. Times are days of the clock of
leaving since the start of the watch; weeks end at the looks.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from forecast.alarms.cusum import Floats, Ints
from simulations.compiled import compiled_at_first_call, compiled_inside

DAYS_A_WEEK = 7.0


class Expected(NamedTuple):
    """What the plan expects of stays.

    Attributes
    ----------
    looks : array of W + 1
        When each week ends; the first is the start of the watch.
    classes : array of B + 1
        Ages in the stage at which classes begin; the last is infinite.
    rate, advance : array, S x B
        Leavings a day, and the share of them that advance or are won.
    pace, odds : array of R
        Of each owner: factor of the rate, and log-odds added to the share.
    worth : array, S x weeks of age x W + 1
        Chance that an opportunity of a stage and age is won between a look and the end of the watch.
    """

    looks: Floats
    classes: Floats
    rate: Floats
    advance: Floats
    pace: Floats
    odds: Floats
    worth: Floats


class Sums(NamedTuple):
    """What is counted, years x owners x weeks (the pipeline: x weeks + 1, since it begins with the start).

    Attributes
    ----------
    created, priced : array
        New opportunities, and such as have an amount.
    size : array
        Sum of the logarithms of their amounts less what is expected of each.
    ended, due : array
        Stays that ended, and that were to end by their ages.
    missed, doubt : array
        Of the stays that ended: advances expected less made, and the variance of that number.
    booked : array
        Value of what was won.
    pipeline : array
        Value of what was open at each look, each opportunity by its chance to be won before the end of the watch.
    """

    created: Floats
    priced: Floats
    size: Floats
    ended: Floats
    due: Floats
    missed: Floats
    doubt: Floats
    booked: Floats
    pipeline: Floats


class Stays(NamedTuple):
    """Stays in stages: ``cause`` is the stage entered next, S won, S + 1 lost, -1 while it lasts."""

    owner: Ints
    stage: Ints
    entered: Floats
    left: Floats
    cause: Ints
    value: Floats


class Drawn(NamedTuple):
    """What a drawn year holds true, D of them, and where an opportunity goes.

    Attributes
    ----------
    rate, advance : array, D x S x B
    pace, odds, size : array, D x R
        ``size``: mean of the logarithm of an amount, less what the plan expects.
    luck : array
        Logarithms of past amounts about their mean, to draw from.
    usual : array of R
        Logarithm of the amount that the plan expects.
    counted : bool
        Whether opportunities count 1 in place of their amount.
    entry : array of S
        Cumulated shares of the stages that new opportunities enter.
    onward, back : array, S x (S + 2)
        Cumulated shares of the causes, of those that advance and of the others.
    drift, sway : array, D x W
        Of everybody in each week: factor of the pace, and log-odds added to the share that advances.
    """

    rate: Floats
    advance: Floats
    pace: Floats
    odds: Floats
    size: Floats
    luck: Floats
    usual: Floats
    counted: bool
    entry: Floats
    onward: Floats
    back: Floats
    drift: Floats
    sway: Floats


def no_sums(years: int, owners: int, weeks: int) -> Sums:
    """Return sums of nothing."""
    shapes = [weeks] * 8 + [weeks + 1]
    return Sums(*(np.zeros((years, owners, width)) for width in shapes))


@compiled_inside
def _ended(plan: Expected, sums: Sums, where: tuple[int, int, int, int, int], end: tuple[int, float]) -> None:
    """Count the end of a stay: ``where`` is year, owner, stage, week and age class; ``end`` cause and value."""
    year, owner, stage, week, age = where
    stages = plan.rate.shape[0]
    share = plan.advance[stage, age]
    share = min(max(share + plan.odds[owner] * share * (1 - share), 0.0), 1.0)
    sums.ended[year, owner, week] += 1
    sums.missed[year, owner, week] += share - (stage < end[0] <= stages)
    sums.doubt[year, owner, week] += share * (1 - share)
    if end[0] == stages:
        sums.booked[year, owner, week] += end[1]


@compiled_inside
def _stay(
    plan: Expected, sums: Sums, where: tuple[int, int, int], span: tuple[float, float], end: tuple[int, float]
) -> None:
    """Count one stay: ``where`` is year, owner and stage; ``span`` entered and left; ``end`` cause and value."""
    year, owner, stage = where
    entered, left = span
    looks, classes = plan.looks, plan.classes
    weeks = looks.size - 1
    if left <= looks[0] or entered >= looks[weeks]:
        return
    at = max(entered, looks[0])
    week = np.searchsorted(looks, at, side="right") - 1
    age = np.searchsorted(classes, at - entered, side="right") - 1
    pace = plan.pace[owner]
    while True:
        following = min(left, looks[week + 1], entered + classes[age + 1])
        sums.due[year, owner, week] += pace * plan.rate[stage, age] * (following - at)
        at = following
        if at >= looks[week + 1]:
            old = min(int((at - entered) / DAYS_A_WEEK), plan.worth.shape[1] - 1)
            sums.pipeline[year, owner, week + 1] += end[1] * plan.worth[stage, old, week + 1]
            week += 1
            if week == weeks:
                return
        if at >= left:
            break
        if at >= entered + classes[age + 1]:
            age += 1
    if end[0] >= 0 and left < looks[weeks]:
        _ended(plan, sums, (year, owner, stage, week, age), end)


@compiled_inside
def _open_at_start(
    plan: Expected, sums: Sums, where: tuple[int, int, int], entered: float, value: float
) -> None:
    old = min(int((plan.looks[0] - entered) / DAYS_A_WEEK), plan.worth.shape[1] - 1)
    sums.pipeline[where[0], where[1], 0] += value * plan.worth[where[2], old, 0]


@compiled_at_first_call
def count_stays(stays: Stays, plan: Expected, sums: Sums) -> None:
    """Count stays that happened, as year 0 of the sums.

    A stay that ends exactly at a look belongs to the week after it, as a moment of knowledge is exclusive.
    """
    for i in range(stays.stage.size):
        left = stays.left[i]
        where = (0, stays.owner[i], stays.stage[i])
        if stays.entered[i] < plan.looks[0] <= left:
            _open_at_start(plan, sums, where, stays.entered[i], stays.value[i])
        _stay(plan, sums, where, (stays.entered[i], left), (stays.cause[i], stays.value[i]))


@compiled_inside
def _lasts(rate: Floats, factor: float, classes: Floats, age: float, gone: float) -> float:
    """Return the age at which a stay ends that has reached an age; ``gone`` is an exponential draw."""
    last = classes.size - 2
    place = np.searchsorted(classes, age, side="right") - 1
    while True:
        speed = rate[place] * factor
        if place == last or speed * (classes[place + 1] - age) >= gone:
            ends: float = age + gone / max(speed, 1e-9)
            return ends
        gone -= speed * (classes[place + 1] - age)
        age = classes[place + 1]
        place += 1


@compiled_inside
def _picked(shares: Floats, u: float) -> int:
    """Return the first place whose cumulated share is above a uniform draw."""
    for i in range(shares.size - 1):
        if u < shares[i]:
            return i
    return shares.size - 1


@compiled_inside
def _week(looks: Floats, at: float) -> int:
    """Return the week of a moment, roughly, the first or last where it lies outside."""
    return min(max(int((at - looks[0]) / DAYS_A_WEEK), 0), looks.size - 2)


@compiled_inside
def _live(
    drawn: Drawn,
    plan: Expected,
    sums: Sums,
    who: tuple[int, int, int],
    begin: tuple[float, float, float],
    rng: np.random.Generator,
) -> None:
    """Draw and count the stays of one opportunity: ``who`` as in `_stay`; ``begin``: entered, known until, value."""
    year, owner, stage = who
    entered, since, value = begin
    stages, end = plan.rate.shape[0], plan.looks[plan.looks.size - 1]
    while True:
        factor = drawn.pace[year, owner] * drawn.drift[year, _week(plan.looks, since)]
        age = _lasts(
            drawn.rate[year, stage], factor, plan.classes, since - entered, -math.log(1.0 - rng.random())
        )
        left = entered + age
        place = np.searchsorted(plan.classes, age, side="right") - 1
        share = drawn.advance[year, stage, place]
        odds = drawn.odds[year, owner] + drawn.sway[year, _week(plan.looks, left)]
        share += odds * share * (1 - share)
        if rng.random() < share:
            cause = _picked(drawn.onward[stage], rng.random())
        else:
            cause = _picked(drawn.back[stage], rng.random())
        _stay(plan, sums, (year, owner, stage), (entered, left), (cause, value))
        if cause >= stages or left >= end:
            return
        entered, since, stage = left, left, cause


@compiled_at_first_call
def draw_years(
    known: Stays, created: Ints, drawn: Drawn, plan: Expected, sums: Sums, rng: np.random.Generator
) -> None:
    """Draw years and count them: what becomes of open opportunities, and of those that are created.

    Parameters
    ----------
    known : Stays
        Of the opportunities that are open at the start, the stay that lasts.
    created : array of int, D x R x W
        New opportunities by year, owner and week.
    drawn : Drawn
    plan : Expected
        What the years are counted against.
    sums : Sums
        Of D years; changed in place.
    rng : Generator
    """
    years, owners, weeks = created.shape
    for year in range(years):
        for i in range(known.stage.size):
            begin = (known.entered[i], plan.looks[0], known.value[i])
            who = (year, known.owner[i], known.stage[i])
            _open_at_start(plan, sums, who, begin[0], begin[2])
            _live(drawn, plan, sums, who, begin, rng)
        for owner in range(owners):
            for week in range(weeks):
                for _ in range(created[year, owner, week]):
                    width = plan.looks[week + 1] - plan.looks[week]
                    at = plan.looks[week] + width * rng.random()
                    off = drawn.size[year, owner] + drawn.luck[int(rng.random() * drawn.luck.size)]
                    value = 1.0 if drawn.counted else math.exp(drawn.usual[owner] + off)
                    sums.size[year, owner, week] += off
                    stage = _picked(drawn.entry, rng.random())
                    _live(drawn, plan, sums, (year, owner, stage), (at, at, value), rng)
                sums.created[year, owner, week] = created[year, owner, week]
                sums.priced[year, owner, week] = created[year, owner, week]
