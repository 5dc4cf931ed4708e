"""Keyed randomness: the published vectors, the packing of keys, the distributions."""

import math

import numpy as np
import pytest
from scipy import stats

from simulations import randomness as rnd
from simulations import rules

SEED = 20_260_105

# Random123's kat_vectors for philox4x32-10: counter, key, expected words.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), PUBLISHED)
def test_philox_equals_its_published_vectors(counter, key, words):
    assert tuple(int(word) for word in rnd.philox(*counter, *key)) == words


def test_a_key_is_packed_as_the_rules_say():
    """Counter = replication 32 | birth 64 | visit 8, purpose 8, attempt 16; key = the seed's two halves."""
    seed, replication, birth = 0x0123456789ABCDEF, 0xDEADBEEF, 0xC000123456789ABC
    words = rnd.philox(
        0x07 << 24 | 0x05 << 16 | 0x0301, 0x56789ABC, 0xC0001234, 0xDEADBEEF, 0x89ABCDEF, 0x01234567
    )
    first, second = rnd.word_pair(seed, replication, birth, 0x07, 0x05, 0x0301)
    assert (int(first), int(second)) == (
        int(words[0]) << 32 | int(words[1]),
        int(words[2]) << 32 | int(words[3]),
    )


def test_a_uniform_is_53_bits_and_a_half():
    first, second = rnd.word_pair(SEED, 3, 77, 1, 2, 3)
    expected = tuple((float(int(word) >> 11) + 0.5) * 2.0**-53 for word in (first, second))
    assert rnd.uniform_pair(SEED, 3, 77, 1, 2, 3) == expected
    assert rnd.uniform(SEED, 3, 77, 1, 2, 3) == expected[0]


def test_birth_keys_say_their_source_and_refuse_overflow():
    assert rnd.source_of(rnd.prospecting_birth(65_535, 255, (1 << 38) - 1)) == rnd.PROSPECTING
    assert rnd.source_of(rnd.inbound_birth(255, (1 << 54) - 1)) == rnd.INBOUND
    assert rnd.source_of(rnd.introduction_birth(rnd.prospecting_birth(3, 0, 5), 2)) == rnd.REFERRAL
    assert rnd.environment_birth(255, 65_535, (1 << 38) - 1) == (1 << 64) - 1
    for overflow in ((65_536, 0, 0), (0, 256, 0), (0, 0, 1 << 38), (-1, 0, 0)):
        with pytest.raises(OverflowError, match="does not fit"):
            rnd.prospecting_birth(*overflow)


def test_birth_keys_of_a_company_never_collide():
    keys = [rnd.prospecting_birth(seat, 0, k) for seat in range(1_000) for k in range(50)]
    families = [rnd.introduction_birth(key, index) for key in keys[::5] for index in range(3)]
    everything = keys + families + [rnd.inbound_birth(0, k) for k in range(1_000)]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("shape", [0.3, 1.0, 2.0, 9.5])
def test_gamma_draws_follow_the_gamma_distribution(shape):
    """Kolmogorov-Smirnov on 4,000 neighbouring keys; a p-value below 1e-4 has no excuse with a fixed seed."""
    draws = [rnd.gamma(shape, SEED, 0, birth, 0, rnd.REPLY) for birth in range(4_000)]
    assert stats.kstest(draws, stats.gamma(shape).cdf).pvalue > 1e-4


@pytest.mark.parametrize("coordinate", range(5))
def test_neighbouring_keys_are_uniform_and_uncorrelated(coordinate):
    """Keys that differ by one in one coordinate: chi-square on 32 cells, lag-one correlation below 4 sigma."""
    count = 4_096

    def key(i: int) -> list[int]:
        coordinates = [5, 1 << 20, 3, rnd.EFFORT, 0]
        coordinates[coordinate] += i % 256 if coordinate in (2, 3) else i
        return coordinates

    n = 250 if coordinate in (2, 3) else count
    draws = np.array([rnd.uniform(SEED, *key(i)) for i in range(n - 5)])
    cells = np.histogram(draws, bins=16, range=(0, 1))[0]
    assert stats.chisquare(cells).pvalue > 1e-4
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 4 / math.sqrt(n)


@pytest.mark.parametrize("shape", ["gamma", "lognormal"])
@pytest.mark.parametrize("cv", [0.5, 1.2])
def test_positive_draws_have_the_mean_and_spread_asked_for(shape, cv):
    """Within 4 standard errors on 20,000 draws; the spread's error uses the draws' own fourth moment."""
    draws = np.array(
        [
            rules.positive(rules.SHAPES[shape], 10.0, cv, SEED, 1, birth, 0, rnd.EFFORT)
            for birth in range(20_000)
        ]
    )
    assert abs(draws.mean() - 10) < 4 * draws.std() / math.sqrt(draws.size)
    squares = (draws - 10) ** 2
    assert abs(squares.mean() - (10 * cv) ** 2) < 4 * squares.std() / math.sqrt(draws.size)


def test_poisson_gaps_are_exponential_with_mean_one_clock_unit():
    gaps = np.array([rules.poisson_gap(SEED, 0, k) for k in range(5_000)]) / rules.TICKS
    assert stats.kstest(gaps, stats.expon.cdf).pvalue > 1e-4


def test_introductions_are_poisson_where_the_rep_asks():
    counts = np.array([rules.introductions(0.4, 1.3, SEED, 0, k, 0) for k in range(20_000)])
    asked = counts[counts >= 0]
    assert abs(asked.size / counts.size - 0.4) < 4 * math.sqrt(0.24 / counts.size)
    observed = np.bincount(np.minimum(asked, 6), minlength=7)
    expected = stats.poisson(1.3).pmf(range(6))
    assert stats.chisquare(observed, asked.size * np.append(expected, 1 - expected.sum())).pvalue > 1e-4


def test_certain_and_impossible_advances_ignore_the_logit():
    assert rules.advance_probability(0.0, 5.0) == 0.0
    assert rules.advance_probability(1.0, -50.0) == 1.0
    assert rules.advance_probability(0.3, 0.0) == pytest.approx(0.3, abs=1e-15)
    assert rules.advance_probability(0.3, -0.5) == pytest.approx(
        1 / (1 + math.exp(-(math.log(0.3 / 0.7) - 0.5))), abs=1e-15
    )


def test_a_rounding_second_is_the_nearest():
    assert rules.duration(rules.FIXED, 10.5, 0.0, SEED, 0, 1, 0, 0) == 11
    assert rules.duration(rules.FIXED, 10.49, 0.0, SEED, 0, 1, 0, 0) == 10


def test_waiting_is_charged_beyond_the_free_days_only():
    assert rules.days_charged(3 * 86_400, 3.0) == 0.0
    assert rules.days_charged(5 * 86_400, 3.0) == 2.0
    assert rules.days_charged(0, 3.0) == 0.0
