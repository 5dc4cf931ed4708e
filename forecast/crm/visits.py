"""Stage visits: which stage was entered when, in what order the stages stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.row_order import row_order
from simulations.tables import STAGE_HISTORY, begins_anew, conform, empty, looked_up, numbered, positions

#: Opportunities by number, ascending, and when each first entered a stage.
Entered = tuple[npt.NDArray[np.int64], npt.NDArray[np.datetime64]]


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
    created = known["created"].take(rows["at"].to_numpy()).reset_index(drop=True)
    closed = known["closed"].take(rows["at"].to_numpy()).reset_index(drop=True)
    bare_day = closed == closed.dt.normalize()
    late = rows["entered"].mask(bare_day, rows["entered"].dt.normalize()) > closed
    early = rows["entered"].dt.normalize() < created.dt.normalize()
    rows["entered"] = rows["entered"].mask(rows["entered"] < created, created)
    rows["entered"] = rows["entered"].mask(~late & (rows["entered"] > closed), closed)
    rows["closed"] = closed
    rank = {stage: number for number, stage in enumerate(stages)}
    rows["rank"] = looked_up(rows["stage"], rank, "float64").fillna(len(rank))
    kept = rows[~late] if late.any() else rows
    kept = kept.iloc[row_order(*(kept[name].to_numpy() for name in ("at", "entered", "rank")))]
    same = np.append(kept["at"].to_numpy()[1:] == kept["at"].to_numpy()[:-1], False)[: len(kept)]
    following = kept["entered"].shift(-1).where(same)
    left = following.fillna(kept["closed"])
    if "until" in kept:
        until = kept["until"].mask(kept["until"] < kept["entered"], kept["entered"])
        left = left.mask(until < left, until)
    kept["left"] = left
    return Visits(
        conform(kept, STAGE_HISTORY), tuple(rows["id"][late].unique()), tuple(rows["id"][early].unique())
    )


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
    found = {int(one): _first(code[at == one], entered[at == one]) for one in np.unique(at)}
    score = np.zeros(len(listed), dtype=np.int64)
    place_of = np.full(int(code.max()) + 1, -1)
    for one, other in combinations(sorted(found), 2):
        before = _precedes(found[one], found[other], place_of)
        score[[one, other]] += [before, -before]
    return tuple(sorted(listed, key=lambda stage: (-score[place[stage]], place[stage])))


def _first(code: npt.NDArray[np.int64], entered: npt.NDArray[np.datetime64]) -> Entered:
    """Return the first entry of each opportunity; they stand by opportunity and time."""
    first = np.append(True, code[1:] != code[:-1])
    return code[first], entered[first]


def _precedes(mine: Entered, theirs: Entered, place_of: npt.NDArray[np.int64]) -> int:
    """Return 1 if more opportunities entered the one stage before the other than after it, -1 if fewer.

    ``place_of`` has room for every opportunity, holds -1 throughout, and is left so.
    """
    place_of[mine[0]] = np.arange(len(mine[0]))
    at = place_of[theirs[0]]
    place_of[mine[0]] = -1
    gap = theirs[1][at >= 0] - mine[1][at[at >= 0]]
    zero = np.timedelta64(0)
    return int(np.sign(int((gap > zero).sum()) - int((gap < zero).sum())))


def last_stage(history: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Return the stage of each opportunity's last visit, on the index of the ids; missing where there is none.

    The history is sorted by opportunity and time.
    """
    last = history[np.append(begins_anew(history["id"])[1:], True)[: len(history)]]
    at = positions(ids, last["id"])
    return last["stage"].reset_index(drop=True).reindex(at).set_axis(ids.index).astype("str")
