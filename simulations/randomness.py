"""Keyed random numbers: Philox 4x32-10, so that no draw depends on the order of events.

Each number is a function of (seed; replication; birth key; stage visit; purpose; attempt). The 128-bit
counter holds, from the top: replication 32 bits, birth key 64, stage visit position 8, purpose 8,
attempt 16; the 64-bit key is the seed. Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers:
as easy as 1, 2, 3" (SC 2011).

Birth keys: type 2 bits, then prospecting: seat 16, tenure 8, k 38; inbound: source 8, k 54;
referral: 62 bits of a hash; environment: series 8, seat 16, index 38.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from simulations.compiled import compiled

PROSPECTING: Final = 0
INBOUND: Final = 1
REFERRAL: Final = 2
ENVIRONMENT: Final = 3
SOURCE_NAMES: Final = ("prospecting", "inbound", "referral")

# Purposes: what a draw is for. A number, once given, is never reused for something else.
GAP: Final = 1
QUALIFY: Final = 2
AMOUNT: Final = 3
EFFORT: Final = 4
REPLY: Final = 5
DECISION: Final = 6
SILENCE: Final = 7
REVIVAL: Final = 8
ASK: Final = 9
INTRODUCTIONS: Final = 10
INTRODUCTION_DELAY: Final = 11
DEALING: Final = 12
MARKET_SLOW: Final = 13
MARKET_WEEK: Final = 14
PHASE: Final = 15
LINEAGE: Final = 16
ABSENCE: Final = 17
LEAVING: Final = 18
RECORD_DELAY: Final = 32
RECORD_AMOUNT: Final = 33
RECORD_CLOSE: Final = 34
RECORD_NEXT_STEP: Final = 35
RECORD_ACTIVITY: Final = 36
RECORD_OPTIMISM: Final = 37

# Series of environment births.
SERIES_MARKET: Final = 0
SERIES_PHASE: Final = 1
SERIES_DEALING: Final = 2
SERIES_SEAT: Final = 3
SERIES_ABSENCE: Final = 4
SERIES_ATTRITION: Final = 5

#: Introductions of an ask at the qualified meeting are numbered from here, those of the win from 0.
MEETING_INTRODUCTIONS: Final = 1_024

GIVEN_TENURE: Final = 255
GIVEN_STREAM: Final = 255

_MASK: Final = np.uint64(0xFFFFFFFF)
_SHIFT: Final = np.uint64(32)
_M0: Final = np.uint64(0xD2511F53)
_M1: Final = np.uint64(0xCD9E8D57)
_W0: Final = np.uint64(0x9E3779B9)
_W1: Final = np.uint64(0xBB67AE85)
_DROP: Final = np.uint64(11)
_VISIT_SHIFT: Final = np.uint64(24)
_PURPOSE_SHIFT: Final = np.uint64(16)
_UNIT: Final = 2.0**-53
_REFERRAL_TOP: Final = np.uint64(REFERRAL << 62)
_REFERRAL_MASK: Final = np.uint64((1 << 62) - 1)
_INBOUND_TOP: Final = np.uint64(INBOUND << 62)
_ENVIRONMENT_TOP: Final = np.uint64(ENVIRONMENT << 62)
_SEAT_SHIFT: Final = np.uint64(46)
_TENURE_SHIFT: Final = np.uint64(38)
_STREAM_SHIFT: Final = np.uint64(54)


@compiled("UniTuple(uint64, 4)(uint64, uint64, uint64, uint64, uint64, uint64)", inside=True)
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four 32-bit words of Philox 4x32-10 for a counter and a key (all words below 2^32)."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _SHIFT) ^ c1 ^ k0
        c2 = (p0 >> _SHIFT) ^ c3 ^ k1
        c1 = p1 & _MASK
        c3 = p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@compiled("UniTuple(uint64, 2)(uint64, uint64, uint64, uint64, uint64, uint64)", inside=True)
def word_pair(
    seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int
) -> tuple[np.uint64, np.uint64]:
    """Return two independent 64-bit words for one key."""
    low = (np.uint64(visit) << _VISIT_SHIFT) | (np.uint64(purpose) << _PURPOSE_SHIFT) | np.uint64(attempt)
    born = np.uint64(birth)
    key = np.uint64(seed)
    w0, w1, w2, w3 = philox(
        low, born & _MASK, born >> _SHIFT, np.uint64(replication), key & _MASK, key >> _SHIFT
    )
    return (w0 << _SHIFT) | w1, (w2 << _SHIFT) | w3


@compiled("float64(uint64)", inside=True)
def _unit(word: np.uint64) -> float:
    """Return the uniform that a 64-bit word stands for."""
    return (np.float64(word >> _DROP) + 0.5) * _UNIT


@compiled("float64(float64, float64)")
def _box_muller(u: float, v: float) -> float:
    """Return the standard normal that two uniforms stand for (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@compiled("UniTuple(float64, 2)(uint64, uint64, uint64, uint64, uint64, uint64)")
def uniform_pair(
    seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int
) -> tuple[float, float]:
    """Return two independent uniforms, each (u + 1/2) 2^-53 with u of 53 bits: never 0, never 1."""
    first, second = word_pair(seed, replication, birth, visit, purpose, attempt)
    return _unit(first), _unit(second)


@compiled("UniTuple(float64, 2)(uint64, uint64, uint64, uint64, uint64, uint64)")
def normal_and_uniform(
    seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int
) -> tuple[float, float]:
    """Return `normal` of a key, whose attempt is even, and `uniform` of the next attempt.

    Both ciphers are worked at once: a processor that waits for a product of one goes on with the other.
    """
    key = np.uint64(seed)
    k0, k1 = key & _MASK, key >> _SHIFT
    a0 = (np.uint64(visit) << _VISIT_SHIFT) | (np.uint64(purpose) << _PURPOSE_SHIFT) | np.uint64(attempt)
    b0 = a0 | np.uint64(1)
    a1 = b1 = np.uint64(birth) & _MASK
    a2 = b2 = np.uint64(birth) >> _SHIFT
    a3 = b3 = np.uint64(replication)
    for _ in range(10):
        p, q = _M0 * a0, _M0 * b0
        r, s = _M1 * a2, _M1 * b2
        a0, b0 = (r >> _SHIFT) ^ a1 ^ k0, (s >> _SHIFT) ^ b1 ^ k0
        a2, b2 = (p >> _SHIFT) ^ a3 ^ k1, (q >> _SHIFT) ^ b3 ^ k1
        a1, b1 = r & _MASK, s & _MASK
        a3, b3 = p & _MASK, q & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    x = _box_muller(_unit((a0 << _SHIFT) | a1), _unit((a2 << _SHIFT) | a3))
    return x, _unit((b0 << _SHIFT) | b1)


@compiled("float64(uint64, uint64, uint64, uint64, uint64, uint64)")
def uniform(seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int) -> float:
    """Return one uniform in (0, 1) for a key."""
    return uniform_pair(seed, replication, birth, visit, purpose, attempt)[0]


@compiled("float64(uint64, uint64, uint64, uint64, uint64, uint64)", inside=True)
def uniform_in_loop(seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int) -> float:
    """Return `uniform` of a key, compiled into its caller: so a loop over keys draws several at once."""
    return _unit(word_pair(seed, replication, birth, visit, purpose, attempt)[0])


@compiled("float64(uint64, uint64, uint64, uint64, uint64, uint64)")
def normal(seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int) -> float:
    """Return one standard normal for a key."""
    u, v = uniform_pair(seed, replication, birth, visit, purpose, attempt)
    return _box_muller(u, v)


@compiled("float64(float64, uint64, uint64, uint64, uint64, uint64)")
def gamma(shape: float, seed: int, replication: int, birth: int, visit: int, purpose: int) -> float:
    """Return one gamma variate of the given shape and scale 1 for a key.

    Marsaglia & Tsang, "A simple method for generating gamma variables" (2000); attempts 2i and 2i + 1
    of the key serve its i-th try, attempt 65,535 the boost for shapes below 1.
    """
    boost = 1.0
    if shape < 1.0:
        boost = uniform(seed, replication, birth, visit, purpose, 65_535) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    for attempt in range(0, 65_534, 2):
        x, u = normal_and_uniform(seed, replication, birth, visit, purpose, attempt)
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            # The first test implies the second, and spares two logarithms 19 times of 20.
            if u < 1.0 - 0.0331 * x * x * x * x or math.log(u) < 0.5 * x * x + d * (1.0 - v + math.log(v)):
                return boost * d * v
    return boost * d


@compiled("uint64(uint64, uint64)")
def introduction_birth(parent: int, index: int) -> int:
    """Return the birth key of the ``index``-th introduction that the deal ``parent`` leads to.

    62 bits of a Philox hash of the parent's own key: the same family in every cadence and replication.
    """
    first, _ = word_pair(0, 0, parent, 0, LINEAGE, index)
    return _REFERRAL_TOP | (first & _REFERRAL_MASK)  # type: ignore[return-value]  # numba's uint64


@compiled("uint64(uint64, uint64, uint64)", inside=True)
def prospecting_key(seat: int, tenure: int, k: int) -> int:
    """Return `prospecting_birth` for coordinates that fit."""
    return (np.uint64(seat) << _SEAT_SHIFT) | (np.uint64(tenure) << _TENURE_SHIFT) | np.uint64(k)  # type: ignore[return-value]  # numba's uint64


@compiled("uint64(uint64, uint64)", inside=True)
def inbound_key(source: int, k: int) -> int:
    """Return `inbound_birth` for coordinates that fit."""
    return _INBOUND_TOP | (np.uint64(source) << _STREAM_SHIFT) | np.uint64(k)  # type: ignore[return-value]  # numba's uint64


@compiled("uint64(uint64, uint64, uint64)", inside=True)
def environment_key(series: int, seat: int, index: int) -> int:
    """Return `environment_birth` for coordinates that fit."""
    place = (np.uint64(series) << _STREAM_SHIFT) | (np.uint64(seat) << _TENURE_SHIFT)
    return _ENVIRONMENT_TOP | place | np.uint64(index)  # type: ignore[return-value]  # numba's uint64


@compiled("uint64(int64, uint64)")
def given_key(source: int, index: int) -> int:
    """Return the birth key of the ``index``-th opportunity that a run starts from.

    They take what no other birth has: of prospecting the last tenure, of inbound the last stream, of referrals the
    smallest numbers. ``source``: its place in `simulations.regime.Regime.sources`.
    """
    if source == PROSPECTING:
        return prospecting_key(0, GIVEN_TENURE, index)
    if source == 1:  # introduced
        return _REFERRAL_TOP | np.uint64(index)  # type: ignore[return-value]  # numba's uint64
    return inbound_key(GIVEN_STREAM, index)


def prospecting_birth(seat: int, tenure: int, k: int) -> int:
    """Return the birth key of the ``k``-th lead that a seat's holder finds.

    Raises
    ------
    OverflowError
        A coordinate does not fit into its bits.
    """
    return _packed(PROSPECTING, ((seat, 16), (tenure, 8), (k, 38)))


def inbound_birth(source: int, k: int) -> int:
    """Return the birth key of the ``k``-th lead of an inbound stream; raises OverflowError."""
    return _packed(INBOUND, ((source, 8), (k, 54)))


def environment_birth(series: int, seat: int, index: int) -> int:
    """Return the key of the ``index``-th value of an environment series; raises OverflowError."""
    return _packed(ENVIRONMENT, ((series, 8), (seat, 16), (index, 38)))


def source_of(birth: int) -> int:
    """Return the source (`PROSPECTING`, `INBOUND`, `REFERRAL`) that a birth key names."""
    return birth >> 62


def _packed(kind: int, fields: tuple[tuple[int, int], ...]) -> int:
    key = kind
    for value, bits in fields:
        if not 0 <= value < 1 << bits:
            raise OverflowError(f"{value} does not fit into {bits} bits of a birth key")
        key = key << bits | value
    return key
