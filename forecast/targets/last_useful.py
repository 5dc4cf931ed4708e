"""The last useful creation date: after it, what is newly created can hardly book in the period any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from forecast.calibration.draws import Calibration
from forecast.calibration.records import Floats
from forecast.calibration.win_curves import win_curves
from forecast.calibration.workdays import EPOCH

#: Shares of those won ever that must still be won by the period's end: on the last useful day, and on the half-way one.
USEFUL, HALF = 0.1, 0.5
#: Clock days of the first win curve looked at, and of the longest.
SHORTEST, LONGEST = 16.0, 5 * 366.0
#: Parameter draws that may never get there.
_FEW = 0.025


@dataclass(frozen=True, slots=True)
class LastUseful:
    """Until when new opportunities can still book in the period.

    Attributes
    ----------
    day : date or None
        Of what is created on a later day and won some day, fewer than one in ten is won by the period's end. None where
        nothing is ever won.
    low, high : date or None
        95% interval: what is not known of the win curves.
    half : date or None
        The same with one in two: most of what is created later books after the period.
    passed : bool
        Whether the day is over at the moment of knowledge.
    """

    day: dt.date | None
    low: dt.date | None
    high: dt.date | None
    half: dt.date | None
    passed: bool


def last_useful(calibration: Calibration, end: float) -> LastUseful:
    """Return until when what is created can still book before the end of a period.

    From the win curve of an opportunity that has just been created, averaged over the stages that such enter: the lag
    within which a tenth (and a half) of those that are won ever are won. Going back by it from the period's end, on
    the clock of winning, gives the day. It says when an *opportunity* must exist; the prospecting before it takes as
    long more as a lead takes to qualify, which an export of opportunities does not tell. The level of winning is 1.

    Parameters
    ----------
    calibration : Calibration
    end : float
        First moment after the period, days since 1970-01-01.
    """
    lag, half = _lags(calibration, USEFUL), _lags(calibration, HALF)
    early, late = np.quantile(lag[1:], (1 - _FEW, _FEW), method="nearest")
    day = _day(calibration, end, lag[0])
    return LastUseful(
        day, _day(calibration, end, early), _day(calibration, end, late), _day(calibration, end, half[0]),
        passed=day is not None and (day - EPOCH).days + 1 <= calibration.records.moment,
    )  # fmt: skip


def _lags(calibration: Calibration, share: float) -> Floats:
    """Return the clock days within which a share of those that are ever won is won, by parameter draw; inf if never."""
    entry = calibration.creation.entry
    stages = np.flatnonzero(entry > 0)
    goal = share * (calibration.curves.ever(stages, np.zeros(len(stages))) @ entry[stages])
    horizon = SHORTEST
    while True:
        curves = win_curves(calibration.curves.hazards, horizon)
        won = np.einsum("s,pst->pt", entry[stages], curves.fresh[:, stages, :])
        enough = (won[:, -1] >= goal) & (goal > 0)
        if enough.mean() >= 1 - _FEW or horizon >= LONGEST:
            break
        horizon *= 2
    rows, place = np.arange(len(won)), np.argmax(won >= goal[:, None], axis=1)
    before = won[rows, place - 1]
    gained = won[rows, place] - before
    part = np.divide(goal - before, gained, out=np.zeros_like(goal), where=gained > 0)
    return np.where(enough, (place - 1 + part) * curves.step, np.inf)


def _day(calibration: Calibration, end: float, lag: float) -> dt.date | None:
    """Return the last day on which the clock stands at least so far before the end; None where it never does."""
    if not np.isfinite(lag):
        return None
    clock = calibration.clock
    goal = float(clock.at(end)) - float(lag)
    days = clock.first + np.arange(len(clock.passed))
    at = goal + clock.first if goal < 0 else float(np.interp(goal, clock.passed, days))
    return EPOCH + dt.timedelta(days=int(np.floor(at)))
