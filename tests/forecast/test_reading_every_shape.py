"""One simulated history, written in every shape with its habits and read back, gives the same tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from forecast.crm.proposal import proposal_text, propose
from simulations.calendar import timeline
from simulations.exports import SHAPES, Snapshot
from simulations.exports.salesforce import object_ids
from simulations.recorder import CrmLog, field_history, record_log, tables_at
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.tables import DISQUALIFIED, LOST, OPEN, WON, CrmTables

#: Two reps, one of whom may leave, so that deals change their owner.
SCENARIO = Scenario(team=Team(groups=(SeatGroup(seats=2, attrition_per_year=0.5),)))
LINE = timeline(SCENARIO)
MOMENT = datetime.combine(LINE.date_of(LINE.year_start_day + 39 * 7), datetime.min.time())
EARLIER = MOMENT - timedelta(weeks=13)
#: How exactly a shape writes times: created and closed, then stage entries; None where it has none.
EXACT = {
    "hubspot": ("min", "min"),
    "hubspot-tables": ("s", "s"),
    "salesforce": ("min", "min"),
    "salesforce-fields": ("min", "min"),
    "salesforce-objects": ("s", "s"),
    "pipedrive": ("s", "s"),
    "pipedrive-changes": ("s", "s"),
    "dynamics": ("s", None),
    "zoho": ("s", None),
    "plain": ("min", "min"),
}
#: What only some shapes write.
NEXT_STEP = ("hubspot", "hubspot-tables", "pipedrive")
CALLED_DISQUALIFIED = ("dynamics", "plain")
#: Of those that keep every entry into a stage, one of each kind of history.
WHOLE_HISTORY = ("hubspot-tables", "salesforce", "salesforce-fields", "pipedrive-changes")


def recorded(*, perfect: bool) -> CrmLog:
    events = simulate(SCENARIO, Steady(), 3, 0)
    return record_log(events, SCENARIO, 3, 0, perfect=perfect, until=MOMENT)


@pytest.fixture(scope="module")
def log() -> CrmLog:
    return recorded(perfect=False)


@pytest.fixture(scope="module")
def snapshot(log: CrmLog) -> Snapshot:
    return at_the_moment(log)


def at_the_moment(log: CrmLog) -> Snapshot:
    return Snapshot(tables_at(log, MOMENT), field_history(log, MOMENT), MOMENT)


def written(snapshot: Snapshot, shape: str, folder: Path) -> list[Path]:
    contents = SHAPES[shape].files(snapshot)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def read(snapshot: Snapshot, shape: str, folder: Path, as_of: datetime | None = None) -> Reading:
    """Return the reading of a shape; of a plain table by the mapping that is proposed for it."""
    files = written(snapshot, shape, folder)
    moment = None if as_of is None else pd.Timestamp(as_of)
    if shape != "plain":
        return read_crm(files, as_of=moment)
    (folder / "map.yaml").write_text(proposal_text(propose(files), folder), encoding="utf-8")
    return read_crm(files, mapping=folder / "map.yaml", as_of=moment)


@pytest.fixture(scope="module")
def reading_of(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Reading]:
    """Return a function that reads a shape, once."""
    return cache(lambda shape: read(snapshot, shape, tmp_path_factory.mktemp(shape)))


def expected(tables: CrmTables, ids: dict[str, str], shape: str) -> pd.DataFrame:
    """Return the opportunities as a shape can tell them, by its own ids."""
    rows = tables.opportunities.assign(id=tables.opportunities["id"].map(ids)).set_index("id")
    if shape not in CALLED_DISQUALIFIED:
        rows["outcome"] = rows["outcome"].replace(DISQUALIFIED, LOST)
    return rows


def same(found: pd.Series, wanted: pd.Series) -> None:
    pd.testing.assert_series_equal(found, wanted, check_names=False, check_dtype=False, obj=str(wanted.name))


def assert_same_opportunities(reading: Reading, snapshot: Snapshot, shape: str) -> None:
    exact, _ = EXACT[shape]
    deals = expected(snapshot.tables, SHAPES[shape].ids(snapshot), shape)
    found = reading.tables.opportunities.set_index("id").loc[deals.index]
    for column in ("owner", "outcome", "amount", "currency"):
        same(found[column], deals[column])
    if shape != "pipedrive-changes":
        same(found["source"], deals["source"])
        pd.testing.assert_series_equal(found["probability"], deals["probability"], rtol=1e-9)
    same(found["created"], deals["created"].dt.floor(exact))
    closed = deals["closed"].dt.floor("D" if shape == "zoho" else exact)
    same(found["closed"], closed.mask(closed < found["created"], found["created"]))
    is_open = deals["outcome"] == OPEN
    same(found["expected_close"][is_open], deals["expected_close"][is_open])
    if shape in NEXT_STEP:
        same(found["next_step"], deals["next_step"])
    same(found["stage"][is_open], deals["stage"][is_open])
    assert set(deals["outcome"]) >= {OPEN, WON, LOST}
    assert is_open.sum() > 5


def assert_same_history(reading: Reading, snapshot: Snapshot, shape: str) -> None:
    ids = SHAPES[shape].ids(snapshot)
    assert reading.tables.stages == snapshot.tables.stages
    assert_same_visits(reading.tables, snapshot.tables, ids, EXACT[shape][1])
    rows = snapshot.tables.opportunities
    stages = dict(zip(rows["id"].map(ids), rows["stage"], strict=True))
    found = reading.tables.opportunities
    assert (found["stage"] == found["id"].map(stages)).all()


def assert_same_visits(found: CrmTables, wanted: CrmTables, ids: dict[str, str], exact: str | None) -> None:
    keys = ["id", "entered", "stage"]
    visits = wanted.stage_history.assign(id=wanted.stage_history["id"].map(ids))
    visits = visits.assign(entered=visits["entered"].dt.floor(exact), left=visits["left"].dt.floor(exact))
    pd.testing.assert_frame_equal(
        found.stage_history.sort_values(keys, ignore_index=True),
        visits.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_what_was_recorded_is_read_back(snapshot: Snapshot, reading_of, shape: str) -> None:
    assert_same_opportunities(reading_of(shape), snapshot, shape)


@pytest.mark.parametrize("shape", [shape for shape, (_, entries) in EXACT.items() if entries])
def test_every_stage_entry_is_read_back(snapshot: Snapshot, reading_of, shape: str) -> None:
    assert_same_history(reading_of(shape), snapshot, shape)


@pytest.mark.parametrize("shape", ["salesforce", "pipedrive-changes"])
def test_what_was_recorded_perfectly_is_read_back_too(shape: str, tmp_path: Path) -> None:
    snapshot = at_the_moment(recorded(perfect=True))
    reading = read(snapshot, shape, tmp_path)
    assert_same_opportunities(reading, snapshot, shape)
    assert_same_history(reading, snapshot, shape)


@pytest.mark.parametrize("shape", WHOLE_HISTORY)
def test_a_later_export_tells_how_it_stood_earlier(
    log: CrmLog, snapshot: Snapshot, shape: str, tmp_path: Path
) -> None:
    """Read as of a day in the past: the same opportunities, outcomes, stages and entries as were then recorded."""
    exact, entries = EXACT[shape]
    ids = SHAPES[shape].ids(snapshot)
    then = tables_at(log, EARLIER)
    deals = expected(then, ids, shape)
    tables = read(snapshot, shape, tmp_path, EARLIER).tables
    found = tables.opportunities.set_index("id")
    assert set(found.index) == set(deals.index)
    found = found.loc[deals.index]
    for column in ("outcome", "stage"):
        same(found[column], deals[column])
    same(found["closed"], deals["closed"].dt.floor(exact))
    assert_same_visits(tables, then, ids, entries)
    assert 0 < len(deals) < len(snapshot.tables.opportunities)


def test_a_report_joins_the_history_of_the_api_by_the_first_fifteen_characters(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    report, _ = written(snapshot, "salesforce", tmp_path)
    _, history, _ = written(snapshot, "salesforce-objects", tmp_path)
    reading = read_crm([report, history])
    assert not {"history_of_others", "no_stage_entry"} & {finding.code for finding in reading.findings}
    long_ids = set(object_ids(snapshot).values())
    assert {key[:15] for key in long_ids} == set(reading.tables.opportunities["id"])
    assert len(reading.tables.stage_history) == len(snapshot.tables.stage_history)


def test_a_folder_is_read_as_its_files(snapshot: Snapshot, tmp_path: Path) -> None:
    """What else lies in it is named, not read."""
    files = written(snapshot, "hubspot-tables", tmp_path)
    (tmp_path / "notes.txt").write_text("call them back\n")
    (tmp_path / "contact.csv").write_text("id,email\n1,a@example.com\n")
    reading = read_crm(tmp_path)
    pd.testing.assert_frame_equal(reading.tables.opportunities, read_crm(files).tables.opportunities)
    (unused,) = (finding for finding in reading.findings if finding.code == "unused_files")
    assert unused.examples == ("contact.csv",)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_traps_are_told(reading_of, shape: str) -> None:
    wanted = {
        "salesforce": {"footer_stripped", "encoding_assumed"},
        "salesforce-fields": {"footer_stripped", "encoding_assumed"},
        "hubspot-tables": {"merged_opportunities"},
        "dynamics": {"unverified_shape", "no_stage_history"},
        "zoho": {"unverified_shape", "no_stage_history"},
        "plain": {"footer_stripped"},
    }
    found = {finding.code for finding in reading_of(shape).findings}
    assert wanted.get(shape, set()) <= found
    assert (
        not {"history_of_others", "stage_after_closing", "stage_before_creation", "stage_disagrees"} & found
    )
