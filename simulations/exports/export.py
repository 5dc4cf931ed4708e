"""From a scenario to the files that its CRM would export, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from simulations.calendar import DAY, Timeline, timeline
from simulations.errors import BadInput, Problem
from simulations.exports.files import write_files
from simulations.exports.prospecting import prospecting_csv
from simulations.exports.shapes import SHAPES
from simulations.exports.snapshot import Snapshot
from simulations.exports.targets import targets_csv
from simulations.exports.truth import truth_csv, truth_json
from simulations.journal import Events
from simulations.recorder.log import field_history, tables_at
from simulations.recorder.record import record_log
from simulations.reference import simulate
from simulations.scenario.model import Cadence, Scenario


@dataclass(frozen=True, slots=True)
class ExportPaths:
    """The files of one export.

    Attributes
    ----------
    deals : Path
        The deals; with ``beside`` all that a forecast may read.
    targets : Path
        Quotas by rep and quarter.
    prospecting : Path
        Prospecting hours by rep and day.
    truth : Path
        What really happened to each deal, after the export too.
    provenance : Path
        Version, seed, scenario and digests, as JSON.
    beside : tuple of Path
        The other files of the shape: history, names behind ids.
    """

    deals: Path
    targets: Path
    prospecting: Path
    truth: Path
    provenance: Path
    beside: tuple[Path, ...] = ()


def export_crm(  # noqa: PLR0913 - a run, where to, and how it is looked at
    scenario: Scenario,
    cadence: Cadence,
    seed: int,
    directory: Path,
    *,
    as_of: date | datetime,
    perfect: bool,
    replication: int = 0,
    shape: str = "hubspot",
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
    shape : str
        Of which CRM: a key of `simulations.exports.shapes.SHAPES`.

    Raises
    ------
    BadInput
        There is no such shape, the moment lies outside the run, or a stage has the name of a closed one.
    """
    if shape not in SHAPES:
        allowed = f"must be one of {', '.join(SHAPES)}"
        raise BadInput([Problem("", "", "shape", shape, allowed)])
    moment = _moment(as_of)
    line = timeline(scenario)
    events = simulate(scenario, cadence, seed, replication)
    _refuse_outside(moment, line, events)
    log = record_log(events, scenario, seed, replication, perfect=perfect, until=moment)
    snapshot = Snapshot(tables_at(log, moment), field_history(log, moment), moment)
    written = SHAPES[shape].files(snapshot)
    contents = {
        **written,
        "targets.csv": targets_csv(scenario, line),
        "prospecting.csv": prospecting_csv(events, scenario, moment),
        "truth.csv": truth_csv(events, line, SHAPES[shape].ids(snapshot)),
    }
    facts = {
        "seed": seed,
        "replication": replication,
        "as_of": moment.isoformat(sep=" "),
        "perfect_recording": perfect,
        "shape": shape,
    }
    contents["truth.json"] = truth_json(scenario, cadence, events, facts, contents)
    paths = write_files(directory, contents)
    deals, *beside = (paths[name] for name in written)
    return ExportPaths(
        deals, paths["targets.csv"], paths["prospecting.csv"], paths["truth.csv"], paths["truth.json"], tuple(beside)
    )  # fmt: skip


def _moment(as_of: date | datetime) -> datetime:
    if isinstance(as_of, datetime):
        return as_of
    return datetime.combine(as_of, time()) + timedelta(days=1)


def _refuse_outside(moment: datetime, line: Timeline, events: Events) -> None:
    days = line.end_day if not line.until_closed else int(events["time"][-1]) // DAY
    first, last = line.origin, line.date_of(days - 1)
    begin = datetime.combine(first, time())
    if not begin < moment <= begin + timedelta(days=days):
        allowed = f"choose a day from {first} to {last}, the days that are simulated"
        raise BadInput([Problem("", "", "as_of", str(moment), allowed)])
