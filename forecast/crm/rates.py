"""Exchange rates: a file that says what a unit of each currency is worth in the one that is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.crm.columns import stripped
from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import plain_header
from forecast.crm.numbers import parse_amounts
from forecast.crm.sheet import Sheet, read_sheet
from forecast.crm.times import Order

#: Column -> headers under which it may stand.
NAMES = {
    "currency": ("currency", "from currency", "code"),
    "rate": ("rate", "worth", "exchange rate"),
    "since": ("since", "from", "valid from", "date", "start date"),
}
ONE = 1.0
LONG_AGO = pd.Timestamp("1700-01-01")


@dataclass(frozen=True, slots=True)
class Rates:
    """What currencies are worth.

    Attributes
    ----------
    file : str
    into : str
        The currency in which everything is counted: the one whose rate is 1.
    table : DataFrame
        Columns currency, since (NaT: always), rate: value of one unit in ``into``, from that day on. Sorted by
        ``since``, those that hold always first.
    """

    file: str
    into: str
    table: pd.DataFrame

    def of(self, currency: pd.Series, day: pd.Series) -> pd.Series:
        """Return the rate of each currency in force on a day; missing where the file has none.

        Parameters
        ----------
        currency : Series of str
        day : Series of datetime
            Missing ones get the latest rate.
        """
        rate = pd.Series(np.nan, index=currency.index)
        for code, known in self.table.groupby("currency", sort=False):
            mine = currency == code
            since = known["since"].fillna(LONG_AGO).to_numpy()
            at = np.searchsorted(since, day[mine].to_numpy(), side="right") - 1
            at = np.where(day[mine].isna(), len(known) - 1, at)
            values = known["rate"].to_numpy()
            rate[mine] = np.where(at >= 0, values[np.clip(at, 0, None)], np.nan)
        return rate


def read_rates(path: Path, order: Order | None = None, encoding: str | None = None) -> Rates:
    """Return the rates of a file with the columns ``currency``, ``rate`` and, where they change, ``since``.

    Raises
    ------
    BadInput
        If a column is missing, a cell cannot be read, a rate is not above 0, a currency has two rates of one day,
        or not exactly one currency has the rate 1.
    """
    sheet = read_sheet(path, encoding)
    faults = Faults(sheet)
    at = _columns(sheet, faults)
    texts = {name: stripped(sheet.rows[position]) for name, position in at.items()}
    for name in ("currency", "rate"):
        blank = texts[name][texts[name].isna()]
        faults.add(sheet.headers[at[name]], blank.fillna("(empty)"), "every rate needs it")
    header = sheet.headers[at["rate"]]
    rate = parse_amounts(texts["rate"], header, sheet.locale_separator, None, faults)
    faults.add(header, texts["rate"][rate == 0], "must be above 0: the value of one unit")
    since = pd.Series(pd.NaT, index=rate.index, dtype="datetime64[us]")
    if "since" in texts:
        since = parse_dates({0: texts["since"]}, {0: sheet.headers[at["since"]]}, order, faults).moments[0]
    faults.raise_any()
    table = pd.DataFrame({"currency": texts["currency"].str.upper(), "since": since, "rate": rate})
    again = table.duplicated(["currency", "since"], keep=False)
    faults.add(
        sheet.headers[at["currency"]],
        table["currency"][again],
        "has two rates from the same day on; keep one",
    )
    into = _into(table, header, faults)
    faults.raise_any()
    return Rates(str(path), into, table.sort_values("since", na_position="first", kind="stable"))


def _columns(sheet: Sheet, faults: Faults) -> dict[str, int]:
    plain = [plain_header(header) for header in sheet.headers]
    at = {
        name: next(plain.index(header) for header in headers if header in plain)
        for name, headers in NAMES.items()
        if any(header in plain for header in headers)
    }
    for name in ("currency", "rate"):
        if name not in at:
            said = f"column {name!r} is missing; there is: {listed(sheet.headers)}"
            faults.add_file("header", "", said)
    faults.raise_any()
    return at


def _into(table: pd.DataFrame, header: str, faults: Faults) -> str:
    """Return the one currency whose rate is always 1."""
    always = table.groupby("currency")["rate"].agg(lambda rate: bool((rate == ONE).all()))
    ones = [str(code) for code in always.index[always]]
    if len(ones) != 1:
        found = ", ".join(ones) or "none"
        faults.add_file(
            header, found, "exactly one currency must have the rate 1: the one in which everything is counted"
        )
    return ones[0] if ones else ""
