"""The exact distribution of what open opportunities book: no draw of luck, only of what is not known of the chances.

Given a parameter draw and its level, open opportunities are independent, so that the distribution of their sum is the
convolution of theirs: for a number of deals the Poisson binomial (Hong 2013), for amounts the same on a lattice. Both
are computed from characteristic functions, whose product over opportunities is turned back by one Fourier transform.
What is not known is then averaged over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.bookings import Outlook, Unit, faster, priced
from forecast.calibration.records import Floats, Ints

#: Steps of the lattice from 0 to the most that can be won, and the chance of more that is left out.
CELLS, LEFT_OUT = 4_096, 1e-12
#: Steps x draws that are computed at a time, to bound memory.
_AT_ONCE = 1_000_000
Waves = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Exact:
    """The distribution of what open opportunities book in the period, on a lattice.

    Attributes
    ----------
    step : float
        Between two values of the lattice, in the unit of the bookings; 1 where deals are counted.
    chance : array
        Of 0, 1, 2, ... steps.
    below, above : float
        The error bound: each value on the lattice stands for sums that lie at most so much below, or above, it. They
        are what rounding every amount to whole steps can add up to; 0 where deals are counted.
    """

    step: float
    chance: Floats
    below: float
    above: float

    @property
    def mean(self) -> float:
        """Expected bookings; right to within the error bound."""
        return float(self.chance @ np.arange(len(self.chance)) * self.step)

    def chance_of(self, target: float) -> float:
        """Return the chance to book a target or more; 1 at 0."""
        return self._at_least(target)

    def bounds(self, target: float) -> tuple[float, float]:
        """Return between what the chance of a target lies for the amounts as they are, unrounded."""
        return self._at_least(target + self.below), self._at_least(target - self.above)

    def quantile(self, level: float) -> float:
        """Return the smallest value whose chance not to be exceeded is at least the level, 0 to 1."""
        at = np.searchsorted(np.cumsum(self.chance), level * (1 - LEFT_OUT))
        return float(min(int(at), len(self.chance) - 1) * self.step)

    def _at_least(self, value: float) -> float:
        steps = int(np.ceil(value / self.step * (1 - LEFT_OUT))) if value > 0 else 0
        return float(min(self.chance[steps:].sum(), 1.0)) if steps else 1.0


def exact_open(view: Outlook, unit: Unit, *, cells: int = CELLS, draws: int | None = None) -> Exact:
    """Return the exact distribution of what open opportunities book in the period.

    The Poisson binomial distribution (Hong 2013), for amounts on a lattice, averaged over the draws of parameters and levels.
    Assumed: given such a draw open opportunities are independent.

    Parameters
    ----------
    view : Outlook
    unit : {"amount", "deals"}
    cells : int
        Steps of the lattice; the error bound falls with it. Not used where deals are counted.
    draws : int, optional
        Of the outlook's draws of parameters and levels the first so many are averaged over; all unless told. They are
        what is not known of the chances; the luck of the deals needs none.

    Notes
    -----
    Its cost grows with opportunities x cells x draws. An opportunity without amount counts an amount of past wins, each
    equally likely, as it does in `forecast.bookings.draw_bookings`; more wins of such than have a chance of one in a
    million millions are left out.
    """
    price, missing = priced(view.calibration, view.chances.deal, unit)
    if not len(price) or view.over:
        return Exact(1.0, np.ones(1), 0.0, 0.0)
    used = len(view.levels) if draws is None else min(draws, len(view.levels))
    worlds, level = view.world[:used], view.mean_level(view.period.begin)[:used]
    chance = faster(view.chances.in_period[worlds], level[:, None])
    groups = view.chances.group
    most = _most_wins(chance, groups[missing])
    grid = _lattice(view, price[~missing], most, cells, unit)
    waves = np.zeros(grid.size // 2 + 1, dtype=np.complex128)
    width = max(_AT_ONCE // len(waves), 1)
    for begin in range(0, used, width):
        part = slice(begin, begin + width)
        waves += _waves(view, (chance[part], worlds[part]), (groups[~missing], groups[missing]), grid).sum(
            axis=0
        )
    found = np.fft.irfft(waves / used, grid.size).clip(0, None)
    return Exact(grid.step, found / found.sum(), grid.below, grid.above)


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Steps from 0: how many, how large, how many of them each priced opportunity counts, and what rounding can add up to."""

    size: int
    step: float
    steps: Ints
    below: float
    above: float


def _lattice(view: Outlook, price: Floats, unpriced: int, cells: int, unit: Unit) -> _Lattice:
    """Return the lattice that holds all sums of priced opportunities and of so many that have no amount."""
    if unit == "deals":
        return _Lattice(_smooth(len(price) + 1), 1.0, np.ones(len(price), dtype=np.int64), 0.0, 0.0)
    amounts = view.calibration.amounts
    dearest = float(amounts.pool.max() * amounts.mean_factor.max()) if unpriced else 0.0
    step = (float(price.sum()) + unpriced * dearest) / cells or 1.0
    steps = np.rint(price / step).astype(np.int64)
    off = price - steps * step
    size = int(steps.sum()) + unpriced * int(np.ceil(dearest / step)) + 1
    below, above = float(-off[off < 0].sum()), float(off[off > 0].sum())
    return _Lattice(_smooth(size), step, steps, below + unpriced * step / 2, above + unpriced * step / 2)


def _smooth(size: int) -> int:
    """Return an even length at least as large whose Fourier transform is fast."""
    from scipy.fft import next_fast_len

    return 2 * int(next_fast_len(-(-size // 2), real=True))


def _most_wins(chance: Floats, group: Ints) -> int:
    """Return how many of some opportunities are won at most, but for a chance of `LEFT_OUT`."""
    if not len(group):
        return 0
    rates = chance.max(axis=0)[group]
    size = _smooth(len(rates) + 1)
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    wave = np.ones(len(turn), dtype=np.complex128)
    for rate in rates:
        wave *= 1 + rate * (turn - 1)
    beyond = np.cumsum(np.fft.irfft(wave, size)[::-1])[::-1]
    return min(int((beyond > LEFT_OUT).sum()), len(rates))


def _waves(view: Outlook, drawn: tuple[Floats, Ints], groups: tuple[Ints, Ints], grid: _Lattice) -> Waves:
    """Return the characteristic function of the sum in each draw: the product over the opportunities, draws x waves."""
    (chance, worlds), (known, unpriced) = drawn, groups
    frequency = np.arange(grid.size // 2 + 1) / grid.size
    whole = np.ones((len(chance), len(frequency)), dtype=np.complex128)
    for group, steps in zip(known, grid.steps, strict=True):
        whole *= 1 + chance[:, [group]] * (np.exp(-2j * np.pi * frequency * steps) - 1)
    if len(unpriced):
        amount = np.stack([_amount_wave(view, world, grid) for world in worlds])
        for group in unpriced:
            whole *= 1 + chance[:, [group]] * (amount - 1)
    return whole


def _amount_wave(view: Outlook, world: int, grid: _Lattice) -> Waves:
    """Return the characteristic function of an amount of past wins, as a parameter draw has it."""
    amounts = view.calibration.amounts
    steps = np.rint(amounts.pool * amounts.mean_factor[world] / grid.step).astype(np.int64)
    share = np.bincount(steps, minlength=grid.size) / len(steps)
    return np.asarray(np.fft.rfft(share))
