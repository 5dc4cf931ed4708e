"""A calibration kept beside its tables is the one that would be learned; whatever is another, or harmed, is learned anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecast import kept_calibration
from forecast.calibration import records as records_module
from forecast.calibration.draws import calibrate
from forecast.calibration.records import records, rows_in
from forecast.crm import Reading, read_crm
from forecast.crm.tables_folder import held_back
from forecast.forecasting import forecast
from forecast.kept import leaves_of
from forecast.kept_calibration import MOST, calibrated
from forecast.known import as_of, count_open, masked, may_look_ahead

MOMENT, UNTIL = pd.Timestamp("2026-10-05"), pd.Timestamp("2027-01-01")
QUESTION: dict[str, Any] = {
    "as_of": MOMENT.to_pydatetime(), "start": "2026-10-05", "end": "2026-12-31", "draws": 300, "by": ("owner",),
}  # fmt: skip


@pytest.fixture(scope="module")
def read(export: Path) -> Reading:
    return read_crm(export, as_of=MOMENT)


@pytest.fixture
def folder(read: Reading, tmp_path: Path) -> Path:
    read.keep(tmp_path / "tables", MOMENT)
    return tmp_path / "tables"


def files(folder: Path) -> set[str]:
    """Return the names of what was learned and kept."""
    return {path.name for path in folder.glob("*.kept")}


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return how often a calibration was learned and records were read off tables since it was asked last."""
    calls: list[str] = []
    for module, name in ((kept_calibration, "calibrate"), (records_module, "_records")):
        own = getattr(module, name)
        counted = lambda *given, _own=own, _name=name, **more: (calls.append(_name), _own(*given, **more))[1]  # noqa: E731
        monkeypatch.setattr(module, name, counted)

    def since() -> int:
        count = len(calls)
        calls.clear()
        return count

    return since


def test_what_comes_back_is_what_would_be_learned(read: Reading, folder: Path) -> None:
    """To the byte and to the kind of number, in every leaf of the tree."""
    fresh = leaves_of(calibrate(as_of(read.tables, MOMENT), MOMENT, UNTIL, seed=3))
    for _ in range(2):
        found = leaves_of(calibrated(read_crm(folder).tables, MOMENT, UNTIL, seed=3))
        assert found.keys() == fresh.keys()
        for name, leaf in fresh.items():
            assert np.asarray(found[name]).dtype == np.asarray(leaf).dtype, name
            assert np.array_equal(found[name], leaf, equal_nan=np.asarray(leaf).dtype.kind == "f"), name


def test_the_second_forecast_learns_nothing_and_is_the_same(read: Reading, folder: Path, learned) -> None:
    first, second, third = (
        json.dumps(forecast(one.tables, **QUESTION, findings=one.findings).to_dict())
        for one in (read, read_crm(folder), read_crm(folder))
    )
    assert first == second == third
    assert learned() == 4  # of the export and of the folder: records, and a calibration
    again = read_crm(folder)
    forecast(again.tables, **QUESTION)
    assert learned() == 0
    assert held_back(again.tables)  # four million rows in a large CRM
    assert held_back(again.tables, "opportunities")


def test_another_question_is_learned_for_itself(folder: Path, learned) -> None:
    tables = read_crm(folder).tables
    calibrated(tables, MOMENT, UNTIL, seed=3)
    learned()
    for more in ({"seed": 4}, {"seed": 3, "country": "DE"}):
        calibrated(tables, MOMENT, UNTIL, **more)
        assert learned() == 1
    calibrated(tables, MOMENT, UNTIL + pd.Timedelta(days=30), seed=3)
    assert learned() == 1
    calibrated(tables, MOMENT, UNTIL, seed=3)
    assert learned() == 0


def test_no_more_are_kept_than_of_some_questions(folder: Path) -> None:
    tables = read_crm(folder).tables
    for seed in range(MOST + 2):
        calibrated(tables, MOMENT, UNTIL, seed=seed)
    assert sum(name.startswith("calibration") for name in files(folder)) == MOST


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "foreign"])
def test_what_is_not_as_it_was_kept_is_learned_anew(folder: Path, harm: str, learned) -> None:
    tables = read_crm(folder).tables
    fresh = leaves_of(calibrated(tables, MOMENT, UNTIL, seed=3))
    (name,) = (path for path in folder.glob("calibration-*"))
    content = name.read_bytes()
    if harm == "foreign":  # whole, but of another question
        calibrated(tables, MOMENT, UNTIL, seed=4)
        (other,) = (path for path in folder.glob("calibration-*") if path != name)
        shutil.copy(other, name)
    else:
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        name.write_bytes({"cut": content[:-1], "empty": b"", "flipped": flipped}[harm])
    learned()
    again = leaves_of(calibrated(tables, MOMENT, UNTIL, seed=3))
    assert learned() == 1
    assert name.read_bytes() == content
    assert all(np.array_equal(again[leaf], fresh[leaf], equal_nan=fresh[leaf].dtype.kind == "f")
               for leaf in fresh if isinstance(fresh[leaf], np.ndarray) and leaf != "records.ids")  # fmt: skip


def test_other_tables_in_the_same_folder_are_learned_for_themselves(
    read: Reading, folder: Path, learned
) -> None:
    forecast(read_crm(folder).tables, **QUESTION)
    assert len(files(folder)) == 2
    rows = read.tables.opportunities
    dearer = replace(read, tables=replace(read.tables, opportunities=rows.assign(amount=rows["amount"] * 2)))
    dearer.keep(folder, MOMENT)
    assert not files(folder)
    learned()
    found, wanted = (
        forecast(one.tables, **QUESTION, findings=one.findings).to_dict()
        for one in (read_crm(folder), dearer)
    )
    assert found == wanted


def test_tables_with_other_rows_are_not_those_of_the_folder(folder: Path) -> None:
    tables = read_crm(folder).tables
    before = forecast(tables, **QUESTION).mean
    rows = tables.opportunities
    changed = replace(tables, opportunities=rows.assign(amount=rows["amount"] * 2))
    kept = files(folder)
    assert forecast(changed, **QUESTION).mean == pytest.approx(2 * before, rel=1e-6)
    assert files(folder) == kept


def test_an_earlier_moment_is_learned_for_itself(folder: Path, learned) -> None:
    earlier = MOMENT - pd.Timedelta(days=60)
    tables = read_crm(folder).tables
    question = {**QUESTION, "as_of": earlier.to_pydatetime()}
    forecast(tables, **QUESTION)
    learned()
    found = forecast(tables, **question).to_dict()
    assert learned() == 2
    plain = replace(tables, stage_history=tables.stage_history)
    assert forecast(plain, **question).to_dict() == found


def test_a_folder_that_cannot_be_written_is_forecast_from_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("forecast.kept.write_files", refuse)
    assert forecast(read_crm(folder).tables, **QUESTION).mean > 0
    assert not files(folder)


def test_kept_records_know_their_rows_and_their_ids(folder: Path) -> None:
    tables = read_crm(folder).tables
    fresh = records(tables, MOMENT)
    again = read_crm(folder).tables
    found = records(again, MOMENT)
    assert held_back(again, "opportunities")
    rows = rows_in(found, again)
    assert held_back(again, "opportunities")
    assert again.opportunities["id"].iloc[rows].tolist() == found.ids.tolist() == fresh.ids.tolist()


def test_rows_of_kept_records_are_not_those_of_other_tables(folder: Path) -> None:
    """The same rows in another order, and as known at another moment: each is looked for by its id."""
    tables = read_crm(folder).tables
    records(tables, MOMENT)
    found = records(read_crm(folder).tables, MOMENT)
    turned = replace(tables, opportunities=tables.opportunities.iloc[::-1].reset_index(drop=True))
    assert (rows_in(found, turned) == len(found.ids) - 1 - rows_in(found, tables)).all()
    earlier = as_of(tables, MOMENT - pd.Timedelta(days=60))
    there = rows_in(found, earlier)
    assert earlier.opportunities["id"].iloc[there[there >= 0]].tolist() == found.ids[there >= 0].tolist()
    assert (there < 0).any()


def test_what_was_found_at_the_import_holds_for_its_moment_alone(read: Reading, folder: Path) -> None:
    """What is masked, what may look ahead, and how many are open: as a look at every row says."""
    tables = read_crm(folder).tables
    for moment in (MOMENT, MOMENT - pd.Timedelta(days=60)):
        kept, plain = as_of(tables, moment), as_of(read.tables, moment)
        for ask in (masked, may_look_ahead, count_open):
            assert ask(kept, moment) == ask(replace(plain), moment), ask
