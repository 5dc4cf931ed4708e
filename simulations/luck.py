"""The luck of one replication that all cadences share: the market's weeks, the sawtooth's phase, the dealing."""

from __future__ import annotations

from simulations import rules
from simulations.calendar import WEEK_DAYS
from simulations.plan import Plan
from simulations.randomness import (
    PHASE,
    SERIES_MARKET,
    SERIES_PHASE,
    environment_birth,
    uniform,
)
from simulations.staffing import Staffing, staffing_of


class Luck:
    """Keyed draws of the environment of one replication.

    Parameters
    ----------
    plan : Plan
        The scenario, made flat.
    seed : int
        64 bits.
    replication : int
        32 bits.
    staffing : Staffing, optional
        Who is there, where it is known already.
    """

    def __init__(self, plan: Plan, seed: int, replication: int, staffing: Staffing | None = None) -> None:
        self.plan = plan
        self.seed = seed
        self.replication = replication
        self._factors: list[float] = []
        self._staffing = staffing
        self._z = 0.0

    @property
    def staffing(self) -> Staffing:
        """Who is there in this replication."""
        if self._staffing is None:
            self._staffing = staffing_of(self.plan, self.seed, self.replication)
        return self._staffing

    def market(self, week: int) -> float:
        """Return the market's factor in a week counted from the start of the warm-up: slow x week noise."""
        while len(self._factors) <= week:
            self._factors.append(self._next_week(len(self._factors)))
        return self._factors[week]

    def market_of_year(self) -> list[float]:
        """Return the market's factor in each week of the year."""
        line = self.plan.timeline
        return [self.market(line.year_start_week + week) for week in range(line.year_weeks)]

    def _next_week(self, week: int) -> float:
        terms = self.plan.regime(week * WEEK_DAYS).terms
        birth = environment_birth(SERIES_MARKET, 0, week)
        rho = terms.market_rho if week else 0.0
        self._z = rules.slow_step(self._z, rho, self.seed, self.replication, birth)
        return rules.market_factor(
            self._z, terms.market_sigma, terms.week_cv, self.seed, self.replication, birth
        )

    def phase(self, seat: int, period_weeks: int) -> int:
        """Return the week of the wave, from 0 to the period, at which a seat's (or the team's) year begins."""
        birth = environment_birth(SERIES_PHASE, seat, 0)
        return int(uniform(self.seed, self.replication, birth, 0, PHASE, 0) * period_weeks)

    def dealt_to(self, birth: int, day: int) -> int | None:
        """Return the seat that an inbound lead of a day goes to: of those held, the highest keyed score; None of none."""
        return max(
            self.staffing.present(day),
            key=lambda seat: rules.dealing_score(self.seed, self.replication, birth, seat),
            default=None,
        )
