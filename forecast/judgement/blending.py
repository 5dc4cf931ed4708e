"""How much a call may move the statistics: as much as past calls would have made them better, and nothing before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.calibration.records import Floats
from simulations.intervals import Estimate, estimate

#: Past periods before which a call counts nothing, and as many by which its weight is drawn toward nothing.
FEWEST_PERIODS, PRIOR_PERIODS = 6, 4.0
#: A blend must have been better by so many standard errors in periods that it was not learned from.
CLEARLY = 1.0
FEW = "{periods} past periods with a call, at least {fewest} are needed"
NO_BETTER = "mixed in, past calls would not have made the statistics clearly better"


@dataclass(frozen=True, slots=True)
class Blend:
    """The weight of a call beside the statistics.

    Attributes
    ----------
    weight : float
        0 to 1: how far the forecast moves from the statistics toward the call without its bias.
    bias : float
        Share of past calls that did not come.
    periods : int
        Past periods from which both were learned.
    gain : Estimate or None
        By how much the blend would have lowered the absolute error in a period that it was not learned from, as a share
        of the statistics' mean; None where there are too few.
    reason : str
        Why the weight is 0, else empty.
    """

    weight: float
    bias: float
    periods: int
    gain: Estimate | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "weight": self.weight,
            "bias": self.bias,
            "periods": self.periods,
            "gain": None if self.gain is None else self.gain.to_dict(),
            "reason": self.reason or None,
        }


def learn_blend(called: Floats, statistics: Floats, came: Floats) -> Blend:
    """Return the weight of a call, learned from past periods.

    A call is first freed of its bias: multiplied by what came over what was called, summed. The weight is the slope of
    what the statistics missed on how far the freed call lay from them, both over the statistics' mean (Bates & Granger
    1969 in the form of an encompassing regression, Chong & Hendry 1986), x n / (n + 4) for n periods, and cut to 0 to 1:
    the inverse mean squared error of a forecaster who adds nothing new would still be above 0, its slope is not. It is 0
    for fewer than six periods, and where leaving out each period in turn the blend would not have come nearer to what
    came, in the mean by more than one standard error.

    Assumed: calls and statistics err in the next period as they did in the past ones, independently.

    Parameters
    ----------
    called, statistics, came : array of n
        One for each past period: the call at about the same distance from the period's end as today, the mean of the
        statistical forecast of the same moment (above 0), and what the period booked.
    """
    count = len(called)
    if count < FEWEST_PERIODS:
        bias = 0.0 if not called.sum() else 1 - float(came.sum() / called.sum())
        return Blend(0.0, bias, count, None, FEW.format(periods=count, fewest=FEWEST_PERIODS))
    weight, bias = _fitted(called, statistics, came)
    gains = np.array([_gain(called, statistics, came, left_out) for left_out in range(count)])
    gain = estimate(gains)
    error = float(gains.std(ddof=1) / np.sqrt(count))
    if weight <= 0 or gain.mean <= CLEARLY * error:
        return Blend(0.0, bias, count, gain, NO_BETTER)
    return Blend(weight, bias, count, gain, "")


def _fitted(called: Floats, statistics: Floats, came: Floats) -> tuple[float, float]:
    """Return weight and bias."""
    bias = 1 - float(came.sum() / called.sum()) if called.sum() > 0 else 0.0
    apart = ((1 - bias) * called - statistics) / statistics
    missed = (came - statistics) / statistics
    square = float(apart @ apart)
    slope = float(apart @ missed) / square if square > 0 else 0.0
    count = len(called)
    return float(np.clip(slope * count / (count + PRIOR_PERIODS), 0.0, 1.0)), bias


def _gain(called: Floats, statistics: Floats, came: Floats, left_out: int) -> float:
    """Return by how much a blend learned without a period comes nearer to it."""
    rest = np.arange(len(called)) != left_out
    weight, bias = _fitted(called[rest], statistics[rest], came[rest])
    mean = statistics[left_out]
    moved = mean + weight * ((1 - bias) * called[left_out] - mean)
    return float((abs(came[left_out] - mean) - abs(came[left_out] - moved)) / mean)


def blended_draws(draws: Floats, booked: float, call: float, blend: Blend) -> Floats:
    """Return draws of the bookings with their mean moved toward a call by its weight.

    What is booked stays; all that is still to come is multiplied by the same number, so that its spread stays in
    proportion and no draw falls below what is booked.

    Parameters
    ----------
    draws : array
        Of the whole bookings.
    booked : float
    call : float
        As it was made, its bias still in it.
    blend : Blend
    """
    mean = float(draws.mean())
    if not blend.weight or mean <= booked:
        return draws
    goal = max(mean + blend.weight * ((1 - blend.bias) * call - mean), booked)
    return np.asarray(booked + (draws - booked) * (goal - booked) / (mean - booked))
