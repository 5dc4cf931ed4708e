"""A file of any encoding, separator, preamble and footer becomes the same rows."""

from pathlib import Path

import pytest

from forecast.crm.sheet import read_sheet
from simulations.errors import BadInput

HEADER = ["Record ID", "Deal Name", "Amount"]
ROWS = [["1", "Müller; Söhne, Köln", "10"], ["2", 'the "big" one', "20"], ["3", "", ""]]


def written(separator: str = ",") -> str:
    def line(cells: list[str]) -> str:
        return separator.join('"' + cell.replace('"', '""') + '"' for cell in cells)

    return "\n".join(line(cells) for cells in [HEADER, *ROWS]) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_the_same_rows_come_from_every_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(written(separator).encode(encoding))
    sheet = read_sheet(path)
    assert list(sheet.headers) == HEADER
    assert sheet.rows.to_numpy().tolist() == ROWS
    assert sheet.separator == separator
    assumed = [finding.code for finding in sheet.findings]
    assert assumed == (["encoding_assumed"] if encoding in {"cp1252", "latin-1"} else [])


def test_a_named_encoding_is_used_and_leaves_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("Record ID,Deal Name\n1,Škoda\n2,Plzeň\n".encode("cp1250"))
    sheet = read_sheet(path, "cp1250")
    assert sheet.rows[1].tolist() == ["Škoda", "Plzeň"]
    assert sheet.findings == ()


def test_utf_8_is_believed_before_the_named_encoding(tmp_path: Path) -> None:
    """Text that is valid UTF-8 beyond ASCII is not also latin-1 by accident."""
    path = tmp_path / "deals.csv"
    path.write_text(written(), encoding="utf-8")
    assert read_sheet(path, "latin-1").rows[1][0] == ROWS[0][1]


def test_preamble_footer_and_totals_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(
        'My report\nAs of today\n\n"Owner","Name","Amount"\n"A","Deal 1","10"\n"B","Deal 2","20"\n'
        'Grand Totals (2 records),"30"\n\n\n"Opportunities"\n"Copyright \u00a9 2000-2026 salesforce.com"\n'.encode(
            "latin-1"
        )
    )
    sheet = read_sheet(path)
    assert sheet.rows.to_numpy().tolist() == [["A", "Deal 1", "10"], ["B", "Deal 2", "20"]]
    stripped = next(finding for finding in sheet.findings if finding.code == "footer_stripped")
    assert stripped.count == 3
    assert sheet.footer[-1].startswith("Copyright ©")


def test_a_footer_padded_by_a_spreadsheet_is_left_out_too(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("Owner,Name,Amount\nA,Deal 1,10\n,,\nTotal,,10\nOpportunities,,\n")
    sheet = read_sheet(path)
    assert sheet.rows.to_numpy().tolist() == [["A", "Deal 1", "10"]]


def test_two_headers_of_one_name_stay_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Id,Name,Contact IDs,Contact IDs\n1,a,7,8\n")
    sheet = read_sheet(path)
    assert sheet.headers == ("Id", "Name", "Contact IDs", "Contact IDs")
    assert sheet.rows.to_numpy().tolist() == [["1", "a", "7", "8"]]


def test_lines_are_counted_over_line_breaks_inside_cells_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text('Id,Note\n1,"one\ntwo\nthree"\n\n2,plain\n3,"a\nb"\n4,last\n')
    assert read_sheet(path).lines([0, 1, 2, 3]) == [2, 6, 7, 9]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n\n", "the file is empty"),
        (b"Record ID,Deal Name,Amount\n", "there is a header but no row below it"),
        (b"1,2026-01-02,Deal,10\n2,2026-01-03,Deal,20\n", "has no header row"),
        (b"just some words\nand more\n", "no columns can be told apart"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        ("Record ID,Deal Name\n1,a\n".encode("utf-16-le"), "zero bytes"),
        (b"Record ID,Deal Name\n1,\x81\n", "is not cp1252 (byte 81)"),
        (b"Id,Name,Amount\n1,a,10\n2,b\n3,c,30\n", "has 2 fields where the header has 3"),
        (b'Id,Name,Amount\n1,a,10\n2,"b', "fields where the header has 3"),
        (b'Id,Name,Amount\n"1' + b"x" * (2 << 20), "told apart"),
        (b'Id,Name\n1,a\n2,b\n"3' + b"x" * (2 << 20), "rows"),
        (b" " * 8_000 + b"\n" * 8_000, "no columns can be told apart"),
    ],
)
def test_what_is_no_table_is_refused_with_one_clear_problem(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_sheet(path)
    (problem,) = refused.value.problems
    assert said in problem.allowed
    assert problem.file == str(path)


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", "is not utf-8"), ("klingon", "is no encoding")])
def test_a_wrong_encoding_is_named_with_its_line(tmp_path: Path, encoding: str, said: str) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("Record ID,Deal Name\n1,plain\n2,Müller\n".encode("latin-1"))
    with pytest.raises(BadInput) as refused:
        read_sheet(path, encoding)
    (problem,) = refused.value.problems
    assert said in problem.allowed
    assert problem.where == ("line 3" if encoding == "utf-8" else "")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.csv: cannot be read"):
        read_sheet(tmp_path / "nothing.csv")
