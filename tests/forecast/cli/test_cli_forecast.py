"""`pipecast forecast`: what it says, what it leaves, and the trial exports that must work unaided."""

import json
from itertools import pairwise

import pytest

QUARTER = ("--as-of", "2026-10-04", "--from", "2026-10-05", "--to", "2027-01-03")
FEW = ("--draws", "500")


@pytest.fixture
def asked(export, targets):
    return ("forecast", export, *QUARTER, "--targets-file", targets)


def test_a_forecast_is_printed_in_plain_words(pipecast, asked):
    code, out, err = pipecast(*asked, "--targets", "0.8:1.2:0.2", *FEW)
    assert (code, err) == (0, "")
    assert "Whether the target of USD 640,000 is reached is open" in out
    assert "from opportunities not yet created, expected" in out
    assert "8 of 10 cases" in out
    assert "pipeline optimism: crm less calibrated in period" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_the_json_has_its_documented_keys(pipecast, asked):
    _, out, _ = pipecast(*asked, "--targets", "0.5:1.5:0.1", "--json", *FEW)
    found = json.loads(out)
    quantiles = found["bookings"]["quantiles"]
    assert list(quantiles) == ["0.025", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.975"]
    assert all(low <= high for low, high in pairwise(quantiles.values()))
    assert set(found["weighted_pipeline"]) >= {"crm", "calibrated", "calibrated_in_period"}
    assert set(found["parts"]) == {"booked", "open", "new"}
    assert sum(found["parts"].values()) == pytest.approx(found["bookings"]["mean"], rel=1e-12)
    assert found["seed"] == 1
    assert found["version"]
    grid = found["chance_by_target"]
    assert [point["times_mean"] for point in grid] == [round(0.5 + step / 10, 1) for step in range(11)]
    assert all(high["chance"] <= low["chance"] for low, high in pairwise(grid))
    assert 0 < found["chance_of_target"] < 1


def test_what_a_forecast_leaves_is_whole(pipecast, asked, whole_folder, rows_of, outside, tmp_path):
    code, _, _ = pipecast(*asked, "--targets", "0.8:1.2:0.2", *FEW, "--out", "found")
    assert code == 0
    folder = tmp_path / "found"
    pictures = {
        f"{name}.{kind}"
        for name in ("forecast", "parts", "chances", "cycle", "risks")
        for kind in ("png", "svg")
    }
    tables = {"forecast.csv", "chances.csv", "draws.csv", "findings.csv", "risks.csv"}
    assert whole_folder(folder) == {"report.html"} | pictures | tables
    page = (folder / "report.html").read_text("utf-8")
    assert outside(page) == []
    assert "targets.csv" in page
    draws = [float(row["total"]) for row in rows_of(folder / "draws.csv")]
    mean = next(float(row["value"]) for row in rows_of(folder / "forecast.csv") if row["name"] == "mean")
    assert len(draws) == 500
    assert sum(draws) / len(draws) == pytest.approx(mean, rel=1e-12)


def test_week_by_week_says_when_the_plan_was_left(pipecast, export, whole_folder, tmp_path):
    words = (
        "--as-of",
        "2026-08-23",
        "--from",
        "2026-07-27",
        "--to",
        "2026-09-27",
        "--target",
        "400000",
        "--week-by-week",
    )
    code, out, _ = pipecast("forecast", export, *words, *FEW, "--json", "--out", "found")
    assert code == 0
    weeks = json.loads(out)["divergence"]["weeks"]
    assert [week["week"] for week in weeks] == [0, 1, 2, 3, 4]
    assert weeks[0]["moment"] == "2026-07-27"
    assert weeks[-1]["projected"] == pytest.approx(sum(weeks[-1][part] for part in ("booked", "open", "new")))
    assert {"divergence.csv", "divergence.png", "report.html"} <= whole_folder(tmp_path / "found")


def test_week_by_week_needs_a_target(pipecast, export):
    code, out, err = pipecast("forecast", export, *QUARTER, "--week-by-week")
    assert (code, out) == (2, "")
    assert "--target or --targets-file" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-10-05", "--to", "2026-10-01"), ("--to", "2026-10-01", "2026-10-05")),
        (("--from", "2026-10-05", "--to", "October"), ("--to", "October")),
        ((*QUARTER, "--target", "-1"), ("--target", "-1")),
        ((*QUARTER, "--target", "a lot"), ("--target", "a lot")),
        ((*QUARTER, "--targets", "1:0.5:0.1"), ("--targets", "1:0.5:0.1", "FIRST:LAST:STEP")),
        ((*QUARTER, "--targets", "0:9:0.0001"), ("--targets", "0:9:0.0001", "1000")),
        ((*QUARTER, "--targets", "0:inf:0.1"), ("--targets", "0:inf:0.1")),
        ((*QUARTER, "--targets", "nan:1:0.1"), ("--targets", "nan:1:0.1")),
        ((*QUARTER, "--target", "nan"), ("target", "nan", "0 or more")),
        ((*QUARTER, "--encoding", "klingon"), ("--encoding", "klingon", "cp1252")),
        (("--from", "2026-10-05", "--to", "2056-10-05"), ("2056-10-05", "five years")),
        ((*QUARTER, "--as-of", "yesterday"), ("--as-of", "yesterday", "2026-03-31")),
        ((*QUARTER, "--unit", "euros"), ("--unit", "euros", "deals")),
        ((*QUARTER, "--seed", "-1"), ("--seed", "-1")),
    ],
)
def test_a_wrong_question_is_refused_with_what_is_allowed(pipecast, export, tmp_path, words, said):
    code, out, err = pipecast("forecast", export, *words, "--out", "found")
    assert (code, out) == (2, "")
    assert all(part in err for part in said), err
    assert list(tmp_path.iterdir()) == []


def test_what_makes_every_number_doubtful_is_said_first(pipecast, export):
    """The export ends three years before the moment of knowledge: no number comes before that."""
    code, out, _ = pipecast(
        "forecast", export, "--as-of", "2029-10-01", "--from", "2029-10-02", "--to", "2029-12-31", *FEW
    )
    assert code == 0
    assert out.startswith("Before any number below is believed:")
    assert out.index("The last record is") < out.index("Bookings will end")


def test_a_target_twice_told_is_refused(pipecast, asked):
    code, _, err = pipecast(*asked, "--target", "5")
    assert code == 2
    assert "not both" in err


def test_a_gap_in_the_targets_is_refused_with_its_line(pipecast, export, tmp_path):
    (tmp_path / "targets.csv").write_text(
        "start,end,amount\n2026-07-01,2026-09-30,1000\n2026-10-08,2027-01-03,1000\n", "utf-8"
    )
    code, out, err = pipecast("forecast", export, *QUARTER, "--targets-file", "targets.csv", "--out", "found")
    assert (code, out) == (2, "")
    assert all(part in err for part in ("targets.csv", "line 3", "2026-10-08", "2026-10-01")), err
    assert [path.name for path in tmp_path.iterdir()] == ["targets.csv"]


TRIALS = {
    "bpic2012_2012-01-01/vendor_style/hubspot_deals.csv": (
        "--as-of", "2012-01-01", "--from", "2012-01-01", "--to", "2012-01-28", "--target", "5400000",
    ),
    "maven_2017-09-30/vendor_style/salesforce_report.csv": (
        "--as-of", "2017-09-30", "--from", "2017-10-01", "--to", "2017-12-31", "--target", "3000000",
    ),
    "olist_2018-04-01/vendor_style/pipedrive_deals.csv": (
        "--as-of", "2018-04-01", "--from", "2018-04-01", "--to", "2018-04-30", "--target", "150", "--unit", "deals",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_export_is_forecast_unaided(pipecast, trial_data, name):
    code, out, err = pipecast(
        "forecast", trial_data / name, *TRIALS[name], "--targets", "0.5:1.5:0.1", "--json"
    )
    assert code == 0, err
    found = json.loads(out)
    assert found["bookings"]["mean"] > 0
    assert 0 <= found["chance_of_target"] <= 1
    assert len(found["chance_by_target"]) == 11
    assert found["inputs"]["opportunities"]["open"] > 0
