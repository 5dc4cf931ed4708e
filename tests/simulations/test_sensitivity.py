"""The loss over assumptions: each cell is a comparison of its own, under the same luck."""

import pytest

from simulations.errors import BadInput
from simulations.experiment import compare
from simulations.scenario.model import Sawtooth, Scenario
from simulations.sensitivity import Grid, loss_grid

SEED = 7
SMALL = {"team": {"groups": [{"seats": 1}]}, "horizon": {"warm_up_weeks": 8, "run_off": 4}}
GRID = Grid(Sawtooth(weeks_on=4, weeks_off=4), (0.0, 0.06), (24.0, 40.0))


@pytest.fixture(scope="module")
def small():
    return Scenario.model_validate(SMALL)


@pytest.fixture(scope="module")
def grid(small):
    return loss_grid(small, 3, SEED, grid=GRID, workers=1)


def _alone(staleness):
    """Return the comparison of one cell, 40 hours a week, run by itself."""
    scenario = Scenario.model_validate(
        {
            **SMALL,
            "team": {"groups": [{"seats": 1, "selling_hours_per_week": 40.0}]},
            "work": {"staleness_logit_per_day": staleness},
        }
    )
    return compare(scenario, [GRID.cadence], 3, SEED, workers=1)


def test_a_cell_is_the_comparison_of_its_own_scenario(grid):
    loss, relative = grid.estimates[1][1], _alone(0.06).contrast("sawtooth").relative
    assert (loss.mean, loss.low, loss.high) == (-relative.mean, -relative.high, -relative.low)


def test_the_hours_left_are_those_of_the_first_staleness(grid):
    alone = _alone(0.0)
    wave, steady = (alone.cadence(name).measures for name in ("sawtooth", "steady"))
    assert grid.hours_left[1].on_week == wave["selling_hours_on_week"].mean
    assert grid.hours_left[1].off_week == wave["selling_hours_off_week"].mean
    assert grid.hours_left[1].steady == steady["selling_hours_on_week"].mean


def test_longer_weeks_leave_more_hours_for_customers(grid):
    few, many = grid.hours_left
    for name in ("on_week", "off_week", "steady"):
        assert getattr(few, name) < getattr(many, name)
    assert few.on_week < few.steady < few.off_week < 24


def test_staleness_changes_the_loss(grid):
    """Same luck in every cell: rows differ by nothing else."""
    assert grid.estimates[0] != grid.estimates[1]


def test_the_result_does_not_depend_on_the_workers(small, grid):
    assert loss_grid(small, 3, SEED, grid=GRID, workers=2) == grid


def test_progress_is_told_for_each_cell(small):
    told = []
    loss_grid(small, 2, SEED, grid=GRID, workers=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_all_cells_stand_in_the_dictionary(grid):
    cells = grid.to_dict()["cells"]
    assert [(cell["staleness"], cell["capacity_hours"]) for cell in cells] == [
        (0.0, 24.0),
        (0.0, 40.0),
        (0.06, 24.0),
        (0.06, 40.0),
    ]
    assert cells[2]["loss"]["mean"] == grid.estimates[1][0].mean
    assert cells[3]["hours_left"] == grid.hours_left[1].to_dict()


@pytest.mark.parametrize("name", ["staleness", "capacity_hours"])
def test_an_empty_grid_is_refused(small, name):
    with pytest.raises(BadInput, match=f"{name}: needs at least one value"):
        loss_grid(small, 2, SEED, grid=Grid(**{name: ()}), workers=1)


def test_a_wave_that_does_not_fit_a_cell_is_refused(small):
    grid = Grid(Sawtooth(weeks_on=1, weeks_off=11), (0.0,), (24.0,))
    with pytest.raises(BadInput):
        loss_grid(small, 2, SEED, grid=grid, workers=1)
