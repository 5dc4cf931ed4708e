"""Reading a CRM's files: one call from them to the tables, with everything that was noticed."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.crm.ahead import without_ahead
from forecast.crm.assemble import Assembled, assemble
from forecast.crm.cells import Cells, read_cells
from forecast.crm.dates import order_told
from forecast.crm.export_date import export_date as date_of_export
from forecast.crm.history import history_of, history_rows
from forecast.crm.joined import joined, with_last_stage
from forecast.crm.mapping import Mapping, read_mapping
from forecast.crm.named_files import named_parts
from forecast.crm.names import Names, names_of
from forecast.crm.notes import knowledge_findings, reading_findings, sheet_findings
from forecast.crm.owners import owners_table
from forecast.crm.pipelines import of_pipelines
from forecast.crm.rates import Rates, read_rates
from forecast.crm.sources import HISTORY, Sources, gather
from forecast.crm.stage_categories import with_stage_categories
from forecast.crm.states import last_states, repeated
from forecast.crm.tables_folder import KeptTables, is_tables_folder, keep_tables, kept_tables, refuse_if
from forecast.crm.times import Order
from forecast.crm.visits import Visits, last_stage, stage_order, visits
from forecast.findings import Finding, by_severity
from forecast.known import OVERWRITTEN, RARELY_CHANGED, masked, may_look_ahead
from forecast.known import as_of as known_at
from forecast.quality import quality_report
from simulations.tables import OPEN, CrmTables, looked_up, positions

Paths = Path | str | Sequence[Path | str]


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
        What the file was recognised as; several files with ``+`` between them.
    export_date : Timestamp
        The first instant that the export cannot know: given, or from the file's name or footer,
        or just after its last record.
    may_look_ahead : tuple of str
        Fields whose values may be younger than ``as_of``.
    files : tuple of str
        What was read, as the user named it; what was nothing of a reading is not among them.
    """

    tables: CrmTables
    findings: tuple[Finding, ...]
    shape: str
    export_date: pd.Timestamp
    may_look_ahead: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """Of the amounts; empty where the export does not name one."""
        named = self.tables.opportunities["currency"].dropna().unique()
        return str(named[0]) if len(named) == 1 else ""

    def keep(self, folder: Path, moment: pd.Timestamp) -> None:
        """Write the reading into a folder as Parquet, whole or not at all; `read_crm` reads it again, row for row.

        Parameters
        ----------
        folder : Path
            Made where it does not exist.
        moment : Timestamp
            The first instant that the tables do not know: the ``as_of`` of the reading, else its export date.
        """
        kept = KeptTables(self.tables, self.findings, self.shape, moment, self.may_look_ahead, ())
        keep_tables(folder, kept)


def read_crm(  # noqa: PLR0913 - the facade: keyword-only, and each is something that a file may leave open
    path: Paths,
    *,
    mapping: Mapping | Path | str | None = None,
    as_of: pd.Timestamp | None = None,
    export_date: pd.Timestamp | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    rates: Path | str | None = None,
) -> Reading:
    """Read what a CRM exports: opportunities, their history, the names behind ids; CSV or Excel.

    Parameters
    ----------
    path : Path, str or sequence of them
        One file, several that belong together, or a folder with them. What is nothing of a reading is named in
        a finding. Or a folder that `Reading.keep` wrote, to which nothing more can be told.
    mapping : Mapping, Path or str, optional
        What the headers do not say; a path names a YAML file.
    as_of : Timestamp, optional
        The first instant that must not be known (`forecast.known.moment_of_knowledge` makes it from a day).
    export_date : Timestamp, optional
        The first instant that the export cannot know.
    day_first : bool, optional
        Whether 1/2/2026 is the first of February; overrules the mapping's ``dates``.
    encoding : str, optional
        Of files that are not UTF-8; overrules the mapping's.
    rates : Path or str, optional
        File of exchange rates, where amounts are in several currencies; overrules the mapping's.

    Raises
    ------
    BadInput
        With every problem found: file, line, field, value and what is allowed.
    """
    told = (
        mapping
        if isinstance(mapping, Mapping)
        else Mapping()
        if mapping is None
        else read_mapping(Path(mapping))
    )
    order = order_told(day_first=day_first, otherwise=told.dates)
    if isinstance(path, str | Path) or len(path) == 1:
        folder = Path(path if isinstance(path, str | Path) else path[0])
        if is_tables_folder(folder):
            more = (export_date, day_first, encoding, rates)
            refuse_if(folder, told != Mapping() or any(one is not None for one in more))
            return _kept(folder, as_of)
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    sources = _sources(paths, told, encoding or told.encoding)
    table = rates or told.rates
    exchange = read_rates(Path(table), order) if table else None
    read, cells, names = _read(sources, told, order, exchange)
    if export_date is None:
        read = without_ahead(read, cells, as_of)
    sources, cells = sources.emptied(), cells.emptied()
    exported = export_date or date_of_export(sources.main.sheet, read.last_change)
    reading = _reading(read, cells, names, sources, (exported, as_of))
    return replace(
        reading, files=(*(part.sheet.file for part in sources.parts), *([str(table)] if table else []))
    )


def _kept(folder: Path, as_of: pd.Timestamp | None) -> Reading:
    """Return what `Reading.keep` wrote; its export date is the moment from which nothing is known."""
    kept = kept_tables(folder, as_of)
    return Reading(kept.tables, kept.findings, kept.shape, kept.moment, kept.may_look_ahead, kept.files)


def _sources(paths: Sequence[Path], told: Mapping, encoding: str | None) -> Sources:
    """Return the files that are given, and those that the mapping names beside them, which are read meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(lambda: tuple(named_parts(told)))
        sources = gather(paths, told, encoding)
        return replace(sources, parts=(*sources.parts, *beside.result()))


def _read(
    sources: Sources, told: Mapping, order: Order | None, rates: Rates | None
) -> tuple[Assembled, Cells, Names]:
    """Return the opportunities with their history, the cells they come from, and the names."""
    names, kept = names_of(sources, told), "deleted" in told.accept
    whole, main = sources.opportunities, sources.main
    with ThreadPoolExecutor(
        1
    ) as pool:  # meanwhile, so that what is wrong with the opportunities is told first
        entered = pool.submit(history_of, sources.of(*HISTORY), names, order, keep_deleted=kept)
        cells = last_states(main, told, names, order) if whole is None else read_cells(whole, told, names)
        cells = of_pipelines(cells, names)
        history = joined(entered.result(), cells)
    read = assemble(with_last_stage(cells, history), order, history, rates)
    if whole is None and main.layout.role == "changes":
        again = repeated(main, history_rows(main, order))
        read = replace(read, noticed={**read.noticed, **({"reused_ids": again} if again else {})})
    return read, cells, names


def _reading(
    read: Assembled,
    cells: Cells,
    names: Names,
    sources: Sources,
    moments: tuple[pd.Timestamp, pd.Timestamp | None],
) -> Reading:
    """Return the tables as known at the second moment, of an export made at the first."""
    exported, as_of = moments
    kept = "all" if sources.of(*HISTORY) else "latest" if len(read.entries) else "none"
    if as_of is not None and as_of < exported:
        read = _until(as_of, read)
    history, stages = _stages(read, cells)
    tables = _tables(read, history, stages, _known_from(exported, latest_only=kept == "latest"))
    tables = replace(tables, owners=owners_table(cells, names))
    moment = exported if as_of is None else as_of
    masks, ahead = masked(tables, moment), may_look_ahead(tables, moment)
    known = tables if as_of is None else known_at(tables, as_of)
    known, assumed = _with_stage_probabilities(known, cells)
    known, judged = with_stage_categories(known, cells.mapping.stage_categories)
    found = [
        *sheet_findings(sources),
        *reading_findings(read, history, sources, kept),
        *assumed,
        *judged,
        *knowledge_findings(masks, ahead),
    ]
    found += quality_report(known, moment)
    shape = " + ".join(dict.fromkeys(part.layout.shape for part in sources.parts))
    return Reading(known, by_severity(found), shape, exported, ahead)


def _until(as_of: pd.Timestamp, read: Assembled) -> Assembled:
    """Return only what had been created and entered by then, so that nothing later is listed, counted or named."""
    rows, entries = read.opportunities, read.entries
    begun = (rows["created"] < as_of).to_numpy()
    of = entries["at"].to_numpy() if "at" in entries else positions(entries["id"], rows["id"])
    of_then = (entries["entered"] < as_of).to_numpy() & (of >= 0) & np.append(begun, False)[of]
    if not (begun.all() and of_then.all()):
        rows = rows[begun].reset_index(drop=True)
        entries = entries[of_then].assign(at=(np.cumsum(begun) - 1)[of[of_then]])
    seen = set(entries["stage"].unique())
    there = set(rows["id"]) if read.noticed else set()
    noticed = {what: tuple(key for key in whom if key in there) for what, whom in read.noticed.items()}
    return replace(
        read,
        opportunities=rows,
        entries=entries,
        listed_stages=tuple(stage for stage in read.listed_stages if not seen or stage in seen),
        noticed={what: whom for what, whom in noticed.items() if whom},
    )


def _stages(read: Assembled, cells: Cells) -> tuple[Visits, tuple[str, ...]]:
    """Return the visits and the order of the stages."""
    entries = read.entries
    listed = tuple(dict.fromkeys([*read.listed_stages, *sorted(entries["stage"].unique())]))
    stages = listed if read.order_known else stage_order(entries, listed)
    if cells.mapping.stages and not cells.mapping.all_pipelines:
        stages = cells.mapping.stages
    if entries.empty and len(stages) == 1:
        entries = _only_stage(read.opportunities, stages[0])
    return visits(entries, read.opportunities, stages), stages


def _only_stage(rows: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the entries of a pipeline of one stage: entered when created."""
    dated = rows[rows["created"].notna()]
    return pd.DataFrame({"id": dated["id"], "stage": stage, "entered": dated["created"]}).astype(
        {"stage": "str"}
    )


def _tables(
    read: Assembled, history: Visits, stages: tuple[str, ...], known_from: Dict[str, pd.Timestamp | None]
) -> CrmTables:
    rows = read.opportunities
    typed = rows["stage"].isin(stages)
    if not typed.all():
        rows = rows.assign(stage=rows["stage"].where(typed, last_stage(history.history, rows["id"])))
    return CrmTables(rows, history.history, read.activities, stages, known_from)


def _known_from(exported: pd.Timestamp, *, latest_only: bool) -> dict[str, pd.Timestamp | None]:
    names = ["stage", "amount", *OVERWRITTEN, *RARELY_CHANGED, *(["stage_history"] if latest_only else [])]
    return dict.fromkeys(names, exported)


def _with_stage_probabilities(tables: CrmTables, cells: Cells) -> tuple[CrmTables, list[Finding]]:
    """Give open opportunities their stage's probability where none is typed at all."""
    rows, shares = tables.opportunities, cells.mapping.stage_probabilities
    if not shares or rows["probability"].notna().any():
        return tables, []
    given = looked_up(rows["stage"], shares, "float64").where(rows["outcome"] == OPEN)
    if not given.notna().any():
        return tables, []
    whose = "that the CRM gives the stages" if cells.listed else "of the mapping file"
    finding = Finding(
        "probability_assumed",
        "note",
        int(given.notna().sum()),
        (),
        f"The export has no typed probabilities; those {whose} stand in, so the CRM's weighted "
        "pipeline is assumed, not typed",
        "Open opportunities were given their stage's probability",
    )
    return replace(tables, opportunities=rows.assign(probability=given)), [finding]
