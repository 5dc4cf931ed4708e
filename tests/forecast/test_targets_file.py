"""Targets: files with gaps and overlaps are refused with their line, partial periods count by their weekdays."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from forecast.plan import read_targets, target_between
from simulations.errors import BadInput
from simulations.tables import TARGETS

QUARTERS = """Period start,Period end,Amount
2026-01-01,2026-03-31,"90,000"
2026-04-01,2026-06-30,"120,000"
2026-07-01,2026-09-30,"100,000"
"""
OWNERS = """start,end,rep,quota
2026-01-01,2026-01-31,Ann,100
2026-02-01,2026-02-28,Ann,110
2026-01-01,2026-01-31,Bob,50
2026-02-01,2026-02-28,Bob,60
"""


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


@pytest.fixture
def written(tmp_path: Path):
    """Return what writes a targets file."""

    def write(text: str) -> Path:
        path = tmp_path / "targets.csv"
        path.write_text(text)
        return path

    return write


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_targets(path)
    return str(caught.value)


def test_a_file_is_read_into_the_targets_table_sorted_by_period(written) -> None:
    header, *lines = QUARTERS.splitlines()
    targets = read_targets(written("\n".join([header, *reversed(lines)])))
    assert list(targets.columns) == list(TARGETS)
    assert targets["start"].tolist() == [day("2026-01-01"), day("2026-04-01"), day("2026-07-01")]
    assert targets["amount"].tolist() == [90_000, 120_000, 100_000]
    assert targets["owner"].isna().all()


def test_whole_periods_add_up(written) -> None:
    targets = read_targets(written(QUARTERS))
    assert target_between(targets, day("2026-04-01"), day("2026-06-30")) == 120_000
    assert target_between(targets, day("2026-01-01"), day("2026-09-30")) == 310_000


def test_a_period_partly_inside_counts_with_its_weekdays(written) -> None:
    """April to June 2026 has 65 weekdays, of which 21 in May; June has 22, July 23 of the third quarter's 66."""
    targets = read_targets(written(QUARTERS))
    assert target_between(targets, day("2026-05-01"), day("2026-05-31")) == pytest.approx(120_000 * 21 / 65)
    both = target_between(targets, day("2026-06-01"), day("2026-07-31"))
    assert both == pytest.approx(120_000 * 22 / 65 + 100_000 * 23 / 66)


def test_the_days_of_a_period_share_its_target_out_without_rest(written) -> None:
    targets = read_targets(written(QUARTERS))
    days = pd.date_range("2026-04-01", "2026-06-30")
    weeks = [(part.min(), part.max()) for _, part in days.to_series().groupby(days.isocalendar().week)]
    assert sum(target_between(targets, *week) for week in weeks) == pytest.approx(120_000)


def test_without_a_target_of_the_team_the_owners_targets_add_up(written) -> None:
    targets = read_targets(written(OWNERS))
    january = (day("2026-01-01"), day("2026-01-31"))
    assert target_between(targets, *january) == 150
    assert target_between(targets, *january, owner="Bob") == 50
    team = pd.concat([targets, targets[:1].assign(owner=None, amount=130.0)]).astype({"owner": "str"})
    assert target_between(team, *january) == 130


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            QUARTERS.replace("2026-04-01", "2026-04-02"),
            "line 3",
            ("2026-04-02", "gap", "must start on 2026-04-01"),
        ),
        (QUARTERS.replace("2026-07-01", "2026-06-30"), "line 4", ("overlap", "must start on 2026-07-01")),
        (
            QUARTERS.replace("2026-06-30", "2026-03-30"),
            "line 3",
            ("2026-04-01 to 2026-03-30", "must not end before it starts"),
        ),
        (OWNERS.replace("2026-02-01,2026-02-28,Bob", "2026-02-03,2026-02-28,Bob"), "line 5", ("gap",)),
        (QUARTERS.replace('"120,000"', ""), "line 3", ("Amount", "every target needs it")),
        (QUARTERS.replace('"120,000"', "plenty"), "line 3", ("Amount", "plenty")),
        (QUARTERS.replace("2026-04-01", "soon"), "line 3", ("Period start", "soon")),
    ],
)
def test_a_fault_is_named_with_its_file_line_and_what_is_allowed(written, text, line, words) -> None:
    said = refused(written(text))
    assert "targets.csv" in said
    assert line in said
    for word in words:
        assert word in said


def test_two_targets_of_one_owner_may_not_overlap_but_two_owners_may(written) -> None:
    assert len(read_targets(written(OWNERS))) == 4
    said = refused(written(OWNERS.replace("Bob", "Ann")))
    assert "overlap" in said


def test_a_missing_column_names_what_there_is(written) -> None:
    said = refused(written(QUARTERS.replace("Amount", "Money")))
    assert "'amount' or 'target' or 'quota'" in said
    assert "Money" in said


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-12-31", "2026-01-31"), ("2026-09-01", "2026-10-01"), ("2027-01-01", "2027-03-31")],
)
def test_days_without_a_target_are_an_error_and_not_a_smaller_target(written, start: str, end: str) -> None:
    targets = read_targets(written(QUARTERS))
    with pytest.raises(BadInput, match=f"plan.csv.*{start} to {end}.*no target"):
        target_between(targets, day(start), day(end), file="plan.csv")


def test_days_that_only_another_owner_has_are_an_error(written) -> None:
    targets = read_targets(written(OWNERS))
    with pytest.raises(BadInput, match="no target for Cid"):
        target_between(targets, day("2026-01-01"), day("2026-01-31"), owner="Cid")


def test_a_target_over_a_weekend_alone_is_not_lost(written) -> None:
    targets = read_targets(written("start,end,target\n2026-01-03,2026-01-04,70\n"))
    assert target_between(targets, day("2026-01-03"), day("2026-01-04")) == 70
