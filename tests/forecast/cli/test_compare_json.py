"""`pipecast compare --json`: every measure of every cadence, and the same bytes however it is run."""

import json
import re

import pytest

from forecast.cli.main import main
from simulations.measures import MEASURES

SMALL = "team: {groups: [{seats: 1}]}\nhorizon: {warm_up_weeks: 8, run_off: 4}\n"
CADENCES = ("steady", "sawtooth", "reactive")


@pytest.fixture
def compare(capsys, tmp_path):
    """Return a function that compares cadences of a small team and gives what is printed."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")

    def call(*cadences, workers=1, as_json=True):
        words = [word for cadence in cadences for word in ("--cadence", cadence)]
        words += ["--replications", "3", "--seed", "7", "--workers", str(workers)]
        with pytest.raises(SystemExit) as stop:
            main(["compare", str(path), *words, *(["--json"] if as_json else [])])
        said = capsys.readouterr()
        assert (stop.value.code or 0) == 0, said.err
        return said.out

    return call


def test_every_cadence_has_every_measure_with_its_interval(compare):
    found = json.loads(compare(*CADENCES))
    assert list(found["cadences"]) == ["steady", "reactive", "reactive: steady at its own hours", "sawtooth"]
    for year in found["cadences"].values():
        assert set(year["measures"]) == set(MEASURES)
        for name, measure in year["measures"].items():
            defined = 3 - measure["undefined"]
            assert (measure["mean"] is None) == (defined == 0), name
            if defined > 1:
                assert measure["low"] <= measure["mean"] <= measure["high"], name


def test_reactive_is_compared_with_steady_and_with_steady_at_its_own_hours(compare):
    found = json.loads(compare(*CADENCES))
    roles = [(c["name"], c["against"], c["role"]) for c in found["contrasts"]]
    own = "reactive: steady at its own hours"
    assert roles == [
        ("reactive", "steady", "difference"),
        (own, "steady", "hours"),
        ("reactive", own, "rhythm"),
        ("sawtooth", "steady", "difference"),
    ]
    for contrast in found["contrasts"]:
        total = contrast["differences"]["total"]
        assert total["low"] <= total["mean"] <= total["high"]
        assert total["variance_factor"] > 0


@pytest.mark.parametrize(("order", "workers"), [((1, 2, 0), 1), ((0, 1, 2), 2)])
def test_neither_the_order_of_cadences_nor_the_processes_change_a_byte(compare, order, workers):
    assert compare(*(CADENCES[i] for i in order), workers=workers) == compare(*CADENCES)


def test_a_sawtooth_with_no_weeks_off_differs_by_exactly_0(compare):
    found = json.loads(compare("sawtooth:weeks_on=8,weeks_off=0"))
    steady, wave = (found["cadences"][name] for name in ("steady", "sawtooth"))
    assert {key: wave[key] for key in wave if key != "cadence"} == {
        key: steady[key] for key in steady if key != "cadence"
    }
    (contrast,) = found["contrasts"]
    exact = {"mean": 0.0, "low": 0.0, "high": 0.0, "variance_factor": None, "reason": "identical"}
    undefined = {name for name, m in steady["measures"].items() if m["undefined"] == 3}
    assert {name for name, d in contrast["differences"].items() if d != exact} == undefined
    assert len(undefined) < 5
    assert contrast["relative_total"] == exact


def test_differences_of_nothing_are_printed_as_0(compare):
    said = compare("sawtooth:weeks_on=8,weeks_off=0", as_json=False)
    assert "not one number differs" in " ".join(said.split())
    table = said[said.lower().index("difference from steady") :]
    rows = re.findall(r"^.+? {2,}(-?[\d.].*?) *$", table, re.MULTILINE)
    assert len(rows) > 5
    assert {row for row in rows if re.search(r"[1-9]", row)} == set()
    assert re.search(r"variance-reduction factor.* identical", table)
