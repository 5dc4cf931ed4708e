"""An Excel workbook is read as the CSV of its sheet, or refused with what to do."""

from __future__ import annotations

import builtins
import contextlib
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.crm import Mapping, read_crm
from forecast.crm.sheet import read_sheet
from simulations.errors import BadInput

openpyxl = pytest.importorskip("openpyxl", reason="reading Excel needs the extra `excel`")

HEADER = ("Record ID", "Deal Name", "Deal Stage", "Amount", "Create Date", "Close Date", "Is Closed")
MOMENT = dt.datetime(2026, 1, 2, 9, 30)  # noqa: DTZ001 - a cell of Excel has no zone
ROWS: Sequence[Sequence[object]] = (
    (1, "Won, one", "Closed Won", 1234.5, MOMENT, dt.date(2026, 2, 3), True),
    (2, "Open\none", "Offer", 1.234, MOMENT, dt.date(2026, 3, 31), False),
    (3, "No amount", "Offer", None, MOMENT, dt.date(2026, 3, 31), False),
)


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    return workbook(tmp_path / "deals.xlsx", {"Deals": [HEADER, *ROWS], "Empty": []})


def test_cells_come_out_as_text_that_reads_one_way(deals: Path) -> None:
    rows = read_sheet(deals).rows
    assert rows.iloc[0].tolist() == [
        "1", "Won, one", "Closed Won", "1234.5", "2026-01-02 09:30:00", "2026-02-03 00:00:00", "TRUE",
    ]  # fmt: skip
    assert rows.iloc[1].tolist()[1:4] == ["Open one", "Offer", "1.2340"]
    assert rows.iloc[2, 3] == ""


def test_a_workbook_is_read_like_an_export(deals: Path) -> None:
    """A number that Excel holds as a number is never a group of thousands."""
    rows = read_crm(deals).tables.opportunities
    assert rows["amount"].tolist()[:2] == [1234.5, 1.234]
    assert rows["created"].tolist() == [pd.Timestamp(MOMENT)] * 3
    assert rows["outcome"].tolist() == ["won", "open", "open"]


def test_text_that_reads_two_ways_stays_ambiguous(tmp_path: Path) -> None:
    """A workbook has no separator from which its locale could be told."""
    rows = [[*row[:3], "1,234", *row[4:]] for row in ROWS]
    path = workbook(tmp_path / "deals.xlsx", {"Deals": [HEADER, *rows]})
    with pytest.raises(BadInput, match="may be thousands or decimals"):
        read_crm(path)


def test_preamble_and_footer_are_left_out_and_problems_name_the_row(tmp_path: Path) -> None:
    rows = [
        ["All deals"],
        [],
        HEADER,
        *ROWS,
        [4, "Bad", "Offer", "x", MOMENT, MOMENT, False],
        [],
        ["Total", None, None, 9],
    ]
    path = workbook(tmp_path / "deals.xlsx", {"Deals": rows})
    with pytest.raises(BadInput, match=r"deals\.xlsx, line 7, Amount: found 'x'"):
        read_crm(path)


def test_of_several_tables_one_must_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "deals.xlsx", {"This year": [HEADER, *ROWS], "Last year": [HEADER, *ROWS[:2]]})
    with pytest.raises(BadInput, match="several sheets hold a table"):
        read_crm(path)
    assert len(read_crm(path, mapping=Mapping(sheet="Last year")).tables.opportunities) == 2
    with pytest.raises(BadInput, match="is no sheet of this workbook; there is This year, Last year"):
        read_crm(path, mapping=Mapping(sheet="2026"))


def test_without_openpyxl_the_message_says_what_to_install(
    deals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BadInput, match=r"install pipecast\[excel\], or save the sheet as CSV"):
        read_crm(deals)


def unpacked(size: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * size)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0 old", "of before 2007 or one behind a password"),
        (b"PK\x03\x04 torn", "damaged zip file"),
        (unpacked(10), "no Excel workbook that can be read"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "deals.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read_crm(path)


def test_a_workbook_that_unpacks_too_large_is_refused(deals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecast.crm.workbook.LARGEST_UNPACKED", 1_000)
    with pytest.raises(BadInput, match="unpacks to more than 1,000 bytes"):
        read_crm(deals)


def test_a_cut_workbook_is_refused(deals: Path) -> None:
    whole = deals.read_bytes()
    for share in (0.2, 0.5, 0.9, 0.99):
        deals.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadInput):
            read_crm(deals)


@given(at=st.floats(0, 1), gone=st.integers(0, 40), new=st.binary(max_size=12))
def test_a_damaged_workbook_is_read_or_refused(
    whole: bytes, folder: Path, at: float, gone: int, new: bytes
) -> None:
    place = int(at * len(whole))
    path = folder / "deals.xlsx"
    path.write_bytes(whole[:place] + new + whole[place + gone :])
    with contextlib.suppress(BadInput):
        rows = read_crm(path).tables.opportunities
        assert rows["id"].is_unique


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbook")


@pytest.fixture(scope="module")
def whole(folder: Path) -> bytes:
    return workbook(folder / "whole.xlsx", {"Deals": [HEADER, *ROWS]}).read_bytes()


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "deals.xlsx", {"Deals": [HEADER]})
    with pytest.raises(BadInput, match="no sheet holds a header row and rows below it"):
        read_crm(path)


def test_formulas_that_nobody_calculated_are_told_with_what_to_do(tmp_path: Path) -> None:
    """A program that writes formulas leaves their values to Excel; until it has saved them, the cells are empty."""
    rows = [[*row[:3], f"=1000*{number}", *row[4:]] for number, row in enumerate(ROWS, 1)]
    path = workbook(tmp_path / "made.xlsx", {"Deals": [HEADER, *rows], "Sums": [["=1+1"]]})
    reading = read_crm(path)
    assert reading.tables.opportunities["amount"].isna().all()
    (told,) = [one for one in reading.findings if one.code == "formulas_without_values"]
    assert (told.severity, told.count, told.examples) == ("serious", 3, ("D2", "D3", "D4"))
    assert "Open it in a spreadsheet program and save it, or export the sheet as CSV" in told.message


@pytest.mark.parametrize("block", [7, 64, 1 << 22])
def test_formulas_with_their_values_are_as_good_as_numbers(tmp_path: Path, monkeypatch, block: int) -> None:
    """As Excel saves them: the value beside the formula; an empty text is a value, an error too. However the part is cut."""
    monkeypatch.setattr("forecast.crm.workbook.BLOCK", block)
    path = workbook(tmp_path / "made.xlsx", {"Deals": [HEADER, *ROWS]})
    parts = {}
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            parts[name] = packed.read(name)
    sheet = parts["xl/worksheets/sheet1.xml"]
    known, empty = b'<c r="D2"><f>1000*2</f><v>2000</v></c>', b'<c r="G2" t="str"><f>A2&amp;""</f><v></v></c>'
    sheet = sheet.replace(b'<c r="D2" t="n"><v>1234.5</v></c>', known)
    sheet = sheet.replace(b'<c r="G4" t="b"><v>0</v></c>', b'<c r="G4"><f>1=2</f><v /></c>')
    sheet = sheet.replace(b"</row></sheetData>", b"</row><row>" + empty + b"</row></sheetData>")
    assert known in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    read = read_sheet(path)
    assert read.rows.iloc[0, 3] == "2000"
    assert [one.examples for one in read.findings if one.code == "formulas_without_values"] == [("G4",)]
