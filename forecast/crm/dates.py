"""Dates as CRMs write them: one format a column, and an error where day and month cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from forecast.crm.faults import Faults
from simulations.tables import TIME

YEARS = (1980, 2100)
MONTHS = 12
SHORT_YEAR = 2
#: Hours, minutes and seconds end below these.
DAY = (24, 60, 60)
Order = Literal["day-first", "month-first"]
RESOLVE = "say which with --day-first or --month-first, or with `dates:` in a mapping file"

_CLOCK = r"(?:[ T,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[APap]\.?[Mm]\.?)?)?"
#: Family -> pattern of the whole cell; the first that all cells of a column fit is its family.
FAMILIES: Mapping[str, str] = {
    "iso": r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?",
    "year first": rf"\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}{_CLOCK}",
    "numbers": rf"\d{{1,2}}[/-]\d{{1,2}}[/-](?:\d{{4}}|\d{{2}}){_CLOCK}",
    "dots": rf"\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}}){_CLOCK}",
    "month name": rf"[A-Z][a-z]{{2}} \d{{1,2}},? \d{{4}}{_CLOCK}",
    "epoch milliseconds": r"\d{13}",
}
_ALLOWED = "must be a date such as 2026-10-01, 2026-10-01 17:30, 10/31/2026 or 31.10.2026, one format for the whole column"


@dataclass(frozen=True, slots=True)
class DatedColumns:
    """The columns of a sheet that hold dates, parsed.

    Attributes
    ----------
    moments : mapping of int to Series
        By position; ``datetime64[us]``, wall clock as written (an offset such as Z is dropped).
    day_only : frozenset of int
        Positions of columns in which no cell has a time of day other than midnight.
    """

    moments: Mapping[int, pd.Series]
    day_only: frozenset[int]


def order_told(*, day_first: bool | None, otherwise: Order | None = None) -> Order | None:
    """Return the order of day and month that a user named, else the other one given."""
    if day_first is None:
        return otherwise
    return "day-first" if day_first else "month-first"


def parse_dates(
    texts: Mapping[int, pd.Series], headers: Mapping[int, str], order: Order | None, faults: Faults
) -> DatedColumns:
    """Parse columns of text (missing where empty) into times.

    Day and month are told apart over all columns together: one export writes one order.
    What cannot be read is noted in ``faults`` and left out.
    """
    families = {at: _family(text.dropna(), headers[at], faults) for at, text in texts.items()}
    slashed = {at: texts[at].dropna() for at, family in families.items() if family == "numbers"}
    order = _order(slashed, headers, order, faults)
    values = {at: _parsed(text, families[at], order, headers[at], faults) for at, text in texts.items()}
    bare = frozenset(
        at for at, moments in values.items() if (moments.dropna().dt.normalize() == moments.dropna()).all()
    )
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
    faults.add(header, least, _ALLOWED)
    return best if best != "numbers" else ""


def _order(
    texts: Mapping[int, pd.Series], headers: Mapping[int, str], told: Order | None, faults: Faults
) -> Order | None:
    """Return which stands first; note where the columns contradict each other or say nothing."""
    day_shown: dict[int, pd.Series] = {}
    month_shown: dict[int, pd.Series] = {}
    for at, text in texts.items():
        parts = text.str.extract(r"^(\d+)[/-](\d+)").astype("int64")
        day_shown[at] = text[parts[0] > MONTHS]
        month_shown[at] = text[parts[1] > MONTHS]
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
    day: Mapping[int, pd.Series], month: Mapping[int, pd.Series], headers: Mapping[int, str], faults: Faults
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
    shown: Mapping[int, pd.Series], headers: Mapping[int, str], faults: Faults, told: Order
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
    times = _times(given, family, order)
    bad = times.isna() | ~times.dt.year.between(*YEARS)
    faults.add(header, given[bad], f"is no day of the calendar between {YEARS[0]} and {YEARS[1]}")
    whole.loc[given.index] = times
    return whole


def _times(text: pd.Series, family: str, order: Order | None) -> pd.Series:
    if family == "iso":
        bare = text.str.replace(
            r"(?:Z|(?<=:\d\d)[+-]\d{2}:?\d{2}|(?<=\.\d{3})[+-]\d{2}:?\d{2})$", "", regex=True
        )
        return _exact(bare, "ISO8601")
    if family == "epoch milliseconds":
        return pd.to_datetime(text.astype("int64"), unit="ms").astype(TIME)
    return _by_format(_tidy(text), _date_format(family, order))


def _tidy(text: pd.Series) -> pd.Series:
    """Write every cell of a column with the same separators: ``1/2/2026 5:19 PM``."""
    plain = text.str.replace(r"(?<=:\d\d)\.\d+", "", regex=True)
    plain = plain.str.replace(r"[T,]", " ", regex=True).str.replace(
        r"(?<=\d)[.-](?=\d+[./-]|\d{2,4}\b)", "/", regex=True
    )
    plain = plain.str.replace(r"\s+", " ", regex=True).str.upper()
    return plain.str.replace(".", "", regex=False).str.replace(r"(?<=\d)([AP]M)", r" \1", regex=True)


def _date_format(family: str, order: Order | None) -> str:
    if family == "year first":
        return "%Y/%m/%d"
    if family == "month name":
        return "%b %d %Y"
    return "%d/%m/" if family == "dots" or order == "day-first" else "%m/%d/"


def _by_format(text: pd.Series, date: str) -> pd.Series:
    """Parse by the one date format, with whatever clock each cell carries."""
    parts = (
        text.str.partition(" ") if not date.startswith("%b") else text.str.extract(r"(\w+ \d+ \d+)( )?(.*)")
    )
    parts.columns = pd.Index(["day", "blank", "clock"])
    day = parts["day"]
    if date.endswith("/"):
        short = day.str.rpartition("/")[2].str.len() == SHORT_YEAR
        days = _exact(day.where(~short), date + "%Y").fillna(_exact(day.where(short), date + "%y"))
    else:
        days = _exact(day, date)
    return days + _clock(parts["clock"].fillna(""))


def _clock(text: pd.Series) -> pd.Series:
    """Return the time of day, of 24 hours or of 12 with AM and PM; missing where there is no such time."""
    parts = text.str.extract(r"^(\d+):(\d+)(?::(\d+))? ?([AP]M)?$")
    hour, minute, second = (pd.to_numeric(parts[at]).fillna(0) for at in range(3))
    hour = hour.mask(parts[3].notna(), hour % 12) + 12 * (parts[3] == "PM")
    real = (hour < DAY[0]) & (minute < DAY[1]) & (second < DAY[2])
    seconds = (hour * 3600 + minute * 60 + second).where(real)
    return pd.to_timedelta(seconds, unit="s").astype("timedelta64[us]")


def _exact(text: pd.Series, form: str) -> pd.Series:
    moments: pd.Series = pd.to_datetime(text, format=form, errors="coerce").astype(TIME)
    return moments
