"""Replications folded into summaries one by one, in replication order, in constant memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulations.intervals import RunningMoments
from simulations.measures import MEASURES, YearMeasures

Floats = npt.NDArray[np.float64]

#: Multiples of the team's target whose chance is reported.
TARGET_FACTORS = (0.8, 0.9, 1.0, 1.1, 1.2)
#: How many of the first replications are kept whole, for percentiles, bands and first shortfalls.
MOST_KEPT = 1_000
NAMES = tuple(MEASURES)


@dataclass(slots=True)
class Gathered:
    """What is kept of one cadence's replications.

    Attributes
    ----------
    measures : RunningMoments
        In the order of `MEASURES`.
    rep_years : RunningMoments
        Of the bookings of single seats: their mean and their mean square, a replication each.
    settling : RunningMoments
        Open value of the warm-up's last but one and last 13 weeks, and the second less the first.
    hits : array of int
        Replications that reach each of `TARGET_FACTORS`.
    open_by_class, won_by_class, new_value : array
        Summed over the replications; see `simulations.projection.PipelineYear`.
    kept : list of YearMeasures
        The first `MOST_KEPT` replications.
    """

    measures: RunningMoments = field(default_factory=lambda: RunningMoments.empty(len(NAMES)))
    rep_years: RunningMoments = field(default_factory=lambda: RunningMoments.empty(2))
    settling: RunningMoments = field(default_factory=lambda: RunningMoments.empty(3))
    hits: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(TARGET_FACTORS), dtype=np.int64))
    open_by_class: Floats = field(default_factory=lambda: np.zeros(()))
    won_by_class: Floats = field(default_factory=lambda: np.zeros(()))
    new_value: Floats = field(default_factory=lambda: np.zeros(()))
    kept: list[YearMeasures] = field(default_factory=list)

    def add(self, year: YearMeasures) -> None:
        """Fold in the next replication."""
        self.measures = self.measures.add(scalars(year))
        seats = year.bookings_by_seat
        self.rep_years = self.rep_years.add(np.array([seats.mean(), (seats**2).mean()]))
        before, last = year.settling
        self.settling = self.settling.add(np.array([before, last, last - before]))
        self.hits = self.hits + (year.scalars["attainment"] >= np.array(TARGET_FACTORS))
        self.open_by_class = self.open_by_class + year.pipeline.open_by_class
        self.won_by_class = self.won_by_class + year.pipeline.won_by_class
        self.new_value = self.new_value + year.pipeline.new_value
        if len(self.kept) < MOST_KEPT:
            self.kept.append(year)

    @property
    def rep_year_variance(self) -> float:
        """Variance of one seat's bookings in one year."""
        mean, square = self.rep_years.mean
        return float(square - mean * mean)


def scalars(year: YearMeasures) -> Floats:
    """Return one replication's measures as an array, in the order of `MEASURES`."""
    return np.array([year.scalars[name] for name in NAMES])


@dataclass(slots=True)
class Gathering:
    """All cadences of a comparison, and the differences of the pairs asked for.

    Attributes
    ----------
    cadences : mapping of str to Gathered
    pairs : mapping of (name, against) to RunningMoments
        Of the differences, in the order of `MEASURES`.
    """

    cadences: Mapping[str, Gathered]
    pairs: dict[tuple[str, str], RunningMoments]
    replications: int = 0

    @classmethod
    def of(cls, names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Gathering:
        """Return a gathering of nothing yet."""
        moments = {pair: RunningMoments.empty(len(NAMES)) for pair in pairs}
        return cls({name: Gathered() for name in names}, moments)

    def add(self, years: Mapping[str, YearMeasures]) -> None:
        """Fold in the next replication of every cadence."""
        for name, year in years.items():
            self.cadences[name].add(year)
        for (name, against), moments in self.pairs.items():
            self.pairs[name, against] = moments.add(scalars(years[name]) - scalars(years[against]))
        self.replications += 1
