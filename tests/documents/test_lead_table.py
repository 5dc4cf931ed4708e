"""The kept table of the lead: every shock and way of knowing is in it, and the page quotes it as it is."""

from __future__ import annotations

import csv
import re

import pytest

from forecast.lead.shocks import SHOCKS

TABLE = "benchmarks/results/lead.csv"
PAGE = "docs/explanation/lead-over-profit-and-loss.md"
KINDS = {("known plan", "perfect"), ("as used", "perfect"), ("as used", "human")}
QUOTED = re.compile(
    r"^\| (?P<shock>[^|]+?) \| (?P<kind>known plan|as used), (?P<recording>perfect|human) \| (?P<crm>[\d.]+) "
    r"\| (?P<books>[\d.]+) \| (?P<lead>-?[\d.]+) \((?P<low>-?[\d.]+) to (?P<high>-?[\d.]+)\) "
    r"\| (?P<quick>\d+)% \| (?P<crm_silent>\d+)% / (?P<books_silent>\d+)% \|",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def table(house) -> list[dict[str, str]]:
    with (house.root / TABLE).open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_every_shock_is_there_for_every_way_of_knowing(table):
    found = {(row["shock"], row["knowledge"], row["recording"]) for row in table}
    assert found == {(shock.name, *kind) for shock in SHOCKS for kind in KINDS}
    assert len(table) == len(found)


def test_medians_lie_within_their_intervals_and_shares_between_0_and_1(table):
    for row in table:
        for name in ("crm", "books", "lead", "quick", "crm_in_quarter", "books_in_quarter"):
            assert float(row[f"{name}_low"]) <= float(row[name]) <= float(row[f"{name}_high"])
        for name in ("quick", "crm_silent", "books_silent", "left_out", "crm_in_quarter", "books_in_quarter"):
            assert 0 <= float(row[name]) <= 1


def test_the_page_of_the_lead_quotes_the_table(house, table):
    quoted = [found.groupdict() for found in QUOTED.finditer((house.root / PAGE).read_text("utf-8"))]
    ours = {(row["shock"], row["knowledge"], row["recording"]): row for row in table}
    assert len(quoted) == len(ours)
    for line in quoted:
        row = ours[line["shock"], line["kind"], line["recording"]]
        for name in ("crm", "books", "lead"):
            assert float(line[name]) == pytest.approx(float(row[name]), abs=0.05)
        assert float(line["low"]) == pytest.approx(float(row["lead_low"]), abs=0.05)
        assert float(line["high"]) == pytest.approx(float(row["lead_high"]), abs=0.05)
        for name in ("quick", "crm_silent", "books_silent"):
            assert int(line[name]) == round(100 * float(row[name]))
