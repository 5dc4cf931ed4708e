"""The report as files: one page that needs nothing else, tables that no spreadsheet can misread."""

import base64
import csv
import io
import re
from datetime import date

import pandas as pd
import pytest

from forecast.plots.history import monthly_counts
from forecast.report import Results, write_csv, write_folder, write_report
from forecast.report.contents import contents_of
from forecast.report.page import html
from forecast.report.spreadsheet import csv_table, frame_table


@pytest.fixture(scope="module")
def results(years, grid, quarter):
    return Results(comparison=years, grid=grid, forecast=quarter, currency="USD")


@pytest.fixture(scope="module")
def page(results):
    return html(contents_of(results)).decode("utf-8")


def test_a_page_asks_nothing_outside_itself(page, outside):
    assert outside(page) == []
    assert len(re.findall(r'src="data:image/svg', page)) == page.count("<img")
    assert page.count("<img") >= 8


def test_the_check_for_outside_requests_finds_them(outside):
    """The check itself: each way to fetch something is seen."""
    for fetch in (
        '<img src="https://example.org/a.png">',
        '<script src="a.js"></script>',
        '<link rel="stylesheet" href="a.css">',
        "<style>@import 'a.css';</style>",
        "<style>p { background: url(a.png) }</style>",
        '<a href="page.html">x</a>',
    ):
        assert outside(fetch), fetch


def test_a_picture_inside_the_page_fetches_nothing_either(page):
    for image in re.findall(r"base64,([^\"]+)", page):
        drawing = base64.b64decode(image).decode("utf-8")
        assert re.findall(r'(?:xlink:)?href="(?!#)', drawing) == []


def test_every_link_of_a_page_leads_to_a_part_of_it(page):
    anchors = set(re.findall(r'id="([^"]+)"', page))
    links = re.findall(r'href="#([^"]+)"', page)
    assert links == ["rhythm", "target"]
    assert set(links) <= anchors


def test_no_heading_is_empty_and_nothing_is_left_unfilled(page):
    text = re.sub(r'src="[^"]+"', "", page)
    assert re.findall(r"<(h\d|p|li|figcaption)[^>]*>\s*</\1>", text) == []
    assert re.findall(r"\bnan\b|\bNone\b|\{\{|\}\}|Undefined", text) == []


def test_a_folder_is_the_same_each_time(results, tmp_path):
    first, second = (write_folder(tmp_path / name, results) for name in ("one", "two"))
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in second.items()
    }


def test_a_folder_replaces_what_it_writes_and_nothing_else(quarter, tmp_path):
    folder = tmp_path / "found"
    folder.mkdir()
    (folder / "report.html").write_text("old", "utf-8")
    (folder / "mine.txt").write_text("mine", "utf-8")
    written = write_folder(folder, Results(forecast=quarter))
    assert {path.name for path in folder.iterdir()} == {*written, "mine.txt"}
    assert (folder / "mine.txt").read_text("utf-8") == "mine"
    assert (folder / "report.html").read_text("utf-8") != "old"


def test_the_report_alone_is_the_page_of_the_folder(quarter, tmp_path):
    alone = write_report(tmp_path / "alone.html", Results(forecast=quarter))
    folder = write_folder(tmp_path / "found", Results(forecast=quarter))
    assert alone.read_bytes() == folder["report.html"].read_bytes()


def test_the_losses_are_a_row_for_each_cell(results, grid, tmp_path, rows_of):
    rows = rows_of(write_folder(tmp_path / "found", results)["loss.csv"])
    cells = [(float(row["staleness"]), float(row["capacity_hours"])) for row in rows]
    assert cells == [(0.0, 24.0), (0.0, 40.0), (0.06, 24.0), (0.06, 40.0)]
    assert float(rows[1]["loss"]) == grid.estimates[0][1].mean
    assert float(rows[1]["hours_left_on_week"]) == grid.hours_left[1].on_week


def _cells(table):
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_text_never_becomes_a_formula(begin):
    (_, row) = _cells(csv_table(("name",), [(f"{begin}1+1",)]))
    assert row == [f"'{begin}1+1"]


def test_numbers_stay_numbers():
    """A loss is written with its sign: only text is made harmless."""
    (_, row) = _cells(csv_table(("a", "b", "c"), [(-1.5, 0.1 + 0.2, -3)]))
    assert row == ["-1.5", "0.30000000000000004", "-3"]


def test_what_is_missing_is_an_empty_cell():
    frame = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype="str"),
            "when": pd.to_datetime(pd.Series(["2026-01-05", None])),
            "amount": [1.0, float("nan")],
        }
    )
    header, full, missing = _cells(frame_table(frame))
    assert header == ["text", "when", "amount"]
    assert full == ["a", "2026-01-05 00:00:00", "1.0"]
    assert missing == ["", "", ""]


def test_a_table_opens_in_a_spreadsheet_as_utf_8(tmp_path):
    path = write_csv(tmp_path / "a.csv", ("name", "day"), [("Zoë", date(2026, 1, 5))])
    assert path.read_bytes() == b"\xef\xbb\xbfname,day\r\nZo\xc3\xab,2026-01-05\r\n"


def test_months_without_anything_are_counted_as_0():
    rows = pd.DataFrame(
        {
            "created": pd.to_datetime(["2026-01-31", "2026-04-01", "2026-04-02"]),
            "closed": pd.to_datetime(["2026-05-02", None, "2026-04-30"]),
            "outcome": ["won", "open", "disqualified"],
        }
    )
    counts = monthly_counts(rows)
    assert list(counts.index.strftime("%Y-%m")) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert counts["created"].tolist() == [1, 0, 0, 2, 0]
    assert counts["won"].tolist() == [0, 0, 0, 0, 1]
    assert counts["lost or disqualified"].tolist() == [0, 0, 0, 1, 0]
