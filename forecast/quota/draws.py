"""Draws of a period's bookings by rep: what every answer about quotas is read from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Level = Literal["rep", "team", "company"]
#: What all together are called.
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody who has a quota.

    Attributes
    ----------
    name : str
    team : str
    kind : int
        Reps of one kind have the same terms, so that what one of them draws may be another's luck as well.
    """

    name: str
    team: str
    kind: int


@dataclass(frozen=True, slots=True)
class QuotaDraws:
    """Possible bookings of one period; row d of everything is the same world: all reps share its market.

    Attributes
    ----------
    reps : tuple of Rep
    bookings : array, D x R
        Of each rep, in the scenario's or the export's unit.
    rest : array of D
        What is booked by nobody who is a rep today: it counts for the company, not for a team or rep.
    world : array of D
        Which rows share what is not known: parameter draws of a calibration. All different where nothing is shared.
    start, end : date
        First and last day of the period, both inside.
    unit : str
        The currency, ``deals``, or empty where the currency is not known.
    """

    reps: tuple[Rep, ...]
    bookings: Floats
    rest: Floats
    world: Ints
    start: dt.date
    end: dt.date
    unit: str

    @property
    def size(self) -> int:
        """How many draws there are."""
        return len(self.rest)

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams, in the order of their first rep."""
        return tuple(dict.fromkeys(rep.team for rep in self.reps))

    @property
    def company(self) -> Floats:
        """Bookings of all together, D x 1."""
        return np.asarray(self.bookings.sum(axis=1) + self.rest)[:, None]

    def of_team(self, team: str) -> Floats:
        """Return the bookings of a team's reps together, D x 1."""
        inside = [rep.team == team for rep in self.reps]
        return np.asarray(self.bookings[:, inside].sum(axis=1))[:, None]

    def of_rep(self, place: int) -> Floats:
        """Return the bookings of a rep and of all reps of the same kind, D x as many."""
        kind = self.reps[place].kind
        return np.asarray(self.bookings[:, [rep.kind == kind for rep in self.reps]])

    def of(self, name: str) -> Floats:
        """Return the bookings of the ``company``, a team or a rep, by name, D x k.

        Raises
        ------
        KeyError
            There is none of this name.
        """
        if name == COMPANY:
            return self.company
        return self.of_team(name) if name in self.teams else self.of_rep(self.place(name))

    def place(self, name: str) -> int:
        """Return where a rep stands, by name.

        Raises
        ------
        KeyError
            There is no such rep.
        """
        for place, rep in enumerate(self.reps):
            if rep.name == name:
                return place
        raise KeyError(name)
