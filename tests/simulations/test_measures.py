"""The measures of a journal that was written by hand and worked out on paper."""

import math

import numpy as np
import pytest

from simulations.journal import Kind
from simulations.measures import MEASURES, measure
from simulations.scenario.model import Scenario


@pytest.fixture
def found(year):
    return measure(year.plan(), year.events()).scalars


def test_every_measure_is_there_in_the_order_of_the_tables(found):
    assert list(found) == list(MEASURES)


def test_bookings_are_told_apart_by_when_their_lead_appeared(found):
    assert found["carried_in"] == 50
    assert found["this_year"] == 80
    assert found["bookings_in_year"] == 130
    assert found["attainment"] == 130 / 200
    assert found["target_reached"] == 0


def test_the_lead_decides_and_not_the_opportunity(journal):
    """Met on the last day of the warm-up and qualified on the year's second: carried in."""
    journal.opportunity(1, 1, 60.0, moved=20)
    journal.write(40, Kind.WON, 1, stage=1, value=60.0)
    found = measure(journal.plan(), journal.events()).scalars
    assert (found["carried_in"], found["this_year"]) == (60, 0)


def test_the_run_off_counts_only_what_was_begun_before_it(found):
    """Not the 1,000 whose lead appeared after the year, nor the introduction that came after it."""
    assert found["run_off"] == 40
    assert found["total"] == 170
    assert found["horizon_of_referrals"] == 7


def test_what_is_still_open_at_the_end_is_told(found):
    assert found["open_at_end"] == 30
    assert found["open_at_end_share"] == pytest.approx(30 / (50 + 80 + 40 + 30 + 20 + 25))


def test_the_weighted_pipeline_is_an_estimate_and_its_error_is_told(found):
    """At year end 40 stands in the second stage (one half) and a silent 30 in the first (one quarter)."""
    assert found["weighted_at_year_end"] == 40 * 0.5 + 30 * 0.25
    assert found["weighted_error"] == 27.5 - 40


def test_volatility_is_over_the_periods_of_the_year(found):
    assert found["worst_quarter"] == 0
    quarters = np.array([50, 0, 80, 0])
    assert found["quarter_volatility"] == pytest.approx(quarters.std(ddof=1) / quarters.mean())
    months = np.array([50, 0, 0, 0, 0, 0, 80, 0, 0, 0, 0, 0])
    assert found["month_volatility"] == pytest.approx(months.std(ddof=1) / months.mean())


def test_a_trough_of_nothing_leaves_peak_to_trough_undefined(found):
    assert math.isnan(found["peak_to_trough"])


def test_customers_are_counted_by_the_year_of_their_lead(found):
    assert found["leads"] == 6
    assert found["opportunities"] == 5
    assert [found[f"opportunities_{s}"] for s in ("prospecting", "inbound", "referral")] == [4, 1, 0]
    assert found["wins"] == 2
    assert found["win_rate"] == 2 / 4
    assert found["cycle_days"] == (28 + 169) / 2
    assert (found["went_silent"], found["revived"]) == (1, 0)
    assert (found["disqualified_silent"], found["disqualified_unworked"]) == (1, 0)


def test_peak_to_trough_is_that_of_the_49_four_week_windows(journal):
    """A win of 1 every week and of 9 in one: windows hold 4, or 12."""
    for week in range(52):
        amount = 9.0 if week == 20 else 1.0
        journal.opportunity(week + 1, 7 * week, amount, moved=7 * week + 1)
        journal.write(7 * week + 2, Kind.WON, week + 1, stage=1, value=amount)
    found = measure(journal.plan(), journal.events()).scalars
    assert found["peak_to_trough"] == pytest.approx(12 / 4)


def test_a_year_without_wins_has_no_volatility(journal):
    journal.lead(3, 1)
    found = measure(journal.plan(), journal.events()).scalars
    assert math.isnan(found["month_volatility"])
    assert math.isnan(found["cycle_days"])
    assert found["bookings_in_year"] == 0


def test_deals_are_counted_instead_of_amounts_where_the_scenario_says_so(year, paper):
    year.scenario = paper(unit="deals")
    found = measure(year.plan(), year.events()).scalars
    assert (found["carried_in"], found["this_year"], found["run_off"], found["open_at_end"]) == (1, 1, 1, 1)
    assert found["weighted_at_year_end"] == 0.5 + 0.25


def test_a_change_of_base_probabilities_changes_the_weights(year, paper):
    weighted = measure(year.plan(), year.events()).scalars["weighted_at_year_end"]
    change = {"start": "2026-11-30", "advance_probability": {"Offer": 0.25}}
    year.scenario = Scenario.model_validate({**paper().model_dump(), "changes": [change]})
    changed = measure(year.plan(), year.events()).scalars["weighted_at_year_end"]
    assert (weighted, changed) == (27.5, 27.5 / 2)


def test_bookings_belong_to_the_seat_that_won(year):
    assert measure(year.plan(), year.events()).bookings_by_seat.tolist() == [50, 80]


def test_the_settling_pipeline_is_averaged_over_two_quarters(journal):
    """One opportunity of 130 is open in the last 13 weeks of the warm-up only."""
    journal.opportunity(1, -91 + 1, 130.0)
    assert measure(journal.plan(), journal.events()).settling == (0.0, 130.0)


def _working_day(journal, day, seat, prospected, sold, idle):
    if prospected:
        journal.write(day, Kind.PROSPECTED, seat=seat, value=prospected, hour=9.5)
    journal.write(day, Kind.SOLD, seat=seat, value=sold, hour=17)
    journal.write(day, Kind.WORK_DAY, seat=seat, value=idle, hour=17)


@pytest.fixture
def worked(journal):
    """Two seats' days: seat 0 prospects in the first week and not in the second, seat 1 works one day."""
    _working_day(journal, 0, 0, prospected=3.0, sold=1.0, idle=0.5)
    _working_day(journal, 1, 0, prospected=0.0, sold=2.0, idle=2.5)
    _working_day(journal, 7, 0, prospected=0.0, sold=3.0, idle=5.0)
    _working_day(journal, 14, 1, prospected=2.0, sold=0.0, idle=2.5)
    _working_day(journal, -7, 1, prospected=4.0, sold=4.0, idle=4.0)
    journal.write(0, Kind.REVIEWED, value=0.5, hour=9)
    journal.lead(-3, 1)
    journal.write(0, Kind.STARTED, 1, value=2.0)
    journal.write(0, Kind.WORKED, 1, value=0.5)
    journal.opportunity(2, -20, 10.0)
    journal.write(1, Kind.STARTED, 2, stage=0, value=4.0)
    journal.write(1, Kind.WORKED, 2, stage=0, value=2.0)
    journal.write(7, Kind.STARTED, 2, stage=1, value=1.0)
    journal.write(8, Kind.FOLLOWED_UP, 2, stage=1, value=0.25)
    return measure(journal.plan(), journal.events())


def test_hours_are_told_by_activity(worked):
    found = worked.scalars
    assert found["prospecting_hours"] == 5.0
    assert found["selling_hours"] == 6.0
    assert found["idle_hours"] == 10.5
    assert (found["qualifying_hours"], found["stage_hours"], found["follow_up_hours"]) == (0.5, 2.0, 0.25)
    assert found["review_hours"] == 0.5
    assert found["utilisation"] == 6 / 16.5
    assert worked.seconds_by_seat.tolist() == [3 * 3600, 2 * 3600]


def test_hours_left_for_selling_are_told_for_weeks_with_and_without_prospecting(worked):
    """Seat 0 has 6 hours left in its on-week and 8 in its off-week, seat 1 has 2.5 in an on-week."""
    assert worked.scalars["selling_hours_on_week"] == (6.0 + 2.5) / 2
    assert worked.scalars["selling_hours_off_week"] == 8.0


def test_days_waited_are_those_of_stage_visits(worked):
    """The lead's two days are not among them."""
    assert worked.scalars["days_waited"] == (4.0 + 1.0) / 2
    assert worked.scalars["days_waited_on_week"] == 4.0
    assert worked.scalars["days_waited_off_week"] == 1.0


def _block(journal, day, hours):
    journal.write(day, Kind.PROSPECTED, value=hours)


def test_market_timing_is_what_the_met_weeks_were_worth_over_all_weeks(journal):
    """Two hours in the first week (factor 2), one in the second (factor 0.5); the other fifty are worth 1."""
    _block(journal, 0, 2.0)
    _block(journal, 9, 1.0)
    journal.lead(1, 5)
    market = [2.0, 0.5, *[1.0] * 50]
    found = measure(journal.plan(), journal.events(), market).scalars["market_timing"]
    # The paper scenario has no holidays, so that all weeks have the same working days.
    assert found == pytest.approx((2 * 2.0 + 1 * 0.5) / 3 / (52.5 / 52) - 1, abs=1e-12)
    assert measure(journal.plan(), journal.events()).scalars["market_timing"] == 0


def test_even_hours_have_no_market_timing(journal):
    for day in range(364):
        if day % 7 < 5:
            _block(journal, day, 2.0)
    market = np.random.default_rng(20_260_105).gamma(4, 0.25, 52)
    found = measure(journal.plan(), journal.events(), market.tolist()).scalars["market_timing"]
    assert found == 0


def test_the_same_wins_come_to_the_same_total_whenever_they_are_won(journal, paper):
    """300 wins of odd cents, of which every second, third ... falls into the run-off: equal to the last bit."""
    amounts = (np.random.default_rng(3).integers(100, 10_000_000, 300) / 100).tolist()
    totals = set()
    for split in range(2, 9):
        told = type(journal)(paper())
        for birth, amount in enumerate(amounts, 1):
            told.opportunity(birth, 10, amount, moved=20)
            told.write(40 if birth % split else 400, Kind.WON, birth, stage=1, value=amount)
        found = measure(told.plan(), told.events()).scalars
        assert found["run_off"] > 0
        totals.add(found["total"])
    assert len(totals) == 1
