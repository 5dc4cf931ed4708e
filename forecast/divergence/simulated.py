"""A simulated year week by week: projected bookings against the target, and the arrow to published revenue."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulations.calendar import WEEK_DAYS, timeline
from simulations.comparison import Comparison
from simulations.example_year import ExampleYear, example_pair
from simulations.intervals import plain
from simulations.scenario.model import Cadence
from simulations.shortfall import NEVER_FALLS, Shares, Shortfall, first_below

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SimulatedWeek:
    """One week's end of a simulated year; values in the scenario's unit.

    Attributes
    ----------
    week : int
        Of the year, from 1.
    ends : date
        Its last day.
    booked, open, new : float
        Means over the cadence's replications: booked since the year's start, the open pipeline
        calibrated in period, expected of opportunities not yet created.
    projected, low, high : float
        Mean of the three together, and its 10th and 90th percentile over the replications.
    example_booked, example_open, example_new : float
        The parts of the example's own path.
    edge : float
        Lower edge of the simultaneous band: 90% of steady years never have projected bookings below it.
    """

    week: int
    ends: dt.date
    booked: float
    open: float
    new: float
    projected: float
    low: float
    high: float
    example_booked: float
    example_open: float
    example_new: float
    edge: float

    @property
    def example_projected(self) -> float:
        """Projected bookings of the example: its three parts together."""
        return self.example_booked + self.example_open + self.example_new


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """One month's published revenue; values in the scenario's unit, from the year's start.

    Attributes
    ----------
    month : int
        Of the year, from 1.
    week : int
        Week of the year, from 1, in which it is published; the last ones lie after the year.
    mean, low, high : float
        Published to date over the cadence's replications: mean, 10th and 90th percentile.
    example : float
        Of the example.
    edge : float
        Lower edge of the simultaneous band of steady years.
    """

    month: int
    week: int
    mean: float
    low: float
    high: float
    example: float
    edge: float


@dataclass(frozen=True, slots=True)
class SimulatedYear:
    """One cadence's year against the plan, which is the steady year.

    Attributes
    ----------
    name : str
        Of the cadence in the comparison.
    cadence : Cadence
        Its rule.
    unit : str
        What is counted: the currency, or ``deals``.
    target : float
        The team's target for the year.
    example : int
        The replication shown as the example, from 0: the arrow's, the first where no arrow is drawn.
    weeks : tuple of SimulatedWeek
    months : tuple of PublishedMonth
    pipeline_week, published_week : int or None
        Weeks of the year, from 1, in which the example's projected bookings, and its published revenue,
        first lie below their bands; None where they never do.
    weeks_between : int or None
        Weeks that the pipeline was earlier, where an arrow is drawn; negative where it was later.
    reason : str
        Why no arrow is drawn (a key of `simulations.wording.REASONS`), else empty.
    shares, steady : Shares
        Shares of years in which the pipeline, published revenue, either and both fall short: of this
        cadence, and of steady, where they are false alarms.
    lead_weeks : tuple of (low, median, high) or None
        10th, 50th and 90th percentile of the weeks between over the years in which both fall short.
    seed, replications : int
        Of the comparison; ``replications``: as many as the bands rest on.
    version : str
        Of the program.
    """

    name: str
    cadence: Cadence
    unit: str
    target: float
    example: int
    weeks: tuple[SimulatedWeek, ...]
    months: tuple[PublishedMonth, ...]
    pipeline_week: int | None
    published_week: int | None
    weeks_between: int | None
    reason: str
    shares: Shares
    steady: Shares
    lead_weeks: tuple[float, float, float] | None
    seed: int
    replications: int
    version: str

    def at(self, week: int) -> SimulatedWeek:
        """Return a week by its number, from 1."""
        return self.weeks[week - 1]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "name": self.name,
            "cadence": self.cadence.model_dump(mode="json"),
            "unit": self.unit,
            "target": self.target,
            "example": self.example,
            "weeks": [_plain(week, example_projected=week.example_projected) for week in self.weeks],
            "months": [_plain(month) for month in self.months],
            "pipeline_week": self.pipeline_week,
            "published_week": self.published_week,
            "weeks_between": self.weeks_between,
            "reason": self.reason or None,
            "shares": self.shares.to_dict(),
            "steady": self.steady.to_dict(),
            "lead_weeks": None if self.lead_weeks is None else list(self.lead_weeks),
            "seed": self.seed,
            "replications": self.replications,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a week: the fields of `SimulatedWeek`, ``example_projected`` and ``target``."""
        import pandas as pd

        rows = [
            {**asdict(week), "example_projected": week.example_projected, "target": self.target}
            for week in self.weeks
        ]
        return pd.DataFrame(rows).set_index("week")


def _plain(row: SimulatedWeek | PublishedMonth, **more: float) -> dict[str, Any]:
    whole = {**asdict(row), **more}
    return {
        name: value.isoformat()
        if isinstance(value, dt.date)
        else plain(value)
        if isinstance(value, float)
        else value
        for name, value in whole.items()
    }


def simulated_year(comparison: Comparison, name: str) -> SimulatedYear:
    """Return a cadence's year against the plan; its example is simulated again.

    Parameters
    ----------
    comparison : Comparison
    name : str
        A cadence of the comparison; the reference is held against its own band.

    Raises
    ------
    KeyError
        No cadence has this name.
    """
    shortfall = comparison.shortfalls[name]
    example, scenario = example_pair(comparison, name).other, comparison.scenario
    pipeline, published = _first_weeks(shortfall, example)
    return SimulatedYear(
        name=name,
        cadence=comparison.cadence(name).cadence,
        unit=scenario.currency if scenario.unit == "amount" else "deals",
        target=comparison.target,
        example=example.replication,
        weeks=_weeks(comparison, name, example),
        months=_months(comparison, name, example),
        pipeline_week=pipeline,
        published_week=published,
        weeks_between=None if shortfall.arrow is None else shortfall.arrow.weeks,
        reason=shortfall.reason,
        shares=shortfall.shares,
        steady=shortfall.steady,
        lead_weeks=shortfall.lead_weeks,
        seed=comparison.seed,
        replications=comparison.kept,
        version=comparison.version,
    )


def _first_weeks(shortfall: Shortfall, example: ExampleYear) -> tuple[int | None, int | None]:
    """Return the weeks, from 1, in which the example's two figures first lie below their bands."""
    look = int(first_below(example.projected[None, :], shortfall.pipeline_edge)[0])
    month = int(first_below(example.published_to_date[None, :], shortfall.published_edge)[0])
    return (
        None if look == NEVER_FALLS else look + 1,
        None if month == NEVER_FALLS else int(shortfall.published_weeks[month]),
    )


def _weeks(comparison: Comparison, name: str, example: ExampleYear) -> tuple[SimulatedWeek, ...]:
    year, line = comparison.cadence(name), timeline(comparison.scenario)
    projected, new = year.projected, comparison.projection.new_value
    inside = (comparison.weeks >= 1) & (comparison.weeks <= new.size)
    booked = np.cumsum(year.weekly["bookings"].mean[inside])
    edge = comparison.shortfalls[name].pipeline_edge
    return tuple(
        SimulatedWeek(
            week=at + 1,
            ends=line.date_of(line.year_start_day + WEEK_DAYS * (at + 1) - 1),
            booked=float(booked[at]),
            open=float(projected.mean[at] - booked[at] - new[at]),
            new=float(new[at]),
            projected=float(projected.mean[at]),
            low=float(projected.p10[at]),
            high=float(projected.p90[at]),
            example_booked=float(example.booked[at]),
            example_open=float(example.in_period[at]),
            example_new=float(example.expected_new[at]),
            edge=float(edge[at]),
        )
        for at in range(new.size)
    )


def _months(comparison: Comparison, name: str, example: ExampleYear) -> tuple[PublishedMonth, ...]:
    band, shortfall = comparison.cadence(name).published_to_date, comparison.shortfalls[name]
    return tuple(
        PublishedMonth(
            month=at + 1,
            week=int(shortfall.published_weeks[at]),
            mean=float(band.mean[at]),
            low=float(band.p10[at]),
            high=float(band.p90[at]),
            example=float(example.published_to_date[at]),
            edge=float(shortfall.published_edge[at]),
        )
        for at in range(band.mean.size)
    )
