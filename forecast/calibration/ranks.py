"""The order of opportunities that no row order and no id can change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.tables import TIME

Ints = npt.NDArray[np.int64]

#: What opportunities are ranked by.
KEYS = ("created", "stage", "amount", "closed", "outcome", "path", "probability", "expected_close")


def ranked(rows: pd.DataFrame, history: pd.DataFrame, of: Ints) -> Ints:
    """Return the rows by rank; what ties in everything that is computed from is exchangeable.

    Each key sorts only what all keys before it leave together.
    """
    order, apart = np.arange(len(rows)), np.arange(len(rows)) == 0
    for key in KEYS:
        tied = np.flatnonzero(~apart | ~np.append(apart[1:], True))
        if not len(tied):
            break
        at = order[tied]
        values = _path(history, of, at) if key == "path" else _sortable(rows[key].iloc[at])
        within = np.lexsort((values, np.cumsum(apart)[tied]))
        order[tied], values = at[within], values[within]
        differ = values[1:] != values[:-1]
        if values.dtype == np.float64:
            differ &= ~(np.isnan(values[1:]) & np.isnan(values[:-1]))
        apart[tied[1:]] |= differ
    return order


def _sortable(values: pd.Series) -> np.ndarray:
    """Return values as numbers in the same order, missing ones last."""
    if values.dtype == "str":
        codes, names = pd.factorize(values, sort=True)
        return np.where(codes < 0, len(names), codes)
    if values.dtype == TIME:
        since = values.to_numpy().astype("datetime64[us]").astype(np.int64)
        return np.where(values.isna(), np.iinfo(np.int64).max, since)
    return values.to_numpy(float)


def _path(history: pd.DataFrame, of: Ints, at: Ints) -> np.ndarray:
    """Return a number for the path that each of some rows went, the same for the same stages and moments."""
    asked = np.zeros(max(int(at.max()), int(of.max(initial=0))) + 1, dtype=bool)
    asked[at] = True
    there = np.flatnonzero(asked[of] & (of >= 0))
    path = np.zeros(len(asked), dtype=np.uint64)
    visits = history[["stage", "entered"]].iloc[there]
    np.add.at(path, of[there], pd.util.hash_pandas_object(visits, index=False).to_numpy())
    return path[at]
