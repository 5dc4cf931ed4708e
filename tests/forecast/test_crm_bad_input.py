"""Every bad export gives clear problems that name file, line, field, value and what is allowed, and no tables."""

from pathlib import Path

import pytest

from forecast.crm import read_crm
from simulations.errors import BadInput

HEADER = "Record ID,Deal Name,Deal Stage,Amount,Currency,Create Date,Close Date\n"


def row(
    record: int,
    stage: str = "Closed Won",
    amount: str = "100.0",
    currency: str = "EUR",
    created: str = "2026-01-02 10:00",
    closed: str = "2026-02-03 10:00",
) -> str:
    return f"{record},Deal {record},{stage},{amount},{currency},{created},{closed}\n"


GOOD = row(7) + row(8, stage="Offer", closed="")
CASES = {
    "duplicate ids": (HEADER + row(1) + GOOD + row(1), "lines 2, 5", "Record ID", "1, 1", "on several lines"),
    "no id": (HEADER + GOOD + row(1).replace("1,", ",", 1), "line 4", "Record ID", "(empty)", "needs an id"),
    "closed before created": (
        HEADER + GOOD + row(1, closed="2025-12-30 10:00"),
        "line 4",
        "Close Date",
        "2025-12-30 10:00:00 (created 2026-01-02 10:00:00)",
        "closed before it was created",
    ),
    "closed the day before": (
        HEADER + GOOD + row(1, closed="2026-01-01 23:00"),
        "line 4",
        "Close Date",
        "2026-01-01 23:00:00 (created 2026-01-02 10:00:00)",
        "closed before it was created",
    ),
    "not a number": (
        HEADER + row(1, amount="abc") + GOOD + row(2, amount="12x"),
        "lines 2, 5",
        "Amount",
        "abc, 12x",
        "number",
    ),
    "negative": (HEADER + GOOD + row(1, amount="-5"), "line 4", "Amount", "-5", "must not be negative"),
    "two currencies": (
        HEADER + GOOD + row(1, currency="USD"),
        "lines 2, 4",
        "Currency",
        "EUR, USD",
        "convert",
    ),
    "not a date": (HEADER + GOOD + row(1, created="soon"), "line 4", "Create Date", "soon", "must be a date"),
    "no creation date": (
        HEADER + GOOD + row(1, created=""),
        "line 4",
        "Create Date",
        "(empty)",
        "creation date",
    ),
    "no closing date": (HEADER + GOOD + row(1, closed=""), "line 4", "Close Date", "won", "no closing date"),
    "no stage": (HEADER + GOOD + row(1, stage=""), "line 4", "Deal Stage", "(empty)", "needs a stage"),
    "an unclear stage": (
        HEADER + GOOD + row(1, stage="Closed - dead"),
        "line 4",
        "Deal Stage",
        "Closed - dead",
        "lost_stages",
    ),
    "ambiguous dates": (
        HEADER + row(1, created="01/02/2026", closed="03/04/2026"),
        "line 2",
        "Create Date, Close Date",
        "01/02/2026, 03/04/2026",
        "--day-first or --month-first",
    ),
    "missing column": (
        HEADER.replace("Create Date", "Begun") + GOOD,
        "",
        "header",
        "",
        "'Create Date' is missing",
    ),
    "unknown columns": ("a,b,c\nx,y,z\n", "header", "", "a, b, c", "--mapping"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_one_clear_problem(tmp_path: Path, case: str) -> None:
    content, where, field, value, allowed = CASES[case]
    path = tmp_path / "deals.csv"
    path.write_text(content)
    with pytest.raises(BadInput) as refused:
        read_crm(path)
    (problem,) = refused.value.problems
    assert (problem.file, problem.where, problem.field, problem.value) == (str(path), where, field, value)
    assert allowed in problem.allowed
    assert [file.name for file in tmp_path.iterdir()] == ["deals.csv"]


def test_the_good_rows_alone_are_read(tmp_path: Path) -> None:
    """Without this the cases above could fail for another reason."""
    path = tmp_path / "deals.csv"
    path.write_text(HEADER + GOOD)
    assert read_crm(path).tables.opportunities["outcome"].tolist() == ["won", "open"]


def test_all_faults_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(HEADER + row(1, amount="x") + row(1) + row(2, created="soon") + row(3, currency="USD"))
    with pytest.raises(BadInput) as refused:
        read_crm(path)
    assert {problem.field for problem in refused.value.problems} == {
        "Amount",
        "Record ID",
        "Create Date",
        "Currency",
    }


@pytest.mark.parametrize(("day_first", "month"), [(True, 2), (False, 1)])
def test_the_option_settles_an_ambiguous_date(tmp_path: Path, day_first: bool, month: int) -> None:  # noqa: FBT001 - a case of the test
    path = tmp_path / "deals.csv"
    path.write_text(HEADER + row(1, created="01/02/2026", closed="03/04/2026"))
    created = read_crm(path, day_first=day_first).tables.opportunities["created"].iloc[0]
    assert (created.month, created.day) == (month, 3 - month)
