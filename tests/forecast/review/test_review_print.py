"""The pages of a review as they are read and printed: one HTML page that needs nothing else, and PDF on A4."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from forecast.report.blocks import InputFile
from forecast.report.review import review_files
from forecast.report.review_page import review_html
from forecast.report.review_pdf import review_pdf
from forecast.report.review_sheets import MOST_DEALS, right_columns, sheets_of
from forecast.review import Actions, Beside, ReviewAsked, review
from forecast.review.actions import Action

FOOT = "made for a test"
#: Points of A4, to a point.
A4 = (595, 842)


def pages_of(content: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", content))


@pytest.fixture(scope="module")
def files(pack):
    return review_files(pack, (InputFile("CRM export", "deals.csv", "0" * 64),))


def test_the_folder_holds_pages_tables_and_actions(files):
    assert set(files) == {
        "review.html", "review.pdf", "review.csv", "deals.csv", "steps.csv", "last_week.csv", "actions.json",
    }  # fmt: skip


def test_the_page_asks_for_nothing_outside_and_has_a_section_for_everybody(files, pack, outside):
    text = files["review.html"].decode("utf-8")
    assert outside(text) == []
    assert text.count("<section") == len(pack.pages)
    for page in pack.reps:
        assert f"<h1>{page.name}</h1>" in text
    assert "@page { size: A4" in text
    assert "deals.csv (000000000000)" in text
    assert text.count("<ol") == len(pack.pages)


def test_the_pdf_has_a_page_of_a4_for_everybody(files, pack):
    content = files["review.pdf"]
    assert content.startswith(b"%PDF")
    assert pages_of(content) == len(pack.pages)
    boxes = {
        tuple(round(float(end)) for end in box.split())
        for box in re.findall(rb"/MediaBox ?\[([^\]]+)\]", content)
    }
    assert boxes == {(0, 0, *A4)}


def test_the_same_review_is_the_same_bytes(pack, files):
    assert review_files(pack, (InputFile("CRM export", "deals.csv", "0" * 64),)) == files


@pytest.fixture
def much(crm, asked):
    """Return the review of a rep with long names, everything flagged, moved this week and proposed a week ago."""
    deals = [
        {"id": f"d{n:03d}", "name": f"An opportunity with a very long name, number {n:03d}", "created": "2026-05-26",
         "expected_close": "2026-05-20", "next_step": "2026-05-28", "amount": 1e6 + n}
        for n in range(60)
    ]  # fmt: skip
    then = pd.Timestamp("2026-05-25")
    last = Actions(
        then,
        tuple(
            Action("next_step", f"d{n:03d}", f"A very long name, number {n:03d}", "Ann") for n in range(60)
        ),
    )
    return review(crm(deals), asked, Beside(quotas={"Ann": 1e6}, last=last))


def test_a_rep_with_very_much_still_has_one_page(much):
    """What is too much stands in the files."""
    sheets = sheets_of(much)
    table = next(table for table in sheets[1].tables if table.title.startswith("Opportunities"))
    assert len(table.rows) == MOST_DEALS
    assert f"{60 - MOST_DEALS} more stand in deals.csv" in table.note
    assert pages_of(review_pdf(sheets, FOOT, much.asked.moment.to_pydatetime())) == 2


def test_names_of_every_alphabet_make_a_page(crm, asked):
    """What the letters lack is shown as a box: no fault, and no warning."""
    owners = ("Žofie Čapková", "Дарья", "Αθηνά", "李雷", "<script>alert(1)</script>", "=1+1")
    pack = review(crm([{"id": f"{n}", "owner": owner} for n, owner in enumerate(owners)]), asked)
    found = review_files(pack, ())
    assert pages_of(found["review.pdf"]) == len(owners) + 1
    page = found["review.html"].decode("utf-8")
    assert "<script>" not in page
    assert "'=1+1" in found["review.csv"].decode("utf-8-sig")


def test_numbers_stand_to_the_right(pack):
    for sheet in sheets_of(pack):
        for table in sheet.tables:
            assert not right_columns(table)[0]
            if table.title.startswith("The reps"):
                assert all(right_columns(table)[1:])


def test_a_review_without_a_forecast_is_a_review_too(crm):
    asked = ReviewAsked(*map(pd.Timestamp, ("2026-06-01", "2026-04-01", "2026-06-30")))
    sheet = sheets_of(review(crm([{"id": "a"}]), asked))[0]
    assert sheet.bar is None
    assert any("cannot be said" in sentence for sentence in sheet.sentences)
    assert len(sheet.questions) == 2


def test_a_browser_prints_a_page_of_a4_for_everybody(pack, much, tmp_path):
    """The usual pages, and that of a rep with very much."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on the path")
    sheets = (*sheets_of(pack), sheets_of(much)[1])
    content = printed(browser, tmp_path, review_html(sheets, FOOT))
    assert pages_of(content) == len(sheets)
    boxes = re.findall(rb"/MediaBox ?\[([^\]]+)\]", content)
    assert {tuple(round(float(end)) for end in box.split()) for box in boxes} == {(0, 0, *A4)}


def printed(browser, folder, page):
    """Return what the browser prints of a page."""
    (folder / "review.html").write_bytes(page)
    done = subprocess.run(  # noqa: S603 - our own words
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'printed.pdf'}",
            (folder / "review.html").as_uri(),
        ],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-500:]
    return (folder / "printed.pdf").read_bytes()


def test_who_is_asked_for_alone_has_their_own_actions(reading, pack):
    one = review(reading.tables, replace(pack.asked, owners=("Rep 06",), draws=100))
    told = json.loads(review_files(one, ())["actions.json"])
    assert {action["owner"] for action in told["actions"]} == {"Rep 06"}
