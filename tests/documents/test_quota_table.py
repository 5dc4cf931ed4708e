"""The kept table of `make validate-quota`: its verdicts follow from its figures, and the page says the same."""

from __future__ import annotations

import csv
import re
from dataclasses import fields
from importlib.metadata import version

import pytest

from benchmarks import validate_quota
from benchmarks.validate_quota import HUMAN, PERFECT, Row

TABLE = "benchmarks/results/quota.csv"
PAGE = "docs/explanation/how-it-is-checked.md"
#: A figure that the page takes from the table stands there in this form.
QUOTED = re.compile(
    r"^\| (?P<check>[^|]+?) +\| (?P<measured>[\d.]+)% \((?P<low>[\d.]+) to (?P<high>[\d.]+)%\) +\|$",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def table(house) -> list[dict[str, str]]:
    with (house.root / TABLE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_of_quotas_has_the_columns_and_the_version(table):
    assert list(table[0]) == [field.name for field in fields(Row)]
    assert {row["version"] for row in table} == {version("pipecast")}
    asked = [row["check"] for row in table]
    assert len(asked) == len(set(asked))


def test_every_kind_of_quota_was_checked_at_its_size(table):
    """10,000 fresh years of each scenario; at least 150 companies of each recording."""
    fresh = [row for row in table if "fresh years" in row["check"]]
    assert len(fresh) == 5
    assert all(row["seeds"].endswith(f", {validate_quota.SEEN_IN} fresh") for row in fresh)
    exported = [row for row in table if row["check"].startswith("companies attain a quota set for 60%")]
    assert [row["check"].split(", ")[-1] for row in exported] == [
        f"{PERFECT} recording",
        f"{HUMAN} recording",
    ]
    assert all(int(row["seeds"].split(" to ")[1]) >= 149 for row in exported)


def test_every_limit_of_quotas_is_kept_and_every_verdict_follows(table):
    limited = [row for row in table if row["limit"]]
    assert len(limited) == 7
    for row in limited:
        low, high = (float(edge) for edge in row["limit"].split(" to "))
        assert (row["passed"], low <= float(row["measured"]) <= high) == ("yes", True), row
    assert {row["passed"] for row in table if not row["limit"]} == {""}


def test_the_page_quotes_the_table_of_quotas(house, table):
    """Every figure in a row of that form is the table's, to a tenth of a percent."""
    quoted = [match.groupdict() for match in QUOTED.finditer((house.root / PAGE).read_text("utf-8"))]
    rows = {row["check"]: row for row in table}
    assert {line["check"] for line in quoted} >= {row["check"] for row in table if row["limit"]}
    for line in quoted:
        row = rows[line["check"]]
        figures = ("measured", "low", "high")
        assert [line[name] for name in figures] == [f"{100 * float(row[name]):.1f}" for name in figures], row


def test_the_validation_of_quotas_fails_where_a_limit_is_not_kept(tmp_path, monkeypatch, capsys):
    """And keeps the rows of the parts that it leaves out."""

    def part(share):
        found = validate_quota.Attained("", share, share - 0.01, share + 0.01, 100)
        return lambda _given: iter([validate_quota._row("years", found, "1", (0.55, 0.65))])

    monkeypatch.setattr(validate_quota, "RESULTS", tmp_path / "quota.csv")
    parts = {
        "scenarios": part(0.7),
        PERFECT: lambda _given: iter(
            [validate_quota._row("perfect recording", validate_quota.Attained("", 0.5, 0.4, 0.6, 9), "1")]
        ),
    }
    monkeypatch.setattr(validate_quota, "PARTS", parts)
    assert validate_quota.main([]) == 1
    monkeypatch.setattr(validate_quota, "PARTS", {**parts, "scenarios": part(0.6)})
    assert validate_quota.main(["--only", "scenarios"]) == 0
    assert "2 rows, 1 of them new" in capsys.readouterr().out
    lines = (tmp_path / "quota.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["check", "years", "perfect recording"]
