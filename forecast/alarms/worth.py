"""What an open opportunity is worth: its chance to be won by the end of the watch, and to be won ever, by stage and age."""

from __future__ import annotations

import numpy as np

from forecast.alarms.cusum import Floats
from forecast.alarms.tallies import DAYS_A_WEEK

#: Weeks of age in a stage that are told apart.
AGES = 30
#: By how much log-odds are moved to see how far a chance follows.
_STEP = 1e-3


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


def ever_of(classes: Floats, rate: Floats, advance: Floats, onward: Floats, back: Floats) -> Floats:
    """Return the chances to be won ever, (S + 2) x days of age; the last two rows are those of won and of lost.

    Where a stay goes on its age tells: whoever should have answered by now has often fallen silent. What advances, and
    what does not, is worth what the stage that it enters is worth to a fresh opportunity (an absorbing Markov chain:
    Kemeny & Snell, *Finite Markov Chains*, 1960, chapter 3).

    Parameters
    ----------
    classes : array of B + 1
        Ages at which classes begin; the last is infinite.
    rate, advance : array, S x B
        Leavings a day, and the share of those who leave that advance.
    onward, back : array, S x (S + 2)
        Shares of the causes, of those that advance and of the others.
    """
    ahead = _advances_ever(classes, rate, advance)
    stages = len(rate)
    fresh = ahead[:, :1] * onward + (1 - ahead[:, :1]) * back
    won = np.append(np.linalg.solve(np.eye(stages) - fresh[:, :stages], fresh[:, stages]), (1.0, 0.0))
    better, worse = (onward @ won)[:, None], (back @ won)[:, None]
    settled = np.repeat(won[stages:, None], ahead.shape[1], axis=1)
    return np.concatenate((ahead * better + (1 - ahead) * worse, settled))


def lean_of(classes: Floats, rate: Floats, advance: Floats, onward: Floats, back: Floats) -> Floats:
    """Return by how much the chances to be won ever rise where all log-odds to advance rise by 1; as `ever_of`."""
    odds = np.log(advance / (1 - advance))
    up, down = (
        ever_of(classes, rate, 1 / (1 + np.exp(-(odds + step))), onward, back) for step in (_STEP, -_STEP)
    )
    return np.asarray((up - down) / (2 * _STEP))


def _advances_ever(classes: Floats, rate: Floats, advance: Floats) -> Floats:
    """Return the chance to advance ever, S x days of age; rates and shares are constant within classes of age."""
    last = len(classes) - 2
    days = np.arange(int(classes[last]) + 1.0)
    found = np.repeat(advance[:, last:], len(days), axis=1)
    later = advance[:, last]
    for one in range(last - 1, -1, -1):
        inside = (days >= classes[one]) & (days < classes[one + 1])
        stay = np.exp(-rate[:, one, None] * (classes[one + 1] - days[inside]))
        found[:, inside] = advance[:, one, None] * (1 - stay) + stay * later[:, None]
        through = np.exp(-rate[:, one] * (classes[one + 1] - classes[one]))
        later = advance[:, one] * (1 - through) + through * later
    return found
