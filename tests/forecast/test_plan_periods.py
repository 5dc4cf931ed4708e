"""Plans by year, quarter and month, by rep and team, with changes in mid-period and seasons."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from forecast.plan import read_targets, target_between
from forecast.plan_periods import by_season, period_named
from simulations.errors import BadInput

YEAR = (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-12-31"))


def day(text):
    return pd.Timestamp(text)


@pytest.fixture
def read(tmp_path: Path):
    """Return what writes a plan under a name and reads it."""

    def reader(text, name="plan.csv", **more):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_targets(path, **more)

    return reader


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026.0", "2026-01-01", "2026-12-31"),
        ("2028-Q1", "2028-01-01", "2028-03-31"),
        ("Q4 2026", "2026-10-01", "2026-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
    ],
)
def test_a_period_may_be_named(text, start, end):
    assert period_named(text) == (day(start), day(end))


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "26", "soon", ""])
def test_what_names_no_period_is_told_apart(text):
    assert period_named(text) is None


def test_a_column_of_periods_takes_the_place_of_two_dates(read):
    rows = read("period,target\n2026-Q1,90\n2026-Q2,100\n")
    assert rows["start"].tolist() == [day("2026-01-01"), day("2026-04-01")]
    assert target_between(rows, day("2026-01-01"), day("2026-06-30")) == 190


def test_a_wrong_period_is_refused_with_its_line(read):
    with pytest.raises(BadInput, match=r"line 3, quarter: found '2026-Q5'; must be a year, quarter or month"):
        read("quarter,target\n2026-Q4,90\n2026-Q5,100\n")


def test_rows_without_a_period_are_for_the_one_that_is_told(read):
    rows = read("rep,quota\nAnn,100\nBob,50\n", period=YEAR)
    assert target_between(rows, *YEAR, owner="Ann") == 100
    assert target_between(rows, *YEAR) == 150


def test_without_a_period_told_the_columns_are_asked_for(read):
    with pytest.raises(BadInput, match="column 'period start' or 'start' or 'from' is missing"):
        read("rep,quota\nAnn,100\n")


def test_a_change_in_mid_period_counts_by_working_days(read):
    """January 2026 has 22 working days; from Monday the 19th on there are 10."""
    rows = read("period,rep,quota,effective\n2026-01,Ann,220,\n2026-01,Ann,440,2026-01-19\n")
    whole = target_between(rows, day("2026-01-01"), day("2026-01-31"), owner="Ann")
    assert whole == pytest.approx(220 * 12 / 22 + 440 * 10 / 22)
    before = target_between(rows, day("2026-01-01"), day("2026-01-18"), owner="Ann")
    assert before == pytest.approx(220 * 12 / 22)
    assert target_between(rows, day("2026-01-19"), day("2026-01-31"), owner="Ann") == pytest.approx(
        whole - before
    )


def test_the_order_of_the_rows_says_nothing_of_the_order_of_changes(read):
    lines = ["2026-01,Ann,220,", "2026-01,Ann,440,2026-01-19", "2026-01,Ann,0,2026-01-26"]
    there, back = (
        read("period,rep,quota,effective\n" + "\n".join(order)) for order in (lines, list(reversed(lines)))
    )
    span = (day("2026-01-01"), day("2026-01-31"))
    assert target_between(there, *span) == target_between(back, *span) == pytest.approx(10 * 12 + 20 * 5)


def test_a_quota_that_begins_in_mid_period_asks_nothing_before(read):
    rows = read("period,rep,quota,effective\n2026-01,Ann,220,2026-01-19\n")
    assert target_between(rows, day("2026-01-01"), day("2026-01-31")) == pytest.approx(100)


def test_a_change_before_the_period_holds_for_all_of_it(read):
    rows = read("period,rep,quota,effective\n2026-02,Ann,100,2025-12-01\n2026-02,Ann,300,2026-01-15\n")
    assert target_between(rows, day("2026-02-01"), day("2026-02-28")) == 300


def test_holidays_are_no_working_days(read):
    """Without the first of January a half of January 2026 that ends on the 15th has 10 of 21 days."""
    rows = read("period,target\n2026-01,210\n")
    half = (day("2026-01-01"), day("2026-01-15"))
    assert target_between(rows, *half) == pytest.approx(210 * 11 / 22)
    assert target_between(rows, *half, holidays=[dt.date(2026, 1, 1)]) == pytest.approx(100)


def test_two_amounts_from_the_same_day_on_are_refused(read):
    with pytest.raises(BadInput, match="overlaps with another amount that holds from the same day on"):
        read("period,rep,quota\n2026-01,Ann,220\n2026-01,Ann,440\n")


def test_teams_have_targets_of_their_own(read):
    rows = read("period,team,rep,target\n2026,North,,300\n2026,South,,200\n2026,,Ann,120\n2026,,,450\n")
    assert target_between(rows, *YEAR, team="North") == 300
    assert target_between(rows, *YEAR, owner="Ann") == 120
    assert target_between(rows, *YEAR) == 450


def test_without_a_company_target_reps_add_up_and_without_them_teams(read):
    assert (
        target_between(read("period,team,rep,target\n2026,North,,300\n2026,,Ann,120\n2026,,Bob,130\n"), *YEAR)
        == 250
    )
    assert target_between(read("period,team,target\n2026,North,300\n2026,South,200\n"), *YEAR) == 500


SEASON = """
targets:
  - {period: 2026, amount: 1200, season: [1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 2, 2]}
  - {period: 2026-Q1, team: North, amount: 90}
  - {start: 2026-01-01, end: 2026-06-30, owner: Ann, amount: 100}
  - {start: 2026-01-01, end: 2026-06-30, owner: Ann, amount: 200, effective: 2026-04-01}
"""


def test_a_plan_in_yaml_has_seasons_teams_and_changes(read):
    rows = read(SEASON, "plan.yaml")
    assert target_between(rows, *YEAR) == pytest.approx(1200)
    assert target_between(rows, day("2026-07-01"), day("2026-08-31")) == 0
    november, september = (
        target_between(rows, day(f"2026-{month}-01"), day(f"2026-{month}-30")) for month in ("11", "09")
    )
    assert november / september == pytest.approx(2 * 21 / 22)  # working days of both months
    assert target_between(rows, day("2026-01-01"), day("2026-03-31"), team="North") == 90
    assert target_between(rows, day("2026-01-01"), day("2026-03-31"), owner="Ann") == pytest.approx(
        100 * 64 / 129
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{period: 2026-Q5, amount: 1}", "must be a year, quarter or month"),
        (
            "{period: 2026, start: 2026-01-01, end: 2026-02-01, amount: 1}",
            "either a period, or start and end",
        ),
        ("{amount: 1}", "either a period, or start and end"),
        ("{period: 2026, amount: -1}", "greater than or equal to 0"),
        ("{period: 2026, amount: 1, season: [1, 2]}", "12"),
        ("{period: 2026, amount: 1, quota: 2}", "quota"),
    ],
)
def test_a_wrong_plan_in_yaml_is_refused_with_its_line(read, line, said):
    with pytest.raises(BadInput, match=said) as caught:
        read(f"targets:\n  - {line}\n", "plan.yaml")
    assert "line 2" in str(caught.value)


def test_a_plan_in_yaml_that_leaves_a_gap_is_refused(read):
    with pytest.raises(BadInput, match="leaves a gap with the period before it; it must start on 2026-04-01"):
        read("targets:\n  - {period: 2026-Q1, amount: 1}\n  - {period: 2026-Q3, amount: 1}\n", "plan.yaml")


def test_months_of_a_season_add_up_whatever_days_the_period_has():
    parts = list(by_season(day("2026-01-15"), day("2026-04-10"), 70.0, [3, 1, 1, 1, *[0] * 8]))
    assert [f"{first:%m-%d} {last:%m-%d}" for first, last, _ in parts] == [
        "01-15 01-31", "02-01 02-28", "03-01 03-31", "04-01 04-10",
    ]  # fmt: skip
    assert sum(amount for _, _, amount in parts) == pytest.approx(70.0)


def test_an_excel_sheet_is_read_as_well(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.Workbook()
    for row in (("year", "rep", "quota"), (2026, "Ann", 100.5), (2026, "Bob", 50)):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    assert target_between(read_targets(tmp_path / "plan.xlsx"), *YEAR) == 150.5
