"""From a scenario to the files that its CRM would export, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from simulations.calendar import DAY, Timeline, timeline
from simulations.errors import BadInput, Problem
from simulations.exports.files import write_files
from simulations.exports.hubspot import hubspot_deals, record_ids
from simulations.exports.targets import targets_csv
from simulations.exports.truth import truth_csv, truth_json
from simulations.journal import Events
from simulations.recorder.record import record
from simulations.reference import simulate
from simulations.scenario.model import Cadence, Scenario


@dataclass(frozen=True, slots=True)
class ExportPaths:
    """The files of one export.

    Attributes
    ----------
    deals : Path
        The deals in HubSpot's shape: all that a forecast may read.
    targets : Path
        Quotas by rep and quarter.
    truth : Path
        What really happened to each deal, after the export too.
    provenance : Path
        Version, seed, scenario and digests, as JSON.
    """

    deals: Path
    targets: Path
    truth: Path
    provenance: Path


def export_crm(  # noqa: PLR0913 - a run, where to, and how it is looked at
    scenario: Scenario,
    cadence: Cadence,
    seed: int,
    directory: Path,
    *,
    as_of: date | datetime,
    perfect: bool,
    replication: int = 0,
) -> ExportPaths:
    """Simulate a team, record it, and write what its CRM would export at a moment.

    Parameters
    ----------
    scenario : Scenario
    cadence : Steady, Sawtooth, Reactive, QuarterEnd or Custom
        The prospecting rhythm of the year.
    seed : int
        64 bits. The same seed writes the same bytes.
    directory : Path
        Where the files go; made where it does not exist.
    as_of : date or datetime
        The moment of the export: nothing typed at or after it is in the deals. A date counts whole:
        the export is made at its midnight.
    perfect : bool
        Everything typed at its true time; otherwise as people do, by the scenario's ``recorder``.
    replication : int
        Which run of the seed.

    Raises
    ------
    BadInput
        The moment lies outside the run, or a stage has the name of a closed one.
    """
    moment = _moment(as_of)
    line = timeline(scenario)
    events = simulate(scenario, cadence, seed, replication)
    _refuse_outside(moment, line, events)
    tables = record(events, scenario, seed, replication, perfect=perfect, until=moment)
    contents = {
        deals_file_name(moment): hubspot_deals(tables),
        "targets.csv": targets_csv(scenario, line),
        "truth.csv": truth_csv(events, line, record_ids(tables)),
    }
    facts = {
        "seed": seed,
        "replication": replication,
        "as_of": moment.isoformat(sep=" "),
        "perfect_recording": perfect,
    }
    contents["truth.json"] = truth_json(scenario, cadence, events, facts, contents)
    return ExportPaths(*write_files(directory, contents).values())


def _moment(as_of: date | datetime) -> datetime:
    if isinstance(as_of, datetime):
        return as_of
    return datetime.combine(as_of, time()) + timedelta(days=1)


def deals_file_name(moment: datetime) -> str:
    """Return the name of an export: it carries the last day that the export knows.

    Examples
    --------
    >>> deals_file_name(datetime(2026, 10, 5))
    'hubspot-crm-exports-all-deals-2026-10-04.csv'
    """
    last_day = (moment - timedelta(microseconds=1)).date()
    return f"hubspot-crm-exports-all-deals-{last_day.isoformat()}.csv"


def _refuse_outside(moment: datetime, line: Timeline, events: Events) -> None:
    days = line.end_day if not line.until_closed else int(events["time"][-1]) // DAY
    first, last = line.origin, line.date_of(days - 1)
    begin = datetime.combine(first, time())
    if not begin < moment <= begin + timedelta(days=days):
        allowed = f"choose a day from {first} to {last}, the days that are simulated"
        raise BadInput([Problem("", "", "as_of", str(moment), allowed)])
