"""What a page says of one opportunity: as it stands, and what became of it in the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Literal

What = Literal["created", "advanced", "moved back", "won", "lost", "disqualified"]
#: What can become of an opportunity in a week, in the order of a page.
WHATS: tuple[What, ...] = ("created", "advanced", "moved back", "won", "lost", "disqualified")


@dataclass(frozen=True, slots=True)
class Deal:
    """An open opportunity as a review sees it.

    Attributes
    ----------
    id, name, owner, stage : str
        As the CRM has them; the id where there is no name.
    amount : float or None
    value : float
        What it counts if won, in the unit of the bookings; the mean amount of past wins where it carries none.
    expected_close, next_step : date or None
        As typed; a next step that has passed is none.
    days_in_stage : float
    stage_limit : float or None
        Days within which 9 of 10 of those that advanced from its stage did; None where too few did.
    silent_days : float or None
        Since its last activity or move; None where the CRM does not tell activities.
    slips : int or None
        How often its expected close was moved into a later period; None without earlier snapshots.
    typed : float or None
        Probability in the CRM.
    chance, chance_in_period : float or None
        Calibrated, to be won ever and in the period; None where the history is too short.
    """

    id: str
    name: str
    owner: str
    stage: str
    amount: float | None
    value: float
    expected_close: dt.date | None
    next_step: dt.date | None
    days_in_stage: float
    stage_limit: float | None
    silent_days: float | None
    slips: int | None
    typed: float | None
    chance: float | None
    chance_in_period: float | None

    @property
    def is_stuck(self) -> bool:
        """Whether it has been in its stage for longer than 9 of 10 of those that advanced from it."""
        return self.stage_limit is not None and self.days_in_stage > self.stage_limit

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        days = {"expected_close": self.expected_close, "next_step": self.next_step}
        told = {name: None if day is None else day.isoformat() for name, day in days.items()}
        return {**asdict(self), **told}


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an opportunity in the week.

    Attributes
    ----------
    id, name, owner : str
    what : str
        One of `WHATS`.
    amount : float or None
    stage : str
        The one that it entered, or was closed in.
    """

    id: str
    name: str
    owner: str
    what: What
    amount: float | None
    stage: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)
