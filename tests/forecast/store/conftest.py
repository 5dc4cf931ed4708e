"""What the tests of the store share: readings of one simulated CRM at month ends, and a store to put them into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from forecast.crm import Reading, read_crm
from forecast.store import Store, open_store

MONTH_ENDS = [pd.Timestamp(day) for day in ("2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01")]
TABLES = ("opportunities", "stage_history", "activities", "owners")


@pytest.fixture(scope="session")
def months(export: Path) -> list[tuple[pd.Timestamp, Reading]]:
    """Return the last 150 opportunities of the shipped export as they were known at four month ends."""
    whole = [(moment, read_crm(export, as_of=moment)) for moment in MONTH_ENDS]
    chosen = set(whole[-1][1].tables.opportunities["id"].tail(150)) | set(
        whole[0][1].tables.opportunities["id"].tail(50)
    )
    return [(moment, _part(read, chosen)) for moment, read in whole]


def _part(read: Reading, ids: set[str]) -> Reading:
    """Return a reading of some of the opportunities."""
    names = ("opportunities", "stage_history", "activities")
    kept = {name: getattr(read.tables, name) for name in names}
    kept = {name: table[table["id"].isin(ids)].reset_index(drop=True) for name, table in kept.items()}
    return replace(read, tables=replace(read.tables, **kept))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    with open_store(tmp_path / "pipeline.db", create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def same_reading() -> Callable[[Reading, Reading], None]:
    """Return a check that two readings are the same: every cell, every row in its place, everything noted beside."""

    def check(found: Reading, wanted: Reading) -> None:
        for name in TABLES:
            assert_frame_equal(getattr(found.tables, name), getattr(wanted.tables, name), check_exact=True)
        assert found.tables.stages == wanted.tables.stages
        assert dict(found.tables.known_from) == dict(wanted.tables.known_from)
        for name in ("findings", "shape", "may_look_ahead", "currency"):
            assert getattr(found, name) == getattr(wanted, name)

    return check
