"""What changed a forecast between two moments: time, what closed, what moved, what is new, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from forecast.bookings import Period, draw_bookings, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import Floats, day
from forecast.changes.expected import Expected, carried, expected
from forecast.question import Asked
from simulations.tables import OPEN, CrmTables

#: The causes in the order in which they are let happen.
Cause = Literal["time", "closed", "moved", "new", "calibration"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
#: Half the width of a 95% interval, in standard errors.
WIDTH = 1.96


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause did to the expected bookings.

    Attributes
    ----------
    change : float
    error : float
        Half the width of its 95% interval: how much the drawn worlds leave open.
    deals : int
        Opportunities concerned; 0 for time and calibration, which concern all.
    """

    change: float
    error: float
    deals: int


@dataclass(frozen=True, slots=True)
class ForecastChange:
    """What changed the forecast of a period between two moments.

    Attributes
    ----------
    before, after : float
        Expected bookings as known at either moment, in the unit of the bookings.
    parts : mapping of Cause to Part
        They sum to the difference.
    drawn : (float, float)
        Means that the two forecasts themselves print; they are drawn, and tend to ``before`` and ``after``.
    creation : float
        What the time's part took from what is not yet created: so much was expected of creation between the moments.
    deals : DataFrame
        A row for each opportunity that did not stay as it was, by id, the largest change first: ``name``, ``owner``,
        ``cause``, ``before``, ``after``, ``change`` (by what became of it; time and calibration apart).
    """

    before: float
    after: float
    parts: Mapping[Cause, Part]
    drawn: tuple[float, float]
    creation: float
    deals: pd.DataFrame

    @property
    def change(self) -> float:
        """By how much the expected bookings rose."""
        return self.after - self.before

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each cause: ``cause``, ``change``, ``error``, ``deals``."""
        rows = [(cause, part.change, part.error, part.deals) for cause, part in self.parts.items()]
        return pd.DataFrame(rows, columns=["cause", "change", "error", "deals"])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        rows = self.deals.reset_index().astype(object).where(lambda frame: frame.notna(), None)
        return {
            "before": self.before,
            "after": self.after,
            "change": self.change,
            "parts": {
                cause: {"change": part.change, "error": part.error, "deals": part.deals}
                for cause, part in self.parts.items()
            },
            "expected_of_creation": self.creation,
            "drawn": {"before": self.drawn[0], "after": self.drawn[1]},
            "opportunities": rows.to_dict("records"),
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at a moment.

    Attributes
    ----------
    tables : CrmTables
    moment : Timestamp
        Exclusive.
    """

    tables: CrmTables
    moment: pd.Timestamp


def forecast_change(before: Known, after: Known, asked: Asked) -> ForecastChange:
    """Return what changed the forecast of a period.

    The causes are let happen one after the other, each on top of those before it, so that they sum to the change:

    1. *time*: the second moment comes, and nothing else: less of the period is left, what is open is older;
    2. *closed*: what was won, lost or disqualified, or is no longer in the CRM;
    3. *moved*: what is still open, in another stage or at another amount, or open again;
    4. *new*: what was created since (that fewer remain to be created was the time's part);
    5. *calibration*: what was learned from the time between: chances, levels, amounts.

    Until the last everything is valued by what was learned before. Another order would give other parts, most of all where
    much was learned; this one is the order in which a team lives through it.

    Parameters
    ----------
    before, after : Known
    asked : Asked
        The period, unit, draws, seed and country; its moment is not used.

    Raises
    ------
    BadInput
        The history is too short to learn from at one of the moments.
    """
    period, until = Period(day(asked.start), day(asked.after)), asked.after
    learned, anew = (
        calibrate(known.tables, known.moment, max(until, known.moment), seed=asked.seed, country=asked.country)
        for known in (before, after)
    )  # fmt: skip
    worlds = _worlds(before.tables, after.tables)
    calibrations = [
        learned,
        *(carried(learned, tables, after.moment) for tables in worlds),
        anew,
    ]
    views = [outlook(one, period, draws=asked.draws, seed=asked.seed) for one in calibrations]
    values = [expected(view, asked.unit) for view in views]
    ends = [float(draw_bookings(view, asked.unit).total.mean()) for view in (views[0], views[-1])]
    causes = _cause_of(before.tables, after.tables)
    deals = _deals(values, causes, after.tables, before.tables)
    counts = causes.value_counts()
    parts = {
        cause: _part(first.worlds, last.worlds, int(counts.get(cause, 0)))
        for cause, first, last in zip(CAUSES, values, values[1:], strict=False)
    }
    return ForecastChange(
        values[0].mean, values[-1].mean, MappingProxyType(parts), (ends[0], ends[1]), values[0].new - values[1].new,
        deals,
    )  # fmt: skip


def _part(first: Floats, last: Floats, deals: int) -> Part:
    step = last - first
    error = WIDTH * float(step.std(ddof=1)) / np.sqrt(len(step))
    return Part(float(last.mean()) - float(first.mean()), float(error), deals)


def _worlds(before: CrmTables, after: CrmTables) -> list[CrmTables]:
    """Return the tables after each of the first four causes."""
    causes = _cause_of(before, after)
    closed = set(causes.index[causes == "closed"])
    moved = closed | set(causes.index[causes == "moved"])
    return [before, _mixed(before, after, closed), _mixed(before, after, moved), after]


def _cause_of(before: CrmTables, after: CrmTables) -> pd.Series:
    """Return the cause under which each opportunity that did not stay as it was falls, by id."""
    first, last = (tables.opportunities.set_index("id") for tables in (before, after))
    ids = first.index.union(last.index)
    was_open = (first["outcome"] == OPEN).reindex(ids, fill_value=False)
    is_open = (last["outcome"] == OPEN).reindex(ids, fill_value=False)
    fresh = ~ids.isin(first.index)
    cause = pd.Series("moved", index=ids).mask(was_open & ~is_open, "closed").mask(fresh, "new")
    stays = ids.isin(first.index) & ids.isin(last.index) & _alike(before, after, ids)
    return pd.Series(cause[~stays])


def _alike(before: CrmTables, after: CrmTables, ids: pd.Index) -> np.ndarray:
    """Return which opportunities are the same to a forecast: outcome, times, amount, stage and the way there."""
    hashes = []
    for tables in (before, after):
        rows, history = tables.opportunities, tables.stage_history
        visit = pd.util.hash_pandas_object(history[["stage", "entered"]], index=False)
        path = visit.groupby(history["id"].to_numpy()).sum().reindex(rows["id"], fill_value=0)
        columns = rows[["outcome", "created", "closed", "amount", "stage"]].assign(path=path.to_numpy())
        hashes.append(
            pd.Series(pd.util.hash_pandas_object(columns, index=False).to_numpy(), index=rows["id"])
        )
    first, last = (one.reindex(ids) for one in hashes)
    return (first == last).to_numpy(bool)


def _mixed(before: CrmTables, after: CrmTables, ids: set[str]) -> CrmTables:
    """Return the tables before, with some opportunities as they are after, or not at all where they are gone."""
    frames = {}
    for name in ("opportunities", "stage_history"):
        first, last = getattr(before, name), getattr(after, name)
        frames[name] = pd.concat(
            [first[~first["id"].isin(ids)], last[last["id"].isin(ids)]], ignore_index=True
        )
    return replace(before, **frames, stages=after.stages or before.stages)


def _deals(values: list[Expected], causes: pd.Series, after: CrmTables, before: CrmTables) -> pd.DataFrame:
    """Return what became of each opportunity that did not stay as it was, valued by what was learned before."""
    names = pd.concat([after.opportunities, before.opportunities]).drop_duplicates("id").set_index("id")
    aged, last = values[1].deals, values[4].deals
    frame = pd.DataFrame(
        {
            "cause": causes,
            "before": aged.reindex(causes.index).fillna(0.0),
            "after": last.reindex(causes.index).fillna(0.0),
        }
    )
    frame = frame.assign(change=frame["after"] - frame["before"]).join(names[["name", "owner"]])
    frame = frame[["name", "owner", "cause", "before", "after", "change"]]
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].rename_axis("id")
