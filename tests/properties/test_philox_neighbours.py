"""Keys that differ by one in one coordinate give words that have nothing to do with each other.

Every check is a test of significance: all of one kind together raise a false alarm in one of a hundred streams
(Bonferroni), and the keys are fixed. The same checks are made of a cipher with too few rounds, and must see it.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from simulations import randomness as rnd

ALL_TOGETHER = 0.01
COORDINATES = ("seed", "replication", "birth", "visit", "purpose", "attempt")
#: Bits of each coordinate, of which a walk of neighbours must not run over the end.
BITS = (64, 32, 64, 8, 8, 16)
WALKS, STEPS = 64, 250
CELLS, PLANE = 32, 8

Draw = Callable[..., tuple[int, int]]


def starts():
    """Return keys to walk from, spread over all that a coordinate may be; fixed, whatever is tested."""
    luck = np.random.default_rng(20_260_105)
    keys = []
    for _ in range(WALKS):
        raw = [int(luck.integers(0, 1 << 63)) * 2 + int(luck.integers(0, 2)) for _ in BITS]
        keys.append(tuple(value % ((1 << bits) - STEPS) for value, bits in zip(raw, BITS, strict=True)))
    return keys


def walks(draw: Draw, coordinate: int) -> np.ndarray:
    """Return the two words of each key on walks of neighbours: walks x steps x 2."""
    found = np.empty((WALKS, STEPS, 2), dtype=np.uint64)
    for walk, start in enumerate(starts()):
        key = list(start)
        for step in range(STEPS):
            found[walk, step] = draw(*key)
            key[coordinate] += 1
    return found


def uniforms(words: np.ndarray) -> np.ndarray:
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def uneven(words: np.ndarray) -> list[float]:
    """Return the p-value of the chi-square of each word's uniforms over equal cells."""
    return [
        float(stats.chisquare(np.histogram(uniforms(words)[..., i], bins=CELLS, range=(0, 1))[0]).pvalue)
        for i in (0, 1)
    ]


def paired(words: np.ndarray) -> list[float]:
    """Return p-values for neighbours, each key in one pair only: chi-square over the plane, and correlation."""
    values = uniforms(words)
    found = []
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        one, next_one = values[:, 0::2, i].ravel(), values[:, 1::2, j].ravel()
        plane = np.histogram2d(one, next_one, bins=PLANE, range=[[0, 1], [0, 1]])[0]
        found += [float(stats.chisquare(plane.ravel()).pvalue), correlated(one, next_one)]
    return found


def correlated(one: np.ndarray, other: np.ndarray) -> float:
    """Return the p-value of a correlation of independent uniforms: r sqrt(n) is normal, as n is large."""
    r = np.corrcoef(one, other)[0, 1]
    return float(2 * stats.norm.sf(abs(r) * np.sqrt(one.size)))


def flips(words: np.ndarray) -> list[float]:
    """Return, for each of the 128 bits, the p-value of its flipping in half of the steps to a neighbour."""
    changed = words[:, 0::2] ^ words[:, 1::2]
    count = changed[..., 0].size
    bits = np.arange(64, dtype=np.uint64)
    flipped = ((changed[..., None] >> bits) & np.uint64(1)).astype(np.int64).sum(axis=(0, 1)).ravel()
    return [
        float(2 * min(stats.binom.cdf(k, count, 0.5), stats.binom.sf(k - 1, count, 0.5))) for k in flipped
    ]


CHECKS = {"uneven": uneven, "paired": paired, "flips": flips}


@pytest.fixture(scope="module")
def walked():
    return [walks(rnd.word_pair, coordinate) for coordinate in range(len(COORDINATES))]


def alarms(check, walked) -> list[str]:
    """Return where a check says that it cannot be luck."""
    values = [check(words) for words in walked]
    threshold = ALL_TOGETHER / sum(map(len, values))
    return [
        f"{name} {place}: p = {p:.2g}"
        for name, found in zip(COORDINATES, values, strict=True)
        for place, p in enumerate(found)
        if p < threshold
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_neighbours_in_every_coordinate_are_uniform_and_independent(walked, name):
    assert alarms(CHECKS[name], walked) == []


def test_a_step_in_one_coordinate_has_nothing_to_do_with_a_step_in_another(walked):
    """From the same key one step each way: no two of the six words are correlated."""
    first = [uniforms(words[:, 1, 0]) for words in walked]
    more = [uniforms(words[:, 2, 1]) for words in walked]
    pairs = list(combinations(range(len(COORDINATES)), 2))
    found = [correlated(series[i], series[j]) for series in (first, more) for i, j in pairs]
    assert min(found) > ALL_TOGETHER / len(found)


def rounds(count: int) -> Draw:
    """Return Philox 4x32 written once more, in Python's own integers, with a number of rounds."""
    mask = 0xFFFFFFFF

    def draw(
        seed: int, replication: int, birth: int, visit: int, purpose: int, attempt: int
    ) -> tuple[int, int]:
        c = [visit << 24 | purpose << 16 | attempt, birth & mask, birth >> 32, replication]
        k0, k1 = seed & mask, seed >> 32
        for _ in range(count):
            p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
            c = [(p1 >> 32) ^ c[1] ^ k0, p1 & mask, (p0 >> 32) ^ c[3] ^ k1, p0 & mask]
            k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
        return c[0] << 32 | c[1], c[2] << 32 | c[3]

    return draw


def test_ten_rounds_written_once_more_give_the_same_words():
    again = rounds(10)
    assert [again(*key) for key in starts()] == [
        tuple(int(word) for word in rnd.word_pair(*key)) for key in starts()
    ]


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_sees_a_cipher_of_three_rounds_in_every_coordinate(name):
    """The seeded defect; of five rounds only the flips of bits still tell."""
    few = [walks(rounds(3), coordinate) for coordinate in range(len(COORDINATES))]
    assert {alarm.split()[0] for alarm in alarms(CHECKS[name], few)} == set(COORDINATES)
