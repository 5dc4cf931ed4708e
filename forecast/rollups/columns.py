"""Columns of very many draws by part: picked out, and their quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.calibration.records import Floats, Ints

#: Draws that are looked at at a time.
_ROWS = 16
#: From the end that is nearer, as numpy finds what lies between two values.
_MIDDLE = 0.5


def columns_of(part: Floats, order: Ints) -> Floats:
    """Return some columns, each in one piece; few rows at a time, which stay in a processor's cache."""
    out = np.empty((len(order), len(part)))
    for begin in range(0, len(part), _ROWS):
        out[:, begin : begin + _ROWS] = part[begin : begin + _ROWS].T[order]
    return out.T


def quantiles_of(values: Floats, shares: Sequence[float]) -> Floats:
    """Return quantiles of each column as ``np.quantile`` does, shares x columns: of many columns sorting is faster."""
    ranked = np.sort(values.T, axis=1)
    place = np.asarray(shares) * (len(values) - 1)
    low = place.astype(np.int64)
    part = (place - low)[:, None]
    below, above = ranked[:, low].T, ranked[:, np.minimum(low + 1, len(values) - 1)].T
    return np.asarray(
        np.where(part < _MIDDLE, below + (above - below) * part, above - (above - below) * (1 - part))
    )
