"""Which open opportunities are won in which draw: a bit each, so that every total and part is added up from one luck."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.calibration.records import Bools, Floats, Ints

Bits = npt.NDArray[np.uint8]
BYTE = 8
#: Cells (opportunities x draws) that are unpacked at a time, to bound memory.
_CELLS = 4_000_000
#: Opportunities that draw one after another, and draws of them at a time: what lies in a processor's cache is fast.
_CHUNK, _DRAWS = 500, 1_024


@dataclass(frozen=True, slots=True)
class Winners:
    """Which of n opportunities are won in which of D draws.

    Attributes
    ----------
    deal : array of n
        Ranks of the opportunities in the records.
    draws : int
    bits : array, n x ceil(D / 8)
        Bit d of row i says whether opportunity i is won in draw d; the last bits may be unused and are 0.
    """

    deal: Ints
    draws: int
    bits: Bits

    def of_draws(self, count: int) -> Winners:
        """Return the first draws alone."""
        return Winners(self.deal, count, self.bits[:, : -(-count // BYTE)])

    def blocks(self) -> Iterator[tuple[int, Bools]]:
        """Yield the first draw of each block of draws, and who is won in it, n x draws of the block."""
        width = max(_CELLS // max(len(self.bits), 1) // BYTE, 1)
        for begin in range(0, self.bits.shape[1], width):
            whole = np.unpackbits(self.bits[:, begin : begin + width], axis=1).view(np.bool_)
            yield begin * BYTE, whole[:, : self.draws - begin * BYTE]

    def sums(self, value: Floats, segment: Ints, segments: int) -> Floats:
        """Return what is won in each draw by segment, draws x segments.

        Parameters
        ----------
        value : array of n
            What each opportunity counts if won.
        segment : array of n
            Where it counts, from 0.
        segments : int
        """
        from scipy.sparse import csr_array

        places = (segment, np.arange(len(value)))
        weights = csr_array((value, places), shape=(segments, len(value)))
        out = np.zeros((self.draws, segments))
        for begin, won in self.blocks():
            out[begin : begin + won.shape[1]] = (weights @ won.astype(np.float64)).T
        return out

    def pairs(self, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Yield the wins of some opportunities: draw and row of each, by draw, then in the order of ``rows``."""
        if len(rows) == 0:
            return
        for begin, won in Winners(self.deal[rows], self.draws, self.bits[rows]).blocks():
            draw, row = np.nonzero(won.T)
            yield begin + draw, rows[row]

    def counts(self, among: Bools | None = None) -> Ints:
        """Return in how many draws each opportunity is won, of all or of those chosen, n."""
        bits = self.bits if among is None else self.bits & np.packbits(among)
        ones = np.bitwise_count(bits)
        return np.asarray(ones.sum(axis=1, dtype=np.int64))


def draw_winners(deal: Ints, group: Ints, lose: npt.NDArray[np.float32], rng: np.random.Generator) -> Winners:
    """Return which opportunities are won in which draw.

    Parameters
    ----------
    deal, group : array of n
        Ranks in the records, and rows of the chances.
    lose : array, groups x D
        Chance not to be won, by draw.
    rng : Generator
    """
    draws = lose.shape[1]
    bits = np.zeros((len(deal), -(-draws // BYTE)), dtype=np.uint8)
    for first in range(0, len(deal), _CHUNK):
        rows = group[first : first + _CHUNK]
        for begin in range(0, draws, _DRAWS):
            end = min(begin + _DRAWS, draws)
            luck = rng.random((end - begin, len(rows)), dtype=np.float32).T
            won = np.packbits(luck >= lose[rows, begin:end], axis=1)
            bits[first : first + len(rows), begin // BYTE : begin // BYTE + won.shape[1]] = won
    return Winners(deal, draws, bits)
