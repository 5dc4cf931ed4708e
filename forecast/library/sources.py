"""What questions are asked of: a CRM export, what was read of one, or tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from forecast.crm import Reading, read_crm
from forecast.known import moment_of_knowledge
from forecast.question import Day
from simulations.errors import BadInput, Problem
from simulations.tables import CrmTables

Source = CrmTables | Reading | Path | str


def reading_of(source: Source, as_of: Day | None, start: dt.date | None) -> Reading:
    """Return what is asked, with its findings.

    Parameters
    ----------
    source : CrmTables, Reading, Path or str
    as_of : date, datetime or str, optional
        Moment of knowledge; the export's own unless told; tables have none.
    start : date, optional
        First day of the period that is asked about, before which knowledge of a day ends.

    Raises
    ------
    BadInput
        The file is refused, or tables come without the moment.
    """
    if isinstance(source, Reading):
        return source
    moment = None if as_of is None else moment_of_knowledge(as_of, start)
    if not isinstance(source, CrmTables):
        return read_crm(source, as_of=moment)
    if moment is None:
        allowed = "tables do not say when they were exported: give the day whose knowledge may be used"
        raise BadInput([Problem("the call", "", "as_of", "", allowed)])
    return Reading(source, (), "tables", moment)


def tables_of(source: Source | None) -> CrmTables | None:
    """Return the tables of an earlier export."""
    if source is None or isinstance(source, CrmTables):
        return source
    return source.tables if isinstance(source, Reading) else read_crm(source).tables
