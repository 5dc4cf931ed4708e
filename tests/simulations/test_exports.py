"""The export in HubSpot's shape: read back with the csv module, harmless in a spreadsheet, whole or absent."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.calendar import timeline
from simulations.errors import BadInput
from simulations.exports import ExportPaths, export_crm, hubspot_deals, record_ids
from simulations.exports.files import csv_bytes, harmless, write_files
from simulations.journal import Kind
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.tables import DISQUALIFIED, LOST, OPEN, TARGETS, WON, CrmTables

SCENARIO = Scenario(team=Team(groups=(SeatGroup(seats=2),)))
LINE = timeline(SCENARIO)
SEED = 11
AS_OF = LINE.date_of(LINE.year_start_day + 26 * 7 - 1)
MIDNIGHT = datetime.combine(AS_OF + timedelta(days=1), datetime.min.time())

Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def tables() -> CrmTables:
    events = simulate(SCENARIO, Steady(), SEED, 0)
    return record(events, SCENARIO, SEED, 0, perfect=False, until=MIDNIGHT)


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> ExportPaths:
    return export_crm(SCENARIO, Steady(), SEED, tmp_path_factory.mktemp("export"), as_of=AS_OF, perfect=False)


def rows(content: bytes) -> Table:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def read(path: Path) -> Table:
    return rows(path.read_bytes())


def minute(moment: object) -> str:
    return "" if pd.isna(moment) else pd.Timestamp(moment).floor("min").strftime("%Y-%m-%d %H:%M")


# The shape.


def test_what_is_written_is_what_the_crm_says(tables):
    """Read back by the csv module, every field of every deal."""
    deals = rows(hubspot_deals(tables))
    assert len(deals) == len(tables.opportunities) > 50
    entered = tables.stage_history.set_index(["id", "stage"])["entered"]
    for row, deal in zip(deals, tables.opportunities.to_dict("records"), strict=True):
        assert row["Deal owner"] == deal["owner"]
        assert row["Deal source"] == deal["source"]
        assert float(row["Amount"]) == deal["amount"]
        assert row["Currency"] == SCENARIO.currency
        assert float(row["Deal probability"]) == deal["probability"]
        assert row["Create Date"] == minute(deal["created"])
        assert row["Next Activity Date"] == minute(deal["next_step"])
        for stage in tables.stages:
            there = entered.get((deal["id"], stage), pd.NaT)
            assert row[f'Date entered "{stage} (Sales Pipeline)"'] == minute(there)


def test_the_close_date_is_expected_while_open_and_real_afterwards(tables):
    ends = {WON: "Closed Won", LOST: "Closed Lost", DISQUALIFIED: "Closed Lost"}
    seen = set()
    for row, deal in zip(rows(hubspot_deals(tables)), tables.opportunities.to_dict("records"), strict=True):
        seen.add(deal["outcome"])
        stage = ends.get(deal["outcome"], deal["stage"])
        assert row["Deal Stage"] == stage
        assert row["Close Date"] == minute(
            deal["expected_close"] if deal["outcome"] == OPEN else deal["closed"]
        )
        for end in ("Closed Won", "Closed Lost"):
            ended = row["Close Date"] if stage == end else ""
            assert row[f'Date entered "{end} (Sales Pipeline)"'] == ended
        reason = {LOST: "Lost", DISQUALIFIED: "Disqualified"}.get(deal["outcome"], "")
        assert row["Closed Lost Reason"] == reason
    assert seen == {OPEN, WON, LOST, DISQUALIFIED}


def test_the_bytes_are_hubspot_s_habits(tables):
    """UTF-8 without a mark, every cell quoted, quotes in headers doubled, lines ended by a line feed."""
    content = hubspot_deals(tables)
    header, first, *_ = content.decode("utf-8").split("\n")
    assert header.startswith('"Record ID","Deal Name","Pipeline","Deal Stage","Amount",')
    assert '"Date entered ""Discovery (Sales Pipeline)"""' in header
    assert first.startswith('"10000000001","Deal 10000000001","Sales Pipeline",')
    assert b"\r" not in content
    assert content.endswith(b'"\n')


def test_a_deal_keeps_its_record_id_in_a_later_export():
    events = simulate(SCENARIO, Steady(), SEED, 0)
    early, late = (
        record_ids(record(events, SCENARIO, SEED, 0, perfect=False, until=MIDNIGHT + timedelta(days=days)))
        for days in (0, 90)
    )
    assert early.items() <= late.items()
    assert len(set(late.values())) == len(late) > len(early)


def test_a_crm_without_deals_is_a_header():
    nothing = record(simulate(SCENARIO, Steady(), 1, 0)[:0], SCENARIO, 1, 0, perfect=True)
    assert rows(hubspot_deals(nothing)) == []
    assert hubspot_deals(nothing).count(b"\n") == 1


def test_a_stage_may_not_be_named_as_an_end(tables):
    with pytest.raises(BadInput, match=r"stages\.name.*closed WON"):
        hubspot_deals(replace(tables, stages=("Discovery", "closed WON")))


# Spreadsheets.


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_as_a_formula(tables, start):
    evil = f"{start}HYPERLINK(0)"
    owners = tables.opportunities.assign(owner=evil, source=evil)
    for row in rows(hubspot_deals(replace(tables, opportunities=owners))):
        assert row["Deal owner"] == row["Deal source"] == f"'{evil}"


@given(st.text())
def test_a_neutralised_cell_never_begins_as_a_formula_and_keeps_its_text(text):
    safe = harmless(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe in (text, f"'{text}")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_text_survives_the_csv(cells):
    """Quotes, separators and line ends of any kind; surrogates cannot be written as UTF-8 and do not occur."""
    table = [("a", "b"), *cells]
    text = csv_bytes(table[0], cells).decode("utf-8")
    assert list(map(tuple, csv.reader(io.StringIO(text, newline="")))) == table


# What stands beside it.


def test_the_truth_tells_of_every_opportunity_how_it_really_ended(paths):
    events = simulate(SCENARIO, Steady(), SEED, 0)
    truth = read(paths.truth)
    assert len(truth) == (events["kind"] == Kind.OPENED).sum()
    words = {
        Kind.WON: "won",
        Kind.LOST: "lost",
        Kind.NO_DECISION: "lost: no decision",
        Kind.DISQUALIFIED: "disqualified",
    }
    for kind, word in words.items():
        true = {str(int(birth)) for birth in events["birth"][events["kind"] == kind]}
        assert {row["birth_key"] for row in truth if row["outcome"] == word} == true
    assert all((row["closed"] == "") == (row["outcome"] == "open at the end of the run") for row in truth)


def test_the_export_never_contradicts_the_truth_beside_it(paths):
    truth = {row["Record ID"]: row for row in read(paths.truth) if row["Record ID"]}
    deals = read(paths.deals)
    assert set(truth) == {row["Record ID"] for row in deals}
    assert any(row["Record ID"] == "" for row in read(paths.truth))  # those of the rest of the year
    for row in deals:
        true = truth[row["Record ID"]]
        assert row["Create Date"] >= true["opened"][:16]
        assert (row["Deal owner"], row["Deal source"]) == (true["owner"], true["source"])
        if row["Deal Stage"].startswith("Closed"):
            assert row["Close Date"] >= true["closed"][:16]
            assert (row["Deal Stage"] == "Closed Won") == (true["outcome"] == "won")


def test_the_provenance_reproduces_the_run(paths, tmp_path):
    told = json.loads(paths.provenance.read_bytes())
    assert told["seed"] == SEED
    assert told["perfect_recording"] is False
    assert Scenario.model_validate(told["scenario"]) == SCENARIO
    for name, sha in told["files_sha256"].items():
        assert hashlib.sha256((paths.deals.parent / name).read_bytes()).hexdigest() == sha
    again = export_crm(
        Scenario.model_validate(told["scenario"]),
        Steady(**told["cadence"]),
        told["seed"],
        tmp_path,
        as_of=datetime.fromisoformat(told["as_of"]),
        perfect=told["perfect_recording"],
    )
    for name in ("deals", "targets", "truth", "provenance"):
        assert getattr(again, name).name == getattr(paths, name).name
        assert getattr(again, name).read_bytes() == getattr(paths, name).read_bytes()


def test_the_targets_cover_the_year_without_a_gap(paths):
    targets = read(paths.targets)
    assert set(targets[0]) == set(TARGETS)
    for owner in ("Rep 01", "Rep 02"):
        quarters = [row for row in targets if row["owner"] == owner]
        assert len(quarters) == 4
        assert sum(float(row["amount"]) for row in quarters) == SCENARIO.targets.yearly_quota_per_rep
        assert quarters[0]["start"] == SCENARIO.calendar.year_start.isoformat()
        for before, after in pairwise(quarters):
            gap = date.fromisoformat(after["start"]) - date.fromisoformat(before["end"])
            assert gap == timedelta(days=1)
        assert date.fromisoformat(quarters[3]["end"]) == LINE.date_of(LINE.year_end_day - 1)


def test_a_day_counts_whole_and_names_the_file(paths):
    assert paths.deals.name == f"hubspot-crm-exports-all-deals-{AS_OF}.csv"
    created = max(row["Create Date"] for row in read(paths.deals))
    assert created < MIDNIGHT.strftime("%Y-%m-%d %H:%M")


def test_perfect_recording_is_another_file(paths, tmp_path):
    perfect = export_crm(SCENARIO, Steady(), SEED, tmp_path, as_of=AS_OF, perfect=True)
    assert perfect.deals.read_bytes() != paths.deals.read_bytes()
    assert {row["outcome"] for row in read(perfect.truth)} == {row["outcome"] for row in read(paths.truth)}


# Whole or not at all.


@pytest.mark.parametrize("as_of", [LINE.origin - timedelta(days=1), LINE.date_of(LINE.end_day)])
def test_a_moment_outside_the_run_is_refused_and_nothing_is_written(tmp_path, as_of):
    with pytest.raises(BadInput, match=r"as_of.*the days that are simulated"):
        export_crm(SCENARIO, Steady(), SEED, tmp_path / "new", as_of=as_of, perfect=True)
    assert not (tmp_path / "new").exists()


def test_a_failure_half_way_leaves_the_old_files_whole(tmp_path):
    write_files(tmp_path, {"a.csv": b"old"})
    with pytest.raises(OSError, match="directory"):
        write_files(tmp_path, {"a.csv": b"new", "missing/b.csv": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"
