"""`pipecast changes`: what is printed, what is left in a folder, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forecast.cli.main import main


@pytest.fixture(scope="module")
def two_months(export, tmp_path_factory) -> Path:
    """Return a store that holds the shipped export as it was known at two month ends."""
    path = tmp_path_factory.mktemp("two months") / "pipeline.db"
    for day in ("2026-07-31", "2026-08-31"):
        with pytest.raises(SystemExit) as end:
            main(["import", str(export), "--store", str(path), "--as-of", day])
        assert not end.value.code
    return path


def changes(path: Path, *words: str) -> tuple[str, ...]:
    return ("changes", "--store", str(path), "--from", "2026-07-31", "--to", "2026-08-31", *words)


def test_what_changed_is_printed_and_left_in_a_folder(pipecast, two_months, tmp_path, whole_folder):
    words = ("--period", "2026-08-01:2026-10-31", "--by", "owner", "--draws", "100", "--out", "found")
    said = pipecast(*changes(two_months, *words))
    assert said.code == 0, said.err
    for text in (
        "* The open pipeline",
        "start, end of 31 July 2026",
        "By owner",
        "time passing",
        "Seed 1, 100 draws",
    ):
        assert text in said.out
    assert whole_folder(tmp_path / "found") == {
        "report.html", "waterfall.png", "waterfall.svg", "forecast_change.png", "forecast_change.svg",
        "waterfall.csv", "steps.csv", "ageing.csv", "slips.csv", "forecast_change.csv", "forecast_movers.csv",
    }  # fmt: skip
    page = (tmp_path / "found" / "report.html").read_text("utf-8")
    assert "What changed in the pipeline?" in page
    assert "snapshot in a store" in page


def test_the_json_balances(pipecast, two_months):
    told = json.loads(pipecast(*changes(two_months, "--json")).out)["waterfall"]
    came = sum(told[step]["deals"] for step in ("start", "created", "reopened", "pulled_in"))
    went = sum(told[step]["deals"] for step in ("pushed_out", "lost", "disqualified", "won"))
    assert came - went == told["end"]["deals"] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "2026-08-01"), "--period: found '2026-08-01'; must be FIRST:LAST, two days such as"),
        (("--period", "2026-09-01:2026-08-01"), "the earlier one first"),
        (("--by", "team"), "no file says who belongs to which team"),
        (("--to", "2026-07-01"), "must lie after --from"),
        (("--to", "tomorrow"), "must be a day such as"),
        (("--store", "none.db"), "there is no such file"),
    ],
)
def test_what_cannot_be_told_is_refused(pipecast, two_months, words, said):
    found = pipecast(*changes(two_months, *words))
    assert found.code == 2
    assert said in found.err
