"""Reports as people save them: groups and subtotals, totals in their language, other separators inside the cells."""

import time
from pathlib import Path

import pytest

from forecast.crm import Reading, read_crm
from forecast.crm.sheet import read_sheet
from simulations.errors import BadInput

HEADER = "Opportunity Name,Stage,Amount,Close Date,Created Date,Opportunity ID"
DEALS = (
    "Alpha,Proposal,100,2026-03-01,2026-01-02,A1\nBeta,Proposal,200,2026-03-02,2026-01-03,B2\n"
    "Gamma,Closed Won,300,2026-02-03,2026-01-04,C3\n"
)


def saved(folder: Path, text: str, name: str = "report.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> Reading:
    return read_crm(saved(folder, text))


def codes(reading: Reading) -> dict[str, int]:
    return {finding.code: finding.count for finding in reading.findings}


def test_a_grouped_report_is_read_as_the_plain_one(tmp_path: Path) -> None:
    """The group stands once, below an arrow; lines of sums and counts stand between, some in other columns."""
    grouped = (
        "Stage  \u2191,Opportunity Name,Amount,Close Date,Created Date,Opportunity ID\n"
        "Proposal,Alpha,100,2026-03-01,2026-01-02,A1\n,Beta,200,2026-03-02,2026-01-03,B2\nSubtotal,,300,,,\n,Count,2,,,\n"
        "Closed Won,Gamma,300,2026-02-03,2026-01-04,C3\nSubtotal,,300,,,\n,Count,1,,,\nTotal,,600,,,\n"
    )
    plain, found = read(tmp_path, f"{HEADER}\n{DEALS}"), read(tmp_path, grouped)
    assert found.tables.opportunities.equals(plain.tables.opportunities)
    assert codes(found)["footer_stripped"] == 5


@pytest.mark.parametrize("below", ["", "Total,,0,,,\n"])
def test_a_grouped_report_without_an_opportunity_is_refused(tmp_path: Path, below: str) -> None:
    head = HEADER.replace("Stage", "Stage \u2191")
    with pytest.raises(BadInput, match="no row below it"):
        read(tmp_path, f"{head}\n{below}")


@pytest.mark.parametrize(
    "total", ["Grand Totals (3 records)", "Gesamtsumme", "Summe:", "Total général", "Celkem"]
)
def test_a_line_of_totals_is_left_out_in_any_of_these_languages(tmp_path: Path, total: str) -> None:
    found = read(tmp_path, f"{HEADER}\n{DEALS}{total},,600,,,\n")
    assert found.tables.opportunities["id"].tolist() == ["A1", "B2", "C3"]
    assert codes(found)["footer_stripped"] == 1


@pytest.mark.parametrize(
    "name", ["Total Energies renewal", "Copyright audit", "Summer campaign", "Gesamtschule"]
)
def test_an_opportunity_that_is_called_like_a_total_is_kept(tmp_path: Path, name: str) -> None:
    """Also the last one of a table so wide that most of its cells are empty."""
    wide = "," * 20
    head = HEADER + "".join(f",c{number}" for number in range(20))
    lines = "".join(f"{line}{wide}\n" for line in DEALS.splitlines())
    found = read(tmp_path, f"{head}\n{lines}{name},Closed Won,900,2026-03-01,2026-01-09,D4{wide}\n")
    assert found.tables.opportunities["id"].tolist() == ["A1", "B2", "C3", "D4"]


def test_commas_in_names_and_amounts_do_not_outvote_the_semicolons_of_all_rows(tmp_path: Path) -> None:
    lines = "".join(
        f"{n};a, b, c, d, e, f;1,5;{n},5\n" if n % 4 else f"{n};plain;2,5;{n},5\n" for n in range(1, 60)
    )
    sheet = read_sheet(saved(tmp_path, f"id;name;amount;rate\n{lines}"))
    assert (sheet.separator, sheet.headers) == (";", ("id", "name", "amount", "rate"))
    assert len(sheet.rows) == 59


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html><body><table><tr><td>id</td><td>1</td></tr></table></body></html>\n", "web page"),
        ('[{"id": 1, "stage": "Won"}, {"id": 2, "stage": "Lost"}]\n', "is JSON"),
        ("a,b,c\n1,2026-01-02,3,\n2,2026-01-03,4,\n", "the row above has 3 fields and this one 4"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_sheet(saved(tmp_path, text))


def test_two_marks_of_byte_order_are_no_part_of_the_first_header(tmp_path: Path) -> None:
    assert read_sheet(saved(tmp_path, "\ufeff\ufeffid,name\n1,Alpha\n")).headers == ("id", "name")


def test_a_hundred_thousand_ragged_rows_are_refused_as_fast_as_ten(tmp_path: Path) -> None:
    lines = "".join(f"{number},a,b\n" if number % 2 else f"{number},a\n" for number in range(100_000))
    path = saved(tmp_path, f"id,name,owner\n{lines}")
    begun = time.process_time()
    with pytest.raises(BadInput, match="has 2 fields where the header has 3"):
        read_sheet(path)
    assert time.process_time() - begun < 6.0  # 12 when each row was looked at as a column


def test_a_header_that_stands_twice_above_other_cells_is_refused_and_the_same_cells_are_not(
    tmp_path: Path,
) -> None:
    head = HEADER.replace("Opportunity Name", "Close Date")
    same = "".join(f"{line.split(',')[3]}{line[line.index(',') :]}\n" for line in DEALS.splitlines())
    assert len(read(tmp_path, f"{head}\n{same}").tables.opportunities) == 3
    with pytest.raises(BadInput, match="stands in columns 1 and 4 with different contents"):
        read(tmp_path, f"{head}\n{same.replace('2026-02-03,', '2026-12-31,', 1)}")


def test_ids_that_a_spreadsheet_has_rounded_are_called_that(tmp_path: Path) -> None:
    text = DEALS.replace("A1", "1.23457E+10").replace("B2", "1.23457E+10")
    with pytest.raises(BadInput, match="a spreadsheet has rounded this id"):
        read(tmp_path, f"{HEADER}\n{text}")
