"""Which open deals carry the risk: how much the chance of the target hangs on each."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.bookings import Bookings, Outlook, Unit, reached, value_if_won
from forecast.calibration.records import Floats, Ints
from forecast.winners import Winners
from simulations.tables import CrmTables

#: Draws in which a deal is won, and in which it is not, below which nothing is said of it.
FEWEST_DRAWS = 50
#: Deals that are looked at at a time, to bound memory.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Risk:
    """An open deal and how much it moves the chance of the target.

    Attributes
    ----------
    id, name, owner, stage : str
        As the CRM has them; empty where it does not.
    amount : float
        What it counts if won, in the unit of the bookings; the mean amount where it carries none.
    expected_close : date or None
        As typed.
    chance : float
        To be won in the period: share of the draws.
    given_won, given_lost : float
        Chance of the target if it is won in the period, and if it is not, all else in every draw as it is.
    error : float
        Standard error of their difference.
    """

    id: str
    name: str
    owner: str
    stage: str
    amount: float
    expected_close: dt.date | None
    chance: float
    given_won: float
    given_lost: float
    error: float

    @property
    def moves(self) -> float:
        """By how much the chance of the target is higher where it is won than where it is not."""
        return self.given_won - self.given_lost

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        day = None if self.expected_close is None else self.expected_close.isoformat()
        return {**asdict(self), "expected_close": day, "moves": self.moves}


@dataclass(frozen=True, slots=True)
class Risks:
    """The open deals on which the target hangs.

    Attributes
    ----------
    deals : tuple of Risk
        Those that move the chance most, the first ones.
    told, untold : int
        Open deals of which something can be said, and those that are won, or are not, in too few draws; such as
        cannot be won in the period are neither.
    draws : int
    """

    deals: tuple[Risk, ...]
    told: int
    untold: int
    draws: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each deal, by id: the fields of `Risk` and ``moves``."""
        rows = [{**asdict(deal), "moves": deal.moves} for deal in self.deals]
        names = [*Risk.__dataclass_fields__, "moves"]
        return pd.DataFrame(rows, columns=names).set_index("id")

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        deals = [deal.to_dict() for deal in self.deals]
        return {"deals": deals, "told": self.told, "untold": self.untold, "draws": self.draws}


@dataclass(frozen=True, slots=True)
class Hinges:
    """By open deal, n: in how many draws it is won; chance of the target if it is, and if not; their standard error."""

    wins: Floats
    given_won: Floats
    given_lost: Floats
    error: Floats


def hinges(bookings: Bookings, winners: Winners, value: Floats, target: float) -> Hinges:
    """Return how the chance of the target hangs on each open deal, from the draws of the forecast themselves.

    In every draw the deal is won, then not won, with all else as it is: the chance given won is the share of draws that
    reach the target in the first way, that given lost in the second. A draw counts for the difference where it misses
    the target by less than the deal, which is not won in it, or exceeds it by less than the deal, which is; so the
    standard error is that of a share (with half a success and half a failure added, that none passes for certain).
    Where deals are independent this is what the draws in which it is won say against the others. Deals that share a level
    of winning are not: the draws in which a small deal is won have the higher levels, and it would seem to carry what
    all of them carry together.

    A paired contrast of common random numbers (Glasserman & Yao 1992). Assumed: winning one deal changes no other.

    Parameters
    ----------
    bookings : Bookings
    winners : Winners
        Those that its open part was added up from.
    value : array of n
        What each counts if won.
    target : float
    """
    order, draws = np.argsort(bookings.total, kind="stable"), winners.draws
    total = bookings.total[order]
    middle = draws - int(reached(total, target).sum())
    low = draws - np.array([int(reached(total, target - each).sum()) for each in value], dtype=np.int64)
    high = draws - np.array([int(reached(total, target + each).sum()) for each in value], dtype=np.int64)
    below, above = _won_beside(winners, order, (low, middle, high))
    gained, kept = (middle - low) - below, above
    chance, flips = (draws - middle) / draws, gained + kept
    share = (flips + 0.5) / (draws + 1)
    error = np.sqrt(share * (1 - share) / (draws + 1))
    return Hinges(winners.counts().astype(np.float64), chance + gained / draws, chance - kept / draws, error)


def _won_beside(winners: Winners, order: Ints, ends: tuple[Ints, int, Ints]) -> tuple[Floats, Floats]:
    """Return in how many draws each deal is won of those from its low end to the middle, and from there to its high end."""
    low, middle, high = ends
    first, last = int(low.min(initial=middle)), int(high.max(initial=middle))
    below, above = np.zeros((2, len(low)))
    for begin in range(0, len(low), _AT_ONCE):
        rows = slice(begin, begin + _AT_ONCE)
        won = np.unpackbits(winners.bits[rows], axis=1)[:, order[first:last]]
        passed = np.concatenate((np.zeros((len(won), 1)), np.cumsum(won, axis=1, dtype=np.int64)), axis=1)
        at = np.arange(len(won))
        below[rows] = passed[at, middle - first] - passed[at, low[rows] - first]
        above[rows] = passed[at, high[rows] - first] - passed[at, middle - first]
    return below, above


def risks(
    view: Outlook, unit: Unit, drawn: tuple[Bookings, Winners], target: float, tables: CrmTables, most: int
) -> Risks:
    """Return the open deals that move the chance of the target most: given won less given lost in the period.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    drawn : tuple
        The bookings, and the winners that their open part was added up from.
    target : float
    tables : CrmTables
        As known at the moment of knowledge: names and owners.
    most : int
        How many deals are listed.
    """
    bookings, winners = drawn
    value = value_if_won(view.calibration, winners.deal, unit)
    found = hinges(bookings, winners, value, target)
    enough = (found.wins >= FEWEST_DRAWS) & (winners.draws - found.wins >= FEWEST_DRAWS)
    moves = np.where(enough, found.given_won - found.given_lost, -np.inf)
    order = np.argsort(-moves, kind="stable")[: min(most, int(enough.sum()))]
    deal = winners.deal[order]
    rows = tables.opportunities.set_index("id").reindex(view.calibration.records.ids[deal])
    texts = [rows[name].fillna("").astype("str").tolist() for name in ("name", "owner", "stage")]
    days = [None if pd.isna(day) else day.date() for day in rows["expected_close"]]
    cells = zip(map(str, rows.index), *texts, value[order].tolist(), days, order, strict=True)
    listed = tuple(_risk(found, winners.draws, cell) for cell in cells)
    return Risks(listed, int(enough.sum()), int((~enough).sum()), winners.draws)


def _risk(found: Hinges, draws: int, cells: tuple[str, str, str, str, float, dt.date | None, int]) -> Risk:
    id_, name, owner, stage, amount, day, at = cells
    given = [float(part[at]) for part in (found.given_won, found.given_lost, found.error)]
    return Risk(id_, name, owner, stage, amount, day, float(found.wins[at]) / draws, *given)
