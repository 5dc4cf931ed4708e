"""What an open opportunity is worth by the end of the watch: its chance to be won, by stage, age and weeks left."""

from __future__ import annotations

import numpy as np

from forecast.alarms.counting import DAYS_A_WEEK
from forecast.alarms.cusum import Floats

#: Weeks of age in a stage that are told apart.
AGES = 30


def worth_of(rate: Floats, advance: Floats, onward: Floats, back: Floats, lengths: Floats) -> Floats:
    """Return the chances to be won before the end, stages x weeks of age x looks; the last look is the end.

    Backward from the end, week by week: an opportunity of a stage and age leaves in the week with its chance, advances
    with its share, and is then a fresh one of the stage that it enters, in the middle of the week.

    Parameters
    ----------
    rate, advance : array, S x ages
        Leavings a day, and share of those that advance, by week of age (`by_week_of_age`).
    onward, back : array, S x (S + 2)
        Shares of the causes, of those that advance and of the others.
    lengths : array of W
        Days of each week.
    """
    stages, ages = rate.shape
    weeks = len(lengths)
    worth = np.zeros((stages, ages, weeks + 1))
    older = np.minimum(np.arange(ages) + 1, ages - 1)
    for week in range(weeks - 1, -1, -1):
        leave = -np.expm1(-rate * lengths[week])
        later, fresh = worth[:, :, week + 1], worth[:, 0, week + 1].copy()
        for stage in range(stages - 1, -1, -1):
            ahead = onward[stage, :stages] @ fresh + onward[stage, stages]
            behind = back[stage, :stages] @ fresh
            won = advance[stage] * ahead + (1 - advance[stage]) * behind
            worth[stage, :, week] = leave[stage] * won + (1 - leave[stage]) * later[stage, older]
            fresh[stage] = (worth[stage, 0, week] + later[stage, 0]) / 2
    return worth


def by_week_of_age(classes: Floats, rate: Floats, advance: Floats) -> tuple[Floats, Floats]:
    """Return the mean rate in each week of age, and the share of those who leave in it that advance, S x ages each.

    Parameters
    ----------
    classes : array of B + 1
        Ages at which classes begin.
    rate, advance : array, S x B
    """
    edges = DAYS_A_WEEK * np.arange(AGES + 1.0)
    known = np.append(classes[:-1], max(float(edges[-1]), float(classes[-2])) + 1)
    grown = _grown(known, rate, edges)
    ahead = _grown(known, rate * advance, edges)
    leave = np.maximum(np.diff(grown, axis=1), 1e-12)
    return leave / DAYS_A_WEEK, np.diff(ahead, axis=1) / leave


def _grown(classes: Floats, rate: Floats, at: Floats) -> Floats:
    """Return what rates constant within classes add up to by some ages, S x ages."""
    until = np.concatenate((np.zeros((len(rate), 1)), np.cumsum(rate * np.diff(classes), axis=1)), axis=1)
    return np.stack([np.interp(at, classes, each) for each in until])
