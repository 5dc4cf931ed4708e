"""`forecast.quotas`: from a scenario, its file, an export; an answer that can be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

import forecast
from simulations.errors import BadInput


@pytest.fixture(scope="module")
def year(small_team):
    return forecast.quotas(small_team, draws=100, seed=3, fast=True)


def test_a_file_and_what_it_holds_give_the_same(tmp_path):
    path = tmp_path / "team.yaml"
    path.write_text("team: {groups: [{seats: 1}]}\nhorizon: {warm_up_weeks: 26}\n", "utf-8")
    from simulations import load_scenario

    of_file, of_scenario = (
        forecast.quotas(source, draws=100, fast=True).to_dict() for source in (path, load_scenario(path))
    )
    assert of_file == of_scenario
    assert of_file == forecast.quotas(str(path), draws=100, fast=True).to_dict()


def test_the_same_seed_gives_the_same_and_another_another(small_team, year):
    again, other = (forecast.quotas(small_team, draws=100, seed=seed, fast=True) for seed in (3, 4))
    assert again.to_dict() == year.to_dict()
    assert other.to_dict()["curves"] != year.to_dict()["curves"]


def test_the_answer_can_be_shown(year, outside):
    assert year.curve().name == "company"
    assert year.curve("Rep 04").quota.mean < year.curve("Rep 01").quota.mean
    for name in ("company", "standing", "Rep 04"):
        assert year.chance(year.curve(name).quota.mean, name).mean >= 0.6
    assert year.chance(1e12).mean == 0.0
    with pytest.raises(KeyError):
        year.curve("Nobody")
    with pytest.raises(KeyError):
        year.chance(1.0, "Nobody")
    assert year.sentences()[0].startswith("The company reaches USD ")
    page = year.to_html()
    assert "What quota is realistic?" in page
    assert outside(page) == []
    assert len(year.plot().axes) == 2


def test_a_period_of_the_year_may_be_asked_for(small_team, year):
    half = forecast.quotas(small_team, draws=100, seed=3, fast=True, start="2026-01-05", end="2026-07-05")
    assert half.curve().mean.mean < year.curve().mean.mean
    with pytest.raises(BadInput, match="give both start and end, or neither"):
        forecast.quotas(small_team, draws=100, start="2026-01-05")


def test_a_reading_and_its_file_give_the_same(export, reading):
    one, other = (
        forecast.quotas(source, as_of="2026-10-04", draws=150, seed=2, fast=True).to_dict()
        for source in (export, reading)
    )
    assert one == other
    assert (one["start"], one["end"], one["unit"]) == ("2026-10-05", "2027-10-03", "USD")
    deals = forecast.quotas(reading, as_of="2026-10-04", draws=150, fast=True, unit="deals")
    assert deals.to_dict()["unit"] == "deals"
    assert deals.fairness.sizes == 0.0


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2027-01-01", "2026-12-31", "end: found '2026-12-31'; must not be before the first day, 2027-01-01"),
        ("2027-01-01", "2036-12-31", "must lie within five years"),
    ],
)
def test_a_period_that_is_none_is_refused(reading, start, end, said):
    with pytest.raises(BadInput, match=said):
        forecast.quotas(reading, as_of="2026-10-04", draws=150, start=start, end=end)


def test_a_history_without_amounts_is_asked_for_deals(reading):
    rows = reading.tables.opportunities.assign(amount=float("nan"))
    bare = replace(reading, tables=replace(reading.tables, opportunities=rows))
    with pytest.raises(BadInput, match="no opportunity carries an amount: ask for the number of deals"):
        forecast.quotas(bare, as_of="2026-10-04", draws=150)


def test_the_target_of_the_call_goes_before_that_of_the_sheet(small_team, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("rep,quota\nRep 01,300000\n,900000\n", "utf-8")
    told, sheets = (
        forecast.quotas(small_team, sheet=path, target=target, draws=100, fast=True) for target in (5e5, None)
    )
    assert (told.capacity.target, sheets.capacity.target) == (5e5, 9e5)
    assert told.together[0].quota == 5e5
