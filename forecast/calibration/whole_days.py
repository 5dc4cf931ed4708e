"""The day from which the records are whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def first_whole_day(created: Floats, closed: Floats, moment: float) -> float:
    """Return the day from which the records are whole.

    A file that starts with some day's closings shows of earlier opportunities only those that lived
    until then, so that slow ones seem the rule. It is taken to start at its first closing where,
    at the later closing rates by age, five or more earlier closings would have been expected.

    Left truncation (Kaplan & Meier 1958 for the rates). Assumed: early opportunities would have closed at the later rates.
    """
    first = float(created.min()) if len(created) else moment
    if not np.isfinite(closed).any():
        return first
    opening = float(np.nanmin(closed))
    end = np.where(np.isnan(closed), moment, closed)
    ages = (end - created)[np.isfinite(closed)]
    edges = np.unique(np.concatenate(([0.0], np.quantile(ages, [0.2, 0.4, 0.6, 0.8, 1.0]), [np.inf])))
    expected = 0.0
    for low, high in pairwise(edges):
        after = _overlap(np.maximum(opening - created, 0.0), end - created, low, high)
        before = _overlap(np.zeros_like(end), np.minimum(end, opening) - created, low, high)
        closings = float(((ages >= low) & (ages < high)).sum())
        expected += closings * before / after if after > 0 else 0.0
    unlikely = 5.0  # none where five are expected has a chance below 1%
    return opening if expected > unlikely else first


def _overlap(begin: Floats, end: Floats, low: float, high: float) -> float:
    return float(np.clip(np.minimum(end, high) - np.maximum(begin, low), 0.0, None).sum())
