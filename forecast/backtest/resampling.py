"""How sure a mean over origins is, when neighbouring origins forecast overlapping weeks: the block bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import Floats
from forecast.calibration.streams import stream

RESAMPLES = 2_000
#: Of the interval of a difference, and of the range of a hit share.
DIFFERENCE_LEVEL, HIT_LEVEL = 0.95, 0.98
#: A hit share is judged where at least so many blocks that share no week exist; else it is reported.
FEWEST_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class Range:
    """A mean over origins and the range of its resamples.

    Attributes
    ----------
    mean, low, high : float
        ``low`` and ``high`` are nan where one block holds all origins: there is nothing to resample.
    blocks : int
        Disjoint blocks that the origins hold.
    """

    mean: float
    low: float
    high: float
    blocks: int

    def holds(self, value: float) -> bool:
        """Return whether a value lies in the range, its edges included; not where there is no range."""
        return self.low <= value <= self.high


def resampled_mean(values: Floats, block: int, level: float, seed: int) -> Range:
    """Return a mean over origins with its block-bootstrap range.

    Blocks of neighbouring origins are drawn with replacement until there are as many origins as before, and their
    mean is taken, `RESAMPLES` times; the range is between the percentiles of these means. Blocks run on from the
    last origin to the first (circular, Politis & Romano 1992), so that every origin is drawn equally often.

    Assumed: what lies further apart than a block is independent, and the series is stationary.

    Parameters
    ----------
    values : array of n
        One for each origin, in time order.
    block : int
        Origins in a block: as many as share weeks with one of them.
    level : float
        Share of the resamples inside the range.
    seed : int
    """
    count, length = len(values), block
    if length >= count:
        return Range(float(values.mean()), np.nan, np.nan, count // block)
    starts = stream(seed, "block bootstrap").integers(0, count, (RESAMPLES, -(-count // length)))
    drawn = (starts[:, :, None] + np.arange(length)) % count
    means = values[drawn.reshape(RESAMPLES, -1)[:, :count]].mean(axis=1)
    low, high = np.quantile(means, ((1 - level) / 2, (1 + level) / 2))
    return Range(float(values.mean()), float(low), float(high), count // block)


def hit_range(hits: Floats, block: int, seed: int) -> Range:
    """Return the share of hits with its 98% range.

    Where all were hits, or none was, resampling has nothing to vary and its range is a point: there the exact
    binomial range (Clopper & Pearson 1934) of so many disjoint blocks stands in.

    Assumed as there; for the exact range, that blocks that share no day are independent.

    Parameters
    ----------
    hits : array of n
        1 or 0 for each origin, in time order.
    block : int
    seed : int
    """
    found = resampled_mean(hits, block, HIT_LEVEL, seed)
    if found.low != found.high:
        return found
    tail = ((1 - HIT_LEVEL) / 2) ** (1 / found.blocks)
    low, high = (tail, 1.0) if found.mean > 0 else (0.0, 1 - tail)
    return Range(found.mean, low, high, found.blocks)
