"""Short luck: where very many numbers are drawn, each takes as few bits as decide it nearly always, and more where they do not.

A quarter of a word tells nearly always whether a chance came true: only where it equals the first quarter of the chance does
a byte more decide, from the word of the same number 2**128 counts later in the stream. So each compares as one number of
24 bits would. In the same way half a word tells nearly always which of some places is drawn; where a border lies within
what it leaves open, a double-precision number decides. What comes out has the distribution that long numbers give, from
half the words (comparing a uniform number bit by bit, as far as needed: Knuth and Yao 1976).

Other numbers are drawn than where few are: `MANY` of `forecast.calibration.streams` says from which on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.calibration.streams import WHOLE_LUCK, later

Ints = npt.NDArray[np.int64]
Quarters = npt.NDArray[np.uint16]
Words = npt.NDArray[np.uint64]
#: Halves and quarters of a word, bits of them, and quarters of a count.
HALVES, QUARTERS, _HALF, _QUARTER, A_COUNT = 2, 4, 32, 16, 16
#: Bits that a double-precision number, and a byte, are cut by; and what no byte reaches.
_CUT, _LAST, _NEVER = 11, 56, 1 << 8


def enough_of(lose: npt.NDArray[np.float32]) -> tuple[Quarters, Quarters]:
    """Return what luck is enough to win, in two: its first quarter of a word, and the byte where that is equal.

    Filled up to whole counts of the stream with what is never won.

    Parameters
    ----------
    lose : array, groups x draws
        Chance not to be won.
    """
    draws = lose.shape[1]
    whole = np.ceil(lose * WHOLE_LUCK).astype(np.uint32)
    first = np.full((len(lose), -(-draws // A_COUNT) * A_COUNT), (1 << _QUARTER) - 1, dtype=np.uint16)
    rest = np.full(first.shape, _NEVER, dtype=np.uint16)
    np.minimum(whole >> 8, first[:, :draws], out=first[:, :draws], casting="unsafe")
    np.subtract(whole, first[:, :draws].astype(np.uint32) << 8, out=rest[:, :draws], casting="unsafe")
    return first, rest


def short_wins(
    group: npt.NDArray[np.uint32], enough: tuple[Quarters, Quarters], begin: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Return who wins in which draw, n x draws, filled up to whole counts of the stream.

    Parameters
    ----------
    group : array of n
        Rows of ``enough``.
    enough : tuple
        Of `enough_of`.
    begin : int
        Quarters of the stream's words that stand before these: whole counts.
    rng : Generator
        Fresh, of `forecast.calibration.streams.stream`; it is left alone.
    """
    (first, rest), shape = enough, (len(group), enough[0].shape[1])
    luck = _short(rng, begin, shape[0] * shape[1], "<u2").reshape(shape)
    more = (_beyond(rng, begin, luck.size) >> np.uint64(_LAST)).reshape(shape)
    return np.asarray((luck > first[group]) | (luck == first[group]) & (more >= rest[group]))


def short_places(rng: np.random.Generator, begin: int, count: int, size: int) -> Ints:
    """Return so many places among ``size``, each as likely as any other.

    Parameters
    ----------
    rng : Generator
        Fresh, of `forecast.calibration.streams.stream`; it is left alone.
    begin, count : int
        How many are left out, and drawn.
    size : int
        Far below 2**32.
    """
    place = _short(rng, begin, count, "<u4") * size
    open_ = place % (1 << _HALF) > (1 << _HALF) - size
    if open_.any():
        more = (_beyond(rng, begin, count) >> np.uint64(_CUT)) * 2.0**-53
        place += np.where(open_, more * size, 0).astype(np.int64)
    return place >> _HALF


def short_slots(rng: np.random.Generator, begin: int, count: int, slots: int) -> Ints:
    """Return so many of some slots, a power of 2 up to 2**16; parameters as of `short_places`."""
    return _short(rng, begin, count, "<u2") * slots >> _QUARTER


def _short(rng: np.random.Generator, begin: int, count: int, part: str) -> Ints:
    """Return so many halves or quarters of the words that a fresh generator draws, of which ``begin`` are left out."""
    parts = QUARTERS if part == "<u2" else HALVES
    skipped = begin % parts
    words = later(rng, begin // parts).bit_generator.random_raw(-(-(skipped + count) // parts))
    return np.asarray(words, dtype="<u8").view(part)[skipped : skipped + count].astype(np.int64)


def _beyond(rng: np.random.Generator, begin: int, count: int) -> Words:
    """Return so many of the words that decide, of which ``begin`` are left out."""
    last: Any = rng.bit_generator  # Philox, which can jump
    return np.asarray(later(np.random.Generator(last.jumped()), begin).bit_generator.random_raw(count))
