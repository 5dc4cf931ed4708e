"""Prospecting of one rep or of the team in the latest week, beside the weeks before and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.intervals import Estimate

if TYPE_CHECKING:
    from forecast.prospecting import Prospecting, Worker


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Prospecting in the latest whole week.

    Attributes
    ----------
    week : str
        Its first day.
    hours : float
    usual : float or None
        Mean hours of the weeks before; None where there are none.
    blocks, kept : int or None
        Protected blocks planned in the week, and how many were kept; None without a plan.
    per_hour : mapping of str to Estimate or None
        Results an hour over all weeks looked at, with 95% intervals.
    unsaid : mapping of str to str
        Result -> why it cannot be said.
    weeks : int
        Whole weeks looked at.
    """

    week: str
    hours: float
    usual: float | None
    blocks: int | None
    kept: int | None
    per_hour: Mapping[str, Estimate | None]
    unsaid: Mapping[str, str]
    weeks: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        told = {name: None if one is None else one.to_dict() for name, one in self.per_hour.items()}
        return {
            "first_day": self.week,
            "hours": self.hours,
            "usual_hours": self.usual,
            "blocks": self.blocks,
            "blocks_kept": self.kept,
            "per_hour": told,
            "per_hour_unsaid": dict(self.unsaid),
            "weeks": self.weeks,
        }


def week_hours(found: Prospecting | None, name: str | None) -> WeekHours | None:
    """Return the prospecting of a rep, or of all where no name is given; None where nothing is recorded.

    Parameters
    ----------
    found : Prospecting or None
    name : str or None
    """
    if found is None:
        return None
    worker = found.whole if name is None else _worker(found, name)
    if worker is None:
        return None
    rows = found.weekly if name is None else found.weekly[found.weekly["owner"] == name]
    last = found.weekly["week"].max()
    latest, before = rows[rows["week"] == last], rows[rows["week"] < last]
    weekly = before.groupby("week")["hours"].sum()
    planned = "blocks" in rows
    return WeekHours(
        week=f"{last:%Y-%m-%d}",
        hours=float(latest["hours"].sum()),
        usual=float(weekly.mean()) if len(weekly) else None,
        blocks=int(latest["blocks"].sum()) if planned else None,
        kept=int(latest["blocks_kept"].sum()) if planned else None,
        per_hour=worker.per_hour,
        unsaid=worker.unsaid,
        weeks=found.weeks,
    )


def _worker(found: Prospecting, name: str) -> Worker | None:
    return next((owner for owner in found.owners if owner.name == name), None)
