"""How long a CUSUM runs until it crosses its threshold, by theory: where deviations are independent and normal."""

from __future__ import annotations

import math

import numpy as np

from forecast.alarms.cusum import Floats

#: Points of the quadrature; more change no digit that is shown.
NODES = 60
#: Siegmund's correction for the overshoot of a normal random walk, on either side: 2 x 0.583.
OVERSHOOT = 1.166


def run_length(reference: float, threshold: float, shift: float = 0.0) -> float:
    """Return the mean number of looks until a one-sided CUSUM that starts at 0 lies above its threshold.

    The integral equation of Page (1954) for deviations that are normal with mean ``shift`` and variance 1,
    ``L(s) = 1 + L(0) Phi(k - s - shift) + integral over 0..h of L(x) phi(x + k - s - shift) dx``, by Gauss-Legendre
    quadrature (Goel & Wu, *Technometrics* 13, 1971; Hawkins & Olwell 1998, appendix). Brook & Evans (*Biometrika* 59,
    1972) solve the same with a Markov chain: `run_length_by_chain`.

    Parameters
    ----------
    reference, threshold : float
        k, and h above 0, in standard deviations.
    shift : float
        Mean of the deviations, in standard deviations; 0 on plan.

    Examples
    --------
    On plan (336 and 930 are published, from twice the two-sided ones):

    >>> [round(run_length(0.5, h)) for h in (4, 5)]
    [335, 931]
    """
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    x, w = (nodes + 1) * threshold / 2, weights * threshold / 2
    at = np.concatenate(([0.0], x))
    kernel = _density(x[None, :] + reference - at[:, None] - shift) * w
    system = np.eye(len(at)) - np.column_stack((ndtr(reference - at - shift), kernel))
    return float(np.linalg.solve(system, np.ones(len(at)))[0])


def run_length_by_chain(reference: float, threshold: float, shift: float = 0.0, states: int = 400) -> float:
    """Return the same as `run_length` from a Markov chain: Brook & Evans, *Biometrika* 59 (1972).

    The CUSUM is rounded to ``states`` values of width ``2 h / (2 states - 1)``; the error falls with their square.
    """
    from scipy.special import ndtr

    width = 2 * threshold / (2 * states - 1)
    at = width * np.arange(states)
    edge = at[None, :] + width / 2 - at[:, None] + reference - shift
    chance = np.diff(ndtr(edge), axis=1, prepend=0.0)
    return float(np.linalg.solve(np.eye(states) - chance, np.ones(states))[0])


def two_sided_run_length(reference: float, threshold: float, shift: float = 0.0) -> float:
    """Return the mean number of looks until either CUSUM of a series lies above the threshold.

    ``1/L = 1/L_high + 1/L_low`` (Kemp, *Journal of the Royal Statistical Society B* 23, 1961).

    Examples
    --------
    >>> [round(two_sided_run_length(0.5, h), 1) for h in (4, 5)]
    [167.7, 465.4]
    >>> [round(two_sided_run_length(0.5, h, shift=1), 2) for h in (4, 5)]
    [8.38, 10.38]
    """
    sides = (run_length(reference, threshold, shift), run_length(reference, threshold, -shift))
    return 1 / sum(1 / side for side in sides)


def siegmund(reference: float, threshold: float, shift: float = 0.0) -> float:
    """Return the run length of `run_length` approximated: Siegmund, *Sequential Analysis* (1985), II.6.

    ``(exp(-2 D b) + 2 D b - 1) / (2 D^2)`` with D = shift - k and b = h + 1.166; ``b^2`` where D is 0.
    """
    drift, barrier = shift - reference, threshold + OVERSHOOT
    if drift == 0:
        return barrier**2
    return (math.exp(-2 * drift * barrier) + 2 * drift * barrier - 1) / (2 * drift**2)


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))
