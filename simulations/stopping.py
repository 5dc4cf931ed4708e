"""When enough years were simulated: once the interval of a chosen measure is narrow enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulations.errors import BadInput, Problem
from simulations.gathering import NAMES, Gathering
from simulations.intervals import Estimate

MOST_REPLICATIONS = (1 << 32) - 1
#: Replications below which nothing is stopped unless told.
FEWEST = 50
#: The interval is looked at after every so many replications.
EVERY = 10


@dataclass(frozen=True, slots=True)
class UntilNarrow:
    """As many replications as it takes.

    Attributes
    ----------
    half_width : float
        Half the 95% interval that is asked for, as a share of the reference's mean: of the paired difference of
        every cadence, or of the reference itself where nothing is compared with it.
    measure : str
        By the names of `simulations.measures.MEASURES`.
    fewest, most : int
        Bounds; ``most`` ends the run even where the interval is still wider.

    Notes
    -----
    Looking at an interval until it is narrow makes it hold the truth a little less often than 95%; with 50
    replications or more the difference does not matter (Chow & Robbins 1965).
    """

    half_width: float
    measure: str = "total"
    fewest: int = FEWEST
    most: int = 10_000

    def check(self) -> None:
        """Refuse what cannot be met; raises BadInput."""
        wrong = [
            ("measure", self.measure, "must be a measure, such as total", self.measure in NAMES),
            (
                "half_width",
                f"{self.half_width:g}",
                "must be above 0 and finite",
                0 < self.half_width < math.inf,
            ),
            ("fewest", str(self.fewest), f"must be from 2 to {self.most}", 2 <= self.fewest <= self.most),  # noqa: PLR2004 - an interval needs two
            ("most", str(self.most), f"must be at most {MOST_REPLICATIONS}", self.most <= MOST_REPLICATIONS),
        ]
        problems = [Problem("", "", name, value, allowed) for name, value, allowed, fine in wrong if not fine]
        if problems:
            raise BadInput(problems)

    def reached(self, gathering: Gathering) -> bool:
        """Return whether the run ends here: a look is due, and every watched interval is narrow enough."""
        done = gathering.replications
        return done >= self.fewest and done % EVERY == 0 and self.is_narrow(gathering)

    def is_narrow(self, gathering: Gathering) -> bool:
        """Return whether every watched interval is as narrow as was asked for."""
        return self._widest(gathering) <= 1.0

    def expected(self, gathering: Gathering) -> int:
        """Return how many replications it will take, as far as those gathered so far tell: widths fall as 1 / sqrt(n)."""
        done, widest = gathering.replications, self._widest(gathering)
        if not math.isfinite(widest):
            return self.most
        needed = math.ceil(done * widest * widest / EVERY) * EVERY
        return max(done, min(max(needed, self.fewest), self.most))

    def _widest(self, gathering: Gathering) -> float:
        """Return the widest of the watched intervals over what is asked for; infinite where one is undefined."""
        at = NAMES.index(self.measure)
        reference = next(iter(gathering.cadences))
        own = gathering.cadences[reference].measures.estimate(at)
        pairs = [moments for (_, against), moments in gathering.pairs.items() if against == reference]
        halves = [_half(found) for found in [moments.estimate(at) for moments in pairs] or [own]]
        if max(halves) == 0.0:
            return 0.0
        asked = self.half_width * abs(own.mean)
        return max(halves) / asked if asked > 0 else math.inf


def _half(estimate: Estimate) -> float:
    """Return half the interval; infinite where it is not defined."""
    half = (estimate.high - estimate.low) / 2
    return half if math.isfinite(half) else math.inf
