"""What the open pipeline will still book: worked out on paper, and as laws."""

import numpy as np
import pytest

from simulations.deals import history_of
from simulations.projection import AGE_EDGES_DAYS, calibrate, pipeline_year


@pytest.fixture
def pipeline(year):
    return pipeline_year(history_of(year.plan(), year.events()))


def _cells(by_class):
    """Return {(stage, age class): value} of what is not 0."""
    return {(int(s), int(a)): float(by_class[s, a]) for s, a in np.argwhere(by_class)}


def test_open_value_stands_by_stage_and_days_in_it(pipeline):
    """On day 7 the carried-in 50 is 17 days in its second stage; on day 42 the 80 is 11 days in its first."""
    assert AGE_EDGES_DAYS == (14, 28, 56)
    assert _cells(pipeline.open_by_class[0]) == {(1, 1): 50.0}
    assert _cells(pipeline.open_by_class[5]) == {(0, 0): 80.0}


def test_age_is_counted_from_the_stage_and_not_from_the_opening(pipeline):
    """On day 119 the 80 is 88 days old and 19 in its second stage; a 20 is 58 days in its first, a 25 is 18."""
    assert _cells(pipeline.open_by_class[16]) == {(0, 1): 25.0, (0, 3): 20.0, (1, 1): 80.0}


def test_only_what_is_won_by_the_years_end_counts_as_won(pipeline):
    """In week 50 the 40, won in the run-off, and the silent 30 are open; neither is won in time."""
    assert _cells(pipeline.won_by_class[0]) == {(1, 1): 50.0}
    assert pipeline.open_by_class[49].sum() == 70
    assert pipeline.won_by_class[49].sum() == 0


def test_what_is_not_yet_created_is_counted_apart(pipeline):
    """The 80 is created on day 31, in the fifth week."""
    assert pipeline.new_value[:6].tolist() == [80, 80, 80, 80, 0, 0]


def test_booked_open_and_new_are_the_years_bookings_every_week(pipeline):
    """Nothing won in the year is counted twice or forgotten, whenever one looks."""
    whole = pipeline.booked + pipeline.won_by_class.sum(axis=(1, 2)) + pipeline.new_value
    assert whole.tolist() == [130.0] * 52


def _random_years(replications=30):
    rng = np.random.default_rng(5)
    open_value = rng.gamma(1.0, 10.0, (replications, 52, 2, 4)) * rng.integers(0, 2, (replications, 52, 2, 4))
    won = open_value * rng.integers(0, 2, open_value.shape)
    return (
        open_value,
        won,
        rng.gamma(1.0, 5.0, (replications, 52)),
        rng.gamma(1.0, 9.0, (replications, 52)).cumsum(1),
    )


def test_the_projection_is_right_on_average_over_the_years_it_learned_from():
    open_value, won, new, booked = _random_years()
    taught = calibrate(open_value.sum(axis=0), won.sum(axis=0), new.mean(axis=0))
    projected = np.array([taught.projected(b, o) for b, o in zip(booked, open_value, strict=True)])
    outcome = booked + won.sum(axis=(2, 3)) + new
    # Sums of 30 rows in another order: rounding only.
    assert projected.mean(axis=0) == pytest.approx(outcome.mean(axis=0), rel=1e-12)


def test_a_class_never_met_takes_its_stages_share():
    open_value = np.zeros((1, 2, 4))
    open_value[0, 0] = [10, 30, 0, 0]
    won = np.zeros((1, 2, 4))
    won[0, 0] = [4, 6, 0, 0]
    taught = calibrate(open_value, won, np.zeros(1))
    assert taught.win_share[0, 0].tolist() == [0.4, 0.2, 0.25, 0.25]
    assert taught.win_share[0, 1].tolist() == [0.0] * 4
    assert taught.unit_value.tolist() == [0.25]


def test_the_line_of_need_is_the_open_value_that_the_target_still_asks_for():
    taught = calibrate(
        np.full((3, 1, 4), 10.0), np.array([5.0, 2.5, 0.0])[:, None, None] * np.ones((3, 1, 4)), np.zeros(3)
    )
    need = taught.line_of_need(np.array([0.0, 60.0, 60.0]), target=100.0)
    assert need[:2].tolist() == [200.0, 160.0]
    assert np.isnan(need[2]), "nothing open can be won in time any more"
    assert taught.line_of_need(np.array([100.0, 120.0, 100.0]), target=100.0).tolist() == [0, 0, 0]


def test_a_year_that_holds_exactly_its_need_is_projected_to_its_target():
    """Also while 15 are still expected of opportunities not yet created."""
    taught = calibrate(np.full((1, 1, 4), 10.0), np.full((1, 1, 4), 2.0), np.array([15.0]))
    need = taught.line_of_need(np.array([40.0]), target=100.0)
    assert need.tolist() == [(100 - 40 - 15) / 0.2]
    assert taught.projected(np.array([40.0]), np.full((1, 1, 4), need[0] / 4)) == pytest.approx(100.0)
