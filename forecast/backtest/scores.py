"""How good a distribution was, once what came is known: every score in one place, smaller is better where it is a loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats

#: Levels of the central intervals whose hits are counted, and of the quantiles whose pinball loss is taken.
INTERVALS = (0.5, 0.8, 0.95)
PINBALLS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Scores:
    """What one distribution was worth, given what came; losses in the unit of the bookings.

    Attributes
    ----------
    crps : float
        Fair continuous ranked probability score: a loss, 0 for a certain and right forecast.
    pinball_10, pinball_50, pinball_90 : float
        Pinball loss of the 10%, 50% and 90% quantile.
    hit_50, hit_80, hit_95 : bool
        Whether the central interval of that level held what came.
    pit : float
        Probability integral transform: uniform between 0 and 1 where the distributions are right.
    mean, median, low, high : float
        Of the distribution; ``low`` and ``high`` are its 10% and 90% quantile.
    """

    crps: float
    pinball_10: float
    pinball_50: float
    pinball_90: float
    hit_50: bool
    hit_80: bool
    hit_95: bool
    pit: float
    mean: float
    median: float
    low: float
    high: float


def scored(draws: Floats, outcome: float, luck: float) -> Scores:
    """Return the scores of a distribution given as draws.

    Parameters
    ----------
    draws : array of D
        One draw alone is a certain forecast.
    outcome : float
        What came.
    luck : float
        Between 0 and 1; where draws equal the outcome it says where between them the transform lies.
    """
    edges = [(1 - level) / 2 for level in INTERVALS]
    below, above = np.quantile(draws, edges), np.quantile(draws, [1 - edge for edge in edges])
    hit_50, hit_80, hit_95 = (bool(a <= outcome <= b) for a, b in zip(below, above, strict=True))
    low, median, high = (float(value) for value in np.quantile(draws, PINBALLS))
    return Scores(
        crps=fair_crps(draws, outcome),
        pinball_10=pinball(low, 0.1, outcome),
        pinball_50=pinball(median, 0.5, outcome),
        pinball_90=pinball(high, 0.9, outcome),
        hit_50=hit_50,
        hit_80=hit_80,
        hit_95=hit_95,
        pit=pit(draws, outcome, luck),
        mean=float(draws.mean()),
        median=median,
        low=low,
        high=high,
    )


def fair_crps(draws: Floats, outcome: float) -> float:
    """Return the fair continuous ranked probability score of draws.

    Mean |x - y| - sum over all pairs |x - x'| / (2 m (m - 1)): an unbiased estimate of the score of the
    distribution the m draws come from, however few they are (Gneiting & Raftery 2007, eq. 21; Ferro 2014).
    One draw alone is taken as a certain forecast, whose score is its absolute error. The pairs are summed over
    the sorted draws in m log m steps.

    Assumed: the draws are independent of each other and of the outcome.

    Examples
    --------
    >>> fair_crps(np.array([1.0, 3.0]), 2.0)  # 1 less half of the distance of 2
    0.0
    >>> fair_crps(np.array([5.0]), 2.0)
    3.0
    """
    error = float(np.abs(draws - outcome).mean())
    count = len(draws)
    if count == 1:
        return error
    rank = 2.0 * np.arange(count) - count + 1
    return error - float(rank @ np.sort(draws)) / (count * (count - 1))


def pinball(quantile: float, level: float, outcome: float) -> float:
    """Return the pinball loss of a quantile (Koenker & Bassett 1978).

    Least in the mean at the quantile of that level; nothing is assumed of the distribution.

    Examples
    --------
    >>> pinball(10.0, 0.75, 14.0), pinball(10.0, 0.75, 6.0)
    (3.0, 1.0)
    """
    short = outcome - quantile
    return max(level * short, (level - 1) * short)


def pit(draws: Floats, outcome: float, luck: float) -> float:
    """Return the randomised probability integral transform of what came, as one draw more among the draws.

    Where the outcome equals draws (deals are whole numbers) its place among them is left to ``luck``, so that the
    transform is uniform where the distribution is right (Czado, Gneiting & Held 2009).

    Assumed: outcome and draws are exchangeable where the forecast is right.
    """
    below, equal = int((draws < outcome).sum()), int((draws == outcome).sum())
    return float((below + luck * (equal + 1)) / (len(draws) + 1))
