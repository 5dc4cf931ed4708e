"""Weeks and months of a journal that was written by hand: series, revenue, publication."""

import numpy as np
import pytest

from simulations.calendar import Timeline
from simulations.deals import History, history_of
from simulations.journal import Kind
from simulations.ledger import publication_weeks, revenue_by_month
from simulations.plan import make_plan
from simulations.scenario.records import Horizon, Ledger
from simulations.weekly import SERIES, shown_weeks, weekly_series


def _history(journal) -> History:
    return history_of(journal.plan(), journal.events())


@pytest.fixture
def series(year):
    year.write(-3, Kind.PROSPECTED, value=4.0)
    year.write(0, Kind.PROSPECTED, value=2.0)
    year.write(4, Kind.PROSPECTED, seat=1, value=1.0)
    year.write(400, Kind.WORK_DAY)  # the run goes on to here
    rows = dict(zip(SERIES, weekly_series(_history(year)), strict=True))
    weeks = shown_weeks(year.plan().timeline).tolist()
    return lambda name, week: rows[name][weeks.index(week)]


def test_week_one_is_the_years_first(year):
    weeks = shown_weeks(year.plan().timeline)
    assert (weeks[0], weeks[-1], weeks.size) == (-12, 62, 13 + 52 + 10)


def test_hours_and_bookings_stand_in_the_week_they_happened(series):
    assert (series("prospecting_hours", 0), series("prospecting_hours", 1)) == (4.0, 3.0)
    assert (series("bookings", 2), series("bookings", 3)) == (50.0, 0.0)
    assert series("bookings", 200 // 7 + 1) == 80.0


def test_the_pipeline_is_that_of_the_weeks_end(series):
    """On day 7 the carried-in 50 is open in the second stage; on day 14 it is won."""
    assert (series("open_value", 1), series("open_count", 1), series("weighted", 1)) == (50, 1, 25)
    assert (series("open_value", 2), series("open_count", 2), series("weighted", 2)) == (0, 0, 0)


def test_silent_opportunities_stay_in_the_pipeline(series):
    """A year after its silence began the 30 still stands there, beside what came after the year."""
    assert (series("open_value", 52), series("weighted", 52)) == (40 + 30, 20 + 7.5)


def test_what_the_run_did_not_reach_is_undefined_and_not_zero(journal):
    journal.lead(365, 1)
    rows = weekly_series(_history(journal))
    weeks = shown_weeks(journal.plan().timeline)
    assert np.isnan(rows[:, weeks > 53]).all()
    assert not np.isnan(rows[:, weeks <= 53]).any()


def test_a_booking_on_the_edge_belongs_to_the_later_week(journal):
    """Monday 00:00 is the new week's first second, and the year's end is not the year's."""
    for day, birth in ((7, 1), (364, 2)):
        journal.opportunity(birth, day - 30, 5.0, moved=day - 20)
        journal.write(day, Kind.WON, birth, stage=1, value=5.0, hour=0)
    history = _history(journal)
    booked = weekly_series(history)[1]
    weeks = shown_weeks(journal.plan().timeline)
    assert weeks[booked > 0].tolist() == [2, 53]
    assert history.in_year(history.deals.closed).tolist() == [True, False]


def _ledger(year, paper, **terms):
    year.scenario = paper(ledger=Ledger(**terms))
    return revenue_by_month(_history(year))


def test_revenue_at_once_is_the_months_bookings(year, paper):
    assert _ledger(year, paper, recognition_months=1).tolist() == [50, 0, 0, 0, 0, 0, 80, 0, 0, 0, 0, 0]


def test_revenue_over_months_begins_with_the_bookings_own(year, paper):
    expected = np.zeros(12)
    expected[0:4] += 50 / 4
    expected[6:10] += 80 / 4
    assert _ledger(year, paper, recognition_months=4) == pytest.approx(expected)


def test_what_was_booked_before_the_year_still_counts_in_its_first_months(paper, empty_journal):
    """Won on 20 December, over three months: a third each in December, January and February."""
    journal = empty_journal(paper(ledger=Ledger(recognition_months=3)))
    journal.opportunity(1, -60, 90.0, moved=-30)
    journal.write(-16, Kind.WON, 1, stage=1, value=90.0)
    assert revenue_by_month(_history(journal))[:3] == pytest.approx([30, 30, 0])


def test_earlier_months_are_calendar_months(paper, empty_journal):
    """Won on 20 November, over three months: the last third falls into January, none into February."""
    journal = empty_journal(paper(ledger=Ledger(recognition_months=3)))
    journal.opportunity(1, -90, 90.0, moved=-60)
    journal.write(-46, Kind.WON, 1, stage=1, value=90.0)
    assert revenue_by_month(_history(journal))[:3] == pytest.approx([30, 0, 0])


def test_months_are_published_after_working_days(paper):
    """January ends on a Saturday; the tenth working day of February 2026 is Friday the 13th, in week 6."""
    weeks = publication_weeks(make_plan(paper(ledger=Ledger(close_lag_working_days=10))))
    assert weeks[0] == 6
    assert weeks.size == 12
    assert (np.diff(weeks) > 0).all()


def test_the_last_month_is_published_even_if_the_run_ends_before(paper):
    plan = make_plan(
        paper(horizon=Horizon(warm_up_weeks=52, run_off=1), ledger=Ledger(close_lag_working_days=60))
    )
    assert isinstance(plan.timeline, Timeline)
    assert publication_weeks(plan)[-1] == 52 + 12
