"""`pipecast why`: parts, map and ranges in words, files and JSON; a full disk is told as everywhere."""

import errno
import json
import os

import pytest

from simulations import ranges, rhythm_map
from simulations.exports import files

WORDS = ("--replications", "6", "--seed", "7", "--workers", "1")


@pytest.fixture
def shorter(monkeypatch):
    """Let the map have two cells and the ranges two numbers."""
    drawn, assumed = rhythm_map.rhythm_map, ranges._assumed
    axes = rhythm_map.Axes((0.6,), (0.06,), (4, 8))
    fields = ("work.staleness_logit_per_day", "recorder.optimism_logit", "cadence.stop_above")
    monkeypatch.setattr(rhythm_map, "rhythm_map", lambda *args, **more: drawn(*args, axes=axes, **more))
    monkeypatch.setattr(
        ranges, "_assumed", lambda scenario: [item for item in assumed(scenario) if item.field in fields]
    )


@pytest.mark.usefixtures("shorter")
def test_parts_map_and_ranges_are_printed_in_that_order(pipecast, small):
    code, out, err = pipecast("why", small, *WORDS, "--map", "--ranges")
    assert (code, err) == (0, "")
    parts = [
        "The chance of the target",
        "Total of year and run-off, USD (year 1, what if the habit changes now)",
        "silence and reviews",
        "Chance of the target, points (year 1",
        "A wave of 8 weeks: loss of total against steady (year 1",
        "What the sawtooth (8 weeks on, 8 off) loses of the total at the ends of what is assumed",
        "work.staleness_logit_per_day",
        "Each of the 2 assumed numbers was moved to both ends",
        "What prospecting only when the pipeline looks thin loses of the total at the ends of what is assumed",
        "cadence.stop_above",
        "Seed 7, pipecast",
    ]
    flat = " ".join(out.split())
    places = [flat.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert max(len(line) for line in out.splitlines()) <= 100


@pytest.mark.usefixtures("shorter")
def test_tables_and_json_tell_the_same(pipecast, small, whole_folder, rows_of, tmp_path):
    code, out, _ = pipecast("why", small, *WORDS, "--map", "--ranges", "--json", "--out", "found")
    assert code == 0
    found = json.loads(out)
    assert list(found) == ["attribution", "map", "ranges"]
    pictures = ("attribution", "rhythm_map", "ranges_sawtooth", "ranges_reactive")
    names = whole_folder(tmp_path / "found")
    assert names == {f"{name}.{kind}" for name in pictures for kind in ("png", "svg")} | {
        "attribution.csv", "rhythm_map.csv", "ranges.csv",
    }  # fmt: skip
    sawtooth, reactive = found["ranges"]["cadences"]
    assert [item["field"] for item in sawtooth["ranges"]] == [
        "work.staleness_logit_per_day",
        "recorder.optimism_logit",
    ]
    assert {item["field"] for item in reactive["ranges"]} >= {"cadence.stop_above"}
    rows = {
        (row["cadence"], row["field"], row["end"]): row for row in rows_of(tmp_path / "found" / "ranges.csv")
    }
    assert len(rows) == 10
    for told in found["ranges"]["cadences"]:
        for item in told["ranges"]:
            for name in ("low", "high"):
                row = rows[told["cadence"]["kind"], item["field"], name]
                assert float(row["loss"]) == item[name]["loss"]["mean"]
                assert float(row["shift_high"]) == item[name]["shift"]["high"]
    assert found["ranges"]["replications"] == 2, "a sixth of the years, and no fewer than two"


def test_without_being_asked_there_is_no_map_and_no_range(pipecast, small):
    code, out, _ = pipecast("why", small, *WORDS, "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["map"], found["ranges"]) == (None, None)
    assert found["attribution"]["idle"] == ["response"]
    assert found["attribution"]["replications"] == 6


@pytest.mark.usefixtures("shorter")
def test_the_cadence_asked_for_comes_first_and_one_that_cannot_be_is_left_out(pipecast, tmp_path):
    full = tmp_path / "full.yaml"
    full.write_text(
        "team: {groups: [{seats: 1, selling_hours_per_week: 16}]}\nhorizon: {warm_up_weeks: 8, run_off: 4}\n",
        "utf-8",
    )
    code, out, _ = pipecast("why", full, "--cadence", "quarter_end", *WORDS, "--ranges", "--json")
    assert code == 0
    kinds = [item["cadence"]["kind"] for item in json.loads(out)["ranges"]["cadences"]]
    assert kinds == ["quarter_end", "reactive"], "eight weeks on do not hold the hours of sixteen"


def test_a_full_disk_is_told_as_a_fault_of_the_folder(pipecast, small, tmp_path, monkeypatch):
    write, written = files._write_through, []

    def second(path, content):
        written.append(path)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, content)

    monkeypatch.setattr(files, "_write_through", second)
    code, out, err = pipecast("why", small, *WORDS, "--out", "found")
    assert (code, out) == (2, "")
    assert "found, --out: cannot be written: No space left" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml"]


def test_the_second_year_is_named(pipecast, tmp_path):
    second = tmp_path / "second.yaml"
    second.write_text(
        "team: {groups: [{seats: 1}]}\nhorizon: {warm_up_weeks: 8, run_off: 4, years: 2}\n", "utf-8"
    )
    code, out, _ = pipecast("why", second, *WORDS)
    assert code == 0
    assert "(year 2, what the habit does)" in out
    assert "year 1" not in out
