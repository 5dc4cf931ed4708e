"""Which open opportunities are won in which draw: a bit each, so that every total and part is added up from one luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from forecast.calibration.records import Bools, Floats, Ints
from forecast.calibration.short_luck import enough_of, short_wins
from forecast.calibration.streams import WHOLE_LUCK, compiled, key_of, many, whole_luck
from simulations.processes import by_threads

Bits = npt.NDArray[np.uint8]
BYTE = 8
#: Cells (opportunities x draws) that are unpacked at a time, to bound memory.
_CELLS = 4_000_000
#: Opportunities that draw one after another, and draws of them at a time (whole counts of a stream): what lies in a
#: processor's cache is fast.
_CHUNK, _DRAWS = 500, 256
#: Bytes of draws that are added up at a time, for the same reason.
_WIDTH = 128


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
        out, order = np.zeros((segments, self.draws)), np.argsort(segment, kind="stable")
        edges = np.searchsorted(segment[order], np.arange(segments + 1))
        chunks = [
            (begin, min(begin + _CHUNK, edges[part + 1]), part)
            for part in np.flatnonzero(np.diff(edges))
            for begin in range(edges[part], edges[part + 1], _CHUNK)
        ]
        quick = compiled(len(self.bits) * self.draws, sums=True)
        if quick is not None:
            self._add(quick.add_bits, out, (value, order, np.array(chunks, dtype=np.int64)))
            return out.T
        for begin, end, part in chunks:
            rows = order[begin:end]
            won = np.unpackbits(self.bits[rows], axis=1, count=self.draws)
            out[part] += np.einsum("i,ij->j", value[rows], won)
        return out.T

    def _add(self, add: Callable[..., None], out: Floats, what: tuple[Floats, Ints, Ints]) -> None:
        """Add what is won to the segments, several threads some draws each."""
        begins = range(0, self.bits.shape[1], _WIDTH)

        def some(_: None, at: int) -> None:
            bytes_ = slice(begins[at], begins[at] + _WIDTH)
            draws = slice(begins[at] * BYTE, (begins[at] + _WIDTH) * BYTE)
            add(out[:, draws], self.bits[:, bytes_], *what)

        for _ in by_threads(lambda: None, some, len(begins), batch=1):
            pass

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


def draw_winners(
    deal: Ints,
    group: Ints,
    lose: Callable[[slice], npt.NDArray[np.float32]],
    draws: int,
    rng: np.random.Generator,
) -> Winners:
    """Return which opportunities are won in which draw.

    Opportunities draw in chunks, one chunk after another from one stream; because each knows where in the stream it
    begins, they may be drawn in any order, by several threads, and the luck is always the same. Where very many draw, it
    is short (`forecast.calibration.short_luck`), and draws are drawn in chunks in their place.

    Parameters
    ----------
    deal, group : array of n
        Ranks in the records, and rows of the chances.
    lose : callable
        Gives the chance not to be won, groups x the draws of a slice.
    draws : int
    rng : Generator
        Fresh, of `forecast.calibration.streams.stream`.
    """
    bits = np.zeros((len(deal), -(-draws // BYTE)), dtype=np.uint8)
    of = group.astype(np.uint32)
    if many(len(deal) * draws):
        _draw_short(bits, of, lose, draws, rng)
        return Winners(deal, draws, bits)
    chunks = range(0, len(deal), _CHUNK)
    for begin in range(0, draws if len(deal) else 0, _DRAWS):
        end = min(begin + _DRAWS, draws)
        enough = np.ceil(lose(slice(begin, end)) * WHOLE_LUCK).astype(np.uint32)

        def draw(_: None, chunk: int, begin: int = begin, enough: Any = enough) -> None:
            rows = slice(chunks[chunk], min(chunks[chunk] + _CHUNK, len(deal)))
            n, of_draws = rows.stop - rows.start, enough.shape[1]
            luck = whole_luck(rng, chunks[chunk] * draws + begin * n, of_draws * n).reshape(of_draws, n)
            own = bits[rows, begin // BYTE : -(-(begin + of_draws) // BYTE)]
            own[:] = np.packbits(enough[of[rows]] <= luck.T, axis=1)

        for _ in by_threads(lambda: None, draw, len(chunks)):
            pass
    return Winners(deal, draws, bits)


def _draw_short(
    bits: Bits,
    group: npt.NDArray[np.uint32],
    lose: Callable[[slice], npt.NDArray[np.float32]],
    draws: int,
    rng: np.random.Generator,
) -> None:
    """Write who wins by short luck, several threads some draws each; all opportunities draw, then the next draws follow."""
    begins, quick, key = range(0, draws, _DRAWS), compiled(len(group) * draws), key_of(rng)

    def draw(_: None, at: int) -> None:
        some = slice(begins[at], min(begins[at] + _DRAWS, draws))
        enough, own = enough_of(lose(some)), bits[:, some.start // BYTE : -(-some.stop // BYTE)]
        if quick is not None:
            quick.draw_bits(own, group, enough, len(group) * some.start, key)
            return
        for first in range(0, len(group), _CHUNK):
            rows, place = slice(first, first + _CHUNK), len(group) * some.start + first * enough[0].shape[1]
            own[rows] = np.packbits(short_wins(group[rows], enough, place, rng), axis=1)[:, : own.shape[1]]

    for _ in by_threads(lambda: None, draw, len(begins), batch=1):
        pass
