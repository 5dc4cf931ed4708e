"""Which open deals carry the risk: how much the chance of the target hangs on each."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecast.bookings import Bookings, Outlook, Unit, reached, value_if_won
from forecast.calibration.records import Floats
from forecast.winners import Winners
from simulations.tables import CrmTables

#: Draws in which a deal is won, and in which it is not, below which nothing is said of it.
FEWEST_DRAWS = 50


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
        Chance of the target in the draws in which it is won in the period, and in the others.
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
    """Chance of the target by open deal, n: given that it is won in the period, and given that it is not."""

    wins: Floats
    given_won: Floats
    given_lost: Floats
    error: Floats


def hinges(bookings: Bookings, winners: Winners, target: float) -> Hinges:
    """Return how the chance of the target hangs on each open deal, from the draws of the forecast themselves.

    The draws are split into those in which the deal is won in the period and the others; the chance of the target is
    the share that reaches it in each part. Its standard error is that of two independent shares, each with half a
    success and half a failure added, so that a share of 0 or 1 does not pass for certain (Agresti and Caffo 2000 add
    one of each). As in the forecast, deals share the level of winning: where one is won, others are a little likelier
    to be won too, and that is in the difference.

    Parameters
    ----------
    bookings : Bookings
    winners : Winners
        Those that its open part was added up from.
    target : float
    """
    hit = reached(bookings.total, target)
    wins, both = winners.counts().astype(np.float64), winners.counts(hit).astype(np.float64)
    draws, hits = winners.draws, int(hit.sum())
    with np.errstate(invalid="ignore"):
        won, lost = both / wins, (hits - both) / (draws - wins)
    variance = _variance(both, wins) + _variance(hits - both, draws - wins)
    return Hinges(wins, won, lost, np.sqrt(variance))


def _variance(hits: Floats, of: Floats) -> Floats:
    """Return the variance of a share of hits."""
    share = (hits + 0.5) / (of + 1)
    return np.asarray(share * (1 - share) / (of + 1))


def risks(
    view: Outlook, unit: Unit, drawn: tuple[Bookings, Winners], target: float, tables: CrmTables, most: int
) -> Risks:
    """Return the open deals that move the chance of the target most: given won less given not won in the period.

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
    found = hinges(bookings, winners, target)
    enough = (found.wins >= FEWEST_DRAWS) & (winners.draws - found.wins >= FEWEST_DRAWS)
    moves = np.where(enough, found.given_won - found.given_lost, -np.inf)
    order = np.argsort(-moves, kind="stable")[: min(most, int(enough.sum()))]
    deal = winners.deal[order]
    value = value_if_won(view.calibration, deal, unit)
    rows = tables.opportunities.set_index("id").reindex(view.calibration.records.ids[deal])
    texts = [rows[name].fillna("").astype("str").tolist() for name in ("name", "owner", "stage")]
    days = [None if pd.isna(day) else day.date() for day in rows["expected_close"]]
    cells = zip(map(str, rows.index), *texts, value.tolist(), days, order, strict=True)
    listed = tuple(_risk(found, winners.draws, cell) for cell in cells)
    return Risks(listed, int(enough.sum()), int((~enough).sum()), winners.draws)


def _risk(found: Hinges, draws: int, cells: tuple[str, str, str, str, float, dt.date | None, int]) -> Risk:
    id_, name, owner, stage, amount, day, at = cells
    given = [float(part[at]) for part in (found.given_won, found.given_lost, found.error)]
    return Risk(id_, name, owner, stage, amount, day, float(found.wins[at]) / draws, *given)
