"""How long a stage takes those that advance from it: beyond, an opportunity is stuck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calibration.records import CENSORED, Records
from forecast.calibration.streams import stream
from forecast.incidence import LOST, WON, Fates, incidence
from simulations.intervals import Estimate

#: The share of those that advanced which had done so by the limit, and the fewest that may say so.
LATE, FEWEST_ADVANCED = 0.9, 20
_DRAWS, _RANGE = 400, (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class StageLimit:
    """Days within which 9 of 10 of those that advance from a stage do.

    Attributes
    ----------
    stage : str
    days : Estimate or None
        With its 95% interval; None where fewer than 20 advanced.
    advanced : int
    """

    stage: str
    days: Estimate | None
    advanced: int


def stage_limits(known: Records, seed: int) -> dict[str, StageLimit]:
    """Return the limit of each stage.

    The 90% quantile of the days in the stage of those that advanced or were won from it, by the Aalen-Johansen estimator
    (`forecast.incidence.incidence`): who is still in the stage is censored, who is lost or moved back competes.

    Parameters
    ----------
    known : Records
    seed : int
    """
    return {stage: _limit(known, place, seed) for place, stage in enumerate(known.stages)}


def _limit(known: Records, place: int, seed: int) -> StageLimit:
    visits = known.visits
    here = (visits.stage == place) & (visits.left >= known.starts)
    end = (visits.left - visits.entered)[here]
    begin = np.clip(known.starts - visits.entered[here], 0.0, end)
    following = visits.next[here]
    ahead = (following > place) & (following <= len(known.stages))
    cause = np.where(following == CENSORED, CENSORED, np.where(ahead, WON, LOST))
    stage, advanced = known.stages[place], int(ahead.sum())
    if advanced < FEWEST_ADVANCED:
        return StageLimit(stage, None, advanced)
    fates = Fates(begin, end, cause.astype(np.int64), visits.entered[here])
    days = incidence(fates, _DRAWS, stream(seed, f"days in {stage}")).quantiles((LATE,))[:, 0]
    low, high = np.quantile(days[1:], _RANGE)
    return StageLimit(stage, Estimate(float(days[0]), float(low), float(high), advanced), advanced)
