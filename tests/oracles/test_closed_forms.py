"""Simulated years obey their closed forms; tolerances are standard errors of the simulation."""

import numpy as np
import pytest

from simulations import theory

SEED = 20_260_105


def drawn_wave(seed: int) -> tuple[float, float, int]:
    """Return one (mean cycle, shape, period) drawn from a seed, of a gain between 0.1 and 0.8."""
    rng = np.random.default_rng(seed)
    while True:
        mean, shape = round(float(rng.uniform(0.5, 4)), 2), round(float(rng.uniform(0.7, 5)), 2)
        period = int(rng.choice([4, 6, 8, 10]))
        if 0.1 <= theory.gain(period, mean, shape) <= 0.8:
            return mean, shape, period


@pytest.mark.parametrize(
    ("mean_weeks", "shape", "period_weeks"),
    [(2, 2, 8), (1, 1, 4), (3, 3, 8), (4, 1, 8), drawn_wave(SEED)],
)
def test_a_wave_keeps_the_gain_that_its_cycle_lets_through(oracle, mean_weeks, shape, period_weeks):
    distance, wins = oracle.gain(mean_weeks, shape, period_weeks, SEED)
    assert wins >= 80_000
    assert abs(distance) < 3.5


def test_the_pipeline_obeys_littles_law(oracle):
    """Daily counts are a Riemann sum of the same path: within 1% of what the events say."""
    assert oracle.little(SEED) < 0.01


def test_wins_follow_the_transient_mean_of_a_changing_rate(oracle):
    """13 blocks: the greatest of 13 normal distances exceeds 4 once in 1,200 seeds."""
    assert oracle.transient(SEED) < 4


def test_a_year_of_bookings_is_a_compound_poisson_sum(oracle):
    mean, variance = oracle.sums(SEED)
    assert abs(mean) < 4
    assert abs(variance) < 4


@pytest.mark.parametrize("ask_rate_meeting", [0.0, 0.2])
def test_families_grow_as_a_branching_process(oracle, ask_rate_meeting):
    mean, variance = oracle.families(SEED, ask_rate_meeting)
    assert abs(mean) < 4
    assert abs(variance) < 4


@pytest.mark.parametrize(("load", "service_cv"), [(0.5, 0.5), (0.5, 2.0), (0.8, 0.5), (0.8, 2.0)])
def test_waiting_for_one_rep_obeys_pollaczek_and_khinchine(oracle, load, service_cv):
    """60 batch means; the interval itself must be narrow, or the test would prove nothing."""
    distance, relative_error = oracle.waiting(load, service_cv, SEED)
    assert abs(distance) < 3.5
    assert relative_error < 0.08
