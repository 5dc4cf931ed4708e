"""From text to times: the parts of a cell by one pattern, put together by the calendar, a column at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulations.tables import TIME

if TYPE_CHECKING:
    import pyarrow as pa

Order = Literal["day-first", "month-first"]
Ints = npt.NDArray[np.int64]
#: Two digits of a year: from here on of the last century (POSIX).
CENTURY, TURN, SHORT = 100, 69, 2
NOON = 12
#: Hours, minutes and seconds end below these.
DAY = (24, 60, 60)
MICRO = 6
#: Characters of an ISO day, of one with hour and minute, and of one with seconds.
PLAIN_LENGTHS = (10, 16, 19)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December", "Sept"),
)
_CASES = (str, str.lower, str.upper)
#: Names of months in English, whole or cut after the third letter, which tells them apart.
_MONTH = "(?P<word>{})\\.?".format(
    "|".join(f"{case(name)[:3]}(?:{case(name)[3:]})?" for name in _NAMES for case in _CASES)
)
_THIN = "[ \u00a0\u202f]"  # browsers write a narrow blank before PM
_TAIL = r"(?::(?P<second>\d{2})(?:\.(?P<part>\d+))?)?"
_CLOCK = rf"(?:[ T,]+(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}){_TAIL}(?:{_THIN}?(?P<half>[APap])\.?[Mm]\.?)?)?"
#: Family -> pattern of the whole cell, its parts named; ``first`` and ``second`` are day and month in either order.
PATTERNS: Mapping[str, str] = {
    "iso": r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    rf"(?:[ T](?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}){_TAIL})?(?:Z|[+-]\d{{2}}:?\d{{2}})?",
    "year first": rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_CLOCK}",
    "numbers": rf"(?P<one>\d{{1,2}})[/-](?P<two>\d{{1,2}})[/-](?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    "dots": rf"(?P<one>\d{{1,2}})\.(?P<two>\d{{1,2}})\.(?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    "month name": rf"{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_CLOCK}",
    "day, month name": rf"(?P<day>\d{{1,2}})[ -]{_MONTH}[ -](?P<year>\d{{4}}|\d{{2}}){_CLOCK}",
    "weekday": r"[A-Z][a-z]{2} (?P<word>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<year>\d{4})"
    rf" (?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}){_TAIL}(?: GMT(?:[+-]\d{{4}})?)?(?: \([^()]*\))?",
    "digits": r"(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])" + _CLOCK,
    "epoch milliseconds": r"(?P<milliseconds>\d{13})",
}


def times(text: pd.Series, family: str, order: Order | None) -> pd.Series:
    """Return the times of a column all of whose cells are of one family; missing where there is no such time.

    Parameters
    ----------
    text : Series of str
        None missing, each of the family's pattern.
    family : str
        A key of `PATTERNS`.
    order : {'day-first', 'month-first'} or None
        Of the family ``numbers``; dots are always day-first.

    Returns
    -------
    Series of datetime
        Wall clock as written: an offset such as Z is dropped.
    """
    import pyarrow as pa

    cells = pa.array(text, type=pa.large_string())
    quick = _iso(cells) if family == "iso" else None
    moments = _by_parts(cells, family, order) if quick is None else quick
    return pd.Series(moments, index=text.index, dtype=TIME)


def plain_times(text: pd.Series) -> pd.Series | None:
    """Return the times of a column that holds nothing but 2026-10-01, 2026-10-01 17:30, 2026-10-01 17:30:00 and blanks.

    None where it holds anything else: then its family must be found out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pa.array(text, type=pa.large_string())
    lengths = pc.is_in(pc.binary_length(cells), value_set=pa.array(PLAIN_LENGTHS, type=pa.int64()))
    if len(cells) == cells.null_count or not pc.all(pc.or_kleene(lengths, pc.is_null(cells))).as_py():
        return None
    moments = _cast(cells)
    return None if moments is None else pd.Series(moments, index=text.index, dtype=TIME)


def two_numbers(text: pd.Series) -> tuple[Ints, Ints]:
    """Return the first two numbers of cells such as 1/2/2026."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.extract_regex(pa.array(text, type=pa.large_string()), r"^(?P<one>\d+)[/-](?P<two>\d+)")
    return _whole(found, "one"), _whole(found, "two")


def _iso(cells: pa.Array) -> npt.NDArray[np.datetime64] | None:
    """Return ISO times without an offset, or all with Z; None where a cell is of another kind or no time."""
    import pyarrow.compute as pc

    if len(cells) and pc.all(pc.ends_with(cells, "Z")).as_py():
        cells = pc.utf8_slice_codeunits(cells, 0, -1)
    return _cast(cells)


def _cast(cells: Any) -> npt.NDArray[np.datetime64] | None:
    """Return ISO times without an offset; None where a cell is of another kind or no time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        moments: npt.NDArray[np.datetime64] = pc.cast(cells, pa.timestamp("us")).to_numpy(
            zero_copy_only=False
        )
    except pa.ArrowInvalid:
        return None
    return moments


def _by_parts(cells: pa.Array, family: str, order: Order | None) -> npt.NDArray[np.datetime64]:
    import pyarrow.compute as pc

    parts = pc.extract_regex(cells, f"^(?:{PATTERNS[family]})$")
    if family == "epoch milliseconds":
        return _whole(parts, "milliseconds").astype("datetime64[ms]").astype("datetime64[us]")
    year, month, day = _date(parts, family, order)
    short = pc.utf8_length(parts.field("year")).to_numpy(zero_copy_only=False) == SHORT
    year = np.where(short, year + np.where(year < TURN, 20, 19) * CENTURY, year)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    real = (month >= 1) & (month <= len(MONTHS)) & (day >= 1) & (days.astype("datetime64[M]") == months)
    clock, told = _clock(parts)
    moments = days.astype("datetime64[us]") + clock.astype("timedelta64[us]")
    return np.where(real & told, moments, np.datetime64("NaT", "us"))


def _date(parts: Any, family: str, order: Order | None) -> tuple[Ints, Ints, Ints]:
    year = _whole(parts, "year")
    if "month name" in family or family == "weekday":
        import pyarrow as pa
        import pyarrow.compute as pc

        word = pc.utf8_slice_codeunits(pc.utf8_lower(parts.field("word")), 0, 3)
        at = pc.fill_null(pc.index_in(word, value_set=pa.array(MONTHS, type=word.type)), -1)
        return year, at.to_numpy(zero_copy_only=False).astype("int64") + 1, _whole(parts, "day")
    if family in ("numbers", "dots"):
        one, two = _whole(parts, "one"), _whole(parts, "two")
        day_first = family == "dots" or order == "day-first"
        return (year, two, one) if day_first else (year, one, two)
    return year, _whole(parts, "month"), _whole(parts, "day")


def _clock(parts: Any) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return microseconds since midnight, of 24 hours or of 12 with AM and PM, and whether there is such a time."""
    import pyarrow.compute as pc

    names = {field.name for field in parts.type}
    hour, minute, second = (_whole(parts, name) for name in ("hour", "minute", "second"))
    if "half" in names:
        half = pc.utf8_lower(parts.field("half"))
        said = pc.not_equal(half, "").to_numpy(zero_copy_only=False)
        after = pc.equal(half, "p").to_numpy(zero_copy_only=False)
        hour = np.where(said, hour % NOON + NOON * after, hour)
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(parts.field("part"), MICRO, padding="0"), 0, MICRO)
    micro = _numbers(fraction)
    real = (hour < DAY[0]) & (minute < DAY[1]) & (second < DAY[2])
    return (hour * 3_600 + minute * 60 + second) * 1_000_000 + micro, real


def _whole(parts: Any, name: str) -> Ints:
    """Return a named part as whole numbers; 0 where it is not there."""
    return _numbers(parts.field(name))


def _numbers(texts: Any) -> Ints:
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.fill_null(texts, "")
    numbers: Ints = pc.cast(pc.if_else(pc.equal(filled, ""), "0", filled), pa.int64()).to_numpy(
        zero_copy_only=False
    )
    return numbers
