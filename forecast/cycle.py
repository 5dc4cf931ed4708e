"""The sales cycle: days from creation to won, with the opportunities that are still open counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.calibration.records import Records, records
from forecast.calibration.streams import stream
from forecast.incidence import WON, Incidence, fates_of, incidence
from simulations.tables import CrmTables

PARAMETER_DRAWS = 400
QUANTILES = (0.1, 0.5, 0.9)
#: Of the range of the draws.
_RANGE = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days and its 95% interval."""

    days: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return the three numbers."""
        return {"days": self.days, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from creation to won.

    Attributes
    ----------
    median : Days
    shortest, longest : Days
        10th and 90th percentile: 80% of the cycles lie between.
    wins : int
        Wins that it was learned from.
    """

    median: Days
    shortest: Days
    longest: Days
    wins: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "median": self.median.to_dict(),
            "p10": self.shortest.to_dict(),
            "p90": self.longest.to_dict(),
            "wins": self.wins,
        }


def sales_cycle(tables: CrmTables, moment: pd.Timestamp, *, seed: int) -> Cycle:
    """Return the sales cycle as known at a moment.

    Percentiles of the cumulative incidence of winning by age (`forecast.incidence.incidence`; losses compete, open
    opportunities are right-censored): the cycles of those that win. The plain median of past wins is too short while
    slow opportunities are still open.

    Assumed as there: opportunities are independent, and being still open tells nothing of the fate (Aalen & Johansen 1978).

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    seed : int
    """
    return cycle_in(records(tables, moment, by_stage=False), seed=seed)


def cycle_in(known: Records, *, seed: int) -> Cycle:
    """Return the sales cycle that records show, whatever stages they tell apart; as `sales_cycle`."""
    fates = fates_of(known)
    return cycle_of(incidence(fates, PARAMETER_DRAWS, stream(seed, "sales cycle")), fates.count(WON))


def cycle_of(won: Incidence, wins: int) -> Cycle:
    """Return the cycle that an incidence of winning shows; zeros where nothing was won.

    Parameters
    ----------
    won : Incidence
        Of wins later than its horizon it knows nothing.
    wins : int
        That it was learned from.
    """
    if not wins or not len(won.ages):
        nothing = Days(0.0, 0.0, 0.0)
        return Cycle(nothing, nothing, nothing, wins)
    found = won.quantiles(QUANTILES)
    low, high = np.quantile(found, _RANGE, axis=0)
    shown = [Days(*map(float, trio)) for trio in zip(found[0], low, high, strict=True)]
    return Cycle(shown[1], shown[0], shown[2], wins)
