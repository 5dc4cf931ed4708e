"""The periods of a plan: named ones, their working days, seasons, and what a change in mid-period leaves of a target."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

ONE_DAY = pd.Timedelta(days=1)
MONTHS = 12
MONTHS_A_QUARTER = 3
A_PERIOD = "must be a year, quarter or month such as 2026, 2026-Q2 or 2026-04"
_NAMED = (
    re.compile(r"(?P<year>\d{4})(?:\.0)?"),  # a workbook's number
    re.compile(r"(?P<year>\d{4})[ -]?[Qq](?P<quarter>[1-4])"),
    re.compile(r"[Qq](?P<quarter>[1-4])[ -/]?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])"),
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def period_named(text: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return first and last day of a calendar year, quarter or month; None where the text names none.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day in period_named("2026-Q2")]
    ['2026-04-01', '2026-06-30']
    >>> period_named("soon") is None
    True
    """
    found = next((match for each in _NAMED if (match := each.fullmatch(text.strip()))), None)
    if found is None:
        return None
    told = found.groupdict()
    year = int(told["year"])
    first, count = 1, MONTHS
    if told.get("quarter"):
        first, count = MONTHS_A_QUARTER * (int(told["quarter"]) - 1) + 1, MONTHS_A_QUARTER
    elif told.get("month"):
        first, count = int(told["month"]), 1
    start = pd.Timestamp(year, first, 1)
    return start, start + pd.DateOffset(months=count) - ONE_DAY


def working_days(first: pd.Series, last: pd.Series, holidays: Sequence[dt.date] = ()) -> Ints:
    """Return the days from Monday to Friday between first and last days, both inside, less holidays; at least 0."""
    begin, end = (moments.to_numpy().astype("datetime64[D]") for moments in (first, last))
    off = np.array(list(holidays), dtype="datetime64[D]")
    return np.maximum(np.busday_count(begin, end + 1, holidays=off), 0)


def shares(
    rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, holidays: Sequence[dt.date] = ()
) -> Floats:
    """Return the share of each row's amount that falls on the days from ``start`` to ``end``, by working days.

    A period of no working days (a weekend) is shared by its days.

    Parameters
    ----------
    rows : DataFrame
        ``start``, ``end`` of the period; ``since``, ``until``: first and last day on which the amount holds.
    start, end : Timestamp
        Both inside.
    holidays : sequence of date
    """
    first = rows["since"].where(rows["since"] > start, start)
    last = rows["until"].where(rows["until"] < end, end)
    whole = working_days(rows["start"], rows["end"], holidays)
    inside = working_days(first, last, holidays)
    days = ((last - first).dt.days + 1).clip(lower=0) / ((rows["end"] - rows["start"]).dt.days + 1)
    return np.asarray(np.where(whole > 0, inside / np.maximum(whole, 1), days), dtype=np.float64)


def versions(rows: pd.DataFrame, whose: Sequence[str]) -> pd.DataFrame:
    """Return the rows with ``since`` and ``until``: on which days of its period each amount holds.

    Where a period has several amounts, each holds from its effective date until the next one's. An amount that is
    effective only after the period began holds from then on, and nothing is asked for the days before.

    Parameters
    ----------
    rows : DataFrame
        ``start``, ``end``, ``effective`` (may be missing) and the columns of ``whose``.
    whose : sequence of str
        Columns that say whose target it is.
    """
    keys = [*whose, "start", "end"]
    ordered = rows.sort_values([*keys, "effective"], kind="stable", na_position="first")
    since = ordered["effective"].where(ordered["effective"] > ordered["start"], ordered["start"])
    following = ordered.assign(since=since).groupby(keys, dropna=False)["since"].shift(-1)
    until = (following - ONE_DAY).where(following.notna(), ordered["end"])
    return ordered.assign(since=since, until=until.clip(upper=ordered["end"]))


def by_season(
    start: pd.Timestamp, end: pd.Timestamp, amount: float, season: Sequence[float]
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp, float]]:
    """Yield first day, last day and amount of each month of a period: by working days times the month's factor.

    Parameters
    ----------
    start, end : Timestamp
    amount : float
        Of the whole period; the months add up to it.
    season : sequence of 12 floats
        Factors of January to December, 0 or more.
    """
    edges = [start, *pd.date_range(start + ONE_DAY, end, freq="MS"), end + ONE_DAY]
    first, last = pd.Series(edges[:-1]), pd.Series(edges[1:]) - ONE_DAY
    factor = np.array([season[day.month - 1] for day in first])
    weight = np.maximum(working_days(first, last), 1) * factor
    for begin, until, part in zip(first, last, weight / max(float(weight.sum()), 1e-12), strict=True):
        yield begin, until, amount * float(part)
