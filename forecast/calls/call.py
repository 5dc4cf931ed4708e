"""A forecast call: what is booked, what the CRM's forecast categories promise, and what is still to create."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.bookings import Outlook, Period, Unit, open_sums
from forecast.calibration.records import days
from forecast.minor_units import to_minor
from forecast.winners import Winners
from simulations.tables import OPEN, WON, CrmTables

BOOKED, COMMIT, BEST_CASE, PIPELINE, NO_CATEGORY = "booked", "commit", "best case", "pipeline", "no category"
#: Lines of a call, in the order of a walk to the target.
LINES = (BOOKED, COMMIT, BEST_CASE, PIPELINE, NO_CATEGORY)
OMITTED, LATER, EARLIER, UNDATED = "omitted", "expected later", "expected earlier", "without a date"
#: Why an open deal stands on no line.
LEFT_OUT = (OMITTED, LATER, EARLIER, UNDATED)
#: Where closed deals are that were not won in the period.
CLOSED, WON_ELSEWHERE = "closed", "won in another period"
#: Sums of whole hundredths are exact whatever their order; those of amounts are not.
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a call.

    Attributes
    ----------
    name : str
        One of `LINES`, or of `LEFT_OUT`.
    hundredths : int
        Sum of the amounts, each rounded to hundredths of the unit of the bookings.
    deals : int
    expected : float or None
        What history expects of them in the period; None where it was not asked.
    """

    name: str
    hundredths: int
    deals: int
    expected: float | None = None

    @property
    def value(self) -> float:
        """Sum of the amounts."""
        return self.hundredths / HUNDREDTHS

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {"name": self.name, "value": self.value, "deals": self.deals, "expected": self.expected}


@dataclass(frozen=True, slots=True)
class Call:
    """What a forecast call says at a moment: booked, commit, best case, pipeline, still to create = target.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    lines : tuple of Line
        Booked and open deals that are expected to close in the period, in the order of `LINES`.
    left_out : tuple of Line
        Open deals that are not: omitted by the CRM, expected in another period, or without a date.
    target : float
    unpriced : int
        Open deals on a line that carry no amount and count 0.
    """

    moment: pd.Timestamp
    lines: tuple[Line, ...]
    left_out: tuple[Line, ...]
    target: float
    unpriced: int

    @property
    def has_categories(self) -> bool:
        """Whether any open deal, on a line or omitted, carries a forecast category."""
        named = [*self.lines[1:4], self.left_out[0]]
        return any(line.deals for line in named)

    @property
    def to_create(self) -> int:
        """What no line promises of the target, in hundredths; below 0 where they promise more than it."""
        return round(self.target * HUNDREDTHS) - sum(line.hundredths for line in self.lines)

    def line(self, name: str) -> Line:
        """Return a line by its name."""
        return next(line for line in (*self.lines, *self.left_out) if line.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "as_of": self.moment.isoformat(),
            "lines": [line.to_dict() for line in self.lines],
            "still_to_create": self.to_create / HUNDREDTHS,
            "target": self.target,
            "left_out": [line.to_dict() for line in self.left_out],
            "without_amount": self.unpriced,
        }


def standings(tables: CrmTables, period: Period, unit: Unit) -> pd.DataFrame:
    """Return where each opportunity stands in the call of a period.

    Parameters
    ----------
    tables : CrmTables
        As known at the moment of the call.
    period : Period
    unit : {"amount", "deals"}

    Returns
    -------
    DataFrame
        By id: ``name``, ``owner``; ``line``, one of `LINES`, `LEFT_OUT`, `CLOSED` or `WON_ELSEWHERE`; ``hundredths``,
        its amount, 0 where it is missing; ``priced``.
    """
    rows = tables.opportunities.set_index("id")
    is_open, won = rows["outcome"] == OPEN, rows["outcome"] == WON
    closed = days(rows["closed"])
    booked = won & (closed >= period.begin) & (closed < period.end)
    expected = days(rows["expected_close"])
    category = rows["forecast_category"].fillna(NO_CATEGORY)
    where = np.select(
        [
            booked, won, ~is_open, np.isnan(expected), expected < period.begin, expected >= period.end,
        ],
        [BOOKED, WON_ELSEWHERE, CLOSED, UNDATED, EARLIER, LATER],
        category,
    )  # fmt: skip
    value = pd.Series(1.0, index=rows.index) if unit == "deals" else rows["amount"]
    columns = {
        "name": rows["name"].fillna(""), "owner": rows["owner"].fillna("no owner"), "line": where,
        "hundredths": to_minor(value, ""), "priced": value.notna(),
    }  # fmt: skip
    return pd.DataFrame(columns, index=rows.index)


def call_of(
    stands: pd.DataFrame, moment: pd.Timestamp, target: float, expected: dict[str, float] | None = None
) -> Call:
    """Return the call that standings add up to.

    Parameters
    ----------
    stands : DataFrame
        As `standings` gives it.
    moment : Timestamp
    target : float
    expected : dict of str to float, optional
        What history expects of the open deals on each line.
    """
    sums = stands.groupby("line")["hundredths"].agg(["sum", "size"])
    told = sums.to_dict("index")

    def line(name: str) -> Line:
        found = told.get(name, {"sum": 0, "size": 0})
        value = (
            None
            if expected is None
            else found["sum"] / HUNDREDTHS
            if name == BOOKED
            else expected.get(name, 0.0)
        )
        return Line(name, int(found["sum"]), int(found["size"]), value)

    unpriced = int((stands["line"].isin(LINES) & ~stands["priced"]).sum())
    return Call(moment, tuple(map(line, LINES)), tuple(map(line, LEFT_OUT)), target, unpriced)


def expected_by_line(view: Outlook, unit: Unit, winners: Winners, stands: pd.DataFrame) -> dict[str, float]:
    """Return what history expects in the period of the open deals on each line: the mean of the forecast's draws.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    winners : Winners
        Those that the total was added up from.
    stands : DataFrame
        As `standings` gives it.
    """
    names = (*LINES, *LEFT_OUT)
    where = stands["line"].reindex(view.calibration.records.ids[winners.deal])
    place = pd.Index(names).get_indexer(pd.Index(where)).astype(np.int64)
    means = open_sums(view, unit, winners, place, len(names)).mean(axis=0)
    return {name: float(mean) for name, mean in zip(names, means, strict=True)}
