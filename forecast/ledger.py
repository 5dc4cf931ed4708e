"""The ledger of an imported history: bookings, the revenue that they become, and when each month is published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.crm.dates import order_told, parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import plain_header
from forecast.crm.numbers import parse_amounts
from forecast.crm.sheet import Sheet, read_sheet
from forecast.minor_units import from_minor, to_minor
from simulations.calendar import days_published, working_days
from simulations.ledger import LONGEST_CLOSE_DAYS, recognised
from simulations.scenario.people import Calendar
from simulations.scenario.records import Ledger as Rules
from simulations.tables import LEDGER, WON, CrmTables, conform, empty

#: Column of the ledger -> headers under which it may stand.
NAMES = {
    "month": ("month", "period", "month end"),
    "revenue": ("revenue", "amount", "net revenue"),
    "published": ("published", "published on", "publication date"),
}
NEEDED = ("month", "revenue")


@dataclass(frozen=True, slots=True)
class Published:
    """What a reader of profit and loss knows at a moment.

    Attributes
    ----------
    months : DataFrame
        Columns as in `simulations.tables.LEDGER`: the months that were published by then.
    to_date : float
        Their revenue since the day that was asked for.
    """

    months: pd.DataFrame
    to_date: float

    @property
    def last_month(self) -> pd.Timestamp | None:
        """First day of the last month that is known; None where none is."""
        return None if self.months.empty else self.months["month"].iloc[-1]


def ledger_of(
    tables: CrmTables, moment: pd.Timestamp, rules: Rules, *, country: str | None = None, currency: str = ""
) -> pd.DataFrame:
    """Return what profit and loss says of the bookings of a CRM, month by month.

    Revenue is what `simulations.ledger` makes of bookings: at once, or in equal parts over several months. The revenue to
    date is rounded to the smallest unit of the currency, and a month is its growth, so that no cent is lost or made.

    Parameters
    ----------
    tables : CrmTables
        As known at ``moment``.
    moment : Timestamp
        Exclusive; months that had not ended by then are left out.
    rules : `simulations.scenario.records.Ledger`
        Months of recognition, and working days until a month is published.
    country : str, optional
        Whose public holidays are not worked; none unless told.
    currency : str
        Of the amounts; empty where unknown.

    Returns
    -------
    DataFrame
        Columns as in `simulations.tables.LEDGER`: ``month`` is the month's first day, ``published`` the day on which its
        figures appear. Without amounts, or before the first month with a win ends, it has no rows.
    """
    booked = monthly_bookings(tables, currency)
    if booked.empty:
        return empty(LEDGER)
    last = moment.to_period("M").to_timestamp()
    months = pd.date_range(booked.index[0], last, freq="MS", inclusive="left")
    revenue = recognised(booked.to_numpy(np.float64), rules.recognition_months)[: len(months)]
    to_date = np.rint(np.cumsum(np.append(revenue, np.zeros(len(months) - len(revenue))))).astype(np.int64)
    rows = pd.DataFrame(
        {
            "month": months,
            "revenue": from_minor(np.diff(to_date, prepend=0), currency),
            "published": publication_days(months, rules.close_lag_working_days, country),
        }
    )
    return conform(rows, LEDGER)


def monthly_bookings(tables: CrmTables, currency: str) -> pd.Series:
    """Return what was booked in each month, in the smallest unit, by the month's first day; missing amounts count 0."""
    rows = tables.opportunities
    won = rows[(rows["outcome"] == WON) & rows["closed"].notna()]
    month = won["closed"].dt.to_period("M").dt.to_timestamp()
    sums = pd.Series(to_minor(won["amount"], currency)).groupby(month.to_numpy()).sum()
    if sums.empty or not sums.any():
        return pd.Series(dtype="int64", index=pd.DatetimeIndex([]))
    return sums.reindex(pd.date_range(sums.index[0], sums.index[-1], freq="MS"), fill_value=0)


def publication_days(
    months: pd.DatetimeIndex, lag_working_days: int, country: str | None = None
) -> pd.Series:
    """Return the day on which each month's figures appear.

    Parameters
    ----------
    months : DatetimeIndex
        First days of months.
    lag_working_days : int
        Working days (Monday to Friday, without public holidays) from the month's end until they do.
    country : str, optional
        Two-letter code whose public holidays are not worked; none unless told.
    """
    if months.empty:
        return pd.Series(pd.DatetimeIndex([]))
    origin = months[0].date()
    origin -= dt.timedelta(days=origin.weekday())
    ends = (months + pd.offsets.MonthBegin(1)).to_numpy().astype("datetime64[D]") - np.datetime64(origin, "D")
    calendar = Calendar(country=country, working_days_per_week=5)
    working = working_days(calendar, origin, int(ends[-1].astype(int)) + LONGEST_CLOSE_DAYS)
    days = days_published(ends.astype(np.int64), working, lag_working_days)
    return pd.Series(np.datetime64(origin, "us") + days.astype("timedelta64[D]"))


def known_of(ledger: pd.DataFrame, moment: pd.Timestamp, since: pd.Timestamp | None = None) -> Published:
    """Return what a reader of profit and loss knows at a moment.

    Parameters
    ----------
    ledger : DataFrame
        Columns as in `simulations.tables.LEDGER`.
    moment : Timestamp
        Exclusive: figures that appear on the day that begins then are not known.
    since : Timestamp, optional
        First day of the year whose revenue to date is wanted; all of it unless told.
    """
    months = ledger[ledger["published"] < moment].sort_values("month", kind="stable", ignore_index=True)
    counted = months if since is None else months[months["month"] >= since]
    return Published(months, float(counted["revenue"].sum()))


def read_ledger(
    path: Path | str, rules: Rules, *, day_first: bool | None = None, country: str | None = None
) -> pd.DataFrame:
    """Return the published figures of a CSV file: columns as in `simulations.tables.LEDGER`, by month.

    Parameters
    ----------
    path : Path or str
        Columns ``month`` (any day of it), ``revenue`` and, where it is known, ``published``.
    rules : `simulations.scenario.records.Ledger`
        When a month is published, where no column says it.
    day_first : bool, optional
        Whether 1/2/2026 is the first of February.
    country : str, optional
        Whose public holidays are not worked.

    Raises
    ------
    BadInput
        A column is missing, a cell cannot be read, or a month stands twice.
    """
    sheet = read_sheet(Path(path), None)
    faults = Faults(sheet)
    at = _columns(sheet, faults)
    texts = {name: sheet.rows[position].str.strip() for name, position in at.items()}
    texts = {name: text.mask(text == "") for name, text in texts.items()}
    for name, text in texts.items():
        faults.add(sheet.headers[at[name]], text[text.isna()].fillna("(empty)"), "every month needs it")
    days = {at[name]: texts[name] for name in ("month", "published") if name in texts}
    moments = parse_dates(
        days, dict(enumerate(sheet.headers)), order_told(day_first=day_first), faults
    ).moments
    revenue = parse_amounts(
        texts["revenue"], sheet.headers[at["revenue"]], sheet.locale_separator, None, faults
    )
    faults.raise_any()
    month = moments[at["month"]].dt.to_period("M").dt.to_timestamp()
    faults.add(
        sheet.headers[at["month"]], texts["month"][month.duplicated()], "this month stands on an earlier line"
    )
    faults.raise_any()
    rows = pd.DataFrame({"month": month, "revenue": revenue}).sort_values("month", kind="stable")
    if "published" in at:
        rows = rows.assign(published=moments[at["published"]])
    else:
        days_ = publication_days(pd.DatetimeIndex(rows["month"]), rules.close_lag_working_days, country)
        rows = rows.assign(published=days_.to_numpy())
    return conform(rows, LEDGER)


def _columns(sheet: Sheet, faults: Faults) -> dict[str, int]:
    plain = [plain_header(header) for header in sheet.headers]
    at = {
        name: next(plain.index(header) for header in headers if header in plain)
        for name, headers in NAMES.items()
        if any(header in plain for header in headers)
    }
    for name in NEEDED:
        if name not in at:
            wanted = " or ".join(repr(header) for header in NAMES[name])
            faults.add_file("header", "", f"column {wanted} is missing; there is: {listed(sheet.headers)}")
    faults.raise_any()
    return at
