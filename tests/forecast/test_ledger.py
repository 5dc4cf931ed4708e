"""Bookings become revenue, revenue is published after the books are closed, and nobody knows it before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.ledger import known_of, ledger_of, monthly_bookings, publication_days, read_ledger
from simulations.deals import history_of
from simulations.errors import BadInput
from simulations.ledger import revenue_by_month
from simulations.plan import make_plan
from simulations.recorder import record
from simulations.reference import simulate
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon
from simulations.scenario.records import Ledger as Rules
from simulations.tables import OPPORTUNITIES, WON, CrmTables, conform

AT_ONCE, QUARTERLY = Rules(recognition_months=1), Rules(recognition_months=3)
#: Three wins of 2026; the second booked a sum that three months do not divide.
WINS = [("2026-01-20", 90.00), ("2026-02-03", 100.01), ("2026-02-28 23:59", 40.00)]


def crm(wins: list[tuple[str, float]]) -> CrmTables:
    rows = pd.DataFrame(
        {
            "id": [f"D{number}" for number in range(len(wins))],
            "created": pd.Timestamp("2025-12-01"),
            "closed": pd.to_datetime([day for day, _ in wins], format="mixed"),
            "amount": [amount for _, amount in wins],
            "outcome": WON,
        }
    )
    return CrmTables(conform(rows, OPPORTUNITIES))


def test_at_once_a_months_revenue_is_its_bookings():
    ledger = ledger_of(crm(WINS), pd.Timestamp("2026-04-15"), AT_ONCE)
    assert ledger["month"].dt.strftime("%Y-%m").tolist() == ["2026-01", "2026-02", "2026-03"]
    assert ledger["revenue"].tolist() == [90.00, 140.01, 0.0]


def test_over_months_a_booking_is_spread_from_its_own_month_on_and_no_cent_is_lost():
    """100.01 over three months is 33.34 and 33.33 twice, wherever the rounding falls."""
    ledger = ledger_of(crm(WINS), pd.Timestamp("2026-12-01"), QUARTERLY)
    assert ledger["revenue"].tolist() == pytest.approx([30.00, 76.67, 76.67, 46.67] + [0.0] * 7, abs=0.011)
    assert round(ledger["revenue"].sum() * 100) == 23_001
    cents = ledger["revenue"] * 100
    assert np.allclose(cents, cents.round(), atol=1e-6)


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 10**9)), min_size=1, max_size=20),
    st.integers(1, 24),
)
def test_what_is_recognised_in_the_end_is_what_was_booked(wins, months):
    days = [
        (f"{pd.Timestamp('2024-01-01') + pd.Timedelta(days=day):%Y-%m-%d}", cents / 100)
        for day, cents in wins
    ]
    ledger = ledger_of(crm(days), pd.Timestamp("2029-01-01"), Rules(recognition_months=months))
    assert round(ledger["revenue"].sum() * 100) == sum(cents for _, cents in wins)
    assert (ledger["revenue"] >= 0).all()


def test_a_month_that_has_not_ended_is_not_in_the_ledger():
    assert len(ledger_of(crm(WINS), pd.Timestamp("2026-02-28 12:00"), AT_ONCE)) == 1
    assert len(ledger_of(crm(WINS), pd.Timestamp("2026-03-01"), AT_ONCE)) == 2
    assert ledger_of(crm([]), pd.Timestamp("2026-03-01"), AT_ONCE).empty


def test_figures_appear_on_the_last_working_day_of_the_lag():
    """The tenth working day of February 2026 is Friday the 13th; with the 16th a holiday in the US March's is unmoved."""
    months = pd.DatetimeIndex(["2026-01-01", "2026-02-01", "2026-12-01"])
    assert publication_days(months, 10).dt.strftime("%m-%d").tolist() == ["02-13", "03-13", "01-14"]
    assert publication_days(months, 10, "US").dt.strftime("%m-%d").tolist() == ["02-13", "03-13", "01-15"]
    assert publication_days(months, 0).dt.strftime("%m-%d").tolist() == ["02-01", "03-01", "01-01"]


def test_a_reader_knows_a_month_from_the_day_after_its_figures_appear():
    ledger = ledger_of(crm(WINS), pd.Timestamp("2026-04-15"), AT_ONCE)
    assert known_of(ledger, pd.Timestamp("2026-02-13")).last_month is None
    known = known_of(ledger, pd.Timestamp("2026-02-14"))
    assert (known.last_month, known.to_date) == (pd.Timestamp("2026-01-01"), 90.00)
    later = known_of(ledger, pd.Timestamp("2026-03-14"), since=pd.Timestamp("2026-02-01"))
    assert (later.last_month, later.to_date) == (pd.Timestamp("2026-02-01"), 140.01)
    assert len(later.months) == 2


def test_a_simulated_history_has_the_revenue_that_the_simulation_says():
    """By the bookings that a perfect CRM holds, for the months that are whole calendar months of the year."""
    scenario = Scenario(
        team=Team(groups=(SeatGroup(seats=1),)),
        ledger=QUARTERLY,
        horizon=Horizon(warm_up_weeks=26, run_off=4),
    )
    plan, events = make_plan(scenario), simulate(scenario, Steady(), 9, 0)
    wanted = revenue_by_month(history_of(plan, events))
    tables = record(events, scenario, 9, 0, perfect=True)
    end = pd.Timestamp(plan.timeline.date_of(plan.timeline.year_end_day))
    found = ledger_of(tables, end, QUARTERLY).set_index("month")["revenue"]
    year = found[found.index.year == scenario.calendar.year_start.year]
    assert year.iloc[3:11].tolist() == pytest.approx(wanted[3:11], abs=0.011)
    assert monthly_bookings(tables, "USD").sum() > 0


def test_published_figures_are_read_from_a_file(tmp_path):
    (tmp_path / "ledger.csv").write_text(
        "Month;Revenue;Published on\n2026-02-01;1.200,50;2026-03-12\n2026-01-31;900,00;2026-02-11\n"
    )
    ledger = read_ledger(tmp_path / "ledger.csv", AT_ONCE)
    assert ledger["month"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01", "2026-02-01"]
    assert ledger["revenue"].tolist() == [900.0, 1200.5]
    assert ledger["published"].dt.strftime("%m-%d").tolist() == ["02-11", "03-12"]


def test_where_no_day_is_told_the_lag_says_when_a_month_is_published(tmp_path):
    (tmp_path / "ledger.csv").write_text("month,revenue\n2026-01-01,900\n2026-02-01,1200\n")
    ledger = read_ledger(tmp_path / "ledger.csv", Rules(close_lag_working_days=10))
    assert ledger["published"].dt.strftime("%m-%d").tolist() == ["02-13", "03-13"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,sales\n2026-01-01,9\n", "column 'revenue' or 'amount' or 'net revenue' is missing"),
        ("month,revenue\n2026-01-01,\n", "every month needs it"),
        ("month,revenue\n2026-01-01,9\n2026-01-31,8\n", "this month stands on an earlier line"),
        ("month,revenue\n2026-01-01,nine\n", "must be a number"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text, said):
    (tmp_path / "ledger.csv").write_text(text)
    with pytest.raises(BadInput, match=said):
        read_ledger(tmp_path / "ledger.csv", AT_ONCE)
