"""The tabular CUSUM reproduces its published run lengths: by simulation within its error, and by two closed methods."""

import numpy as np
import pytest

from forecast.alarms.cusum import change_point, cusum, first_above, last_zero, two_sided
from forecast.alarms.run_lengths import run_length, run_length_by_chain, siegmund, two_sided_run_length

SEED = 1954
#: Montgomery, Introduction to Statistical Quality Control, table 9.3, k = 0.5: on plan, and at one sigma.
PUBLISHED = {4.0: (168.0, 8.38), 5.0: (465.0, 10.4)}
ONE_SIDED = {4.0: 336.0, 5.0: 930.0}
#: What the table's own rounding leaves open.
ROUNDED = 0.006


@pytest.mark.parametrize("threshold", PUBLISHED)
def test_two_sided_run_lengths_are_the_published_ones(threshold):
    on_plan, shifted = PUBLISHED[threshold]
    assert two_sided_run_length(0.5, threshold) == pytest.approx(on_plan, rel=ROUNDED)
    assert two_sided_run_length(0.5, threshold, 1.0) == pytest.approx(shifted, rel=ROUNDED)


@pytest.mark.parametrize("threshold", ONE_SIDED)
def test_one_sided_run_lengths_are_the_published_ones(threshold):
    assert run_length(0.5, threshold) == pytest.approx(ONE_SIDED[threshold], rel=ROUNDED)


@pytest.mark.parametrize(
    ("reference", "threshold", "shift"),
    [(0.25, 8.0, 0.0), (0.5, 4.0, 0.0), (0.75, 3.0, 0.5), (1.0, 2.5, 2.0)],
)
def test_quadrature_and_markov_chain_agree(reference, threshold, shift):
    """Two discretisations of one integral equation; the chain's error falls with the square of its 400 states."""
    chain = run_length_by_chain(reference, threshold, shift)
    assert run_length(reference, threshold, shift) == pytest.approx(chain, rel=2e-4)


@pytest.mark.parametrize(("threshold", "shift"), [(4.0, 0.0), (5.0, 0.0), (5.0, 1.0), (5.0, 0.5)])
def test_siegmunds_approximation_is_near(threshold, shift):
    """It is said to be within a few percent where the threshold is not small."""
    assert siegmund(0.5, threshold, shift) == pytest.approx(run_length(0.5, threshold, shift), rel=0.03)


def _run_lengths(threshold: float, shift: float, runs: int, weeks: int, *, both: bool) -> np.ndarray:
    rng = np.random.default_rng(SEED)
    z = rng.standard_normal((runs, weeks)) + shift
    sides = two_sided(z, 0.5) if both else (cusum(z, 0.5),)
    first = np.min(
        [np.where(at < 0, weeks, at) for at in (first_above(side, threshold) for side in sides)], axis=0
    )
    assert (first < weeks).mean() > 0.999, "so few runs are cut short that their mean does not see it"
    return first + 1.0


@pytest.mark.parametrize(
    ("threshold", "shift", "runs", "weeks", "published"),
    [
        (4.0, 0.0, 4_000, 1_700, 168.0),
        (4.0, 1.0, 20_000, 120, 8.38),
        (5.0, 1.0, 20_000, 150, 10.4),
    ],
)
def test_simulated_two_sided_run_lengths_are_the_published_ones(threshold, shift, runs, weeks, published):
    lengths = _run_lengths(threshold, shift, runs, weeks, both=True)
    error = lengths.std() / np.sqrt(runs)
    assert error < 0.02 * published, "or the test proves nothing"
    assert abs(lengths.mean() - published) < 4 * error + ROUNDED * published


def test_simulated_one_sided_run_length_is_the_published_one():
    lengths = _run_lengths(4.0, 0.0, 2_500, 3_000, both=False)
    error = lengths.std() / np.sqrt(len(lengths))
    assert abs(lengths.mean() - 336.0) < 4 * error + ROUNDED * 336.0


@pytest.mark.deep
def test_simulated_long_run_lengths_are_the_published_ones():
    """Two-sided 465 and one-sided 930 at a threshold of 5."""
    for both, published in ((True, 465.0), (False, 930.0)):
        lengths = _run_lengths(5.0, 0.0, 2_000, 9_000, both=both)
        error = lengths.std() / np.sqrt(len(lengths))
        assert abs(lengths.mean() - published) < 4 * error + ROUNDED * published


def test_a_cusum_never_falls_below_zero_and_starts_anew():
    sums = cusum(np.array([1.0, -9.0, 1.0, 1.0]), 0.5)
    assert sums.tolist() == [0.5, 0.0, 0.5, 1.0]


def test_a_missing_deviation_adds_nothing():
    assert cusum(np.array([2.0, np.nan, 2.0]), 0.5).tolist() == [1.5, 1.5, 3.0]


def test_both_sides_are_mirror_images():
    z = np.random.default_rng(SEED).standard_normal(200)
    assert np.array_equal(two_sided(z, 0.3).low, two_sided(-z, 0.3).high)


def test_the_change_is_found_where_it_was_made():
    """A shift of two sigma for ten weeks: off by at most two weeks in three of four series."""
    rng = np.random.default_rng(SEED)
    z = rng.standard_normal((400, 40))
    z[:, 30:] += 2.0
    off = np.array([change_point(series, 39) for series in z]) - 30
    assert (np.abs(off) <= 2).mean() > 0.75
    assert np.median(off) == 0


def test_the_last_zero_lies_before_what_drove_the_cusum_up():
    sums = cusum(np.array([0.0, 1.0, -3.0, 2.0, 2.0]), 0.5)
    assert last_zero(sums, 4) == 2
    assert last_zero(cusum(np.ones(3), 0.5), 2) == -1
