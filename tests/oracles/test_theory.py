"""The closed forms against independent computations: integrals, exact sums, one long queue."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from simulations import distributions, theory
from simulations.distributions import Moments


# The table of published gains: mean cycle (weeks), cycle CV, then the gain for periods of 4, 13, 26 and 52 weeks.
@pytest.mark.parametrize(
    ("mean_cycle", "cv", "gains"),
    [
        (8, math.sqrt(1 / 2), (0.02, 0.21, 0.52, 0.81)),
        (12, math.sqrt(1 / 2), (0.01, 0.11, 0.32, 0.66)),
        (12, math.sqrt(1 / 10), (0.00, 0.23, 0.67, 0.90)),
        (24, math.sqrt(1 / 2), (0.00, 0.03, 0.11, 0.32)),
    ],
)
def test_the_gain_reproduces_the_table_of_the_evidence(mean_cycle, cv, gains):
    """Printed to two decimals, with the CV rounded too: 0.71 is shape 2, 0.32 shape 10."""
    found = [theory.gain(period, mean_cycle, 1 / cv**2) for period in (4, 13, 26, 52)]
    assert found == pytest.approx(gains, abs=0.005)


@given(period=st.floats(2, 60), mean_cycle=st.floats(1, 30), shape=st.floats(1, 12))
def test_the_gain_is_the_modulus_of_the_cycle_s_fourier_transform(period, mean_cycle, shape):
    turn = 2 * math.pi / period
    density = stats.gamma(shape, scale=mean_cycle / shape).pdf
    far = stats.gamma(shape, scale=mean_cycle / shape).ppf(1 - 1e-12)
    parts = [
        integrate.quad(density, 0, far, weight=weight, wvar=turn, limit=500, epsabs=1e-9)[0]
        for weight in ("cos", "sin")
    ]
    # Tolerance: the quadrature's own error on densities with a steep start.
    assert math.hypot(*parts) == pytest.approx(theory.gain(period, mean_cycle, shape), abs=1e-6)


def test_the_gain_refuses_a_period_of_nothing():
    with pytest.raises(ValueError, match="positive"):
        theory.gain(0, 12, 2)


@given(mean=st.floats(0.5, 30), shape=st.floats(0.3, 10), x=st.floats(0, 100))
def test_the_limited_mean_of_a_gamma_time_is_the_integral_of_its_survival(mean, shape, x):
    survival = stats.gamma(shape, scale=mean / shape).sf
    integral = integrate.quad(survival, 0, x, limit=200)[0]
    assert distributions.gamma_limited_mean(np.array([x]), mean, shape)[0] == pytest.approx(
        integral, abs=1e-6
    )


def test_the_open_pipeline_is_the_convolution_of_arrivals_and_survival():
    """A rate that moves week by week, integrated numerically piece by piece."""
    rates = np.array([3.0, 0.0, 0.0, 5.0, 1.0, 2.0, 0.0, 4.0])
    survival = stats.gamma(2.0, scale=1.5).sf
    by_hand = [
        sum(rates[j] * integrate.quad(survival, (n - j) * 0.5, (n - j + 1) * 0.5)[0] for j in range(n + 1))
        for n in range(rates.size)
    ]
    found = theory.mean_open(rates, 0.5, lambda x: distributions.gamma_limited_mean(x, 3.0, 2.0))
    assert found == pytest.approx(by_hand, abs=1e-9)


def test_what_arrives_has_left_or_is_open():
    rates = np.array([3.0, 0.0, 7.0, 1.0])

    def stay(x):
        return distributions.gamma_limited_mean(x, 2.0, 1.3)

    still_open = theory.mean_open(rates, 2.0, stay)[-1]
    assert theory.mean_departures(rates, 2.0, stay).sum() + still_open == pytest.approx(rates.sum() * 2.0)
    assert (theory.mean_departures(rates, 2.0, stay) >= 0).all()


def test_the_compound_poisson_moments_are_those_of_the_exact_distribution():
    """Panjer's recursion (1981) for amounts 1, 2 and 5, up to a sum that is never passed."""
    amounts, odds, count = (1, 2, 5), (0.5, 0.3, 0.2), 4.0
    mass = np.zeros(200)
    mass[0] = math.exp(-count)
    for total in range(1, mass.size):
        mass[total] = sum(
            count * p * x / total * mass[total - x] for x, p in zip(amounts, odds, strict=True) if x <= total
        )
    sums = np.arange(mass.size)
    mean = mass @ sums
    variance = mass @ (sums - mean) ** 2
    amount_mean = sum(p * x for x, p in zip(amounts, odds, strict=True))
    amount_variance = sum(p * x * x for x, p in zip(amounts, odds, strict=True)) - amount_mean**2
    found = theory.compound_poisson(count, Moments(amount_mean, amount_variance))
    assert found == pytest.approx((mean, variance), rel=1e-9)


def _borel(m, largest=4_000):
    """Sizes of a Poisson(m) family and their chances (Borel 1942)."""
    n = np.arange(1, largest)
    return n, np.exp(-m * n + (n - 1) * np.log(m * n) - np.cumsum(np.log(n)))


@pytest.mark.parametrize("m", [0.1, 0.5, 0.8])
def test_a_family_of_referrals_has_the_moments_of_the_borel_distribution(m):
    sizes, chances = _borel(m)
    mean = chances @ sizes
    assert theory.progeny(Moments(m, m)) == pytest.approx((mean, chances @ (sizes - mean) ** 2), rel=1e-6)


def test_a_family_with_another_root_adds_up_over_the_root_s_children():
    """Root: 0 or 3 children, evenly. Families of the children: Borel."""
    sizes, chances = _borel(0.4)
    mean, variance = chances @ sizes, chances @ (sizes - chances @ sizes) ** 2
    whole = 1 + 0.5 * 3 * mean
    second = 0.5 * (1 - whole) ** 2 + 0.5 * (3 * variance + (1 + 3 * mean - whole) ** 2)
    root = Moments(1.5, 2.25)
    assert theory.progeny_of_other_root(root, Moments(0.4, 0.4)) == pytest.approx((whole, second), rel=1e-9)


def test_offspring_are_an_ask_times_a_poisson_number():
    """Enumerated: no ask, or an ask with 0, 1, 2 ... introductions."""
    n = np.arange(60)
    poisson = stats.poisson(1.7).pmf(n)
    mean = 0.3 * poisson @ n
    variance = 0.3 * poisson @ n**2 - mean**2
    assert theory.offspring(0.3, 1.7) == pytest.approx((mean, variance), rel=1e-12)


def test_offspring_of_two_asks_add_up_over_what_happened():
    """Enumerated: dropped, or met and then won or not, asked or not at either occasion."""
    q, a, w, b, i = 0.7, 0.4, 0.6, 0.5, 1.3
    asks = {0: 0.0, 1: 0.0, 2: 0.0}
    for met, won in ((0, 0), (1, 0), (1, 1)):
        chance = (1 - q) if not met else q * (w if won else 1 - w)
        for at_meeting, at_win in ((0, 0), (0, 1), (1, 0), (1, 1)):
            given = (a if at_meeting else 1 - a) * (b if at_win else 1 - b)
            asks[met * at_meeting + won * at_win] += chance * given
    mean = sum(chance * i * n for n, chance in asks.items())
    second = sum(chance * (i * n + (i * n) ** 2) for n, chance in asks.items())
    assert theory.offspring_of_asks(q, a, w, b, i) == pytest.approx((mean, second - mean**2), rel=1e-12)


def test_exploding_families_are_refused():
    with pytest.raises(ValueError, match="mean offspring"):
        theory.progeny(Moments(1.0, 1.0))


@pytest.mark.parametrize(("rate", "mean", "cv"), [(0.5, 1.0, 0.5), (0.25, 2.8, 1.2)])
def test_the_mean_wait_is_what_a_long_queue_shows(rate, mean, cv):
    """Lindley's recursion (1952), in one sweep; tolerance: 4 standard errors of batch means."""
    luck = np.random.default_rng(20_260_105)
    n = 400_000
    shape, scale = distributions.gamma_parameters(mean, cv)
    steps = luck.gamma(shape, scale, n) - luck.exponential(1 / rate, n)
    walk = np.concatenate([[0.0], np.cumsum(steps)])
    waits = walk - np.minimum.accumulate(walk)
    batches = waits[: n // 100 * 100].reshape(100, -1).mean(axis=1)
    error = batches.std(ddof=1) / 10
    expected = theory.mean_wait(rate, distributions.gamma_moments(shape, scale))
    assert abs(waits.mean() - expected) < 4 * error
    assert 4 * error < 0.15 * expected  # or the test could not fail


def test_an_overloaded_rep_has_no_mean_wait():
    with pytest.raises(ValueError, match="load"):
        theory.mean_wait(1.0, Moments(1.0, 0.0))


@given(mean=st.floats(0.1, 1e6), cv=st.floats(0.05, 3))
def test_gamma_and_lognormal_parameters_lead_back_to_mean_and_cv(mean, cv):
    wanted = pytest.approx((mean, (cv * mean) ** 2), rel=1e-9)
    assert distributions.gamma_moments(*distributions.gamma_parameters(mean, cv)) == wanted
    assert distributions.lognormal_moments(*distributions.lognormal_parameters(mean, cv)) == wanted


def test_the_moments_are_scipy_s():
    shape, scale = distributions.gamma_parameters(12.0, 0.7)
    mu, sigma = distributions.lognormal_parameters(12.0, 0.7)
    wanted = pytest.approx((12.0, (0.7 * 12.0) ** 2))
    assert stats.gamma(shape, scale=scale).stats() == wanted
    assert stats.lognorm(sigma, scale=math.exp(mu)).stats() == wanted


def test_a_distribution_without_spread_has_no_parameters():
    with pytest.raises(ValueError, match="positive"):
        distributions.gamma_parameters(1.0, 0.0)
    with pytest.raises(ValueError, match="positive"):
        distributions.lognormal_parameters(0.0, 1.0)


def test_little_s_law_is_the_limit_of_the_open_pipeline():
    stay = 6.0
    long_after = theory.mean_open(
        np.full(400, 1.5), 1.0, lambda x: distributions.gamma_limited_mean(x, stay, 2.0)
    )[-1]
    assert long_after == pytest.approx(theory.mean_number(1.5, stay))
