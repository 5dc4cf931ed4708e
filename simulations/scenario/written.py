"""A cadence written in Python: for rules that no scenario file can say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from simulations.scenario.part import Part


@dataclass(frozen=True, slots=True)
class DayState:
    """What a rep can see on a working morning, after the review if one was due.

    Attributes
    ----------
    day : date
    seconds_left : int
        Working seconds that the day still holds.
    steady_seconds : int
        What the steady plan gives this day.
    open_deals : tuple of (str, float)
        Stage and worth (amount, or 1 where deals are counted) of the seat's open opportunities, silent ones included.
    cover : float
        Need cover, as a reactive rep looks at it; infinite where there is no need.
    """

    day: date
    seconds_left: int
    steady_seconds: int
    open_deals: tuple[tuple[str, float], ...]
    cover: float


#: Week of the cadence from 0, seat from 0, the day -> seconds of prospecting that are planned.
DayRule = Callable[[int, int, DayState], float]


class Written(Part):
    """A rule in Python. Only the reference engine can ask it, ten years a second or so; the run says so.

    It is asked on every working day of every seat and must not remember: years are run in any number. What does not fit
    into the day is not spent.

    Attributes
    ----------
    name : str
        How it is called in sentences, after "the cadence".
    seconds : callable
        Week of the cadence (from 0), seat (from 0) and `DayState` -> planned seconds of prospecting, 0 or more.
    """

    kind: Literal["written"] = "written"
    name: str = Field(min_length=1, max_length=60)
    seconds: DayRule = Field(exclude=True)
