"""Stage visits: which stage was entered when, in what order the stages stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.processes import by_threads
from simulations.row_order import row_order
from simulations.tables import (
    STAGE_HISTORY,
    TIME,
    begins_anew,
    conform,
    empty,
    looked_up,
    numbered,
    positions,
)

#: A missing moment as a number, and microseconds of a day.
_MISSING, _A_DAY = np.iinfo(np.int64).min, 86_400_000_000
#: Opportunities times stages whose entries are held against each other at a time, to bound memory.
_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Visits:
    """The stage history and what had to be left out of it.

    Attributes
    ----------
    history : DataFrame
        Columns as in `simulations.tables.STAGE_HISTORY`, sorted by opportunity and time.
    after_closing : tuple of str
        Ids of opportunities with stage entries after they had closed; those entries are left out.
    before_creation : tuple of str
        Ids with entries on a day before they were created; those entries count from the creation.
    """

    history: pd.DataFrame
    after_closing: tuple[str, ...] = ()
    before_creation: tuple[str, ...] = ()


def entries_of_columns(ids: pd.Series, entered: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return one row (id, stage, entered) per filled ``Date entered`` cell."""
    parts = [
        pd.DataFrame({"id": ids[moments.notna()], "stage": stage, "entered": moments.dropna()})
        for stage, moments in entered.items()
    ]
    whole = pd.concat(parts) if parts else empty(STAGE_HISTORY)[["id", "stage", "entered"]]
    return whole.astype({"id": "str", "stage": "str"})


def visits(entries: pd.DataFrame, opportunities: pd.DataFrame, stages: Sequence[str]) -> Visits:
    """Return the visits that entries describe, each left when the next begins or the deal closes.

    Parameters
    ----------
    entries : DataFrame
        Columns id, stage, entered; also ``until``, where a visit is known to have ended by a closing, and ``at``, the
        row of the opportunity, where it is known already.
    opportunities : DataFrame
        Columns id, created, closed; ids are unique. A closing at midnight may be a bare day: then entries of that
        day lie before it.
    stages : sequence of str
        Order of the stages: it sorts entries of the same moment.
    """
    known = opportunities.reset_index(drop=True)
    at = entries["at"].to_numpy() if "at" in entries else positions(entries["id"], known["id"])
    rows = entries.assign(at=at)
    rows = (rows if at.min(initial=0) >= 0 else rows[at >= 0]).reset_index(drop=True)
    of = rows["at"].to_numpy()
    created, closed = (_moments(known[name]) for name in ("created", "closed"))
    bare_day, ending = (closed == _day(closed))[of], closed[of]
    entered, begun = _moments(rows["entered"]), created[of]
    day = _day(entered)
    late = (np.where(bare_day, day, entered) > ending) & (ending != _MISSING) & (entered != _MISSING)
    early = (day < _day(created)[of]) & (begun != _MISSING) & (entered != _MISSING)
    entered = np.where((entered < begun) & (entered != _MISSING), begun, entered)
    beyond = ~late & (entered > ending) & (ending != _MISSING)
    rows["entered"] = np.where(beyond, ending, entered).view(TIME)
    rows["closed"] = ending.view(TIME)
    rank = {stage: number for number, stage in enumerate(stages)}
    rows["rank"] = looked_up(rows["stage"], rank, "float64").fillna(len(rank))
    kept = rows[~late] if late.any() else rows
    order = row_order(*(kept[name].to_numpy() for name in ("at", "entered", "rank")))
    kept = kept if (order[1:] > order[:-1]).all() else _taken(kept, order)
    kept = kept.assign(left=_left(kept).view(TIME))
    return Visits(
        conform(kept, STAGE_HISTORY), tuple(rows["id"][late].unique()), tuple(rows["id"][early].unique())
    )


def _taken(rows: pd.DataFrame, order: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return rows in another order, columns taken by several threads; the same as ``rows.iloc[order]`` but for the index."""
    names = list(rows)

    def column(_: None, at: int) -> Any:
        return rows[names[at]].array.take(order)

    return pd.DataFrame(
        dict(zip(names, by_threads(lambda: None, column, len(names), batch=1), strict=True)), copy=False
    )


def _left(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return when each visit ended: as the next began or the opportunity closed, or by a closing in that stage."""
    of, entered, closed = rows["at"].to_numpy(), _moments(rows["entered"]), _moments(rows["closed"])
    following = np.append(np.where(of[1:] == of[:-1], entered[1:], _MISSING), _MISSING)[: len(of)]
    left = np.where(following == _MISSING, closed, following)
    if "until" not in rows:
        return left
    until = _moments(rows["until"])
    until = np.where(until < entered, np.where(until == _MISSING, until, entered), until)
    return np.where((until != _MISSING) & (until < left), until, left)


def _moments(times: pd.Series) -> npt.NDArray[np.int64]:
    """Return times as microseconds since 1970-01-01, `_MISSING` where there is none: numbers are compared fast."""
    return times.to_numpy().astype(TIME).view(np.int64)


def _day(moments: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the midnight before each moment; missing ones stay missing."""
    return np.where(moments == _MISSING, moments, moments - moments % _A_DAY)


def stage_order(entries: pd.DataFrame, listed: Sequence[str]) -> tuple[str, ...]:
    """Return the stages in the order of the pipeline, as the entries show it.

    A stage stands before another if more opportunities entered it first; stages are ranked by how
    many others they precede (Copeland's rule); ties keep the order in which they are listed.
    """
    place = {stage: number for number, stage in enumerate(listed)}
    known = entries["stage"].isin(place)
    used = entries if known.all() else entries[known]
    if used.empty:
        return tuple(listed)
    code = used["at"].to_numpy() if "at" in used else numbered(used["id"])
    entered = used["entered"].to_numpy()
    at = looked_up(used["stage"], place, "int64").to_numpy()
    order = row_order(code, entered, at)
    code, entered, at = code[order], entered[order], at[order]
    score = np.zeros(len(listed), dtype=np.int64)
    for (one, other), before in _before(code, entered, at).items():
        score[[one, other]] += [before, -before]
    return tuple(sorted(listed, key=lambda stage: (-score[place[stage]], place[stage])))


def _before(
    code: npt.NDArray[np.int64], entered: npt.NDArray[np.datetime64], at: npt.NDArray[np.int64]
) -> dict[tuple[int, int], int]:
    """Return of each two stages 1 if more opportunities entered the one before the other than after it, -1 if fewer.

    The entries stand by opportunity and time; so many opportunities are looked at at a time as lie in memory together.
    """
    moments, used = entered.astype(TIME).view(np.int64), np.unique(at)
    column = np.zeros(int(used[-1]) + 1, dtype=np.int64)
    column[used] = np.arange(len(used))
    pairs = list(combinations(range(len(used)), 2))
    more = np.zeros(len(pairs), dtype=np.int64)
    begins = np.flatnonzero(np.append(True, code[1:] != code[:-1]))
    step = max(_CELLS // len(used), 1)
    for first in range(0, len(begins), step):
        rows = slice(int(begins[first]), int(np.append(begins, len(code))[min(first + step, len(begins))]))
        row = np.cumsum(np.append(0, code[rows][1:] != code[rows][:-1]))
        first_of = np.full((len(used), min(step, len(begins) - first)), _MISSING)
        backward = np.arange(rows.stop - 1, rows.start - 1, -1)
        place = (column[at[backward]], row[backward - rows.start])
        first_of[place] = moments[backward]  # the first comes last, and stays
        there = first_of != _MISSING
        for number, (one, other) in enumerate(pairs):
            gap = (first_of[other] - first_of[one])[there[one] & there[other]]
            more[number] += int((gap > 0).sum()) - int((gap < 0).sum())
    signs = np.sign(more)
    return {
        (int(used[one]), int(used[other])): int(sign) for (one, other), sign in zip(pairs, signs, strict=True)
    }


def last_stage(history: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Return the stage of each opportunity's last visit, on the index of the ids; missing where there is none.

    The history is sorted by opportunity and time.
    """
    last = history[np.append(begins_anew(history["id"])[1:], True)[: len(history)]]
    at = positions(ids, last["id"])
    return last["stage"].reset_index(drop=True).reindex(at).set_axis(ids.index).astype("str")
