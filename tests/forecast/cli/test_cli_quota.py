"""`pipecast quota`: what people read, what `--json` and `--out` give, and what is refused."""

import json

import pytest

TEAM = "name: small\nteam: {groups: [{seats: 2}]}\nhorizon: {warm_up_weeks: 26}\n"
WORDS = ("--draws", "120", "--seed", "3", "--workers", "1")


@pytest.fixture
def team(tmp_path):
    """Return the scenario of a team of two."""
    path = tmp_path / "team.yaml"
    path.write_text(TEAM, "utf-8")
    return path


@pytest.fixture
def sheet(tmp_path):
    """Return a sheet of proposed quotas for both."""
    path = tmp_path / "quotas.csv"
    path.write_text("rep,quota\nRep 01,250000\nRep 02,2000000\n,2250000\n", "utf-8")
    return path


def test_a_scenarios_quotas_are_printed_in_words(pipecast, team):
    code, out, err = pipecast("quota", "--scenario", team, *WORDS)
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    for words in (
        "with a chance of 60%",
        "can be expected to attain",
        "are luck",
        "What fits a chance of 60%",
    ):
        assert words in flat
    assert "nan" not in out
    assert "None" not in out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert out.rstrip().splitlines()[-1].startswith("Seed 3, 120 draws, pipecast ")


def test_a_sheet_is_judged_and_delivered(pipecast, team, sheet, whole_folder):
    code, out, _ = pipecast("quota", "--scenario", team, "--sheet", sheet, "--fast", "--out", "found", *WORDS)
    assert code == 0
    assert "Proposed quotas" in out
    assert "out of reach" in out
    assert "Capacity" in out
    folder = sheet.parent / "found"
    left = {path.name for path in folder.iterdir()}
    assert {
        "report.html",
        "quotas.png",
        "quotas.svg",
        "quotas.csv",
        "quota_curves.csv",
        "quotas.xlsx",
    } <= left
    (folder / "quotas.xlsx").unlink()
    whole_folder(folder)
    page = (folder / "report.html").read_text("utf-8")
    assert "What quota is realistic?" in page
    assert "proposed quotas" in page  # the file, with its hash


def test_json_says_the_same_and_nothing_else(pipecast, team, sheet):
    code, out, err = pipecast("quota", "--scenario", team, "--sheet", sheet, "--fast", "--json", *WORDS)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert [each["verdict"] for each in found["verdicts"]][1] == "out of reach"
    assert found["capacity"]["target"] == 2_250_000
    assert (found["seed"], found["draws"], found["chance"]) == (3, 120, 0.6)


def test_an_export_is_asked_with_its_own_year_ahead(pipecast, export):
    code, out, _ = pipecast("quota", export, "--as-of", "2026-10-04", "--draws", "200", "--json", "--fast")
    assert code == 0
    found = json.loads(out)
    assert (found["source"], found["start"], found["end"]) == ("history", "2026-10-05", "2027-10-03")
    assert found["assumed"] == {"market_cv": 0.1}
    assert len(found["curves"]) == 9


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give either a scenario or the files of a CRM export"),
        (("--scenario", "team.yaml", "--from", "2026-02-02"), "give both --from and --to, or neither"),
        (
            ("--scenario", "team.yaml", "--from", "2026-02-02", "--to", "2026-01-02"),
            "must not be before --from",
        ),
        (("--scenario", "none.yaml"), "none.yaml"),
        (("--scenario", "team.yaml", "--sheet", "none.csv"), "none.csv"),
        (("--scenario", "team.yaml", "--chance", "1"), "--chance"),
    ],
)
@pytest.mark.usefixtures("team")
def test_a_wrong_call_is_refused_with_what_to_change(pipecast, words, said):
    code, out, err = pipecast("quota", *words, *WORDS)
    assert (code, out) == (2, "")
    assert said in err
