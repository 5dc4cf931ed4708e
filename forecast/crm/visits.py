"""Stage visits: which stage was entered when, in what order the stages stand."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulations.tables import STAGE_HISTORY, conform, empty


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
        Columns id, stage, entered.
    opportunities : DataFrame
        Columns id, created, closed; ids are unique.
    stages : sequence of str
        Order of the stages: it sorts entries of the same moment.
    """
    known = opportunities.reset_index(drop=True)
    at = pd.Index(known["id"]).get_indexer(pd.Index(entries["id"]))
    rows = entries.assign(at=at)[at >= 0].reset_index(drop=True)
    created = known["created"].take(rows["at"]).reset_index(drop=True)
    closed = known["closed"].take(rows["at"]).reset_index(drop=True)
    late = rows["entered"] > closed
    early = rows["entered"].dt.normalize() < created.dt.normalize()
    rows["entered"] = rows["entered"].where(rows["entered"] >= created, created)
    rows["closed"] = closed
    rank = {stage: number for number, stage in enumerate(stages)}
    rows["rank"] = rows["stage"].map(rank).fillna(len(rank))
    kept = rows[~late].sort_values(["at", "entered", "rank"], kind="stable")
    following = kept["entered"].shift(-1).where(kept["at"] == kept["at"].shift(-1))
    kept["left"] = following.fillna(kept["closed"])
    return Visits(
        conform(kept, STAGE_HISTORY), tuple(rows["id"][late].unique()), tuple(rows["id"][early].unique())
    )


def stage_order(entries: pd.DataFrame, listed: Sequence[str]) -> tuple[str, ...]:
    """Return the stages in the order of the pipeline, as the entries show it.

    A stage stands before another if more opportunities entered it first; stages are ranked by how
    many others they precede (Copeland's rule); ties keep the order in which they are listed.
    """
    place = {stage: number for number, stage in enumerate(listed)}
    used = entries[entries["stage"].isin(place)]
    if used.empty:
        return tuple(listed)
    first = used.groupby(["id", "stage"], sort=False)["entered"].min().reset_index()
    times: Mapping[Hashable, pd.Series] = {
        stage: part.set_index("id")["entered"] for stage, part in first.groupby("stage", sort=False)
    }
    score = {stage: sum(_precedes(times, stage, other) for other in listed) for stage in listed}
    return tuple(sorted(listed, key=lambda stage: (-score[stage], place[stage])))


def _precedes(times: Mapping[Hashable, pd.Series], stage: str, other: str) -> int:
    """Return 1 if more opportunities entered the stage before the other than after it, -1 if fewer."""
    if stage not in times or other not in times:
        return 0
    mine, theirs = times[stage].align(times[other], join="inner")
    return int(np.sign(int((mine < theirs).sum()) - int((mine > theirs).sum())))


def last_stage(history: pd.DataFrame) -> pd.Series:
    """Return the stage of each opportunity's last visit, by id."""
    return history.drop_duplicates("id", keep="last").set_index("id")["stage"]
