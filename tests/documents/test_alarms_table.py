"""The kept table of `make validate-alarms`: what it says follows from its own figures, and the page says the same."""

from __future__ import annotations

import csv
import re
from dataclasses import fields
from importlib.metadata import version

import numpy as np
import pytest

from benchmarks import validate_alarms, watched_companies
from benchmarks.validate_alarms import KINDS, Kind, Row, a_row, rows
from benchmarks.watched_companies import DEVELOPMENT, Companies, decided, margin
from forecast.alarms.watching import EVERYBODY, TEAM, watch_from

TABLE = "benchmarks/results/alarms.csv"
PAGE = "docs/explanation/alarms.md"
#: How near a chance is to its level: none is so near, and all are.
NEVER, ALWAYS = 1e-9, 1e9
QUOTED = re.compile(
    r"^\| (?P<check>[^|]+?) +\| (?P<companies>[\d,]+) +\| (?P<rate>[\d.]+)% +\| (?P<low>[\d.]+) to (?P<high>[\d.]+)% +\|$",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def table(house) -> list[dict[str, str]]:
    with (house.root / TABLE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_columns_and_the_version(table):
    assert list(table[0]) == [field.name for field in fields(Row)]
    assert {row["version"] for row in table} == {version("pipecast")}


def test_every_kind_of_company_is_there_with_both_families(table):
    """So that a shortened run is not kept by mistake."""
    checks = [row["check"] for row in table]
    assert len(checks) == len(set(checks))
    for kind in KINDS:
        assert sum(check.startswith(f"as used: {kind.name}, ") for check in checks) == 2
    assert sum(check.startswith("known plan") for check in checks) == 1


def test_rates_and_verdicts_follow_from_the_counts(table):
    for row in table:
        rate = int(row["alarms"]) / int(row["companies"])
        assert float(row["rate"]) == pytest.approx(rate, abs=1e-4)
        assert float(row["low"]) <= rate <= float(row["high"])
        low, high = (float(edge) for edge in row["limit"].split(" to "))
        assert (row["passed"] == "yes") == (low <= rate <= high), row


def test_the_page_quotes_the_table(house, table):
    quoted = [match.groupdict() for match in QUOTED.finditer((house.root / PAGE).read_text("utf-8"))]
    ours = {row["check"]: row for row in table}
    assert {line["check"] for line in quoted} == set(ours)
    for line in quoted:
        row = ours[line["check"]]
        assert int(line["companies"].replace(",", "")) == int(row["companies"]), line
        for name in ("rate", "low", "high"):
            assert line[name] == f"{100 * float(row[name]):.1f}", (line, name)


def test_an_interval_of_no_alarms_begins_at_nothing():
    row = a_row("none", [False] * 40, "0 to 39", (0.03, 0.08))
    assert (row.rate, row.low, row.passed) == ("0.0000", "0.0000", "NO")
    assert float(row.high) == pytest.approx(1 - 0.025 ** (1 / 40), abs=1e-4)


def test_a_short_run_writes_a_row_for_each_family(monkeypatch):
    """Two companies, few drawn years, and a known plan of a handful of years: the way of the long run."""
    kinds = (Kind("a kind", Companies(2), perfect=True, families=(TEAM,)),)
    monkeypatch.setattr(validate_alarms, "KINDS", kinds)
    monkeypatch.setattr(watched_companies, "FEW", 60)
    monkeypatch.setattr(watched_companies, "NEAR", NEVER)
    monkeypatch.setattr(validate_alarms, "LEARNED", 4)
    found = list(rows(2, 30, workers=1))
    assert [row.companies for row in found] == [2, 30]
    assert found[0].check == "as used: a kind, team family"
    assert found[1].check.startswith("known plan: thresholds from 30 years")


@pytest.mark.parametrize(("raised", "code"), [(2, 0), (20, 1)])
def test_the_command_fails_where_a_limit_is_not_kept(tmp_path, monkeypatch, capsys, raised, code):
    row = a_row("a kind", [True] * raised + [False] * (40 - raised), "0 to 39", (0.03, 0.08))
    monkeypatch.setattr(validate_alarms, "rows", lambda *_: [row])
    monkeypatch.setattr(validate_alarms, "RESULTS", tmp_path / "results" / "alarms.csv")
    monkeypatch.setattr("sys.argv", ["validate_alarms"])
    assert validate_alarms.main() == code
    assert "a kind" in capsys.readouterr().out
    lines = (tmp_path / "results" / "alarms.csv").read_text("utf-8").splitlines()
    assert lines[1].startswith(f"a kind,40,{raised},")


@pytest.mark.parametrize(("near", "drawn"), [(NEVER, [60]), (ALWAYS, [60, 80])])
def test_where_few_years_leave_doubt_as_many_are_drawn_as_the_command_draws(monkeypatch, near, drawn):
    asked = []

    def spied(plan, *, years: int, seed: int):
        asked.append(years)
        return watch_from(plan, years=years, seed=seed)

    monkeypatch.setattr(watched_companies, "watch_from", spied)
    for name, value in (("FEW", 60), ("YEARS", 80), ("NEAR", near)):
        monkeypatch.setattr(watched_companies, name, value)
    seen = decided(Companies(2), DEVELOPMENT + 5, perfect=True)
    assert asked == drawn
    for family in (TEAM, EVERYBODY):
        assert (margin(seen, family) > 0) == (seen.alarm_week(family) is None)


def test_reps_who_differ_are_as_able_as_the_others_in_the_mean():
    """Each a group of one, and the quantiles of a normal distribution lie a little closer than it does."""
    alike, apart = Companies(20).scenario.team, Companies(20, skill_sd=0.2).scenario.team
    assert [group.seats for group in alike.groups] == [20]
    assert [group.seats for group in apart.groups] == [1] * 20
    skills = [group.win_logit for group in apart.groups]
    assert sum(skills) == pytest.approx(0, abs=1e-12)
    assert np.std(skills) == pytest.approx(0.2, rel=0.1)
