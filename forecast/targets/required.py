"""What a target asks for: new opportunities a week, until which day, and how much open pipeline."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from forecast.bookings import Bookings, Outlook, Unit
from forecast.targets.coverage import RequiredCoverage, required_coverage
from forecast.targets.creation import RequiredCreation, required_creation
from forecast.targets.last_useful import LastUseful, last_useful

CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Required:
    """What the target asks for.

    Attributes
    ----------
    confidence : float
        Chance with which the target is to be reached.
    creation : RequiredCreation
    last_useful : LastUseful
    coverage : RequiredCoverage
    """

    confidence: float
    creation: RequiredCreation
    last_useful: LastUseful
    coverage: RequiredCoverage

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; days as ISO text, coverage ``"reached"`` where it is."""
        whole = {"creation": asdict(self.creation), "coverage": asdict(self.coverage)}
        for part in whole.values():
            part["reason"] = part["reason"] or None
        if whole["coverage"].pop("reached"):
            whole["coverage"]["ratio"] = whole["coverage"]["with_new"] = "reached"
        days = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in asdict(self.last_useful).items()
        }
        return {"confidence": self.confidence, "last_useful": days, **whole}


def required(view: Outlook, unit: Unit, bookings: Bookings, target: float, confidence: float) -> Required:
    """Return what a target asks for.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    bookings : Bookings
        Of the outlook's draws.
    target : float
    confidence : float
        Above 0 and below 1.
    """
    return Required(
        confidence,
        required_creation(view, unit, bookings, target, confidence),
        last_useful(view.calibration, view.period.end),
        required_coverage(view, unit, bookings, target, confidence),
    )
