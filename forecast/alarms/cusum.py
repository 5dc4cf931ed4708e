"""The tabular CUSUM: what deviations from the plan add up to, each less a reference that luck may use up.

Page, *Biometrika* 41 (1954); the tabular form and its run lengths as in Montgomery, *Introduction to Statistical
Quality Control*, chapter 9, and Hawkins & Olwell, *Cumulative Sum Charts and Charting for Quality Improvement* (1998).
Deviations are in standard deviations and positive in the bad direction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEVER = -1


def cusum(deviations: Floats, reference: float) -> Floats:
    """Return the one-sided CUSUM ``C_t = max(0, C_{t-1} + z_t - k)``, which starts at 0.

    Parameters
    ----------
    deviations : array, ... x weeks
        z: in standard deviations, positive in the direction that is watched. A missing one (nan) adds nothing.
    reference : float
        k: half of the shift, in standard deviations, that is to be found fastest.

    Examples
    --------
    >>> cusum(np.array([0.2, 1.5, 1.5, -4.0]), 0.5).tolist()
    [0.0, 1.0, 2.0, 0.0]
    """
    steps = np.where(np.isnan(deviations), 0.0, np.asarray(deviations) - reference)
    sums = np.empty_like(steps)
    now = np.zeros(steps.shape[:-1])
    for week in range(steps.shape[-1]):
        now = np.maximum(now + steps[..., week], 0.0)
        sums[..., week] = now
    return sums


class TwoSided(NamedTuple):
    """Both CUSUMs of one series: ``high`` finds what rises, ``low`` what falls."""

    high: Floats
    low: Floats


def two_sided(deviations: Floats, reference: float) -> TwoSided:
    """Return the CUSUMs of a series and of its mirror image; parameters as in `cusum`."""
    return TwoSided(cusum(deviations, reference), cusum(-np.asarray(deviations), reference))


def first_above(sums: Floats, threshold: float | Floats) -> Ints:
    """Return for each series the first week (from 0) whose CUSUM lies above the threshold, `NEVER` where none does."""
    above = sums > threshold
    return np.where(above.any(axis=-1), above.argmax(axis=-1), NEVER)


def last_zero(sums: Floats, week: int) -> int:
    """Return the last week up to a given one at whose end a CUSUM stood at 0; -1 where it has not since its start.

    What drove the CUSUM up began after it: the estimate of the change that comes with the chart (Montgomery, 9.1).

    Examples
    --------
    >>> last_zero(np.array([0.0, 0.4, 0.0, 1.2, 2.5]), 4)
    2
    """
    zeros = np.flatnonzero(sums[: week + 1] <= 0.0)
    return int(zeros[-1]) if zeros.size else -1


def change_point(deviations: Floats, week: int) -> int:
    """Return the week (from 0) with which deviations up to a given week changed, if they changed once and for all.

    The most likely of all beginnings: the one that maximises ``(sum of z from there to now)^2 / number of weeks``, over
    beginnings with a positive sum (Hinkley, *Biometrika* 57, 1970; for control charts Pignatiello & Samuel, *Journal of
    Quality Technology* 33, 2001). Missing deviations count as 0.

    Examples
    --------
    >>> change_point(np.array([0.1, -0.3, 0.2, 1.4, 0.9, 1.6]), 5)
    3
    """
    seen = np.nan_to_num(deviations[: week + 1])[::-1].cumsum()[::-1]
    weeks = np.arange(len(seen), 0, -1)
    return int(np.argmax(np.maximum(seen, 0.0) ** 2 / weeks))
