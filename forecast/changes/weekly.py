"""Pipeline changes week by week: the waterfall of each week, from the snapshots of its ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from forecast.changes.steps import Due, steps_between
from forecast.changes.waterfall import Waterfall, whole
from simulations.tables import CrmTables

WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekOfChanges:
    """A week, or as much time as lies between two snapshots.

    Attributes
    ----------
    begin, end : Timestamp
        Moments of its snapshots: the first instants that they do not know.
    total : Waterfall
    """

    begin: pd.Timestamp
    end: pd.Timestamp
    total: Waterfall

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {"from": self.begin.isoformat(), "to": self.end.isoformat(), "waterfall": self.total.to_dict()}


def weeks_of(
    seen: Sequence[tuple[pd.Timestamp, CrmTables]], begin: pd.Timestamp, due: Due | None, currency: str
) -> tuple[WeekOfChanges, ...]:
    """Return the changes of each week, so that each begins with what the one before ended with.

    A week ends with the last snapshot that was made by its end. Where there is none of that week it is told together with
    the next.

    Parameters
    ----------
    seen : sequence of (Timestamp, CrmTables)
        Snapshots in the order of their moments; the last ends the last week.
    begin : Timestamp
        Moment of the snapshot that begins the first week.
    due : Due or None
        Whose pipeline.
    currency : str
    """
    there = [(moment, tables) for moment, tables in seen if moment >= begin]
    chosen = [there[place] for place in sorted(set(_ends([moment for moment, _ in there])))]
    found = []
    for (first, before), (last, after) in pairwise(chosen):
        taken = steps_between(before, after, first, due, currency)
        found.append(WeekOfChanges(first, last, whole(taken, currency)))
    return tuple(found)


def _ends(moments: Sequence[pd.Timestamp]) -> Iterator[int]:
    """Yield the places of the snapshots that end a week, the first one and the last one too."""
    end = moments[0]
    while end < moments[-1]:
        yield max(place for place, moment in enumerate(moments) if moment <= end)
        end += WEEK
    yield len(moments) - 1
