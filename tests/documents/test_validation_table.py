"""The kept table of `make validate`: what it says follows from its own figures, and the page says the same."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import fields
from importlib.metadata import version

import pytest

from benchmarks.closed_loop import WEEKS
from benchmarks.companies import KINDS
from benchmarks.validate import CHECKS, COMPANIES, RECORDINGS, Row

TABLE = "benchmarks/results/validation.csv"
PAGE = "docs/explanation/how-it-is-checked.md"
#: Every figure that the page takes from the table stands there in this form.
QUOTED = re.compile(
    r"^\| (?P<check>[^|]+?) +\| (?P<measured>[-\d.]+)% +\| (?P<low>[-\d.]+) to (?P<high>[-\d.]+)% +\|$",
    re.MULTILINE,
)

FIGURES = ("measured", "low", "high")


@pytest.fixture(scope="module")
def table(house) -> list[dict[str, str]]:
    with (house.root / TABLE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_columns_that_validate_writes(table):
    assert list(table[0]) == [field.name for field in fields(Row)]


def test_the_table_is_of_this_version(table):
    assert {row["version"] for row in table} == {version("pipecast")}


def test_no_check_stands_twice(table):
    asked = [(row["check"], row["seeds"]) for row in table]
    assert len(asked) == len(set(asked))


def test_every_kind_of_check_is_there(table):
    """So that a shortened run is not kept by mistake."""
    asked = [row["check"] for row in table]
    for which in (
        f"bookings in {unit}, {how} recording" for unit in ("amount", "deals") for how in RECORDINGS
    ):
        assert f"80% interval holds the truth, {which}" in asked
        for week in WEEKS:
            assert f"80% interval after week {week} holds the truth, {which}" in asked
    assert sum("equal customers" in check for check in asked) == 4
    assert sum("only the market on" in check for check in asked) == 3
    assert sum("found / true - 1" in check for check in asked) == 16
    assert "rise of the loss from staleness 0 to 0.06, amount" in asked
    for kind in KINDS:
        assert f"80% interval holds the truth, bookings in amount, {kind}" in asked
    assert {row["part"] for row in table} == set(CHECKS)


def _companies(row: dict[str, str]) -> int:
    first, last = row["seeds"].split(" to ")
    return int(last) - int(first) + 1


def test_enough_companies_were_asked(table):
    """And every figure says how many; `--companies` asks fewer, for a look."""
    for row in table:
        if row["part"] == "closed loop":
            kind = any(row["check"].endswith(kind) for kind in KINDS)
            assert _companies(row) >= (25 if kind else 100), row
        if row["part"] == "parameters":
            assert _companies(row) == COMPANIES, row


def test_how_uneven_the_transforms_are_is_said_with_its_own_figure(house, table):
    """Kolmogorov and Smirnov's chance, one date a company: the page quotes it, whether or not it is below 1%."""
    check = "chance of transforms as uneven, after week 26, bookings in amount, perfect recording"
    row = next(row for row in table if row["check"] == check)
    page = " ".join((house.root / PAGE).read_text("utf-8").split())
    assert f"over {_companies(row)} companies is {float(row['measured']):.5f}" in page


def test_figures_lie_in_their_intervals(table):
    for row in table:
        measured = float(row["measured"])
        assert math.isfinite(measured), row
        assert bool(row["low"]) == bool(row["high"]), row
        if row["low"]:
            assert float(row["low"]) <= measured <= float(row["high"]), row


def _keeps(row: dict[str, str]) -> bool:
    """Return whether a row's figures keep to its limit, read from the limit's own words."""
    measured = float(row["measured"])
    if between := re.fullmatch(r"([\d.]+) to ([\d.]+)", row["limit"]):
        return float(between[1]) <= measured <= float(between[2])
    if within := re.fullmatch(r"within ([\d.]+)", row["limit"]):
        edges = (row["low"], row["high"]) if "90% interval" in row["check"] else (row["measured"],)
        return all(abs(float(edge)) <= float(within[1]) for edge in edges)
    if least := re.fullmatch(r"at least ([\d.]+)", row["limit"]):
        return measured >= float(least[1])
    if row["limit"] == "low above 0":
        return float(row["low"]) > 0
    return measured == float(row["limit"])


def test_every_limit_is_kept_and_every_verdict_follows(table):
    limited = [row for row in table if row["limit"]]
    assert len(limited) >= 17
    for row in limited:
        assert (row["passed"], _keeps(row)) == ("yes", True), row
    assert {row["passed"] for row in table if not row["limit"]} == {""}


def test_the_page_quotes_the_table(house, table):
    """Every figure in a row of that form is the table's, to a tenth of a percent."""
    quoted = [match.groupdict() for match in QUOTED.finditer((house.root / PAGE).read_text("utf-8"))]
    rows = {row["check"]: row for row in table}
    assert len(quoted) >= 15
    for line in quoted:
        row = rows[line["check"]]
        assert {name: line[name] for name in FIGURES} == {
            name: f"{100 * float(row[name]):.1f}" for name in FIGURES
        }, line["check"]
