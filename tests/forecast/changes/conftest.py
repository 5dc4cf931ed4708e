"""What the tests of pipeline changes share: a store with four snapshots of a made-up CRM in which everything happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest

from forecast.changes.between import ChangesAsked, PipelineChanges, pipeline_changes
from forecast.changes.steps import Due
from forecast.crm import Reading
from forecast.known import as_of
from forecast.store import Store, open_store
from simulations.tables import OPEN, OWNERS, CrmTables, conform

MOMENTS = [pd.Timestamp(day) for day in ("2026-06-01", "2026-06-15", "2026-07-01", "2026-07-13")]
QUARTER = Due(pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-30"))


def later(tables: CrmTables, number: int) -> CrmTables:
    """Return tables as somebody edited them: dates moved out and some in, amounts raised, deals handed over."""
    rows = tables.opportunities
    is_open, place = rows["outcome"] == OPEN, pd.Series(range(len(rows)), index=rows.index)
    moved = is_open & (place % 5 < number)
    hurried = is_open & ~QUARTER.holds(rows["expected_close"]) & (place % 2 == 0) & (number > 2)
    grown = is_open & (place % 3 == 0)
    due = rows["expected_close"].mask(moved, rows["expected_close"] + pd.Timedelta(days=40 * number))
    return replace(
        tables,
        opportunities=rows.assign(
            expected_close=due.mask(hurried, pd.Timestamp("2026-08-15")),
            amount=rows["amount"] + 100.0 * number * grown,
            owner=rows["owner"].mask(is_open & (place % 11 < number), "Cy"),
        ),
        owners=conform(
            pd.DataFrame({"owner": ["Ann", "Bob", "Cy"], "team": ["North", "South", "South"]}), OWNERS
        ),
    )


@pytest.fixture(scope="session")
def snapshots(made_crm) -> list[Reading]:
    """Return four readings of a made-up CRM."""
    whole = made_crm(6)
    return [
        Reading(later(as_of(whole, moment), number), (), "made up", moment)
        for number, moment in enumerate(MOMENTS)
    ]


@pytest.fixture(scope="session")
def store(snapshots, tmp_path_factory) -> Iterator[Store]:
    """Return a store that holds them."""
    with open_store(tmp_path_factory.mktemp("changes") / "pipeline.db", create=True) as opened:
        for read in snapshots:
            opened.add(read)
        yield opened


@pytest.fixture(scope="session")
def changes(store) -> PipelineChanges:
    """Return the changes of a quarter's pipeline and of its forecast, by owner."""
    return pipeline_changes(store, ChangesAsked(MOMENTS[2], MOMENTS[3], due=QUARTER, by="owner", draws=200))


@pytest.fixture
def between(tmp_path) -> Callable[..., PipelineChanges]:
    """Return a function that gives the changes between two readings."""

    def find(first: Reading, last: Reading, **asked: object) -> PipelineChanges:
        with open_store(tmp_path / "two.db", create=True) as opened:
            opened.add(first)
            opened.add(last)
            return pipeline_changes(opened, ChangesAsked(first.export_date, last.export_date, **asked))

    return find
