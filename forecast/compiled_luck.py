"""The luck of very many wins, compiled: what numpy draws one array after another, drawn and counted in one pass.

The forecast of a large CRM draws billions of numbers. numpy writes each step of them to memory and reads it again; here
a number is drawn, compared and counted while it lies in the processor. The results are the same bytes: the same numbers
of the same stream (`forecast.calibration.short_luck`), added up in the same order. Where there is little to draw numpy
draws it, because loading what is compiled takes longer: see `forecast.calibration.streams.compiled`.

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
Quarters = npt.NDArray[np.uint16]
Bytes = npt.NDArray[np.uint8]

_M0, _M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_W0, _W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_ROUNDS, _A_COUNT = 10, 4
#: A double-precision number is a word without its last 11 bits; a byte is one without its last 56.
_UNIT, _CUT, _LAST = 2.0**-53, np.uint64(11), np.uint64(56)
_NONE, _BEYOND = np.uint64(0), np.uint64(1)
#: What brings the lowest bits of eight bytes together in the upper byte, the first byte's uppermost.
_TOGETHER, _UPPER_BYTE = np.uint64(0x8040201008040201), np.uint64(56)
#: numpy adds up to so many numbers in eight lanes, and halves longer sums.
_PAIRWISE, _LANES, _DEEPEST = 128, 8, 64
#: Halves and quarters of a word, bits of them, and what of a multiple a half leaves open.
_HALVES, _QUARTERS, _HALF, _QUARTER = 2, 4, np.uint64(32), 16
_WHOLE, _OPEN = np.uint64(1 << 32), np.uint64((1 << 32) - 1)

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
def _four(count: Any, beyond: Any, key0: Any, key1: Any) -> Any:
    """Return the four words of a count; ``beyond``: how many times 2**128 counts later."""
    a, b, c, d = np.uint64(count), _NONE, beyond, _NONE
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
        a, b, c, d = _four(count + row, _NONE, key0, key1)
        fours[row, 0], fours[row, 1], fours[row, 2], fours[row, 3] = a, b, c, d
    return first % _A_COUNT


@compiled_inside
def _closer(number: int, key0: Any, key1: Any) -> Any:
    """Return the word that decides where a short number of the same place does not; see `short_luck`."""
    a, b, c, d = _four(number // _A_COUNT + 1, _BEYOND, key0, key1)
    place = number % _A_COUNT
    return a if place == 0 else b if place == 1 else c if place == 2 else d  # noqa: PLR2004 - of four words


@compiled_inside
def _room(count: int) -> int:
    """Return how many words hold so many, wherever in a count they begin and end."""
    return (count + 2 * _A_COUNT - 2) // _A_COUNT * _A_COUNT


@compiled_at_first_call
def draw_bits(bits: Bytes, group: Halves, enough: tuple[Quarters, Quarters], begin: int, key: Words) -> None:
    """Write who wins: a bit for each opportunity and draw, as ``np.packbits`` sets them.

    Parameters
    ----------
    bits : array, n x bytes
        Of these opportunities and draws; overwritten.
    group : array of n
    enough : tuple of two arrays, groups x draws
        Of `forecast.calibration.short_luck.enough_of`.
    begin : int
        Quarters of the stream's words that stand before these; opportunities follow one another, draws within them.
    key : array of 2
    """
    (first, rest), key0, key1, width = enough, key[0], key[1], enough[0].shape[1]
    words, won, tied = (
        np.empty(width // _QUARTERS, np.uint64),
        np.empty(width, np.uint8),
        np.empty(width, np.uint8),
    )
    luck, eight = words.view(np.uint16), won.view(np.uint64)
    for i in range(len(group)):
        own, place, ties = group[i], begin + i * width, 0
        _blocks(words, place // _QUARTERS, key0, key1)
        level = first[own]
        for draw in range(width):  # many at a time
            won[draw] = luck[draw] > level[draw]
            tied[draw] = luck[draw] == level[draw]
        for draw in range(width):
            ties += tied[draw]
        for draw in range(width if ties else 0):
            if tied[draw]:
                won[draw] = (_closer(place + draw, key0, key1) >> _LAST) >= rest[own, draw]
        for byte in range(bits.shape[1]):
            bits[i, byte] = (eight[byte] * _TOGETHER) >> _UPPER_BYTE


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


@compiled_inside
def _short(room: Words, begin: int, count: int, parts: int, key: Words) -> Any:
    """Return the words of so many short numbers and where the first stands; ``parts`` are a word, ``begin`` stand before."""
    words = room[: _room((count + 2 * parts - 2) // parts)]
    skipped = _blocks(words, begin // parts, key[0], key[1])
    return words, skipped * parts + begin % parts


@compiled_inside
def _places(place: Halves, room: Words, what: tuple[int, int, int], key: Words) -> None:
    """Write the places among so many that `forecast.calibration.short_luck.short_places` draws."""
    begin, count, size = what
    words, first = _short(room, begin, count, _HALVES, key)
    luck, border = words.view(np.uint32)[first:], _WHOLE - np.uint64(size)
    unsure: Any = 0
    for i in range(count):  # many at a time
        whole = np.uint64(luck[i]) * np.uint64(size)
        place[i] = whole >> _HALF
        unsure += (whole & _OPEN) > border
    for i in range(count if unsure else 0):
        whole = np.uint64(luck[i]) * np.uint64(size)
        if (whole & _OPEN) > border:
            place[i] = (
                whole + np.uint64((_closer(begin + i, key[0], key[1]) >> _CUT) * _UNIT * size)
            ) >> _HALF


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
    most = wins.max()
    room, place, amount = np.empty(_room(most), np.uint64), np.empty(most, np.uint32), np.empty(most)
    halves, left = np.empty((_DEEPEST, 2), dtype=np.int64), np.empty(_DEEPEST)
    for draw in range(len(wins)):
        count = wins[draw]
        _places(place, room, (before, count, len(pool)), key)
        for i in range(count):
            amount[i] = pool[place[i]]
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
    most, wide = count_of.max(), slots.shape[2]
    room, place = np.empty(_room(most), np.uint64), np.empty(most, np.uint32)
    amount, band = np.empty(len(pool)), np.empty(len(pool), dtype=np.int64)
    for draw in range(len(count_of)):
        count, own, goal = count_of[draw], factor[draw], out[draw]
        for i in range(len(pool)):
            amount[i] = pool[i] * own if in_money else 1.0
            band[i] = (pool[i] * own / own > edges).sum()
        segment = slots[world[draw]]
        _places(place, room, (before, count, len(pool)), keys[0])
        words, first = _short(room, before, count, _QUARTERS, keys[1])
        luck = words.view(np.uint16)[first:]
        for i in range(count):
            slot = np.int64(luck[i]) * wide >> _QUARTER
            goal[segment[band[place[i]], slot]] += amount[place[i]]
        before += count


def ready() -> None:
    """Load what is compiled, or compile it, so that it is at hand when it is needed; in a thread, while others wait."""
    key, whole, one = np.zeros(2, dtype=np.uint64), np.zeros(1, dtype=np.int64), np.ones(1)
    bits, halves = np.zeros((2, 2), dtype=np.uint8), np.zeros(2, dtype=np.uint32)
    enough = np.zeros((1, 16), dtype=np.uint16)
    draw_bits(bits[:, :1], halves, (enough, enough), 0, key)
    sum_amounts(np.zeros(1), whole, 0, one, key)
    slots = np.zeros((1, 1, 1), dtype=np.int16)
    deal_amounts(
        np.zeros((1, 1)), (whole, 0), (one, one, True), (one[:0], whole, slots), key.repeat(2).reshape(2, 2)
    )
