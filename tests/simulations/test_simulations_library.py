"""`simulations.compare` as a script calls it: files or scenarios in, tables, pictures and sentences out."""

import pytest
from matplotlib.figure import Figure

import simulations
from simulations import experiment
from simulations.comparison import Comparison
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon

SMALL = simulations.Scenario(
    team=Team(groups=(SeatGroup(seats=1),)), horizon=Horizon(warm_up_weeks=8, run_off=4)
)


@pytest.fixture(scope="module")
def years():
    return simulations.compare(SMALL, ["reactive", "sawtooth"], replications=2, seed=7)


def test_the_numbers_are_those_of_the_experiment(years):
    cadences = [simulations.Reactive(), simulations.Sawtooth()]
    plain = experiment.compare(SMALL, cadences, 2, 7, workers=1)
    assert isinstance(years, Comparison)
    assert years.to_dict() == plain.to_dict()
    assert len(years.to_frame()) == len(plain.to_frame())


def test_a_scenario_may_be_given_by_its_file(years, tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text("team: {groups: [{seats: 1}]}\nhorizon: {warm_up_weeks: 8, run_off: 4}\n", "utf-8")
    for given in (path, str(path)):
        found = simulations.compare(given, ["sawtooth"], replications=2, seed=7)
        assert found.cadence("sawtooth").measures == years.cadence("sawtooth").measures


def test_it_says_something_about_every_cadence(years):
    said = " ".join(years.sentences())
    assert "steady prospecting" in said
    assert "the sawtooth (8 weeks on, 8 off)" in said


@pytest.mark.parametrize(
    ("picture", "words"),
    [("year", "Reactive"), ("totals", "Bookings in the year"), ("differences", "Sawtooth")],
)
def test_it_draws_itself(years, picture, words):
    figure = years.plot(picture)
    assert isinstance(figure, Figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert any(words in title for title in titles), titles


def test_the_year_of_any_cadence_can_be_drawn(years):
    titles = [axes.get_title(loc="left") for axes in years.plot(cadence="sawtooth").axes]
    assert any("Sawtooth" in title for title in titles)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"picture": "pie"}, "picture: found 'pie'; must be year, totals or differences"),
        ({"cadence": "weekly"}, "cadence: found 'weekly'; must be one of steady, reactive, sawtooth"),
    ],
)
def test_what_cannot_be_drawn_is_refused(years, asked, message):
    with pytest.raises(simulations.BadInput, match=message):
        years.plot(**asked)


@pytest.mark.parametrize("given", ["weekly", "custom"])
def test_a_cadence_that_has_no_such_name_is_refused(given):
    with pytest.raises(
        simulations.BadInput, match=f"found '{given}'; must be steady, sawtooth, reactive or quarter_end"
    ):
        simulations.compare(SMALL, [given], replications=1)


def test_a_steady_year_alone_draws_beside_itself():
    alone = simulations.compare(SMALL, [], replications=1)
    titles = [axes.get_title(loc="left") for axes in alone.plot().axes[:2]]
    assert titles == ["Steady: the same hours every week"] * 2
