"""Deviations from the plan: what each monitor of the team and of each owner shows in a week, in standard deviations.

Positive is bad: too little created, too small, too seldom advanced, too slow, too little in the pipeline, too little
projected. The plan's own drawn years say what is usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from forecast.alarms.cusum import Floats
from forecast.alarms.plan import Plan
from forecast.alarms.tallies import Sums

CREATION, SIZE, CONVERSION, PACE, PIPELINE, PROJECTION = (
    "creation",
    "amounts",
    "conversion",
    "time in stage",
    "weighted pipeline",
    "projected bookings",
)
MONITORS = (CREATION, SIZE, CONVERSION, PACE, PIPELINE, PROJECTION)
#: Below this nothing is divided by it: a monitor that never moves says nothing.
_LEAST = 1e-6


class Usual(NamedTuple):
    """What is usual on plan, by the team (first) and each owner.

    Attributes
    ----------
    created, created_sd : array, G x W
        Expected new opportunities, and the standard deviation of a week's number about it.
    size_sd, conversion_sd, pace_sd : array of G
        Standard deviations of a typical week.
    pipeline, pipeline_sd, gain, gain_sd : array, G x W
        Mean and standard deviation of the weighted pipeline at each look, and of what projected bookings gain in a week.
    learned : float
        Weeks that the plan was learned from; infinite where it is known.
    """

    created: Floats
    created_sd: Floats
    size_sd: Floats
    conversion_sd: Floats
    pace_sd: Floats
    pipeline: Floats
    pipeline_sd: Floats
    gain: Floats
    gain_sd: Floats
    learned: float


@dataclass(frozen=True, slots=True)
class Grouped:
    """Sums of the team (first) and of each owner, years x groups x weeks.

    Attributes
    ----------
    sums : Sums
        See `forecast.alarms.tallies.Sums`.
    beside : dict of str to array
        Deviations of monitors that need more than opportunities (`forecast.alarms.beside`), by name.
    """

    sums: Sums
    beside: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, sums: Sums, beside: Mapping[str, Floats] | None = None) -> Grouped:
        """Return the sums with the team's put before those of the owners, of whom the last, whoever is new, is left out."""
        grouped = Sums(
            *(np.concatenate((part.sum(axis=1, keepdims=True), part[:, :-1]), axis=1) for part in sums)
        )
        return cls(grouped, beside or {})

    @property
    def gain(self) -> Floats:
        """What projected bookings gain in each week from what is booked and open, years x groups x weeks."""
        return np.asarray(self.sums.booked + np.diff(self.sums.pipeline, axis=2))


def usual_of(plan: Plan, years: Grouped) -> Usual:
    """Return what is usual, from the plan and years drawn from it."""
    groups = years.sums.created.shape[1]
    share = np.concatenate(([1.0], plan.shares.mean[:-1]))[:groups, None]
    created = share * (plan.level.expected * plan.level.per_week * plan.lengths)
    variance = np.full_like(share, plan.level.week_variance)
    variance[1:] += plan.shares.own_variance * (1 - share[1:])
    sums = years.sums
    pipeline = sums.pipeline[:, :, 1:]
    return Usual(
        created,
        np.sqrt(created + variance * created**2),
        plan.sizes.spread * _root(sums.priced),
        _root(sums.doubt),
        _root(sums.due),
        pipeline.mean(axis=0),
        pipeline.std(axis=0),
        years.gain.mean(axis=0),
        years.gain.std(axis=0),
        float(len(plan.past)) or np.inf,
    )


def _root(counts: Floats) -> Floats:
    """Return the root of a typical week's number, by group."""
    return np.asarray(np.sqrt(counts.mean(axis=(0, 2))))


def deviations(monitor: str, seen: Grouped, usual: Usual) -> Floats:
    """Return a monitor's deviations, years x groups x weeks, positive where it is worse than expected."""
    sums = seen.sums
    if monitor == CREATION:
        return _scaled(usual.created - sums.created, usual.created_sd)
    if monitor == SIZE:
        return _scaled(-sums.size, usual.size_sd[:, None])
    if monitor == CONVERSION:
        return _scaled(sums.missed, usual.conversion_sd[:, None])
    if monitor == PACE:
        return _scaled(sums.due - sums.ended, usual.pace_sd[:, None])
    if monitor == PIPELINE:
        return _scaled(usual.pipeline - sums.pipeline[:, :, 1:], usual.pipeline_sd)
    return _scaled(usual.gain - seen.gain, usual.gain_sd)


def beside_learned(off: Floats, learned: float) -> Floats:
    """Return deviations from the mean of the learned weeks and of all weeks since: recursive residuals.

    The learned mean is off itself, and by as much every week; a CUSUM would add that up. Held against a mean that goes on
    learning, and divided by the root of 1 + 1/n, deviations on plan are independent and of variance 1 however few weeks
    were learned from (Brown, Durbin & Evans, *Journal of the Royal Statistical Society B* 37, 1975).

    Parameters
    ----------
    off : array, ... x weeks
        In standard deviations of a week, from the learned mean.
    learned : float
        Weeks that it was learned from; where they are infinite nothing changes.

    Examples
    --------
    >>> beside_learned(np.array([1.0, 1.0]), 3.0).round(3).tolist()
    [0.866, 0.671]
    """
    weeks = learned + np.arange(off.shape[-1])
    before = np.cumsum(off, axis=-1) - off
    return np.asarray((off - before / weeks) / np.sqrt(1 + 1 / weeks))


def _scaled(off: Floats, sd: Floats) -> Floats:
    return np.asarray(np.where(sd > _LEAST, off / np.maximum(sd, _LEAST), 0.0))
