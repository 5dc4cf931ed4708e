"""Neither the order of rows nor names nor the currency's unit means anything to a forecast."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import read_crm
from forecast.forecasting import Forecast, forecast
from simulations.tables import CrmTables

DRAWS, TARGET = 300, 400_000
pytestmark = pytest.mark.usefixtures("few_parameter_draws")


def of(tables: CrmTables, futures, target: float = TARGET) -> Forecast:
    """Return the forecast of the six weeks after the moment."""
    when = futures.when
    return forecast(
        tables, as_of=when, start=when, end=when + pd.Timedelta(days=41), target=target,
        targets=[0.5, 1, 1.5], draws=DRAWS,
    )  # fmt: skip


def text(result: Forecast) -> str:
    """Return everything that is said, and every draw."""
    return json.dumps([result.to_dict(), result.bookings.total.tolist()])


def rounded_days(tables: CrmTables) -> CrmTables:
    """Return the CRM as one that knows days only and few amounts: many opportunities are alike in much."""
    rows, history = tables.opportunities, tables.stage_history
    rows = rows.assign(
        created=rows["created"].dt.normalize(),
        closed=rows["closed"].dt.normalize(),
        amount=rows["amount"].clip(upper=2_000).round(-3) + 1_000,
    )
    history = history.assign(entered=history["entered"].dt.normalize(), left=history["left"].dt.normalize())
    return replace(tables, opportunities=rows, stage_history=history)


@given(
    seed=st.integers(0, 1_000),
    times=st.sampled_from(["minutes", "days"]),
    stages=st.sampled_from(["told", "untold"]),
)
def test_shuffled_rows_and_other_ids_change_no_byte(
    made_crm, futures, seed: int, times: str, stages: str
) -> None:
    """Also where opportunities differ in nothing but their path, and where the stages' order is not told."""
    tables = made_crm(seed, deals=150, days=200)
    tables = rounded_days(tables) if times == "days" else tables
    tables = tables if stages == "told" else replace(tables, stages=())
    rng = np.random.default_rng(seed)
    rows, history = tables.opportunities, tables.stage_history
    names = pd.Series(rng.permutation([f"id {number}" for number in range(len(rows))]), index=rows["id"])
    rows = rows.assign(id=rows["id"].map(names)).sample(frac=1, random_state=seed)
    history = history.assign(id=history["id"].map(names))
    if times == "minutes":  # else visits of one day follow each other as they stand
        history = history.sample(frac=1, random_state=seed)
    other = replace(
        tables, opportunities=rows.reset_index(drop=True), stage_history=history.reset_index(drop=True)
    )
    assert text(of(other, futures)) == text(of(tables, futures))


@given(seed=st.integers(0, 1_000), factor=st.sampled_from([100.0, 0.01, 7.3]))
def test_another_unit_of_money_changes_the_scale_and_nothing_else(
    made_crm, futures, seed: int, factor: float
) -> None:
    """Chances are equal, and amounts to twelve digits: only rounding differs."""
    tables = made_crm(seed, deals=150, days=200)
    rows = tables.opportunities
    scaled = replace(tables, opportunities=rows.assign(amount=factor * rows["amount"]))
    one, other = of(tables, futures), of(scaled, futures, factor * TARGET)
    assert np.allclose(factor * one.bookings.total, other.bookings.total, rtol=1e-12)
    assert one.chance_of_target == other.chance_of_target
    assert [row["chance"] for row in one.chance_by_target()] == [
        row["chance"] for row in other.chance_by_target()
    ]
    assert one.coverage.ratio == pytest.approx(other.coverage.ratio, rel=1e-12)
    assert one.weighted.calibrated * factor == pytest.approx(other.weighted.calibrated, rel=1e-12)
    assert one.weighted.crm * factor == pytest.approx(other.weighted.crm, rel=1e-12)
    assert one.cycle == other.cycle


@pytest.mark.parametrize("shape", ["hubspot", "salesforce", "pipedrive"])
def test_neither_the_order_nor_the_names_nor_the_unit_of_a_files_rows_mean_anything(
    made_crm, futures, tmp_path: Path, shape: str
) -> None:
    """From the bytes of the file on: shuffled rows, renamed ids, and a hundred times the amounts and the target."""

    def read(some: CrmTables, name: str, order: int | None = None, factor: float = 1.0) -> Forecast:
        path = futures.write(some, shape, tmp_path / name, order)
        return of(read_crm(path, as_of=futures.when).tables, futures, factor * TARGET)

    tables = made_crm(3)
    rows, history = tables.opportunities, tables.stage_history
    known = read(tables, "known")
    assert text(read(tables, "shuffled", order=1)) == text(known)

    numbers = np.random.default_rng(3).permutation(len(rows))
    names = pd.Series([f"{number:05d}" for number in numbers], index=rows["id"])
    renamed = replace(
        tables,
        opportunities=rows.assign(id=rows["id"].map(names)),
        stage_history=history.assign(id=history["id"].map(names)),
    )
    assert text(read(renamed, "renamed", order=2)) == text(known)

    hundred = replace(tables, opportunities=rows.assign(amount=100 * rows["amount"]))
    scaled = read(hundred, "hundred", factor=100.0)
    assert np.allclose(100 * known.bookings.total, scaled.bookings.total, rtol=1e-12)
    assert scaled.chance_of_target == known.chance_of_target
