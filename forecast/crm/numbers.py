"""Amounts and probabilities as CRMs write them: currency signs, thousands separators, decimal commas."""

from __future__ import annotations

import pandas as pd

from forecast.crm.currencies import MARK, WRITTEN
from forecast.crm.faults import Faults

#: What may stand around a number: currency signs and codes, blanks, the Swiss apostrophe.
_AROUND = rf"(?:{MARK}|[\s\u00a0\u2009\u202f'\u2019])"
_GROUPED = r"-?[0-9]{1,3}(?:[.,][0-9]{3})+"
#: A number that reads one way, whatever the locale.
_CERTAIN = r"[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?"
NO_NUMBER = (
    "must be a number such as 1200, 1,200.50 or 1.200,50, or empty; whole units without k, TEUR or million, and one "
    "decimal sign for the whole column"
)
DECIMALS = ("point", "comma")
PERCENT = 100.0


def parse_amounts(
    text: pd.Series, header: str, separator: str, decimal: str | None, faults: Faults
) -> pd.Series:
    """Return amounts as float, missing where the cell is empty.

    Parameters
    ----------
    text : Series of str
        Missing where empty.
    header : str
        Named in messages.
    separator : str
        Of the file: where fields are parted by semicolons, 1.234 groups thousands;
        where they are parted by commas, 1,234 does.
    decimal : {'point', 'comma'} or None
        The decimal sign, where the user named it.
    faults : Faults
        Non-numeric, negative and ambiguous cells are noted here.
    """
    given = text.dropna()
    if decimal != "comma" and are_plain(given):
        return _floats(given, header, faults).reindex(text.index)
    # Letters beside a number that are no currency may be its unit: 12 TEUR is not 12.
    bare = given.where(given.str.fullmatch(WRITTEN), "?").str.replace(_AROUND, "", regex=True)
    sign = decimal or _decimal_sign(bare, separator)
    if sign is None:
        faults.add(
            header,
            given[bare.str.fullmatch(_GROUPED)],
            "may be thousands or decimals; say which with `decimal: point` or `decimal: comma` in a mapping file",
        )
        return pd.Series(float("nan"), index=text.index)
    values = pd.to_numeric(_plain(bare, sign), errors="coerce").astype("float64")
    values = values.where(values.abs() != float("inf"))
    faults.add(header, given[values.isna()], NO_NUMBER)
    faults.add(header, given[values < 0], "must not be negative; leave credit notes out of the export")
    return values.reindex(text.index)


def are_plain(given: pd.Series) -> bool:
    """Return whether all cells that are not missing are numbers that read one way, with nothing beside them."""
    return bool(given.dropna().str.fullmatch(_CERTAIN).all())


def _floats(given: pd.Series, header: str, faults: Faults) -> pd.Series:
    """Return plain numbers as float; those too large to be one are noted."""
    values = pd.Series(
        pd.to_numeric(given).to_numpy(dtype="float64", na_value=float("nan")), index=given.index
    )
    endless = values.abs() == float("inf")
    faults.add(header, given[endless], NO_NUMBER)
    return values.mask(endless)


def _decimal_sign(bare: pd.Series, separator: str) -> str | None:
    """Return the decimal sign that the column shows, or None where it cannot be told."""
    comma = bare.str.fullmatch(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+|-?\d{1,3}(?:\.\d{3}){2,}")
    point = bare.str.fullmatch(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+|-?\d{1,3}(?:,\d{3}){2,}")
    grouped = bare.str.fullmatch(_GROUPED)
    by_comma, by_point = (comma & ~grouped).any(), (point & ~grouped).any()
    several = (
        bare.str.fullmatch(r"-?\d{1,3}(?:\.\d{3}){2,}").any(),
        bare.str.fullmatch(r"-?\d{1,3}(?:,\d{3}){2,}").any(),
    )
    if by_comma or several[0]:
        return "comma"
    if by_point or several[1]:
        return "point"
    if not grouped.any():
        return "point"
    grouping = bare[grouped].str.contains(",", regex=False)
    if separator == ";" and not grouping.any():
        return "comma"
    return "point" if separator == "," and grouping.all() else None


def _plain(bare: pd.Series, decimal: str) -> pd.Series:
    """Write numbers as Python reads them; what has its separators in other places becomes missing."""
    group, point = (",", ".") if decimal == "point" else (".", ",")
    shape = rf"-?(?:\d+|\d{{1,3}}(?:\{group}\d{{3}})+)?(?:\{point}\d*)?(?:[eE][+-]?\d+)?"
    fits = bare.str.fullmatch(shape)
    return bare.where(fits).str.replace(group, "", regex=False).str.replace(point, ".", regex=False)


def parse_probabilities(
    text: pd.Series, header: str, faults: Faults, needed: pd.Series | None = None
) -> pd.Series:
    """Return probabilities between 0 and 1; percents where the header or a value says so.

    Parameters
    ----------
    text : Series of str
        Missing where empty.
    header : str
    faults : Faults
    needed : Series of bool, optional
        Where a cell that is no probability is a fault; elsewhere it becomes missing. Default: everywhere.
    """
    given = text.dropna()
    plain = given.str.fullmatch(r"\d+(?:\.\d+)?").all()
    bare = given if plain else given.str.replace(r"[\s%]", "", regex=True).str.replace(",", ".", regex=False)
    values = pd.to_numeric(bare, errors="coerce").astype("float64")
    # A workbook keeps 50% as 0.5 under whatever header: nobody types less than one percent throughout.
    shares_only = bool((values <= 1).all() and values.between(0, 1, inclusive="neither").any())
    signed = given.str.contains("%", regex=False).any()
    percent = signed or (not shares_only and ("%" in header or bool((values > 1).any())))
    shares = values / PERCENT if percent else values
    wrong = ~shares.between(0.0, 1.0)
    told = wrong if needed is None else wrong & needed.reindex(wrong.index)
    faults.add(header, given[told], "must be a probability from 0 to 100 (%)")
    return shares.where(~wrong).reindex(text.index)
