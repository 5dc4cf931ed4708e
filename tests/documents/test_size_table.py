"""`make bench-size`: the export is what it says, is read with the mapping proposed for it, and every row is explained."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from benchmarks import size
from benchmarks.child import Measured
from benchmarks.size import COMMANDS, DEALS, MAPPING, SIZES, VISITS, Export, measured, write_export
from forecast.crm import read_crm
from simulations.tables import OPEN


@pytest.fixture(scope="module")
def export(tmp_path_factory) -> Export:
    """Return an export of 900 opportunities of two small companies, and the mapping that the command proposes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(size, "REPS", 3)
        patch.setattr(size, "COMPANIES", 2)
        made = size.companies()
    found = write_export(tmp_path_factory.mktemp("size"), 900, made)
    (found.folder / MAPPING).write_text(size.proposed(found), "utf-8")
    return found


def test_the_export_is_read_with_the_mapping_that_was_proposed(export) -> None:
    """Both files: every opportunity with an owner and an amount, four visits each, none of them a stranger's."""
    reading = read_crm(export.folder / DEALS, mapping=export.folder / MAPPING, as_of=pd.Timestamp(size.AS_OF))
    rows, history = reading.tables.opportunities, reading.tables.stage_history
    assert len(rows) == rows["id"].nunique() == export.opportunities == 900
    assert rows[["owner", "amount"]].notna().all(axis=None)
    assert set(history["id"]) == set(rows["id"])
    assert 3.5 * len(rows) < len(history) <= export.visits
    assert len((export.folder / VISITS).read_text("utf-8").splitlines()) == export.visits + 1
    assert reading.tables.stages == size.STAGES
    assert 0.02 < (rows["outcome"] == OPEN).mean() < 0.3
    assert not {"history_of_others", "no_stage_history"} & {finding.code for finding in reading.findings}


def test_every_row_is_explained_and_what_grows_faster_shows(house, monkeypatch) -> None:
    """Figures made up: ten times as many cost ten times as much, but the second forecast twenty times."""
    exports = [Export(house.root, count, 4 * count) for count in SIZES]

    def taken(power: float):
        return lambda export: Measured(1.0, (export.opportunities / 1e4) ** power, 100.0, "")

    powers = dict(zip(COMMANDS, (1.0, 1.0, 1.3), strict=True))
    monkeypatch.setattr(size, "COMMANDS", {name: taken(power) for name, power in powers.items()})
    monkeypatch.setattr(size, "first", taken(1.0))
    rows = measured(exports, 2)
    page = (house.root / "benchmarks" / "README.md").read_text("utf-8")
    assert [row.name for row in rows if f"`{_what(row.name)}`" not in page] == []
    assert len(rows) == 5 * len(SIZES) + len(COMMANDS) * (len(SIZES) - 1)
    grown = {row.name: row for row in rows if " to " in row.name}
    assert grown["all at once, 10,000 to 100,000"].spread.median == pytest.approx(1.0)
    slow = grown["a forecast from them, 100,000 to 1,000,000"]
    assert slow.spread.median == pytest.approx(10**0.3)
    assert (slow.kept, grown["all at once, 10,000 to 100,000"].kept) == (False, True)
    targets = {row.name for row in rows if row.target is not None and " to " not in row.name}
    assert targets == {
        f"{what}, 1,000,000" for what in ("all at once", "a forecast from them", "peak memory")
    }


def test_the_kept_figures_are_of_this_version_and_of_every_size() -> None:
    if not size.KEPT.is_file():
        pytest.skip("no run of the benchmark is kept yet: make bench-size")
    kept = json.loads(size.KEPT.read_text("utf-8"))
    assert kept["version"] == size.to_dict([], size.Size())["version"]
    names = [row["name"] for row in kept["rows"]]
    assert [name for name in COMMANDS for count in SIZES if f"{name}, {count:,}" not in names] == []


def _what(name: str) -> str:
    """Return the name of a row without its sizes."""
    return name.rsplit(" to ", 1)[0].rsplit(", ", 1)[0]
