"""Rows put in order, quickly where they stand in it already or nearly so: most histories do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Sortable = np.ndarray


def in_order(group: Ints, moment: Sortable, place: Sortable) -> bool:
    """Return whether rows stand by group, in it by moment, and at one moment by place.

    Parameters
    ----------
    group : array of int
    moment, place : array
        Of the same length; a missing moment is in no order.
    """
    same = group[1:] == group[:-1]
    return bool(((group[1:] > group[:-1]) | (same & _ascending(moment, place))).all())


def row_order(group: Ints, moment: Sortable, place: Sortable) -> Ints:
    """Return the rows by group, moment and place; of equal ones the first stays the first.

    The same as ``np.lexsort((place, moment, group))``. Where the rows of each group stand together in that order, only
    groups change places and nothing else is sorted.

    Parameters
    ----------
    group : array of int
    moment, place : array
    """
    same = group[1:] == group[:-1]
    first = np.flatnonzero(np.append(True, ~same)[: len(group)])
    by_group = np.argsort(group[first], kind="stable")
    owners = group[first][by_group]
    if (owners[1:] == owners[:-1]).any() or not (_ascending(moment, place) | ~same).all():
        return np.asarray(np.lexsort((place, moment, group)))
    count = np.diff(np.append(first, len(group)))[by_group]
    return np.repeat(first[by_group] - (np.cumsum(count) - count), count) + np.arange(len(group))


def _ascending(moment: Sortable, place: Sortable) -> npt.NDArray[np.bool_]:
    """Return which rows but the first do not stand before the one above them by moment and place."""
    together = (moment[1:] == moment[:-1]) & (place[1:] >= place[:-1])
    return np.asarray((moment[1:] > moment[:-1]) | together)
