"""How old a pipeline is: open opportunities by the days since they were created."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.changes.steps import Due
from forecast.minor_units import from_minor, to_minor
from simulations.calendar import DAY
from simulations.tables import OPEN, WON, CrmTables

#: Days at which the bands of age end; the last has no end.
EDGES = (30, 60, 90, 180, 365)
#: The age that this share of the wins had not reached, and the fewest wins that may say so.
LATE, FEWEST_WINS = 0.9, 20


@dataclass(frozen=True, slots=True)
class Band:
    """Open opportunities of one band of age.

    Attributes
    ----------
    over : int
        Days above which it begins; the first begins with 0.
    upto : int or None
        Last day of it; None where it has no end.
    deals : int
    amount : float
        Missing amounts count 0.
    """

    over: int
    upto: int | None
    deals: int
    amount: float

    @property
    def words(self) -> str:
        """The days of the band."""
        first = self.over + 1 if self.over else 0
        return f"over {self.over} days" if self.upto is None else f"{first} to {self.upto} days"


@dataclass(frozen=True, slots=True)
class Ageing:
    """How old a pipeline is at a moment.

    Attributes
    ----------
    bands : tuple of Band
    median_days : float or None
        None where nothing is open.
    late_days : float or None
        Days after which 9 of 10 of the wins so far had been won; None below 20 wins.
    late_deals : int
        Open opportunities that are older.
    late_amount : float
    """

    bands: tuple[Band, ...]
    median_days: float | None
    late_days: float | None
    late_deals: int
    late_amount: float

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {**asdict(self), "bands": [asdict(band) for band in self.bands]}


def ageing(tables: CrmTables, moment: pd.Timestamp, due: Due | None, currency: str) -> Ageing:
    """Return how old a pipeline is.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        To which age is counted.
    due : Due or None
        Whose pipeline; all that is open where there is none.
    currency : str
    """
    rows = tables.opportunities
    there = (rows["outcome"] == OPEN) & rows["created"].notna()
    rows = rows[there if due is None else there & due.holds(rows["expected_close"])]
    age = days_of(moment - rows["created"])
    minor = to_minor(rows["amount"], currency)
    place = np.searchsorted(EDGES, np.ceil(age) - 1, side="right")
    deals = np.bincount(place, minlength=len(EDGES) + 1)
    amounts = [float(from_minor(minor[place == band].sum(), currency)) for band in range(len(EDGES) + 1)]
    bands = tuple(
        Band(over, upto, int(count), amount)
        for over, upto, count, amount in zip((0, *EDGES), (*EDGES, None), deals, amounts, strict=True)
    )
    late = _late_days(tables.opportunities)
    older = age > (np.inf if late is None else late)
    return Ageing(
        bands,
        float(np.median(age)) if len(age) else None,
        late,
        int(older.sum()),
        float(from_minor(minor[older].sum(), currency)),
    )


def _late_days(rows: pd.DataFrame) -> float | None:
    won = rows[(rows["outcome"] == WON) & rows["created"].notna()]
    if len(won) < FEWEST_WINS:
        return None
    return float(np.quantile(days_of(won["closed"] - won["created"]), LATE))


def days_of(spans: pd.Series) -> npt.NDArray[np.float64]:
    """Return spans of time in days; nan where missing."""
    return np.asarray(spans.dt.total_seconds() / DAY, dtype=np.float64)
