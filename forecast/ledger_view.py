"""What a reader of profit and loss knows at a moment, beside what is booked: month by month, and to date."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from forecast.ledger import known_of, ledger_of, monthly_bookings
from forecast.minor_units import from_minor
from simulations.errors import BadInput, Problem
from simulations.scenario.records import Ledger as Rules
from simulations.tables import CrmTables

NO_MONTH = "no month with a win that carries an amount has ended by then, so there is nothing to publish; give its figures, or a later day"


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The ledger at a moment.

    Attributes
    ----------
    moment : Timestamp
        First instant that is not known.
    since : Timestamp
        First day of the year to date.
    months : DataFrame
        By month (its first day): ``bookings``, ``revenue``, ``published`` (on which day), ``known`` (whether by then). The
        current month is the last; its revenue is missing.
    booked : float
        Since then, until the moment.
    revenue : float
        That is published since then, until the moment.
    given : bool
        Whether the figures were given, and not made from the bookings.
    rules : `simulations.scenario.records.Ledger`
    currency : str
        Of the amounts; empty where unknown.
    version : str
        Of the program.
    """

    moment: pd.Timestamp
    since: pd.Timestamp
    months: pd.DataFrame
    booked: float
    revenue: float
    given: bool
    rules: Rules
    currency: str
    version: str

    @property
    def last_month(self) -> pd.Timestamp | None:
        """First day of the last month that is published; None where none is."""
        known = self.months.index[self.months["known"]]
        return known[-1] if len(known) else None

    @property
    def unseen(self) -> float:
        """What is booked since then and shows in no published figure yet; below 0 where more is published than booked."""
        return self.booked - self.revenue

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each month."""
        return self.months.reset_index()

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        rows = [
            {
                "month": f"{month:%Y-%m}",
                "bookings": float(row["bookings"]),
                "revenue": None if pd.isna(row["revenue"]) else float(row["revenue"]),
                "published": None if pd.isna(row["published"]) else f"{row['published']:%Y-%m-%d}",
                "known": bool(row["known"]),
            }
            for month, row in zip(self.months.index, self.months.to_dict("records"), strict=True)
        ]
        last = self.last_month
        return {
            "as_of": self.moment.isoformat(),
            "since": f"{self.since:%Y-%m-%d}",
            "months": rows,
            "booked": self.booked,
            "revenue": self.revenue,
            "unseen": self.unseen,
            "last_month": None if last is None else f"{last:%Y-%m}",
            "figures_given": self.given,
            "inputs": self.rules.model_dump(),
            "currency": self.currency or None,
            "version": self.version,
        }


def ledger_view(  # noqa: PLR0913 - the facade: keyword-only, and each is something that books may leave open
    tables: CrmTables,
    moment: pd.Timestamp,
    rules: Rules,
    *,
    since: pd.Timestamp | None = None,
    figures: pd.DataFrame | None = None,
    country: str | None = None,
    currency: str = "",
) -> LedgerView:
    """Return what a reader of profit and loss knows at a moment, beside what is booked.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive.
    rules : `simulations.scenario.records.Ledger`
        Months of recognition, and working days until a month is published.
    since : Timestamp, optional
        First day of the year to date, a month's first; the calendar year of the last day that is known unless told.
    figures : DataFrame, optional
        Published figures, columns as in `simulations.tables.LEDGER`; made from the bookings unless given.
    country : str, optional
        Whose public holidays are not worked.
    currency : str
        Of the amounts; empty where unknown.

    Raises
    ------
    BadInput
        There is no figure and no ended month with bookings.
    """
    day = moment - pd.Timedelta(microseconds=1)
    begin = pd.Timestamp(day.year, 1, 1) if since is None else since.to_period("M").to_timestamp()
    made = (
        ledger_of(tables, moment, rules, country=country, currency=currency) if figures is None else figures
    )
    if made.empty:
        where = f"before {moment:%Y-%m-%d %H:%M}"
        raise BadInput([Problem("the opportunities", where, "closed", "", NO_MONTH)])
    minor = monthly_bookings(tables, currency)
    booked = pd.Series(from_minor(minor.to_numpy(np.int64), currency), index=minor.index)
    ledger = made.set_index("month")
    current = day.to_period("M").to_timestamp()
    first = min([ledger.index.min(), *booked.index[:1]])
    index = pd.date_range(first, max(current, ledger.index.max()), freq="MS", name="month")
    published = ledger["published"].reindex(index)
    months = pd.DataFrame(
        {
            "bookings": booked.reindex(index).fillna(0.0),
            "revenue": ledger["revenue"].reindex(index),
            "published": published,
            "known": published < moment,
        }
    )
    known = known_of(made, moment, begin)
    to_date = float(months.loc[months.index >= begin, "bookings"].sum())
    return LedgerView(
        moment,
        begin,
        months,
        to_date,
        known.to_date,
        figures is not None,
        rules,
        currency,
        version("pipecast"),
    )
