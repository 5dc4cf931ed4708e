"""The forecasts of real exports: unaided, quick, lawful, and indifferent to row order, names and the unit of money."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from forecast.forecasting import Forecast, forecast
from forecast.known import moment_of_knowledge
from simulations.tables import CrmTables

MOST_SECONDS = 20.0


@dataclass(frozen=True)
class Question:
    """A file of the trial data and what is asked of it."""

    file: str
    as_of: str
    start: str
    end: str
    target: float | None
    unit: str = "amount"
    encoding: str | None = None


QUESTIONS = {
    "bpic": Question("bpic2012_2012-01-01/vendor_style/hubspot_deals.csv", "2012-01-01", "2012-01-01",
                     "2012-01-28", 5_400_000),
    "maven": Question("maven_2017-09-30/vendor_style/salesforce_report.csv", "2017-09-30", "2017-10-01",
                      "2017-12-31", None, encoding="latin-1"),
    "olist": Question("olist_2018-04-01/vendor_style/pipedrive_deals.csv", "2018-04-01", "2018-04-01",
                      "2018-04-30", 150, "deals"),
}  # fmt: skip


def reading(trial_data: Path, name: str) -> Reading:
    asked = QUESTIONS[name]
    moment = moment_of_knowledge(asked.as_of, pd.Timestamp(asked.start).date())
    return read_crm(trial_data / asked.file, as_of=moment)


def target_of(tables: CrmTables, name: str) -> float:
    """Return the target: for the quarter of Maven, what the quarter before it booked, times 1.05."""
    if QUESTIONS[name].target is not None:
        return QUESTIONS[name].target
    rows = tables.opportunities
    quarter = rows["closed"].between(pd.Timestamp("2017-07-01"), pd.Timestamp("2017-09-30 23:59"))
    return 1.05 * float(rows.loc[quarter & (rows["outcome"] == "won"), "amount"].sum())


def of(tables: CrmTables, name: str, target: float, **other: object) -> Forecast:
    asked = QUESTIONS[name]
    return forecast(
        tables, as_of=asked.as_of, start=asked.start, end=asked.end, target=target,
        targets=[0.5, 1.0, 1.5], unit=asked.unit, **other,
    )  # fmt: skip


@pytest.fixture(scope="module", params=QUESTIONS)
def answered(request: pytest.FixtureRequest, trial_data: Path) -> tuple[str, Reading, Forecast, float]:
    """Return a file's name, its reading, its forecast and the seconds of computing that both took."""
    name, begun = request.param, time.process_time()
    read = reading(trial_data, name)
    result = of(read.tables, name, target_of(read.tables, name), findings=read.findings)
    return name, read, result, time.process_time() - begun


def test_a_real_export_is_forecast_unaided_within_its_time(answered) -> None:
    _, _, result, seconds = answered
    assert seconds < MOST_SECONDS
    whole = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert whole["weighted_pipeline"]["crm"] is None
    assert "expected close" in whole["weighted_pipeline"]["crm_reason"]
    assert 0.02 < whole["chance_of_target"] < 0.98
    assert whole["findings"]


def test_the_laws_of_the_chance_hold(answered) -> None:
    """Never rising, 1 at what is booked, 0 beyond the largest draw, the share of draws, 0.5 at the median."""
    _, _, result, _ = answered
    drawn = result.bookings
    most = drawn.total.max()
    targets = np.append(np.linspace(0, most, 200), [most * (1 + 1e-9)])
    chances = np.array([drawn.chance_of(float(target)) for target in targets])
    assert (np.diff(chances) <= 0).all()
    assert chances[0] == drawn.chance_of(drawn.booked) == 1.0
    assert chances[-1] == 0.0
    assert np.array_equal(chances, [(drawn.total >= target).mean() for target in targets])
    median = drawn.quantiles()["0.5"]
    one_deal = np.isclose(drawn.total, median).mean()
    assert abs(drawn.chance_of(median) - 0.5) <= one_deal + 1 / len(drawn.total)


def test_the_parts_are_told_apart(answered) -> None:
    """Before the period nothing is booked; the open part is its weighted pipeline, drawn: within four errors."""
    _, _, result, _ = answered
    parts = result.bookings
    assert parts.booked == 0
    assert parts.new.mean() > 0
    error = parts.open.std() / np.sqrt(len(parts.open))
    assert abs(parts.open.mean() - result.weighted.calibrated_in_period) < 4 * error
    assert result.weighted.calibrated_in_period < result.weighted.calibrated


def test_row_order_and_names_change_no_byte(answered) -> None:
    name, read, _, _ = answered
    tables = read.tables
    rows, history = tables.opportunities, tables.stage_history
    rng = np.random.default_rng(1)
    names = pd.Series([f"id {number}" for number in rng.permutation(len(rows))], index=rows["id"])
    shuffled = replace(
        tables,
        opportunities=rows.assign(id=rows["id"].map(names)).sample(frac=1, random_state=1, ignore_index=True),
        stage_history=history.assign(id=history["id"].map(names)),
    )
    target = target_of(tables, name)
    one, other = (of(some, name, target, draws=500) for some in (tables, shuffled))
    assert one.bookings.total.tobytes() == other.bookings.total.tobytes()
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())


@pytest.mark.parametrize("name", ["bpic", "maven"])
def test_a_hundred_times_the_amounts_and_the_target_change_the_scale_only(
    trial_data: Path, name: str
) -> None:
    tables = reading(trial_data, name).tables
    rows = tables.opportunities
    scaled = replace(tables, opportunities=rows.assign(amount=100 * rows["amount"]))
    target = target_of(tables, name)
    one, other = of(tables, name, target, draws=500), of(scaled, name, 100 * target, draws=500)
    assert np.allclose(100 * one.bookings.total, other.bookings.total, rtol=1e-12)
    assert one.chance_of_target == other.chance_of_target
    assert one.weighted.calibrated * 100 == pytest.approx(other.weighted.calibrated, rel=1e-12)


@pytest.mark.parametrize("name", QUESTIONS)
def test_four_weeks_earlier_nothing_of_those_weeks_is_known(
    trial_data: Path, tmp_path: Path, name: str
) -> None:
    """The file as it is, and the file without the rows of those weeks: the same forecast, from the bytes on."""
    asked = QUESTIONS[name]
    moment = pd.Timestamp(asked.as_of) - pd.Timedelta(weeks=4)
    whole = read_crm(trial_data / asked.file, as_of=moment, encoding=asked.encoding)
    full = read_crm(trial_data / asked.file).tables
    unborn = set(full.opportunities.loc[full.opportunities["created"] >= moment, "id"])
    assert len(unborn) > 50
    cut = tmp_path / f"{Path(asked.file).stem}_{asked.as_of}.csv"
    text = (trial_data / asked.file).read_bytes()
    lines = text.split(b"\n")
    names = {key.encode() for key in unborn}
    kept = [line for line in lines if not any(cell.strip(b'"') in names for cell in line.strip().split(b","))]
    assert len(lines) - len(kept) == len(unborn)
    cut.write_bytes(b"\n".join(kept))
    known = read_crm(cut, as_of=moment, encoding=asked.encoding)
    end = moment + pd.Timedelta(days=27)
    results = [
        forecast(read.tables, as_of=moment, start=moment, end=end, unit=asked.unit, draws=500,
                 findings=read.findings)
        for read in (whole, known)
    ]  # fmt: skip
    assert json.dumps(results[0].to_dict()) == json.dumps(results[1].to_dict())
    assert results[0].bookings.total.tobytes() == results[1].bookings.total.tobytes()
