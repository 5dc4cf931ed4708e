"""What stands in where a history is too short to teach: a win rate and a cycle, stated by whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.calibration.hazards import Stays
from forecast.calibration.records import Floats, Records
from simulations.errors import BadInput, Problem

#: Closed opportunities and wins below which a history teaches no chances.
FEWEST_CLOSED, FEWEST_WON = 20, 5
#: Shape of the gamma distribution of cycles: their coefficient of variation is 0.7.
SHAPE = 2.0
#: Causes of leaving the one stage of a pipeline whose stages are not told apart.
WON, LOST = 1, 2
LONGEST_CYCLE = 5 * 366


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a pipeline.

    Attributes
    ----------
    win_rate : float
        Share of the opportunities that are won some day, above 0 and at most 1.
    cycle_days : float
        Median days from creation to won, above 0.
    """

    win_rate: float
    cycle_days: float

    def __post_init__(self) -> None:
        """Refuse what is no win rate or no cycle.

        Raises
        ------
        BadInput
            With what is allowed.
        """
        problems = []
        if not 0 < self.win_rate <= 1:
            problems.append(_problem("win rate", self.win_rate, "must be above 0 and at most 1, such as 0.2"))
        if not 0 < self.cycle_days <= LONGEST_CYCLE:
            problems.append(
                _problem("cycle", self.cycle_days, "must be days, above 0 and at most five years")
            )
        if problems:
            raise BadInput(problems)

    def to_dict(self) -> dict[str, float]:
        """Return both numbers."""
        return {"win_rate": self.win_rate, "cycle_days": self.cycle_days}

    def added_to(self, stays: Stays) -> Stays:
        """Return stays with the assumption among them, as if it had been seen.

        A conjugate prior written as data (Bedrick, Christensen and Johnson 1996), worth `FEWEST_CLOSED` closed
        opportunities or a few more: won ones at the middles of equal parts of a gamma distribution of cycles of shape 2
        and the median assumed, lost ones likewise, as many as the win rate asks for. Assumed: losses take as long as
        wins, and stages are not told apart. What was really seen counts beside it deal for deal, so that the assumption
        fades as opportunities close.

        Parameters
        ----------
        stays : Stays
            Of a pipeline of one stage.
        """
        wins = max(round(FEWEST_CLOSED * self.win_rate), 1)
        losses = round(wins / self.win_rate) - wins
        ages = np.concatenate((self._ages(wins), self._ages(losses)))
        cause = np.repeat(np.array([WON, LOST], dtype=np.int64), [wins, losses])
        nothing = np.zeros(len(ages))
        ago = stays.end if stays.ago is None else stays.ago
        return Stays(
            np.concatenate((stays.stage, nothing.astype(np.int64))), np.concatenate((stays.begin, nothing)),
            np.concatenate((stays.end, ages)), np.concatenate((stays.cause, cause)), np.concatenate((ago, ages)),
        )  # fmt: skip

    def _ages(self, count: int) -> Floats:
        from scipy.special import gammaincinv

        middles = gammaincinv(SHAPE, (np.arange(count) + 0.5) / max(count, 1))
        return np.asarray(self.cycle_days * middles / gammaincinv(SHAPE, 0.5), dtype=np.float64)


def too_few(known: Records) -> str:
    """Return how much is closed and won where that teaches too little, else nothing."""
    closed, won = int((~known.is_open).sum()), int(known.won.sum())
    return "" if closed >= FEWEST_CLOSED and won >= FEWEST_WON else f"{closed:,} closed, {won:,} won"


def refused(known: Records, found: str) -> BadInput:
    """Return the refusal of a history that teaches too little, with what would help."""
    before = f"before {pd.Timestamp(known.moment, unit='D').round('s'):%Y-%m-%d %H:%M}"
    won, closed = int(known.won.sum()), int((~known.is_open).sum())
    missing = (
        "look which stages or status words mean won, and name them in a mapping file"
        if closed >= FEWEST_CLOSED and not won
        else "export a longer history, or closed opportunities too"
    )
    allowed = (
        f"a forecast needs at least {FEWEST_CLOSED} closed opportunities, {FEWEST_WON} of them won; {missing}. Or state "
        "what you assume until then: --assume-win-rate and --assume-cycle-days (in Python: assumed=Assumed(win_rate, cycle_days)); published teams win 0.2 to 0.3 of their "
        "opportunities, in 60 to 70 days"
    )
    return BadInput([Problem("the opportunities", before, "outcome", found, allowed)])


def _problem(name: str, value: float, allowed: str) -> Problem:
    return Problem("what is assumed", "", name, f"{value:g}", allowed)
