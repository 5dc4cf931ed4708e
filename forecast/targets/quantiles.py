"""Quantiles of draws, with what the number of draws leaves open."""

from __future__ import annotations

import numpy as np

from forecast.calibration.records import Floats

_NORMAL_95 = 1.96


def quantile_with_interval(values: Floats, level: float) -> tuple[float, float, float]:
    """Return a quantile of draws and its 95% interval.

    The interval lies between the order statistics among which the quantile falls by the luck of the draws alone: their
    ranks are the binomial's, by its normal approximation (David and Nagaraja 2003, section 7.1).

    Parameters
    ----------
    values : array
        At least one; may be inf.
    level : float
        0 to 1.

    Examples
    --------
    >>> quantile_with_interval(np.arange(1.0, 101.0), 0.8)
    (80.0, 73.0, 88.0)
    """
    ordered, count = np.sort(values), len(values)
    at = level * count
    half = _NORMAL_95 * np.sqrt(count * level * (1 - level))
    places = np.clip(np.ceil(np.array([at, at - half, at + half])) - 1, 0, count - 1).astype(np.int64)
    return float(ordered[places[0]]), float(ordered[places[1]]), float(ordered[places[2]])
