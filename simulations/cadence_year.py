"""One cadence's year over all replications: measures with their intervals, and its weeks. Results only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulations.intervals import Estimate, plain
from simulations.measures import MEASURES
from simulations.scenario.model import Cadence

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """One weekly (or monthly) series over the kept replications, one entry a week.

    Attributes
    ----------
    mean, low, high : array
        Mean with its 95% interval (Student-t); the interval is nan below two replications.
    p10, p90 : array
        10th and 90th percentile of single replications.
    """

    mean: Floats
    low: Floats
    high: Floats
    p10: Floats
    p90: Floats

    def to_dict(self) -> dict[str, Any]:
        """Return ``mean``, ``low``, ``high``, ``p10``, ``p90`` as lists; undefined values are None."""
        names = ("mean", "low", "high", "p10", "p90")
        return {name: [plain(x) for x in getattr(self, name)] for name in names}


@dataclass(frozen=True, slots=True)
class CadenceYear:
    """One cadence over all replications.

    Attributes
    ----------
    name : str
        ``steady``, ``sawtooth``, ...; ``sawtooth_8_8`` where several of a kind are compared;
        ``reactive_own_hours`` for *steady at its own hours*.
    cadence : Cadence
        The rule; the steady one for *steady at its own hours*.
    own_hours_of : str or None
        The cadence whose hours this one spreads evenly.
    measures : mapping of str to Estimate
        By the names of `simulations.measures.MEASURES`.
    spread : mapping of str to (float, float)
        10th and 90th percentile over the replications.
    undefined : mapping of str to int
        Replications in which a measure is undefined; only those with any.
    chance_by_target : mapping of float to Estimate
        Chance that the year's bookings reach this multiple of the team's target.
    weekly : mapping of str to Band
        By the names of `simulations.weekly.SERIES`; weeks as in `Comparison.weeks`.
    projected, line_of_need : Band
        For each week's end of the year (52): booked + calibrated in period + expected new; the open
        value that the target still asks for, to be held against ``weekly["open_value"]``.
    revenue : Band
        Revenue recognised in each of the 12 months; `Shortfall.published_weeks` says when it is published.
    published_to_date : Band
        Its sum from the year's start, for each of the 12 months.
    """

    name: str
    cadence: Cadence
    own_hours_of: str | None
    measures: Mapping[str, Estimate]
    spread: Mapping[str, tuple[float, float]]
    undefined: Mapping[str, int]
    chance_by_target: Mapping[float, Estimate]
    weekly: Mapping[str, Band]
    projected: Band
    line_of_need: Band
    revenue: Band
    published_to_date: Band

    def row(self, name: str) -> dict[str, Any]:
        """Return one measure as plain values: a row of `Comparison.to_frame` up to ``undefined``."""
        estimate, (p10, p90) = self.measures[name], self.spread[name]
        return {
            "cadence": self.name,
            "measure": name,
            "unit": MEASURES[name].unit,
            "mean": estimate.mean,
            "low": estimate.low,
            "high": estimate.high,
            "p10": p10,
            "p90": p90,
            "undefined": self.undefined.get(name, 0),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the year as plain values."""
        return {
            "cadence": self.cadence.model_dump(mode="json"),
            "own_hours_of": self.own_hours_of,
            "measures": {
                name: {
                    **estimate.to_dict(),
                    "p10": plain(self.spread[name][0]),
                    "p90": plain(self.spread[name][1]),
                    "undefined": self.undefined.get(name, 0),
                }
                for name, estimate in self.measures.items()
            },
            "chance_by_target": {f"{f:g}": e.to_dict() for f, e in self.chance_by_target.items()},
            "weekly": {name: band.to_dict() for name, band in self.weekly.items()},
            "projected": self.projected.to_dict(),
            "line_of_need": self.line_of_need.to_dict(),
            "revenue": self.revenue.to_dict(),
            "published_to_date": self.published_to_date.to_dict(),
        }
