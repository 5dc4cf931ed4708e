"""Whether opportunities created later are won more or less often: wins and losses by age and by creation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Bools, Floats, Ints
from forecast.incidence import LOST, WON, Fates
from simulations.intervals import Estimate

#: Days of the quarter over which a change is told.
QUARTER = 91.0
#: Normal quantile of a 95% interval.
_WIDE = 1.959964
#: Step on the log hazard with which the chance's slope is taken.
_NUDGE = 0.05
_MOST_STEPS, _CLOSE = 30, 1e-9


@dataclass(frozen=True, slots=True)
class Slope:
    """A regression coefficient: by how much a log hazard changes over a quarter, and its standard error."""

    value: float
    error: float


def conversion_trend(fates: Fates, horizon: float) -> Estimate:
    """Return by how much the chance to be won within a horizon changes over a quarter of creation, as a share.

    Two proportional hazards regressions (Cox 1972; ties as Breslow 1974) with the day of creation as their one
    covariate, one for winning and one for losing, so that open opportunities count for as long as they have been
    followed. The chance is the cumulative incidence under both hazards at the middle of the creations; its slope in
    the two coefficients gives the change and, by the delta method, its interval. Assumed: creation moves the hazards
    by the same factor at all ages. Simulated with a chance that changes, and with cycles that stretch while it does
    not, 95% intervals held the truth in 92 to 97% of histories of 100 to 1,000 opportunities.

    Parameters
    ----------
    fates : Fates
        With wins and losses among them.
    horizon : float
        Days.
    """
    ended = (fates.cause == WON) | (fates.cause == LOST)
    quarters = (fates.created - fates.created[ended].mean()) / QUARTER
    ages = np.unique(fates.end[ended & (fates.end <= horizon)])
    won, lost = (_hazard(fates, cause, ages) for cause in (WON, LOST))
    change, variance = 0.0, 0.0
    for cause, step in ((WON, (_NUDGE, 0.0)), (LOST, (0.0, _NUDGE))):
        slope = hazard_slope(fates, fates.cause == cause, quarters)
        up, down = (_chance(won * np.exp(s * step[0]), lost * np.exp(s * step[1])) for s in (1, -1))
        lever = (up - down) / (2 * _NUDGE)
        change += lever * slope.value
        variance += (lever * slope.error) ** 2
    half = _WIDE * float(np.sqrt(variance))
    return Estimate(change, change - half, change + half, int(ended.sum()))


def hazard_slope(fates: Fates, event: Bools, covariate: Floats) -> Slope:
    """Return the coefficient of one covariate in a proportional hazards regression, by Newton's method.

    Parameters
    ----------
    fates : Fates
        Left truncation and right censoring are respected.
    event : array of bool
        Which ended by the cause that is looked at.
    covariate : array
    """
    times = np.sort(fates.end[event])
    at = np.unique(times)
    deaths = np.searchsorted(times, at, side="right") - np.searchsorted(times, at, side="left")
    risk = _RiskSets.of(fates, at)
    target, beta, information = float(covariate[event].sum()), 0.0, 0.0
    for _ in range(_MOST_STEPS):
        weight = np.exp(beta * covariate)
        total, first, second = (risk.sums(weight * covariate**power) for power in range(3))
        mean = first / total
        information = float(deaths @ (second / total - mean**2))
        step = (target - float(deaths @ mean)) / max(information, _CLOSE)
        beta += float(np.clip(step, -1.0, 1.0))
        if abs(step) < _CLOSE:
            break
    return Slope(beta, 1 / float(np.sqrt(max(information, _CLOSE))))


@dataclass(frozen=True, slots=True)
class _RiskSets:
    """Who is at risk at some ages, so that sums over them cost one sorting.

    Attributes
    ----------
    by_begin, by_end : array of int
        Order of the opportunities.
    begun, ended : array of int
        How many of that order have come in, and have gone, before each age.
    """

    by_begin: Ints
    by_end: Ints
    begun: Ints
    ended: Ints

    @classmethod
    def of(cls, fates: Fates, at: Floats) -> _RiskSets:
        by_begin, by_end = (np.argsort(part, kind="stable") for part in (fates.begin, fates.end))
        begun = np.searchsorted(fates.begin[by_begin], at, side="right")
        ended = np.searchsorted(fates.end[by_end], at, side="left")
        return cls(by_begin, by_end, begun, ended)

    def sums(self, values: Floats) -> Floats:
        begun, ended = (
            np.append(0.0, np.cumsum(values[order]))[count]
            for order, count in ((self.by_begin, self.begun), (self.by_end, self.ended))
        )
        return np.asarray(begun - ended)


def _hazard(fates: Fates, cause: int, ages: Floats) -> Floats:
    """Return the share of those at risk that ended by a cause at each age."""
    times = np.sort(fates.end[fates.cause == cause])
    ended = np.searchsorted(times, ages, side="right") - np.searchsorted(times, ages, side="left")
    at_risk = _RiskSets.of(fates, ages).sums(np.ones(len(fates.end)))
    return np.asarray(ended / np.maximum(at_risk, 1.0))


def _chance(won: Floats, lost: Floats) -> float:
    """Return the share won in the end under two hazards by age."""
    stay = np.cumprod(1 - np.minimum(won + lost, 1.0))
    return float(np.append(1.0, stay[:-1]) @ won)
