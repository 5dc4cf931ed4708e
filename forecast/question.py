"""What a forecast is asked, and what cannot be answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forecast.bookings import Unit
from forecast.calibration.assumed import Assumed
from forecast.rollups.segments import BYS, By
from forecast.targets.required import CONFIDENCE
from simulations.errors import BadInput, Problem

DRAWS, SEED = 10_000, 1
FEWEST_DRAWS = 100
#: Beyond, a history of some years says nothing, and the steps of the win curves become too wide to be right.
LONGEST_AHEAD = pd.Timedelta(days=5 * 366)
TOO_FAR = "must lie within five years of the moment of knowledge, {moment:%Y-%m-%d}"
Day = dt.date | dt.datetime | str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the inputs of a forecast.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    start, end : Timestamp
        First and last day of the period, both inside.
    unit : {"amount", "deals"}
    target : float or None
    targets : tuple of float
        Multiples of the mean of the bookings for which chances are given.
    draws, seed : int
    country : str or None
        Whose public holidays count.
    by : tuple of str
        Parts by which bookings are given as well.
    confidence : float
        With which the target is to be reached, for what it asks for.
    risks : int
        How many of the open deals are listed that move the chance of the target most.
    since : Timestamp or None
        First instant that is not known to the earlier call that the walk to target is held against; None for no walk.
    assumed : Assumed or None
        What stands in where the history is too short to teach.
    """

    moment: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp
    unit: Unit
    target: float | None
    targets: tuple[float, ...]
    draws: int
    seed: int
    country: str | None = None
    by: tuple[By, ...] = ()
    confidence: float = CONFIDENCE
    risks: int = 0
    since: pd.Timestamp | None = None
    assumed: Assumed | None = None

    @property
    def after(self) -> pd.Timestamp:
        """The first instant after the period."""
        return self.end + pd.Timedelta(days=1)

    def to_dict(self) -> dict[str, Any]:
        """Return the inputs as plain values."""
        return {
            "as_of": self.moment.isoformat(),
            "start": f"{self.start:%Y-%m-%d}",
            "end": f"{self.end:%Y-%m-%d}",
            "unit": self.unit,
            "target": self.target,
            "targets": list(self.targets),
            "draws": self.draws,
            "country": self.country,
            "by": list(self.by),
            "confidence": self.confidence,
            "since": None if self.since is None else self.since.isoformat(),
            "assumed": None if self.assumed is None else self.assumed.to_dict(),
        }


def check(asked: Asked) -> None:
    """Refuse what cannot be answered, all problems at once."""
    problems = [*_period_problems(asked), *_target_problems(asked)]
    if asked.draws < FEWEST_DRAWS:
        problems.append(_problem("draws", str(asked.draws), f"must be {FEWEST_DRAWS} or more"))
    if asked.seed < 0:
        problems.append(_problem("seed", str(asked.seed), "must be 0 or more"))
    if asked.unit not in ("amount", "deals"):
        problems.append(_problem("unit", str(asked.unit), "must be amount or deals"))
    problems += [
        _problem("by", str(by), f"must be one of {', '.join(BYS)}") for by in asked.by if by not in BYS
    ]
    if problems:
        raise BadInput(problems)


def _target_problems(asked: Asked) -> Iterator[Problem]:
    if asked.target is not None and not 0 <= asked.target < float("inf"):
        yield _problem("target", f"{asked.target:g}", "must be 0 or more")
    if any(not 0 <= multiple < float("inf") for multiple in asked.targets):
        yield _problem("targets", str(asked.targets), "must be multiples of the mean, 0 or more")
    if not 0 < asked.confidence < 1:
        yield _problem("confidence", f"{asked.confidence:g}", "must be above 0 and below 1, such as 0.8")
    if asked.risks < 0:
        yield _problem("risks", str(asked.risks), "must be 0 or more")
    if asked.target is None and (asked.since is not None or asked.risks):
        what = "walk" if asked.since is not None else "risks"
        yield _problem(what, "", "needs a target")


def _period_problems(asked: Asked) -> Iterator[Problem]:
    found = f"{asked.end:%Y-%m-%d}"
    if asked.end < asked.start:
        yield _problem("end", found, f"must not be before the first day, {asked.start:%Y-%m-%d}")
    if asked.after - asked.moment > LONGEST_AHEAD:
        yield _problem("end", found, TOO_FAR.format(moment=asked.moment))
    if asked.since is not None and asked.since >= asked.moment:
        allowed = f"must be before the moment of knowledge, {asked.moment:%Y-%m-%d %H:%M}"
        yield _problem("since", f"{asked.since:%Y-%m-%d %H:%M}", allowed)


def _problem(name: str, value: str, allowed: str) -> Problem:
    return Problem("the question", "", name, value, allowed)
