"""A chance to be won with its interval, and the difference of two."""

from __future__ import annotations

import math
from dataclasses import dataclass

from forecast.incidence import Incidence
from simulations.intervals import Estimate

#: Normal quantile of a 95% interval.
WIDE = 1.959964
_ALMOST = 1e-9


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance as if it had been counted in independent trials.

    Attributes
    ----------
    share : float
        0 to 1.
    trials : float
        How many independent trials would say it as surely.
    """

    share: float
    trials: float

    def estimate(self, wide: float = WIDE) -> Estimate:
        """Return the chance with its score interval (Wilson 1927) for a normal quantile."""
        shrink = 1 + wide * wide / self.trials
        centre = (self.share + wide * wide / (2 * self.trials)) / shrink
        spread = self.share * (1 - self.share) / self.trials + wide * wide / (4 * self.trials**2)
        half = wide / shrink * math.sqrt(spread)
        low, high = max(0.0, centre - half), min(1.0, centre + half)
        return Estimate(self.share, low, high, round(self.trials))


def chance_of(won: Incidence, horizon: float, ended: int) -> Chance:
    """Return the chance to be won within a horizon.

    The trials are those whose binomial variance is that of the bootstrap draws, as with surveys whose cases count
    differently (Korn & Graubard 1998); so that open opportunities count as far as they say something, and a chance
    near 0 or 1 keeps an interval. At most as many as ended, or all were followed to the horizon.

    Assumed: the incidence's draws have the spread of a binomial share.

    Parameters
    ----------
    won : Incidence
    horizon : float
        Days.
    ended : int
        How many were won or lost; at least 1.
    """
    draws = won.by(horizon)
    share = float(min(draws[0], 1.0))
    variance = float(draws[1:].var())
    most = float(ended)
    trials = share * (1 - share) / variance if variance > _ALMOST**2 else most
    return Chance(share, float(min(max(trials, 1.0), 2 * most)))


def difference(one: Chance, other: Chance, wide: float = WIDE) -> Estimate:
    """Return one chance less another, with the interval that their score intervals give (Newcombe 1998).

    Assumed: the two are independent.
    """
    first, second = one.estimate(wide), other.estimate(wide)
    gap = one.share - other.share
    down = math.hypot(first.mean - first.low, second.high - second.mean)
    up = math.hypot(first.high - first.mean, second.mean - second.low)
    return Estimate(gap, gap - down, gap + up, first.count + second.count)
