"""Sums over very many wins, compiled: added up in numpy's order while they lie in the processor."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulations.compiled import compiled_at_first_call

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_A_BYTE = 8
_ONE = np.uint8(1)


@compiled_at_first_call
def add_bits(out: Floats, bits: Bytes, value: Floats, order: Ints, chunks: Ints) -> None:
    """Add what is won in each draw, in the order in which ``np.einsum`` adds up each chunk.

    Parameters
    ----------
    out : array, segments x draws
        Of the draws of ``bits``; added to.
    bits : array, n x bytes
    value : array of n
    order : array of n
        Rows by segment.
    chunks : array, chunks x 3
        First and last place in ``order``, and segment, of what is added up at a time.
    """
    width, draws = bits.shape[1], out.shape[1]
    whole = np.empty((_A_BYTE, width))
    for chunk in range(len(chunks)):
        whole[:] = 0.0
        for place in range(chunks[chunk, 0], chunks[chunk, 1]):
            row = bits[order[place]]
            worth = value[order[place]]
            for bit in range(_A_BYTE):
                total = whole[bit]
                for at in range(width):  # many at a time
                    total[at] += worth if row[at] >> np.uint8(_A_BYTE - 1 - bit) & _ONE else 0.0
        goal = out[chunks[chunk, 2]]
        for draw in range(draws):
            goal[draw] += whole[draw % _A_BYTE, draw // _A_BYTE]


def ready() -> None:
    """Load what is compiled, or compile it."""
    bits, none = np.zeros((2, 2), dtype=np.uint8), np.zeros(1, dtype=np.int64)
    add_bits(np.zeros((2, 16))[:, :8], bits[:, :1], np.ones(1), none, np.zeros((1, 3), dtype=np.int64))
