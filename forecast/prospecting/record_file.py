"""A table of prospecting records: a row for each day or entry of an owner."""

from __future__ import annotations

import pandas as pd

from forecast.crm.columns import stripped
from forecast.crm.dates import parse_dates
from forecast.crm.faults import Faults, listed
from forecast.crm.layout import plain_header
from forecast.crm.numbers import parse_amounts
from forecast.crm.outcome_words import bare_words
from forecast.crm.sheet import Sheet
from forecast.findings import Finding, first_examples
from forecast.prospecting.headers import MEASURES, RECORDS
from forecast.prospecting.mapping import RecordsMapping
from forecast.prospecting.rows import Rows
from simulations.tables import PROSPECTING, conform

MINUTES = 60.0
COUNTED = (*MEASURES, "minutes")
EMPTY = "(empty)"


def record_columns(sheet: Sheet, mapping: RecordsMapping) -> dict[str, int]:
    """Return meaning -> position: as the mapping names them, else by the names that are known.

    Raises
    ------
    BadInput
        The mapping names a column that is not there.
    """
    plain = [plain_header(header) for header in sheet.headers]
    bare = [bare_words(header) for header in sheet.headers]
    faults = Faults(sheet)
    found: dict[str, int] = {}
    for meaning, header in mapping.columns.items():
        if plain_header(header) in plain:
            found[meaning] = plain.index(plain_header(header))
        else:
            there = f"is no column of this file; its columns are {listed(sheet.headers)}"
            faults.add_file(f"columns.{meaning} of the mapping file", header, there)
    faults.raise_any()
    for meaning, names in RECORDS.items():
        at = next((bare.index(name) for name in names if name in bare), None)
        if meaning not in found and at is not None and at not in found.values():
            found[meaning] = at
    return found


def is_record_file(columns: dict[str, int]) -> bool:
    """Return whether columns say on which day something was done, and how much."""
    return "day" in columns and any(name in columns for name in COUNTED)


def read_record_file(
    sheet: Sheet, columns: dict[str, int], mapping: RecordsMapping, owner: str | None
) -> Rows:
    """Return what a table says.

    Parameters
    ----------
    sheet : Sheet
    columns : dict of str to int
        As `record_columns` gave them.
    mapping : RecordsMapping
    owner : str or None
        Whose file it is, where it has no column for that.

    Raises
    ------
    BadInput
        A cell cannot be read, or nothing says whose hours they are.
    """
    faults = Faults(sheet)
    texts = {meaning: stripped(sheet.rows[at]) for meaning, at in columns.items()}
    if owner is None and "owner" not in texts:
        allowed = f"column 'owner' is missing; add it, or give the file as OWNER=FILE. There is: {listed(sheet.headers)}"
        faults.add_file("header", "", allowed)
        faults.raise_any()
    kept = _prospecting(texts, mapping, faults)
    texts = {meaning: text[kept] for meaning, text in texts.items()}
    for name in ("day", *(("owner",) if owner is None else ())):
        blank = texts[name][texts[name].isna()]
        faults.add(sheet.headers[columns[name]], blank.fillna(EMPTY), "every row needs it")
    dated = parse_dates({"day": texts["day"]}, {"day": sheet.headers[columns["day"]]}, mapping.dates, faults)
    numbers = {
        name: _numbers(texts[name], sheet.headers[columns[name]], sheet, mapping, faults)
        for name in COUNTED
        if name in texts
    }
    faults.raise_any()
    findings = _empty_cells(numbers, texts)
    if "minutes" in numbers:
        minutes = numbers.pop("minutes") / MINUTES
        numbers["hours"] = minutes if "hours" not in numbers else numbers["hours"] + minutes
    rows = pd.DataFrame({"day": dated.moments["day"], **numbers})
    rows["owner"] = texts["owner"] if owner is None else owner
    return Rows(sheet.file, "prospecting records", conform(rows, PROSPECTING), (*sheet.findings, *findings))


def _prospecting(texts: dict[str, pd.Series], mapping: RecordsMapping, faults: Faults) -> pd.Series:
    """Return which rows are prospecting by their kind; all where the mapping names none."""
    if not mapping.kinds:
        return pd.Series(data=True, index=texts["day"].index)
    wanted = {bare_words(kind) for kind in mapping.kinds}
    if "kind" not in texts:
        faults.add_file(
            "header", "", "`kinds` of the mapping file needs a column `kind`; name it under `columns`"
        )
        faults.raise_any()
    different = texts["kind"].dropna().drop_duplicates()
    kept = texts["kind"].isin([kind for kind in different if bare_words(kind) in wanted])
    if not kept.any():
        there = listed(different)
        faults.add_file(
            "kinds of the mapping file", ", ".join(mapping.kinds), f"no row has one; there is: {there}"
        )
        faults.raise_any()
    return kept


def _numbers(
    text: pd.Series, header: str, sheet: Sheet, mapping: RecordsMapping, faults: Faults
) -> pd.Series:
    clock = _clock_hours(text)
    plain = text.where(clock.isna())
    numbers = parse_amounts(plain, header, sheet.locale_separator, mapping.decimal, faults)
    return numbers.fillna(clock).fillna(0.0)


def _clock_hours(text: pd.Series) -> pd.Series:
    """Return durations such as 1:30, 01:30:00 or 1h 30m as hours; missing where they are none.

    Examples
    --------
    >>> _clock_hours(pd.Series(["1:30", "00:45:00", "1h 15m", "2h", "1.5"], dtype="str")).tolist()
    [1.5, 0.75, 1.25, 2.0, nan]
    """
    parts = text.str.extract(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$").astype("float64")
    words = text.str.extract(r"^(?=\d)(?:(\d{1,3}) ?h)? ?(?:(\d{1,3}) ?m(?:in)?)?$").astype("float64")
    spoken = words.fillna(0.0)
    clock = parts[0] + parts[1] / MINUTES + parts[2].fillna(0.0) / MINUTES**2
    told: pd.Series = clock.fillna((spoken[0] + spoken[1] / MINUTES).where(words.notna().any(axis=1)))
    return told


def _empty_cells(numbers: dict[str, pd.Series], texts: dict[str, pd.Series]) -> tuple[Finding, ...]:
    blank = {name: int(texts[name].isna().sum()) for name in numbers if texts[name].isna().any()}
    if not blank:
        return ()
    return (
        Finding(
            "empty_counts_none",
            "note",
            sum(blank.values()),
            first_examples(f"{count:,} in {name}" for name, count in blank.items()),
            "Some cells of the prospecting records are empty",
            "They count as none; leave a column out whose numbers were not kept",
        ),
    )
