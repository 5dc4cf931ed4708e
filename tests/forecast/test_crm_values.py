"""Dates and numbers as people and CRMs write them are read one way, or refused."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm.currencies import CODES, SIGNS
from forecast.crm.dates import Order, parse_dates
from forecast.crm.faults import Faults
from forecast.crm.numbers import parse_amounts, parse_probabilities
from forecast.crm.sheet import Sheet
from simulations.errors import BadInput

FORMATS = {
    "%Y-%m-%d": None,
    "%Y-%m-%d %H:%M": None,
    "%Y-%m-%dT%H:%M:%SZ": None,
    "%Y/%m/%d": None,
    "%d.%m.%Y": None,
    "%d.%m.%Y %H:%M": None,
    "%b %d, %Y": None,
    "%B %d, %Y": None,
    "%d %B %Y %H:%M": None,
    "%d-%b-%Y": None,
    "%d-%b-%y": None,
    "%Y%m%d": None,
    "%m/%d/%Y": "month-first",
    "%m/%d/%y %I:%M %p": "month-first",
    "%m/%d/%Y %I:%M %p": "month-first",
    "%d/%m/%Y": "day-first",
    "%d-%m-%Y %H:%M": "day-first",
}


def faults_of(values: list[str]) -> Faults:
    text = "\n".join(f'"{value}"' for value in values) + "\n"
    return Faults(Sheet("deals.csv", ("x",), pd.DataFrame(), ",", memoryview(text.encode()), 2, (), ()))


def dates(values: list[str], order: Order | None = None) -> list[pd.Timestamp]:
    faults = faults_of(values)
    text = pd.Series(values, dtype="str")
    parsed = parse_dates({0: text.mask(text == "")}, {0: "Close Date"}, order, faults)
    faults.raise_any()
    return list(parsed.moments[0])


def amounts(values: list[str], separator: str = ",", decimal: str | None = None) -> list[float]:
    faults = faults_of(values)
    text = pd.Series(values, dtype="str")
    parsed = parse_amounts(text.mask(text == ""), "Amount", separator, decimal, faults)
    faults.raise_any()
    return list(parsed)


@given(
    form=st.sampled_from(sorted(FORMATS)),
    days=st.lists(st.integers(0, 20_000), min_size=1, max_size=8),
    minutes=st.integers(0, 1439),
)
def test_every_format_is_read_back(form: str, days: list[int], minutes: int) -> None:
    """Whatever day is written in one format and order is read as that day, and its clock as that time."""
    written = [
        pd.Timestamp("1990-01-01") + pd.Timedelta(days=day, minutes=minutes if "%M" in form else 0)
        for day in days
    ]
    values = [moment.strftime(form) for moment in written]
    expected = [pd.to_datetime(value, format=form).tz_localize(None) for value in values]
    assert dates(values, FORMATS[form]) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["10/20/2026", "01/02/2026"], ["2026-10-20", "2026-01-02"]),
        (["20/10/2026", "01/02/2026"], ["2026-10-20", "2026-02-01"]),
        (["1/2/2026 5:19 PM", "1/30/2026 12:05 AM"], ["2026-01-02 17:19", "2026-01-30 00:05"]),
        (["1760000000000"], ["2025-10-09 08:53:20"]),
        (
            ["Tue Jan 14 2025 10:00:00 GMT+0100 (CET)", "Wed Dec 31 2025 9:05:30"],
            ["2025-01-14 10:00", "2025-12-31 09:05:30"],
        ),
        (["2026-01-02 9:05", "2026-01-02T10:00:00.250"], ["2026-01-02 09:05", "2026-01-02 10:00:00.250"]),
        (["2026-01-02T20:55:00.000+0200"], ["2026-01-02 20:55"]),
        (["10/31/2026, 4:05\u202fPM"], ["2026-10-31 16:05"]),
        (["30-SEP-26", "4-oct-2026"], ["2026-09-30", "2026-10-04"]),
    ],
)
def test_day_and_month_are_told_by_any_date_of_the_column(values: list[str], expected: list[str]) -> None:
    assert dates(values) == [pd.Timestamp(text) for text in expected]


def test_an_iso_date_is_never_turned_round() -> None:
    """Pandas' own mixed parsing with dayfirst reads 2026-01-02 as the first of February."""
    assert dates(["2026-01-02"], "day-first") == [pd.Timestamp("2026-01-02")]


@pytest.mark.parametrize(
    ("values", "order", "said"),
    [
        (["01/02/2026", "03/04/2026", "05/06/2026", "07/08/2026"], None, "--day-first or --month-first"),
        (["13/02/2026", "02/14/2026"], None, "can only be month first"),
        (["10/20/2026"], "day-first", "cannot be day-first"),
        (["2026-01-02", "03.04.2026"], None, "one format for the whole column"),
        (["2026-02-30"], None, "is no day of the calendar"),
        (["0217-02-03"], None, "between 1980 and 2100"),
        (["2026-01-02 25:10"], None, "is no day of the calendar"),
        (["soon"], None, "must be a date"),
        (["Tue Foo 14 2025 10:00:00"], None, "is no day of the calendar"),
        (["31.04.2026"], None, "is no day of the calendar"),
        (["01.01.2026 24:00"], None, "is no day of the calendar"),
        (["2026-01-02 09:60"], None, "is no day of the calendar"),
        (["5000"], None, "must be a date"),
        (["46019", "46020.5"], None, "Excel counts days"),
        (["4 Octember 2026"], None, "must be a date"),
        (["31-Feb-2026"], None, "is no day of the calendar"),
    ],
)
def test_a_date_that_reads_two_ways_or_none_is_refused(
    values: list[str], order: Order | None, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        dates(values, order)
    assert any(said in problem.allowed for problem in refused.value.problems)
    assert all(problem.field == "Close Date" for problem in refused.value.problems)
    assert all(problem.where.startswith("line") for problem in refused.value.problems)


def test_an_ambiguous_column_shows_three_examples() -> None:
    with pytest.raises(BadInput) as refused:
        dates(["01/02/2026", "03/04/2026", "05/06/2026", "07/08/2026"])
    (problem,) = refused.value.problems
    assert problem.value == "01/02/2026, 03/04/2026, 05/06/2026"


@pytest.mark.parametrize(
    ("values", "separator", "expected"),
    [
        (["1200", "0.5", ""], ",", [1200.0, 0.5, None]),
        (["$1,200.50", "$20"], ",", [1200.5, 20.0]),
        (["1.200,50 €", "20"], ";", [1200.5, 20.0]),
        (["EUR 12 000,5"], ";", [12000.5]),
        (["1'200.00 CHF"], ",", [1200.0]),
        (["1,200"], ",", [1200.0]),
        (["1.200"], ";", [1200.0]),
        (["1,200,300"], ";", [1_200_300.0]),
        (["1,200", "7.5"], ";", [1200.0, 7.5]),
        (["20000.000"], ",", [20000.0]),
        (["kr. 12,50", "1.000 kr."], ";", [12.5, 1000.0]),
        (["Rs. 1,200.50"], ",", [1200.5]),
        (["1\u202f234,50\u00a0€"], ";", [1234.5]),
    ],
)
def test_amounts_are_read_with_the_sign_that_the_column_shows(
    values: list[str], separator: str, expected: list[float | None]
) -> None:
    read = amounts(values, separator)
    assert [None if pd.isna(value) else value for value in read] == expected


@pytest.mark.parametrize(
    ("values", "separator", "said"),
    [
        (["12x"], ",", "must be a number"),
        (["abc", "10"], ",", "must be a number"),
        (["1.2.3"], ",", "must be a number"),
        (["12 TEUR"], ",", "must be a number"),
        (["1.2MM"], ",", "must be a number"),
        (["1,5 MIO"], ";", "must be a number"),
        (["1200 1300"], ",", "must be a number"),
        (["12 34 5"], ",", "must be a number"),
        (["\uff11\uff12"], ",", "must be a number"),
        (["ca. 1200"], ",", "must be a number"),
        (["inf"], ",", "must be a number"),
        (["-5"], ",", "must not be negative"),
        (["1.200"], ",", "may be thousands or decimals"),
        (["1,200"], ";", "may be thousands or decimals"),
    ],
)
def test_an_amount_that_is_none_or_reads_two_ways_is_refused(
    values: list[str], separator: str, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        amounts(values, separator)
    (problem,) = refused.value.problems
    assert said in problem.allowed
    assert problem.value == values[0]


@given(st.text(st.characters(min_codepoint=65, max_codepoint=122, categories=["L"]), min_size=1, max_size=5))
def test_letters_beside_a_number_are_a_currency_or_refused(letters: str) -> None:
    """They may be its unit: thousands, millions, a month."""
    for written in (f"12 {letters}", f"{letters}12"):
        if letters in (*CODES, *SIGNS):
            assert amounts([written]) == [12.0]
        else:
            with pytest.raises(BadInput, match="must be a number"):
                amounts([written])


def test_the_mapping_settles_what_reads_two_ways() -> None:
    assert amounts(["1.200"], ",", "comma") == [1200.0]
    assert amounts(["1.200"], ",", "point") == [1.2]


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("Probability (%)", ["50", "1"], [0.5, 0.01]),
        ("Probability", ["0.5", "1"], [0.5, 1.0]),
        ("Probability", ["50%", "12,5 %"], [0.5, 0.125]),
        ("Probability (%)", ["0.5", "1"], [0.5, 1.0]),  # so does a workbook keep 50%
        ("Probability (%)", ["0.5", "20"], [0.005, 0.2]),
    ],
)
def test_probabilities_come_out_between_0_and_1(
    header: str, values: list[str], expected: list[float]
) -> None:
    assert list(parse_probabilities(pd.Series(values, dtype="str"), header, faults_of(values))) == expected


def test_a_probability_of_140_percent_is_refused() -> None:
    faults = faults_of(["140"])
    parse_probabilities(pd.Series(["140"], dtype="str"), "Probability (%)", faults)
    with pytest.raises(BadInput, match="must be a probability from 0 to 100"):
        faults.raise_any()


def test_the_problem_counts_what_it_does_not_show(tmp_path: Path) -> None:
    del tmp_path
    with pytest.raises(BadInput) as refused:
        amounts([f"x{number}" for number in range(9)])
    (problem,) = refused.value.problems
    assert problem.where == "lines 2, 3, 4, 5, 6 and 4 more"
