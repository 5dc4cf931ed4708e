"""Silences of opportunities: from one sign of life to the next, as a CRM's activities and moves show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.calibration.records import day, days
from simulations.errors import BadInput, Problem
from simulations.tables import OPEN, CrmTables

#: Share of the opportunities with an activity that must show several: else only the last of each was exported.
SEVERAL = 0.2
NO_ACTIVITIES = (
    "none is told: export the date of the last activity, week by week into a store, or all activities"
)
ONLY_LAST = (
    "only the last of each opportunity is told, so that past silences cannot be seen: put an export into a store every week "
    "(`pipecast import --store`) and give --store"
)


@dataclass(frozen=True, slots=True)
class Spells:
    """Silences, one row each.

    Attributes
    ----------
    frame : DataFrame
        ``id``; ``begin`` and ``until`` of the silence, days since 1970-01-01: from a sign of life, or the day of a planned
        next step, to the next sign of life or the end; ``end`` of the opportunity, or the moment while it is open;
        ``outcome``, ``amount``, ``probability``. By opportunity and time.
    """

    frame: pd.DataFrame

    def reached(self, rule: float, since: pd.Timestamp) -> pd.DataFrame:
        """Return for each opportunity the first time that it had been silent for so many days, in ``at``."""
        rows = self.frame[self.frame["until"] - self.frame["begin"] >= rule]
        first = rows.assign(at=rows["begin"] + rule).drop_duplicates("id")
        return first[first["at"] >= day(since)]

    def silent_now(self, rule: float, moment: float) -> pd.DataFrame:
        """Return the opportunities that are open and have been silent for so many days."""
        rows = self.frame[self.frame["outcome"] == OPEN].drop_duplicates("id", keep="last")
        return rows[moment - rows["begin"] >= rule]


def spells_of(seen: Sequence[tuple[pd.Timestamp, CrmTables]]) -> Spells:
    """Return the silences that a series of snapshots shows.

    Parameters
    ----------
    seen : sequence of (Timestamp, CrmTables)
        In the order of their moments; activities and planned next steps of all of them count, all else is of the last.

    Raises
    ------
    BadInput
        No activities are told, or only the last of each opportunity.
    """
    moment, last = seen[-1]
    acts = pd.concat([tables.activities for _, tables in seen]).drop_duplicates(["id", "when"])
    acts = acts[acts["when"] < moment]
    _check(acts, len(seen))
    rows = last.opportunities[last.opportunities["created"].notna()]
    end = rows["closed"].fillna(moment).where(rows["outcome"] != OPEN, moment)
    lives = rows[["id", "outcome", "amount", "probability"]].assign(
        created=days(rows["created"]), end=days(end)
    )
    signs = pd.concat([_signs(last, acts), *(_planned(when, tables) for when, tables in seen)])
    whole = signs.merge(lives, on="id").sort_values(["id", "at"], kind="stable")
    whole = whole[whole["at"] <= whole["end"]]
    begin = whole.groupby("id")["covered"].cummax()
    until = whole.groupby("id")["at"].shift(-1).fillna(whole["end"])
    columns = ["id", "begin", "until", "end", "outcome", "amount", "probability"]
    return Spells(whole.assign(begin=begin, until=until)[columns].reset_index(drop=True))


def seen_since(seen: Sequence[tuple[pd.Timestamp, CrmTables]]) -> pd.Timestamp:
    """Return the moment from which on silences are seen: the first activity of a log, else the first snapshot."""
    first: pd.Timestamp = min(
        tables.activities["when"].min() for _, tables in seen if not tables.activities.empty
    )
    return first if _is_log(seen[-1][1].activities) else max(first, seen[0][0])


def _is_log(acts: pd.DataFrame) -> bool:
    """Return whether activities are all that there were, and not only the last of each opportunity."""
    count = acts.groupby("id").size()
    return len(count) > 0 and float((count > 1).mean()) >= SEVERAL


def shortest_silence(seen: Sequence[tuple[pd.Timestamp, CrmTables]]) -> float:
    """Return the days below which a silence may be none: 0 of a log, else twice the usual time between snapshots.

    A snapshot tells the last activity only. One that a later one hides lies in the same time between two snapshots, so
    that a silence seems longer than it is, by less than twice that time.
    """
    if _is_log(seen[-1][1].activities):
        return 0.0
    moments = np.array([day(moment) for moment, _ in seen])
    return 2.0 * float(np.median(np.diff(moments)))


def _check(acts: pd.DataFrame, snapshots: int) -> None:
    if acts.empty:
        raise BadInput([Problem("the opportunities", "", "activities", "", NO_ACTIVITIES)])
    if snapshots == 1 and not _is_log(acts):
        raise BadInput([Problem("the opportunities", "", "activities", f"{len(acts):,}", ONLY_LAST)])


def _signs(last: CrmTables, acts: pd.DataFrame) -> pd.DataFrame:
    """Return every sign of life: when, and until when a next step that was planned with it covers."""
    rows = last.opportunities
    born = pd.DataFrame({"id": rows["id"], "at": days(rows["created"])})
    moves = pd.DataFrame({"id": last.stage_history["id"], "at": days(last.stage_history["entered"])})
    done = pd.DataFrame({"id": acts["id"], "at": days(acts["when"]), "planned": days(acts["next_step"])})
    whole = pd.concat([born, moves, done], ignore_index=True)
    return whole.assign(covered=np.fmax(whole["at"], whole["planned"])).drop(columns="planned")


def _planned(moment: pd.Timestamp, tables: CrmTables) -> pd.DataFrame:
    """Return the next steps that a snapshot shows ahead of it: at its moment they cover until their day."""
    rows = tables.opportunities
    rows = rows[(rows["outcome"] == OPEN) & (rows["next_step"] >= moment.normalize())]
    # When it was planned is not told: until then the opportunity counts as silent, from then on until the day as covered.
    return pd.DataFrame({"id": rows["id"], "at": day(moment), "covered": days(rows["next_step"])})
