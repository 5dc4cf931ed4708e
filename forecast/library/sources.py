"""What questions are asked of: a CRM export, what was read of one, or tables; and the moment of knowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from forecast.crm import Reading, read_crm
from forecast.known import moment_of_knowledge
from forecast.question import Day
from simulations.errors import call_refused
from simulations.scenario.model import Scenario
from simulations.scenario_file import load_scenario
from simulations.tables import CrmTables

Source = CrmTables | Reading | Path | str
#: How a scenario's file ends.
SCENARIOS = (".yaml", ".yml")
#: What was known at earlier moments, in their order, as a store's snapshots tell it.
Snapshots = Sequence[tuple[pd.Timestamp, CrmTables]]


def reading_of(source: Source, as_of: Day | None, start: dt.date | None = None) -> Reading:
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
        The file is refused, the moment is none, or tables come without it.
    """
    if isinstance(source, Reading):
        return source
    moment = _moment_told(as_of, start)
    if not isinstance(source, CrmTables):
        return read_crm(source, as_of=moment)
    if moment is None:
        allowed = "tables do not say when they were exported: give the day whose knowledge may be used"
        raise call_refused("as_of", "", allowed)
    return Reading(source, (), "tables", moment)


def moment_of(reading: Reading, as_of: Day | None, start: dt.date | None = None) -> pd.Timestamp:
    """Return the first instant that is not known: as told, else the reading's own; parameters as `reading_of`.

    Raises
    ------
    BadInput
        What is told is no day.
    """
    moment = _moment_told(as_of, start)
    return pd.Timestamp(reading.export_date) if moment is None else moment


def _moment_told(as_of: Day | None, start: dt.date | None) -> pd.Timestamp | None:
    try:
        return None if as_of is None else moment_of_knowledge(as_of, start)
    except ValueError:
        raise call_refused("as_of", as_of, "must be a day such as 2026-03-31") from None


def is_scenario_file(source: object) -> bool:
    """Whether a path names a scenario rather than an export.

    Examples
    --------
    >>> is_scenario_file("team.yaml"), is_scenario_file("deals.csv")
    (True, False)
    """
    return isinstance(source, Path | str) and Path(source).suffix.lower() in SCENARIOS


def loaded(source: Scenario | Source) -> Scenario | Source:
    """Return the scenario that a file names, or the source as it is."""
    return load_scenario(source) if isinstance(source, Path | str) and is_scenario_file(source) else source


def tables_of(source: Source | None) -> CrmTables | None:
    """Return the tables of an earlier export."""
    if source is None or isinstance(source, CrmTables):
        return source
    return source.tables if isinstance(source, Reading) else read_crm(source).tables


def several(told: str | Sequence[str]) -> tuple[str, ...]:
    """Return what may be told once or several times.

    Examples
    --------
    >>> several("Kim"), several(["Kim", "Lee"]), several(())
    (('Kim',), ('Kim', 'Lee'), ())
    """
    return (told,) if isinstance(told, str) else tuple(told)
