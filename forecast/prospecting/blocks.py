"""Protected blocks: the prospecting that was planned, and whether it was kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.crm.columns import stripped
from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.numbers import parse_amounts
from forecast.crm.outcome_words import bare_words
from forecast.crm.sheet import Sheet, read_sheet
from forecast.prospecting.calendar_file import calendar_rows, is_calendar, read_calendar
from forecast.prospecting.mapping import RecordsMapping
from simulations.calendar import WEEK_DAYS

#: A block is kept where so much of it was spent prospecting on its day.
KEPT = 0.8
HEADERS = {
    "owner": ("owner", "rep", "who", "name", "mitarbeiter"),
    "weekday": ("weekday", "weekdays", "day of week", "wochentag"),
    "day": ("day", "date", "datum"),
    "start": ("start", "from", "begin", "von"),
    "end": ("end", "to", "until", "bis"),
    "hours": ("hours", "length", "stunden"),
}
WEEKDAYS = (
    ("mon", "monday", "mo", "montag"),
    ("tue", "tuesday", "di", "dienstag", "tues"),
    ("wed", "wednesday", "mi", "mittwoch"),
    ("thu", "thursday", "do", "donnerstag", "thur", "thurs"),
    ("fri", "friday", "fr", "freitag"),
    ("sat", "saturday", "sa", "samstag"),
    ("sun", "sunday", "so", "sonntag"),
)
MOST_HOURS, MINUTES = 24.0, 60.0
EMPTY = "(empty)"


@dataclass(frozen=True, slots=True)
class Plan:
    """The blocks that were planned.

    Attributes
    ----------
    weekly : DataFrame
        ``owner`` (missing: everybody), ``weekday`` (0 is Monday), ``hours``; a row for each block of a week.
    dated : DataFrame
        ``owner``, ``day``, ``hours``; a row for each block.
    file : str
    """

    weekly: pd.DataFrame
    dated: pd.DataFrame
    file: str

    def blocks(self, spans: pd.DataFrame) -> pd.DataFrame:
        """Return the blocks of each owner within the days on which their records run.

        Parameters
        ----------
        spans : DataFrame
            ``owner``, ``first``, ``last``.

        Returns
        -------
        DataFrame
            ``owner``, ``day``, ``hours``; by owner and day, blocks of a day in the order of the plan.
        """
        days = [
            pd.DataFrame(
                {"mine": owner, "day": pd.date_range(first, last, freq="D").astype("datetime64[us]")}
            )
            for owner, first, last in spans.itertuples(index=False, name=None)
        ]
        if not days:
            return pd.DataFrame({"owner": pd.Series(dtype="str"), "day": pd.NaT, "hours": 0.0}).iloc[:0]
        every = pd.concat(days, ignore_index=True)
        every["weekday"] = every["day"].dt.day_of_week
        found = [every.merge(self.weekly, on="weekday"), every.merge(self.dated, on="day")]
        whole = pd.concat(found, ignore_index=True)
        mine = whole["owner"].isna() | (whole["owner"] == whole["mine"])
        kept = whole.loc[mine, ["mine", "day", "hours"]].rename(columns={"mine": "owner"})
        return kept.sort_values(["owner", "day"], kind="stable").reset_index(drop=True)


def kept_blocks(blocks: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the blocks with ``spent``, the hours of the day that fell to each, and ``kept``.

    The hours of a day fill its blocks one after the other, in the order of the plan: records tell the hours of a day,
    not its clock. A block is kept where at least 80% of it are filled.

    Parameters
    ----------
    blocks : DataFrame
        As `Plan.blocks` gives them.
    table : DataFrame
        Columns as in `simulations.tables.PROSPECTING`.
    """
    done = table[["owner", "day", "hours"]].rename(columns={"hours": "done"})
    whole = blocks.merge(done, on=["owner", "day"], how="left")
    before = whole.groupby(["owner", "day"])["hours"].cumsum() - whole["hours"]
    left = (whole["done"].fillna(0.0) - before).clip(lower=0.0)
    spent = np.minimum(left, whole["hours"])
    return whole.drop(columns="done").assign(spent=spent, kept=spent >= KEPT * whole["hours"])


def read_plan(path: Path, until: pd.Timestamp, mapping: RecordsMapping | None = None) -> Plan:
    """Return the protected blocks of a file: a table of weekdays or days, or a calendar.

    Parameters
    ----------
    path : Path
        CSV or Excel with ``weekday`` (Tuesday, or Mon-Thu) or ``day``, with ``start`` and ``end`` or ``hours``, and
        ``owner``, empty for everybody; or a calendar, whose events that are prospecting are the blocks.
    until : Timestamp
        Nothing later is read of a calendar.
    mapping : RecordsMapping, optional

    Raises
    ------
    BadInput
        With every problem found.
    """
    told = mapping or RecordsMapping()
    nothing = pd.DataFrame({"owner": pd.Series(dtype="str"), "weekday": 0, "hours": 0.0}).iloc[:0]
    if is_calendar(path):
        rows = calendar_rows(read_calendar(path, until.to_pydatetime()), told, None).table
        dated = rows[["owner", "day", "hours"]].assign(
            owner=rows["owner"].map(lambda name: told.owners.get(name, name))
        )
        return Plan(nothing, dated, str(path))
    sheet = read_sheet(path, told.encoding)
    return _of_sheet(sheet, told, nothing)


def _of_sheet(sheet: Sheet, told: RecordsMapping, nothing: pd.DataFrame) -> Plan:
    faults = Faults(sheet)
    bare = [bare_words(header) for header in sheet.headers]
    at = {
        name: next(bare.index(word) for word in words if word in bare)
        for name, words in HEADERS.items()
        if any(word in bare for word in words)
    }
    _require(at, sheet, faults)
    texts = {name: stripped(sheet.rows[position]) for name, position in at.items()}
    owner = texts.get("owner", pd.Series(index=sheet.rows.index, dtype="str"))
    rows = pd.DataFrame({"owner": owner, "hours": _hours(texts, at, sheet, told, faults)})
    weekly, dated = nothing, nothing.drop(columns="weekday").assign(day=pd.Series(dtype="datetime64[us]"))
    if "weekday" in texts:
        named = texts["weekday"].map(_weekdays, na_action="ignore")
        wrong = named.isna()
        faults.add(
            sheet.headers[at["weekday"]], texts["weekday"][wrong].fillna(EMPTY),
            "must be a weekday such as Tuesday, or several such as Mon-Thu",
        )  # fmt: skip
        weekly = rows.assign(weekday=named)[~wrong].explode("weekday").astype({"weekday": "int64"})
    else:
        header = sheet.headers[at["day"]]
        faults.add(header, texts["day"][texts["day"].isna()].fillna(EMPTY), "every block needs its day")
        days = parse_dates({"day": texts["day"]}, {"day": header}, told.dates, faults).moments["day"]
        dated = rows.assign(day=days.dt.normalize())
    faults.raise_any()
    return Plan(weekly, dated, sheet.file)


def _require(at: dict[str, int], sheet: Sheet, faults: Faults) -> None:
    if "weekday" not in at and "day" not in at:
        faults.add_file(
            "header", "", f"column 'weekday' or 'day' is missing; there is: {listed(sheet.headers)}"
        )
    if "hours" not in at and not {"start", "end"} <= set(at):
        missing = f"column 'hours', or both 'start' and 'end', are missing; there is: {listed(sheet.headers)}"
        faults.add_file("header", "", missing)
    faults.raise_any()


def _hours(
    texts: dict[str, pd.Series], at: dict[str, int], sheet: Sheet, told: RecordsMapping, faults: Faults
) -> pd.Series:
    """Return the length of each block."""
    if "hours" in texts:
        header = sheet.headers[at["hours"]]
        hours = parse_amounts(texts["hours"], header, sheet.locale_separator, told.decimal, faults)
    else:
        header = sheet.headers[at["end"]]
        ends = [_clock(texts[name], sheet.headers[at[name]], faults) for name in ("start", "end")]
        hours = ends[1] - ends[0]
    wrong = ~hours.between(0.0, MOST_HOURS, inclusive="right")
    shown = texts["hours" if "hours" in texts else "end"][wrong].fillna(EMPTY)
    faults.add(header, shown, "a block must be longer than 0 and end on the day on which it begins")
    return hours


def _clock(text: pd.Series, header: str, faults: Faults) -> pd.Series:
    parts = text.str.extract(r"^([01]?\d|2[0-4])[:.]([0-5]\d)(?::[0-5]\d)?$").astype("float64")
    faults.add(header, text[parts[0].isna()].fillna(EMPTY), "must be a time of day such as 9:00 or 14:30")
    hours: pd.Series = parts[0] + parts[1] / MINUTES
    return hours


def _weekdays(text: str) -> list[int] | None:
    """Return the weekdays that a text names; None where it names none.

    Examples
    --------
    >>> _weekdays("Tuesday"), _weekdays("Mon-Thu"), _weekdays("mo, fr"), _weekdays("often")
    ([1], [0, 1, 2, 3], [0, 4], None)
    """
    found: list[int] = []
    for part in re.split(r"[,;/+&]", text):
        ends = [_weekday(word) for word in re.split("[-\u2013]", part)]
        if None in ends or len(ends) > 2:  # noqa: PLR2004 - from, to
            return None
        first, last = (int(end or 0) for end in (ends[0], ends[-1]))
        found += [(first + step) % WEEK_DAYS for step in range((last - first) % WEEK_DAYS + 1)]
    return sorted(set(found))


def _weekday(word: str) -> int | None:
    bare = bare_words(word)
    return next((number for number, names in enumerate(WEEKDAYS) if bare in names), None)
