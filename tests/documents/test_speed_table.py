"""`make bench`: every row measures something, is explained on its page, and says so where it cannot or must not."""

import json
import math
import re
import sys
from functools import cache

import pytest

from benchmarks import comparison, engines, growth, peers, quarter, speed, startup
from benchmarks.child import Failed, Measured, measure
from benchmarks.clock import Size
from benchmarks.draws import Counts, counts_of
from benchmarks.queues import WEEKS, our_queue
from benchmarks.table import Row, Spread, Target, missing, printed
from benchmarks.tagged import COMMIT, NoHistory, find_commit
from simulations.scenario.model import Scenario

TINY = Size(
    runs=1,
    customers=500,
    told=1,
    repeats=1,
    grown=2,
    compared=2,
    many=4,
    company=16,
    company_replications=2,
)
SHORT = {
    "team": {"groups": [{"seats": 1}]},
    "horizon": {"warm_up_weeks": 1, "run_off": 1},
}
SAYS = [sys.executable, "-c", f"import sys; print('{startup.SAYS} ...', file=sys.stderr)"]


def _start_rows(size):
    """Measure the help as it is, and a command that is quick in place of those that are not; see the deep test."""
    return [startup.help_row(size), startup.cached_row(size, SAYS), startup.first_row(size, SAYS)]


@cache
def _engine_rows():
    return engines.rows(TINY, SHORT)


PARTS = {
    engines.PART: lambda _size: _engine_rows(),
    peers.PART: peers.rows,
    growth.PART: lambda size: growth.rows(size, Scenario.model_validate(SHORT)),
    startup.PART: _start_rows,
    quarter.PART: quarter.rows,
}


def _check(house, part, rows):
    page = (house.root / "benchmarks" / "README.md").read_text("utf-8")
    assert rows
    for row in rows:
        assert f"`{row.name}`" in page, f"{row.name} is not explained"
        assert row.part == part
        if row.spread is None:
            assert row.note, f"{row.name} is missing and does not say why"
            continue
        assert 0 < row.spread.lowest <= row.spread.median <= row.spread.highest < math.inf
        assert row.fault == ""


@pytest.mark.parametrize("part", PARTS)
def test_every_row_of_a_part_is_measured_and_explained(house, part):
    _check(house, part, PARTS[part](TINY))


def test_every_row_of_the_command_is_measured_and_explained(house, monkeypatch):
    """Its warm-up is measured as it is, and stands for the rest; all of it is in the deep test."""
    found = comparison.compared(comparison.SCENARIO, 2)
    monkeypatch.setattr(comparison, "compared", lambda *_: found)
    _check(house, comparison.PART, comparison.rows(TINY))


def test_every_long_row_is_measured_and_explained(house, monkeypatch):
    peaks = iter((400.0, 420.0, 900.0))
    monkeypatch.setattr(comparison, "compared", lambda *_: Measured(2.0, 3.0, next(peaks), ""))
    rows = comparison.long_rows(TINY)
    _check(house, comparison.LONG_PART, rows)
    assert [row.spread.median for row in rows] == pytest.approx([2, 1.05, 2, 900])


@pytest.mark.deep
@pytest.mark.parametrize("part", [startup.PART, comparison.PART, comparison.LONG_PART])
def test_the_slow_parts_too(house, part):
    _check(house, part, speed.PARTS[part](TINY))


def test_the_earlier_model_tells_the_same_year(house):
    """Mechanisms that came later are off unless told."""
    try:
        find_commit(house.root)
    except NoHistory as why:
        pytest.skip(str(why))
    first = _engine_rows()[0]
    assert first.spread is not None, first.note
    there, here = re.findall(r"([\d,]+) (?:events there|here)", first.note)
    assert there == here
    assert COMMIT[:7] in first.note


def test_a_first_start_that_does_not_say_what_takes_so_long_has_a_fault():
    row = startup.first_row(TINY, [sys.executable, "-c", "pass"])
    assert row.fault
    assert row.kept is False


def test_a_command_that_fails_is_not_taken_for_a_quick_one():
    with pytest.raises(Failed, match="ended with 3: why"):
        measure([sys.executable, "-c", "import sys; sys.exit(print('why', file=sys.stderr) or 3)"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say how much memory a process held")
def test_the_peak_memory_is_the_command_s_own():
    """Not that of whoever measures, who holds more."""
    ours = bytearray(300_000_000)
    small, large = (
        measure([sys.executable, "-c", f"bytearray({size})"]) for size in (50_000_000, 100_000_000)
    )
    assert len(ours) / 1e6 > large.peak_mb
    # Tolerance: what two starts of Python differ by, a few pages.
    assert large.peak_mb - small.peak_mb == pytest.approx(50, abs=3)


def test_the_draws_of_a_queue_are_those_of_its_customers():
    """Each lead: a gap (of the next one too), a seat, odds to qualify, odds to advance, and a gamma effort."""
    counts = counts_of(our_queue(200))
    ((shape, efforts),) = counts.gammas
    assert shape == 1.0
    assert counts.normals == WEEKS  # the market's, drawn also where nothing asks for it
    assert 0 <= counts.leads - efforts <= 30  # who still waits at the end has had no effort drawn
    assert 3 * efforts <= counts.uniforms <= 4 * counts.leads + 2


def test_the_draws_add_up():
    assert Counts(uniforms=3, normals=2, gammas=((1.0, 4), (2.5, 1)), leads=1).total == 10


def test_without_history_the_row_says_so(tmp_path):
    with pytest.raises(NoHistory, match=COMMIT[:7]):
        find_commit(tmp_path)


def test_a_growing_company_keeps_its_terms():
    base = Scenario()
    large = growth.more_reps(base, 10)
    busy = growth.more_leads(base, 10)
    assert [group.seats for group in large.team.groups] == [80]
    assert large.sources.inbound[0].leads_per_week == 20
    assert busy.sources.prospecting.leads_per_hour == pytest.approx(3)
    assert busy.stages[0].effort_hours == pytest.approx(0.15)
    assert busy.deal_value == base.deal_value
    weeks = growth.LONG.warm_up_weeks + 52 + growth.LONG.run_off
    assert weeks == 10 * (52 + 52 + 26)


def test_the_large_company_is_the_default_team_many_times(tmp_path):
    from simulations.scenario_file import load_scenario

    found = load_scenario(comparison.company(tmp_path, 1_000))
    assert found.team.groups[0].seats == 1_000
    assert found.sources.inbound[0].leads_per_week == 250


def _row(median, target=None, fault=""):
    return Row("part", "name", "s", Spread.of([median, median - 1, median + 1]), target, "a note", fault)


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (_row(5), None),
        (_row(5, Target(5)), True),
        (_row(6, Target(5)), False),
        (_row(6, Target(5, at_least=True)), True),
        (_row(4, Target(5, at_least=True)), False),
        (_row(5, Target(5), "a fault"), False),
        (missing("part", "name", "s", "why"), None),
    ],
)
def test_a_target_is_held_against_the_median(row, kept):
    assert row.kept is kept


def test_the_table_shows_what_is_missing_and_numbers_its_notes():
    text = printed([_row(2_345, Target(5)), _row(3), missing("part", "absent", "times", "no peer")])
    lines = text.splitlines()
    assert lines[2].split() == ["name", "[1]", "2,345", "2,344", "to", "2,346", "s", "at", "most", "5", "NO"]
    assert lines[4].split() == ["absent", "[2]", "not", "measured", "times"]
    assert text.endswith("[1] a note\n\n[2] no peer")


def test_the_figures_are_printed_for_machines_and_kept(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(speed, "PARTS", {"a part": lambda _size: [_row(3, Target(5))]})
    monkeypatch.setattr(speed, "KEPT", tmp_path / "speed.json")
    speed.main(["--json", "--keep", "--runs", "2"])
    told = capsys.readouterr().out
    assert json.loads((tmp_path / "speed.json").read_text("utf-8")) == json.loads(told)
    (row,) = json.loads(told)["rows"]
    assert (row["median"], row["lowest"], row["highest"], row["kept"]) == (3, 2, 4, True)
    assert json.loads(told)["runs"] == 2


def test_the_long_rows_are_measured_only_where_asked_for(monkeypatch):
    asked, parts = [], list(speed.PARTS)
    monkeypatch.setattr(
        speed, "PARTS", {part: lambda _size, part=part: asked.append(part) or [] for part in parts}
    )
    speed.main(["--json"])
    assert asked == [part for part in parts if part not in speed.LONG]
    asked.clear()
    speed.main(["--json", "--long"])
    assert asked == parts


def test_the_kept_figures_are_of_this_version_and_of_every_row(house):
    if not speed.KEPT.is_file():
        pytest.skip("no run of the benchmark is kept yet: .venv/bin/python -m benchmarks.speed --keep")
    kept = json.loads(speed.KEPT.read_text("utf-8"))
    page = (house.root / "benchmarks" / "README.md").read_text("utf-8")
    assert kept["version"] == speed.to_dict([], TINY)["version"]
    assert {row["part"] for row in kept["rows"]} >= set(speed.PARTS) - set(speed.LONG)
    assert [row["name"] for row in kept["rows"] if f"`{row['name']}`" not in page] == []
