"""What an experiment comes to: cadences side by side and their differences. Results only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from simulations.cadence_year import CadenceYear
from simulations.intervals import Difference, plain
from simulations.projection import Projection
from simulations.scenario.model import Scenario
from simulations.shortfall import Shortfall
from simulations.stationarity import Stationarity

if TYPE_CHECKING:
    import pandas as pd

#: Hours that differ by more than this share of the reference's stand beside every result.
HOURS_TOLERANCE = 0.005

Role = Literal["difference", "rhythm", "hours"]
#: What stands in a table where a cadence is held against none.
NOTHING: Mapping[str, Any] = MappingProxyType(
    {
        "difference": np.nan,
        "difference_low": np.nan,
        "difference_high": np.nan,
        "variance_factor": np.nan,
        "reason": "",
    }
)


@dataclass(frozen=True, slots=True)
class Needed:
    """How many observations on each side show the difference in bookings through the luck; None: out of reach.

    ``team_years``: years of a whole team. ``rep_years``: years of single reps, taken as independent
    although they share a market, so that it is a lower bound.
    """

    team_years: int | None
    rep_years: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return both numbers."""
        return {"team_years": self.team_years, "rep_years": self.rep_years}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One cadence less another, replication by replication.

    Attributes
    ----------
    name, against : str
        Names of the two.
    role : str
        ``difference``: a cadence against the reference; ``rhythm``: against *steady at its own hours*;
        ``hours``: *steady at its own hours* against the reference. Hours + rhythm = difference.
    differences : mapping of str to Difference
        By the names of `simulations.measures.MEASURES`.
    relative : Difference
        Difference of ``total`` as a share of the other's mean total.
    hours_gap : float
        Prospecting hours of the year, as a share of the other's: 0.02 is 2% more.
    needed : Needed
        To see the difference of the year's bookings.
    """

    name: str
    against: str
    role: Role
    differences: Mapping[str, Difference]
    relative: Difference
    hours_gap: float
    needed: Needed

    def row(self, name: str) -> dict[str, Any]:
        """Return one measure's difference as plain values: the last columns of `Comparison.to_frame`."""
        delta = self.differences[name]
        factor = np.nan if delta.variance_factor is None else delta.variance_factor
        return dict(zip(NOTHING, (delta.mean, delta.low, delta.high, factor, delta.reason), strict=True))

    @property
    def hours_differ(self) -> bool:
        """Whether the hours really spent differ by more than 0.5%."""
        return abs(self.hours_gap) > HOURS_TOLERANCE

    def to_dict(self) -> dict[str, Any]:
        """Return the contrast as plain values."""
        return {
            "name": self.name,
            "against": self.against,
            "role": self.role,
            "differences": {name: d.to_dict() for name, d in self.differences.items()},
            "relative_total": self.relative.to_dict(),
            "hours_gap": plain(self.hours_gap),
            "hours_differ": self.hours_differ,
            "needed_to_see": self.needed.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cadences compared on the same luck.

    Attributes
    ----------
    version : str
        Of pipecast.
    scenario : Scenario
    seed, replications, kept : int
        ``kept``: how many of the first replications the percentiles, bands and shortfalls rest on.
    reference : str
        Name of the cadence that the others are compared with: steady.
    target : float
        The team's target for the year, in the scenario's unit.
    weeks : array of int
        Weeks of the weekly series, numbered from 1 for the year's first; 0 and below are warm-up.
    cadences : tuple of CadenceYear
        The reference first.
    contrasts : tuple of Contrast
    shortfalls : mapping of str to Shortfall
        By cadence; the first shortfall in the pipeline and in published revenue.
    stationarity : Stationarity
        Whether the warm-up had settled.
    interrupted : bool
        Whether the run was stopped before all replications asked for were made.
    narrow : bool or None
        Whether the interval became as narrow as was asked for; None where a number of replications was.
    projection : Projection
        What the reference's replications teach about the rest of the year; projected bookings come from it.
    """

    version: str
    scenario: Scenario
    seed: int
    replications: int
    kept: int
    reference: str
    target: float
    weeks: npt.NDArray[np.int64]
    cadences: tuple[CadenceYear, ...]
    contrasts: tuple[Contrast, ...]
    shortfalls: Mapping[str, Shortfall]
    stationarity: Stationarity
    projection: Projection
    interrupted: bool = False
    narrow: bool | None = None

    @property
    def year(self) -> int:
        """Which year under the cadences is looked at: 1 answers what a change of habit does now, 2 what the habit does."""
        return self.scenario.horizon.years

    def cadence(self, name: str) -> CadenceYear:
        """Return a cadence's year by its name; raises KeyError."""
        return {year.name: year for year in self.cadences}[name]

    def contrast(self, name: str, role: Role = "difference") -> Contrast:
        """Return the contrast of a cadence; raises KeyError.

        The ``hours`` effect of a cadence is asked for by the cadence's own name too.
        """
        of = {year.name: year.own_hours_of or year.name for year in self.cadences}
        return {(of[c.name], c.role): c for c in self.contrasts}[name, role]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON.

        The keys are told on the page about the JSON of a comparison.
        """
        return {
            "version": self.version,
            "seed": self.seed,
            "replications": self.replications,
            "kept": self.kept,
            "interrupted": self.interrupted,
            "narrow": self.narrow,
            "reference": self.reference,
            "target": self.target,
            "year": self.year,
            "scenario": self.scenario.model_dump(mode="json"),
            "weeks": [int(week) for week in self.weeks],
            "cadences": {year.name: year.to_dict() for year in self.cadences},
            "contrasts": [contrast.to_dict() for contrast in self.contrasts],
            "volatility": self._volatility(),
            "shortfalls": {name: shortfall.to_dict() for name, shortfall in self.shortfalls.items()},
            "stationarity": self.stationarity.to_dict(),
        }

    def _volatility(self) -> dict[str, Any]:
        """Return volatility split into luck (the reference's, same seeds) and rhythm (the excess)."""
        luck = self.cadence(self.reference).measures
        return {
            contrast.name: {
                period: {
                    "luck": luck[f"{period}_volatility"].to_dict(),
                    "rhythm": contrast.differences[f"{period}_volatility"].to_dict(),
                }
                for period in ("month", "quarter")
            }
            for contrast in self.contrasts
            if contrast.role == "difference"
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cadence and measure: value and interval, and the difference where there is one.

        Columns: cadence, measure, unit, mean, low, high, p10, p90, undefined, difference,
        difference_low, difference_high, variance_factor, reason.
        """
        import pandas as pd  # as late as it is needed: it takes long to load

        against = {contrast.name: contrast for contrast in self.contrasts if contrast.role != "rhythm"}
        rows = [
            {**year.row(name), **(against[year.name].row(name) if year.name in against else NOTHING)}
            for year in self.cadences
            for name in year.measures
        ]
        return pd.DataFrame(rows)
