"""`pipecast demo`: the whole story on the shipped examples."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from forecast.cli import demo, examples
from forecast.cli.demo import booked_in
from simulations import ranges, sensitivity

FEW = ("--replications", "2", "--seed", "7", "--workers", "1")


@pytest.fixture
def shorter(monkeypatch, small):
    """Let the demo run on a team of one, look at three weeks in place of forty, and at fewer assumptions."""
    cells = sensitivity.Grid(staleness=(0.02,), capacity_hours=(24.0, 40.0))
    grid, shipped = sensitivity.loss_grid, examples.find_examples()
    monkeypatch.setattr(sensitivity, "loss_grid", lambda *args, **more: grid(*args, grid=cells, **more))
    assumed = ranges._assumed
    monkeypatch.setattr(
        ranges,
        "_assumed",
        lambda scenario: [one for one in assumed(scenario) if one.field.startswith("reviews.")],
    )
    monkeypatch.setattr(examples, "find_examples", lambda: replace(shipped, scenario=small))
    monkeypatch.setattr(demo, "YEAR", ("2026-09-14", "2027-01-03"))


@pytest.mark.usefixtures("shorter")
def test_the_three_parts_are_printed_and_left(pipecast, whole_folder, outside, tmp_path):
    code, out, err = pipecast("demo", *FEW)
    assert code == 0, err
    parts = [
        "1. What does the prospecting rhythm do to the year?",
        "Steady against the sawtooth (8 weeks on, 8 off):",
        "What the sawtooth (8 weeks on, 8 off) loses of the total, under other assumptions",
        "hours left, steady",
        "loses of the total at the ends of what is assumed",
        "assumed numbers was moved to both",
        "2. Will the pipeline reach the target?",
        "Whether the target of USD 640,000 is reached is open",
        "USD 883,000 was booked in the period",
        "3. Is reality leaving the plan, and since when?",
        "A simulated year, sawtooth:",
        "A simulated year, reactive:",
        "The year of the CRM export:",
        "Wrote out/report.html",
    ]
    places = [out.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert max(len(line) for line in out.splitlines()) <= 100
    assert next(line for line in err.splitlines() if line.startswith("Step ")).startswith("Step 1 of 5")
    names = whole_folder(tmp_path / "out")
    pictures = (
        "year_sawtooth",
        "loss",
        "ranges_sawtooth",
        "ranges_reactive",
        "forecast",
        "divergence",
        "divergence_sawtooth",
    )
    tables = ("comparison", "loss", "ranges", "forecast", "divergence", "divergence_reactive")
    assert names >= {f"{name}.png" for name in pictures} | {f"{name}.csv" for name in tables}
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert outside(page) == []
    assert [
        page.count(f'<section id="{anchor}">') for anchor in ("rhythm", "target", "divergence", "analysts")
    ] == [1] * 4


@pytest.mark.usefixtures("shorter")
def test_the_same_result_by_one_process_and_by_two(pipecast):
    found = [
        pipecast("demo", "--replications", "2", "--workers", workers, "--out", workers, "--json").out
        for workers in ("1", "2")
    ]
    assert found[0] == found[1]
    whole = json.loads(found[0])
    assert list(whole) == ["comparison", "loss", "ranges", "forecast", "divergence", "happened"]
    assert [year["name"] for year in whole["divergence"]["simulated"]] == ["sawtooth", "reactive"]
    assert whole["divergence"]["imported"]["weeks"][-1]["moment"] == "2026-10-05"
    assert whole["loss"]["cells"][0].keys() == {"staleness", "capacity_hours", "loss", "hours_left"}


def test_without_the_examples_the_demo_says_where_it_looked(pipecast, monkeypatch, tmp_path):
    nowhere = (tmp_path / "one", tmp_path / "other")
    monkeypatch.setattr(examples, "places", lambda: nowhere)
    code, out, err = pipecast("demo", *FEW)
    assert (code, out) == (2, "")
    assert all(str(place) in err for place in nowhere)
    assert "clone" in err
    assert list(tmp_path.iterdir()) == []


def test_an_example_that_is_missing_is_named(pipecast, monkeypatch, tmp_path):
    (tmp_path / "examples" / "crm").mkdir(parents=True)
    monkeypatch.setattr(examples, "places", lambda: (tmp_path / "examples",))
    code, _, err = pipecast("demo", *FEW)
    assert code == 2
    assert len(err.strip().splitlines()) == 4
    assert "self-sourcing-team.yaml: is missing" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples"]


def test_examples_are_looked_for_beside_the_sources_first():
    shipped = examples.find_examples()
    assert shipped.scenario == Path(__file__).resolve().parents[3] / "examples" / examples.SCENARIO


def test_what_really_happened_is_read_off_the_truth():
    truth = examples.find_examples().truth
    rows = pd.read_csv(truth, dtype=str)
    won = rows[rows["outcome"] == "won"]
    day = won["closed"].str[:10]
    quarter = won[(day >= "2026-10-05") & (day <= "2027-01-03")]
    assert booked_in(truth, ("2026-10-05", "2027-01-03")) == pytest.approx(
        quarter["amount"].astype(float).sum()
    )
    assert len(quarter) > 10
