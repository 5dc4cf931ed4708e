"""The capacity plan of a history: how much more must be created, how many hires that is, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from forecast.bookings import new_created, week_chances
from forecast.quota.capacity import NEVER, PLANS, WITHOUT, Capacity, Heads, HirePlan
from forecast.quota.curve import chance_of
from forecast.quota.draws import Floats
from forecast.quota.history import History
from simulations import rules
from simulations.intervals import Estimate

#: Weeks until a hire creates what the others do: 5.7 months (Bridge Group 2024, the scenario's default `ramp_weeks`).
RAMP_WEEKS = 25.0
#: Most times as much as is created now that is tried, and how finely it is found.
MOST_CREATION, STEPS = 4.0, 7
WEEK_DAYS = 7


def history_heads(reps: int, now: float | None) -> tuple[Heads, ...]:
    """Return the heads of a history: all who are reps today count as ramped, as no export tells when they came."""
    return (Heads("reps", reps, float(reps), now),)


def history_plans(history: History, plan: Capacity, ramp_weeks: float = RAMP_WEEKS) -> Capacity:
    """Return a capacity plan with the hires that would do, and by when, from a history.

    How much more must be created is found by drawing the period again with more, halving what lies between. A hire
    creates, once ramped, what a rep of today creates on average; what is created in a week counts by its chance to be
    won in the period. So n hires who begin in week d add n / heads x share(d) to creation, where share(d) is what their
    ramped weeks bring over what all weeks of the period bring.

    Parameters
    ----------
    history : History
    plan : Capacity
        As `forecast.quota.capacity.capacity_of` gives it.
    ramp_weeks : float
        Until a hire creates what the others do: a straight line.
    """
    if plan.chance.mean >= plan.asked:
        return replace(plan, reason=WITHOUT)
    times = _needed_creation(history, plan)
    heads = plan.heads[0].seats
    if times is None or not heads:
        return replace(plan, reason=NEVER)
    return replace(plan, plans=tuple(_plans(history, (times - 1) * heads, ramp_weeks, plan)))


def hire_shares(worth: Floats, ramp_weeks: float) -> Floats:
    """Return what a hire who begins in each week brings, over what a ramped head brings in all weeks.

    Parameters
    ----------
    worth : array
        What the creation of each week is expected to bring within the period.
    ramp_weeks : float

    Examples
    --------
    >>> hire_shares(np.array([3.0, 2.0, 1.0]), 1.0).round(3).tolist()
    [0.75, 0.333, 0.083]
    """
    weeks = len(worth)
    ramp = np.array([rules.ramp_factor(week, ramp_weeks) for week in range(weeks)])
    brought = np.array([float(worth[begin:] @ ramp[: weeks - begin]) for begin in range(weeks)])
    return np.asarray(brought / max(float(worth.sum()), 1e-12))


def _chance_at(history: History, plan: Capacity, times: float) -> Estimate:
    draws = history.draws(times)
    return chance_of(draws.company, plan.target, draws.world)


def _needed_creation(history: History, plan: Capacity) -> float | None:
    low, high = 1.0, MOST_CREATION
    if _chance_at(history, plan, high).mean < plan.asked:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if _chance_at(history, plan, middle).mean >= plan.asked else (middle, high)
    return high


def _plans(history: History, needed: float, ramp_weeks: float, plan: Capacity) -> Iterator[HirePlan]:
    """Yield the last weeks for the fewest hires and a few more; ``needed``: ramped heads over all weeks."""
    view = history.view
    worth = (new_created(view) * week_chances(view)).mean(axis=0)
    shares = hire_shares(worth, ramp_weeks)
    if shares[0] <= 0:
        return
    fewest = int(np.ceil(needed / shares[0] - 1e-9))
    begin = pd.Timestamp(view.calibration.records.moment, unit="D").date()
    monday = begin + dt.timedelta(days=-begin.weekday() % WEEK_DAYS)
    for hires in range(fewest, fewest + PLANS):
        last = int(np.flatnonzero(shares * hires >= needed * (1 - 1e-9))[-1])
        times = 1 + hires * float(shares[last]) / plan.heads[0].seats
        yield HirePlan(hires, monday + dt.timedelta(weeks=last), _chance_at(history, plan, times))
