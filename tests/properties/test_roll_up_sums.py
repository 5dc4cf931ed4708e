"""The parts of every roll-up add up to the total in every draw: deals exactly, amounts to the cent."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.forecasting import Forecast, forecast
from simulations.tables import OWNERS, CrmTables, conform

FIRST = pd.Timestamp("2026-01-05")
BY = ("owner", "team", "source", "product", "month")
HALF_A_CENT = 0.005
#: Each example is a forecast with five roll-ups: half as many as usual, of the ordinary profile and of the deep one.
half = settings(max_examples=settings.default.max_examples // 2)
pytestmark = pytest.mark.usefixtures("few_parameter_draws")


@functools.cache
def crm(make, seed: int) -> CrmTables:
    """Return a generated CRM with products, teams, cents, and some amounts, owners and sources missing."""
    tables = make(seed, deals=100, days=120)
    rows, rng = tables.opportunities, np.random.default_rng(seed)
    size = len(rows)
    rows = rows.assign(
        product=pd.Series(rng.choice(["large", "small"], size), dtype="str"),
        owner=pd.Series(rng.choice(["Ann", "Bob", "Cid", "Dora"], size), dtype="str").mask(
            rng.random(size) < 0.1
        ),
        source=rows["source"].mask(rng.random(size) < 0.1),
        amount=(rows["amount"] * rng.uniform(0.5, 1.5, size)).round(2).mask(rng.random(size) < 0.15),
    )
    owners = pd.DataFrame({"owner": ["Ann", "Bob", "Cid"], "team": ["North", "South", "North"]})
    return replace(tables, opportunities=rows, owners=conform(owners, OWNERS))


def asked(make, seed: int, begin: int, length: int, unit: str) -> Forecast:
    """Return the forecast as of day 110 of a period that begins some days before or after."""
    start = FIRST + pd.Timedelta(days=110 + begin)
    return forecast(
        crm(make, seed), as_of=FIRST + pd.Timedelta(days=110), start=start,
        end=start + pd.Timedelta(days=length - 1), unit=unit, draws=120, seed=seed, by=BY,
    )  # fmt: skip


@half
@given(
    seed=st.integers(0, 5), begin=st.integers(-50, 20), length=st.integers(1, 100), unit=st.sampled_from(["amount", "deals"])
)  # fmt: skip
def test_parts_add_up_in_every_draw(made_crm, seed: int, begin: int, length: int, unit: str) -> None:
    """Of booked, open and new each; whatever is added first, the sum of deals is exact and that of amounts to the cent."""
    result = asked(made_crm, seed, begin, length, unit)
    whole = result.bookings
    for part in result.roll_ups:
        for of_part, of_all in ((part.open, whole.open), (part.new, whole.new), (part.total, whole.total)):
            gap = np.abs(of_part.sum(axis=1) - of_all).max()
            assert gap == 0 if unit == "deals" else gap < HALF_A_CENT, part.by
        assert part.booked.sum() == pytest.approx(whole.booked, abs=HALF_A_CENT)
        assert (part.open >= 0).all()
        assert (part.new >= 0).all()


@half
@given(seed=st.integers(0, 2), begin=st.sampled_from([-30, 0]))
def test_a_team_is_the_sum_of_its_owners_in_every_draw(made_crm, seed: int, begin: int) -> None:
    result = asked(made_crm, seed, begin, 60, "amount")
    by_owner, by_team = (dict(part.parts()) for part in result.roll_ups[:2])
    none = np.zeros(result.asked.draws)
    for team, owners in (("North", ("Ann", "Cid")), ("South", ("Bob",)), ("no team", ("Dora", "no owner"))):
        together = sum((by_owner[owner].total for owner in owners if owner in by_owner), none)
        found = by_team[team].total if team in by_team else none
        assert np.abs(found - together).max() < HALF_A_CENT


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_another_roll_up_asked_for_changes_no_draw(made_crm, unit: str) -> None:
    tables, when = crm(made_crm, 2), FIRST + pd.Timedelta(days=110)
    question = {"as_of": when, "start": when, "end": when + pd.Timedelta(days=60), "unit": unit, "draws": 150}
    none, owners, many = (forecast(tables, **question, by=by) for by in ((), ("owner",), BY))
    assert np.array_equal(none.bookings.total, many.bookings.total)
    assert np.array_equal(owners.roll_ups[0].total, many.roll_ups[0].total)
