"""Means, differences and chances with their intervals, from moments that merge in a fixed order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CONFIDENCE = 0.95
MOST_NEEDED = 1_000_000
_TWO = 2  # a variance needs two values


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95% interval; ``low`` and ``high`` are nan where fewer than two values are defined.

    Attributes
    ----------
    mean, low, high : float
        In the unit of the values.
    count : int
        Values that were defined.
    """

    mean: float
    low: float
    high: float
    count: int

    @property
    def sign(self) -> int:
        """1 or -1 where the interval lies on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def to_dict(self) -> dict[str, Any]:
        """Return ``mean``, ``low``, ``high`` as plain values; undefined ones are None."""
        return {"mean": plain(self.mean), "low": plain(self.low), "high": plain(self.high)}


@dataclass(frozen=True, slots=True)
class Difference(Estimate):
    """A paired difference: mean of the differences, replication by replication, and its interval.

    Attributes
    ----------
    variance_factor : float or None
        Variance of an unpaired difference over that of the paired one: how many times fewer
        replications pairing needs; below 1 where pairing harms. None where no difference varies.
    reason : str
        Why there is no factor (``identical``: every difference is exactly 0), else empty.
    """

    variance_factor: float | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return ``mean``, ``low``, ``high``, ``variance_factor``, ``reason``; undefined values are None."""
        return {
            **Estimate.to_dict(self),
            "variance_factor": None if self.variance_factor is None else plain(self.variance_factor),
            "reason": self.reason or None,
        }


def plain(value: float) -> float | None:
    """Return a float for JSON: None where it is not finite."""
    return float(value) if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class RunningMoments:
    """Count, mean and sum of squared deviations of several measures at once; nan values are left out.

    Attributes
    ----------
    count, mean, squares : array of float
        One entry a measure; ``squares`` is the sum of squared deviations from the mean.

    Notes
    -----
    Values are folded in one by one (Welford 1962) and summaries merged (Chan, Golub & LeVeque 1979).
    Folding in replication order makes the bytes independent of how the work was cut into batches.
    """

    count: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def empty(cls, measures: int) -> RunningMoments:
        """Return moments of nothing."""
        return cls(np.zeros(measures), np.zeros(measures), np.zeros(measures))

    def add(self, values: Floats) -> RunningMoments:
        """Return the moments with one more value of each measure."""
        defined = ~np.isnan(values)
        count = self.count + defined
        delta = np.where(defined, values - self.mean, 0.0)
        mean = self.mean + delta / np.maximum(count, 1.0)
        after = np.where(defined, values - mean, 0.0)
        return RunningMoments(count, mean, self.squares + delta * after)

    def merge(self, other: RunningMoments) -> RunningMoments:
        """Return the moments of these values and of others that came after them."""
        count = self.count + other.count
        safe = np.maximum(count, 1.0)
        delta = other.mean - self.mean
        mean = self.mean + delta * other.count / safe
        squares = self.squares + other.squares + delta * delta * self.count * other.count / safe
        return RunningMoments(count, np.where(count > 0, mean, 0.0), squares)

    def variance(self, index: int) -> float:
        """Return the sample variance of one measure; nan where fewer than two values are defined."""
        count = float(self.count[index])
        return float(self.squares[index]) / (count - 1) if count >= _TWO else math.nan

    def estimate(self, index: int, confidence: float = CONFIDENCE) -> Estimate:
        """Return the mean of one measure and its Student-t interval (values independent)."""
        from scipy.special import stdtrit

        count = int(self.count[index])
        if count == 0:
            return Estimate(math.nan, math.nan, math.nan, 0)
        mean = float(self.mean[index])
        if count < _TWO:
            return Estimate(mean, math.nan, math.nan, count)
        half = float(stdtrit(count - 1, 0.5 + confidence / 2)) * math.sqrt(self.variance(index) / count)
        return Estimate(mean, mean - half, mean + half, count)


def moments_of(rows: Floats) -> RunningMoments:
    """Return the moments of several measures' values.

    Parameters
    ----------
    rows : array, replications x measures
    """
    moments = RunningMoments.empty(rows.shape[1])
    for row in rows:
        moments = moments.add(row)
    return moments


def estimate(values: Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of independent values and its Student-t interval; nan values are left out."""
    return moments_of(values[:, None]).estimate(0, confidence)


def mean_interval(rows: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats, Floats]:
    """Return each column's mean and the ends of its Student-t interval; nan where any row is undefined.

    Parameters
    ----------
    rows : array, replications x columns
    """
    from scipy.special import stdtrit

    count, mean = rows.shape[0], rows.mean(axis=0)
    if count < _TWO:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    half = float(stdtrit(count - 1, 0.5 + confidence / 2)) * rows.std(axis=0, ddof=1) / math.sqrt(count)
    return mean, mean - half, mean + half


def difference(values: Floats, reference: Floats, confidence: float = CONFIDENCE) -> Difference:
    """Return the mean of ``values - reference``, replication by replication, and what pairing gained."""
    deltas, one, other = (moments_of(v[:, None]) for v in (values - reference, values, reference))
    return paired_difference(deltas, one, other, 0, confidence)


def paired_difference(
    deltas: RunningMoments,
    one: RunningMoments,
    other: RunningMoments,
    index: int,
    confidence: float = CONFIDENCE,
) -> Difference:
    """Return the paired difference of one measure and what pairing gained.

    Parameters
    ----------
    deltas : RunningMoments
        Of the differences, replication by replication.
    one, other : RunningMoments
        Of the two sides, each by itself.
    index : int
        Which measure.
    """
    found = deltas.estimate(index, confidence)
    if found.count and found.mean == 0.0 and deltas.squares[index] == 0.0:
        return Difference(0.0, 0.0, 0.0, found.count, None, "identical")
    spread = deltas.variance(index)
    factor, reason = None, ""
    if found.count < _TWO:
        reason = "defined on both sides in fewer than two replications"
    elif spread == 0.0:
        reason = "the difference never varies"
    else:
        factor = (one.variance(index) + other.variance(index)) / spread
    return Difference(found.mean, found.low, found.high, found.count, factor, reason)


def chance(hits: int, trials: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return the share of hits with its score interval (Wilson 1927)."""
    from scipy.special import ndtri

    if trials == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    share = hits / trials
    z = float(ndtri(0.5 + confidence / 2))
    shrink = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == trials else min(1.0, centre + half)
    return Estimate(share, low, high, trials)


def quantile_interval(values: Floats, level: float, confidence: float = CONFIDENCE) -> Estimate:
    """Return a quantile and its distribution-free interval from order statistics; nan values are left out.

    Parameters
    ----------
    values : array
        Independent values.
    level : float
        0 to 1.

    Notes
    -----
    The number of values below the quantile is binomial; ranks from its quantiles (Conover 1999). Where
    the sample is too small for a bound at this confidence, the bound is infinite.
    """
    from scipy.special import bdtr

    kept = np.sort(values[~np.isnan(values)])
    count = int(kept.size)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    tail = (1 - confidence) / 2
    below = np.asarray(bdtr(np.arange(count), count, level))
    lower = int(np.searchsorted(below, tail, side="right")) - 1
    upper = int(np.searchsorted(below, 1 - tail)) + 1
    low = float(kept[lower]) if lower >= 0 else -math.inf
    high = float(kept[upper]) if upper < count else math.inf
    return Estimate(float(np.quantile(kept, level)), low, high, count)


def power_of(effect: float, spread: float, group: int, level: float = 0.05) -> float:
    """Return the power of a two-sided two-sample t test with ``group`` observations on each side.

    Parameters
    ----------
    effect, spread : float
        Difference of the means; standard deviation of one observation, the same on both sides.

    Notes
    -----
    By the noncentral t distribution (Cohen 1988).
    """
    from scipy.special import nctdtr, stdtrit

    freedom = 2 * group - 2
    critical = float(stdtrit(freedom, 1 - level / 2))
    shift = abs(effect) / spread * math.sqrt(group / 2)
    return float(1 - nctdtr(freedom, shift, critical) + nctdtr(freedom, shift, -critical))


def needed_to_see(effect: float, spread: float, power: float = 0.8) -> int | None:
    """Return the smallest number of observations on each side at which a t test at 5% sees an effect.

    Parameters
    ----------
    effect, spread : float
        As in `power_of`.

    Returns
    -------
    int or None
        None where the effect is 0 or undefined, or more than a million would be needed.
    """
    if not math.isfinite(effect) or not math.isfinite(spread) or effect == 0:
        return None
    if spread <= 0:
        return _TWO
    low, high = _TWO, _TWO
    while power_of(effect, spread, high) < power:
        low, high = high, 2 * high
        if high > 2 * MOST_NEEDED:
            return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(effect, spread, middle) >= power else (middle + 1, high)
    return low if low <= MOST_NEEDED else None
