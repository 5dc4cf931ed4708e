"""A reading kept as Parquet comes back row for row and forecasts to the byte; what is not as it was written is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from forecast.cli.main import cli
from forecast.crm import Mapping, Reading, read_crm
from forecast.crm.tables_folder import ABOUT
from forecast.forecasting import forecast
from simulations.errors import BadInput
from simulations.tables import ACTIVITIES, OWNERS, conform

MOMENT = pd.Timestamp("2026-10-05")
PERIOD = ("--as-of", "2026-10-04", "--from", "2026-10-05", "--to", "2026-12-31")


@pytest.fixture(scope="module")
def reading(export: Path) -> Reading:
    """Return the shipped export as known at the end of its day, with what few exports have: owners, activities, umlauts."""
    read = read_crm(export, as_of=MOMENT)
    rows = read.tables.opportunities
    owners = pd.DataFrame({"owner": ["Zoë, Änne", None], "team": ["North", None]})
    activities = pd.DataFrame(
        {"id": rows["id"].iloc[:2], "when": pd.Timestamp("2026-09-01 08:00:00.000001"), "kind": "call"}
    )
    tables = replace(
        read.tables,
        opportunities=rows.assign(name=rows["name"].mask(rows.index % 3 == 0, "Müller “&” Söhne\n")),
        owners=conform(owners, OWNERS),
        activities=conform(activities, ACTIVITIES),
        known_from={**read.tables.known_from, "owner": None},
    )
    return replace(read, tables=tables)


@pytest.fixture
def kept(reading: Reading, tmp_path: Path) -> Path:
    reading.keep(tmp_path / "tables", MOMENT)
    return tmp_path / "tables"


def test_what_was_kept_comes_back_row_for_row(reading: Reading, kept: Path) -> None:
    again = read_crm(kept)
    for name in ("opportunities", "stage_history", "activities", "owners"):
        pd.testing.assert_frame_equal(getattr(again.tables, name), getattr(reading.tables, name))
    assert again.tables.stages == reading.tables.stages
    assert again.tables.known_from == reading.tables.known_from
    assert again.findings == reading.findings
    assert again.may_look_ahead == reading.may_look_ahead
    assert (again.shape, again.currency) == (reading.shape, reading.currency)
    assert again.export_date == MOMENT
    assert {Path(file).parent for file in again.files} == {kept}
    assert read_crm([kept], as_of=MOMENT).findings == reading.findings


def test_a_forecast_from_what_was_kept_is_the_same_to_the_byte(reading: Reading, kept: Path) -> None:
    asked = {
        "as_of": MOMENT.to_pydatetime(),
        "start": "2026-10-05",
        "end": "2026-12-31",
        "draws": 500,
        "by": ("owner",),
    }
    first, again = (
        forecast(one.tables, **asked, findings=one.findings).to_dict() for one in (reading, read_crm(kept))
    )
    assert json.dumps(again) == json.dumps(first)


def test_the_command_line_keeps_tables_and_forecasts_from_them(export: Path, tmp_path: Path) -> None:
    folder, runner = tmp_path / "tables", CliRunner()
    done = runner.invoke(cli, ["import", str(export), "--as-of", "2026-10-04", "--tables", str(folder)])
    assert done.exit_code == 0, done.output
    assert f"Wrote {folder}/" in done.output
    found = [
        runner.invoke(cli, ["forecast", str(source), *PERIOD, "--draws", "200", "--json"])
        for source in (export, folder)
    ]
    assert found[0].exit_code == found[1].exit_code == 0
    assert found[0].output == found[1].output


def test_what_has_been_read_cannot_be_told_how_to_be_read(kept: Path) -> None:
    told = (
        {"mapping": Mapping(currency="EUR")},
        {"day_first": False},
        {"encoding": "cp1252"},
        {"export_date": MOMENT},
    )
    for one in told:
        with pytest.raises(BadInput, match="have been read already"):
            read_crm(kept, **one)


def test_another_moment_needs_another_import(kept: Path) -> None:
    """What the export said of that day is no longer there."""
    with pytest.raises(BadInput, match=r"known before 2026-10-05 00:00; for another moment"):
        read_crm(kept, as_of=MOMENT - pd.Timedelta(days=30))


@pytest.mark.parametrize("harm", ["cut", "gone", "other", "no json", "no version", "another word"])
def test_what_is_not_as_it_was_written_is_refused(kept: Path, harm: str) -> None:
    rows, about = kept / "opportunities.parquet", kept / ABOUT
    if harm == "cut":
        rows.write_bytes(rows.read_bytes()[:-1])
    elif harm == "gone":
        rows.unlink()
    elif harm == "other":
        rows.write_bytes((kept / "owners.parquet").read_bytes())
    elif harm == "another word":
        about.write_text(about.read_text("utf-8").replace('"open": ', '"open": 1'), "utf-8")
    else:
        about.write_text("{" if harm == "no json" else "{}", "utf-8")
    with pytest.raises(BadInput, match="not as it was written: import the export again"):
        read_crm(kept)


def test_tables_of_another_version_are_refused(kept: Path) -> None:
    about = json.loads((kept / ABOUT).read_text("utf-8"))
    (kept / ABOUT).write_text(json.dumps({**about, "version": "0.0.1"}), "utf-8")
    with pytest.raises(BadInput, match=r"was made by Pipecast 0\.0\.1, and this is"):
        read_crm(kept)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(export: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = CliRunner().invoke(cli, ["import", str(export), "--tables", str(tmp_path / "file" / "tables")])
    assert isinstance(done.exception, BadInput)
    assert "--tables" in str(done.exception)
