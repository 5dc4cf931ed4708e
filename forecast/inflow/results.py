"""What enters the pipeline and what becomes of it, as typed data: the whole, and segment by segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.cycle import Cycle
from forecast.inflow.dimensions import By
from simulations.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd

#: Every measure of a segment, and what it is.
MEASURES: Mapping[str, str] = {
    "conversion": "share of the opportunities that are won within the horizon",
    "conversion_trend": "by how much that share changes over a quarter of creation",
    "cycle": "days from creation to won, in the middle case",
    "cycle_trend": "by which share cycles change over a quarter of creation",
    "per_week": "new opportunities a week",
    "per_week_trend": "by which share that changes over a quarter",
    "value_per_week": "amount of the new opportunities a week",
    "value_per_week_trend": "by which share that changes over a quarter",
    "conversion_against_rest": "conversion less that of all other opportunities",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """What enters of one kind, and what becomes of it; each number with its 95% interval, or None with a reason.

    Attributes
    ----------
    name : str
    created, won, lost, open : int
        Opportunities that the rest was learned from.
    conversion : Estimate or None
        Share won within the horizon, 0 to 1.
    conversion_trend : Estimate or None
        Its change over a quarter of creation: 0.05 is five points more.
    cycle : Cycle or None
        Of those won within the horizon.
    cycle_trend : Estimate or None
        Change of the cycle over a quarter of creation, as a share.
    per_week, value_per_week : Estimate or None
        New opportunities a week and their amount, over the weeks looked at.
    per_week_trend, value_per_week_trend : Estimate or None
        Change over a quarter, as a share.
    conversion_against_rest : Estimate or None
        Conversion less that of all other opportunities.
    stands_out : bool
        Whether that difference holds for all segments told apart together (Bonferroni), not just for this one.
    unsaid : mapping of str to str
        Measure -> why it cannot be said.
    """

    name: str
    created: int
    won: int
    lost: int
    open: int
    conversion: Estimate | None
    conversion_trend: Estimate | None
    cycle: Cycle | None
    cycle_trend: Estimate | None
    per_week: Estimate | None
    per_week_trend: Estimate | None
    value_per_week: Estimate | None
    value_per_week_trend: Estimate | None
    conversion_against_rest: Estimate | None
    stands_out: bool
    unsaid: Mapping[str, str]

    def numbers(self) -> Iterator[tuple[str, Estimate | None]]:
        """Yield every measure with its number; of the cycle the middle case."""
        for name in MEASURES:
            if name == "cycle":
                middle = None if self.cycle is None else self.cycle.median
                wins = self.won
                yield name, None if middle is None else Estimate(middle.days, middle.low, middle.high, wins)
            else:
                yield name, getattr(self, name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        numbers = {name: None if found is None else found.to_dict() for name, found in self.numbers()}
        return {
            "name": self.name,
            "created": self.created,
            "won": self.won,
            "lost": self.lost,
            "open": self.open,
            **numbers,
            "cycle": None if self.cycle is None else self.cycle.to_dict(),
            "stands_out": self.stands_out,
            "unsaid": dict(self.unsaid),
        }


@dataclass(frozen=True, slots=True)
class Inflow:
    """What enters, how long it takes and how much of it is won.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    since : Timestamp or None
        Only what was created from then on was looked at; None for all.
    horizon : float
        Days within which a win counts: the age to which opportunities have been followed.
    complete : bool
        Whether every opportunity has ended by then, so that no win can come later.
    weeks : int
        Whole weeks before the moment over which new opportunities are counted.
    whole : Segment
    by : mapping of str to tuple of Segment
        Segments by what tells them apart, the largest first.
    unsaid : mapping of str to str
        By what they cannot be told apart, and why.
    seed : int
    version : str
        Of the program.
    """

    moment: pd.Timestamp
    since: pd.Timestamp | None
    horizon: float
    complete: bool
    weeks: int
    whole: Segment
    by: Mapping[By, tuple[Segment, ...]]
    unsaid: Mapping[By, str]
    seed: int
    version: str

    def segments(self) -> Iterator[tuple[str, Segment]]:
        """Yield every segment with what tells it apart; first the whole, by ``all``."""
        yield "all", self.whole
        for by, segments in self.by.items():
            yield from ((by, segment) for segment in segments)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "as_of": self.moment.isoformat(),
            "since": None if self.since is None else self.since.isoformat(),
            "horizon_days": self.horizon,
            "complete": self.complete,
            "weeks": self.weeks,
            "whole": self.whole.to_dict(),
            "by": {by: [segment.to_dict() for segment in segments] for by, segments in self.by.items()},
            "unsaid": dict(self.unsaid),
            "seed": self.seed,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each segment and measure: ``by``, ``segment``, ``measure``, ``mean``, ``low``, ``high``, ``reason``."""
        import pandas as pd

        rows = [
            (by, segment.name, name, *_bounds(found), segment.unsaid.get(name, ""))
            for by, segment in self.segments()
            for name, found in segment.numbers()
        ]
        return pd.DataFrame(rows, columns=["by", "segment", "measure", "mean", "low", "high", "reason"])


def _bounds(found: Estimate | None) -> tuple[float, float, float]:
    nothing = float("nan")
    return (nothing, nothing, nothing) if found is None else (found.mean, found.low, found.high)
