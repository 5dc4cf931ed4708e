"""The last useful creation date: after it, what is newly created can hardly book in the period any more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from forecast.calibration.draws import Calibration
from forecast.calibration.hazards import Hazards
from forecast.calibration.records import Floats
from forecast.calibration.win_curves import win_curves
from forecast.calibration.workdays import EPOCH

#: Shares of those won ever that must still be won by the period's end: on the last useful day, and on the half-way one.
USEFUL, HALF = 0.1, 0.5
#: Clock days of the first win curve looked at, and of the longest.
SHORTEST, LONGEST = 16.0, 5 * 366.0
#: Parameter draws that are looked at, the mean first, and the share of them that may never get there.
_DRAWS, _FEW = 101, 0.025


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

    Assumed: what will be created is won as what was (Aalen & Johansen 1978).

    Parameters
    ----------
    calibration : Calibration
    end : float
        First moment after the period, days since 1970-01-01.
    """
    lag, half = _lags(calibration, (USEFUL, HALF))
    early, late = np.quantile(lag[1:], (1 - _FEW, _FEW), method="nearest")
    day = _day(calibration, end, lag[0])
    return LastUseful(
        day, _day(calibration, end, early), _day(calibration, end, late), _day(calibration, end, half[0]),
        passed=day is not None and (day - EPOCH).days + 1 <= calibration.records.moment,
    )  # fmt: skip


def _lags(calibration: Calibration, shares: tuple[float, ...]) -> Floats:
    """Return the clock days within which shares of those ever won are won, shares x parameter draws; inf if never.

    Each is read off the first win curve that is long enough, because a curve's steps grow with its length.
    """
    entry, hazards = calibration.creation.entry, calibration.curves.hazards
    stages = np.flatnonzero(entry > 0)
    few = Hazards(hazards.edges, hazards.rate[:_DRAWS])
    ever = calibration.curves.ever(stages, np.zeros(len(stages)))[:_DRAWS] @ entry[stages]
    lags, horizon = np.full((len(shares), len(ever)), np.inf), SHORTEST
    while np.isinf(lags).mean(axis=1).max() > _FEW and horizon <= LONGEST:
        curves = win_curves(few, horizon)
        won = np.einsum("s,pst->pt", entry[stages], curves.fresh[:, stages, :])
        for found, share in zip(lags, shares, strict=True):
            reached = np.isinf(found) & (ever > 0) & (won[:, -1] >= share * ever)
            found[reached] = _crossed(won[reached], share * ever[reached]) * curves.step
        horizon *= 2
    return lags


def _crossed(curve: Floats, goal: Floats) -> Floats:
    """Return at which point of its grid each curve reaches its goal, between points linearly; it does."""
    rows, place = np.arange(len(curve)), np.argmax(curve >= goal[:, None], axis=1)
    before = curve[rows, place - 1]
    return np.asarray(place - 1 + (goal - before) / (curve[rows, place] - before))


def _day(calibration: Calibration, end: float, lag: float) -> dt.date | None:
    """Return the last day on which the clock stands at least so far before the end; None where it never does."""
    if not np.isfinite(lag):
        return None
    clock = calibration.clock
    goal = float(clock.at(end)) - float(lag)
    days = clock.first + np.arange(len(clock.passed))
    at = goal + clock.first if goal < 0 else float(np.interp(goal, clock.passed, days))
    return EPOCH + dt.timedelta(days=int(np.floor(at)))
