"""The sales cycle: days from creation to won, with the opportunities that are still open counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.calibration.hazards import Stays, estimate_hazards
from forecast.calibration.records import Floats, records
from forecast.calibration.streams import stream
from forecast.calibration.win_curves import first_leavings
from simulations.tables import CrmTables

PARAMETER_DRAWS, STEPS = 200, 720
QUANTILES = (0.1, 0.5, 0.9)


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

    The cumulative incidence of winning by age (Aalen and Johansen 1978; losses compete, open
    opportunities are right-censored) over its value at the oldest age at which anything was won:
    the cycles of those that win. The plain median of past wins is too short while slow
    opportunities are still open.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    seed : int
    """
    known = records(tables, moment, by_stage=False)
    visits = known.visits
    seen = visits.left >= known.starts
    begin = np.maximum(visits.entered[seen], known.starts) - visits.entered[seen]
    stays = Stays(visits.stage[seen], begin, visits.left[seen] - visits.entered[seen], visits.next[seen])
    hazards = estimate_hazards(stays, 1, PARAMETER_DRAWS, stream(seed, "sales cycle"))
    oldest = float(hazards.edges[np.isfinite(hazards.edges)].max())
    step = oldest / STEPS
    won = np.cumsum(first_leavings(hazards, step, STEPS)[:, 0, :, 1], axis=1)
    by_draw = np.array([_quantiles(curve, step) for curve in won])
    low, high = np.quantile(by_draw, (0.025, 0.975), axis=0)
    shown = [Days(*map(float, trio)) for trio in zip(by_draw[0], low, high, strict=True)]
    return Cycle(shown[1], shown[0], shown[2], int(known.won.sum()))


def _quantiles(won: Floats, step: float) -> Floats:
    """Return the quantiles of the days to a win from the cumulative incidence on the grid."""
    ages = (np.arange(len(won)) + 1) * step
    return np.asarray(np.interp(np.array(QUANTILES) * won[-1], np.append(0.0, won), np.append(0.0, ages)))
