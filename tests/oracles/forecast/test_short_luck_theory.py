"""Short luck is long luck: each number compares as one of 24 bits, each place is that of a number of 85, none more likely."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calibration import short_luck, streams
from forecast.calibration.short_luck import enough_of, short_places, short_slots, short_wins
from forecast.calibration.streams import stream

AMOUNTS = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 4.0, 4.0])
DRAWS, SEED, UNLIKELY = 40_000, 5, 2.7  # as in test_exact_bookings


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("unit", ["amount", "deals"])
@pytest.mark.parametrize("per_day", [0.0, 1.5])
def test_bookings_by_short_luck_have_the_exact_distribution(
    fixed, monkeypatch, unit, per_day, compiled
) -> None:
    monkeypatch.setattr(streams, "MANY", 0)
    monkeypatch.setattr("forecast.compiled_luck.COMPILED", compiled)
    world = fixed.world(AMOUNTS, per_day)
    assert fixed.distance(fixed.bookings(world, unit, DRAWS, SEED), fixed.exact(world, unit)) < UNLIKELY


def words(begin: int, count: int, jumps: int) -> list[int]:
    """Return words of the stream as numpy draws them, so many times 2**128 counts later."""
    rng = stream(1, "luck").bit_generator
    return [int(word) for word in (rng.jumped(jumps) if jumps else rng).random_raw(begin + count)[begin:]]


@given(seed=st.integers(0, 1_000), near=st.integers(-300, 300))
def test_whoever_wins_wins_by_a_number_of_24_bits(seed: int, near: int) -> None:
    """Chances that lie so near to the luck that its first quarter decides nothing; those of 0 and 1 too."""
    begin, draws, deals = 16 * (seed % 7), 16, 3
    long = [
        word >> 16 * part & 0xFFFF for word in words(begin // 4, deals * draws // 4, 0) for part in range(4)
    ]
    luck = [(first << 8) + (more >> 56) for first, more in zip(long, words(begin, len(long), 1), strict=True)]
    level = np.clip(np.array(luck) + near, 0, 1 << 24)
    level[:2] = 0, 1 << 24
    found = short_wins(
        np.arange(deals, dtype=np.uint32),
        enough_of((level.reshape(deals, draws) / (1 << 24)).astype(np.float32)), begin, stream(1, "luck"),
    )  # fmt: skip
    assert found.ravel().tolist() == [one >= at for one, at in zip(luck, level.tolist(), strict=True)]


@given(begin=st.integers(0, 9), size=st.sampled_from([1, 2, 3, 2_000, 3 << 29, (1 << 31) - 1]))
def test_a_place_is_that_of_a_long_number(begin: int, size: int) -> None:
    """Of the half word and what follows it; of large sizes the half decides nearly never."""
    count = 40
    halves = [word >> 32 * part & 0xFFFFFFFF for word in words(0, 30, 0) for part in range(2)][begin:]
    more = words(begin, count, 1)
    wanted = [
        int((half + Fraction(later >> 11, 1 << 53)) * size / (1 << 32))
        for half, later in zip(halves, more, strict=False)
    ]
    found = short_places(stream(1, "luck"), begin, count, size).tolist()
    near = [abs(one - two) for one, two in zip(found, wanted, strict=True)]
    assert max(near) == 0


def test_places_and_slots_are_each_as_likely_as_any_other() -> None:
    """Chi square over its degrees of freedom, a standard error of 0.07 and 0.016 around 1."""
    for size, draw in ((400, short_places), (8_192, short_slots)):
        found = np.bincount(draw(stream(2, "luck"), 3, 100 * size, size), minlength=size)
        chi = ((found - 100.0) ** 2 / 100).sum() / (size - 1)
        assert abs(chi - 1) < 4 * np.sqrt(2 / (size - 1))


def test_what_fills_up_a_count_is_never_won() -> None:
    first, rest = enough_of(np.zeros((2, 5), dtype=np.float32))
    assert first.shape == rest.shape == (2, short_luck.A_COUNT)
    never = short_wins(np.zeros(500, dtype=np.uint32), (first[:1, 5:], rest[:1, 5:]), 0, stream(3, "luck"))
    assert not never.any()
