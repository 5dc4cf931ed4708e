"""Every file of deals and of history in the trial data is read, and what is read is what the documents say."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from forecast.crm import Reading, read_crm
from forecast.crm.proposal import proposal_text, propose
from forecast.crm.recognition import shape_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "crm-files.md"
#: Files of the trial data that tell of accounts, people, products and the like, by the end of their names.
NO_DEALS = (
    *("accounts.csv", "products.csv", "data_dictionary.csv", "sales_teams.csv", "activity.csv", "activity_types.csv"),
    *("fields.csv", "stages.csv", "users.csv", "Account.csv", "Contact.csv", "Lead.csv", "OpportunityHistoryGroup.csv"),
    *("account_data.csv", "account_history_data.csv", "contact_data.csv", "company_data.csv", "event_data.csv"),
    *("lead_data.csv", "line_item_data.csv", "product_2_data.csv", "task_data.csv", "user_data.csv", "user_role_data.csv"),
    *("deal_company_data.csv", "deal_contact_data.csv", "property_data.csv", "property_option_data.csv", "users_data.csv"),
    *("owner_data.csv", "owner_team_data.csv", "deal_pipeline_data.csv"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the table of the documents."""

    files: tuple[str, ...]
    read: str
    shape: str
    opportunities: int
    won: int
    lost: int
    open: int
    visits: int
    noticed: dict[str, int]


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def table() -> list[Row]:
    """Return the rows of the table of trial files."""
    part = PAGE.read_text("utf-8").partition("<!-- trial files:")[2]
    rows = []
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`([^`]+)`", cells[0])
        if not line.startswith("|") or not names:
            continue
        folder = names[0].partition("/")[0]
        parent = names[0].rpartition("/")[0]
        files = [names[0], *(f"{folder}/{name}" if "/" in name else f"{parent}/{name}" for name in names[1:])]
        noticed = {code: _number(count) for code, count in re.findall(r"(\w+) ([\d,]*\d)", cells[8])}
        rows.append(Row(tuple(files), cells[1], cells[2], *map(_number, cells[3:8]), noticed))
    return rows


ROWS = table()


@cache
def reading(data: Path, row: Row, folder: Path) -> Reading:
    """Return what a row's files are read as: unaided, or by the mapping that is proposed for them, unchanged."""
    paths = [data / name for name in row.files]
    if row.read == "unaided":
        return read_crm(paths)
    proposal = propose(paths)
    assert proposal.problems == ()
    (folder / "map.yaml").write_text(proposal_text(proposal, folder), encoding="utf-8")
    return read_crm(paths[:1] if proposal.guesses else paths, mapping=folder / "map.yaml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mappings")


def counts(read: Reading) -> dict[str, int]:
    found = read.tables.opportunities["outcome"].value_counts()
    return {outcome: int(found.get(outcome, 0)) for outcome in ("won", "lost", "open")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.files[0] + f"+{len(row.files) - 1}")
def test_the_documents_say_what_is_read_in_each(trial_data: Path, folder: Path, row: Row) -> None:
    read = reading(trial_data, row, folder)
    assert read.shape == row.shape
    assert counts(read) == {"won": row.won, "lost": row.lost, "open": row.open}
    assert len(read.tables.opportunities) == row.opportunities
    assert len(read.tables.stage_history) == row.visits
    found = {finding.code: finding.count for finding in read.findings}
    assert row.noticed.items() <= found.items()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.files[0] + f"+{len(row.files) - 1}")
def test_the_counts_are_those_that_the_data_came_with(trial_data: Path, folder: Path, row: Row) -> None:
    """The manifest of each set, its description, or its own flags read by the csv module."""
    assert counts(reading(trial_data, row, folder)) == stated(trial_data, row.files[0].partition("/")[0])


def stated(data: Path, name: str) -> dict[str, int]:
    manifest = data / name / "manifest.json"
    if manifest.exists():
        return {"won": 0, "lost": 0, "open": 0, **json.loads(manifest.read_text())["status_in_export"]}
    by_description = {
        "maven_crm": {"won": 4_238, "lost": 2_473, "open": 1_589 + 500},
        "pipedrive_enpal": {"won": 0, "lost": 1_995, "open": 0},
        "fivetran_hubspot": {"won": 0, "lost": 0, "open": 44},
    }
    if name in by_description:
        return by_description[name]
    file, closed, won = {
        "salesforce_sample_mit": ("Opportunity.csv", "IsClosed", "IsWon"),
        "fivetran_salesforce": ("sf_opportunity_data.csv", "is_closed", "is_won"),
    }[name]
    with (data / name / "original" / file).open(encoding="utf-8", newline="") as text:
        flags = [(row[closed].casefold(), row[won].casefold()) for row in csv.DictReader(text)]
    return {
        "won": sum(is_won == "true" for _, is_won in flags),
        "lost": sum(flag == ("true", "false") for flag in flags),
        "open": sum(is_closed == "false" for is_closed, _ in flags),
    }


def test_no_file_of_deals_or_history_is_missing_from_the_table(trial_data: Path) -> None:
    named = {trial_data / name for row in ROWS for name in row.files}
    covered = {path for path in trial_data.rglob("*.csv") if path in named or path.parent in named}
    left = [
        path for path in trial_data.rglob("*.csv") if path not in covered and not path.name.endswith(NO_DEALS)
    ]
    assert left == []
    assert len(covered) > 30


def test_a_file_that_is_nothing_of_a_reading_is_never_taken_for_opportunities(trial_data: Path) -> None:
    for path in trial_data.rglob("*.csv"):
        if path.name.endswith(NO_DEALS) and path.name != "OpportunityHistoryGroup.csv":
            with path.open(encoding="utf-8", errors="replace", newline="") as text:
                shape = shape_of(next(csv.reader(text)))
            assert shape is None or shape.role != "opportunities", path


def test_the_undated_of_maven_are_counted_and_no_forecast_sees_them(trial_data: Path, folder: Path) -> None:
    (row,) = (row for row in ROWS if row.files[0].startswith("maven_crm/"))
    read = reading(trial_data, row, folder)
    undated = read.tables.opportunities["created"].isna()
    assert undated.sum() == 500
    assert set(read.tables.opportunities.loc[undated, "stage"]) == {"Prospecting"}
    assert set(read.tables.owners["team"]) == {"Central", "East", "West"}
    (finding,) = (finding for finding in read.findings if finding.code == "undated")
    assert finding.severity == "warning"


def test_the_log_of_changes_gives_the_stages_their_names(trial_data: Path, folder: Path) -> None:
    (row,) = (row for row in ROWS if "pipedrive_enpal/original/users.csv" in row.files)
    tables = reading(trial_data, row, folder).tables
    assert tables.stages[:3] == ("Lead Generation", "Qualified lead", "Needs Assessment")
    assert len(tables.stages) == 9
    assert not tables.opportunities["owner"].dropna().str.fullmatch(r"\d+").any()
