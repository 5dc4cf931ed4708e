"""Dates as CRMs write them: one format a column, and an error where day and month cannot be told apart."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from forecast.crm.faults import Faults
from forecast.crm.times import PATTERNS, Order, plain_times, times, two_numbers
from simulations.tables import TIME

YEARS = (1980, 2100)
MONTHS = 12
#: Microseconds.
A_DAY = 86_400_000_000
Key = TypeVar("Key", bound=Hashable)
RESOLVE = "say which with --day-first or --month-first, or with `dates:` in a mapping file"

#: Family -> pattern of the whole cell; the first that all cells of a column fit is its family.
FAMILIES: Mapping[str, str] = {
    family: re.sub(r"\(\?P<\w+>", "(?:", pattern) for family, pattern in PATTERNS.items()
}
_ALLOWED = "must be a date such as 2026-10-01, 2026-10-01 17:30, 10/31/2026, 31.10.2026 or 31-Oct-2026, one format for the whole column"

_SERIAL = (
    "is the number by which Excel counts days; format the column as a date in Excel and save the sheet again"
)


@dataclass(frozen=True, slots=True)
class DatedColumns(Generic[Key]):
    """The columns of a sheet that hold dates, parsed.

    Attributes
    ----------
    moments : mapping of key to Series
        By the keys of the columns; ``datetime64[us]``, wall clock as written (an offset such as Z is dropped).
    day_only : frozenset of key
        Columns in which no cell has a time of day other than midnight.
    """

    moments: Mapping[Key, pd.Series]
    day_only: frozenset[Key]


def order_told(*, day_first: bool | None, otherwise: Order | None = None) -> Order | None:
    """Return the order of day and month that a user named, else the other one given."""
    if day_first is None:
        return otherwise
    return "day-first" if day_first else "month-first"


def parse_dates(
    texts: Mapping[Key, pd.Series], headers: Mapping[Key, str], order: Order | None, faults: Faults
) -> DatedColumns[Key]:
    """Parse columns of text (missing where empty) into times.

    Day and month are told apart over all columns together: one export writes one order.
    What cannot be read is noted in ``faults`` and left out.
    """
    plain = {at: plain_times(text) for at, text in texts.items()}
    families = {
        at: _family(text.dropna(), headers[at], faults) if plain[at] is None else "iso"
        for at, text in texts.items()
    }
    slashed = {at: texts[at].dropna() for at, family in families.items() if family == "numbers"}
    order = _order(slashed, headers, order, faults)
    values = {}
    for at, text in texts.items():
        quick = plain[at]
        values[at] = (
            _parsed(text, families[at], order, headers[at], faults)
            if quick is None
            else _checked(text, quick, headers[at], faults)
        )
    bare = frozenset(at for at, moments in values.items() if _day_only(moments))
    return DatedColumns(values, bare)


def _family(text: pd.Series, header: str, faults: Faults) -> str:
    """Return the family that most cells fit; note the cells that do not."""
    best, least = "", text
    for family, pattern in FAMILIES.items():
        other = text[~text.str.fullmatch(pattern)]
        if other.empty:
            return family
        if len(other) < len(least):
            best, least = family, other
    serial = least.str.fullmatch(r"\d{5}(?:\.\d+)?").all()
    faults.add(header, least, _SERIAL if serial else _ALLOWED)
    return best if best != "numbers" else ""


def _order(
    texts: Mapping[Key, pd.Series], headers: Mapping[Key, str], told: Order | None, faults: Faults
) -> Order | None:
    """Return which stands first; note where the columns contradict each other or say nothing."""
    day_shown: dict[Key, pd.Series] = {}
    month_shown: dict[Key, pd.Series] = {}
    for at, text in texts.items():
        one, two = two_numbers(text)
        day_shown[at], month_shown[at] = text[one > MONTHS], text[two > MONTHS]
    says_day = any(len(shown) for shown in day_shown.values())
    says_month = any(len(shown) for shown in month_shown.values())
    if says_day and says_month:
        _note_contradiction(day_shown, month_shown, headers, faults)
        return None
    if says_day or says_month:
        seen: Order = "day-first" if says_day else "month-first"
        if told is not None and told != seen:
            _note_overruled(day_shown if says_day else month_shown, headers, faults, told)
        return seen
    if told is None and texts:
        every = pd.concat(list(texts.values())).drop_duplicates()
        faults.add(
            ", ".join(headers[at] for at in texts),
            every,
            f"day and month cannot be told apart: every date in the file reads both ways; {RESOLVE}",
        )
    return told


def _note_contradiction(
    day: Mapping[Key, pd.Series],
    month: Mapping[Key, pd.Series],
    headers: Mapping[Key, str],
    faults: Faults,
) -> None:
    for shown, order in ((day, "day first"), (month, "month first")):
        for at, text in shown.items():
            faults.add(
                headers[at],
                text,
                f"can only be {order}, but other dates of this file can only be the other way round; "
                "export all dates in one order",
            )


def _note_overruled(
    shown: Mapping[Key, pd.Series], headers: Mapping[Key, str], faults: Faults, told: Order
) -> None:
    for at, text in shown.items():
        faults.add(
            headers[at], text, f"cannot be {told}, as was asked; leave the order away or give the other"
        )


def _parsed(text: pd.Series, family: str, order: Order | None, header: str, faults: Faults) -> pd.Series:
    whole = pd.Series(pd.NaT, index=text.index, dtype=TIME)
    given = text.dropna()
    if given.empty or not family or (family == "numbers" and order is None):
        return whole
    given = given[given.str.fullmatch(FAMILIES[family])]
    return _checked(given, times(given, family, order), header, faults).reindex(text.index)


def _checked(text: pd.Series, moments: pd.Series, header: str, faults: Faults) -> pd.Series:
    """Return the times of cells; note those that are none, or of a year that cannot be meant."""
    first, after = pd.Timestamp(YEARS[0], 1, 1), pd.Timestamp(YEARS[1] + 1, 1, 1)
    bad = text.notna() & ~((moments >= first) & (moments < after))
    if bad.any():
        faults.add(header, text[bad], f"is no day of the calendar between {YEARS[0]} and {YEARS[1]}")
    return moments


def _day_only(moments: pd.Series) -> bool:
    """Return whether no time has a time of day other than midnight."""
    clock = moments.dropna().to_numpy().astype("datetime64[us]").astype(np.int64) % A_DAY
    return not clock.any()
