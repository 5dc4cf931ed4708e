"""The amounts of opportunities in one currency: as exported, in the company's currency, or by a file of rates."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecast.crm.cells import Cells
from forecast.crm.currencies import CODES, beside
from forecast.crm.faults import listed
from forecast.crm.numbers import are_plain, parse_amounts
from forecast.crm.rates import Rates
from simulations.tables import WON


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts in one currency.

    Attributes
    ----------
    amount : Series of float
        Missing where none is typed.
    currency : str or None
        None where nothing says it.
    converted : mapping of str to int
        Currency -> how many amounts were converted from it.
    by : str
        What converted them: the name of a column, or a file of rates; empty where nothing was converted.
    """

    amount: pd.Series
    currency: str | None
    converted: dict[str, int]
    by: str = ""


def typed_money(cells: Cells, outcome: pd.Series, rates: Rates | None) -> Money:
    """Return the amounts as typed, or as the CRM converted them; what cannot be read is noted in the cells' faults.

    Parameters
    ----------
    cells : Cells
    outcome : Series of str
    rates : Rates or None
        Where there are some, amounts may be in several currencies; `exchanged` converts them.
    """
    amount, currency = _amounts(cells, outcome), _currency(cells)
    if amount is None or currency is None:
        return Money(_blank(cells) if amount is None else amount, cells.mapping.currency, {})
    codes = currency.dropna().drop_duplicates()
    if len(codes) <= 1 or rates is not None:
        # A sign that several currencies share, such as $, names none.
        named = [str(code) for code in codes if "currency" in cells.texts or code in CODES]
        return Money(amount, named[0] if named else cells.mapping.currency, {})
    if "converted" in cells.texts:
        return _by_column(cells, currency)
    cells.faults.add(
        cells.header("currency" if "currency" in cells.texts else "amount"),
        codes.iloc[:2],
        f"one file must have one currency, and this one has {listed(codes)}; give a file of exchange rates with "
        "--rates, convert the amounts to one currency, or export the opportunities of one",
    )
    return Money(amount, None, {})


def exchanged(cells: Cells, money: Money, day: pd.Series, rates: Rates) -> Money:
    """Return amounts in the one currency of the rates; what has no rate is noted in the cells' faults.

    Parameters
    ----------
    cells : Cells
    money : Money
        As typed.
    day : Series of datetime
        On which each amount is converted: when it closed; missing while open, then the latest rate counts.
    rates : Rates
    """
    said = _currency(cells)
    currency = pd.Series(money.currency, index=cells.records, dtype="str") if said is None else said
    rate = rates.of(currency, day)
    counted = money.amount > 0
    unnamed = money.amount[counted & currency.isna()]
    header = cells.header("currency")
    cells.faults.add(header, unnamed, "the currency is empty beside this amount; name that of each amount")
    cells.faults.add(
        header,
        currency[rate.isna() & counted & currency.notna()],
        f"has no rate in {rates.file} for the day on which it is needed; add a row for it",
    )
    counts = currency[counted & currency.notna() & (currency != rates.into)].value_counts()
    converted = {str(code): int(count) for code, count in counts.items()}
    return Money(money.amount.where(~counted, money.amount * rate), rates.into, converted, rates.file)


def _blank(cells: Cells) -> pd.Series:
    return pd.Series(float("nan"), index=cells.records)


def _currency(cells: Cells) -> pd.Series | None:
    """Return the currency of each amount: of its column, else as it stands beside the amounts; None where neither says it."""
    if "currency" in cells.texts:
        return cells.texts["currency"].str.upper()
    written = cells.texts.get("amount")
    if written is None or are_plain(written):
        return None
    said = beside(written)
    return said if said.notna().any() else None


def _amounts(cells: Cells, outcome: pd.Series) -> pd.Series | None:
    """Return the amounts as typed; what was really booked, where a column says so, in place of what was hoped for."""
    amount = _parsed(cells, "amount")
    booked = _parsed(cells, "booked")
    if amount is None or booked is None:
        return amount if booked is None else booked
    return amount.mask((outcome == WON) & booked.notna(), booked)


def _parsed(cells: Cells, meaning: str) -> pd.Series | None:
    if meaning not in cells.texts:
        return None
    sheet = cells.sheet
    return parse_amounts(
        cells.texts[meaning],
        cells.header(meaning),
        sheet.locale_separator,
        cells.mapping.decimal,
        cells.faults,
    )


def _by_column(cells: Cells, currency: pd.Series) -> Money:
    """Return the amounts that the CRM itself converted to the company's currency."""
    company = (
        cells.texts.get("company_currency", pd.Series(dtype="str")).dropna().str.upper().drop_duplicates()
    )
    if len(company) > 1:
        cells.faults.add(
            cells.header("company_currency"),
            company.iloc[:2],
            "the converted amounts must be in one currency",
        )
    into = cells.mapping.currency if company.empty else str(company.iloc[0])
    amount = _parsed(cells, "converted")
    counts = currency[currency != into].value_counts()
    return Money(
        _blank(cells) if amount is None else amount,
        into,
        {str(code): int(count) for code, count in counts.items()},
        cells.header("converted"),
    )
