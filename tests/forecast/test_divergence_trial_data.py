"""Weeks of real and public exports, where they are at hand: each adds up, and says what it can."""

from pathlib import Path

import pytest

from forecast.crm import read_crm
from forecast.divergence import imported_year
from forecast.sentences.divergence import imported_sentences


def test_weeks_of_a_large_pipeline_add_up_and_end_near_what_was_booked(trial_data: Path):
    """Some 300 new opportunities a week; the last week's projection is within a tenth of what the four weeks booked."""
    tables = read_crm(trial_data / "bpic2012_2012-01-01" / "vendor_style" / "hubspot_deals.csv").tables
    year = imported_year(
        tables, start="2011-12-05", end="2012-01-01", target=5_000_000.0, until="2011-12-25", draws=500
    )
    rows = year.to_frame()
    won = tables.opportunities[tables.opportunities["outcome"] == "won"]
    booked = won.loc[(won["closed"] >= "2011-12-05") & (won["closed"] < "2012-01-01"), "amount"].sum()
    assert year.reason == ""
    assert (rows["booked"] + rows["open"] + rows["new"]).to_numpy() == pytest.approx(rows["projected"])
    assert year.last.projected == pytest.approx(booked, rel=0.1)


def test_a_short_history_counted_in_deals_begins_late_and_says_so(trial_data: Path):
    """Deals without amounts from an export whose first closings lie within the period."""
    tables = read_crm(trial_data / "olist_2018-04-01" / "vendor_style" / "pipedrive_deals.csv").tables
    year = imported_year(
        tables,
        start="2018-01-01",
        end="2018-03-31",
        target=200.0,
        until="2018-02-04",
        unit="deals",
        draws=500,
    )
    keys = [sentence.key for sentence in imported_sentences(year)]
    assert year.first.week > 0
    assert "imported.later" in keys
