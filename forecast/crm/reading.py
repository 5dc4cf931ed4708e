"""Reading a CRM export: one call from a file to the tables, with everything that was noticed."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from forecast.crm.assemble import Assembled, assemble
from forecast.crm.cells import read_cells
from forecast.crm.dates import Order, order_told
from forecast.crm.generic import recognise
from forecast.crm.history_file import read_history
from forecast.crm.mapping import Mapping, read_mapping
from forecast.crm.notes import knowledge_findings, reading_findings
from forecast.crm.sheet import Sheet, read_sheet
from forecast.crm.visits import Visits, last_stage, stage_order, visits
from forecast.findings import Finding, by_severity
from forecast.known import OVERWRITTEN, RARELY_CHANGED, masked, may_look_ahead
from forecast.known import as_of as known_at
from forecast.quality import quality_report
from simulations.tables import OPEN, CrmTables

_MARK_OF_DAY = re.compile(r"(\d{4})[-_](\d{2})[-_](\d{2})")
_GENERATED = re.compile(r"(?P<day>\d{1,2}[/.]\d{1,2}[/.]\d{4})(?: +(?P<clock>\d{1,2}:\d{2}(?: [AP]M)?))?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A CRM export, read.

    Attributes
    ----------
    tables : CrmTables
        As known at ``as_of``, where one was given.
    findings : tuple of Finding
        What limits a forecast from it, the gravest first.
    shape : str
        What the file was recognised as.
    export_date : Timestamp
        The first instant that the export cannot know: given, or from the file's name or footer,
        or just after its last record.
    may_look_ahead : tuple of str
        Fields whose values may be younger than ``as_of``.
    """

    tables: CrmTables
    findings: tuple[Finding, ...]
    shape: str
    export_date: pd.Timestamp
    may_look_ahead: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """Of the amounts; empty where the export does not name one."""
        named = self.tables.opportunities["currency"].dropna().unique()
        return str(named[0]) if len(named) == 1 else ""


def read_crm(
    path: Path | str,
    *,
    mapping: Mapping | Path | str | None = None,
    as_of: pd.Timestamp | None = None,
    export_date: pd.Timestamp | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
) -> Reading:
    """Read a Salesforce opportunity report, HubSpot or Pipedrive deals, or any CSV by a mapping.

    Parameters
    ----------
    path : Path or str
    mapping : Mapping, Path or str, optional
        What the headers do not say; a path names a YAML file.
    as_of : Timestamp, optional
        The first instant that must not be known (`forecast.known.moment_of_knowledge` makes it from a day).
    export_date : Timestamp, optional
        The first instant that the export cannot know.
    day_first : bool, optional
        Whether 1/2/2026 is the first of February; overrules the mapping's ``dates``.
    encoding : str, optional
        Of a file that is not UTF-8; overrules the mapping's.

    Raises
    ------
    BadInput
        With every problem found: file, line, field, value and what is allowed.
    """
    told, folder = _mapping(mapping)
    sheet = read_sheet(Path(path), encoding or told.encoding)
    layout = recognise(sheet.file, sheet.headers, told)
    order = order_told(day_first=day_first, otherwise=told.dates)
    read = assemble(read_cells(sheet, layout, told), order)
    entries, kept = _entries(read, told, folder, order)
    exported = export_date or _export_date(sheet, read.last_change)
    if as_of is not None and as_of < exported:
        read, entries = _until(as_of, read, entries)
    history, stages = _stages(read, entries, told)
    tables = _tables(read, history, stages, _known_from(exported, latest_only=kept == "latest"))
    moment = exported if as_of is None else as_of
    masks, ahead = masked(tables, moment), may_look_ahead(tables, moment)
    known = tables if as_of is None else known_at(tables, as_of)
    known, assumed = _with_stage_probabilities(known, told)
    found = [
        *sheet.findings,
        *reading_findings(read, history, kept),
        *assumed,
        *knowledge_findings(masks, ahead),
    ]
    found += quality_report(known, moment)
    return Reading(known, by_severity(found), layout.shape, exported, ahead)


def _mapping(mapping: Mapping | Path | str | None) -> tuple[Mapping, Path]:
    """Return the mapping and the folder from which its other files are named."""
    if mapping is None or isinstance(mapping, Mapping):
        return mapping or Mapping(), Path()
    return read_mapping(Path(mapping)), Path(mapping).parent


def _entries(read: Assembled, told: Mapping, folder: Path, order: Order | None) -> tuple[pd.DataFrame, str]:
    """Return every stage entry and what they are: ``all``, the ``latest`` of each stage, or ``none``."""
    if told.stage_history is not None:
        return read_history(folder, told, order), "all"
    return read.entries, "latest" if len(read.entries) else "none"


def _until(as_of: pd.Timestamp, read: Assembled, entries: pd.DataFrame) -> tuple[Assembled, pd.DataFrame]:
    """Return only what had been created and entered by then, so that nothing later is listed, counted or named."""
    rows = read.opportunities[read.opportunities["created"] < as_of].reset_index(drop=True)
    entries = entries[(entries["entered"] < as_of) & entries["id"].isin(rows["id"])]
    moved = set(read.moved_closings) & set(rows["id"])
    seen = set(entries["stage"])
    known = replace(
        read,
        opportunities=rows,
        entries=entries,
        listed_stages=tuple(stage for stage in read.listed_stages if not seen or stage in seen),
        moved_closings=tuple(key for key in read.moved_closings if key in moved),
        unknown_categories=(),
    )
    return known, entries


def _stages(read: Assembled, entries: pd.DataFrame, told: Mapping) -> tuple[Visits, tuple[str, ...]]:
    """Return the visits and the order of the stages."""
    listed = tuple(dict.fromkeys([*read.listed_stages, *sorted(entries["stage"].unique())]))
    stages = told.stages or stage_order(entries, listed)
    if entries.empty and len(stages) == 1:
        entries = _only_stage(read.opportunities, stages[0])
    return visits(entries, read.opportunities, stages), stages


def _only_stage(rows: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the entries of a pipeline of one stage: entered when created."""
    return pd.DataFrame({"id": rows["id"], "stage": stage, "entered": rows["created"]}).astype(
        {"stage": "str"}
    )


def _tables(
    read: Assembled, history: Visits, stages: tuple[str, ...], known_from: Dict[str, pd.Timestamp | None]
) -> CrmTables:
    rows = read.opportunities
    last = rows["id"].map(last_stage(history.history)).astype("str")
    rows = rows.assign(stage=rows["stage"].where(rows["stage"].isin(stages), last))
    return CrmTables(rows, history.history, stages=stages, known_from=known_from)


def _known_from(exported: pd.Timestamp, *, latest_only: bool) -> dict[str, pd.Timestamp | None]:
    names = ["stage", "amount", *OVERWRITTEN, *RARELY_CHANGED, *(["stage_history"] if latest_only else [])]
    return dict.fromkeys(names, exported)


def _export_date(sheet: Sheet, last_change: pd.Timestamp) -> pd.Timestamp:
    """Return the first instant after the export: by footer or file name if they fit, else by the last record."""
    bare_day = last_change == last_change.normalize()
    after = last_change + (pd.Timedelta(days=1) if bare_day else pd.Timedelta(minutes=1))
    told = [*_generated(sheet.footer), *_named(Path(sheet.file).name)]
    return max(after, min((moment for moment in told if moment >= last_change), default=after))


def _generated(footer: tuple[str, ...]) -> list[pd.Timestamp]:
    """Return when a Salesforce report says it was generated, in both orders of day and month."""
    found = [_GENERATED.search(text) for text in footer if text.casefold().startswith("generated by")]
    said = [(match["day"].replace(".", "/"), match["clock"] or "12:00 AM") for match in found if match]
    moments = [
        pd.to_datetime(
            f"{day} {clock}", format=f"{order} {'%I:%M %p' if clock[-1] == 'M' else '%H:%M'}", errors="coerce"
        )
        for day, clock in said
        for order in ("%m/%d/%Y", "%d/%m/%Y")
    ]
    return [moment for moment in moments if pd.notna(moment)]


def _named(name: str) -> list[pd.Timestamp]:
    """Return the end of the day that the file's name carries."""
    found = _MARK_OF_DAY.search(name)
    moment = pd.to_datetime("-".join(found.groups()), errors="coerce") if found else pd.NaT
    return [moment + pd.Timedelta(days=1)] if pd.notna(moment) else []


def _with_stage_probabilities(tables: CrmTables, told: Mapping) -> tuple[CrmTables, list[Finding]]:
    """Give open opportunities the mapping's stage probabilities where none is typed at all."""
    rows = tables.opportunities
    if not told.stage_probabilities or rows["probability"].notna().any():
        return tables, []
    given = rows["stage"].map(told.stage_probabilities).astype("float64").where(rows["outcome"] == OPEN)
    finding = Finding(
        "probability_assumed",
        "note",
        int(given.notna().sum()),
        (),
        "The export has no typed probabilities; those of the mapping file stand in, so the CRM's weighted "
        "pipeline is assumed, not typed",
        "Open opportunities were given their stage's probability",
    )
    return replace(tables, opportunities=rows.assign(probability=given)), [finding]
