"""A real year week by week: what each week's knowledge says about the period, against its target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from simulations.intervals import plain

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
#: A mean that misses the edge by rounding has not fallen.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class ImportedWeek:
    """What was known at one week's end of the period; values in the unit of the bookings.

    Attributes
    ----------
    week : int
        Of the period, from 1; 0 is its start.
    moment : date
        The day on which knowledge ends; nothing of this day is known.
    booked, open, new : float
        Booked in the period so far; means of what open opportunities, and such as are not yet created,
        will book in it.
    projected, low, high : float
        The three together, and the range of 8 of 10 draws.
    plan : float
        What was to be booked by then: the target spread over the period's working days.
    edge : float or None
        Lower edge of the simultaneous band: 90% of the paths that reach the target never lie below it. None
        where the band begins, and where there is none.
    chance : float
        Chance of the target.
    """

    week: int
    moment: dt.date
    booked: float
    open: float
    new: float
    projected: float
    low: float
    high: float
    plan: float
    edge: float | None
    chance: float

    @property
    def through(self) -> dt.date:
        """The last day that is known whole."""
        return self.moment - dt.timedelta(days=1)

    @property
    def fell(self) -> bool:
        """Whether the projection lies below the band."""
        return self.edge is not None and self.projected < self.edge * (1 - _ROUNDING)


@dataclass(frozen=True, slots=True)
class ImportedYear:
    """A period of an imported CRM, week by week; a year or any other.

    Attributes
    ----------
    start, end : date
        First and last day of the period, both inside.
    unit : {"amount", "deals"}
    target : float
    weeks : tuple of ImportedWeek
        From the first week's end at which a forecast can be made, or the period's start (week 0); the
        band comes from the forecast there. Empty where there is none.
    shortfall_week : int or None
        First week at whose end the projection lies below the band; None where it never does.
    reason : str
        Why nothing can be said, or why there is no band (a key of `forecast.wording.UNSAID`), else empty.
    false_alarms : float
        Greatest share of paths that reach the target although they lie below the band at some week's end.
    may_look_ahead : tuple of str
        Fields of the export that may be younger than the weeks for which they are used.
    draws, paths, on_plan, seed : int
        Draws of each week's forecast; paths drawn at the band's beginning, and how many of them reach the
        target; the seed of all chance.
    own_snapshots : int
        Week ends that are looked at from a snapshot of their own; the others from the whole export, as known then.
    version : str
        Of the program.
    """

    start: dt.date
    end: dt.date
    unit: str
    target: float
    weeks: tuple[ImportedWeek, ...]
    shortfall_week: int | None
    reason: str
    false_alarms: float
    may_look_ahead: tuple[str, ...]
    draws: int
    paths: int
    on_plan: int
    own_snapshots: int
    seed: int
    version: str

    @property
    def first(self) -> ImportedWeek:
        """The week whose forecast is the plan's; raises IndexError where nothing can be said."""
        return self.weeks[0]

    @property
    def last(self) -> ImportedWeek:
        """The last week looked at; raises IndexError where nothing can be said."""
        return self.weeks[-1]

    @property
    def shortfall(self) -> ImportedWeek | None:
        """The week of the first shortfall, None where there is none."""
        return next((week for week in self.weeks if week.week == self.shortfall_week), None)

    @property
    def unlikely(self) -> ImportedWeek | None:
        """The week since which the target has lain above the range of 8 of 10 draws; None where it lies within."""
        since = None
        for week in reversed(self.weeks):
            if week.high >= self.target:
                break
            since = week
        return since

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "unit": self.unit,
            "target": self.target,
            "weeks": [_plain(week) for week in self.weeks],
            "shortfall_week": self.shortfall_week,
            "reason": self.reason or None,
            "false_alarms": self.false_alarms,
            "may_look_ahead": list(self.may_look_ahead),
            "draws": self.draws,
            "paths": self.paths,
            "on_plan": self.on_plan,
            "own_snapshots": self.own_snapshots,
            "seed": self.seed,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a week, by its number: the fields of `ImportedWeek` and ``target``."""
        import pandas as pd

        names = [name for name in ImportedWeek.__dataclass_fields__ if name != "week"]
        rows = pd.DataFrame([asdict(week) for week in self.weeks], columns=["week", *names])
        return rows.set_index("week").assign(edge=rows["edge"].to_numpy(float), target=self.target)


def _plain(week: ImportedWeek) -> dict[str, Any]:
    return {
        name: value.isoformat()
        if isinstance(value, dt.date)
        else plain(value)
        if isinstance(value, float)
        else value
        for name, value in asdict(week).items()
    }
