"""A simulated team's prospecting is written down, exported and read again, and what an hour brings is the truth."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.known_truth import plain_company
from forecast.crm import read_crm
from forecast.prospecting import ProspectingRecords, RecordFile, learn_prospecting, read_records
from simulations.calendar import DAY, timeline
from simulations.exports import export_crm
from simulations.journal import Kind
from simulations.recorder import prospecting_hours, record
from simulations.reference import simulate
from simulations.scenario.model import Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team

SEEDS = range(2)


@dataclass(frozen=True)
class Company:
    """A small team without feedback: an opportunity needs hours x 0.3 leads x 0.4 to qualify, say."""

    scenario: Scenario
    truth: float

    @property
    def moment(self) -> datetime:
        """39 weeks into the year."""
        line = timeline(self.scenario)
        return datetime.combine(line.date_of(line.year_start_day + 39 * 7), time())


@pytest.fixture(scope="module")
def company() -> Company:
    scenario = plain_company().model_copy(update={"team": Team(groups=(SeatGroup(seats=4),))})
    found = scenario.sources.prospecting
    return Company(scenario, found.leads_per_hour * found.qualify_probability)


@pytest.mark.parametrize("cadence", [Steady(), Sawtooth()], ids=["steady", "sawtooth"])
def test_what_an_hour_brings_is_found_again(company, cadence) -> None:
    """Of two companies x (team and four reps) at most two 95% intervals miss, with steady hours and in waves."""
    missed, pooled = 0, []
    for seed in SEEDS:
        events = simulate(company.scenario, cadence, seed, 0)
        moment = pd.Timestamp(company.moment)
        tables = record(events, company.scenario, seed, 0, perfect=True, until=company.moment)
        hours = prospecting_hours(events, company.scenario, company.moment)
        found = learn_prospecting(
            ProspectingRecords(hours, (), (), ()), moment, tables=tables, weeks=39, seed=seed
        )
        rates = [one.per_hour["opportunities"] for _, one in found.workers()]
        missed += sum(not rate.low <= company.truth <= rate.high for rate in rates)
        pooled.append((found.whole.counts["opportunities"], found.whole.hours))
    assert missed <= 2
    count, spent = np.sum(pooled, axis=0)
    error = np.sqrt(company.truth / spent)  # of a Poisson count over its hours
    assert count / spent == pytest.approx(company.truth, abs=4 * error)


def test_hours_are_written_down_as_they_were_spent(company) -> None:
    """Their sum is the journal's; a moment cuts the days that were not over."""
    events = simulate(company.scenario, Steady(), 5, 0)
    blocks = events[events["kind"] == Kind.PROSPECTED]
    whole = prospecting_hours(events, company.scenario)
    assert whole["hours"].sum() == pytest.approx(blocks["value"].sum(), rel=1e-12)
    assert (whole.groupby(["owner", "day"]).size() == 1).all()
    assert sorted(whole["day"].dt.day_of_week.unique()) == [0, 1, 2, 3, 4]
    noon = company.moment + timedelta(hours=12)
    until = prospecting_hours(events, company.scenario, noon)
    assert until["day"].max() < pd.Timestamp(company.moment)
    cut = blocks[
        blocks["time"]
        <= (company.moment - datetime.combine(timeline(company.scenario).origin, time())).days * DAY
    ]
    assert until["hours"].sum() == pytest.approx(cut["value"].sum(), rel=1e-12)


def test_an_exported_team_is_read_with_its_hours(company, tmp_path) -> None:
    """From the files alone, as a user would have them."""
    day = company.moment.date() - timedelta(days=1)
    paths = export_crm(company.scenario, Steady(), 4, tmp_path, as_of=day, perfect=False)
    with paths.prospecting.open(encoding="utf-8") as file:
        assert next(csv.reader(file)) == ["owner", "day", "hours"]
    reading = read_crm(paths.deals)
    rows = read_records([RecordFile(paths.prospecting)], until=reading.export_date)
    found = learn_prospecting(rows, reading.export_date, tables=reading.tables, weeks=39)
    assert found.findings == ()
    rate = found.whole.per_hour["opportunities"]
    assert rate.low <= company.truth <= rate.high
