"""Where everybody stands: the forecast's own numbers, added up another way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.bookings import Period, outlook
from forecast.calibration.draws import calibrate
from forecast.calibration.records import day
from forecast.forecasting import forecast
from forecast.known import as_of
from forecast.review import review

PARTS = ("calibrated", "calibrated_in_period", "crm")


@pytest.fixture(scope="module")
def whole(reading, pack):
    """Return the forecast of the same question."""
    asked = pack.asked
    return forecast(
        reading.tables,
        as_of="2026-10-04",
        start=asked.start,
        end=asked.end,
        target=asked.target,
        draws=1_000,
        seed=3,
    )


def test_the_team_stands_where_the_forecast_says(pack, whole):
    found = pack.team.outcome
    assert found.chance == whole.chance_of_target
    assert found.mean == pytest.approx(whole.mean)
    assert found.booked == whole.bookings.booked
    weighted = whole.weighted
    for name in PARTS:
        assert getattr(found.weighted, name) == pytest.approx(getattr(weighted, name))
    assert (found.low, found.high) == pytest.approx((weighted.low, weighted.high))


def test_the_reps_add_up_to_the_team(pack):
    """What nobody seen lately will create is the team's alone: it is new, never open."""
    reps = [page.outcome for page in pack.reps]
    team = pack.team.outcome
    assert sum(one.booked for one in reps) == pytest.approx(team.booked)
    for name in PARTS:
        assert sum(getattr(one.weighted, name) or 0 for one in reps) == pytest.approx(
            getattr(team.weighted, name)
        )
        parts = [getattr(one.cleanup.removed, name) or 0 for one in reps]
        assert sum(parts) == pytest.approx(getattr(team.cleanup.removed, name))
    assert sum(one.new for one in reps) <= team.new * (1 + 1e-9)
    assert sum(one.cleanup.deals for one in reps) == team.cleanup.deals == len(pack.team.to_disqualify) > 3


def test_the_chances_of_the_deals_add_up_to_the_weighted_pipeline(pack):
    deals = pack.team.open
    inside = sum(deal.value * deal.chance_in_period for deal in deals)
    assert inside == pytest.approx(pack.team.outcome.weighted.calibrated_in_period)
    assert all(0 <= deal.chance_in_period <= deal.chance + 1e-9 for deal in deals)


def test_disqualifying_takes_away_what_is_won_of_them_in_each_draw(reading, pack):
    """A second way: the bits of who is won in which draw, one opportunity after the other."""
    from forecast.bookings import draw_bookings, open_winners, priced

    asked = pack.asked
    after = asked.end + pd.Timedelta(days=1)
    calibration = calibrate(as_of(reading.tables, asked.moment), asked.moment, after, seed=3)
    view = outlook(calibration, Period(day(asked.start), day(after)), draws=asked.draws, seed=3)
    winners = open_winners(view)
    total = draw_bookings(view, "amount", winners).total
    value, missing = priced(calibration, winners.deal, "amount")
    assert not missing.any()
    ended = {deal.id for deal in pack.team.to_disqualify}
    bits = np.unpackbits(winners.bits, axis=1)[:, : asked.draws].astype(bool)
    for row, deal in enumerate(winners.deal):
        if calibration.records.ids[deal] in ended:
            total = total - np.where(bits[row], value[row], 0.0)
    assert pack.team.outcome.cleanup.chance == float((total >= asked.target - 1e-6).mean())


def test_without_what_is_silent_no_chance_rises(pack):
    for page in pack.pages:
        outcome = page.outcome
        assert outcome.cleanup.chance <= outcome.chance
        if not outcome.cleanup.deals:
            assert outcome.cleanup.chance == outcome.chance


def test_a_stricter_rule_takes_away_more(reading, pack):
    loose = pack.team.outcome.cleanup
    strict = review(reading.tables, replace(pack.asked, disqualify_after=20.0)).team.outcome.cleanup
    assert strict.deals > loose.deals
    assert strict.removed.calibrated_in_period > loose.removed.calibrated_in_period
    assert strict.chance <= loose.chance


def test_without_a_target_there_is_no_chance_and_no_gap(reading, pack):
    found = review(reading.tables, replace(pack.asked, target=None, draws=100)).team.outcome
    assert found.quota is found.chance is found.gap is found.cleanup.chance is None
