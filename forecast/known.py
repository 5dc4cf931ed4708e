"""What was known at a moment: everything later is taken out, and what may not be is named.

A moment of knowledge is exclusive: what happened at it or after it is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.row_order import in_order, row_order
from simulations.tables import LOST, OPEN, WON, CrmTables, among, positions

Ints = npt.NDArray[np.int64]
Told = TypeVar("Told", bound="KnownTables")
#: Typed by the rep and overwritten over time: unknown for open opportunities before the export.
OVERWRITTEN = ("expected_close", "forecast_category", "probability", "next_step")
#: Rarely changed, but without a history: used, and named.
RARELY_CHANGED = ("owner", "source", "product", "pipeline")
#: Where won and lost differ by more than this in the share of empty or zero amounts, closing sets the amount.
AMOUNT_TELLS_OUTCOME = 0.05


@dataclass(frozen=True, slots=True)
class KeptIn:
    """Where tables are kept that were read, what tells their content from any other, and what was found of it then.

    Attributes
    ----------
    path : Path
    digest : str
    moment : Timestamp or None
        Of knowledge, for which the rest was found.
    masked, ahead : tuple of str
        What `masked` and `may_look_ahead` say.
    open : int
        Open opportunities.
    """

    path: Path
    digest: str
    moment: pd.Timestamp | None = None
    masked: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    open: int = 0


@dataclass(frozen=True, slots=True)
class KnownTables(CrmTables):
    """Tables in which nothing is later than a moment, as `as_of` leaves them.

    What is made of them with other rows (``replace``) is told neither their moment nor their folder.

    Attributes
    ----------
    moment : Timestamp or None
        To take out what is later than it again would change nothing; None where that is not known.
    kept : KeptIn or None
        The folder whose tables, as known at the moment, these are.
    """

    moment: pd.Timestamp | None = field(default=None, init=False, compare=False)
    kept: KeptIn | None = field(default=None, init=False, compare=False)

    @classmethod
    def of(
        cls: type[Told], moment: pd.Timestamp | None, kept: KeptIn | None, tables: Mapping[str, Any]
    ) -> Told:
        """Return tables, by the names of their fields, with what is known of them."""
        told = cls(**tables)
        object.__setattr__(told, "moment", moment)
        object.__setattr__(told, "kept", kept)
        return told

    def column(self, name: str) -> pd.Series:
        """Return one column of the opportunities; where they have not been read yet, only that is read."""
        return self.opportunities[name]


def found_of(tables: CrmTables, when: pd.Timestamp) -> KeptIn | None:
    """Return what was found of tables as known at a moment, where that lies beside them."""
    if not isinstance(tables, KnownTables) or tables.kept is None or tables.moment != when:
        return None
    return tables.kept if tables.kept.moment == when else None


def count_open(tables: CrmTables, when: pd.Timestamp) -> int:
    """Return how many opportunities are open today, for tables as they are or as known at a moment."""
    found = found_of(tables, when)
    return int((tables.opportunities["outcome"] == OPEN).sum()) if found is None else found.open


def moment_of_knowledge(as_of: dt.date | dt.datetime | str, start: dt.date | None = None) -> pd.Timestamp:
    """Return the first instant that is not known.

    With a time of day, `as_of` is that instant. A bare day counts whole (until its midnight),
    unless the forecast begins on that same day: then what happens on it is to be forecast, and
    knowledge ends where the day begins. So records are used on the very day only where the period
    starts later.

    Parameters
    ----------
    as_of : date, datetime or str
        For example ``2017-09-30`` or ``2017-09-30 18:00``.
    start : date, optional
        First day of the forecast period.

    Raises
    ------
    ValueError
        If the text is no date.
    """
    text = str(as_of).strip()
    moment = pd.Timestamp(text)
    timed = ":" in text if isinstance(as_of, str) else isinstance(as_of, dt.datetime)
    if timed:
        return moment
    if start is not None and moment == pd.Timestamp(start).normalize():
        return moment
    return moment + pd.Timedelta(days=1)


def as_of(tables: CrmTables, when: pd.Timestamp) -> KnownTables:
    """Return the tables as they were known just before a moment.

    Opportunities created later are left out; those that closed later are open again; stage visits
    that began later are left out and those that ended later have not ended; activities that were
    later are left out. Fields that the export knows only as they are today are taken away from open
    opportunities where the export is later than the moment, or named by `may_look_ahead`.

    Parameters
    ----------
    tables : CrmTables
    when : Timestamp
        Exclusive: see `moment_of_knowledge`.
    """
    if isinstance(tables, KnownTables) and tables.moment == when:
        return tables
    rows = _kept(tables.opportunities, tables.opportunities["created"] < when)
    is_open = ~(rows["closed"] < when)
    reopened = is_open & rows["closed"].notna()
    if reopened.any() or (rows["outcome"] != OPEN)[is_open].any():
        rows = rows.assign(outcome=rows["outcome"].mask(is_open, OPEN), closed=rows["closed"].mask(is_open))
    history, of = _history(tables, rows["id"], when)
    rows = rows.assign(stage=_stages(tables, rows, (history, of), when))
    for column in masked(tables, when):
        rows[column] = rows[column].mask(is_open)
    activities = tables.activities
    if len(activities):
        activities = _kept(activities, (activities["when"] < when) & among(activities["id"], rows["id"]))
    left = {"opportunities": rows, "stage_history": history, "activities": activities}
    same = {"stages": tables.stages, "known_from": tables.known_from, "owners": tables.owners}
    return KnownTables.of(when, tables.kept if isinstance(tables, KnownTables) else None, {**left, **same})


def _kept(frame: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    """Return some rows of a table; no copy is made where it is all of them."""
    return (frame if kept.all() else frame[kept]).reset_index(drop=True)


def masked(tables: CrmTables, when: pd.Timestamp) -> tuple[str, ...]:
    """Return the columns whose values are taken away from what was open at the moment."""
    found = found_of(tables, when)
    if found is not None:
        return found.masked
    gone = [column for column in OVERWRITTEN if _later(tables.known_from, column, when)]
    if _later(tables.known_from, "amount", when) and _amount_tells_outcome(tables.opportunities, when):
        gone.append("amount")
    return tuple(gone)


def may_look_ahead(tables: CrmTables, when: pd.Timestamp) -> tuple[str, ...]:
    """Return the fields that are used although their values may be younger than the moment.

    ``stage_history`` is named where the CRM keeps only the latest entry into a stage: an earlier
    visit of a stage that was entered again later is missing.
    """
    found = found_of(tables, when)
    if found is not None:
        return found.ahead
    gone, begun = masked(tables, when), tables.opportunities["created"] < when
    named = [
        column
        for column in (*RARELY_CHANGED, "amount")
        if _later(tables.known_from, column, when)
        and column not in gone
        and (tables.opportunities[column].notna() & begun).any()
    ]
    if _later(tables.known_from, "stage_history", when):
        named.append("stage_history")
    return tuple(named)


def _later(known_from: Mapping[str, pd.Timestamp | None], column: str, when: pd.Timestamp) -> bool:
    since = known_from.get(column)
    return since is not None and since > when


def _amount_tells_outcome(rows: pd.DataFrame, when: pd.Timestamp) -> bool:
    """Whether amounts are empty or zero much more often on losses than on wins, of those closed by then."""
    closed, blank = rows["closed"] < when, ~(rows["amount"] > 0)
    share = {outcome: blank[closed & (rows["outcome"] == outcome)].mean() for outcome in (WON, LOST)}
    return bool(abs(share[WON] - share[LOST]) > AMOUNT_TELLS_OUTCOME)


def _history(tables: CrmTables, ids: pd.Series, when: pd.Timestamp) -> tuple[pd.DataFrame, Ints]:
    """Return the visits begun by then, by opportunity, time and place of the stage, however they stood.

    And of each the row of its opportunity.
    """
    history = tables.stage_history
    of = positions(history["id"], ids)
    begun = (history["entered"] < when).to_numpy() & (of >= 0)
    kept = history
    if not begun.all():
        kept, of = history[begun], of[begun]
    place = positions(kept["stage"], pd.Series(tables.stages, dtype="str"))
    entered = kept["entered"].to_numpy()
    if not in_order(of, entered, place):
        order = row_order(of, entered, place)
        kept, of = kept.iloc[order], of[order]
    kept = kept.reset_index(drop=True)
    ended = kept["left"] < when
    return (kept if (ended | kept["left"].isna()).all() else kept.assign(left=kept["left"].mask(~ended))), of


def _stages(
    tables: CrmTables, rows: pd.DataFrame, visits: tuple[pd.DataFrame, Ints], when: pd.Timestamp
) -> pd.Series:
    """Return the stage of each opportunity: the typed one where it is of the time, else the last visited."""
    if "stage" in tables.known_from and not _later(tables.known_from, "stage", when):
        typed = rows["stage"].isin(tables.stages) if tables.stages else rows["stage"].notna()
        return rows["stage"] if typed.all() else rows["stage"].where(typed, _last_visited(rows, visits))
    only = tables.stages[0] if len(tables.stages) == 1 else None
    closed_before = rows["closed"] < when
    unknown = rows["stage"].where(closed_before, only)
    return _last_visited(rows, visits).fillna(unknown).astype("str")


def _last_visited(rows: pd.DataFrame, visits: tuple[pd.DataFrame, Ints]) -> pd.Series:
    """Return the stage that each opportunity entered last; the visits stand by opportunity and time."""
    history, of = visits
    at, last = np.full(len(rows), -1), np.flatnonzero(np.append(of[1:] != of[:-1], True)[: len(of)])
    at[of[last]] = last
    stage: pd.Series = history["stage"].reindex(at).set_axis(rows.index).astype("str")
    return stage
