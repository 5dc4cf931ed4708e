"""What really happened, kept beside an export: how each deal ended, and what the run was made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib.metadata import version

from simulations.calendar import Timeline
from simulations.deals import NEVER, deals_of
from simulations.exports.files import csv_bytes
from simulations.journal import Events, Kind, digest
from simulations.randomness import SOURCE_NAMES, source_of
from simulations.recorder.log import owner_name
from simulations.scenario.model import Cadence, Scenario

TRUTH_COLUMNS = (
    "Record ID",
    "birth_key",
    "source",
    "owner",
    "lead_appeared",
    "opened",
    "amount",
    "outcome",
    "closed",
)
_OUTCOME = {
    0: "open at the end of the run",
    Kind.WON: "won",
    Kind.LOST: "lost",
    Kind.NO_DECISION: "lost: no decision",
    Kind.DISQUALIFIED: "disqualified",
}


def truth_csv(events: Events, timeline: Timeline, record_ids: Mapping[str, str]) -> bytes:
    """Return every opportunity of the run with its true times, final amount and outcome, as CSV.

    Parameters
    ----------
    events : array of `simulations.journal.EVENT`
    timeline : Timeline
        Of the run.
    record_ids : mapping of str to str
        Birth key -> number in the export; opportunities that the export does not show have none.
    """
    deals = deals_of(events)
    rows = []
    for i in [int(i) for i in (deals.opened != NEVER).nonzero()[0]]:
        birth = int(deals.birth[i])
        rows.append(
            (
                record_ids.get(str(birth), ""),
                str(birth),
                SOURCE_NAMES[source_of(birth)],
                owner_name(int(deals.seat[i])),
                _wall_clock(timeline.origin, int(deals.appeared[i])),
                _wall_clock(timeline.origin, int(deals.opened[i])),
                repr(float(deals.booked[i] if deals.won[i] else deals.amount[i])),
                _OUTCOME[int(deals.outcome[i])],
                _wall_clock(timeline.origin, int(deals.closed[i])),
            )
        )
    return csv_bytes(TRUTH_COLUMNS, rows)


def _wall_clock(origin: date, second: int) -> str:
    if second == NEVER:
        return ""
    return (datetime.combine(origin, time()) + timedelta(seconds=second)).isoformat(sep=" ")


def truth_json(
    scenario: Scenario,
    cadence: Cadence,
    events: Events,
    facts: Mapping[str, object],
    files: Mapping[str, bytes],
) -> bytes:
    """Return what the run was made of, as JSON: version, scenario, cadence, journal digest, files.

    Parameters
    ----------
    facts : mapping of str to object
        Seed, replication, moment and kind of recording.
    files : mapping of str to bytes
        The files beside it; their SHA-256 is noted.
    """
    whole = {
        "version": version("pipecast"),
        **facts,
        "journal_sha256": digest(events),
        "files_sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "cadence": cadence.model_dump(mode="json"),
        "scenario": scenario.model_dump(mode="json"),
    }
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
