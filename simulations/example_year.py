"""One simulated year of a comparison, shown as the example: what a single team would have lived through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulations.comparison import Comparison
from simulations.measures import measure
from simulations.plan import make_plan
from simulations.reference import simulate
from simulations.weekly import SERIES

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ExampleYear:
    """One replication of one cadence.

    Attributes
    ----------
    name : str
        The cadence's name in the comparison.
    replication : int
        Which one; counted from 0.
    weekly : mapping of str to array
        By the names of `simulations.weekly.SERIES`; weeks as in `Comparison.weeks`.
    published_to_date : array of 12
        Revenue recognised from the year's start to each month's end.
    booked, in_period, expected_new : array of 52
        At each week's end: bookings since the year's start; the open pipeline calibrated in period; what
        is expected of opportunities not yet created.
    """

    name: str
    replication: int
    weekly: Mapping[str, Floats]
    published_to_date: Floats
    booked: Floats
    in_period: Floats
    expected_new: Floats

    @property
    def projected(self) -> Floats:
        """Projected bookings at each week's end: the three parts together."""
        return self.booked + self.in_period + self.expected_new


@dataclass(frozen=True, slots=True)
class ExamplePair:
    """The same replication, hence the same luck, under the reference and under another cadence."""

    reference: ExampleYear
    other: ExampleYear


def example_pair(comparison: Comparison, name: str) -> ExamplePair:
    """Simulate the example of a cadence again: the arrow's replication, the first where no arrow is drawn.

    Parameters
    ----------
    comparison : Comparison
    name : str
        A calendar or reactive cadence of the comparison.
    """
    shortfall = comparison.shortfalls.get(name)
    replication = shortfall.arrow.replication if shortfall and shortfall.arrow else 0
    reference, other = (_example(comparison, arm, replication) for arm in (comparison.reference, name))
    return ExamplePair(reference, other)


def _example(comparison: Comparison, name: str, replication: int) -> ExampleYear:
    scenario, cadence = comparison.scenario, comparison.cadence(name).cadence
    year = measure(make_plan(scenario), simulate(scenario, cadence, comparison.seed, replication))
    weekly = dict(zip(SERIES, year.weekly, strict=True))
    return ExampleYear(
        name=name,
        replication=replication,
        weekly=weekly,
        published_to_date=np.cumsum(year.revenue_by_month),
        booked=year.pipeline.booked,
        in_period=comparison.projection.in_period(year.pipeline.open_by_class),
        expected_new=comparison.projection.new_value,
    )
