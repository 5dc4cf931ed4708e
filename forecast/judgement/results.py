"""What commits and calls have been worth, as typed data: kept apart from the statistics, scored, and blended by skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.judgement.blending import Blend
from simulations.intervals import Estimate

if TYPE_CHECKING:
    import pandas as pd

#: Whose number it is: one of the whole team, one of an owner, or those of all owners added up.
TEAM, OWNER, SUM = "team", "owner", "all owners"


@dataclass(frozen=True, slots=True)
class Score:
    """How one kind of call did in periods that are over.

    Attributes
    ----------
    scope : {"team", "owner", "all owners"}
    kind : {"commit", "best case", "call"}
    cases, periods : int
        Calls, and periods in which they were made.
    error : float
        Mean absolute error: the continuous ranked probability score of a number without uncertainty.
    statistics_error : float or None
        Mean score of the statistical forecasts of the same moments and whom they concern; None where there are none.
    against_statistics : Estimate or None
        Error less that of the statistics, over the mean of what came; below 0 the call was better. By period.
    bias : Estimate or None
        Share of what was called that did not come; by period.
    reason : str
        Why an interval cannot be said, else empty.
    """

    scope: str
    kind: str
    cases: int
    periods: int
    error: float
    statistics_error: float | None
    against_statistics: Estimate | None
    bias: Estimate | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "scope": self.scope,
            "kind": self.kind,
            "cases": self.cases,
            "periods": self.periods,
            "error": self.error,
            "statistics_error": self.statistics_error,
            "against_statistics": None
            if self.against_statistics is None
            else self.against_statistics.to_dict(),
            "bias": None if self.bias is None else self.bias.to_dict(),
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True)
class OwnerBias:
    """How far an owner's calls lie above what came.

    Attributes
    ----------
    owner : str
    kind : str
    periods : int
        That are over.
    called, came : float
        Sums over them, of the mean call of each.
    bias : Estimate
        Share of a call that does not come, with its 95% interval; drawn toward the other owners.
    """

    owner: str
    kind: str
    periods: int
    called: float
    came: float
    bias: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "owner": self.owner,
            "kind": self.kind,
            "periods": self.periods,
            "called": self.called,
            "came": self.came,
            "bias": self.bias.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Blended:
    """The statistics moved toward a call by its weight.

    Attributes
    ----------
    scope, kind : str
        Of the call.
    made : Timestamp
        Day on which it was made.
    amount : float
        As it was made.
    blend : Blend
    mean, low, high : float
        Of the blended bookings, and the range of 8 of 10 draws.
    chance_of_target : float or None
    """

    scope: str
    kind: str
    made: pd.Timestamp
    amount: float
    blend: Blend
    mean: float
    low: float
    high: float
    chance_of_target: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "scope": self.scope,
            "kind": self.kind,
            "made": f"{self.made:%Y-%m-%d}",
            "amount": self.amount,
            **self.blend.to_dict(),
            "mean": self.mean,
            "p10": self.low,
            "p90": self.high,
            "chance_of_target": self.chance_of_target,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """Commits and calls beside the statistics.

    Attributes
    ----------
    unit : {"amount", "deals"}
    scores : tuple of Score
        Of each kind of call, in periods that are over.
    owners : tuple of OwnerBias
        The largest bias first.
    current : DataFrame
        The latest call of each kind for the period that is forecast: ``scope``, ``owner``, ``kind``, ``made``, ``amount``.
    blended : Blended or None
        None where no call for the whole team is current.
    statistics : float
        Mean of the statistical forecast, to which nothing was done.
    unsaid : mapping of str to str
        What cannot be said, and why: ``scores``, ``owners``, ``blended``.
    moments : int
        Past moments at which the statistical forecast was made again.
    """

    unit: str
    scores: tuple[Score, ...]
    owners: tuple[OwnerBias, ...]
    current: pd.DataFrame
    blended: Blended | None
    statistics: float
    unsaid: Mapping[str, str]
    moments: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        rows = self.current.assign(made=self.current["made"].dt.strftime("%Y-%m-%d"))
        return {
            "unit": self.unit,
            "scores": [score.to_dict() for score in self.scores],
            "owners": [owner.to_dict() for owner in self.owners],
            "current": rows.astype(object).where(rows.notna(), None).to_dict("records"),
            "blended": None if self.blended is None else self.blended.to_dict(),
            "statistics": self.statistics,
            "unsaid": dict(self.unsaid),
            "moments": self.moments,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each kind of call: its score beside that of the statistics."""
        import pandas as pd

        columns = ["scope", "kind", "cases", "periods", "error", "statistics_error"]
        rows = [[getattr(score, name) for name in columns] for score in self.scores]
        return pd.DataFrame(rows, columns=columns)
