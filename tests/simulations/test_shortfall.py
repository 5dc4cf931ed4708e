"""The first shortfall: a band that 90% of steady years never leave, and the arrow drawn only where it means something."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.shortfall import FALSE_ALARMS, NEVER_FALLS, Paths, first_below, lower_edge, watch

PUBLISHED_WEEKS = np.array([6, 10, 15, 19, 23, 28, 32, 37, 41, 46, 50, 54])


def _walks(seed, replications=200, looks=52):
    return np.random.default_rng(seed).normal(size=(replications, looks)).cumsum(axis=1)


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 12))
def test_no_more_than_a_tenth_of_the_steady_years_ever_leaves_the_band(seed, replications, looks):
    paths = np.random.default_rng(seed).integers(0, 20, (replications, looks)).astype(float)  # with many ties
    assert (first_below(paths, lower_edge(paths)) != NEVER_FALLS).mean() <= FALSE_ALARMS


def test_the_band_is_as_high_as_it_may_be():
    """One order statistic higher, more than a tenth of the paths would leave it."""
    paths = _walks(1)
    edge = lower_edge(paths)
    ordered = np.sort(paths, axis=0)
    rank = int((ordered[:, 0] < edge[0]).sum())
    assert (ordered[rank] == edge).all(), "the same order statistic at every look"
    assert (paths < ordered[rank + 1]).any(axis=1).mean() > FALSE_ALARMS


def test_the_band_holds_nine_tenths_of_new_years_too():
    """Simultaneous coverage out of sample: 4,000 new paths; their noise is 0.5 points, the band's own about 2."""
    share = (first_below(_walks(2, 4_000), lower_edge(_walks(3, 1_000))) != NEVER_FALLS).mean()
    assert share == pytest.approx(FALSE_ALARMS, abs=0.03)


def test_a_band_of_single_weeks_would_not_hold_them():
    """The tenth percentile week by week is left by far more than a tenth: why the band must be simultaneous."""
    pointwise = np.quantile(_walks(3, 1_000), FALSE_ALARMS, axis=0)
    assert (first_below(_walks(2, 1_000), pointwise) != NEVER_FALLS).mean() > 2 * FALSE_ALARMS


def test_the_first_week_below_is_found():
    paths = np.array([[5.0, 3.0, 1.0], [5.0, 5.0, 5.0], [1.0, 9.0, 9.0]])
    assert first_below(paths, np.array([2.0, 4.0, 4.0])).tolist() == [1, NEVER_FALLS, 0]
    assert first_below(np.array([[2.0]]), np.array([2.0])).tolist() == [NEVER_FALLS], (
        "on the edge is not below"
    )


def _flat(replications=40):
    """Return steady years that differ a little and never cross, so that edges lie at 3 (rank 4 of 40)."""
    levels = np.arange(replications, dtype=float)[:, None]
    return Paths(np.repeat(levels, 52, axis=1), np.repeat(levels, 12, axis=1))


def _fallen(pipeline_weeks, months):
    """Return years that fall for good at the given week and month (from 1); None is never."""
    projected, published = np.full((len(pipeline_weeks), 52), 99.0), np.full((len(months), 12), 99.0)
    for row, (week, month) in enumerate(zip(pipeline_weeks, months, strict=True)):
        if week is not None:
            projected[row, week - 1 :] = -1.0
        if month is not None:
            published[row, month - 1 :] = -1.0
    return Paths(projected, published)


def _look(pipeline_weeks, months):
    return watch(_flat(len(months)), PUBLISHED_WEEKS).look(_fallen(pipeline_weeks, months))


def test_the_arrow_is_that_of_the_median_lead_and_names_its_year():
    """Leads of 5, 9 and 27 weeks: the middle one is replication 2's."""
    found = _look([5, None, 6, 5, *[None] * 36], [2, None, 3, 7, *[None] * 36])
    assert found.lead_weeks == pytest.approx((5.8, 9.0, 23.4))
    assert found.shares.both.mean == 3 / 40
    assert found.arrow is None
    assert found.reason == "no more often than steady"
    often = _look([5, 6, 5] * 14, [2, 3, 7] * 14)
    assert often.arrow is not None
    assert (often.arrow.replication, often.arrow.pipeline_week, often.arrow.published_week) == (1, 6, 15)
    assert often.arrow.weeks == 9
    assert often.to_dict()["arrow"]["weeks"] == 9


@pytest.mark.parametrize(
    ("weeks", "months", "reason"),
    [
        ([None] * 40, [None] * 40, "neither fires"),
        ([4] * 40, [None] * 40, "only the pipeline fires"),
        ([None] * 40, [4] * 40, "only published revenue fires"),
        ([4, None] * 20, [None, 4] * 20, "never both in one year"),
        ([4] * 10, [4] * 10, "too few replications"),
    ],
)
def test_without_both_there_is_no_arrow_and_a_reason(weeks, months, reason):
    found = _look(weeks, months)
    assert found.arrow is None
    assert found.reason == reason
    assert found.to_dict()["reason"] == reason


def test_steady_itself_never_gets_an_arrow():
    steady = Paths(_walks(4), _walks(5, looks=12))
    found = watch(steady, PUBLISHED_WEEKS).look(steady)
    assert found.arrow is None
    assert found.reason == "no more often than steady"
    assert found.shares == found.steady
    assert 0 < found.steady.pipeline.mean <= FALSE_ALARMS


def test_published_figures_may_be_first():
    """Published in the first month (week 6), while the pipeline falls in week 30: the lead is negative."""
    found = _look([30] * 40, [1] * 40)
    assert found.arrow is not None
    assert found.arrow.weeks == 6 - 30
