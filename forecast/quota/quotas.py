"""The answer about quotas: what was asked, and everything that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecast.quota.capacity import Capacity
from forecast.quota.curve import Curve, chance_of, curves
from forecast.quota.draws import COMPANY, QuotaDraws
from forecast.quota.fairness import Fairness, fairness
from forecast.quota.hours import NeededHours
from forecast.quota.together import Together, together
from forecast.quota.verdict import Proposed, Verdict, verdict
from simulations.intervals import Estimate

CHANCE = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about quotas.

    Attributes
    ----------
    chance : float
        With which a quota is to be attained.
    sheet : Path or None
        Of proposed quotas.
    target : float or None
        Of the company; that of the sheet unless told.
    hours : bool
        Whether it is looked at which prospecting hours the proposed quotas would take.
    hires : bool
        Whether it is looked at whom to hire by when, where the target is not reached.
    present_hours : float or None
        Prospecting hours a week and rep today, which a history does not tell.
    """

    chance: float = CHANCE
    sheet: Path | None = None
    target: float | None = None
    hours: bool = True
    hires: bool = True
    present_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """What is said about quotas.

    Attributes
    ----------
    source : {"scenario", "history"}
    name : str
        Of the scenario; of the export's shape.
    asked : Asked
    curves : tuple of Curve
        Of the company, of teams where there are several, of every rep.
    proposed : Proposed or None
    verdicts : tuple of Verdict
        Of the proposed quotas, in the order of the sheet.
    together : tuple of Together
        Of the proposed quotas; where there are none, of those that fit the chance asked for.
    fairness : Fairness or None
        Where everybody has the proposed quota, else the same one.
    capacity : Capacity or None
        Where the company has a target.
    seed : int
    version : str
        Of the program.
    draws : QuotaDraws
    assumed : mapping of str to float
        What the answer rests on that a history does not tell, by name.
    """

    source: Literal["scenario", "history"]
    name: str
    asked: Asked
    curves: tuple[Curve, ...]
    proposed: Proposed | None
    verdicts: tuple[Verdict, ...]
    together: tuple[Together, ...]
    fairness: Fairness | None
    capacity: Capacity | None
    seed: int
    version: str
    draws: QuotaDraws = field(repr=False)
    assumed: Mapping[str, float] = field(default_factory=dict)

    def curve(self, name: str = COMPANY) -> Curve:
        """Return the curve of the company, a team or a rep, by name.

        Raises
        ------
        KeyError
            There is none of this name.
        """
        for each in self.curves:
            if each.name == name:
                return each
        raise KeyError(name)

    def chance(self, quota: float, name: str = COMPANY) -> Estimate:
        """Return the chance that the company, a team or a rep attains a quota, by name; KeyError as `curve`."""
        return chance_of(self.draws.of(name), quota, self.draws.world)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the draws as plain values, for JSON."""
        asked = self.asked
        return {
            "source": self.source,
            "name": self.name,
            "start": self.draws.start.isoformat(),
            "end": self.draws.end.isoformat(),
            "unit": self.draws.unit or None,
            "chance": asked.chance,
            "sheet": None if self.proposed is None else self.proposed.file,
            "curves": [each.to_dict() for each in self.curves],
            "verdicts": [each.to_dict() for each in self.verdicts],
            "together": [each.to_dict() for each in self.together],
            "fairness": None if self.fairness is None else self.fairness.to_dict(),
            "capacity": None if self.capacity is None else self.capacity.to_dict(),
            "assumed": dict(self.assumed),
            "draws": self.draws.size,
            "seed": self.seed,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row for the company, each team and each rep: what fits, and what is said of a proposed quota."""
        said = {each.rep: each for each in self.verdicts}
        rows = []
        for each in self.curves:
            row = {
                "level": each.level, "name": each.name, "team": each.team, "expected": each.mean.mean,
                "fits": each.quota.mean, "fits_low": each.quota.low, "fits_high": each.quota.high,
            }  # fmt: skip
            one = said.get(each.name) if each.level == "rep" else None
            if one is not None:
                row |= {"quota": one.quota, "chance": one.chance.mean, "chance_low": one.chance.low,
                        "chance_high": one.chance.high, "verdict": one.word}  # fmt: skip
                row |= _hours_row(one.hours)
            rows.append(row)
        return pd.DataFrame(rows)


def _hours_row(needed: NeededHours | None) -> dict[str, float | str | None]:
    if needed is None:
        return {}
    found = needed.hours
    return {
        "hours_now": needed.now,
        "hours": None if found is None else found.mean,
        "hours_low": None if found is None else found.low,
        "hours_high": None if found is None or not np.isfinite(found.high) else found.high,
    }


def answer(
    what: tuple[Literal["scenario", "history"], str],
    draws: QuotaDraws,
    asked: Asked,
    sheet: tuple[Proposed | None, Mapping[str, NeededHours]],
    beside: tuple[Capacity | None, float, int],
    assumed: Mapping[str, float],
) -> Quotas:
    """Return the answer that draws give.

    Parameters
    ----------
    what : (source, name)
        As in `Quotas`.
    draws : QuotaDraws
    asked : Asked
    sheet : (Proposed or None, mapping)
        Proposed quotas, and the hours that they would take, by rep.
    beside : (Capacity or None, float, int)
        The capacity plan, the coefficient of variation of deal sizes, the seed.
    assumed : mapping of str to float
    """
    (proposed, needed), (capacity, size_cv, seed) = sheet, beside
    found = curves(draws, asked.chance)
    fitting = {each.name: each.quota.mean for each in found if each.level == "rep"}
    theirs = fitting if proposed is None else proposed.reps
    whole = {} if proposed is None else dict(proposed.teams)
    if asked.target is not None:
        whole[COMPANY] = asked.target
    same = dict.fromkeys(fitting, max(float(draws.bookings.mean()), 1e-9))
    return Quotas(
        *what, asked, found, proposed,
        () if proposed is None else tuple(
            verdict(draws, rep, quota, asked.chance, needed.get(rep)) for rep, quota in proposed.reps.items()
        ),
        together(draws, theirs, whole), fairness(draws, same if proposed is None else proposed.reps, size_cv),
        capacity, seed, version("pipecast"), draws, assumed,
    )  # fmt: skip
