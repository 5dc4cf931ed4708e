"""What weighted data tell: as much as a number of data that all weigh alike."""

from __future__ import annotations

import numpy as np

from forecast.calibration.records import Floats


def worth_of(weight: Floats) -> float:
    """Return how many times its weight each of some data counts, so that together they are their effective number.

    The luck of a weighted mean is that of (sum of weights)^2 / (sum of their squares) equal data (Kish 1965). What came at
    a constant pace and is forgotten by half-lives counts for twice the sum of its weights, once the history is long.

    Parameters
    ----------
    weight : array
        Not negative.

    Examples
    --------
    >>> worth_of(np.array([1.0, 1.0, 0.0]))
    1.0
    >>> worth_of(np.array([0.5, 0.5]))
    2.0
    """
    squares = float(np.square(weight).sum())
    return float(weight.sum()) / squares if squares > 0 else 1.0
