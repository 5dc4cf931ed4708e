"""Next period's bookings by owner from a CRM's history: the forecast's own draws, over a year if asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecast.bookings import Outlook, Period, Unit, open_winners, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import day
from forecast.known import as_of as known_at
from forecast.question import Asked, check
from forecast.quota.draws import QuotaDraws, Rep
from forecast.quota.year_levels import MARKET_CV, over_a_year, shared_market
from forecast.rollups.rollup import RollUp, roll_up
from forecast.source_kinds import of_kind
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

ONE_TEAM, NO_TEAM = "team", "no team"


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """What is asked of a history.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    start, end : date
        First and last day of the period, both inside.
    unit : {"amount", "deals"}
    draws, seed : int
    country : str or None
        Whose public holidays count.
    market_cv : float
        Coefficient of variation of the years of a market that all reps share; see `forecast.quota.year_levels`.
    """

    moment: pd.Timestamp
    start: dt.date
    end: dt.date
    unit: Unit = "amount"
    draws: int = 10_000
    seed: int = 1
    country: str | None = None
    market_cv: float = MARKET_CV


@dataclass(frozen=True, slots=True)
class History:
    """A history that was learned from, ready to be drawn from again.

    Attributes
    ----------
    asked : HistoryQuestion
    view : Outlook
        Of the period.
    tables : CrmTables
        As known at the moment.
    currency : str
        Empty where unknown.
    self_sourced : float
        Share of what was created in the last 52 weeks whose source is prospecting; nan where no source tells.
    """

    asked: HistoryQuestion
    view: Outlook
    tables: CrmTables
    currency: str
    self_sourced: float

    @property
    def size_cv(self) -> float:
        """Coefficient of variation of the sizes of won deals; 0 where deals are counted."""
        pool = self.view.calibration.amounts.pool
        return 0.0 if self.asked.unit == "deals" or not len(pool) else float(pool.std() / pool.mean())

    def assumed(self) -> dict[str, float]:
        """Return what the draws rest on that the history does not tell, by name."""
        return {"market_cv": self.asked.market_cv}

    def draws(self, creation: float = 1.0) -> QuotaDraws:
        """Return the draws of the period's bookings by owner.

        Parameters
        ----------
        creation : float
            Times as many opportunities are created as at the present pace, from the moment on.
        """
        view = _with_creation(self.view, creation)
        whole = roll_up(view, self.asked.unit, open_winners(self.view), self.tables, "owner")
        market = shared_market(self.view, self.asked.market_cv, self.asked.seed)[: len(whole.open), None]
        rows = whole.booked + whole.open + whole.new * market
        named = [place for place in range(len(whole.names)) if place != whole.rest]
        rest = np.zeros(len(rows)) if whole.rest is None else rows[:, whole.rest]
        unit = "deals" if self.asked.unit == "deals" else self.currency
        return QuotaDraws(
            _reps(self.tables, whole, named), rows[:, named], rest, view.world[: len(rows)],
            self.asked.start, self.asked.end, unit,
        )  # fmt: skip


def learned_history(tables: CrmTables, asked: HistoryQuestion, currency: str = "") -> History:
    """Return what a history teaches about a period.

    Parameters
    ----------
    tables : CrmTables
        Nothing at or after the moment is read.
    asked : HistoryQuestion
    currency : str
        Of the amounts; empty where unknown.

    Raises
    ------
    BadInput
        The period is none or too far ahead, the history is too short to learn from, holds no amounts though they are
        asked for, or names no owner.
    """
    first, last = pd.Timestamp(asked.start), pd.Timestamp(asked.end)
    check(Asked(asked.moment, first, last, asked.unit, None, (), asked.draws, asked.seed))
    known = known_at(tables, asked.moment)
    after = last + pd.Timedelta(days=1)
    calibration = calibrate(
        known, asked.moment, max(after, asked.moment), seed=asked.seed, country=asked.country
    )
    if asked.unit == "amount" and not calibration.amounts.known:
        allowed = (
            "no opportunity carries an amount: ask for the number of deals (unit deals), or export amounts"
        )
        raise BadInput([Problem("the opportunities", "", "amount", "", allowed)])
    period = Period(day(first), day(after))
    view = outlook(over_a_year(calibration, asked.market_cv), period, draws=asked.draws, seed=asked.seed)
    return History(asked, view, known, currency, _self_sourced(known, asked.moment))


def _with_creation(view: Outlook, times: float) -> Outlook:
    """Return an outlook in which so many times as many opportunities are created."""
    creation = view.calibration.creation
    more = replace(creation, per_clock_day=creation.per_clock_day * times)
    return replace(view, calibration=replace(view.calibration, creation=more))


def _reps(tables: CrmTables, whole: RollUp, named: list[int]) -> tuple[Rep, ...]:
    """Return the owners as reps, each of a kind of its own."""
    rows = tables.owners.dropna(subset=["owner", "team"]).drop_duplicates("owner")
    team = dict(zip(rows["owner"], rows["team"], strict=True))
    other = NO_TEAM if team else ONE_TEAM
    return tuple(
        Rep(whole.names[place], str(team.get(whole.names[place], other)), kind)
        for kind, place in enumerate(named)
    )


def _self_sourced(known: CrmTables, moment: pd.Timestamp) -> float:
    rows = known.opportunities
    lately = rows[rows["created"] >= moment - pd.Timedelta(weeks=52)]
    told = lately["source"].dropna()
    return float(of_kind(told, "prospecting").mean()) if len(told) else float("nan")
