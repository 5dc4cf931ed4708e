"""`pipecast review` and `pipecast hygiene`: what is printed, what is left in a folder, what is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

import forecast
from forecast.cli.main import main
from forecast.library.periods import period_asked
from simulations.engine.machine import simulate
from simulations.exports.files import write_files
from simulations.exports.shapes import SHAPES
from simulations.exports.snapshot import Snapshot
from simulations.recorder.log import field_history, tables_at
from simulations.recorder.record import record_log
from simulations.scenario.model import Scenario, Steady

WEEKS = [dt.date(2026, 10, 4) + dt.timedelta(weeks=week) for week in range(4)]


@pytest.fixture(scope="module")
def weekly(tmp_path_factory) -> Path:
    """Return a store that holds the exports of a team of two at the ends of four weeks."""
    folder = tmp_path_factory.mktemp("weekly")
    scenario = Scenario.model_validate({"team": {"groups": [{"seats": 2}]}})
    moments = [dt.datetime.combine(day, dt.time()) + dt.timedelta(days=1) for day in WEEKS]
    log = record_log(simulate(scenario, Steady(), 4, 0), scenario, 4, 0, perfect=False, until=moments[-1])
    for day, moment in zip(WEEKS, moments, strict=True):
        snapshot = Snapshot(tables_at(log, moment), field_history(log, moment), moment)
        write_files(folder / f"{day}", SHAPES["hubspot"].files(snapshot))
        with pytest.raises(SystemExit) as end:
            main(["import", str(folder / f"{day}"), "--store", str(folder / "pipeline.db")])
        assert not end.value.code
    return folder / "pipeline.db"


def test_the_review_is_printed_and_left_in_a_folder(pipecast, export, targets, tmp_path):
    said = pipecast(
        "review", export, "--targets-file", targets, "--prospecting", export.parent / "prospecting.csv", "--draws", "200",
        "--period", "2026-07-01:2026-12-31", "--owner", "Rep 06", "--out", "pack",
    )  # fmt: skip
    assert said.code == 0, said.err
    for text in (
        "The team",
        "Rep 06",
        "Three questions",
        "Disqualifying 8 opportunities",
        "hours of prospecting",
        "Seed 1, 200 draws",
    ):
        assert text in said.out
    assert "Rep 05\n" not in said.out
    assert {path.name for path in (tmp_path / "pack").iterdir()} == {
        "review.html", "review.pdf", "review.csv", "deals.csv", "steps.csv", "last_week.csv", "actions.json",
    }  # fmt: skip
    page = (tmp_path / "pack" / "review.html").read_text("utf-8")
    assert "prospecting.csv (" in page
    assert "targets.csv (" in page


def test_the_folder_of_last_week_is_looked_up(pipecast, weekly, tmp_path):
    files = [next((weekly.parent / f"{day}").glob("hubspot*.csv")) for day in WEEKS[-2:]]
    first = pipecast("review", files[0], "--draws", "100", "--out", "before")
    assert first.code == 0, first.err
    proposed = json.loads((tmp_path / "before" / "actions.json").read_text("utf-8"))["actions"]
    told = json.loads(pipecast("review", files[1], "--draws", "100", "--last", "before", "--json").out)
    last = told["team"]["last_week"]
    assert len(last) == len(proposed) > 5
    assert {"done", "not_done"} <= {one["became"] for one in last}
    assert "last_week" not in told["team"]["unsaid"]


def test_a_store_knows_slips_and_the_actions_of_a_week_ago(pipecast, weekly):
    told = json.loads(pipecast("review", "--store", weekly, "--draws", "100", "--json").out)
    assert set(told["team"]["unsaid"]) <= {"stuck"}
    assert all(deal["slips"] is not None for deal in told["team"]["open"])
    last = told["team"]["last_week"]
    before = json.loads(
        pipecast("review", "--store", weekly, "--as-of", f"{WEEKS[-2]}", "--draws", "100", "--json").out
    )
    assert [one["id"] for one in last] == [one["id"] for one in before["team"]["actions"]]
    assert told["inputs"]["as_of"] == "2026-10-26T00:00:00"


def test_the_calls_say_of_a_store_what_the_commands_say(pipecast, weekly):
    with forecast.open_store(weekly) as store:
        reading = forecast.known_at(store)
        seen = [(one.moment, store.reading(one).tables) for one in store.current()]
    pack = forecast.make_review(reading, draws=100, snapshots=seen)
    said = json.loads(pipecast("review", "--store", weekly, "--draws", "100", "--json").out)
    assert json.loads(json.dumps(pack.to_dict())) == said
    assert said["team"]["last_week"]
    silent = forecast.measure_hygiene(reading, days=[7, 14], value_of_hour=600, snapshots=seen)
    words = ("hygiene", "--store", weekly, "--days", "7,14", "--value-of-hour", "600", "--json")
    assert json.loads(json.dumps(silent.to_dict())) == json.loads(pipecast(*words).out)
    assert silent.snapshots == len(seen) == 4


@pytest.mark.parametrize(
    ("month", "start", "end"),
    [(1, "2026-10-01", "2026-12-31"), (2, "2026-08-01", "2026-10-31"), (12, "2026-09-01", "2026-11-30")],
)
def test_the_quarter_is_that_of_the_last_day(month, start, end):
    """The moment is midnight after 31 October."""
    found = period_asked(None, pd.Timestamp("2026-11-01"), month)
    assert [f"{day:%Y-%m-%d}" for day in found] == [start, end]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "2026-10"), "--period: found '2026-10'; must be FIRST:LAST"),
        (("--period", "2026-12-31:2026-10-01"), "the earlier one first"),
        (("--owner", "Nobody"), "owns nothing that is open or was created lately; there are: Rep 01"),
        (("--last", "."), "give the folder of an earlier review"),
        (("--plan", "plan.csv"), "--plan: found 'plan.csv'; needs prospecting records"),
        (("--store", "none.db"), "give either an export or --store, not both"),
        (("--period", "2040-01-01:2040-12-31"), "must lie within five years"),
    ],
)
def test_what_cannot_be_reviewed_is_refused(pipecast, export, tmp_path, words, said):
    (tmp_path / "plan.csv").write_text("weekday,hours\nMon,2\n", "utf-8")
    found = pipecast("review", export, "--draws", "100", *words)
    assert found.code == 2
    assert said in found.err


def test_hygiene_of_a_scenario_is_printed_and_left_in_a_folder(pipecast, small, tmp_path, whole_folder):
    words = ("--days", "14,60", "--replications", "20", "--workers", "1")
    said = pipecast("hygiene", small, *words, "--out", "found")
    assert said.code == 0, said.err
    for text in ("Disqualify after so many days without a next step, small, USD", "never", "20 paired years"):
        assert text in said.out
    assert whole_folder(tmp_path / "found") == {"hygiene.csv", "hygiene.png", "hygiene.svg"}
    told = json.loads(pipecast("hygiene", small, *words, "--json").out)
    assert [one["days"] for one in told["options"]] == [14, 60, None]


def test_hygiene_of_a_store_is_printed_and_left_in_a_folder(pipecast, weekly, tmp_path, whole_folder):
    words = ("hygiene", "--store", weekly, "--days", "7,14", "--value-of-hour", "600")
    said = pipecast(*words, "--out", "found")
    assert said.code == 0, said.err
    for text in ("What became of silent opportunities", "4 snapshots", "as assumed"):
        assert text in said.out
    assert whole_folder(tmp_path / "found") == {"hygiene.csv", "hygiene.png", "hygiene.svg"}
    told = json.loads(pipecast(*words, "--json").out)
    assert (told["snapshots"], told["value_of_hour"], told["since"]) == (4, 600, "2026-10-05T00:00:00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--days", "a"), "must be numbers of days separated by commas"),
        (("--replications", "30"), "--replications: found '30'; belongs to a scenario"),
        ((), "only the last of each opportunity is told"),
    ],
)
def test_what_cannot_be_learned_is_refused(pipecast, export, words, said):
    found = pipecast("hygiene", export, *words)
    assert found.code == 2
    assert said in found.err


def test_a_scenario_says_what_a_follow_up_costs_itself(pipecast, small):
    found = pipecast("hygiene", small, "--follow-up-hours", "1")
    assert (found.code, "a scenario says it itself" in found.err) == (2, True)
