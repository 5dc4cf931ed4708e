"""Closed forms that a simulated pipeline must obey: what can be known without simulating.

Every function is plain arithmetic with its source beside it; none knows the engines. Times may be in any
unit, as long as one call uses one unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from simulations.distributions import Moments

Floats = npt.NDArray[np.float64]


# The wave that a cycle lets through.


def gain(period: float, mean_cycle: float, shape: float) -> float:
    """Return what is left of a wave in prospecting when it arrives in the bookings.

    Independent opportunities that take a gamma cycle turn creation lambda(t) into bookings by a
    convolution with the cycle's density; the modulus of its characteristic function at 2 pi / P is
    ``(1 + (2 pi L / (P k))^2)^(-k/2)``.

    Parameters
    ----------
    period : float
        P: time from crest to crest.
    mean_cycle : float
        L: mean cycle, in the unit of the period.
    shape : float
        k: shape of the gamma cycle, 1 / CV squared.

    Returns
    -------
    float
        Relative amplitude of bookings divided by relative amplitude of prospecting, 0 to 1.

    Raises
    ------
    ValueError
        The period or the shape is not positive, or the mean cycle is negative.

    Examples
    --------
    A quarterly wave through a cycle of twelve weeks and shape 2 keeps a tenth of its swing:

    >>> round(gain(period=13, mean_cycle=12, shape=2), 4)
    0.1063
    """
    _require(
        period > 0 and shape > 0 and mean_cycle >= 0, "period and shape must be positive, the cycle >= 0"
    )
    turn = 2 * math.pi * mean_cycle / (period * shape)
    return math.exp(-shape / 2 * math.log1p(turn * turn))


# Numbers in the pipeline.


def mean_number(arrival_rate: float, mean_stay: float) -> float:
    """Return how many are in a stationary system: L = lambda W (Little, Operations Research 9, 1961).

    Examples
    --------
    Two opportunities a week that stay ten weeks each:

    >>> mean_number(arrival_rate=2, mean_stay=10)
    20
    """
    return arrival_rate * mean_stay


def mean_open(rates: Floats, step: float, limited_mean: Callable[[Floats], Floats]) -> Floats:
    """Return the mean number open at the end of each step, of a system that starts empty.

    M(t)/G/infinity: the number is Poisson with mean ``integral of lambda(t - u) P(stay > u) du``
    (Eick, Massey & Whitt, Management Science 39, 1993). With a rate that is constant within each step
    the integral is an exact convolution with the steps' share of the limited mean stay.

    Parameters
    ----------
    rates : array, one entry a step
        Arrivals for one unit of time.
    step : float
        Length of a step.
    limited_mean : function
        E[min(stay, x)] for an array of x, as `simulations.distributions.gamma_limited_mean` gives it.

    Returns
    -------
    array, one entry a step

    Examples
    --------
    After many mean stays Little's law holds:

    >>> from simulations.distributions import gamma_limited_mean
    >>> stay = lambda x: gamma_limited_mean(x, mean=3.0, shape=2.0)
    >>> float(round(mean_open(np.full(100, 2.0), 1.0, stay)[-1], 6))
    6.0
    """
    rates = np.asarray(rates, dtype=np.float64)
    ends = np.arange(rates.size + 1, dtype=np.float64) * step
    within = np.diff(limited_mean(ends))
    return np.convolve(rates, within)[: rates.size].astype(np.float64, copy=False)


def mean_departures(rates: Floats, step: float, limited_mean: Callable[[Floats], Floats]) -> Floats:
    """Return the mean number that leave in each step: what arrives and is no longer open.

    Parameters as in `mean_open`. Source: conservation of what has arrived.

    Examples
    --------
    Half of what arrives evenly in one unit of time has left by its end, where each stays half of one:

    >>> mean_departures(np.array([4.0]), 1.0, lambda x: np.minimum(x, 0.5))
    array([2.])
    """
    rates = np.asarray(rates, dtype=np.float64)
    return rates * step - np.diff(mean_open(rates, step, limited_mean), prepend=0.0)


# Sums of random amounts.


def compound_poisson(mean_count: float, amount: Moments) -> Moments:
    """Return mean and variance of the sum of a Poisson number of independent amounts.

    ``E = n E[X]``, ``Var = n E[X^2]`` (Wald; Feller, *An Introduction to Probability Theory*, vol. 1, XII).

    Examples
    --------
    Fourteen wins a year of 20 each with CV 1:

    >>> compound_poisson(14, Moments(20.0, 400.0))
    Moments(mean=280.0, variance=11200.0)
    """
    return Moments(mean_count * amount.mean, mean_count * (amount.variance + amount.mean**2))


# Referrals, a branching process.


def offspring(ask_rate: float, introductions: float) -> Moments:
    """Return mean and variance of the introductions that one deal leads to.

    With probability a the rep asks and the ask yields Poisson(i) introductions: mean ``a i``,
    variance ``a i + a (1 - a) i^2``. Source: the law of total variance.

    Parameters
    ----------
    ask_rate : float
        a: chance that the deal leads to an ask, the chance of winning it included.
    introductions : float
        i: mean introductions of an ask.

    Examples
    --------
    >>> offspring(ask_rate=0.5, introductions=2.0)
    Moments(mean=1.0, variance=2.0)
    """
    mean = ask_rate * introductions
    return Moments(mean, mean + ask_rate * (1 - ask_rate) * introductions**2)


def offspring_of_asks(
    qualified: float, asked_at_meeting: float, won: float, asked_at_win: float, introductions: float
) -> Moments:
    """Return mean and variance of the introductions that one lead leads to where reps ask twice.

    With probability q the lead qualifies; then there are two independent asks, at the meeting with a and at the
    win with b w, each of which yields Poisson(i): ``offspring`` of either, added up, given that it qualifies. The
    law of total variance over whether it does adds ``q (1 - q) (i (a + b w))^2``.

    Parameters
    ----------
    qualified : float
        q: chance that the lead becomes an opportunity.
    asked_at_meeting, asked_at_win : float
        a, b: chances of an ask when it qualifies, and when it is won.
    won : float
        w: chance to win once qualified.
    introductions : float
        i: mean introductions of an ask.

    Examples
    --------
    >>> offspring_of_asks(1.0, 0.5, 0.5, 0.0, introductions=2.0)
    Moments(mean=1.0, variance=2.0)
    """
    asks = (offspring(asked_at_meeting, introductions), offspring(won * asked_at_win, introductions))
    mean, variance = (sum(part) for part in zip(*asks, strict=True))
    return Moments(qualified * mean, qualified * variance + qualified * (1 - qualified) * mean**2)


def progeny(children: Moments) -> Moments:
    """Return mean and variance of a family's size, its root included.

    Galton-Watson with mean offspring m < 1 and variance s^2: mean ``1 / (1 - m)``, variance
    ``s^2 / (1 - m)^3`` (Harris, *The Theory of Branching Processes*, 1963, I.13).

    Raises
    ------
    ValueError
        m >= 1: families have no finite mean size.

    Examples
    --------
    >>> progeny(Moments(0.5, 0.5))
    Moments(mean=2.0, variance=4.0)
    """
    _require(0 <= children.mean < 1, "the mean offspring must lie in [0, 1)")
    rest = 1 - children.mean
    return Moments(1 / rest, children.variance / rest**3)


def progeny_of_other_root(root: Moments, children: Moments) -> Moments:
    """Return mean and variance of the size of a family whose root has other odds than its descendants.

    Mean ``1 + m0 / (1 - m)``; variance ``m0 s^2 / (1 - m)^3 + s0^2 / (1 - m)^2``, the law of total
    variance over the root's children, each of which founds a family as in `progeny`.

    Raises
    ------
    ValueError
        The mean offspring of the descendants is not below 1.

    Examples
    --------
    >>> progeny_of_other_root(Moments(0.25, 0.25), Moments(0.5, 0.5))
    Moments(mean=1.5, variance=2.0)
    """
    family = progeny(children)
    return Moments(1 + root.mean * family.mean, root.mean * family.variance + root.variance * family.mean**2)


# Waiting for a rep.


def mean_wait(arrival_rate: float, service: Moments) -> float:
    """Return the mean wait before service of a single server, first come first served (M/G/1).

    ``lambda E[S^2] / (2 (1 - rho))`` with ``rho = lambda E[S]`` (Pollaczek 1930, Khinchine 1932;
    Kleinrock, *Queueing Systems* 1, 5.6).

    Raises
    ------
    ValueError
        The load rho is not below 1: the queue has no steady state.

    Examples
    --------
    An exponential service of mean 1 at 80% load waits four times its service:

    >>> round(mean_wait(0.8, Moments(1.0, 1.0)), 12)
    4.0
    """
    load = arrival_rate * service.mean
    _require(0 <= load < 1, "the load must lie in [0, 1)")
    return arrival_rate * (service.variance + service.mean**2) / (2 * (1 - load))


def _require(condition: bool, message: str) -> None:  # noqa: FBT001 - an assertion that is kept under -O
    if not condition:
        raise ValueError(message)
