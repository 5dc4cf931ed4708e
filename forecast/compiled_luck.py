"""The luck of very many wins, compiled: what numpy draws one array after another, drawn and counted in one pass.

The forecast of a large CRM draws billions of numbers. numpy writes each step of them to memory and reads it again; here
a number is drawn, compared and counted while it lies in the processor. The results are the same bytes: the same numbers
of the same stream, added up in the same order. Where there is little to draw numpy draws it, because loading what is
compiled takes longer: see `forecast.calibration.streams.compiled`.

Philox 4x64-10 (Salmon, Moraes, Dror and Shaw 2011) as numpy counts it: the first four words are those of count 1.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from simulations.compiled import compiled_at_first_call, compiled_inside

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]

_M0, _M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_W0, _W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_ROUNDS, _A_COUNT, _A_BYTE = 10, 4, 8
#: A double-precision number is a word without its last 11 bits, a single-precision one half a word without its last 8.
_UNIT, _CUT, _HALF_CUT = 2.0**-53, np.uint64(11), np.uint32(8)
_NONE, _ONE = np.uint64(0), np.uint32(1)
#: numpy adds up to so many numbers in eight lanes, and halves longer sums.
_PAIRWISE, _LANES, _DEEPEST = 128, 8, 64

#: Whether what stands here is compiled: where numba is told not to, numpy is far faster.
COMPILED = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]  # set by numba at import


def _product(a: Any, b: Any) -> Any:
    whole = int(a) * int(b)
    return np.uint64(whole >> 64), np.uint64(whole & (1 << 64) - 1)


if COMPILED:

    @intrinsic
    def _product(typingctx: Any, a: Any, b: Any) -> Any:  # noqa: ARG001 - numba's signature
        """Return the upper and the lower word of a product: one instruction, which numba has no name for."""
        pair: Any = types.UniTuple(types.uint64, 2)  # type: ignore[no-untyped-call]  # numba's own stubs

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001 - numba's signature
            wide, word = ir.IntType(128), ir.IntType(64)
            whole = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
            upper = builder.trunc(builder.lshr(whole, ir.Constant(wide, 64)), word)
            return context.make_tuple(builder, pair, (upper, builder.trunc(whole, word)))

        return pair(types.uint64, types.uint64), generate


@compiled_inside
def _four(count: Any, key0: Any, key1: Any) -> Any:
    """Return the four words of a count."""
    a, b, c, d = np.uint64(count), _NONE, _NONE, _NONE
    for _ in range(_ROUNDS):
        upper0, lower0 = _product(_M0, a)
        upper1, lower1 = _product(_M1, c)
        a, b, c, d = upper1 ^ b ^ key0, lower1, upper0 ^ d ^ key1, lower0
        key0 += _W0
        key1 += _W1
    return a, b, c, d


@compiled_inside
def _blocks(words: Words, first: int, key0: Any, key1: Any) -> int:
    """Write whole counts of words, the ``first``-th word among them; return where it stands."""
    count = first // _A_COUNT + 1
    fours = words.reshape(-1, _A_COUNT)
    for row in range(len(fours)):
        a, b, c, d = _four(count + row, key0, key1)
        fours[row, 0], fours[row, 1], fours[row, 2], fours[row, 3] = a, b, c, d
    return first % _A_COUNT


@compiled_inside
def _room(count: int) -> int:
    """Return how many words hold so many, wherever in a count they begin and end."""
    return (count + 2 * _A_COUNT - 2) // _A_COUNT * _A_COUNT


@compiled_at_first_call
def draw_bits(bits: Bytes, group: Halves, enough: Halves, begin: int, key: Words) -> None:
    """Write who wins: a bit for each opportunity and draw, as ``np.packbits`` sets them.

    Parameters
    ----------
    bits : array, n x bytes
        Of these opportunities and draws; overwritten.
    group : array of n
    enough : array, draws x groups
        Luck, a whole number below 2**24, from which on it is a win.
    begin : int
        Numbers of the stream that stand before these; draws follow one another, opportunities within them.
    key : array of 2
    """
    draws, n, key0, key1 = len(enough), len(group), key[0], key[1]
    words = np.empty(_room(n // 2 + 1), dtype=np.uint64)
    won, least = np.zeros(n, dtype=np.uint32), np.empty(n, dtype=np.uint32)
    for draw in range(draws):
        first, of_group = begin + draw * n, enough[draw]
        luck = words.view(np.uint32)[2 * _blocks(words, first // 2, key0, key1) + first % 2 :]
        for i in range(n):  # loops apart are carried out many at a time
            least[i] = of_group[group[i]]
        for i in range(n):
            won[i] = (won[i] << _ONE) | np.uint32(least[i] <= (luck[i] >> _HALF_CUT))
        if draw % _A_BYTE == _A_BYTE - 1 or draw == draws - 1:
            rest = np.uint32(_A_BYTE - 1 - draw % _A_BYTE)
            for i in range(n):
                bits[i, draw // _A_BYTE] = won[i] << rest
                won[i] = 0


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
    each, whole = np.zeros((256, _A_BYTE)), np.empty((width, _A_BYTE))
    for byte in range(256):
        for bit in range(_A_BYTE):
            each[byte, bit] = byte >> (_A_BYTE - 1 - bit) & 1
    for chunk in range(len(chunks)):
        whole[:] = 0.0
        for place in range(chunks[chunk, 0], chunks[chunk, 1]):
            row = order[place]
            worth = value[row]
            for at in range(width):
                ones = each[bits[row, at]]
                for bit in range(_A_BYTE):
                    whole[at, bit] += worth * ones[bit]
        total, goal = whole.reshape(-1), out[chunks[chunk, 2]]
        for draw in range(draws):
            goal[draw] += total[draw]


@compiled_inside
def _lanes_sum(values: Floats, begin: int, end: int) -> Any:
    """Return the sum of so few values as numpy halves no more, in its order."""
    count = end - begin
    if count < _LANES:
        small = -0.0
        for i in range(begin, end):
            small += values[i]
        return small
    r0, r1, r2, r3 = values[begin], values[begin + 1], values[begin + 2], values[begin + 3]
    r4, r5, r6, r7 = values[begin + 4], values[begin + 5], values[begin + 6], values[begin + 7]
    last = end - count % _LANES
    for i in range(begin + _LANES, last, _LANES):
        r0 += values[i]
        r1 += values[i + 1]
        r2 += values[i + 2]
        r3 += values[i + 3]
        r4 += values[i + 4]
        r5 += values[i + 5]
        r6 += values[i + 6]
        r7 += values[i + 7]
    whole = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for i in range(last, end):
        whole += values[i]
    return whole


@compiled_inside
def _numpy_sum(values: Floats, begin: int, end: int, halves: Any, left: Any) -> Any:
    """Return the sum of some values in the order in which numpy adds them up; what halves wait for lies in the last two."""
    depth = 0
    while True:
        count = end - begin
        if count > _PAIRWISE:
            middle = begin + count // 2 - count // 2 % _LANES
            halves[depth, 0], halves[depth, 1] = middle, end
            depth, end = depth + 1, middle
            continue
        whole = _lanes_sum(values, begin, end)
        while depth and halves[depth - 1, 0] < 0:
            depth -= 1
            whole = left[depth] + whole
        if depth == 0:
            return whole
        left[depth - 1] = whole
        begin, end = halves[depth - 1, 0], halves[depth - 1, 1]
        halves[depth - 1, 0] = -1


@compiled_at_first_call
def sum_amounts(out: Floats, wins: Ints, before: int, pool: Floats, key: Words) -> None:
    """Write the sum of the amounts drawn for the wins of each draw, in the order of ``np.add.reduceat``.

    Parameters
    ----------
    out, wins : array of D
    before : int
        Wins of all draws before these.
    pool : array
        Amounts of which each is drawn alike.
    key : array of 2
    """
    key0, key1, most = key[0], key[1], wins.max()
    room, amount = np.empty(_room(most), dtype=np.uint64), np.empty(most)
    halves, left = np.empty((_DEEPEST, 2), dtype=np.int64), np.empty(_DEEPEST)
    for draw in range(len(wins)):
        count = wins[draw]
        words = room[: _room(count)]
        luck = words[_blocks(words, before, key0, key1) :]
        for i in range(count):
            amount[i] = pool[np.int64((luck[i] >> _CUT) * _UNIT * len(pool))]
        out[draw] = amount[0] + _numpy_sum(amount, 1, count, halves, left) if count else 0.0
        before += count


@compiled_at_first_call
def deal_amounts(
    out: Floats,
    wins: tuple[Ints, int],
    amounts: tuple[Floats, Floats, bool],
    shares: tuple[Floats, Ints, npt.NDArray[np.int16]],
    keys: Words,
) -> None:
    """Add the wins of each draw to the segments that they are dealt to, one after another.

    Parameters
    ----------
    out : array, D x segments
    wins : tuple
        Of each draw; and those of all draws before these.
    amounts : tuple
        The pool of which each is drawn; by draw how much higher its own are; whether amounts are added, or ones.
    shares : tuple
        Amounts between the size bands; the parameter draw of each draw; the segment of each slot, as
        `forecast.rollups.sharing.Shares` holds them.
    keys : array, 2 x 2
        Of the stream of amounts and of that of segments.
    """
    (count_of, before), (pool, factor, in_money), (edges, world, slots) = wins, amounts, shares
    wide, key0, key1, other0, other1 = slots.shape[2], keys[0, 0], keys[0, 1], keys[1, 0], keys[1, 1]
    rooms = np.empty((2, _room(count_of.max())), dtype=np.uint64)
    amount, band = np.empty(len(pool)), np.empty(len(pool), dtype=np.int64)
    for draw in range(len(count_of)):
        count, own, goal = count_of[draw], factor[draw], out[draw]
        for i in range(len(pool)):
            amount[i] = pool[i] * own
            band[i] = (amount[i] / own > edges).sum()
        segment = slots[world[draw]]
        words, others = rooms[0, : _room(count)], rooms[1, : _room(count)]
        luck = words[_blocks(words, before, key0, key1) :]
        other = others[_blocks(others, before, other0, other1) :]
        for i in range(count):
            place = np.int64((luck[i] >> _CUT) * _UNIT * len(pool))
            slot = np.int64((other[i] >> _CUT) * _UNIT * wide)
            goal[segment[band[place], slot]] += amount[place] if in_money else 1.0
        before += count


def ready() -> None:
    """Load what is compiled, or compile it, so that it is at hand when it is needed; in a thread, while others wait."""
    key, whole, one = np.zeros(2, dtype=np.uint64), np.zeros(1, dtype=np.int64), np.ones(1)
    bits, halves = np.zeros((2, 2), dtype=np.uint8), np.zeros(2, dtype=np.uint32)
    draw_bits(bits[:, :1], halves, halves.reshape(1, 2), 0, key)
    add_bits(np.zeros((2, 16))[:, :8], bits[:, :1], one, whole, np.zeros((1, 3), dtype=np.int64))
    sum_amounts(np.zeros(1), whole, 0, one, key)
    slots = np.zeros((1, 1, 1), dtype=np.int16)
    deal_amounts(
        np.zeros((1, 1)), (whole, 0), (one, one, True), (one[:0], whole, slots), key.repeat(2).reshape(2, 2)
    )
