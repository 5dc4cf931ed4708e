"""What a baseline may look at: the bookings of the days before an origin, and the weeks they make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from forecast.bookings import Unit
from forecast.calibration.records import Floats, day, days
from forecast.calibration.whole_days import first_whole_day
from forecast.calibration.workdays import WEEK
from simulations.tables import OPEN, WON, CrmTables


@dataclass(frozen=True)
class Past:
    """The records as known at an origin, in one unit.

    Attributes
    ----------
    tables : CrmTables
        Nothing in them is later than the origin (`forecast.known.as_of`).
    origin : Timestamp
    unit : {"amount", "deals"}
    """

    tables: CrmTables
    origin: pd.Timestamp
    unit: Unit

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All opportunities."""
        return self.tables.opportunities

    @cached_property
    def open(self) -> pd.DataFrame:
        """Opportunities that are open at the origin."""
        return self.rows[self.rows["outcome"] == OPEN]

    @cached_property
    def won(self) -> pd.DataFrame:
        """Opportunities won before the origin, in the order of their wins."""
        return self.rows[self.rows["outcome"] == WON].sort_values("closed", kind="stable")

    @cached_property
    def now(self) -> float:
        """The origin as days since 1970-01-01."""
        return day(self.origin)

    @cached_property
    def starts(self) -> float:
        """The day from which the records are whole, as days since 1970-01-01; that day counts whole."""
        created, closed = days(self.rows["created"]), days(self.rows["closed"])
        return float(np.floor(first_whole_day(created, closed, self.now)))

    @cached_property
    def values(self) -> Floats:
        """What each win counts, in the order of `won`: 1, or its amount, 0 where that is missing."""
        if self.unit == "deals":
            return np.ones(len(self.won))
        return np.asarray(np.nan_to_num(self.won["amount"].to_numpy(float)))

    @cached_property
    def weeks(self) -> Floats:
        """Bookings of the whole weeks counted back from the origin, the oldest first."""
        count = max(int((self.now - self.starts) // WEEK), 0)
        edges = self.now - WEEK * np.arange(count, -1, -1.0)
        return np.array([self.booked(a, b) for a, b in pairwise(edges)])

    def booked(self, begin: float, end: float) -> float:
        """Return the bookings between two moments (days since 1970-01-01), the second excluded."""
        first, last = np.searchsorted(self._moments, (begin, end))
        return float(self._sums[last] - self._sums[first])

    @cached_property
    def _moments(self) -> Floats:
        return days(self.won["closed"])

    @cached_property
    def _sums(self) -> Floats:
        return np.append(0.0, np.cumsum(self.values))

    def worth(self, rows: pd.DataFrame) -> Floats:
        """Return what opportunities count if won: 1, or their amounts, the mean win where that is missing."""
        if self.unit == "deals":
            return np.ones(len(rows))
        mean = float(self.won["amount"].mean()) if self.won["amount"].notna().any() else 0.0
        amount = rows["amount"].to_numpy(float)
        return np.where(amount > 0, amount, mean)
