"""Reading prospecting records: tables, calendars and a CRM's activities, into one table by owner and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast.crm.faults import listed
from forecast.crm.mapping import Mapping
from forecast.crm.names import Names, names_of
from forecast.crm.recognition import shape_of
from forecast.crm.sheet import Sheet, read_sheet
from forecast.crm.sources import Part, Sources
from forecast.findings import Finding, by_severity
from forecast.prospecting.activity_file import activity_shape, read_activity_file
from forecast.prospecting.calendar_file import calendar_rows, is_calendar, read_calendar
from forecast.prospecting.mapping import RecordsMapping
from forecast.prospecting.record_file import is_record_file, read_record_file, record_columns
from forecast.prospecting.rows import Rows, summed
from simulations.errors import BadInput, Problem

#: Files that name owners, where activities have only their ids.
OWNERS_OF = ("owners", "teams", "members")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file of records.

    Attributes
    ----------
    path : Path
    owner : str or None
        Whose it is, where it does not say so itself.
    """

    path: Path
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class ProspectingRecords:
    """Prospecting by owner and day, as far as it is known.

    Attributes
    ----------
    table : DataFrame
        Columns as in `simulations.tables.PROSPECTING`, a row for each owner and day, in that order.
    findings : tuple of Finding
        What was left out or assumed, the gravest first.
    files, shapes : tuple of str
        What was read, and as what.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    shapes: tuple[str, ...]


def read_records(
    files: Sequence[RecordFile], *, until: pd.Timestamp, mapping: RecordsMapping | None = None
) -> ProspectingRecords:
    """Return the prospecting that some files record, up to a moment of knowledge.

    Parameters
    ----------
    files : sequence of RecordFile
        CSV or Excel tables of hours, touches, conversations and meetings; calendars (.ics); a CRM's activities, of
        which those without a deal count, and its users, who name their owners.
    until : Timestamp
        Exclusive: a day counts once it is over.
    mapping : RecordsMapping, optional
        What the headers do not say.

    Raises
    ------
    BadInput
        With every problem found.
    """
    told = mapping or RecordsMapping()
    sheets = [(one, read_sheet(one.path, told.encoding)) for one in files if not is_calendar(one.path)]
    names = _names(sheet for _, sheet in sheets)
    parts = [_rows(one, sheet, told, names) for one, sheet in sheets if not _names_owners(sheet)]
    last = until.to_pydatetime()
    calendars = [one for one in files if is_calendar(one.path)]
    parts += [calendar_rows(read_calendar(one.path, last), told, one.owner) for one in calendars]
    if not parts:
        allowed = "name owners only; give the file of the hours or activities as well"
        raise BadInput([Problem(listed(str(one.path) for one in files), "", "", "", allowed)])
    table = known_prospecting(summed(parts, told.owners), until)
    if table.empty:
        why = "; ".join(finding.effect for part in parts for finding in part.findings)
        allowed = f"hold no prospecting before {until:%Y-%m-%d %H:%M}, where knowledge ends" + (
            f": {why}" if why else ""
        )
        raise BadInput([Problem(listed(part.file for part in parts), "", "", "", allowed)])
    findings = by_severity(finding for part in parts for finding in part.findings)
    shapes = tuple(dict.fromkeys(part.shape for part in parts))
    return ProspectingRecords(table, findings, tuple(str(one.path) for one in files), shapes)


def known_prospecting(table: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return the days that were over at a moment; the records of a day that still runs are not whole."""
    over = table["day"] + pd.Timedelta(days=1) <= until
    return table[over].reset_index(drop=True)


def _names_owners(sheet: Sheet) -> bool:
    shape = shape_of(sheet.headers)
    return shape is not None and shape.role in OWNERS_OF and activity_shape(sheet.headers) is None


def _names(sheets: Iterable[Sheet]) -> Names:
    """Return the names behind the ids of owners."""
    parts = []
    for sheet in sheets:
        shape = shape_of(sheet.headers)
        if shape is not None and _names_owners(sheet):
            parts.append(Part(sheet, shape.layout(sheet.headers)))
    return names_of(Sources(tuple(parts)), Mapping())


def _rows(one: RecordFile, sheet: Sheet, told: RecordsMapping, names: Names) -> Rows:
    shape = activity_shape(sheet.headers)
    if shape is not None and not told.columns:
        read = read_activity_file(sheet, shape, told.dates)
        return Rows(
            read.file, read.shape, read.table.assign(owner=names.owner(read.table["owner"])), read.findings
        )
    columns = record_columns(sheet, told)
    if not is_record_file(columns):
        raise BadInput([unrecognised(sheet)])
    return read_record_file(sheet, columns, told, one.owner)


def unrecognised(sheet: Sheet) -> Problem:
    """Return what is said of a table whose columns are not known."""
    allowed = (
        "a table of prospecting needs a column for the day and one for hours, minutes, touches, conversations or "
        "meetings; `pipecast prospecting --records FILE --propose MAPPING.yaml` proposes which is which"
    )
    return Problem(sheet.file, "header", "", listed(sheet.headers), allowed)
