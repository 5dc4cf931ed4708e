"""Whether the warm-up had settled before the year began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulations.intervals import Estimate, plain

STANDARD_ERRORS = 3.0
MOST_LOAD = 0.95


@dataclass(frozen=True, slots=True)
class Stationarity:
    """The open pipeline of the warm-up's last two quarters, and the work offered to the reps.

    Attributes
    ----------
    quarter_before_last, last_quarter : Estimate
        Mean open value of the 13 weeks each, over the replications.
    standard_errors : float
        Their mean paired difference over its standard error; nan with fewer than two replications.
    offered_load : float
        Work offered at no waiting, as a share of the working hours; prospecting and reviews included.
    """

    quarter_before_last: Estimate
    last_quarter: Estimate
    standard_errors: float
    offered_load: float

    @property
    def stationary(self) -> bool:
        """Whether neither warning applies."""
        return not self.drifting and not self.overloaded

    @property
    def drifting(self) -> bool:
        """Whether the two quarters differ by more than 3 standard errors."""
        return abs(self.standard_errors) > STANDARD_ERRORS

    @property
    def overloaded(self) -> bool:
        """Whether the work offered exceeds 95% of the hours."""
        return self.offered_load > MOST_LOAD

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: ``quarter_before_last``, ``last_quarter``, ``standard_errors``, ``offered_load``, ``drifting``, ``overloaded``."""
        return {
            "quarter_before_last": self.quarter_before_last.to_dict(),
            "last_quarter": self.last_quarter.to_dict(),
            "standard_errors": plain(self.standard_errors),
            "offered_load": plain(self.offered_load),
            "drifting": self.drifting,
            "overloaded": self.overloaded,
        }
