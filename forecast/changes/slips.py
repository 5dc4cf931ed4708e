"""Slips: how often the expected close of an opportunity was moved out of its period into a later one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecast.changes.ageing import days_of
from simulations.calendar import MONTHS, MONTHS_A_QUARTER
from simulations.tables import OPEN, CrmTables

PeriodOf = Literal["month", "quarter"]


@dataclass(frozen=True, slots=True)
class Slips:
    """Slips of opportunities that were open between two moments.

    Attributes
    ----------
    frame : DataFrame
        A row for each opportunity that was open in a snapshot between the two moments, by id: ``name``, ``owner``, ``slips`` and
        ``postponed`` between the two moments (moved into a later period; moved to a later day at all),
        ``slips_ever`` (in all snapshots so far), ``days`` (by how many days it moved between the two moments, later less
        earlier), ``expected_close`` (as last known while open).
    period : {"month", "quarter"}
        Out of which it slips.
    snapshots : int
        How many there are between the two moments, both counted: what moved there and back between two of them is not seen.
    """

    frame: pd.DataFrame
    period: PeriodOf
    snapshots: int

    @property
    def deals(self) -> int:
        """Opportunities that slipped between the two moments."""
        return int((self.frame["slips"] > 0).sum())

    @property
    def again(self) -> int:
        """Those of them that have slipped twice or more by now."""
        return int(((self.frame["slips"] > 0) & (self.frame["slips_ever"] > 1)).sum())

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; of the opportunities those that were postponed."""
        moved = self.frame[self.frame["postponed"] > 0].reset_index()
        return {
            "period": self.period,
            "snapshots": self.snapshots,
            "open": len(self.frame),
            "slipped": self.deals,
            "slipped_again": self.again,
            "slips": int(self.frame["slips"].sum()),
            "postponed": len(moved),
            "opportunities": [
                {
                    "id": str(row["id"]),
                    "slips": int(row["slips"]),
                    "slips_ever": int(row["slips_ever"]),
                    "postponed": int(row["postponed"]),
                    "days": int(row["days"]),
                    "expected_close": f"{row['expected_close']:%Y-%m-%d}",
                }
                for row in moved.to_dict("records")
            ],
        }


def slips_of(
    known: Iterable[tuple[pd.Timestamp, CrmTables]],
    begin: pd.Timestamp,
    *,
    period: PeriodOf = "quarter",
    first_month: int = 1,
) -> Slips:
    """Return the slips that a series of snapshots shows.

    Parameters
    ----------
    known : iterable of (Timestamp, CrmTables)
        Snapshots in the order of their moments; the last is the second of the two moments.
    begin : Timestamp
        The first of the two moments; what moved before it only counts in ``slips_ever``.
    period : {"month", "quarter"}
        Out of which it slips.
    first_month : int
        Month in which the fiscal year begins, 1 to 12, which says where quarters end.
    """
    series = list(known)
    rows = pd.concat([_dues(moment, tables) for moment, tables in series])
    rows = rows.sort_values(["id", "moment"], kind="stable", ignore_index=True)
    dated = rows[rows["expected_close"].notna()]
    moved = _moved(dated, begin, period, first_month).groupby(dated["id"]).sum().astype("int64")
    last = rows[rows["moment"] >= begin].drop_duplicates("id", keep="last").set_index("id")
    due = dated.drop_duplicates("id", keep="last").set_index("id")["expected_close"]
    frame = last[["name", "owner"]].join(moved.reindex(last.index, fill_value=0))
    frame = frame.assign(expected_close=due.reindex(frame.index))
    return Slips(frame, period, sum(moment >= begin for moment, _ in series))


def _moved(dated: pd.DataFrame, begin: pd.Timestamp, period: PeriodOf, first_month: int) -> pd.DataFrame:
    """Return what became of each expected close since the snapshot before, by row."""
    before = dated.groupby("id", sort=False)["expected_close"].shift()
    days = pd.Series(days_of(dated["expected_close"] - before), index=dated.index)
    number = _period_number(dated["expected_close"], period, first_month)
    slipped = number > _period_number(before, period, first_month)
    inside = dated["moment"] > begin
    return pd.DataFrame(
        {
            "slips": slipped & inside,
            "postponed": (days > 0) & inside,
            "slips_ever": slipped,
            "days": days.where(inside, 0.0).fillna(0.0),
        }
    )


def _dues(moment: pd.Timestamp, tables: CrmTables) -> pd.DataFrame:
    rows = tables.opportunities
    shown = rows.loc[rows["outcome"] == OPEN, ["id", "name", "owner", "expected_close"]]
    return shown.assign(moment=moment)


def _period_number(days: pd.Series, period: PeriodOf, first_month: int) -> pd.Series:
    """Return months, or quarters of the fiscal year, counted; missing where the day is."""
    months = days.dt.year * MONTHS + days.dt.month - first_month
    number: pd.Series = months if period == "month" else np.floor(months / MONTHS_A_QUARTER)
    return number
