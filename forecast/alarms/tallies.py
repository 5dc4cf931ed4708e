"""What is counted, against what, and what is drawn: the flat records that counting fills and reads.

Times are days of the clock of leaving since the start of the watch; weeks end at the looks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forecast.alarms.cusum import Floats, Ints

DAYS_A_WEEK = 7.0


class Expected(NamedTuple):
    """What the plan expects of stays.

    Attributes
    ----------
    looks : array of W + 1
        When each week ends; the first is the start of the watch.
    classes : array of B + 1
        Ages in the stage at which classes begin; the last is infinite.
    rate : array, S x B
        Leavings a day.
    pace, odds : array of R
        Of each owner: factor of the rate, and log-odds added to the share that advances.
    worth : array, S x weeks of age x W + 1
        Chance that an opportunity of a stage and age is won between a look and the end of the watch.
    ever, lean : array, S + 2 x days of age
        Chance that it is won ever, and how much that rises where all log-odds rise by 1; won and lost are the last two
        stages.
    """

    looks: Floats
    classes: Floats
    rate: Floats
    pace: Floats
    odds: Floats
    worth: Floats
    ever: Floats
    lean: Floats


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
        Wins that open opportunities became less likely to bring in the week, and the sum of the squares of these changes.
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
        Leavings a day, and the share of them that advance or are won.
    pace, odds, size : array, D x R
        ``size``: mean of the logarithm of an amount, less what the plan expects.
    luck : array
        Logarithms of past amounts about their mean, to draw from.
    usual : array of R
        Logarithm of the amount that the plan expects.
    most : float
        No amount counts more.
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
    most: float
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
