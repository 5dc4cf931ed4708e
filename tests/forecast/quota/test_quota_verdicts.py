"""A proposed sheet: read, judged line by line, added up, given back without formulas."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from forecast.quota.asking import scenario_quotas
from forecast.quota.quotas import Asked
from forecast.quota.verdict import read_proposed, verdict, word_of
from forecast.report.quota_sheet import quota_files, workbook
from forecast.sentences.quota import quota_sentences
from simulations.errors import BadInput
from simulations.intervals import Estimate

SHEET = "rep,quota\nRep 01,200000\nRep 02,330000\nRep 03,5000000\nRep 04,150000\n"


@pytest.fixture(scope="module")
def draws(small_draws):
    return small_draws


@pytest.fixture
def sheet(tmp_path):
    """Return what writes a sheet."""

    def write(text=SHEET, name="quotas.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def judged(small_team, some_years, tmp_path_factory):
    """Return the answer about the sheet, with a target, without hours and hires."""
    path = tmp_path_factory.mktemp("sheet") / "quotas.csv"
    path.write_text(SHEET, "utf-8")
    return scenario_quotas(small_team, some_years, Asked(sheet=path, target=1e6, hours=False, hires=False))


def test_a_sheet_of_two_columns_is_for_the_period_of_the_draws(sheet, draws):
    found = read_proposed(sheet(), draws)
    assert dict(found.reps) == {"Rep 01": 2e5, "Rep 02": 3.3e5, "Rep 03": 5e6, "Rep 04": 1.5e5}
    assert not found.teams


def test_rows_of_teams_and_of_nobody_are_targets_of_teams_and_company(sheet, draws):
    found = read_proposed(sheet("team,rep,quota\nstanding,,900000\n,Rep 01,300000\n,,1100000\n"), draws)
    assert dict(found.reps) == {"Rep 01": 3e5}
    assert dict(found.teams) == {"standing": 9e5, "company": 1.1e6}


def test_changes_in_mid_period_count_in_a_sheet(sheet, draws):
    """From the middle of the 52 weeks on twice as much: 130 of 260 working days."""
    text = "start,end,rep,quota,effective\n" + "".join(
        f"2026-01-05,2027-01-03,Rep 01,{quota},{since}\n" for quota, since in ((100, ""), (200, "2026-07-06"))
    )
    assert read_proposed(sheet(text), draws).reps["Rep 01"] == pytest.approx(150)


def test_an_unknown_rep_or_team_is_refused_with_those_there_are(sheet, draws):
    with pytest.raises(BadInput, match="rep: found 'Zoe'; is not among those there are: Rep 01, Rep 02"):
        read_proposed(sheet("rep,quota\nZoe,1\n"), draws)
    with pytest.raises(BadInput, match="team: found 'East'; is not among those there are: hired, standing"):
        read_proposed(sheet("team,quota\nEast,1\n"), draws)


@pytest.mark.parametrize(
    ("low", "mean", "high", "word"),
    [
        (0.61, 0.63, 0.65, "ample"),
        (0.58, 0.6, 0.62, "fits"),
        (0.59, 0.61, 0.63, "fits"),
        (0.55, 0.57, 0.6, "fits"),
        (0.5, 0.52, 0.54, "high"),
        (0.0, 0.01, 0.04, "out of reach"),
    ],
)
def test_the_word_follows_the_interval(low, mean, high, word):
    assert word_of(Estimate(mean, low, high, 1_000), 0.6) == word


def test_what_fits_is_called_fitting(draws):
    for name in ("Rep 01", "Rep 04"):
        fits = verdict(draws, name, 1.0, 0.6).fits.mean
        assert verdict(draws, name, fits, 0.6).word == "fits"
        assert verdict(draws, name, fits, 0.6).chance.mean >= 0.6


def test_the_answer_says_each_line_and_what_they_come_to(judged):
    assert [each.word for each in judged.verdicts][2] == "out of reach"
    whole = judged.together[0]
    assert whole.sum == pytest.approx(5.68e6)
    assert whole.over_assignment == pytest.approx(5.68)
    assert whole.quota == 1e6
    shares = np.mean([each.chance.mean for each in judged.verdicts[2:3]])
    assert shares == 0.0
    assert 0 < whole.share.mean < 0.75
    said = [sentence.key for sentence in quota_sentences(judged)]
    assert {"sheet.some_fit", "sheet.far", "sheet.worst", "over.above", "share.expected"} <= set(said)


def test_the_hours_that_make_a_quota_fit_are_told(small_team, some_years, sheet):
    from dataclasses import replace

    few = replace(some_years, replications=range(100))
    found = scenario_quotas(
        small_team, few, Asked(sheet=sheet("rep,quota\nRep 01,310000\nRep 02,9000000\n"), hires=False)
    )
    first, far = found.verdicts
    assert first.hours.now == 10.0
    assert far.hours.hours is None
    said = {sentence.key: str(sentence) for sentence in quota_sentences(found)}
    assert (
        "No number of prospecting hours that was tried makes Rep 02's quota realistic" in said["hours.never"]
    )
    frame = found.to_frame().set_index("name")
    assert frame.loc["Rep 01", "hours_now"] == 10.0
    assert np.isnan(frame.loc["Rep 02", "hours"])


def test_the_sheet_that_goes_back_holds_no_formula(judged):
    """A rep whose name a spreadsheet would compute is a text in both files."""
    from dataclasses import replace

    evil = "=1+1"
    found = replace(judged, curves=(*judged.curves[:-1], replace(judged.curves[-1], name=evil)))
    files = dict(quota_files(found))
    rows = list(csv.reader(io.StringIO(files["quotas.csv"].decode("utf-8-sig"))))
    assert rows[-1][1] == "'=1+1"
    assert len(list(csv.reader(io.StringIO(files["quota_curves.csv"].decode("utf-8-sig"))))) == 1 + 9 * len(
        found.curves
    )
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    sheet = openpyxl.load_workbook(io.BytesIO(files["quotas.xlsx"])).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert sheet.cell(sheet.max_row, 2).value == "'=1+1"


def test_a_workbook_has_the_same_bytes_every_time():
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    one, other = (workbook(["rep", "quota"], [["Ann", 1.5], ["Bob", None]]) for _ in range(2))
    assert one == other


def test_the_sheet_that_goes_back_is_read_again(judged, draws, tmp_path):
    """What was proposed comes back as proposed: the sheet's own columns are those that are read."""
    files = dict(quota_files(judged))
    text = files["quotas.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    path = tmp_path / "again.csv"
    path.write_text(
        "rep,quota\n" + "".join(f"{row['name']},{row['quota']}\n" for row in rows if row["quota"]), "utf-8"
    )
    assert dict(read_proposed(path, draws).reps) == dict(judged.proposed.reps)
