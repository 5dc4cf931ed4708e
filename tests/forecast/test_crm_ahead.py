"""One date far ahead of all others does not date the export: it is refused, asked about, or not known yet."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.crm import Reading, read_crm
from forecast.crm.ahead import gap_ahead
from simulations.errors import BadInput

HEADER = "Opportunity ID,Stage,Amount,Close Date,Created Date\n"
FIRST = date(2026, 1, 5)
COUNT, LAST = 60, FIRST + timedelta(days=79)


def deals(**changed: str) -> str:
    """Return sixty opportunities, one a day, each won after twenty days; one of them changed."""
    lines = []
    for number in range(COUNT):
        created = FIRST + timedelta(days=number)
        cells = {"id": f"D{number}", "stage": "Closed Won", "amount": "5"}
        cells |= {"close": str(created + timedelta(days=20)), "created": str(created)}
        lines.append(",".join((cells | (changed if number == 30 else {})).values()))
    return HEADER + "\n".join(lines) + "\n"


def read(folder: Path, text: str, as_of: str | None = None) -> Reading:
    (folder / "deals.csv").write_text(text)
    return read_crm(folder / "deals.csv", as_of=None if as_of is None else pd.Timestamp(as_of))


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        ({"close": "2029-12-31"}, "Close Date"),
        ({"created": "2062-01-05", "close": "2062-01-07"}, "Created Date"),
    ],
)
def test_a_year_mistyped_is_refused_with_its_line_and_the_way_out(
    tmp_path: Path, changed: dict[str, str], header: str
) -> None:
    with pytest.raises(BadInput, match="--as-of") as refused:
        read(tmp_path, deals(**changed))
    problem = refused.value.problems[0]
    assert (problem.where, problem.field) == ("line 32", header)
    assert problem.value in changed.values()


def test_with_a_day_of_knowledge_it_is_not_known_yet(tmp_path: Path) -> None:
    day = str(LAST + timedelta(days=5))
    found, plain = read(tmp_path, deals(close="2029-12-31"), day), read(tmp_path, deals(), day)
    assert found.export_date == plain.export_date
    rows, others = found.tables.opportunities, plain.tables.opportunities
    assert rows.loc[30, "outcome"] == "open"
    assert rows.drop(index=30).equals(others.drop(index=30))


def test_some_weeks_ahead_it_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, deals(close=str(LAST + timedelta(days=40))))
    (finding,) = (finding for finding in found.findings if finding.code == "records_ahead")
    assert (finding.count, finding.examples, finding.severity) == (1, ("D30",), "warning")
    quiet = read(tmp_path, deals(close=str(LAST + timedelta(days=15))))
    assert "records_ahead" not in {finding.code for finding in quiet.findings}


def test_no_gap_is_seen_in_what_comes_seldom_or_goes_on_after_it() -> None:
    """A quiet month is one of many, and what many follow is no mistake."""
    monthly = pd.date_range("2020-01-01", periods=80, freq="30D").to_numpy().astype("datetime64[us]")
    assert gap_ahead(monthly) is None
    daily = np.arange("2026-01-01", "2026-03-01", dtype="datetime64[D]").astype("datetime64[us]")
    assert gap_ahead(np.concatenate((daily, daily + np.timedelta64(200, "D")))) is None
    later = np.datetime64("2026-09-01", "us")
    assert gap_ahead(np.append(daily, later)) == (daily[-1], later)
