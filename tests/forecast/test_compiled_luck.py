"""What is drawn in one pass is what numpy draws of the same short luck: the same bytes, whatever the sizes."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import compiled_luck
from forecast.bookings import Unit
from forecast.calibration import streams
from forecast.calibration.amounts import Amounts
from forecast.calibration.short_luck import short_places, short_slots
from forecast.calibration.streams import key_of, stream
from forecast.crm import Reading
from forecast.forecasting import forecast
from forecast.new_wins import sums_of_new_wins
from forecast.rollups.sharing import Shares
from forecast.winners import Winners, draw_winners


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch):
    """Return what gives a result as numpy draws it by short luck, and as it is drawn in one pass."""
    monkeypatch.setattr(streams, "MANY", 0)

    def ways(work):
        found = []
        for compiled in (False, True):
            monkeypatch.setattr(compiled_luck, "COMPILED", compiled)
            found.append(work())
        return found

    return ways


@pytest.mark.parametrize(
    ("deals", "draws"), [(1, 1), (3, 100), (499, 257), (500, 256), (501, 1_001), (1_100, 700)]
)
def test_who_is_won_is_the_same(both, deals: int, draws: int) -> None:
    rng = np.random.default_rng(11)
    group = rng.integers(0, 7, deals)
    lose = rng.random((7, draws)).astype(np.float32)
    lose[0], lose[1] = 0, 1  # sure to be won, and not to be

    def drawn() -> Winners:
        return draw_winners(np.arange(deals), group, lambda some: lose[:, some], draws, stream(7, "luck"))

    plain, quick = both(drawn)
    assert np.array_equal(plain.bits, quick.bits)


@pytest.mark.parametrize("segments", [1, 3, 400])
@pytest.mark.parametrize("kept", [2_050, 1_001, 100])
def test_what_is_won_adds_up_in_the_same_order(both, segments: int, kept: int) -> None:
    rng = np.random.default_rng(12)
    value, segment = rng.lognormal(9, 2, 1_203), rng.integers(0, segments, 1_203)
    bits = np.packbits(rng.random((1_203, 2_050)) < 0.3, axis=1)
    winners = Winners(np.arange(1_203), 2_050, bits).of_draws(kept)
    plain, quick = both(lambda: winners.sums(value, segment, segments))
    assert np.array_equal(plain, quick)


@given(wins=st.lists(st.integers(0, 400), min_size=1, max_size=40), size=st.integers(1, 300))
@settings(deadline=None, max_examples=30)
def test_amounts_of_what_is_not_yet_created_are_the_same(wins: list[int], size: int) -> None:
    rng = np.random.default_rng(size)
    worth = (Amounts(rng.lognormal(9, 2, size), np.ones(1), np.array([])), rng.lognormal(0, 0.3, len(wins)))
    found = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(streams, "MANY", 0)
        for compiled in (False, True):
            patched.setattr(compiled_luck, "COMPILED", compiled)
            found.append(sums_of_new_wins(np.array(wins), worth, stream(3, "amounts")))
    assert np.array_equal(*found)


def test_sums_of_very_many_amounts_are_halved_as_numpy_halves_them(both) -> None:
    wins = np.array([100_003, 0, 1, 129, 70_000])
    worth = (Amounts(np.random.default_rng(4).lognormal(9, 3, 77), np.ones(1), np.array([])), np.ones(5))
    plain, quick = both(lambda: sums_of_new_wins(wins, worth, stream(5, "amounts")))
    assert np.array_equal(plain, quick)


@pytest.mark.parametrize("in_money", [True, False])
def test_whoever_is_dealt_a_win_is_the_same(in_money: bool) -> None:  # noqa: FBT001 - a case
    """The kernel against the shares' own dealing; amounts lie on the very edges of the size bands too."""
    rng, draws, segments = np.random.default_rng(6), 40, 50
    wins = rng.poisson(30, draws)
    pool, factor, world = rng.lognormal(9, 1, 90), rng.lognormal(0, 0.2, draws), rng.integers(0, 5, draws)
    shares = Shares(np.sort(pool)[[20, 60]], rng.integers(0, segments, (5, 3, 64)).astype(np.int16))
    luck, own = stream(1, "amounts"), stream(1, "segments")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("forecast.rollups.sharing.SLOTS", 64)
        count, draw = int(wins.sum()), np.repeat(np.arange(draws), wins)
        amount = pool[short_places(luck, 0, count, len(pool))] * factor[draw]
        goal = shares.deal(world[draw], amount / factor[draw], short_slots(own, 0, count, 64))
    wanted = np.zeros((draws, segments))
    np.add.at(wanted, (draw, goal), amount if in_money else 1.0)
    found = np.zeros((draws, segments))
    keys = np.stack([key_of(luck), key_of(own)])
    with np.errstate(over="ignore"):  # words wrap around, which only compiled code takes for granted
        for begin in (0, 13):  # in two parts, of which the second knows where it stands
            part = slice(begin, 13 if begin == 0 else draws)
            of_draws = (shares.edges, world[part], shares.slots)
            before = int(wins[:begin].sum())
            worth = (pool, factor[part], in_money)
            compiled_luck.deal_amounts(found[part], (wins[part], before), worth, of_draws, keys)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_a_forecast_by_owner_is_the_same_to_the_byte(both, reading: Reading, unit: Unit) -> None:
    question = {"as_of": "2026-10-04", "start": "2026-10-05", "end": "2026-12-31", "draws": 300}
    plain, quick = both(lambda: forecast(reading.tables, unit=unit, by=("owner", "month"), **question))
    assert json.dumps(plain.to_dict()) == json.dumps(quick.to_dict())
    assert np.array_equal(plain.roll_ups[0].new, quick.roll_ups[0].new)


def test_parts_of_very_many_new_wins_add_up_to_the_total(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Draw by draw, whoever deals them and however few draws are kept: short luck of the total is that of its parts."""
    monkeypatch.setattr(streams, "MANY", 0)
    monkeypatch.setattr("forecast.rollups.rollup.MOST_CELLS", 1_000)
    question = {"as_of": "2026-10-04", "start": "2026-10-05", "end": "2026-12-31", "draws": 300}
    found = forecast(reading.tables, by=("owner", "source", "month"), **question)
    for part in found.roll_ups:
        kept = len(part.new)
        assert part.new.sum(axis=1) == pytest.approx(found.bookings.new[:kept], rel=1e-9)
        assert part.open.sum(axis=1) == pytest.approx(found.bookings.open[:kept], rel=1e-9)
    assert min(len(part.new) for part in found.roll_ups) < 300
