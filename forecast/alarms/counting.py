"""What is counted week by week, of stays that happened and of stays that are drawn: one rule for both, compiled.

Every count is of one owner and one week, so that a team is the sum of its owners. How likely an opportunity is to be
won is followed from the day on which it is created, or from the start of the watch, until it is won or lost: what these
chances lose in a week is what the week missed. On plan such changes are a martingale (Doob, *Stochastic Processes*,
1953): nothing in the mean, whatever came before, and they add up to wins expected less wins.
"""

from __future__ import annotations

import math

import numpy as np

from forecast.alarms.cusum import Floats, Ints
from forecast.alarms.tallies import DAYS_A_WEEK, Drawn, Expected, Stays, Sums
from simulations.compiled import compiled_at_first_call, compiled_inside


@compiled_inside
def _chance(plan: Expected, owner: int, stage: int, age: float) -> float:
    """Return the chance of an opportunity to be won ever; won and lost are stages too."""
    day = min(int(age), plan.ever.shape[1] - 1)
    chance: float = plan.ever[stage, day] + plan.odds[owner] * plan.lean[stage, day]
    return min(max(chance, 0.0), 1.0)


@compiled_inside
def _revise(sums: Sums, where: tuple[int, int, int], chance: float, now: float) -> None:
    """Count that a chance to be won has changed in a week: ``where`` is year, owner and week."""
    sums.missed[where] += chance - now
    sums.doubt[where] += (chance - now) ** 2


@compiled_inside
def _ended(
    plan: Expected, sums: Sums, where: tuple[int, int, int], chance: float, end: tuple[int, float]
) -> None:
    """Count the end of a stay; ``end`` is cause and value."""
    sums.ended[where] += 1
    _revise(sums, where, chance, _chance(plan, where[1], end[0], 0.0))
    if end[0] == plan.rate.shape[0]:
        sums.booked[where] += end[1]


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
    pace, chance = plan.pace[owner], _chance(plan, owner, stage, at - entered)
    while True:
        following = min(left, looks[week + 1], entered + classes[age + 1])
        sums.due[year, owner, week] += pace * plan.rate[stage, age] * (following - at)
        at = following
        if at >= looks[week + 1]:
            old = min(int((at - entered) / DAYS_A_WEEK), plan.worth.shape[1] - 1)
            sums.pipeline[year, owner, week + 1] += end[1] * plan.worth[stage, old, week + 1]
            now = _chance(plan, owner, stage, at - entered)
            _revise(sums, (year, owner, week), chance, now)
            week, chance = week + 1, now
            if week == weeks:
                return
        if at >= left:
            break
        if at >= entered + classes[age + 1]:
            age += 1
    if end[0] >= 0 and left < looks[weeks]:
        _ended(plan, sums, (year, owner, week), chance, end)


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
                    value = 1.0 if drawn.counted else min(math.exp(drawn.usual[owner] + off), drawn.most)
                    sums.size[year, owner, week] += off
                    stage = _picked(drawn.entry, rng.random())
                    _live(drawn, plan, sums, (year, owner, stage), (at, at, value), rng)
                sums.created[year, owner, week] = created[year, owner, week]
                sums.priced[year, owner, week] = created[year, owner, week]
