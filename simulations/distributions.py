"""Gamma and lognormal distributions by their mean and coefficient of variation, and back."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Moments(NamedTuple):
    """Mean and variance, in the unit and the squared unit of the quantity."""

    mean: float
    variance: float


def gamma_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Return shape and scale of a gamma distribution: ``1 / cv^2`` and ``mean cv^2``.

    Examples
    --------
    >>> gamma_parameters(mean=12.0, cv=0.5)
    (4.0, 3.0)
    """
    _refuse_unless_positive(mean, cv)
    return 1 / cv**2, mean * cv**2


def gamma_moments(shape: float, scale: float) -> Moments:
    """Return mean and variance of a gamma distribution: ``k theta`` and ``k theta^2``.

    Examples
    --------
    >>> gamma_moments(shape=4.0, scale=3.0)
    Moments(mean=12.0, variance=36.0)
    """
    return Moments(shape * scale, shape * scale**2)


def lognormal_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Return mu and sigma of the logarithm: ``sigma^2 = log(1 + cv^2)``, ``mu = log(mean) - sigma^2 / 2``.

    Examples
    --------
    >>> mu, sigma = lognormal_parameters(mean=20_000.0, cv=1.0)
    >>> round(mu, 4), round(sigma, 4)
    (9.5569, 0.8326)
    """
    _refuse_unless_positive(mean, cv)
    variance = math.log1p(cv**2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def lognormal_moments(mu: float, sigma: float) -> Moments:
    """Return mean and variance of a lognormal: ``exp(mu + s^2/2)`` and ``mean^2 (exp(s^2) - 1)``.

    Examples
    --------
    >>> lognormal_moments(mu=0.0, sigma=0.0)
    Moments(mean=1.0, variance=0.0)
    """
    mean = math.exp(mu + sigma**2 / 2)
    return Moments(mean, mean**2 * math.expm1(sigma**2))


def gamma_limited_mean(x: Floats, mean: float, shape: float) -> Floats:
    """Return E[min(T, x)] of a gamma time: ``x P(T > x) + mean F(x; shape + 1)``.

    Source: Klugman, Panjer & Willmot, *Loss Models*, limited expected value of the gamma distribution.

    Examples
    --------
    >>> gamma_limited_mean(np.array([0.0, 1e9]), mean=3.0, shape=2.0)
    array([0., 3.])
    """
    from scipy.special import gammainc, gammaincc

    scaled = np.asarray(x, dtype=np.float64) * shape / mean
    limited: Floats = x * gammaincc(shape, scaled) + mean * gammainc(shape + 1, scaled)
    return limited


def _refuse_unless_positive(mean: float, cv: float) -> None:
    if not (mean > 0 and cv > 0):
        raise ValueError("mean and cv must be positive")
