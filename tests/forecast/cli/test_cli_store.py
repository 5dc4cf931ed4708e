"""`--store`: imports that add up, past forecasts to the byte, and refusals that write nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from forecast.cli.main import main
from forecast.crm import read_crm

QUARTER = ("--from", "2026-07-01", "--to", "2026-09-30", "--target", "600000", "--draws", "100", "--json")


@pytest.fixture(scope="module")
def two_months(export, tmp_path_factory) -> Path:
    """Return a store that holds the shipped export as it was known at two month ends."""
    path = tmp_path_factory.mktemp("two months") / "pipeline.db"
    for day in ("2026-05-31", "2026-06-30"):
        with pytest.raises(SystemExit) as end:
            main(["import", str(export), "--store", str(path), "--as-of", day])
        assert not end.value.code
    return path


@pytest.fixture
def filled(two_months, tmp_path) -> Path:
    """Return a copy of it, to be changed."""
    return Path(shutil.copy(two_months, tmp_path / "pipeline.db"))


def test_an_import_says_what_became_of_it_and_again_that_nothing_did(pipecast, export, filled):
    said = pipecast("import", export, "--store", filled, "--as-of", "2026-06-30")
    assert f"{filled}: holds what was known before 2026-07-01 00:00 already; nothing was changed." in said.out
    said = pipecast("import", export, "--store", filled)
    assert "snapshot 3, what was known before 2026-10-05 00:00, is now in it." in said.out
    assert "opportunities new" in said.out


def test_a_past_forecast_comes_out_of_the_store_to_the_byte(pipecast, export, filled):
    """What was imported since, and that the store and not the file is read, changes not one byte."""
    direct = pipecast("forecast", export, "--as-of", "2026-06-30", *QUARTER)
    stored = pipecast("forecast", "--store", filled, "--as-of", "2026-06-30", *QUARTER)
    assert direct.code == stored.code == 0
    assert stored.out == direct.out
    assert pipecast("import", export, "--store", filled).code == 0
    assert pipecast("forecast", "--store", filled, "--as-of", "2026-06-30", *QUARTER).out == direct.out


def test_without_a_moment_the_last_snapshot_is_forecast_from(pipecast, filled):
    said = pipecast("forecast", "--store", filled, *QUARTER)
    assert json.loads(said.out)["inputs"]["as_of"] == "2026-07-01T00:00:00"


def test_a_forecast_between_two_snapshots_knows_the_earlier_and_says_so(pipecast, filled):
    told = json.loads(pipecast("forecast", "--store", filled, "--as-of", "2026-06-10", *QUARTER).out)
    assert told["inputs"]["as_of"] == "2026-06-01T00:00:00"
    assert "snapshot_older" in {finding["code"] for finding in told["findings"]}


def test_the_snapshots_are_listed(pipecast, export, filled):
    said = pipecast("snapshots", "--store", filled)
    assert "2026-06-01 00:00" in said.out
    assert "2026-07-01 00:00" in said.out
    listed = json.loads(pipecast("snapshots", "--store", filled, "--json").out)["snapshots"]
    assert [one["as_of"] for one in listed] == ["2026-06-01T00:00:00", "2026-07-01T00:00:00"]
    assert listed[0]["files"][0]["name"] == export.name
    assert len(listed[0]["files"][0]["sha256"]) == 64


def test_the_tables_of_a_past_day_are_taken_out(pipecast, export, filled, tmp_path, rows_of):
    assert pipecast("snapshots", "--store", filled, "--as-of", "2026-05-31", "--out", "then").code == 0
    assert {path.name for path in (tmp_path / "then").iterdir()} == {
        "opportunities.csv", "stage_history.csv", "activities.csv", "owners.csv",
    }  # fmt: skip
    rows = rows_of(tmp_path / "then" / "opportunities.csv")
    assert len(rows) == len(read_crm(export, as_of=pd.Timestamp("2026-06-01")).tables.opportunities)
    assert pipecast("snapshots", "--store", filled, "--as-of", "2026-05-31").code == 2


def test_the_json_of_an_import_says_what_the_store_did(pipecast, export, filled):
    told = json.loads(pipecast("import", export, "--store", filled, "--as-of", "2026-06-30", "--json").out)
    assert told["store"]["changed"] is False
    assert told["store"]["snapshot"]["number"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give an export to read, or --store with what was imported"),
        (("{export}", "--store", "pipeline.db"), "give either an export or --store, not both"),
        (("--store", "none.db"), "there is no such file"),
        (
            ("--store", "none.db", "--pipeline", "New"),
            "--pipeline: found 'New'; has no effect on what a store holds",
        ),
        (("{export}", "--recorded-by", "2026-01-01"), "--recorded-by: found '2026-01-01'; needs --store"),
        (("--store", "{notes}"), "is not an SQLite database"),
    ],
)
def test_what_a_forecast_cannot_read_is_refused(pipecast, export, tmp_path, words, said):
    notes = tmp_path / "notes.txt"
    notes.write_text("no database at all, whatever its name may be. " * 40)
    words = [word.format(export=export, notes=notes) for word in words]
    found = pipecast("forecast", *words, *QUARTER)
    assert found.code == 2
    assert said in found.err
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt"}


def test_a_bad_export_makes_no_store(pipecast, tmp_path):
    (tmp_path / "bad.csv").write_text("Id,Amount\n1,many\n")
    assert pipecast("import", "bad.csv", "--store", "pipeline.db").code == 2
    assert {path.name for path in tmp_path.iterdir()} == {"bad.csv"}


def test_an_export_of_another_team_leaves_the_store_as_it_was(pipecast, filled, tmp_path):
    rows = "\n".join(f"X{n},New,2026-05-0{n},2026-08-01,Ann,100,USD" for n in range(1, 8))
    header = "Opportunity ID,Stage,Created Date,Close Date,Opportunity Owner,Amount,Amount Currency"
    (tmp_path / "salesforce.csv").write_text(f"{header}\n{rows}\n")
    said = pipecast("import", "salesforce.csv", "--store", filled)
    assert said.code == 2
    assert "that is another team's or another CRM's; use another store" in said.err
    connection = sqlite3.connect(filled)
    assert connection.execute("SELECT COUNT(*) FROM crm_snapshot").fetchone() == (2,)
    connection.close()
