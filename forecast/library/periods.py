"""Periods as a question names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.errors import BadInput, call_refused

if TYPE_CHECKING:
    import pandas as pd


def days_of_period(text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of ``2026-07-01:2026-09-30``.

    Raises
    ------
    BadInput
        It is not written so, or ends before it begins.
    """
    import pandas as pd

    try:
        first, last = (pd.to_datetime(part, format="%Y-%m-%d") for part in text.split(":"))
    except ValueError:
        raise _no_period(text) from None
    if last < first:
        raise _no_period(text)
    return first, last


def _no_period(text: str) -> BadInput:
    allowed = "must be FIRST:LAST, two days such as 2026-07-01:2026-09-30, the earlier one first"
    return call_refused("period", text, allowed)


def period_asked(
    text: str | None, moment: pd.Timestamp, fiscal_year_start: int
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last day of a period: as named, else the fiscal quarter of the last day that is known.

    Parameters
    ----------
    text : str or None
    moment : Timestamp
        First instant that is not known.
    fiscal_year_start : int
        Month, 1 to 12.
    """
    import pandas as pd

    if text is not None:
        return days_of_period(text)
    day = moment - pd.Timedelta(microseconds=1)
    into = (day.month - fiscal_year_start) % 3
    first = day.to_period("M").to_timestamp() - pd.DateOffset(months=into)
    return first, first + pd.DateOffset(months=3) - pd.Timedelta(days=1)
