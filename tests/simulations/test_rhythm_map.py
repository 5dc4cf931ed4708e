"""Where rhythm matters: each cell is a comparison of its own, blank where its interval holds 0, hatched where it can't be."""

from dataclasses import replace

import pytest
from matplotlib.patches import Rectangle

from simulations.experiment import compare
from simulations.intervals import Estimate
from simulations.load import offered_load
from simulations.plan import make_plan
from simulations.plots.rhythm_map import draw_rhythm_map
from simulations.rhythm_map import Axes, MapCell, RhythmMap, at_utilisation, rhythm_map
from simulations.scenario.model import Sawtooth, Scenario

SEED, REPLICATIONS = 7, 6
SMALL = {"team": {"groups": [{"seats": 1}, {"name": "more", "seats": 1, "selling_hours_per_week": 30}]},
         "horizon": {"warm_up_weeks": 12, "run_off": 8}}  # fmt: skip
#: The fullest week cannot hold a wave; the emptiest hardly feels one.
AXES = Axes(utilisation=(0.5, 0.9, 1.1), staleness=(0.0, 0.06), wave_weeks=(5, 16))


@pytest.fixture(scope="module")
def small():
    return Scenario.model_validate(SMALL)


@pytest.fixture(scope="module")
def found(small):
    return rhythm_map(small, REPLICATIONS, SEED, axes=AXES, workers=1)


def cell(found, *place):
    return next(each for each in found.cells if (each.utilisation, each.staleness, each.wave_weeks) == place)


def test_the_cells_are_the_product_of_the_axes_in_order(found):
    places = [(each.utilisation, each.staleness, each.wave_weeks) for each in found.cells]
    assert places == [(u, s, w) for u in AXES.utilisation for s in AXES.staleness for w in AXES.wave_weeks]


@pytest.mark.parametrize(("place", "wave"), [((0.5, 0.06, 16), (8, 8)), ((0.9, 0.0, 5), (3, 2))])
def test_a_cell_is_the_comparison_of_its_own_scenario(small, found, place, wave):
    """Weekly hours and staleness replaced; an odd week goes to the push."""
    there = at_utilisation(small, *place[:2])
    rule = Sawtooth(weeks_on=wave[0], weeks_off=wave[1])
    meant = compare(there, [rule], REPLICATIONS, SEED, workers=1).contrast("sawtooth").relative
    loss = cell(found, *place).loss
    assert (loss.mean, loss.low, loss.high) == pytest.approx((-meant.mean, -meant.high, -meant.low), rel=1e-9)


@pytest.mark.parametrize("utilisation", AXES.utilisation)
def test_the_week_is_as_full_as_the_axis_says(small, found, utilisation):
    """The load of the scenario that was simulated, counted anew; groups keep their proportions."""
    there = at_utilisation(small, utilisation, 0.06)
    assert offered_load(make_plan(there)) == pytest.approx(utilisation, rel=1e-4)  # hours are whole seconds
    hours = [group.selling_hours_per_week for group in there.team.groups]
    assert hours[1] / hours[0] == pytest.approx(30 / 24)
    assert cell(found, utilisation, 0.06, 5).hours_per_week == pytest.approx(hours[0])
    assert there.work.staleness_logit_per_day == 0.06


def test_what_cannot_hold_the_hours_has_a_reason_and_no_loss(found):
    refused = [each for each in found.cells if each.loss is None]
    assert refused
    assert all("do not fit into the on-weeks" in each.reason and not each.shows for each in refused)
    assert all(each.reason == "" for each in found.cells if each.loss is not None)


@pytest.mark.parametrize(
    ("loss", "shows"),
    [
        (Estimate(0.03, 0.01, 0.05, 9), True),
        (Estimate(-0.03, -0.05, -0.01, 9), True),
        (Estimate(0.03, -0.01, 0.07, 9), False),
        (Estimate(0.0, 0.0, 0.0, 9), False),
        (None, False),
    ],
)
def test_a_cell_shows_where_its_interval_leaves_nothing_out(loss, shows):
    assert MapCell(0.5, 0.02, 8, 30.0, loss, "").shows is shows


def test_the_same_whatever_the_workers_and_told_cell_by_cell(small, found):
    told = []
    again = rhythm_map(
        small, REPLICATIONS, SEED, axes=AXES, workers=2, progress=lambda *each: told.append(each)
    )
    assert again.to_dict() == found.to_dict()
    assert told == [(done, len(found.cells)) for done in range(1, len(found.cells) + 1)]


def painted(figure):
    """Return, panel by panel, the numbers written and how many cells are hatched."""
    panels = figure.axes[:-1]  # the last is the bar of colours
    return [
        (
            sorted(text.get_text() for text in axes.texts),
            sum(isinstance(patch, Rectangle) and bool(patch.get_hatch()) for patch in axes.patches),
            len(axes.patches),
        )
        for axes in panels
    ]


def test_the_picture_fills_what_shows_hatches_what_cannot_be_and_leaves_the_rest_blank(found):
    losses = [
        Estimate(0.03, 0.01, 0.05, 9),
        Estimate(0.03, -0.01, 0.07, 9),
        None,
        Estimate(-0.02, -0.03, -0.01, 9),
    ]
    cells = tuple(
        MapCell(u, 0.0, w, 30.0, loss, "" if loss else "full")
        for (u, w), loss in zip([(0.5, 4), (0.5, 8), (0.9, 4), (0.9, 8)], losses, strict=True)
    )
    drawn = replace(found, utilisation=(0.5, 0.9), staleness=(0.0,), wave_weeks=(4, 8), cells=cells)
    assert isinstance(drawn, RhythmMap)
    assert painted(draw_rhythm_map(drawn)) == [(["3%"], 1, 2), (["\u22122%"], 0, 1)]
    assert [each["shows"] for each in drawn.to_dict()["cells"]] == [True, False, False, True]
